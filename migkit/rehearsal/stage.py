"""One revision on stage: its state before and after, the way back to either, and its upgrade taken once more.

An ascent climbs the history and stops at each wanted revision, so that most of what a check needs is there already.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from migkit.alembic_io.driver import Plan, Step
from migkit.alembic_io.purity import repeats
from migkit.catalog import Reading
from migkit.climb import Climb, Position, raise_if_disk_full, state_of
from migkit.errors import StepFailed
from migkit.judge import State
from migkit.model import Event, Revision
from migkit.model.rehearsal import Sent

T = TypeVar("T")


class Ascent(Climb):
    """A climb that stops after each wanted revision."""

    def rehearse(self, wanted: Collection[str], checks: Callable[[Stage], Plan[T]]) -> list[T]:
        """Upgrade from what stands now to the last revision; give what `checks` makes of each wanted one."""
        self._total = len(self._revisions)
        self._on_event(Event("start", "rehearsal", 0, self._total))
        self._begin()
        return self.driver.walk(self._ascend(wanted, checks))

    def _ascend(self, wanted: Collection[str], checks: Callable[[Stage], Plan[T]]) -> Plan[list[T]]:
        told: list[T] = []
        done = 0
        for position, revision in enumerate(self._revisions, 1):
            if revision.id in wanted:
                yield from self._climb(done, position)
                stage = Stage(self, position)
                told.append((yield from checks(stage)))
                yield from stage.to_after()
                done = position
        yield from self._climb(done, len(self._revisions))
        return told

    @property
    def height(self) -> int:
        """How many revisions were climbed."""
        return len(self._revisions)

    @property
    def filled(self) -> bool:
        """Whether rows were put in on the way."""
        return self._stock is not None

    def position(self, number: int) -> Position:
        """Give what was recorded after so many revisions."""
        return self._positions[number]

    def revision(self, number: int) -> Revision:
        """Give the revision whose upgrade leads to a position."""
        return self._revisions[number - 1]

    def back(self, number: int) -> Plan[None]:
        """Bring the database back to right after a position: catalogue, rows and version table."""
        yield from self._restore(number)

    def back_before(self, number: int) -> Plan[None]:
        """Bring the database back to what the upgrade to a position started from, rows that were put in included."""
        yield from self._restore_before(number)

    def stamp(self, number: int) -> None:
        """Make the version table say that the database stands at a position."""
        self._stamp(self._positions[number].heads)

    def read(self) -> State:
        """Read what the database holds now."""
        return state_of(self._read())

    def reading(self) -> Reading:
        """Read what the database holds now, the version table's rows beside it."""
        return self._read()

    def tell(self, event: Event) -> None:
        """Tell how it goes."""
        self._on_event(event)

    def again(self, number: int, source: str | None) -> Plan[State | StepFailed]:
        """Take the upgrade that leads to a position from where the database stands, the version table put back."""
        yield from self._leave()
        self._stamp(self._positions[number - 1].heads)
        step = Step(self.revision(number), "upgrade", source)
        try:
            yield from self._allowed(step)
            yield from self._leave()
            reading = self._read()
            self._check_version(step, self._positions[number].heads, reading)
        except StepFailed as failure:
            raise_if_disk_full(failure)
            yield from self._leave()
            return failure
        return state_of(reading)

    def cut(self, number: int, after: int, source: str | None, done: int = 0) -> Plan[bool]:
        """Take the upgrade from where the database stands and cut it after a statement; give whether it came so far.

        Its first `done` statements are not sent again.
        """
        yield from self._leave()
        self._stamp(self._positions[number - 1].heads)
        with self.driver.cutting(after, self._keeper.end_sessions, done) as cutting:
            with suppress(StepFailed):
                yield from self._allowed(Step(self.revision(number), "upgrade", source))
            yield from self._leave()
        return cutting.made


_BEFORE, _AFTER, _CUT = "before", "after", "cut"


