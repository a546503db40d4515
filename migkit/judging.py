"""Judges a history on a throwaway database that is there already, wherever that is done: here, or in a service."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from migkit import ground, stock
from migkit.alembic_io.history import History
from migkit.judge import Judgement, Trip, downgrade_line, judge, upgrade_line
from migkit.model import Database, Event, Finding, RevisionReport, Schema, Verdict
from migkit.model.rehearsal import Filled, Rows
from migkit.privileges import Privileges
from migkit.proofs.ending import Ended, ended
from migkit.remedies import admitting, keeping, remedy
from migkit.values import dataclass
from migkit.walk import Walk


@dataclass(frozen=True, slots=True)
class Judged:
    """What was judged, base first, each with its own findings; `ids` and `heads` are the whole history's.

    Paths are whole here. `ini` is the one that was used. `filled` is what putting rows in came to; None without them.
    `ended` are the catalogues, for proofs, where they were asked for.
    """

    ids: tuple[str, ...]
    heads: tuple[str, ...]
    ini: Path
    revisions: tuple[tuple[RevisionReport, tuple[Finding, ...]], ...]
    filled: Filled | None = None
    ended: Ended | None = None


def judged(
    schema: Schema,
    database: Database,
    choice: Collection[str] | None,
    on_event: Callable[[Event], None],
    rows: Rows | None = None,
    prove: bool = False,  # noqa: FBT001, FBT002  # a field of a job
) -> Judged:
    """Walk up to the last wanted revision and down again; `choice` holds ids and paths of them, None is all.

    With `rows`, tables hold rows before each step. With `prove`, it is told what catalogue each revision ended in.
    """
    with ground.opened(schema, database) as (steps, reader, keeper):
        history = steps.history
        chosen = wanted(history, choice)
        last = max((at for at, revision in enumerate(history.revisions, 1) if revision.id in chosen), default=0)
        privileges = Privileges(database, schema.server)
        with stock.opened(schema, database, rows, steps, reader) as rowed:
            walk = Walk(steps, reader, keeper, privileges, history.revisions[:last], on_event, rowed)
            walk.up()
            proof = _ended(walk, history, last, database) if prove else None
            trips = walk.down(chosen)
    ids = tuple(revision.id for revision in history.revisions)
    revisions = tuple(_judged(trip, walk) for trip in reversed(trips))
    return Judged(ids, history.heads, history.schema.ini, revisions, rowed.filled if rowed else None, proof)


def _ended(walk: Walk, history: History, last: int, database: Database) -> Ended:
    snapshots = [walk.after(position).snapshot for position in range(1, last + 1)]
    named = walk.driver.version_table, walk.driver.version_schema
    return ended(history.revisions, snapshots, database.server.engine.family, *named)


def wanted(history: History, choice: Collection[str] | None) -> Collection[str]:
    """Give the ids of the revisions that a choice names; all where it is None."""
    if choice is None:
        return {revision.id for revision in history.revisions}
    paths = {revision.id for revision in history.revisions if str(revision.path) in choice}
    return paths | {history.revision(ident).id for ident in choice if "/" not in ident}


def _judged(trip: Trip, walk: Walk) -> tuple[RevisionReport, tuple[Finding, ...]]:
    judgement = judge(trip)
    lost = (loss.table if loss.column is None else f"{loss.table}.{loss.column}" for loss in judgement.lost)
    objects = tuple(dict.fromkeys((*lost, *(difference.object for difference in judgement.differences))))
    report = RevisionReport(
        revision=trip.revision.id,
        title=trip.revision.title,
        path=str(trip.revision.path),
        verdict=judgement.verdict,
        objects=objects,
        differences=judgement.differences,
        message=judgement.message,
        lost=judgement.lost,
        seconds=walk.clock.timing(trip.revision.id),
    )
    lacking = walk.privileges.finding(trip.revision)
    return report, (*_verdict_finding(report, trip, judgement), *judgement.findings, *lacking)


def _verdict_finding(report: RevisionReport, trip: Trip, judgement: Judgement) -> Iterator[Finding]:
    severity = report.verdict.severity
    if severity is None:
        return
    what = "" if report.lost else ", ".join(report.objects[:5])
    line = upgrade_line if report.verdict in (Verdict.upgrade_fails, Verdict.reupgrade_fails) else downgrade_line
    yield Finding(
        rule=report.verdict.value,
        severity=severity,
        message=f"{report.message}: {what}" if what else report.message,
        remedy=_remedy(report, trip),
        path=report.path,
        line=judgement.line or line(trip.revision),
        revision=report.revision,
        object=report.lost[0].table if report.lost else next(iter(report.objects), None),
    )


def _remedy(report: RevisionReport, trip: Trip) -> str:
    if report.lost:
        return keeping(report.lost[0])
    if trip.with_rows:
        return admitting(report.message)
    return remedy(report.verdict, report.differences, report.message)
