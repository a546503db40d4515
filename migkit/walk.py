"""Walks a history up, and down again with a second upgrade where that is needed, on one throwaway database.

On the way up each state is recorded. On the way down each downgrade is held against the recorded state, and whenever
they differ the recorded one is brought back, rows included, so that one revision's fault is never charged to another.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from migkit.alembic_io.driver import Done, Driver, Step
from migkit.alembic_io.purity import repeats
from migkit.catalog import Catalog, Keeper
from migkit.clock import Clock
from migkit.errors import HistoryError, ServerError, StepFailed
from migkit.judge import State, Trip
from migkit.model import Event, Revision, Verdict

_DISK_FULL = re.compile(r"No space left on device|\bis full\b|\bdisk full\b", re.IGNORECASE)
OnEvent = Callable[[Event], None]


@dataclass(slots=True)
class Position:
    """The recorded state after so many revisions, and the version table's rows that belong to it."""

    heads: tuple[str, ...]
    state: State
    statements: tuple[str, ...] = ()
    failure: StepFailed | None = None


@dataclass(slots=True)
class Descent:
    """What a run of downgrades came to: the states that are as recorded, then the first that is not, or a failure."""

    clean: list[State] = field(default_factory=list)
    dirty: State | None = None
    failure: StepFailed | None = None