class Stage:
    """One revision whose upgrade was taken, and the database at hand.

    `to_before` and `to_after` cost nothing where the database is known to stand there. Whoever sends anything to the
    database besides `attempt` says so by `moved`.
    """

    def __init__(self, ascent: Ascent, position: int) -> None:
        self.position = position
        self.revision = ascent.revision(position)
        self.step = Step(self.revision, "upgrade")
        self.driver = ascent.driver
        self._ascent = ascent
        self._here = _AFTER
        self._left: tuple[int, State] | None = None  # where the last cut was, and what it left
        self._rerun: State | StepFailed | None = None
        self._varying: frozenset[str] | None = None

    @property
    def before(self) -> State:
        """What the upgrade started from."""
        return self._ascent.before(self.position)

    @property
    def after(self) -> State:
        """What it led to."""
        return self._ascent.after(self.position)

    @property
    def failure(self) -> StepFailed | None:
        """Why the upgrade failed, if it did; there is nothing to rehearse then, unless it `fails_with_rows` alone."""
        return self._ascent.position(self.position).failure

    @property
    def refusal(self) -> StepFailed | None:
        """Why the upgrade refuses rows that were put in, by a `raise` of its own; what stands here is without them."""
        return self._ascent.position(self.position).refusal

    @property
    def fails_with_rows(self) -> bool:
        """Whether the upgrade fails on rows that were put in, and passes without; what stands here is without."""
        return self._ascent.position(self.position).fails_with_rows

    @property
    def sent(self) -> Sequence[Sent]:
        """The statements that the upgrade sent."""
        record = self._ascent.position(self.position)
        return record.sent or [Sent(statement) for statement in record.statements]

    @property
    def plain(self) -> bool:
        """Whether the upgrade is plain DDL in code and in fact: equal states are then equal in what no state tells.

        Those are counters, and what guarded operations remember.
        """
        return repeats(self.revision.path, [one.statement for one in self.sent])

    def to_before(self) -> Plan[None]:
        """Bring the database to what the upgrade started from."""
        if self._here != _BEFORE:
            yield from self._ascent.back_before(self.position)
            self._here = _BEFORE

    def to_after(self) -> Plan[None]:
        """Bring the database to what the upgrade led to: by the upgrade itself, where it stands before that."""
        if self._here == _BEFORE and self.plain:
            yield from self.attempt()
        if self._here != _AFTER:
            yield from self._ascent.back(self.position)
            self._here = _AFTER

    def moved(self, now: State | None = None) -> None:
        """Say that the database may stand elsewhere; `now` is what was read of it since, if anything was.

        No connection of a migration is open.
        """
        if self._here == _CUT and self._left is not None and now is self._left[1]:
            return  # it stands where the cut left it
        self._here = ""
        if now is not None and self.plain:
            self._here = _AFTER if now == self.after else _BEFORE if now == self.before else ""
        if self._here:
            self._ascent.stamp(self.position if self._here == _AFTER else self.position - 1)

    def read(self) -> State:
        """Read what the database holds now; no connection of a migration is open."""
        if self._here == _CUT and self._left is not None:
            return self._left[1]
        return self._ascent.read()

    def attempt(self, source: str | None = None) -> Plan[State | StepFailed]:
        """Take the upgrade from where the database stands, with the version table as it was before it.

        Gives the state that it leads to, or why it failed. `source` stands in for the text of the revision's file.
        """
        stood = self._here
        self.moved()
        came: State | StepFailed = yield from self._ascent.again(self.position, source)
        now = came if isinstance(came, State) else self._ascent.read() if self.plain else None
        self.moved(now)
        if stood == _CUT and not self._here and self._left is not None and now == self._left[1]:
            self._here = _CUT  # the retry changed nothing
        return came

    @property
    def reran(self) -> bool:
        """Whether the rerun was taken already."""
        return self._rerun is not None

    def rerun(self) -> Plan[State | StepFailed]:
        """Take the upgrade again on its own result; once, whoever asks."""
        if self._rerun is None:
            yield from self.to_after()
            self._rerun = yield from self.attempt()
        return self._rerun

    def cut(self, after: int, source: str | None = None) -> Plan[bool]:
        """Take the upgrade from its beginning, cut after so many statements; give whether it came so far.

        Where the database stands at an earlier cut, and each statement is kept by itself, it goes on from there.
        """
        done = self._left[0] if self._here == _CUT and self._left and not source and self._left[0] < after else 0
        if not done:
            yield from self.to_before()
        self.moved()
        made: bool = yield from self._ascent.cut(self.position, after, source, done)
        if done and not made:  # what goes on may meet what the whole does not
            return (yield from self.cut(after))
        if made and not source and self._keeps_each:
            self._left, self._here = (after, self._ascent.read()), _CUT
        return made

    @property
    def _keeps_each(self) -> bool:
        """Whether each statement of the upgrade is kept by itself, and none depends on what another one gave."""
        return self.plain and all(one.kept == number for number, one in enumerate(self.sent, 1))

    def steady(self) -> Plan[Callable[[State], State]]:
        """Give what leaves out of a state the values that a second run makes otherwise: a clock's, a generator's.

        Of such a table the number of rows remains.
        """
        if self._varying is None:
            yield from self.to_before()
            came = yield from self.attempt()
            found = came.rows if isinstance(came, State) else {}
            self._varying = frozenset(
                table for table, rows in self.after.rows.items() if found.get(table, rows) != rows
            )
        varying = self._varying

        def steady(state: State) -> State:
            counts = {table: f"{state.rows[table].partition(':')[0]}:" for table in varying & state.rows.keys()}
            return replace(state, rows={**state.rows, **counts})

        return steady
