"""What is worth saying of rows beside a verdict: what a downgrade leaves, and what an upgrade destroys (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from migkit.diff import compare
from migkit.errors import StepFailed
from migkit.losses import Change
from migkit.model import Finding, Loss, Revision, Severity
from migkit.sending import line_of
from migkit.trip import Trip, count, downgrade_line, is_empty_downgrade, upgrade_line

_UNDO = "let the downgrade undo it, or declare `irreversible`"


def remarks(trip: Trip, changes: Sequence[Change]) -> Iterator[Finding]:
    """Say what the downgrade leaves of rows: nothing restores them, or more are there than before, or others."""
    assert trip.down is not None
    assert trip.after is not None
    if trip.refusal is not None:
        yield refusal(trip.revision, trip.refusal)
    if rows_alone(trip) and is_empty_downgrade(trip.revision):
        yield _empty_downgrade(trip)
        return
    if trip.before.rows == trip.down.rows:
        return
    touched = [difference.object for difference in compare(trip.before.snapshot, trip.down.snapshot)]
    for table, before in trip.before.rows.items():
        own = [change for change in changes if change.loss.table == table]
        yield from _destroyed(trip, table, [change.loss for change in own if change.how == "dropped"])
        down = trip.down.rows.get(table, before)
        if down != before and table in trip.after.rows and not _touches(touched, table):
            yield from _others(trip, table, count(down) - count(before), own)


def refusal(revision: Revision, failure: StepFailed) -> Finding:
    """Say that a step refuses rows by a `raise` of its own."""
    return Finding(
        "refuses-rows",
        Severity.warning,
        f"the {failure.direction} refuses rows like these by itself: {failure.message}",
        "nothing, where production has none of them; else mend those rows before it",
        str(revision.path),
        failure.line,
        revision.id,
    )


def rows_alone(trip: Trip) -> bool:
    """Whether the upgrade changes rows, and nothing in the catalogue."""
    assert trip.after is not None
    return trip.before.rows != trip.after.rows and not compare(trip.before.snapshot, trip.after.snapshot)


def rows(number: int) -> str:
    """Give a number of rows in words."""
    return f"{number} row{'' if number == 1 else 's'}"


def _touches(objects: Sequence[str], table: str) -> bool:
    return any(name == table or name.startswith(f"{table}.") for name in objects)


def _destroyed(trip: Trip, table: str, losses: Sequence[Loss]) -> Iterator[Finding]:
    """Name what the upgrade drops on purpose, where it does not come back."""
    told = "; it ".join(_destruction(trip, loss) for loss in losses)
    if told:
        line = line_of(trip.sent_up, table, losses[0].column) or upgrade_line(trip.revision)
        yield _finding(trip, "destroys", Severity.note, f"the upgrade {told}", table, line)


def _destruction(trip: Trip, loss: Loss) -> str:
    verb = "does" if loss.rows == 1 else "do"
    if loss.column is not None:
        return f"drops {loss.table}.{loss.column}, and {loss.rows} of its {loss.of} values {verb} not come back"
    if trip.after is not None and loss.table in trip.after.rows:
        return f"deletes {loss.rows} of the {rows(loss.of)} of {loss.table}, and nothing brings them back"
    return f"takes {loss.table} away, and {loss.rows} of its {rows(loss.of)} {verb} not come back"


def _others(trip: Trip, table: str, more: int, changes: Sequence[Change]) -> Iterator[Finding]:
    """Say that rows are there which were not, or that rows hold other values than before."""
    updated = [change.loss for change in changes if change.how == "updated"]
    if more > 0:
        what = f"the downgrade leaves {rows(more)} in {table} that the upgrade brought"
        yield _finding(trip, "rows-left", Severity.warning, what, table, line_of(trip.sent_up, table))
    if updated:
        columns = ", ".join(f"{loss.column} ({loss.rows} of {loss.of})" for loss in updated)
        what = f"rows of {table} hold other values after the downgrade than before the upgrade: {columns}"
        sent = trip.sent_down if updated[0].by == "downgrade" else trip.sent_up
        line = line_of(sent, table, updated[0].column, written=True)
        yield _finding(trip, "rows-differ", Severity.warning, what, table, line)
    elif not more and not changes:
        what = f"rows of {table} hold other values after the downgrade than before the upgrade"
        yield _finding(trip, "rows-differ", Severity.warning, what, table, line_of(trip.sent_up, table))


def _finding(trip: Trip, rule: str, severity: Severity, what: str, table: str, line: int | None) -> Finding:
    revision = trip.revision
    return Finding(rule, severity, what, _UNDO, str(revision.path), line, revision.id, table)


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
