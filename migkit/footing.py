"""Brings a throwaway database that is there to where it is to stand, wherever that is done: here, or in a service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from migkit import ground
from migkit.alembic_io.driver import Driver, Step
from migkit.alembic_io.history import History
from migkit.catalog import Catalog, Keeper
from migkit.climb import Climb
from migkit.errors import HistoryError, StepFailed
from migkit.model import Database, Direction, Event, Revision, Schema
from migkit.privileges import Privileges
from migkit.values import dataclass


class Unreachable(HistoryError):  # noqa: N818  # what it says of the head
    """An upgrade on the way fails; `statement` is the SQL that was running, if any, and `output` what was printed."""

    def __init__(self, failure: StepFailed, before: str, *, after: str = "") -> None:
        revision = failure.revision or "env.py"
        what = f"the place after {after}" if after else f"the place before {before}" if before else "the head"
        super().__init__(
            f"{what} cannot be reached: {failure.message}",
            remedy=failure.remedy or f"mend {revision} first: inv mig.roundtrip --revision {revision} judges it",
            path=failure.path,
            line=failure.line,
        )
        self.statement = failure.statement
        self.output = failure.output


Take = Callable[[str, Direction, str | None], None]


@dataclass(frozen=True, slots=True)
class Stood:
    """Where it stands: `heads` are the rows of env.py's version table. `revisions` are the whole history's."""

    version_table: str
    version_schema: str | None
    heads: tuple[str, ...]
    revisions: tuple[Revision, ...]


@dataclass(frozen=True, slots=True)
class Foothold:
    """A database that stands where it is wanted: what reads it, what brings it back, what takes a step from there.

    `take` wants a revision's id, a direction, and the text that stands in for its file, if any; it raises StepFailed.
    """

    stood: Stood
    reader: Catalog
    keeper: Keeper
    take: Take


@dataclass(frozen=True, slots=True)
class Footing(Foothold):
    """One whose history is loaded in this process."""

    driver: Driver
    climb: Climb


@contextmanager
def standing(schema: Schema, database: Database, before: str, on_event: Callable[[Event], None]) -> Iterator[Footing]:
    """Bring `database` to the head, or to where the revision `before` would be applied next, in this process.

    Raises Unreachable where an upgrade on the way fails, beside what `ground.opened` raises.
    """
    with ground.opened(schema, database) as (steps, reader, keeper):
        climb = _climb(steps, reader, keeper, schema, database, before, on_event)
        try:
            stood = _stood(climb)
        except StepFailed as failure:
            raise Unreachable(failure, before) from failure

        def take(revision: str, direction: Direction, source: str | None) -> None:
            climb.take(Step(steps.history.revision(revision), direction, source))

        yield Footing(stood, reader, keeper, take, steps, climb)


def reached(schema: Schema, database: Database, before: str, on_event: Callable[[Event], None]) -> Stood:
    """Bring `database` there and leave it; raises what `standing` raises, and StepFailed for Unreachable."""
    with ground.opened(schema, database) as (steps, reader, keeper):
        return _stood(_climb(steps, reader, keeper, schema, database, before, on_event))


def taken(schema: Schema, database: Database, revision: str, direction: Direction, source: str | None) -> None:
    """Take one step of a database that stands somewhere already; raises StepFailed."""
    with ground.opened(schema, database, empty=False) as (steps, reader, keeper):
        climb = Climb(steps, reader, keeper, Privileges(database, schema.server), (), lambda _e: None)
        climb.take(Step(steps.history.revision(revision), direction, source))


def _climb(
    steps: Driver,
    reader: Catalog,
    keeper: Keeper,
    schema: Schema,
    database: Database,
    before: str,
    on_event: Callable[[Event], None],
) -> Climb:
    privileges = Privileges(database, schema.server)
    return Climb(steps, reader, keeper, privileges, _wanted(steps.history, before), on_event)


def _stood(climb: Climb) -> Stood:
    heads, steps = climb.reach(), climb.driver
    return Stood(steps.version_table, steps.version_schema, heads, steps.history.revisions)


def _wanted(history: History, before: str) -> tuple[Revision, ...]:
    if not before:
        return history.revisions
    revision = history.revision(before)
    return history.below((*revision.parents, *revision.depends_on))
