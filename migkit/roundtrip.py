"""The round trip: each revision up, down and up again on a throwaway server, and a verdict for each."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from migkit import baseline, compose, engines, proving, scratch
from migkit.alembic_io.history import located
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
    Server,
)
from migkit.model.rehearsal import Rows
from migkit.proofs import recording


@dataclass(frozen=True, slots=True)
class Options:
    """What a round trip is asked for, beside the schema. Empty is the configured default, or everything.

    `rows` is how many each table is filled with before each step; 0 is none. `write_proof` writes down what was proven.
    """

    engine: str = ""
    server: str = "auto"
    revisions: tuple[str, ...] = ()
    since: str = ""
    rows: int = 0
    write_baseline: bool = False
    use_baseline: bool = True
    strict_engine: bool = False
    write_proof: bool = False


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
    choice = proving.choice(found, options.revisions, options.since)
    rows = proving.rows(found, engine, options.rows) if options.rows else None
    _writable(project, schema, options)
    if choice is not None and not choice:
        facts = {"rows": proving.rows_facts(rows, None)}
        return Report("roundtrip", schema.name, {"family": engine.family, "wanted": engine.name}, facts=facts)
    with (
        compose.judging(project, found, engine, options.server, on_event) as judging,
        scratch.database(project, found, engine, options.server, on_event) as database,
    ):
        proof = judging(found, database, choice, on_event, rows, options.write_proof)
    report = _report(schema, engine, database, proof, rows, options)
    report = _recorded(report, project, schema, database.server, proof) if options.write_proof else report
    return replace(report, seconds=round(time.perf_counter() - began, 3))


def _writable(project: Project, schema: Schema, options: Options) -> None:
    """Refuse before the run what could not be written after it."""
    baseline.check(schema.baseline, schema.name, writable=options.write_baseline)
    if options.write_proof:
        recording.check(project)


def _report(
    schema: Schema, engine: Engine, database: Database, proof: Judged, rows: Rows | None, options: Options
) -> Report:
    server = database.server
    reports, found, accepted = _accepted(schema, engine.name, proof, rows, options)
    findings = (
        *proving.server_findings(engine, database, strict=options.strict_engine),
        *proving.history_findings(schema, proof.ini, proof.heads),
        *proving.rows_findings(proof.filled),
        *found,
    )
    return Report(
        command="roundtrip",
        schema=schema.name,
        engine=server.ran(engine),
        server=server.facts(),
        findings=tuple(map(proving.shown, findings)),
        known=tuple(map(proving.shown, accepted)),
        revisions=tuple(reports),
        facts={"rows": proving.rows_facts(rows, proof.filled)},
    )


def _recorded(report: Report, project: Project, schema: Schema, server: Server, proof: Judged) -> Report:
    """Write down what was proven, and say so."""
    assert proof.ended is not None, "the round trip was asked for its catalogues"
    written = recording.recorded(project, schema, server, proof.ended, report.revisions)
    findings = (*report.findings, *written.findings)
    return replace(report, findings=findings, facts={**report.facts, "proof": written.facts()})


def _accepted(
    schema: Schema, engine: str, proof: Judged, rows: Rows | None, options: Options
) -> tuple[list[RevisionReport], list[Finding], list[Finding]]:
    """Give the revisions by what the baseline knows, what was found of them, and what of that it accepts.

    What fails on rows alone has a record of its own.
    """
    own = f"{engine} with rows" if rows else engine
    if options.write_baseline:
        baseline.write(schema.baseline, schema.name, own, [one for one, _findings in proof.revisions], proof.ids)
    names = (own, engine) if options.use_baseline else ()
    known = [baseline.read(schema.baseline, schema.name, name) for name in names]
    reports = [baseline.accept(proving.shown(report), *known) for report, _findings in proof.revisions]
    findings: list[Finding] = []
    accepted: list[Finding] = []
    for report, (_same, told) in zip(reports, proof.revisions, strict=True):
        for finding in told:
            taken = accepted if report.baseline and finding.rule == report.verdict.value else findings
            taken.append(finding)
    return reports, findings + baseline.stale(reports, known[0] if known else {}), accepted
