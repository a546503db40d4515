"""The verb `schemas`: what is configured, and what of it can be read."""

from __future__ import annotations

import time
from typing import Any

from migkit.branching import multiple_heads
from migkit.config import check_directory, shown
from migkit.errors import MigkitError
from migkit.model import Finding, Project, Report, Schema, Severity


def schemas(project: Project) -> Report:
    """List the schemas with their heads and last revision; what is broken is a finding, and the rest is listed."""
    started = time.perf_counter()
    rows: list[dict[str, Any]] = []
    findings: list[Finding] = []
    for schema in project.schemas.values():
        row, found = _row(project, schema)
        rows.append(row)
        findings += found
    return Report(
        command="schemas",
        findings=tuple(findings),
        facts={"configuration": shown(project.path), "schemas": rows},
        seconds=time.perf_counter() - started,
    )


def _row(project: Project, schema: Schema) -> tuple[dict[str, Any], list[Finding]]:
    from migkit.alembic_io.history import load

    row: dict[str, Any] = {
        "schema": schema.name,
        "default": schema.name == project.default_schema or len(project.schemas) == 1,
        "engine": schema.engine,
        "directory": shown(schema.directory),
        "revisions": None,
        "heads": [],
        "last_revision": None,
    }
    try:
        check_directory(project, schema)
        history = load(schema, sample=True)
    except MigkitError as error:
        return row, [_finding(schema, error)]
    last = history.revisions[-1] if history.revisions else None
    row |= {"revisions": len(history.revisions), "heads": list(history.heads), "last_revision": last and last.title}
    return row, [*multiple_heads(schema.name, history.heads)]


def _finding(schema: Schema, error: MigkitError) -> Finding:
    path = str(error.path) if error.path else None
    return Finding(
        f"{error.kind}-error", Severity.error, error.message, error.remedy, path, error.line, object=schema.name
    )
