"""Climbs a history on one throwaway database: each upgrade committed before the next, each state recorded.

What a walk down needs as well stands here: a step that is taken with the privilege which it lacks, a recorded state
that is brought back, a version table that is held against what Alembic says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from migkit.alembic_io.driver import Done, Driver, Plan, Step
from migkit.catalog import Catalog, Keeper, Reading
from migkit.clock import Clock
from migkit.errors import HistoryError, ServerError, StepFailed
from migkit.judge import State
from migkit.model import Event, Revision
from migkit.privileges import Privileges

_DISK_FULL = re.compile(r"No space left on device|\bis full\b|\bdisk full\b", re.IGNORECASE)
OnEvent = Callable[[Event], None]


@dataclass(slots=True)
class Position:
    """The recorded state after so many revisions, and the version table's rows that belong to it."""

    heads: tuple[str, ...]
    state: State
    statements: tuple[str, ...] = ()
    failure: StepFailed | None = None


class Climb:
    """One climb over `revisions`, in the order in which Alembic applies them. `up` or `reach` comes first."""

    def __init__(
        self,
        driver: Driver,
        catalog: Catalog,
        keeper: Keeper,
        privileges: Privileges,
        revisions: Sequence[Revision],
        on_event: OnEvent,
    ) -> None:
        self.driver = driver
        self.privileges = privileges
        self.clock = Clock()
        self._catalog = catalog
        self._keeper = keeper
        self._revisions = revisions
        self._on_event = on_event
        self._positions: list[Position] = []
        self._at = 0
        self._total = 2 * len(revisions)

    # --- all of it, judged later ----------------------------------------------------------------------

    def up(self) -> None:
        """Upgrade from what stands now to the last revision; a failed one is passed over, as far as it can be."""
        self._on_event(Event("start", "round trip", 0, self._total))
        self.driver.prime()
        self._record(Position(heads=(), state=state_of(self._read())))
        self.driver.walk(self._climb(0, len(self._revisions)))

    def _climb(self, start: int, end: int) -> Plan[None]:
        """Take the upgrades from position `start` to position `end`, and record each."""
        del self._positions[start + 1 :]
        while (position := len(self._positions)) <= end:
            step = Step(self._revisions[position - 1], "upgrade")
            self.clock.start()
            try:
                self._arrived(position, (yield from self._take(step, position - 1)))
            except StepFailed as failure:
                raise_if_disk_full(failure)
                yield from self._pass_over(position, step, failure)

    def _arrived(self, position: int, done: Done, failure: StepFailed | None = None) -> None:
        """Record where a committed upgrade led; StepFailed where the version table says another thing."""
        self.clock.step(done.step)
        heads = self.driver.heads_after(done.step, self._positions[position - 1].heads)
        reading = self._read()
        self._check_version(done.step, heads, reading)
        self._record(Position(heads, state_of(reading), done.statements, failure))
        self.clock.read(done.step)
        self._tell(position, done.step)

    def _record(self, record: Position) -> None:
        if self._keeper.alone:
            self.driver.disconnect()
        self._keeper.keep(len(self._positions), record.state.snapshot, record.state.rows)
        self._positions.append(record)

    def _pass_over(self, position: int, step: Step, failure: StepFailed) -> Plan[None]:
        """After a failed upgrade, take of it what the server takes, so that later revisions find what they need."""
        yield from self._restore(position - 1)
        self.clock.start()
        try:
            with self.driver.tolerant():
                self._arrived(position, (yield from self._allowed(step)), failure)
        except StepFailed:
            yield from self._restore(position - 1)
            heads = self.driver.heads_after(step, self._positions[position - 1].heads)
            self._stamp(heads)
            self._record(Position(heads, state_of(self._read()), (), failure))
            self._tell(position, step)

    # --- to the end, and nothing recorded on the way ------------------------------------------------------

    def reach(self) -> tuple[str, ...]:
        """Upgrade to the last revision and give the version table's rows; the first upgrade that fails is raised."""
        self._total = len(self._revisions)
        self._on_event(Event("start", "upgrade", 0, self._total))
        self.driver.prime()
        self._record(Position(heads=(), state=state_of(self._read())))
        return self.driver.walk(self._reach())

    def take(self, step: Step) -> None:
        """Take one step from where the database stands; StepFailed leaves of it what the server committed."""
        self.driver.walk(self._one(step))

    def _reach(self) -> Plan[tuple[str, ...]]:
        heads, at = self._positions[0].heads, 0
        while at < len(self._revisions):
            step = Step(self._revisions[at], "upgrade")
            try:
                yield from self._allowed(step)
            except StepFailed as failure:
                raise_if_disk_full(failure)
                if not self.privileges.learn(step.revision, failure):
                    raise
                yield from self._restore(0)  # MySQL keeps what the step did before it was refused
                heads, at = self._positions[0].heads, 0
                continue
            heads, at = self.driver.heads_after(step, heads), at + 1
            self._tell(at, step)
        yield from self._leave()
        if self._revisions:
            self._check_version(step, heads, self._read())
        return heads

    def _one(self, step: Step) -> Plan[None]:
        """Take a step, with the privileges that it lacks: lent at once where half of it could not be taken back."""
        lent = self.privileges.lends and not self.privileges.safe
        try:
            yield from self._allowed(step, lent=lent)
        except StepFailed as failure:
            raise_if_disk_full(failure)
            if lent or not self.privileges.learn(step.revision, failure):
                raise
            yield from self._allowed(step)
        yield from self._leave()

    # --- both -----------------------------------------------------------------------------------------

    def _take(self, step: Step, position: int | None) -> Plan[Done]:
        """Take a step; where the login lacks a privilege, from `position` once more with it, and so ever after."""
        try:
            done: Done = yield from self._allowed(step)
        except StepFailed as failure:
            if position is None or not self.privileges.learn(step.revision, failure):
                raise
            yield from self._restore(position)
            done = yield from self._allowed(step)
        return done

    def _allowed(self, step: Step, *, lent: bool = False) -> Plan[Done]:
        """Take a step, with the privilege that its revision is known to lack, or all that can be `lent`."""
        if not lent and step.revision.id not in self.privileges.lacking:
            done: Done = yield step
            return done
        yield from self._leave()
        with self.privileges.elevated():
            done = yield step
            yield from self._leave()
        return done

    def _leave(self) -> Plan[None]:
        """End the run and its sessions, pooled ones too: each has the privileges that its login had when it began."""
        yield None  # env.py closes what it holds
        self.driver.disconnect()

    def _restore(self, position: int) -> Plan[None]:
        """Bring the database back to a recorded position, rows and version table included."""
        yield from self._leave()
        try:
            reached = self._keeper.restore(position)
        except ServerError:  # a state that cannot be made from its parts is made as the history made it
            reached = self._keeper.restore(0)
        if reached < position:
            self._stamp(self._positions[reached].heads)
            yield from self._climb(reached, position)
            yield None
        self._stamp(self._positions[position].heads)
        self._at = position

    def _stamp(self, heads: tuple[str, ...]) -> None:
        """Make the version table say `heads`; HistoryError where env.py never left one there."""
        table, schema = self.driver.version_table, self.driver.version_schema
        if self._catalog.version_rows(table, schema) == heads:
            return
        try:
            self._catalog.stamp(table, schema, heads)
        except Exception as error:
            raise HistoryError(
                f"env.py ran, and there is no {table} afterwards: {error}",
                remedy="it must commit what it does: wrap context.run_migrations() in context.begin_transaction()",
            ) from error

    def _read(self) -> Reading:
        return self._catalog.read(self.driver.version_table, self.driver.version_schema)

    def _check_version(self, step: Step, heads: tuple[str, ...], reading: Reading) -> None:
        if reading.versions != heads:
            raise StepFailed(
                f"{step.direction} of {step.revision.id} ended, but {self.driver.version_table} holds "
                f"{', '.join(reading.versions) or 'no row'} instead of {', '.join(heads) or 'no row'}",
                revision=step.revision.id,
                direction=step.direction,
                remedy="env.py must migrate the database it is given, and commit",
                path=step.revision.path,
            )

    def _tell(self, done: int, step: Step) -> None:
        self._on_event(Event("step", f"{step.direction} {step.revision.id} {step.revision.title}", done, self._total))


def state_of(reading: Reading) -> State:
    """Give what a reading says of the catalogue and the rows."""
    return State(reading.snapshot, reading.rows)


def raise_if_disk_full(failure: StepFailed) -> None:
    """A full disk is the server's fault, not the revision's."""
    if failure.statement and _DISK_FULL.search(failure.message):
        raise ServerError(
            f"the database server ran out of disk: {failure.message}",
            remedy="give Docker more memory or disk, then run it again",
        ) from failure
