"""Walks a history up, and down again with a second upgrade where that is needed, on one throwaway database.

On the way up each state is recorded. On the way down each downgrade is held against the recorded state, and whenever
they differ the recorded one is brought back, rows included, so that one revision's fault is never charged to another.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from migkit.alembic_io.driver import Done, Driver, Plan, Step
from migkit.alembic_io.purity import repeats
from migkit.catalog import Catalog, Keeper, Reading
from migkit.clock import Clock
from migkit.errors import HistoryError, ServerError, StepFailed
from migkit.judge import State, Trip
from migkit.model import Event, Revision, Verdict
from migkit.privileges import Privileges

_DISK_FULL = re.compile(r"No space left on device|\bis full\b|\bdisk full\b", re.IGNORECASE)
_LOST = -1  # the database stands at no recorded position
OnEvent = Callable[[Event], None]


@dataclass(slots=True)
class Position:
    """The recorded state after so many revisions, and the version table's rows that belong to it."""

    heads: tuple[str, ...]
    state: State
    statements: tuple[str, ...] = ()
    failure: StepFailed | None = None


class Walk:
    """One walk over a history. `up` must be finished before `down` begins."""

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

    # --- up -------------------------------------------------------------------------------------------

    def up(self) -> None:
        """Upgrade from what stands now to the last revision; a failed one is passed over, as far as it can be."""
        self._on_event(Event("start", "round trip", 0, self._total))
        self.driver.prime()
        self._record(Position(heads=(), state=_state(self._read())))
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
                _raise_if_disk_full(failure)
                yield from self._pass_over(position, step, failure)

    def _arrived(self, position: int, done: Done, failure: StepFailed | None = None) -> None:
        """Record where a committed upgrade led; StepFailed where the version table says another thing."""
        self.clock.step(done.step)
        heads = self.driver.heads_after(done.step, self._positions[position - 1].heads)
        reading = self._read()
        self._check_version(done.step, heads, reading)
        self._record(Position(heads, _state(reading), done.statements, failure))
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
            self._record(Position(heads, _state(self._read()), (), failure))
            self._tell(position, step)

    # --- down -----------------------------------------------------------------------------------------

    def down(self, wanted: Collection[str]) -> list[Trip]:
        """Take the `wanted` revisions from the last to the first; the database stands at the last one."""
        self._at = len(self._revisions)
        return self.driver.walk(self._descend(wanted))

    def _descend(self, wanted: Collection[str]) -> Plan[list[Trip]]:
        trips: list[Trip] = []
        for position in range(len(self._revisions), 0, -1):
            if self._revisions[position - 1].id not in wanted:
                continue
            if not self._can_go_down(position):
                failed = Verdict.upgrade_fails if self._positions[position].failure else None
                trips.append(self._trip(position, failed=failed))
                continue
            if self._at != position:
                yield from self._restore(position)
            trips.append((yield from self._round(position)))
        return trips

    def _round(self, position: int) -> Plan[Trip]:
        """Take the downgrade at `position`, and the second upgrade unless it is known to prove nothing."""
        step = Step(self._revisions[position - 1], "downgrade")
        self._at = _LOST
        self.clock.start()
        try:
            down = self._reached(position, (yield from self._take(step, position)))
        except StepFailed as failure:
            _raise_if_disk_full(failure)
            return self._trip(position, failed=Verdict.downgrade_fails, failure=failure)
        if self._is_clean(position, down):
            self._at = position - 1
            return self._trip(position, down=down)
        return (yield from self._again(position, down))

    def _reached(self, position: int, done: Done) -> State:
        """Read where a committed downgrade led; StepFailed where the version table says another thing."""
        self.clock.step(done.step)
        reading = self._read()
        self._check_version(done.step, self._positions[position - 1].heads, reading)
        self.clock.read(done.step)
        self._tell(self._total - position + 1, done.step)
        return _state(reading)

    def _again(self, position: int, down: State) -> Plan[Trip]:
        """Upgrade again from what the downgrade left."""
        revision = self._revisions[position - 1]
        try:
            yield from self._take(Step(revision, "upgrade"), None)
        except StepFailed as failure:
            _raise_if_disk_full(failure)
            return self._trip(position, down=down, failed=Verdict.reupgrade_fails, failure=failure)
        again = _state(self._read())
        before, after = self._positions[position - 1].state, self._positions[position].state
        if _equal(down, before) and _equal(again, after):  # a second downgrade is cheaper than a restore
            with contextlib.suppress(StepFailed):
                yield from self._take(Step(revision, "downgrade"), None)
                self._at = position - 1 if _equal(_state(self._read()), before) else _LOST
        return self._trip(position, down=down, again=again)

    def _can_go_down(self, position: int) -> bool:
        return self._positions[position].failure is None and not self._revisions[position - 1].irreversible

    def _is_clean(self, position: int, state: State) -> bool:
        """Whether nothing differs and the upgrade is known to do the same again: then the third pass proves nothing."""
        before, record = self._positions[position - 1].state, self._positions[position]
        if not _equal(state, before):
            return False
        return repeats(self._revisions[position - 1].path, record.statements)

    def _trip(
        self,
        position: int,
        *,
        down: State | None = None,
        again: State | None = None,
        failed: Verdict | None = None,
        failure: StepFailed | None = None,
    ) -> Trip:
        before, record = self._positions[position - 1], self._positions[position]
        revision = self._revisions[position - 1]
        return Trip(revision, before.state, record.state, down, again, failed, failure or record.failure)

    # --- both -----------------------------------------------------------------------------------------

    def _take(self, step: Step, position: int | None) -> Plan[Done]:
        """Take a step; where the login lacks a privilege, from `position` once more with it, and so ever after."""
        lacking = self.privileges.lacking
        try:
            done: Done = yield from self._allowed(step)
        except StepFailed as failure:
            if position is None or step.revision.id in lacking or not self.privileges.lack(failure):
                raise
            lacking[step.revision.id] = failure
            yield from self._restore(position)
            done = yield from self._allowed(step)
        return done

    def _allowed(self, step: Step) -> Plan[Done]:
        """Take a step, with the privilege that its revision is known to lack, if any."""
        if step.revision.id not in self.privileges.lacking:
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


def _state(reading: Reading) -> State:
    return State(reading.snapshot, reading.rows)


def _equal(one: State, other: State) -> bool:
    return one.snapshot.objects == other.snapshot.objects and one.rows == other.rows


def _raise_if_disk_full(failure: StepFailed) -> None:
    """A full disk is the server's fault, not the revision's."""
    if failure.statement and _DISK_FULL.search(failure.message):
        raise ServerError(
            f"the database server ran out of disk: {failure.message}",
            remedy="give Docker more memory or disk, then run it again",
        ) from failure
