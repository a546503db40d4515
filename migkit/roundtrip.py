"""The round trip: each revision up, down and up again on a throwaway server, and a verdict for each."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from migkit import baseline, compose, config, engines, git, remedies, scratch
from migkit.alembic_io.graph import find
from migkit.alembic_io.history import located
from migkit.alembic_io.survey import survey
from migkit.branching import multiple_heads
from migkit.judging import Judged
from migkit.model import (
    Database,
    Engine,
    Event,
    Finding,
    Project,
    Report,
    RevisionReport,
    Schema,
    Severity,
)

Found = TypeVar("Found", RevisionReport, Finding)


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
        compose.judging(project, found, engine, options.server, on_event) as judging,
        scratch.database(project, found, engine, options.server, on_event) as database,
    ):
        proof = judging(found, database, choice, on_event)
    return _report(schema, engine, database, proof, options, time.perf_counter() - began)


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


def _report(
    schema: Schema,
    engine: Engine,
    database: Database,
    proof: Judged,
    options: Options,
    seconds: float,
) -> Report:
    server = database.server
    if options.write_baseline:
        reports = [report for report, _findings in proof.revisions]
        baseline.write(schema.baseline, schema.name, engine.name, reports, proof.ids)
    known = baseline.read(schema.baseline, schema.name, engine.name) if options.use_baseline else {}
    reports = [baseline.accept(_shown(report), known) for report, _findings in proof.revisions]
    findings = [*_server_findings(engine, database, options), *_history_findings(schema, proof)]
    accepted: list[Finding] = []
    for report, (_same, own) in zip(reports, proof.revisions, strict=True):
        for finding in own:
            taken = accepted if report.baseline and finding.rule == report.verdict.value else findings
            taken.append(finding)
    findings += baseline.stale(reports, known)
    return Report(
        command="roundtrip",
        schema=schema.name,
        engine=server.ran(engine),
        server=server.facts(),
        findings=tuple(_shown(finding) for finding in findings),
        known=tuple(_shown(finding) for finding in accepted),
        revisions=tuple(reports),
        seconds=round(seconds, 3),
    )


def _shown(found: Found) -> Found:
    return replace(found, path=config.shown(Path(found.path))) if found.path else found


def _server_findings(engine: Engine, database: Database, options: Options) -> Iterator[Finding]:
    server = database.server
    if database.shared_login:
        message = f"migrations ran as {server.user}, the login of the URL: {database.shared_login}"
        yield Finding("shared-login", Severity.note, message, f"let {server.user} create logins")
    if server.substituted:
        severity = Severity.error if options.strict_engine else Severity.warning
        yield Finding("engine-substituted", severity, server.substituted, remedies.wanted(engine, server.kind))


def _history_findings(schema: Schema, proof: Judged) -> Iterator[Finding]:
    if proof.ini != schema.ini:
        message = f"there is no {schema.ini.name}, and {proof.ini.name} stood in for it"
        path = str(proof.ini)
        yield Finding("sample-ini", Severity.note, message, "nothing, on a machine that only tests", path)
    yield from multiple_heads(schema.name, proof.heads)