class Walk:
    """One walk over a history. `up` must be finished before `down` begins."""

    def __init__(
        self, driver: Driver, catalog: Catalog, keeper: Keeper, revisions: Sequence[Revision], on_event: OnEvent
    ) -> None:
        self.driver = driver
        self.clock = Clock()
        self._catalog = catalog
        self._keeper = keeper
        self._revisions = revisions
        self._on_event = on_event
        self._positions: list[Position] = []
        self._total = 2 * len(revisions)

    # --- up -------------------------------------------------------------------------------------------

    def up(self) -> None:
        """Upgrade from what stands now to the last revision; a failed one is passed over, as far as it can be."""
        self._on_event(Event("start", "round trip", 0, self._total))
        self.driver.prime()
        self.clock.lap = time.perf_counter()
        self._record(Position(heads=(), state=self._read()))
        self._climb(0, len(self._revisions))

    def _climb(self, start: int, end: int) -> None:
        """Take the upgrades from position `start` to position `end`, and record each."""
        del self._positions[start + 1 :]
        while len(self._positions) <= end:
            steps = [Step(revision, "upgrade") for revision in self._revisions[len(self._positions) - 1 : end]]
            try:
                self.driver.walk(steps, self._arrived)
            except StepFailed as failure:
                _raise_if_disk_full(failure)
                self._pass_over(failure)

    def _arrived(self, done: Done, failure: StepFailed | None = None) -> bool:
        """Record where a committed upgrade led; StepFailed where the version table says another thing."""
        position = len(self._positions)
        self.clock.step(done.step)
        heads = self.driver.heads_after(done.step, self._positions[position - 1].heads)
        self._check_version(done.step, heads)
        self._record(Position(heads, self._read(), done.statements, failure))
        self.clock.read(done.step)
        self._tell(position, done.step)
        return True

    def _record(self, record: Position) -> None:
        if self._keeper.alone:
            self.driver.disconnect()
        self._keeper.keep(len(self._positions), record.state.snapshot, record.state.rows)
        self._positions.append(record)

    def _pass_over(self, failure: StepFailed) -> None:
        """After a failed upgrade, take of it what the server takes, so that later revisions find what they need."""
        position = len(self._positions) - 1
        step = Step(self._revisions[position], "upgrade")
        self._restore(position)
        self.clock.lap = time.perf_counter()
        try:
            with self.driver.tolerant():
                self.driver.walk([step], lambda done: self._arrived(done, failure))
        except StepFailed:
            self._restore(position)
            heads = self.driver.heads_after(step, self._positions[position].heads)
            self._stamp(heads)
            self._record(Position(heads, self._read(), (), failure))
            self._tell(position + 1, step)

    # --- down -----------------------------------------------------------------------------------------

    def down(self, wanted: Collection[str]) -> Iterator[Trip]:
        """Judge the `wanted` revisions from the last to the first; the database stands at the last one."""
        at = len(self._revisions)
        while at > 0:
            if self._revisions[at - 1].id not in wanted:
                at -= 1
                continue
            if at != len(self._revisions) and self._revisions[at].id not in wanted:
                self._restore(at)
            for trip in self._descend(at, wanted):
                yield trip
                at -= 1

    def _descend(self, at: int, wanted: Collection[str]) -> Iterator[Trip]:
        """Take as many downgrades as come out clean in one go, then give the first that did not its second upgrade."""
        if not self._can_go_down(at):
            yield self._trip(at, failed=Verdict.upgrade_fails if self._positions[at].failure else None)
            self._restore(at - 1)
            return
        descent = self._downgrade(at, wanted)
        yield from (self._trip(at - index, down=state) for index, state in enumerate(descent.clean))
        position = at - len(descent.clean)
        if descent.failure is not None:
            yield self._trip(position, failed=Verdict.downgrade_fails, failure=descent.failure)
            self._restore(position - 1)
        elif descent.dirty is not None:
            yield self._third_pass(position, descent.dirty)

    def _downgrade(self, at: int, wanted: Collection[str]) -> Descent:
        """Downgrade from position `at` for as long as nothing differs and no second upgrade is needed."""
        descent = Descent()

        def after(done: Done) -> bool:
            position = at - len(descent.clean)
            self.clock.step(done.step)
            self._check_version(done.step, self._positions[position - 1].heads)
            state = self._read()
            self.clock.read(done.step)
            self._tell(self._total - position + 1, done.step)
            if self._is_clean(position, state):
                descent.clean.append(state)
            else:
                descent.dirty = state
            return descent.dirty is None

        self.clock.lap = time.perf_counter()
        try:
            self.driver.walk(self._downgrades(at, wanted), after)
        except StepFailed as failure:
            _raise_if_disk_full(failure)
            descent.failure = failure
        return descent

    def _downgrades(self, at: int, wanted: Collection[str]) -> list[Step]:
        """Give the downgrades below position `at`, up to the next that is not wanted or cannot be taken."""
        steps: list[Step] = []
        for position in range(at, 0, -1):
            revision = self._revisions[position - 1]
            if revision.id not in wanted or not self._can_go_down(position):
                break
            steps.append(Step(revision, "downgrade"))
        return steps

    def _third_pass(self, position: int, down: State) -> Trip:
        """Upgrade again from what the downgrade left, then bring back the recorded state below."""
        revision = self._revisions[position - 1]
        again: list[State] = []
        try:
            self.driver.walk([Step(revision, "upgrade")], lambda _done: self._keep_in(again))
        except StepFailed as failure:
            _raise_if_disk_full(failure)
            trip = self._trip(position, down=down, failed=Verdict.reupgrade_fails, failure=failure)
        else:
            trip = self._trip(position, down=down, again=again[0])
        if not self._came_back(position, trip):
            self._restore(position - 1)
        return trip

    def _came_back(self, position: int, trip: Trip) -> bool:
        """Whether a second downgrade of a faultless revision led to the recorded state: cheaper than a restore."""
        before, after = self._positions[position - 1].state, self._positions[position].state
        if trip.down is None or trip.again is None or not _equal(trip.down, before) or not _equal(trip.again, after):
            return False
        reached: list[State] = []
        step = Step(self._revisions[position - 1], "downgrade")
        try:
            self.driver.walk([step], lambda _done: self._keep_in(reached))
        except StepFailed:
            return False
        return _equal(reached[0], before)

    def _keep_in(self, states: list[State]) -> bool:
        states.append(self._read())
        return True

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

    def _restore(self, position: int) -> None:
        """Bring the database back to a recorded position, rows and version table included."""
        self.driver.disconnect()
        try:
            reached = self._keeper.restore(position)
        except ServerError:  # a state that cannot be made from its parts is made as the history made it
            reached = self._keeper.restore(0)
        if reached < position:
            self._climb(reached, position)
        self._stamp(self._positions[position].heads)

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

    def _read(self) -> State:
        table, schema = self.driver.version_table, self.driver.version_schema
        exclude = (table, f"{schema}.{table}") if schema else (table,)
        return State(*self._catalog.read(exclude))

    def _check_version(self, step: Step, heads: tuple[str, ...]) -> None:
        found = self._catalog.version_rows(self.driver.version_table, self.driver.version_schema)
        if found != heads:
            raise StepFailed(
                f"{step.direction} of {step.revision.id} ended, but {self.driver.version_table} holds "
                f"{', '.join(found) or 'no row'} instead of {', '.join(heads) or 'no row'}",
                revision=step.revision.id,
                direction=step.direction,
                remedy="env.py must migrate the database it is given, and commit",
                path=step.revision.path,
            )

    def _tell(self, done: int, step: Step) -> None:
        self._on_event(Event("step", f"{step.direction} {step.revision.id} {step.revision.title}", done, self._total))


def _equal(one: State, other: State) -> bool:
    return one.snapshot.objects == other.snapshot.objects and one.rows == other.rows


def _raise_if_disk_full(failure: StepFailed) -> None:
    """A full disk is the server's fault, not the revision's."""
    if failure.statement and _DISK_FULL.search(failure.message):
        raise ServerError(
            f"the database server ran out of disk: {failure.message}",
            remedy="give Docker more memory or disk, then run it again",
        ) from failure
