"""Which revisions are proven as they are now, on this product and series, and what catalogue they end in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from pathlib import Path

from migkit.model import Engine, Project, Revision, Schema, Snapshot
from migkit.proofs import files
from migkit.proofs.ending import Ended
from migkit.proofs.files import Proof
from migkit.proofs.keys import catalogue, keys
from migkit.targets import VersionTable
from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Proofs:
    """What is proven of a history: `proven` by revision, and `stale`, whose text or ancestors are others by now.

    `path` is the file, which need not be there. `version_table` is "" where nothing was ever proven. `whole` is a
    catalogue that was just taken, and the revision that it is of; without it, the file beside `path` is asked.
    """

    path: Path
    proven: Mapping[str, Proof] = field(default_factory=dict)
    stale: frozenset[str] = frozenset()
    version_table: str = ""
    version_schema: str | None = None
    whole: tuple[str, Snapshot] | None = None

    @property
    def kept_in(self) -> VersionTable:
        """The table in which the history keeps where it stands: a guess, where nothing was ever proven."""
        return (
            VersionTable(self.version_table, self.version_schema, sure=True) if self.version_table else VersionTable()
        )

    def catalogue(self, at: Sequence[str]) -> str:
        """Give the hash of the catalogue of a database that stands at `at`; "" where it is not known."""
        (ident,) = at if len(at) == 1 else ("",)
        return self.proven[ident].catalogue if ident in self.proven else ""

    def head(self) -> Snapshot:
        """Give the catalogue at the head; an empty one where it is not known."""
        there = self.whole or files.read_catalogue(self.path)
        return there[1] if there else Snapshot({})

    def snapshot(self, at: Sequence[str]) -> Snapshot | None:
        """Give that catalogue whole; None where only its hash is known, or nothing."""
        wanted = self.catalogue(at)
        there = (self.whole or files.read_catalogue(self.path)) if wanted else None
        if there is None or [there[0]] != list(at) or catalogue(there[1]) != wanted:
            return None
        return there[1]


def found(project: Project, schema: Schema, engine: Engine, version: str, revisions: Iterable[Revision]) -> Proofs:
    """Give what is proven of `revisions`, a whole history, for a server of `engine` and exactly this `version`.

    A proof on another release of the same series counts: 9.7.4 for 9.7.2, 15.18 for 15.3 (`Engine.series` says what a
    series is). Raises ConfigError where the file is none.
    """
    file = files.path(project, schema, engine, version)
    held = files.read(file)
    if not held.proofs:
        return Proofs(file, version_table=held.version_table, version_schema=held.version_schema)
    now = keys(revisions)
    proven = {ident: one for ident, one in held.proofs.items() if one.key == now.get(ident)}
    stale = frozenset(held.proofs) - frozenset(proven)
    return Proofs(file, proven, stale, held.version_table, held.version_schema)


def taken(ended: Ended, version: str) -> Proofs:
    """Give what a round trip came to that was taken just now on this version, and that nobody wrote down."""
    known = dict(ended.keys)
    proven = {ident: Proof(known[ident], "taken", version, held) for ident, held in ended.catalogues if ident in known}
    whole = Snapshot({(one.kind, one.name): one for one in ended.objects})
    named = (ended.version_table, ended.version_schema)
    return Proofs(Path(), proven, frozenset(), *named, (ended.head, whole) if ended.head else None)
