"""The round trip: each revision up, down and up again on a throwaway server, and a verdict for each."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from migkit import base, baseline, catalog, config, engines, git, servers
from migkit.address import Address, masked_text
from migkit.alembic_io import driver
from migkit.alembic_io.graph import find
from migkit.alembic_io.history import History, located
from migkit.alembic_io.survey import survey
from migkit.alembic_io.urls import environment, url_for
from migkit.errors import MigkitError, ServerError
from migkit.judge import Trip, downgrade_line, judge
from migkit.model import (
    Database,
    Engine,
    Event,
    Finding,
    Project,
    Report,
    RevisionReport,
    Schema,
    Server,
    Severity,
)
from migkit.remedies import remedy
from migkit.servers import databases
from migkit.walk import Walk

Judged = tuple[RevisionReport, tuple[Finding, ...]]


@dataclass(frozen=True, slots=True)
class Options:
    """What a round trip is asked for, beside the schema. Empty is the configured default, or everything."""

    engine: str = ""
    server: str = "auto"
    revisions: tuple[str, ...] = ()
    since: str = ""
    write_baseline: bool = False
    use_baseline: bool = True
    strict_engine: bool = False


def roundtrip(
    project: Project,
    schema: Schema,
    options: Options = Options(),
    *,
    on_event: Callable[[Event], None] = lambda _e: None,
) -> Report:
    """Judge every revision of `schema` on a throwaway database of its own.

    Raises ConfigError, HistoryError and ServerError where it could not be done; what is wrong with a revision is a
    finding. The database and the server that were started are gone when it returns or raises.
    """
    began = time.perf_counter()
    engine = engines.parse(options.engine or schema.engine)
    found = located(schema, sample=True)
    choice = _choice(found, options)
    baseline.check(schema.baseline, schema.name, writable=options.write_baseline)
    if choice is not None and not choice:
        return Report("roundtrip", schema.name, {"family": engine.family, "wanted": engine.name})
    with (
        servers.serve(engine, schema.server, choice=options.server, images=project.images, on_event=on_event) as server,
        _explained(server),
        databases.throwaway(server, schema.server) as database,
    ):
        history, judged = _judge_all(found, database, choice, on_event)
    return _report(schema, engine, server, history, judged, options, time.perf_counter() - began)


def _choice(schema: Schema, options: Options) -> Collection[str] | None:
    """Give what names the revisions to judge, ids (or beginnings of them) and paths; None is all of them.

    What is wrong with the files, or a revision that is not there, is told before a server is started.
    """
    entries = survey(schema)
    chosen = list(options.revisions)
    if entries:
        chosen = [find(ident, [entry.id for entry in entries]) for ident in options.revisions]
    if options.since:
        changed = git.changed_since(schema.directory, options.since)
        chosen += [str(path) for path in changed if not entries or path in {entry.path for entry in entries}]
    return chosen if options.revisions or options.since else None


def _wanted(history: History, choice: Collection[str] | None) -> Collection[str]:
    """Give the ids of the revisions to judge."""
    if choice is None:
        return {revision.id for revision in history.revisions}
    paths = {revision.id for revision in history.revisions if str(revision.path) in choice}
    return paths | {history.revision(ident).id for ident in choice if "/" not in ident}


def _judge_all(
    schema: Schema, database: Database, choice: Collection[str] | None, on_event: Callable[[Event], None]
) -> tuple[History, list[Judged]]:
    """Walk up to the last wanted revision and down again; what is judged stands base first."""
    url, variables = url_for(schema, database), environment(schema, database)
    with (
        catalog.connect(database) as (reader, keeper),
        driver.opened(schema, url=url, address=_address(database), environment=variables) as steps,
    ):
        history = steps.history
        wanted = _wanted(history, choice)
        last = max((at for at, revision in enumerate(history.revisions, 1) if revision.id in wanted), default=0)
        with steps.guarded():
            base.load(schema, databases.url(database), reader)
        walk = Walk(steps, reader, keeper, history.revisions[:last], on_event)
        walk.up()
        judged = [_judged(trip, walk) for trip in walk.down(wanted)]
        steps.disconnect()
    return history, judged[::-1]


def _judged(trip: Trip, walk: Walk) -> Judged:
    judgement = judge(trip)
    objects = tuple(dict.fromkeys(difference.object for difference in judgement.differences))
    report = RevisionReport(
        revision=trip.revision.id,
        title=trip.revision.title,
        path=config.shown(trip.revision.path),
        verdict=judgement.verdict,
        objects=objects,
        differences=judgement.differences,
        message=judgement.message,
        seconds=walk.clock.timing(trip.revision.id),
    )
    line = trip.failure.line if trip.failure else downgrade_line(trip.revision)
    return report, (*_verdict_finding(report, line), *judgement.findings)


def _verdict_finding(report: RevisionReport, line: int | None) -> Iterator[Finding]:
    severity = report.verdict.severity
    if severity is None:
        return
    what = ", ".join(report.objects[:5])
    yield Finding(
        rule=report.verdict.value,
        severity=severity,
        message=f"{report.message}: {what}" if what else report.message,
        remedy=remedy(report.verdict, report.differences),
        path=report.path,
        line=line,
        revision=report.revision,
        object=report.objects[0] if report.objects else None,
    )


def _report(
    schema: Schema,
    engine: Engine,
    server: Server,
    history: History,
    judged: Sequence[Judged],
    options: Options,
    seconds: float,
) -> Report:
    if options.write_baseline:
        ids = [revision.id for revision in history.revisions]
        baseline.write(schema.baseline, schema.name, engine.name, [report for report, _findings in judged], ids)
    known = baseline.read(schema.baseline, schema.name, engine.name) if options.use_baseline else {}
    reports = [baseline.accept(report, known) for report, _findings in judged]
    findings = [*_server_findings(engine, server, options), *_history_findings(schema, history)]
    for report, (_same, own) in zip(reports, judged, strict=True):
        findings += [finding for finding in own if not (report.baseline and finding.rule == report.verdict.value)]
    findings += baseline.stale(reports, known)
    return Report(
        command="roundtrip",
        schema=schema.name,
        engine={"family": server.engine.family, "version": server.version, "wanted": engine.name},
        server={"kind": server.kind, "product": server.product, "origin": server.origin},
        findings=tuple(_with_shown_path(finding) for finding in findings),
        revisions=tuple(reports),
        seconds=round(seconds, 3),
    )


def _with_shown_path(finding: Finding) -> Finding:
    return replace(finding, path=config.shown(Path(finding.path))) if finding.path else finding


def _server_findings(engine: Engine, server: Server, options: Options) -> Iterator[Finding]:
    if server.substituted:
        severity = Severity.error if options.strict_engine else Severity.warning
        yield Finding("engine-substituted", severity, server.substituted, f"make {engine.name} available")


def _history_findings(schema: Schema, history: History) -> Iterator[Finding]:
    if history.schema.ini != schema.ini:
        message = f"there is no {schema.ini.name}, and {history.schema.ini.name} stood in for it"
        path = str(history.schema.ini)
        yield Finding("sample-ini", Severity.note, message, "nothing, on a machine that only tests", path)
    if len(history.heads) > 1:
        message = f"the history has {len(history.heads)} heads: {', '.join(history.heads)}"
        yield Finding("multiple-heads", Severity.warning, message, "join them with `inv mig.merge`")


def _address(database: Database) -> Address:
    server = database.server
    if database.path is not None:
        return Address(database=str(database.path.resolve()))
    return Address(server.host, server.port, server.socket, database.name)


@contextmanager
def _explained(server: Server) -> Iterator[None]:
    """Turn a lost connection of the kit's own into a ServerError with what the server said last."""
    try:
        yield
    except (MigkitError, KeyboardInterrupt):
        raise
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("pymysql", "psycopg", "sqlite3"):
            raise
        raise ServerError(
            masked_text(f"the database server failed in the middle: {error}"),
            remedy="run it again; if it dies again, its log is above",
            log=servers.explain(server),
        ) from error
