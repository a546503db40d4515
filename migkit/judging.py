"""Judges a history on a throwaway database that is there already, wherever that is done: here, or in a service."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from migkit import ground
from migkit.alembic_io.history import History
from migkit.judge import Trip, downgrade_line, judge
from migkit.model import Database, Event, Finding, RevisionReport, Schema
from migkit.privileges import Privileges
from migkit.remedies import remedy
from migkit.walk import Walk


@dataclass(frozen=True, slots=True)
class Judged:
    """What was judged, base first, each with its own findings; `ids` and `heads` are the whole history's.

    Paths are whole here. `ini` is the one that was used.
    """

    ids: tuple[str, ...]
    heads: tuple[str, ...]
    ini: Path
    revisions: tuple[tuple[RevisionReport, tuple[Finding, ...]], ...]


def judged(
    schema: Schema, database: Database, choice: Collection[str] | None, on_event: Callable[[Event], None]
) -> Judged:
    """Walk up to the last wanted revision and down again; `choice` holds ids and paths of them, None is all."""
    with ground.opened(schema, database) as (steps, reader, keeper):
        history = steps.history
        chosen = wanted(history, choice)
        last = max((at for at, revision in enumerate(history.revisions, 1) if revision.id in chosen), default=0)
        privileges = Privileges(database, schema.server)
        walk = Walk(steps, reader, keeper, privileges, history.revisions[:last], on_event)
        walk.up()
        trips = walk.down(chosen)
    ids = tuple(revision.id for revision in history.revisions)
    return Judged(ids, history.heads, history.schema.ini, tuple(_judged(trip, walk) for trip in reversed(trips)))


def wanted(history: History, choice: Collection[str] | None) -> Collection[str]:
    """Give the ids of the revisions that a choice names; all where it is None."""
    if choice is None:
        return {revision.id for revision in history.revisions}
    paths = {revision.id for revision in history.revisions if str(revision.path) in choice}
    return paths | {history.revision(ident).id for ident in choice if "/" not in ident}


def _judged(trip: Trip, walk: Walk) -> tuple[RevisionReport, tuple[Finding, ...]]:
    judgement = judge(trip)
    objects = tuple(dict.fromkeys(difference.object for difference in judgement.differences))
    report = RevisionReport(
        revision=trip.revision.id,
        title=trip.revision.title,
        path=str(trip.revision.path),
        verdict=judgement.verdict,
        objects=objects,
        differences=judgement.differences,
        message=judgement.message,
        seconds=walk.clock.timing(trip.revision.id),
    )
    lacking = walk.privileges.finding(trip.revision)
    return report, (*_verdict_finding(report, trip), *judgement.findings, *lacking)


def _verdict_finding(report: RevisionReport, trip: Trip) -> Iterator[Finding]:
    severity = report.verdict.severity
    if severity is None:
        return
    what = ", ".join(report.objects[:5])
    yield Finding(
        rule=report.verdict.value,
        severity=severity,
        message=f"{report.message}: {what}" if what else report.message,
        remedy=remedy(report.verdict, report.differences, report.message),
        path=report.path,
        line=trip.failure.line if trip.failure else downgrade_line(trip.revision),
        revision=report.revision,
        object=report.objects[0] if report.objects else None,
    )
