"""SARIF 2.1.0: one run of the kit as one run of a tool, for code scanning and editors.

A finding in a file is a result. What concerns no file, the server or the whole run, is a notification of the tool: a
result without a place is refused by GitHub, with all others. What the baseline accepts is a suppressed result.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from migkit.errors import ConfigError, MigkitError
from migkit.model import Finding, Report, Severity
from migkit.render.rules import advised, described

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "migkit/v1"  # changes with what a fingerprint is made of
_ACCEPTED = {"kind": "external", "status": "accepted", "justification": "the baseline records it as known"}


def report(report: Report, *, fail_on: Severity = Severity.error, color: bool = False, width: int = 0) -> str:
    """Give the report as a SARIF log of one run."""
    del color, width
    placed = [one for one in report.findings if one.path]
    known = [one for one in report.known if one.path]
    rules = list(dict.fromkeys(one.rule for one in [*placed, *known]))
    told = [_notification(one.rule, one.severity, _message(one)) for one in report.findings if not one.path]
    invocation = {"executionSuccessful": True, "exitCode": report.exit_code(fail_on)}
    return _log(
        category=(report.command, report.schema, str(report.engine.get("wanted", ""))),
        rules=[_rule(rule, report.facts.get("rules", {})) for rule in rules],
        notifications=[_rule(one.rule) for one in _first(one for one in report.findings if not one.path)],
        invocation=invocation | ({"toolExecutionNotifications": told} if told else {}),
        results=_results(placed, known, rules),
    )


def failure(error: MigkitError, *, command: str, schema: str = "", color: bool = False) -> str:
    """Give a log without results, and what kept `command` from making any as a notification."""
    del color
    text = f"{error.message}\nTo do: {error.remedy}" if error.remedy else error.message
    told = _notification(error.kind, Severity.error, text)
    if error.path is not None:
        told["locations"] = [_location(str(error.path), error.line)]
    kind = "toolConfigurationNotifications" if isinstance(error, ConfigError) else "toolExecutionNotifications"
    return _log(
        category=(command, schema),
        rules=[],
        notifications=[_rule(error.kind)],
        invocation={"executionSuccessful": False, "exitCode": error.exit_code, kind: [told]},
        results=[],
    )


def _log(
    *,
    category: Iterable[str],
    rules: list[dict[str, Any]],
    notifications: list[dict[str, Any]],
    invocation: dict[str, Any],
    results: list[dict[str, Any]],
) -> str:
    driver = {"name": "migkit", **_version(), "rules": rules}
    run = {
        "tool": {"driver": driver | ({"notifications": notifications} if notifications else {})},
        "automationDetails": {"id": "/".join(["migkit", *filter(None, category), ""])},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _version() -> dict[str, str]:
    try:
        return {"semanticVersion": metadata.version("migkit")}
    except metadata.PackageNotFoundError:  # a checkout that is not installed
        return {}


def _first(findings: Iterable[Finding]) -> list[Finding]:
    """Give one finding of each rule."""
    return list({one.rule: one for one in findings}.values())


def _rule(rule: str, told: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    """Describe a rule: `told` says why of those that the report brought along."""
    why = told.get(rule)
    what, way = f"{why[:1].upper()}{why[1:]}." if why else described(rule), advised(rule)
    return {
        "id": rule,
        "shortDescription": {"text": what},
        "fullDescription": {"text": f"{what} {way}"},
        "help": {"text": f"{what}\n\n{way}", "markdown": f"**{rule}**\n\n{what}\n\n{way}"},
    }


def _notification(rule: str, severity: Severity, text: str) -> dict[str, Any]:
    return {"descriptor": {"id": rule}, "level": severity.name, "message": {"text": text}}


def _results(findings: list[Finding], known: list[Finding], rules: list[str]) -> list[dict[str, Any]]:
    """Give all results; SARIF wants `suppressions` on each of a run's results, or on none."""
    seen: Counter[str] = Counter()
    results = [_result(one, rules, seen, []) for one in findings]
    results += [_result(one, rules, seen, [_ACCEPTED]) for one in known]
    if not known:
        for one in results:
            del one["suppressions"]
    return results


def _result(
    finding: Finding, rules: list[str], seen: Counter[str], suppressions: list[dict[str, str]]
) -> dict[str, Any]:
    details = {"revision": finding.revision, "object": finding.object, "remedy": finding.remedy}
    return {
        "ruleId": finding.rule,
        "ruleIndex": rules.index(finding.rule),
        "level": finding.severity.name,
        "message": {"text": _message(finding)},
        "locations": [_located(finding)],
        "partialFingerprints": {FINGERPRINT: _fingerprint(finding, seen)},
        "suppressions": suppressions,
        "properties": {name: value for name, value in details.items() if value},
    }


def _message(finding: Finding) -> str:
    return f"{finding.message}\nTo do: {finding.remedy}" if finding.remedy else finding.message


def _located(finding: Finding) -> dict[str, Any]:
    location = _location(finding.path or "", finding.line)
    if finding.line and finding.column:
        region = location["physicalLocation"]["region"]
        region |= {"startColumn": finding.column} | ({"endColumn": finding.end_column} if finding.end_column else {})
        region |= {"snippet": {"text": finding.source}} if finding.source else {}
    if finding.revision:
        location["logicalLocations"] = [{"name": finding.revision, "kind": "revision"}]
    return location


def _location(path: str, line: int | None) -> dict[str, Any]:
    """Give a place; one without a line is the file's first, since GitHub shows nothing without one."""
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(path)}, "region": {"startLine": line or 1}}}


def _uri(path: str) -> str:
    return Path(path).as_uri() if Path(path).is_absolute() else quote(os.fsencode(Path(path).as_posix()))


def _fingerprint(finding: Finding, seen: Counter[str]) -> str:
    """Give what stays the same while lines move and messages change: rule, revision, object, and which of those."""
    told = "\0".join((finding.rule, finding.revision or finding.path or "", finding.object or ""))
    seen[told] += 1
    return sha256(f"{told}\0{seen[told]}".encode("utf-8", "surrogatepass")).hexdigest()
