"""The catalogue that a target should have where it stands: as it was recorded, or as its history makes it now."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from migkit import engines, head
from migkit.alembic_io.graph import Entry
from migkit.alembic_io.history import load, located
from migkit.alembic_io.survey import survey
from migkit.branching import ancestors
from migkit.catalog.portable import portable
from migkit.config import shown
from migkit.errors import ConfigError
from migkit.model import Engine, Event, Project, Revision, Schema, Server, Snapshot
from migkit.product import Identity
from migkit.proofs import Proofs, found
from migkit.values import dataclass

Tell = Callable[[Event], None]


class Nowhere(ConfigError):  # noqa: N818  # as the message begins
    """No database can be brought to stand where the target stands."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A catalogue, without what two databases of one history need not share, and where it is from.

    `server` is the throwaway one that made it, None where it was recorded.
    """

    snapshot: Snapshot
    version_table: str
    version_schema: str | None
    origin: str
    server: Server | None = None


class Expectations:
    """What targets of one schema should have; what a throwaway server made for one is there for the next."""

    def __init__(self, project: Project, schema: Schema, engine: str, server: str, tell: Tell) -> None:
        self._project, self._schema, self._tell = project, schema, tell
        self._engine, self._server = engine, server
        self.revisions = revisions(schema)
        self._made: dict[tuple[str, str], Expected] = {}

    def proofs(self, engine: Engine, identity: Identity) -> Proofs:
        """Give what is proven on a target's product and version."""
        return found(self._project, self._schema, engine, identity.version, self.revisions)

    def at(self, current: Sequence[str], engine: Engine, identity: Identity) -> Expected:
        """Give the catalogue of a database that stands at `current`.

        Raises Nowhere where none can be brought there, and what `head.standing` raises.
        """
        proofs = self.proofs(engine, identity)
        known = proofs.snapshot(current)
        if known is not None:
            version = proofs.proven[current[0]].version
            origin = f"as recorded in {shown(proofs.path)}, on {identity.product} {version}"
            return Expected(known, proofs.version_table, proofs.version_schema, origin)
        wanted = engines.parse(self._engine) if self._engine else engine
        before = next_place(self.revisions, current)
        key = (wanted.name, before)
        if key not in self._made:
            self._made[key] = self._make(wanted, before)
        return self._made[key]

    def _make(self, engine: Engine, before: str) -> Expected:
        asked = head.standing(
            self._project, self._schema, engine=engine.name, server=self._server, before=before, on_event=self._tell
        )
        with asked as made:
            server, stood = made.database.server, made.stood
            snapshot = portable(made.snapshot, server.engine.family)
        origin = f"as the history makes it now, on {server.product} {server.version}"
        return Expected(snapshot, stood.version_table, stood.version_schema, origin, server)


def revisions(schema: Schema) -> tuple[Revision, ...]:
    """Give a history's revisions, read as source where that says enough; nothing of it runs then."""
    schema = located(schema, sample=True)
    entries = survey(schema)
    if not entries:
        return load(schema, sample=True, empty=True).revisions
    return tuple(Revision(one.id, "", one.path, one.parents, _whole(one, entries)) for one in entries)


def next_place(history: Sequence[Revision], current: Sequence[str]) -> str:
    """Give the revision before which a database stands that stands at `current`; "" where that is the end.

    Raises Nowhere where no revision follows exactly there: between two branches, or beside the history.
    """
    known = {one.id: one for one in history}
    unknown = sorted(set(current) - set(known))
    if unknown:
        raise Nowhere(
            f"it stands at {', '.join(unknown)}, which is no revision of this history",
            remedy="bring that revision in, or see whether this is the right branch",
        )
    below = ancestors(known, current, dependencies=True)
    if len(below) == len(known):
        return ""
    for one in history:
        if one.id not in below and ancestors(known, (*one.parents, *one.depends_on), dependencies=True) == below:
            return one.id
    raise Nowhere(
        f"it stands at {', '.join(current)}, and no revision follows exactly there",
        remedy="bring it to the head first, or to where its branches meet",
    )


def _whole(one: Entry, entries: Sequence[Entry]) -> tuple[str, ...]:
    """Give the whole ids of what a revision depends on: the file may name a branch, or the beginning of an id."""
    ids = {each.id for each in entries}
    labels = {label: each.id for each in entries for label in each.labels}
    names = []
    for name in one.depends_on:
        begin = [ident for ident in ids if ident.startswith(name)]
        names.append(name if name in ids else labels.get(name, begin[0] if len(begin) == 1 else name))
    return tuple(names)
