"""Walks a history up, and down again with a second upgrade where that is needed, on one throwaway database.

On the way up each state is recorded. On the way down each downgrade is held against the recorded state, and whenever
they differ the recorded one is brought back, rows included, so that one revision's fault is never charged to another.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

from migkit.alembic_io.driver import Done, Plan, Step
from migkit.alembic_io.purity import repeats
from migkit.climb import LOST, Climb, raise_if_disk_full, state_of
from migkit.errors import StepFailed
from migkit.judge import State, Trip
from migkit.model import Verdict
from migkit.model.rehearsal import Sent
from migkit.trip import refuses


class Walk(Climb):
    """One walk over a history. `up` must be finished before `down` begins."""

    def down(self, wanted: Collection[str]) -> list[Trip]:
        """Take the `wanted` revisions from the last to the first; the database stands at the last one."""
        last = len(self._revisions)
        self._at = last if self._positions[last].filled is None else LOST
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
        self._at = LOST
        self.clock.start()
        try:
            done = yield from self._take(step, partial(self._restore, position))
            down = self._reached(position, done)
        except StepFailed as failure:
            raise_if_disk_full(failure)
            if self._has_rows(position) and refuses(failure) and (yield from self._emptied(position, failure)):
                return (yield from self._round(position))
            return self._trip(position, failed=Verdict.downgrade_fails, failure=failure)
        if self._is_clean(position, down):
            self._at = self._below(position)
            return self._trip(position, down=down, sent_down=done.sent)
        return (yield from self._again(position, down, done.sent))

    def _emptied(self, position: int, refusal: StepFailed) -> Plan[bool]:
        """Take the upgrade again without rows, since the downgrade refuses them by itself; whether that can be done."""
        revision = self._revisions[position - 1]
        try:
            yield from self._restore_bare(position - 1)
            origin = self._state()
            done = yield from self._take(Step(revision, "upgrade"), None)
            self._arrived(position, done, origin, refusal=refusal)
        except StepFailed:
            return False
        return True

    def _reached(self, position: int, done: Done) -> State:
        """Read where a committed downgrade led; StepFailed where the version table says another thing."""
        self.clock.step(done.step)
        reading = self._read()
        self._check_version(done.step, self._positions[position - 1].heads, reading)
        self.clock.read(done.step)
        self._tell(self._total - position + 1, done.step)
        return self._state_of(reading, self.before(position))

    def _again(self, position: int, down: State, sent: Sequence[Sent]) -> Plan[Trip]:
        """Upgrade again from what the downgrade left."""
        revision = self._revisions[position - 1]
        try:
            yield from self._take(Step(revision, "upgrade"), None)
        except StepFailed as failure:
            raise_if_disk_full(failure)
            return self._trip(position, down=down, failed=Verdict.reupgrade_fails, failure=failure, sent_down=sent)
        again = state_of(self._read())
        before, after = self.before(position), self.after(position)
        if _equal(down, before) and _equal(again, after):  # a second downgrade is cheaper than a restore
            with contextlib.suppress(StepFailed):
                yield from self._take(Step(revision, "downgrade"), None)
                self._at = self._below(position) if _equal(state_of(self._read()), before) else LOST
        return self._trip(position, down=down, again=again, sent_down=sent)

    def _can_go_down(self, position: int) -> bool:
        return self._positions[position].failure is None and not self._revisions[position - 1].irreversible

    def _is_clean(self, position: int, state: State) -> bool:
        """Whether nothing differs and the upgrade is known to do the same again: then the third pass proves nothing."""
        if not _equal(state, self.before(position)):
            return False
        return repeats(self._revisions[position - 1].path, self._positions[position].statements)

    def _below(self, position: int) -> int:
        """Give where the database stands once all is as before the upgrade: rows may be there that were put in."""
        below, bare = self._positions[position - 1], self._stock is not None and self._positions[position].bare
        return position - 1 if below.filled is None and not bare else LOST

    def _trip(self, position: int, **seen: Any) -> Trip:
        """Give what was seen of a revision, with what the way up has recorded of it."""
        record, revision = self._positions[position], self._revisions[position - 1]
        up = {"with_rows": record.fails_with_rows, "sent_up": record.sent, "failure": record.failure}
        up["refusal"] = record.refusal
        return Trip(revision, self.before(position), record.state, **{**up, **seen})


def _equal(one: State, other: State) -> bool:
    return one.snapshot.objects == other.snapshot.objects and one.rows == other.rows
