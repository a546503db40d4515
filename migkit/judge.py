"""Gives a revision its verdict from what a round trip saw of it (pure)."""

from __future__ import annotations

from migkit.diff import compare
from migkit.errors import StepFailed
from migkit.losses import changes
from migkit.model import Difference, Finding, Loss, Verdict
from migkit.remarks import remarks, rows, rows_alone
from migkit.sending import line_of
from migkit.trip import State, Trip, downgrade_line, is_empty_downgrade, upgrade_line
from migkit.values import dataclass

__all__ = ["Judgement", "State", "Trip", "downgrade_line", "judge", "said", "upgrade_line"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with what it rests on; `findings` are what is worth knowing beside it.

    `line` is where the revision does what the verdict speaks of.
    """

    verdict: Verdict
    message: str = ""
    differences: tuple[Difference, ...] = ()
    findings: tuple[Finding, ...] = ()
    lost: tuple[Loss, ...] = ()
    line: int | None = None


def judge(trip: Trip) -> Judgement:
    """Give the worst verdict that applies."""
    if trip.failed is Verdict.upgrade_fails and trip.failure is not None:
        where = "with rows in place; without them it passes: " if trip.with_rows else ""
        return Judgement(trip.failed, f"{where}{said(trip.failure)}", line=trip.failure.line)
    if trip.revision.irreversible:
        return Judgement(Verdict.irreversible, trip.revision.irreversible)
    if trip.failed is Verdict.downgrade_fails and trip.failure is not None:
        verdict = Verdict.irreversible if trip.failure.declared else trip.failed
        return Judgement(verdict, said(trip.failure), line=trip.failure.line)
    return _judge_states(trip)


def _judge_states(trip: Trip) -> Judgement:
    assert trip.down is not None
    left = compare(trip.before.snapshot, trip.down.snapshot)
    changed = changes(trip)
    findings = tuple(remarks(trip, changed))
    lost = tuple(change.loss for change in changed if change.how == "lost")
    differs, empty = any(not d.order_only for d in left), is_empty_downgrade(trip.revision)
    if differs and empty and not any(loss.column for loss in lost):
        return Judgement(Verdict.schema_differs, "the downgrade is empty", left, findings)
    if trip.failure is not None:
        return Judgement(Verdict.reupgrade_fails, said(trip.failure), left, findings, line=trip.failure.line)
    if lost and not (empty and rows_alone(trip)):  # that is an empty-downgrade, of rows alone
        told = "; ".join(map(_lost, lost))
        return Judgement(Verdict.data_lost, told, left, findings, lost, _line(trip, lost[0]))
    if differs:
        return Judgement(Verdict.schema_differs, "the downgrade does not restore the catalogue", left, findings)
    return _judge_again(trip, left, findings)


def _judge_again(trip: Trip, left: tuple[Difference, ...], findings: tuple[Finding, ...]) -> Judgement:
    """Judge the second upgrade, where the downgrade restored everything but perhaps the order."""
    again = compare(trip.after.snapshot, trip.again.snapshot) if trip.after and trip.again else ()
    if any(not d.order_only for d in again):
        return Judgement(Verdict.reupgrade_differs, "the second upgrade gives another catalogue", again, findings)
    if left or again:
        return Judgement(Verdict.order_differs, "equal but for the order of columns or keys", left or again, findings)
    return Judgement(Verdict.ok, findings=findings)


def said(failure: StepFailed) -> str:
    """Give a failure in one line, with the statement that the server refused."""
    statement = " ".join(failure.statement.split())
    return f"{failure.message} — in: {statement[:500]}" if statement else failure.message


def _lost(loss: Loss) -> str:
    by = {"upgrade": "by the upgrade", "downgrade": "by the downgrade", "both": "by both ways"}[loss.by]
    if loss.column is None:
        return f"{loss.table}: {loss.rows} of {rows(loss.of)} {'is' if loss.rows == 1 else 'are'} gone, {by}"
    return f"{loss.table}.{loss.column}: {loss.rows} of {loss.of} values {'is' if loss.rows == 1 else 'are'} lost, {by}"


def _line(trip: Trip, loss: Loss) -> int | None:
    """Give the line of the statement that loses something, or where its way begins."""
    if loss.by == "downgrade":
        return line_of(trip.sent_down, loss.table, loss.column) or downgrade_line(trip.revision)
    return line_of(trip.sent_up, loss.table, loss.column) or upgrade_line(trip.revision)
