"""Climbs a history on one throwaway database: each upgrade committed before the next, each state recorded.

Where rows are put in, that is done before each step, and the state is recorded once more. What a walk down needs as
well stands here: a recorded state that is brought back.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from migkit.alembic_io.driver import Done, Driver, Plan, Step
from migkit.catalog import Catalog, Keeper, Reading, version_names
from migkit.errors import ServerError, StepFailed
from migkit.model import Event, Revision
from migkit.model.rehearsal import Sent
from migkit.privileges import Privileges
from migkit.states import state_of, state_with_values
from migkit.steps import OnEvent, Steps, raise_if_disk_full
from migkit.stock import Stock
from migkit.trip import State, refuses
from migkit.values import dataclass

__all__ = ["LOST", "Climb", "Position", "raise_if_disk_full", "state_of"]
LOST = -1  # the database stands right after no position


@dataclass(slots=True)
class Position:
    """What is recorded of a place in the history: after so many revisions, with the version table's rows `heads`.

    `origin` is what the upgrade started from, `state` what it led to, `filled` what that is once rows were put in, None
    where none were. An upgrade that `fails_with_rows` (`failure`) was taken from an `origin` without them, and so was
    a step that refuses rows by a `raise` of its own (`refusal`), which is no failure. `bare` says that no rows were
    ever put in on the way to `state`.
    """

    heads: tuple[str, ...]
    state: State
    sent: tuple[Sent, ...] = ()
    failure: StepFailed | None = None
    origin: State | None = None
    filled: State | None = None
    refusal: StepFailed | None = None
    fails_with_rows: bool = False
    bare: bool = False

    @property
    def statements(self) -> tuple[str, ...]:
        """The text of each statement that the upgrade sent."""
        return tuple(one.statement for one in self.sent)


class Climb(Steps):
    """One climb over `revisions`, in the order in which Alembic applies them. `up` or `reach` comes first.

    Position p is the place after p revisions. Without a `stock` no rows are put in.
    """

    def __init__(
        self,
        driver: Driver,
        catalog: Catalog,
        keeper: Keeper,
        privileges: Privileges,
        revisions: Sequence[Revision],
        on_event: OnEvent,
        stock: Stock | None = None,
    ) -> None:
        super().__init__(driver, catalog, privileges, on_event)
        self._keeper = keeper
        self._revisions = revisions
        self._stock = stock
        self._slots = 2 if stock else 1  # that the keeper has for a position: right after the step, with rows put in
        self._positions: list[Position] = []
        self._at = 0
        self._total = 2 * len(revisions)

    def before(self, position: int) -> State:
        """Give what the upgrade to a position started from, rows that were put in included."""
        origin = self._positions[position].origin
        return origin if origin is not None else self._positions[position - 1].state

    def after(self, position: int) -> State:
        """Give what the upgrade to a position led to."""
        return self._positions[position].state

    # --- all of it, judged later ----------------------------------------------------------------------

    def up(self) -> None:
        """Upgrade from what stands now to the last revision; a failed one is passed over, as far as it can be."""
        self._on_event(Event("start", "round trip", 0, self._total))
        self._begin()
        self.driver.walk(self._climb(0, len(self._revisions)))
        self._fill(len(self._revisions))

    def _begin(self) -> None:
        """Run env.py once, and record what stands before the first revision."""
        self.driver.prime()
        self._record(Position(heads=(), state=self._state(), bare=True))

    def _climb(self, start: int, end: int, *, filled: bool = False) -> Plan[None]:
        """Take the upgrades from right after position `start` to right after `end`, and record each.

        Rows are put in before each of them; at `start` they are there already if it is `filled`.
        """
        for position in range(start + 1, end + 1):
            if not (filled and position == start + 1):
                self._fill(position - 1)
            step = Step(self._revisions[position - 1], "upgrade")
            self.clock.start()
            try:
                done = yield from self._take(step, partial(self._restore_filled, position - 1))
                self._arrived(position, done, self._standing(position - 1))
            except StepFailed as failure:
                raise_if_disk_full(failure)
                yield from self._fall(position, step, failure)

    def _fall(self, position: int, step: Step, failure: StepFailed) -> Plan[None]:
        """After a failed upgrade, take it without rows; if it fails then too, take of it what the server takes."""
        has_rows = self._has_rows(position - 1)  # a restore that takes steps again records them without
        yield from self._restore_bare(position - 1)
        if has_rows:
            other = yield from self._without_rows(position, step, failure)
            if other is None:
                return
            failure = other
        yield from self._pass_over(position, step, failure)

    def _without_rows(self, position: int, step: Step, failure: StepFailed) -> Plan[StepFailed | None]:
        """Take an upgrade that failed with rows from where there are none; give why it fails then too, if it does."""
        origin = self._state()
        try:
            done = yield from self._take(step, partial(self._restore_bare, position - 1))
            told: dict[str, Any] = {"failure": failure, "fails_with_rows": True}
            self._arrived(position, done, origin, **({"refusal": failure} if refuses(failure) else told))
        except StepFailed as other:
            raise_if_disk_full(other)
            yield from self._restore_bare(position - 1)
            return other
        return None

    def _pass_over(self, position: int, step: Step, failure: StepFailed) -> Plan[None]:
        """Take of an upgrade what the server takes, so that later revisions find what they need."""
        origin = self._state() if self._stock else None
        self.clock.start()
        try:
            with self.driver.tolerant():
                self._arrived(position, (yield from self._allowed(step)), origin, failure)
        except StepFailed:
            yield from self._restore_bare(position - 1)
            heads = self.driver.heads_after(step, self._positions[position - 1].heads)
            self._stamp(heads)
            record = Position(heads, self._state(origin), failure=failure, origin=origin, bare=True)
            self._record(record, position)
            self._tell(position, step)

    def _arrived(
        self,
        position: int,
        done: Done,
        origin: State | None,
        failure: StepFailed | None = None,
        *,
        refusal: StepFailed | None = None,
        fails_with_rows: bool = False,
    ) -> None:
        """Record where a committed upgrade led; StepFailed where the version table says another thing."""
        self.clock.step(done.step)
        heads = self.driver.heads_after(done.step, self._positions[position - 1].heads)
        reading = self._read()
        self._check_version(done.step, heads, reading)
        record = Position(heads, self._state_of(reading, origin), done.sent, failure, origin, refusal=refusal)
        record.fails_with_rows, record.bare = fails_with_rows, bool(failure or refusal)
        self._record(record, position)
        self.clock.read(done.step)
        self._tell(position, done.step)

    def _record(self, record: Position, position: int = 0) -> None:
        """Record a position, for the first time or in the place of what was recorded of it."""
        self._keep(position * self._slots, record.state)
        self._positions[position : position + 1] = [record]

    def _keep(self, slot: int, state: State) -> None:
        if self._keeper.alone:
            self.driver.disconnect()
        self._keeper.keep(slot, state.snapshot, state.rows)

    # --- to the end, and nothing recorded on the way ------------------------------------------------------

    def reach(self) -> tuple[str, ...]:
        """Upgrade to the last revision and give the version table's rows; the first upgrade that fails is raised."""
        self._total = len(self._revisions)
        self._on_event(Event("start", "upgrade", 0, self._total))
        self._begin()
        return self.driver.walk(self._reach())

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

    # --- rows, and what was recorded ------------------------------------------------------------------

    def _fill(self, position: int) -> None:
        """Put rows in right after a position, and record what they came to; nothing without a stock."""
        if self._stock is None:
            return
        record = self._positions[position]
        record.filled = None
        revision = self._revisions[position - 1].id if position else None
        if self._stock.put(revision, version_names(self.driver.version_table, self.driver.version_schema)):
            record.filled = self._state(record.state)
            self._keep(position * self._slots + 1, record.filled)

    def _state(self, like: State | None = None) -> State:
        """Read the state, with values where rows are put in; what is as in `like` is not read again."""
        return self._state_of(self._read(), like)

    def _state_of(self, reading: Reading, like: State | None = None) -> State:
        return state_with_values(self._catalog, reading, like) if self._stock else state_of(reading)

    def _standing(self, position: int) -> State:
        """Give what the next upgrade starts from."""
        record = self._positions[position]
        return record.filled if record.filled is not None else record.state

    def _has_rows(self, position: int) -> bool:
        """Whether what the next upgrade starts from has rows that were put in."""
        record = self._positions[position]
        return record.filled is not None or (self._stock is not None and position > 0 and not record.bare)

    def _restore(self, position: int) -> Plan[None]:
        """Bring the database back to right after a position, rows and version table included."""
        yield from self._bring_back(position)
        self._at = position

    def _restore_filled(self, position: int) -> Plan[None]:
        """Bring the database back to a position with the rows that were put in there."""
        filled = self._positions[position].filled is not None
        yield from self._bring_back(position, filled=filled)
        self._at = LOST if filled else position

    def _restore_before(self, position: int) -> Plan[None]:
        """Bring the database back to what the upgrade to a position started from."""
        if self._positions[position].bare:
            yield from self._restore_bare(position - 1)
        else:
            yield from self._restore_filled(position - 1)

    def _restore_bare(self, position: int) -> Plan[None]:
        """Bring the database to a position without rows: by steps from the last one that was reached without."""
        if self._stock is None:
            yield from self._restore(position)
            return
        start = max((at for at in range(1, position + 1) if self._positions[at].bare), default=0)
        yield from self._restore(start)
        try:
            for at in range(start, position):
                yield from self._take(Step(self._revisions[at], "upgrade"), partial(self._restore_bare, at))
        except StepFailed:  # it needs rows
            yield from self._restore_filled(position)
        else:
            yield None
            self._at = position if start == position else LOST

    def _bring_back(self, position: int, *, filled: bool = False) -> Plan[None]:
        """Bring the database back to one of a position's states; steps that are taken again are recorded again."""
        slot = position * self._slots + filled
        yield from self._leave()
        try:
            reached = self._keeper.restore(slot)
        except ServerError:  # a state that cannot be made from its parts is made as the history made it
            reached = self._keeper.restore(0)
        if reached < slot:
            start, there = divmod(reached, self._slots)
            self._stamp(self._positions[start].heads)
            yield from self._climb(start, position, filled=bool(there))
            yield None
            if filled:
                self._fill(position)
        self._stamp(self._positions[position].heads)
