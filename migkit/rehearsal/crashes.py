"""What came of the cuts of a revision, as findings (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from migkit.errors import StepFailed
from migkit.judge import said, upgrade_line
from migkit.model import Finding, Severity
from migkit.model.rehearsal import Sent
from migkit.reads import reads
from migkit.rehearsal.differing import told
from migkit.rehearsal.points import end, points
from migkit.rehearsal.stage import Stage
from migkit.values import dataclass

_GUARD = "let a rerun pass over what is there: `--style ops` writes guarded operations, or put it into one statement"
_ALL = "guard each statement by what it makes, not all of them by the first"
_ALONE = "give what cannot run in a transaction a revision of its own, or guard what stands before it"
_MENDED = "let the upgrade look at what the earlier text left, and replace it: drop it if it is there, then make it"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a cut: whether it `left` anything, and if so how the retry failed, or what differs after it."""

    left: bool = False
    failure: StepFailed | None = None
    parts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    inferred: bool = False

    @property
    def ok(self) -> bool:
        """Whether the retry ends where the upgrade ends."""
        return self.failure is None and not self.parts

    def like(self, other: Outcome) -> bool:
        """Whether both retries failed in the same way, at the same statement."""
        if self.failure is None or other.failure is None:
            return False
        one, two = self.failure, other.failure
        return (one.message, one.line, one.statement) == (two.message, two.line, two.statement)


def findings(
    stage: Stage,
    own: Mapping[int, Outcome],
    old: Mapping[int, Outcome],
    before: Sequence[Sent],
    *,
    required: bool,
    known: int | None,
) -> Iterator[Finding]:
    """Give a finding for each way in which a retry goes wrong, with the cuts that lead to it.

    What goes wrong at the `known` point alone was told already.
    """
    teller = _Teller(stage, stage.sent)
    for group in _alike(own):
        outcome = own[group[0]]
        if group == [known]:
            continue
        if outcome.failure:
            yield teller.fails(group, outcome.failure, required=required)
        else:
            yield teller.differs(group, outcome)
    teller = _Teller(stage, before)
    for group in _alike(old):
        outcome = old[group[0]]
        yield teller.mended_fails(group, outcome.failure) if outcome.failure else teller.mended_differs(group, outcome)


def _alike(outcomes: Mapping[int, Outcome]) -> list[list[int]]:
    """Group the points whose retries go wrong at the same statement, or leave the same object otherwise."""
    groups: dict[object, list[int]] = {}
    for point in sorted(outcomes):
        outcome = outcomes[point]
        if not outcome.ok:
            key = ("fails", outcome.failure.line) if outcome.failure else ("differs", outcome.names[:1])
            groups.setdefault(key, []).append(point)
    return list(groups.values())


class _Teller:
    """Makes the findings of one revision whose text `sent` something."""

    def __init__(self, stage: Stage, sent: Sequence[Sent]) -> None:
        self._stage = stage
        self._sent = sent
        self._end = end(sent)

    def fails(self, group: list[int], failure: StepFailed, *, required: bool) -> Finding:
        """Say that a retry fails; of a step that was to run in one transaction, what it leaves."""
        late = group == [self._end]
        if self._stage.driver.transactional:
            severity = Severity.note if late and not required else Severity.error
            what = f"{self._cut(group)}, something of it stays, and the retry fails: {said(failure)}"
            return self._finding("leaves-partial", severity, what, _ALONE, self._line(group))
        severity = Severity.error if required else Severity.note if late else Severity.warning
        what = f"{self._cut(group)}, the retry fails: {said(failure)}"
        return self._finding("retry-fails", severity, what, _GUARD, failure.line)

    def differs(self, group: list[int], outcome: Outcome) -> Finding:
        """Say that a retry passes and ends elsewhere."""
        what = f"{self._cut(group)}, the retry passes, and ends elsewhere: {told(outcome.parts)}"
        return self._finding("retry-differs", Severity.error, what, _ALL, self._maker(outcome), outcome.names)

    def mended_fails(self, group: list[int], failure: StepFailed) -> Finding:
        """Say that the edited text fails on what the earlier one left."""
        what = f"{self._cut(group)} in its earlier text, the edited one fails: {said(failure)}"
        return self._finding("edited-retry-fails", Severity.error, what, _MENDED, failure.line)

    def mended_differs(self, group: list[int], outcome: Outcome) -> Finding:
        """Say that the edited text passes over what the earlier one left."""
        what = f"{self._cut(group)} in its earlier text, the edited one passes over it: {told(outcome.parts)}"
        return self._finding("edited-retry-differs", Severity.error, what, _MENDED, self._maker(outcome), outcome.names)

    def _cut(self, group: list[int]) -> str:
        """Say after which statements the cut was."""
        numbers = [number for number, point in enumerate(points(self._sent), 1) if point in group]
        many = f"{', '.join(map(str, numbers[:3]))}{' …' if len(numbers) > 3 else ''}"  # noqa: PLR2004  # as shown
        word = "statement" if len(numbers) == 1 else "statements"
        return f"cut after {word} {many} of {len(self._sent)}"

    def _maker(self, outcome: Outcome) -> int | None:
        """Give the line of the statement that makes what differs, when the upgrade runs undisturbed."""
        name, part = outcome.names[0], outcome.parts[0]
        word = re.compile(rf"(?<!\w){re.escape(name.rpartition('.')[2])}(?!\w)", re.IGNORECASE)
        naming = [one for one in self._stage.sent if word.search(one.statement) and not reads(one.statement)]
        if part.startswith(f"{name} ha"):  # rows, many or few
            usual = "INSERT|REPLACE"
        else:
            usual = "UPDATE" if part.startswith(f"{name} ") else "CREATE|ALTER|DROP"
        making = [one for one in naming if re.match(rf"\s*({usual})\b", one.statement, re.IGNORECASE)]
        return next((one.line for one in (*making, *naming)), None)

    def _line(self, group: list[int]) -> int | None:
        """Give the line of the last statement that stays after the first of the cuts."""
        return self._sent[group[0] - 1].line if group[0] else None

    def _finding(
        self,
        rule: str,
        severity: Severity,
        what: str,
        remedy: str,
        line: int | None,
        names: tuple[str, ...] = (),
    ) -> Finding:
        revision = self._stage.revision
        where = line or upgrade_line(revision)
        return Finding(
            rule, severity, what, remedy, str(revision.path), where, revision.id, names[0] if names else None
        )
