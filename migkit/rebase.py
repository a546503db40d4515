"""Puts the branch's own revisions behind the main branch's head: looks, asks the targets, edits, checks.

Everything that may refuse comes before the first file is written; what fails after that puts every file back.
"""

from __future__ import annotations

import ast
import difflib
import glob
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from migkit.alembic_io.source import said, with_parents
from migkit.applied import standings, unapplied
from migkit.branching import heads
from migkit.errors import ConfigError, HistoryError
from migkit.merging import Merged
from migkit.model import Event, Finding, Project, Revision, Schema, Severity
from migkit.owned import main_branch, owned
from migkit.reparenting import Move, moved, moves
from migkit.replacing import put
from migkit.values import dataclass


class Read(Protocol):
    """Reads the history where Alembic runs; with `write` its heads are joined."""

    def __call__(self, *, write: bool = False) -> Merged:
        """Give what was read."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A file whose revision gets other parents, before and after."""

    move: Move
    title: str
    path: Path
    before: bytes
    after: bytes

    def diff(self, name: str) -> str:
        """Give the unified diff, for people: what is no UTF-8 is replaced, and line ends are line feeds."""
        one, two = (text.decode("utf-8", "replace").splitlines() for text in (self.before, self.after))
        return "\n".join(difflib.unified_diff(one, two, f"a/{name}", f"b/{name}", lineterm=""))


@dataclass(frozen=True, slots=True)
class Rebased:
    """What was done, or would be: the edits, onto which revisions of which branch, and where the targets stand."""

    branch: str
    onto: list[str]
    heads: tuple[str, ...]
    edits: tuple[Edit, ...]
    targets: Mapping[str, tuple[str, ...]]
    findings: tuple[Finding, ...] = ()


def rebased(
    project: Project,
    schema: Schema,
    found: Merged,
    read: Read,
    skipped: Sequence[str],
    on_event: Callable[[Event], None],
    *,
    write: bool,
) -> Rebased:
    """Put the revisions that the main branch does not have behind its head. `found` has more heads than one.

    Raises ConfigError where there is no main branch to compare with, HistoryError where it cannot be told what is to
    follow what or the result is no history, TargetError for a target that has applied one of them or cannot be asked.
    """
    branch = main_branch(schema)
    own = owned(schema, found.revisions, branch)
    main = heads(one for one in found.revisions if one.id not in own)
    made = _moves(schema, found.revisions, branch.name, own, main)
    edits = tuple(_edit(found.revisions, move) for move in made)
    asked = standings(project, schema, _version_table(found.environment), skipped, on_event)
    unapplied(schema.name, found.revisions, made, asked)
    after = moved(found.revisions, made)
    if write:
        with _written(edits):
            _check(read(), after)
    return Rebased(branch.name, list(main), _heads_of(after), edits, asked, tuple(_unasked(skipped)))


def _moves(
    schema: Schema, revisions: Sequence[Revision], branch: str, own: frozenset[str], main: Sequence[str]
) -> tuple[Move, ...]:
    made = moves(revisions, own, _created(revisions, own))
    if not made:
        raise HistoryError(
            f"{branch} itself has {len(main)} heads, {', '.join(main)}, and what is new here follows one already",
            remedy=f"inv mig.merge --schema {schema.name}, on {branch}",
        )
    return made


def _created(revisions: Sequence[Revision], own: frozenset[str]) -> dict[str, str]:
    return {one.id: said(_text(one.path)).created for one in revisions if one.id in own}


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace").removeprefix("\ufeff")


def _edit(revisions: Sequence[Revision], move: Move) -> Edit:
    one = next(one for one in revisions if one.id == move.revision)
    before = one.path.read_bytes()
    return Edit(move, one.title, one.path, before, with_parents(before, move.after, one.path))


def _version_table(environment: Path | None) -> str:
    """Give the version table's name as env.py writes it; "" where it computes it."""
    try:
        tree = ast.parse(_text(environment)) if environment else ast.Module([], [])
    except (OSError, SyntaxError, ValueError):
        return ""
    given = [node.value for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "version_table"]
    names = {node.value if isinstance(node, ast.Constant) else "" for node in given} or {"alembic_version"}
    name = names.pop()
    return name if isinstance(name, str) and not names else ""


@contextmanager
def _written(edits: Sequence[Edit]) -> Iterator[None]:
    """Write the files for good if the block ends well, else put every byte back."""
    try:
        for one in edits:
            _put(one.path, one.after, one.before)
        yield
    except BaseException:
        for one in edits:
            if one.path.read_bytes() == one.after:
                _put(one.path, one.before, one.after)
        raise


def _put(path: Path, source: bytes, was: bytes) -> None:
    """Write a file, and let no compiled one of the same second and size stand in for it."""
    try:
        put(path, source, was=was)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error}", remedy="make its folder writable", path=path) from error
    for compiled in path.parent.glob(f"__pycache__/{glob.escape(path.stem)}.*.pyc"):
        compiled.unlink(missing_ok=True)


def _check(found: Merged, wanted: Mapping[str, Sequence[str]]) -> None:
    stands = {one.id: one.parents for one in found.revisions}
    if {ident: set(each) for ident, each in stands.items()} != {ident: set(each) for ident, each in wanted.items()}:
        raise HistoryError(
            "the history that the edits make is not the one that was meant; every file was put back",
            remedy="report it, with the revisions' files",
        )


def _heads_of(parents: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    return tuple(sorted(set(parents) - {parent for each in parents.values() for parent in each}))


def _unasked(skipped: Sequence[str]) -> Iterator[Finding]:
    for name in skipped:
        yield Finding(
            "target-not-asked",
            Severity.note,
            f"target {name} was not asked whether it has applied these revisions",
            "make sure that it has not: it would never get what is below them now",
            object=name,
        )
