"""Takes the revisions of a plan one after the other, and says where it ended if it ends before the last."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping, Sequence
from importlib.util import decode_source

from migkit import hashes
from migkit.alembic_io.agenda import Step
from migkit.applying.means import Means
from migkit.applying.resuming import Numbers
from migkit.applying.sending import Progress, Sending
from migkit.applying.session import holds
from migkit.errors import Interrupted, StepFailed, TargetError
from migkit.journal.turn import turn
from migkit.model import Event
from migkit.model.release import Plan, PlannedRevision, Unfinished
from migkit.targets.standing import rows
from migkit.values import dataclass

_HELD_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Applied:
    """A revision that is committed: how many statements it sent now, and how many an earlier run had `passed` on."""

    revision: str
    title: str
    statements: int
    passed: int
    seconds: float


def sources(plan: Plan) -> Mapping[str, bytes]:
    """Read the files of a plan's revisions, once; TargetError where one is not what was planned any more.

    What is read here is what runs.
    """
    found: dict[str, bytes] = {}
    for planned in plan.revisions:
        path = planned.revision.path
        try:
            found[planned.revision.id] = source = path.read_bytes()
        except OSError as error:
            raise _edited(plan, planned, f"cannot be read: {error.strerror}") from None
        if planned.text and hashes.text(source) != planned.text:
            raise _edited(plan, planned, "was edited since it was planned")
    return found


def _edited(plan: Plan, planned: PlannedRevision, what: str) -> TargetError:
    return TargetError(
        f"target {plan.target}: refused: the file of {planned.revision.id} {what}: {planned.revision.path}",
        remedy="run it again, and look at the plan",
    )


class Taking:
    """The work of a release (`alembic_io.releasing.Work`)."""

    def __init__(
        self, means: Means, plan: Plan, texts: Mapping[str, bytes], resume: Unfinished | None, sending: Sending
    ) -> None:
        self.applied: tuple[Applied, ...] = ()
        self._means, self._journal, self._watcher = means, means.journal, means.watcher
        self._plan, self._texts, self._resume, self._sending = plan, texts, resume, sending
        self._left = deque(plan.revisions)
        self._heads = tuple(sorted(plan.current))
        self._again = deque(means.pauses)
        self._total = sum(len(planned.statements) for planned in plan.revisions)
        self._done = 0
        self._began = 0.0
        self._held = time.monotonic()  # when the lock was looked at last
        self._alone = False

    def all(self) -> None:
        """Take all revisions. Raises StepFailed, TargetError, and Interrupted where the operator wanted the end."""
        while self._left:
            if self._means.stop.wanted:
                raise self._interrupted()
            try:
                self._means.driver.release(self, self._sending, self._plan.revisions[-1].revision.id)
            except StepFailed as failure:
                self._try_again(failure)
            except KeyboardInterrupt:
                raise self._interrupted(within=True) from None
            finally:
                self._watcher.end()

    def begins(self, heads: tuple[str, ...]) -> None:
        """Refuse a target that does not stand where the plan begins."""
        if heads != self._heads:
            raise TargetError(
                f"target {self._plan.target} stands at {_listed(heads)}, and the plan goes on from "
                f"{_listed(self._heads)}: nothing is applied to it",
                remedy="run it again: somebody else moved it, or env.py looks at another version table",
            )

    def step(self) -> Step | None:
        """Give the next revision; None where there is none, or the operator wants the end."""
        if not self._left or self._means.stop.wanted:
            return None
        planned = self._left[0]
        revision = planned.revision
        self._hold()
        text = hashes.text(self._texts[revision.id])
        resumed = self._resume if self._resume and self._resume.revision == revision.id else None
        numbers = Numbers(resumed, unchanged=resumed is None or resumed.text == text)
        self._journal.revision(revision, planned.direction, text, len(planned.statements) or None)
        self._sending.begin(revision, numbers, Progress(self._done, self._total))
        self._began = time.monotonic()
        return Step(revision, planned.direction, decode_source(self._texts[revision.id]))

    def _hold(self) -> None:
        """Refuse to go on where the lock is gone; each second is often enough, small revisions are many."""
        if time.monotonic() - self._held < _HELD_SECONDS:
            return
        with self._watcher.patience():
            if not holds(self._means.found, self._means.own):
                raise TargetError(
                    f"target {self._plan.target}: the kit's own session is gone, and the release's lock with it",
                    remedy="look at the network, then at `inv mig.status`, and run it again",
                )
        self._held = time.monotonic()

    def returned(self, _step: Step) -> None:
        """End with the statements of a revision."""
        self._sending.end()

    def committed(self, step: Step, *, certain: bool) -> None:
        """Go on to the next revision; look first where it is env.py that commits."""
        self._watcher.end()
        self._heads = self._means.driver.heads_after(step, self._heads)
        if not certain:
            self._look(step)
        self._journal.committed(step.revision)
        planned, seconds = self._left.popleft(), time.monotonic() - self._began
        count = self._sending.sent, self._sending.passed
        self.applied += (Applied(step.revision.id, step.revision.title, *count, seconds),)
        self._done += max(sum(count), len(planned.statements))
        self._again = deque(self._means.pauses)
        self._means.tell(Event("log", _line(self.applied[-1])))

    def _look(self, step: Step) -> None:
        if not self._alone:
            self._alone = True
            self._means.tell(
                Event("log", "env.py begins a transaction of its own: each revision has a run of env.py to itself")
            )
        with self._watcher.patience(), turn(self._means.own):
            stands = tuple(sorted(rows(self._means.own, self._means.found, self._means.driver.version_table)))
        if stands != self._heads:
            raise StepFailed(
                f"{step.direction} of {step.revision.id} ran, and env.py did not commit it: "
                f"{self._means.found.address} stands at {_listed(stands)}",
                revision=step.revision.id,
                direction=step.direction,
                remedy="let env.py commit what it begins: `with connectable.begin() as connection:`",
                path=step.revision.path,
            )

    def _try_again(self, failure: StepFailed) -> None:
        """Let a revision begin anew that got no lock, if it may; else say where it ended."""
        error = getattr(failure.__cause__, "orig", None)
        if error is not None and failure.revision and self._sending.over:
            self._sending.judge.at_the_end(error)
        if not self._sending.judge.anew or not self._again or self._means.stop.wanted:
            raise self._told(failure)
        self._sending.judge.begin()  # what env.py may say next is no lock's
        pause = self._again.popleft()
        seen = f"; {self._watcher.blockers}" if self._watcher.blockers else ""
        self._means.tell(
            Event("log", f"{failure.revision} did not get its lock, it begins anew in {pause:g} s{seen}"),
        )
        self._means.stop.pause(pause)

    def _told(self, failure: StepFailed) -> StepFailed:
        failure.current = self._heads
        if failure.revision and self._sending.judge.waited:
            failure.message += self._waited()
        if failure.revision and self._sending.mute and _closed(failure.__cause__):
            its = f"{failure.direction} of {failure.revision} asks for the rows of statement {self._sending.mute}"
            calls = self._sending.calls
            why = f" (nobody knows whether {calls}() changes something)" if calls else ""
            failure.message = f"{its}, which an earlier run applied: it is not sent again{why}, its rows are not known"
            other = f"without {calls}()" if calls else "of its own"
            failure.remedy = (
                f"let the code read them with a SELECT {other}, or finish the revision by hand and stamp it"
            )
        if failure.revision and self._sending.judge.lost:
            failure.message += "; no answer came, and the server may have done it all the same"
            if self._sending.over:
                failure.remedy = "`inv mig.status` says whether it is committed; run it again, or go on with --resume"
        failure.remedy = failure.remedy or self._remedy()
        return failure

    def _waited(self) -> str:
        """Say how often a statement was sent that did not get its lock, and who held it."""
        tries, seconds = self._sending.judge.tries, self._means.found.target.lock_timeout
        often = f"; it was sent {tries} times, and waited {seconds:g} s each" if tries > 1 else ""
        return f"{often}; {self._watcher.blockers}" if self._watcher.blockers else often

    def _remedy(self) -> str:
        kept = self._means.driver.kept or self._sending.judge.settled
        if self._means.found.engine.transactional_ddl and not kept:
            return "nothing of it stays: mend the cause, and run it again"
        return "`inv mig.status` says which statements are applied; mend the cause, and go on with --resume"

    def _interrupted(self, *, within: bool = False) -> Interrupted:
        last = self.applied[-1].revision if self.applied else ""
        done = f"{len(self.applied)} of {len(self._plan.revisions)} revisions are applied"
        if within and self._sending.begun:
            where = f"stopped within {self._sending.begun}, after {self._sending.sent} of its statements"
        else:
            where = f"stopped after {last}" if last else "stopped before the first revision"
        remedy = self._remedy() if within else "run it again to go on"
        return Interrupted(f"interrupted: {where}; {done}", remedy=remedy)


def _closed(error: BaseException | None) -> bool:
    """Whether code asked a result for rows that has none."""
    from sqlalchemy.exc import ResourceClosedError

    return isinstance(error, ResourceClosedError)


def _listed(heads: Sequence[str]) -> str:
    return ", ".join(heads) or "an empty history"


def _line(one: Applied) -> str:
    sent = f"{one.statements} statement{'' if one.statements == 1 else 's'}"
    passed = f", {one.passed} applied before" if one.passed else ""
    return f"✓ {one.revision} {one.title} · {sent}{passed} · {one.seconds:.1f} s"
