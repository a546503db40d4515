"""Gives a revision its verdict from what a round trip saw of it (pure)."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from migkit.diff import compare
from migkit.errors import StepFailed
from migkit.model import Difference, Finding, Revision, Severity, Snapshot, Verdict


@dataclass(frozen=True, slots=True)
class State:
    """What the database held at one moment: its catalogue, and `COUNT:CHECKSUM` of each table's rows."""

    snapshot: Snapshot
    rows: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Trip:
    """What was seen of one revision; a state is None where the pass before it failed or was not taken.

    `before` and `after` are the states on either side of the upgrade, `down` the state after the downgrade, `again`
    the state after the second upgrade. `failure` is the step that failed, if one did, and `failed` which of them.
    """

    revision: Revision
    before: State
    after: State | None = None
    down: State | None = None
    again: State | None = None
    failed: Verdict | None = None
    failure: StepFailed | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with what it rests on; `findings` are what is worth knowing beside it."""

    verdict: Verdict
    message: str = ""
    differences: tuple[Difference, ...] = ()
    findings: tuple[Finding, ...] = ()


def judge(trip: Trip) -> Judgement:
    """Give the worst verdict that applies."""
    if trip.failed is Verdict.upgrade_fails and trip.failure is not None:
        return Judgement(trip.failed, said(trip.failure))
    if trip.revision.irreversible:
        return Judgement(Verdict.irreversible, trip.revision.irreversible)
    if trip.failed is Verdict.downgrade_fails and trip.failure is not None:
        verdict = Verdict.irreversible if trip.failure.declared else trip.failed
        return Judgement(verdict, said(trip.failure))
    return _judge_states(trip)


def _judge_states(trip: Trip) -> Judgement:
    assert trip.down is not None
    left = compare(trip.before.snapshot, trip.down.snapshot)
    findings = tuple(_row_findings(trip))
    if any(not d.order_only for d in left) and is_empty_downgrade(trip):
        return Judgement(Verdict.schema_differs, "the downgrade is empty", left, findings)
    if trip.failure is not None:
        return Judgement(Verdict.reupgrade_fails, said(trip.failure), left, findings)
    lost = _lost_rows(trip)
    if lost:
        return Judgement(Verdict.data_lost, lost, left, findings)
    if any(not d.order_only for d in left):
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


def _lost_rows(trip: Trip) -> str:
    """Name the tables that stood all the time and hold fewer rows than before the upgrade."""
    assert trip.down is not None
    assert trip.after is not None
    if trip.before.rows == trip.down.rows:
        return ""
    if is_empty_downgrade(trip) and not compare(trip.before.snapshot, trip.after.snapshot):
        return ""  # an empty-downgrade, of rows alone
    lost = []
    for table, before in trip.before.rows.items():
        had, has = _count(before), _count(trip.down.rows.get(table, ""))
        if table in trip.after.rows and table in trip.down.rows and has < had:
            lost.append(f"{table}: {had - has} of {_rows(had)} {'is' if had - has == 1 else 'are'} gone")
    return "; ".join(lost)


def _row_findings(trip: Trip) -> list[Finding]:
    """Say what the downgrade leaves of rows: nothing restores them, or more are there than before."""
    assert trip.down is not None
    assert trip.after is not None
    rows_alone = trip.before.rows != trip.after.rows and not compare(trip.before.snapshot, trip.after.snapshot)
    if rows_alone and is_empty_downgrade(trip):
        return [_empty_downgrade(trip)]
    if trip.before.rows == trip.down.rows:
        return []
    changed = [difference.object for difference in compare(trip.before.snapshot, trip.down.snapshot)]
    findings = []
    for table, before in trip.before.rows.items():
        down = trip.down.rows.get(table, before)
        gone = table not in trip.after.rows and _count(down) < _count(before)
        if gone or (down != before and not _touches(changed, table) and table in trip.after.rows):
            findings += _rows_differ(trip, table, before, down)
    return findings


def _touches(objects: Sequence[str], table: str) -> bool:
    return any(name == table or name.startswith(f"{table}.") for name in objects)


def _rows_differ(trip: Trip, table: str, before: str, down: str) -> list[Finding]:
    had, has, severity = _count(before), _count(down), Severity.warning
    if trip.after is not None and table not in trip.after.rows:
        severity = Severity.note
        verb = "does" if had - has == 1 else "do"
        what = f"the upgrade takes {table} away, and {had - has} of its {_rows(had)} {verb} not come back"
        rule = "destroys"
    elif has > had:
        what, rule = f"the downgrade leaves {_rows(has - had)} in {table} that the upgrade brought", "rows-left"
    elif has == had:
        what, rule = f"rows of {table} hold other values after the downgrade than before the upgrade", "rows-differ"
    else:
        return []
    remedy = "let the downgrade undo it, or declare `irreversible`"
    revision = trip.revision
    return [Finding(rule, severity, what, remedy, str(revision.path), None, revision.id, table)]


def _empty_downgrade(trip: Trip) -> Finding:
    revision = trip.revision
    return Finding(
        "empty-downgrade",
        Severity.warning,
        "the upgrade changes rows, and the downgrade is empty",
        'undo the change in downgrade(), or declare `irreversible = "reason"` in the revision',
        str(revision.path),
        downgrade_line(revision),
        revision.id,
    )


def is_empty_downgrade(trip: Trip) -> bool:
    """Whether downgrade() holds nothing but `pass`, a docstring or `return`."""
    function = _function(trip.revision, "downgrade")
    return function is not None and all(
        isinstance(n, ast.Pass) or (isinstance(n, ast.Return | ast.Expr) and isinstance(n.value, ast.Constant | None))
        for n in function.body
    )


def downgrade_line(revision: Revision) -> int | None:
    """Give the line on which downgrade() begins."""
    function = _function(revision, "downgrade")
    return function.lineno if function else None


def upgrade_line(revision: Revision) -> int | None:
    """Give the line on which upgrade() begins."""
    function = _function(revision, "upgrade")
    return function.lineno if function else None


def _function(revision: Revision, name: str) -> ast.FunctionDef | None:
    tree = ast.parse(revision.path.read_bytes())
    return next((n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name), None)


def _count(checksum: str) -> int:
    return int(checksum.partition(":")[0] or 0)


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"
