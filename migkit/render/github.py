"""GitHub's workflow commands: each finding an annotation on its line, errors first, since GitHub shows ten of a kind.

The runner reads them from a step's output; one plain line of counts follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from migkit.errors import MigkitError
from migkit.model import Finding, Report, Severity
from migkit.render.findings import counted
from migkit.render.visible import visible

_Columns = Mapping[str, int | None]
_COMMANDS = {Severity.error: "error", Severity.warning: "warning", Severity.note: "notice"}
_DATA = str.maketrans({"%": "%25", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def report(report: Report, *, fail_on: Severity = Severity.error, color: bool = False, width: int = 0) -> str:
    """Give a command for each finding, and a line that says what came of it."""
    del color, width
    lines = [_finding(one) for one in sorted(report.findings, key=lambda one: -one.severity)]
    return "\n".join([*lines, _summary(report, fail_on), ""])


def failure(error: MigkitError, *, command: str, schema: str = "", color: bool = False) -> str:
    """Give one command for what kept `command` from making a report."""
    del color
    title = " ".join(part for part in ("migkit", command, schema, error.kind) if part)
    path = str(error.path) if error.path else None
    return _command(Severity.error, title, path, error.line, _text(error.message, error.remedy)) + "\n"


def _finding(finding: Finding) -> str:
    title = " ".join(part for part in (finding.rule, finding.revision, finding.object) if part)
    columns = {"col": finding.column, "endColumn": finding.end_column and finding.end_column - 1}
    text = _text(finding.message, finding.remedy)
    return _command(finding.severity, title, finding.path, finding.line, text, columns)


def _text(message: str, remedy: str) -> str:
    return f"{message}\nto do: {remedy}" if remedy else message


def _command(
    severity: Severity,
    title: str,
    path: str | None,
    line: int | None,
    text: str,
    columns: _Columns = MappingProxyType({}),
) -> str:
    """Give a command; a place is the file's, its line, and on it the first and the last column."""
    said = {"title": title, "file": path, "line": line if path else None, **(columns if path and line else {})}
    properties = ",".join(f"{name}={_escaped(str(value), _PROPERTY)}" for name, value in said.items() if value)
    return f"::{_COMMANDS[severity]} {properties}::{_escaped(text, _DATA)}"


def _escaped(text: str, escapes: dict[int, str]) -> str:
    """Escape as the runner unescapes; control characters other than line breaks are made visible."""
    return visible(text).translate(escapes)


def _summary(report: Report, fail_on: Severity) -> str:
    known = f", {len(report.known)} known" if report.known else ""
    what = " ".join(part for part in (report.command, report.schema, str(report.engine.get("wanted", ""))) if part)
    word = "failed" if report.exit_code(fail_on) else "passed"
    return f"migkit {what}: {word}, {counted(report.findings) or 'no findings'}{known}"
