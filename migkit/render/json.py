"""Version 1 of the JSON object (docs/cli.md): one object whatever happens, its fields in a fixed order."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from migkit.errors import MigkitError
from migkit.model import Difference, Finding, Report, RevisionReport, Severity

VERSION = 1
_DETAILS = ("revision", "direction", "statement", "output", "log", "current")  # what some errors carry besides


def report(report: Report, *, fail_on: Severity = Severity.error, color: bool = False, width: int = 0) -> str:
    """Give the report as JSON; `ok` is whether nothing at or above `fail_on` was found."""
    del color, width
    judged = {"revisions": [_revision(one) for one in report.revisions]} if _judges(report) else {}
    return _object(
        command=report.command,
        schema=report.schema,
        engine=dict(report.engine),
        server=dict(report.server),
        ok=report.exit_code(fail_on) == 0,
        findings=[_finding(one) for one in report.findings],
        seconds=report.seconds,
        error=None,
        **judged,
        **report.facts,
    )


def failure(error: MigkitError, *, command: str, schema: str = "", color: bool = False) -> str:
    """Give the same object for what could not be done, with `error` filled."""
    del color
    told = {
        "kind": error.kind,
        "message": error.message,
        "remedy": error.remedy,
        "path": str(error.path) if error.path else None,
        "line": error.line,
    }
    told |= {name: getattr(error, name) for name in _DETAILS if hasattr(error, name)}
    known = error.report or Report(command, schema)
    return _object(
        command=command,
        schema=known.schema or schema,
        engine=dict(known.engine),
        server=dict(known.server),
        ok=False,
        findings=[_finding(one) for one in known.findings],
        seconds=known.seconds,
        error=told,
        **known.facts,
    )


def _object(*, seconds: float, **fields: Any) -> str:
    head = {"version": VERSION}
    order = ("command", "schema", "engine", "server", "ok", "findings")
    body = {name: fields.pop(name) for name in order} | {"seconds": _seconds(seconds), "error": fields.pop("error")}
    return json.dumps(head | body | fields, indent=2, ensure_ascii=False) + "\n"


def _judges(report: Report) -> bool:
    return report.command == "roundtrip" or bool(report.revisions)


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.name,
        "message": finding.message,
        "remedy": finding.remedy,
        "path": finding.path,
        "line": finding.line,
        "revision": finding.revision,
        "object": finding.object,
        **({"column": finding.column, "end_column": finding.end_column} if finding.column else {}),
    }


def _revision(one: RevisionReport) -> dict[str, Any]:
    return {
        "revision": one.revision,
        "title": one.title,
        "path": one.path,
        "verdict": one.verdict.value,
        "baseline": one.baseline,
        "message": one.message,
        "objects": list(one.objects),
        "differences": [_difference(each) for each in one.differences],
        "lost": [asdict(each) for each in one.lost],
        "seconds": {
            "upgrade": _seconds(one.seconds.upgrade),
            "downgrade": _seconds(one.seconds.downgrade),
            "snapshot": _seconds(one.seconds.snapshot),
        },
    }


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "object": difference.object,
        "kind": difference.kind,
        "before": difference.before,
        "after": difference.after,
    }


def _seconds(seconds: float) -> float:
    return round(seconds, 4)
