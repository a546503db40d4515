"""The end of a release, however it ended: what it left is looked at, and its report is kept beside the journal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress

from migkit import journal
from migkit.address import veiled
from migkit.alembic_io.releasing import ReleaseDriver
from migkit.config import shown
from migkit.errors import MigkitError, StepFailed
from migkit.journal import fates, record
from migkit.model import Event, Report
from migkit.model.release import Kind, Unfinished
from migkit.release.gate import below
from migkit.release.hands import Hands
from migkit.release.known import Known
from migkit.render import renderer
from migkit.targets import VersionTable, standing

# what Alembic's own logger tells of each revision, which the report says already
_ALEMBICS = re.compile(r"Context impl \w+\.$|Will assume (non-)?transactional DDL\.$|Running (up|down)grade \w* ?-> ")


def recorded(known: Known, hands: Hands, error: MigkitError | None = None) -> Report:
    """Give the report of a release that ended, and keep it as text and JSON where it was to apply something.

    So one that was refused leaves it too, without a line in the journal.
    """
    known.ended(error)
    target = known.schema.targets.get(known.order.target)
    if target is None or not known.applies or known.result == "nothing":
        return known.report()
    if known.run is not None:
        known.journal = shown(journal.file.path(known.schema.name, target))
    run, folder = known.run.id if known.run else journal.new_id(known.entries), target.journal.folder
    known.record = shown(record.place(folder, run))
    json, text = _texts(known.report(), error)
    try:
        record.written(folder, run, json=veiled(json), text=veiled(text))
    except (MigkitError, OSError) as trouble:
        known.record = ""
        hands.tell(Event("log", f"the report of this run is not kept: {trouble}"))
    return known.report()


def look_back(known: Known, driver: ReleaseDriver, error: MigkitError) -> None:
    """See what a run that failed sent and left, and where the target stands; all of it as far as it can be asked.

    What is to be done about what it left is the one thing that `error` says. The target may take its time: an operator
    who ends that has the error all the same.
    """
    assert known.run is not None
    known.current = None
    with suppress(MigkitError, KeyboardInterrupt):
        kept = known.entries = journal.kept(known.schema, known.order.target)
        known.begun = any(one.run == known.run.id and one.kind is Kind.sent for one in kept)
        known.left = fates.unfinished(kept, fates.Seen())
    with suppress(MigkitError, KeyboardInterrupt):
        current = standing(known.there, VersionTable(driver.version_table, driver.version_schema, sure=True))
        known.entries = journal.entries(known.schema, known.there)
        known.left = journal.unfinished(known.schema, known.there, known.entries, below(driver.history, current))
        known.current = current
    own = [one for one in known.left if one.run == known.run.id]
    if own:
        error.remedy = journal.remedy(latest(own), known.schema.name, known.order.target)
    if isinstance(error, StepFailed):
        error.output = "\n".join(line for line in error.output.splitlines() if not _ALEMBICS.search(line))


def latest(left: Sequence[Unfinished]) -> Unfinished:
    """Give the one of several revisions that were not finished which is to be finished first."""
    return next(filter(journal.partial, reversed(left)), left[-1])


def _texts(report: Report, error: MigkitError | None) -> tuple[str, str]:
    json, text = renderer("json"), renderer("text")
    if error is None:
        return json.report(report), text.report(report)
    error.report, command, schema = report, report.command, report.schema
    failure = text.failure(error, command=command, schema=schema)
    return json.failure(error, command=command, schema=schema), text.report(report) + failure
