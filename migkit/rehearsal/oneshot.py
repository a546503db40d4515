"""The history in one run of env.py, as `alembic upgrade head` takes it: it must work where each step alone does.

What was recorded step by step is what it is held against. A step that fails among others was taken alone before, so
the shot goes on behind it, from there; one that fails alone ends a shot, and the next begins behind it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import field

from migkit.alembic_io.driver import Step
from migkit.climb import Position, raise_if_disk_full
from migkit.errors import StepFailed
from migkit.judge import State, said, upgrade_line
from migkit.model import Event, Finding, Revision, Severity
from migkit.rehearsal.differing import blame, differs, objects, told
from migkit.rehearsal.stage import Ascent
from migkit.values import dataclass

_APART = (
    "let each revision commit by itself: transaction_per_migration=True in env.py's context.configure(), or "
    "`with op.get_context().autocommit_block():` around the statement whose result is needed later"
)
_STATE = (
    "let the revision set what it relies on itself: settings of the session, temporary tables, what is at module level"
)


@dataclass(slots=True)
class Shots:
    """What came of it: ok, fails or differs for each wanted revision that was in a shot, by its id."""

    words: dict[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def oneshot(ascent: Ascent, wanted: Collection[str]) -> Shots:
    """Take the climbed history again in one run, from empty; on a narrowed choice as far as its first revision matters.

    Called when the climb has ended; where the database stands is of no matter, before and after. Where the server
    commits each step by itself, what stands before the first wanted revision is not taken again.
    """
    shots = Shots()
    for start, end in list(_stretches(ascent, wanted)):
        _Stretch(ascent, wanted, shots).take(start, end)
    return shots


def _stretches(ascent: Ascent, wanted: Collection[str]) -> Iterator[tuple[int, int]]:
    """Give the positions between which every upgrade works alone, from the first to the last that matter."""
    chosen = [at for at in range(1, ascent.height + 1) if ascent.revision(at).id in wanted]
    if not chosen:
        return
    start = 0 if ascent.privileges.safe else chosen[0] - 1
    for at in range(start + 1, chosen[-1] + 1):
        if ascent.position(at).failure is not None:
            if at - 1 > start:
                yield start, at - 1
            start = at
    if chosen[-1] > start:
        yield start, chosen[-1]


class _Stretch:
    """One stretch of the history; what was recorded of it is kept apart, since a replay records anew."""

    def __init__(self, ascent: Ascent, wanted: Collection[str], shots: Shots) -> None:
        self._ascent = ascent
        self._driver = ascent.driver
        self._wanted = wanted
        self._shots = shots
        self._records: Sequence[Position] = [ascent.position(at) for at in range(ascent.height + 1)]

    def take(self, start: int, end: int) -> None:
        """Shoot from one position to another, and on behind each revision that fails on the way."""
        while start < end:
            failed = self._shoot(start, end)
            for at in range(start + 1, (failed or end + 1)):
                self._word(at, "ok")
            start = failed or end

    def _shoot(self, start: int, end: int) -> int | None:
        """Take all steps in one run; the position of the one that failed, if any did."""
        if end - start == 1:  # a step alone is a run already
            return None
        self._driver.walk(self._ascent.back(start))
        revisions = [self._ascent.revision(at) for at in range(start + 1, end + 1)]
        failure = self._run(revisions)
        if failure is None:
            self._hold(start, end)
            return None
        raise_if_disk_full(failure)
        at = next((at for at in range(start + 1, end + 1) if self._id(at) == failure.revision), end)
        self._word(at, "fails")
        self._tell(self._failed(start, end, at, failure))
        return at

    def _run(self, revisions: Sequence[Revision]) -> StepFailed | None:
        """Take the upgrades; with the privilege that one of them is known to lack."""
        count = len(revisions)
        self._ascent.tell(Event("wait", f"{count} revisions in one run, {revisions[0].id} to {revisions[-1].id}"))
        lacking = any(revision.id in self._ascent.privileges.lacking for revision in revisions)
        with self._ascent.privileges.elevated() if lacking else contextlib.nullcontext():
            try:
                self._driver.together([Step(revision, "upgrade") for revision in revisions])
            except StepFailed as failure:
                return failure
            finally:
                self._driver.disconnect()
        return None

    # --- it failed ------------------------------------------------------------------------------------

    def _failed(self, start: int, end: int, at: int, failure: StepFailed) -> Finding:
        what = f"step by step it works, and in one run with the {at - start - 1} before it: {said(failure)}"
        return self._finding(at, "oneshot-fails", f"{what}; {self._left(start, end)}", _APART, line=failure.line)

    def _left(self, start: int, end: int) -> str:
        """Say how far the run had committed, and what a retry comes to."""
        reading = self._ascent.reading()
        stands = next((at for at in range(end, start - 1, -1) if self._records[at].heads == reading.versions), None)
        if stands is None:
            return f"the version table then holds {', '.join(reading.versions) or 'no row'}, where no step leaves it"
        now = State(reading.snapshot, reading.rows)
        parts = differs(self._counted(self._records[stands].state), self._counted(now))
        kept = f", with parts of what follows it: {told(parts)}" if parts else ""
        if stands == start and not parts:
            return "nothing of it was committed, so a retry fails the same"
        if stands == end:
            return "all of it was committed by then"
        where = f"it had committed up to {self._id(stands)}" if stands else "no revision was committed"
        again = self._run([self._ascent.revision(at) for at in range(stands + 1, end + 1)])
        came = f"a retry fails: {again.message}" if again else "a retry goes through"
        if again is None and (left := self._differs(end)):
            came = f"a retry goes through, and ends elsewhere: {told(left)}"
        return f"{where}{kept}; {came}"

    # --- it ended -------------------------------------------------------------------------------------

    def _hold(self, start: int, end: int) -> None:
        """Hold what the run led to against what the steps did, and charge each object to who touched it last."""
        wanted, found = self._sides(end)
        if differs(wanted, found):
            wanted = self._anew(start, end) or wanted
        guilty: dict[int, list[str]] = {}
        for name in objects(wanted, found):
            table = _table(name, wanted, found)
            guilty.setdefault(self._last((name, table, table.rpartition(".")[2]), start, end), []).append(name)
        for at, names in sorted(guilty.items()):
            self._word(at, "differs")
            parts = [part for part in differs(wanted, found) if not set(names).isdisjoint(part.split())]
            what = f"in one run it leads elsewhere than step by step: {told(tuple(parts))}"
            line = blame(self._records[at].sent, names, None)
            self._tell(self._finding(at, "oneshot-differs", what, _STATE, line=line, name=names[0]))

    def _anew(self, start: int, end: int) -> State | None:
        """Take the steps one by one, with nothing between them: None where that fails now.

        A state that was brought back on the way is not all that it was: MySQL forgets which index it made for a key.
        """
        self._driver.walk(self._ascent.back(start))
        try:
            for at in range(start + 1, end + 1):
                self._ascent.take(Step(self._ascent.revision(at), "upgrade"))
        except StepFailed:
            return None
        return self._counted(self._ascent.read())

    def _differs(self, end: int) -> tuple[str, ...]:
        return differs(*self._sides(end))

    def _sides(self, end: int) -> tuple[State, State]:
        return self._counted(self._records[end].state), self._counted(self._ascent.read())

    def _counted(self, state: State) -> State:
        """Give of rows their number alone, as a clock makes other ones; nothing where the steps met rows put in."""
        rows = {} if self._ascent.filled else state.rows
        return State(state.snapshot, {table: checksum.partition(":")[0] for table, checksum in rows.items()})

    def _last(self, names: Sequence[str], start: int, end: int) -> int:
        """Give the last position whose step touched one of `names`, the first of them first; the end where none did.

        An object that no step made stands in the place of one in another schema.
        """
        for name in names:
            for at in range(end, start, -1):
                if name in objects(self._records[at - 1].state, self._records[at].state):
                    return at
        return end

    # --- both -----------------------------------------------------------------------------------------

    def _finding(
        self, at: int, rule: str, what: str, remedy: str, *, line: int | None = None, name: str = ""
    ) -> Finding:
        revision = self._ascent.revision(at)
        where = line or upgrade_line(revision)
        return Finding(rule, Severity.error, what, remedy, str(revision.path), where, revision.id, name or None)

    def _tell(self, finding: Finding) -> None:
        if finding.revision in self._wanted:
            self._shots.findings += (finding,)

    def _word(self, at: int, word: str) -> None:
        if self._id(at) in self._wanted:
            self._shots.words.setdefault(self._id(at), word)

    def _id(self, at: int) -> str:
        return self._ascent.revision(at).id


def _table(name: str, *states: State) -> str:
    """Give the table that holds an object, or the object itself."""
    found = (one.owner for state in states for one in state.snapshot.objects.values() if one.name == name)
    return next(found, "") or name
