"""Brings a throwaway database that is there to where it is to stand, wherever that is done: here, or in a service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from migkit import ground
from migkit.alembic_io.driver import Driver, Step
from migkit.alembic_io.history import History
from migkit.catalog import Catalog, Keeper
from migkit.climb import Climb
from migkit.errors import HistoryError, StepFailed
from migkit.model import Database, Direction, Event, Revision, Schema
from migkit.privileges import Privileges


class Unreachable(HistoryError):  # noqa: N818  # what it says of the head
    """An upgrade on the way fails; `statement` is the SQL that was running, if any, and `output` what was printed."""

    def __init__(self, failure: StepFailed, what: str) -> None:
        revision = failure.revision or "env.py"
        super().__init__(
            f"{what} cannot be reached: {failure.message}",
            remedy=failure.remedy or f"mend {revision} first: inv mig.roundtrip --revision {revision} judges it",
            path=failure.path,
            line=failure.line,
        )
        self.statement = failure.statement
        self.output = failure.output


@dataclass(frozen=True, slots=True)
class Stood:
    """Where it stands: `heads` are the rows of env.py's version table. `revisions` are the whole history's."""

    version_table: str
    version_schema: str | None
    heads: tuple[str, ...]
    revisions: tuple[Revision, ...]


@dataclass(frozen=True, slots=True)
class Footing:
    """A database that stands where it is wanted, in this process: what reads it, brings it back, steps on from it."""

    stood: Stood
    reader: Catalog
    keeper: Keeper
    driver: Driver
    climb: Climb

    def take(self, revision: str, direction: Direction, source: str | None = None) -> None:
        """Take one step; `source` stands in for the revision's file."""
        self.climb.take(Step(self.driver.history.revision(revision), direction, source))


@contextmanager
def standing(schema: Schema, database: Database, before: str, on_event: Callable[[Event], None]) -> Iterator[Footing]:
    """Bring `database` to the head, or to where the revision `before` would be applied next.

    Raises Unreachable where an upgrade on the way fails, beside what `ground.opened` raises.
    """
    with ground.opened(schema, database) as (steps, reader, keeper):
        history = steps.history
        privileges = Privileges(database, schema.server)
        climb = Climb(steps, reader, keeper, privileges, _wanted(history, before), on_event)
        try:
            heads = climb.reach()
        except StepFailed as failure:
            raise Unreachable(failure, f"the place before {before}" if before else "the head") from failure
        stood = Stood(steps.version_table, steps.version_schema, heads, history.revisions)
        yield Footing(stood, reader, keeper, steps, climb)


def _wanted(history: History, before: str) -> tuple[Revision, ...]:
    if not before:
        return history.revisions
    revision = history.revision(before)
    return history.below((*revision.parents, *revision.depends_on))
