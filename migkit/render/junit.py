"""JUnit's XML, as Jenkins, GitLab and others read it: a test case for each revision, and for each finding without one.

What fails a case stands in its one `<failure>`, since most readers show the first alone; the rest is its output. A case
in which only what the baseline accepts was found is skipped, as expected failures are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field
from xml.etree import ElementTree as ET

from migkit.errors import MigkitError
from migkit.model import Finding, Report, RevisionReport, Severity
from migkit.render import text
from migkit.render.findings import write_finding
from migkit.render.judged import write_revision
from migkit.render.page import Page
from migkit.render.visible import visible
from migkit.values import dataclass

_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")  # beside the control characters, which are made visible


@dataclass(slots=True)
class _Case:
    """A test case under construction; `judged` is the revision of a round trip."""

    name: str
    path: str | None = None
    seconds: float = 0.0
    judged: RevisionReport | None = None
    findings: list[Finding] = field(default_factory=list)
    known: list[Finding] = field(default_factory=list)


def report(report: Report, *, fail_on: Severity = Severity.error, color: bool = False, width: int = 0) -> str:
    """Give one suite; findings at or above `fail_on` fail their case."""
    del color, width
    cases = _cases(report)
    suite = _suite(report.command, report.schema, str(report.engine.get("wanted", "")))
    _properties(report, suite)
    for case in cases:
        _write(case, suite, fail_on)
    return _document(suite, report.seconds)


def failure(error: MigkitError, *, command: str, schema: str = "", color: bool = False) -> str:
    """Give one case, whose error kept `command` from making a report."""
    del color
    suite = _suite(command, schema)
    case = _case(suite, command, str(error.path) if error.path else None, error.line, 0.0)
    told = text.failure(error, command=command, schema=schema)
    _outcome(case, "error", error.kind, error.message, told)
    return _document(suite, 0.0)


def _cases(report: Report) -> list[_Case]:
    cases = {one.revision: _revision(one) for one in report.revisions}
    for one in report.facts.get("revisions", ()):
        ident = str(one["revision"])
        cases[ident] = _Case(f"{ident} {one['title']}", str(one["path"]), float(one["seconds"]))
    for finding in report.findings:
        _joined(cases, finding).findings.append(finding)
    for finding in report.known:
        _joined(cases, finding).known.append(finding)
    return list(cases.values())


def _joined(cases: dict[str, _Case], finding: Finding) -> _Case:
    """Give the case of a finding; one without a revision has a case of its own."""
    name = finding.revision or " ".join(filter(None, (finding.rule, finding.object)))
    return cases.setdefault(finding.revision or f"\0{len(cases)}", _Case(name, finding.path))


def _revision(one: RevisionReport) -> _Case:
    seconds = one.seconds.upgrade + one.seconds.downgrade + one.seconds.snapshot
    return _Case(f"{one.revision} {one.title}", one.path, seconds, one)


def _write(case: _Case, suite: ET.Element, fail_on: Severity) -> None:
    case.findings.sort(key=lambda one: -one.severity)
    failing = [one for one in case.findings if one.severity >= fail_on]
    rest = [one for one in case.findings if one.severity < fail_on]
    worst = [*failing, *rest, *case.known][:1]
    element = _case(suite, case.name, case.path, worst[0].line if worst else None, case.seconds)
    if failing:
        more = f" (and {len(failing) - 1} more)" if failing[1:] else ""
        _outcome(element, "failure", failing[0].rule, failing[0].message + more, _told(failing, case.judged))
    elif case.known:
        rules = ", ".join(dict.fromkeys(one.rule for one in case.known))
        _outcome(element, "skipped", "known", f"the baseline accepts {rules}", "")
    told = _told(rest, case.judged) + _told(case.known, None)
    if told:
        ET.SubElement(element, "system-out").text = _xml(told.lstrip("\n"))


def _told(findings: Sequence[Finding], judged: RevisionReport | None) -> str:
    """Give the text of findings; the one that is a round trip's verdict has its differences."""
    if not findings:
        return ""
    page = Page(color=False, width=0)
    for finding in findings:
        if judged is not None and finding.rule == judged.verdict.value:
            write_revision(judged, finding, page)
        else:
            write_finding(finding, page)
    return page.text()


def _suite(*names: str) -> ET.Element:
    return ET.Element("testsuite", name=_xml(" ".join(["migkit", *filter(None, names)])))


def _properties(report: Report, suite: ET.Element) -> None:
    server, engine = report.server, report.engine
    product = f"{server.get('product', '')} {engine.get('version', '')}".strip()
    told = {
        "engine": engine.get("wanted"),
        "server": product,
        "kind": server.get("kind"),
        "origin": server.get("origin"),
    }
    if any(told.values()):
        properties = ET.SubElement(suite, "properties")
        for name, value in told.items():
            if value:
                ET.SubElement(properties, "property", name=name, value=_xml(str(value)))


def _case(suite: ET.Element, name: str, path: str | None, line: int | None, seconds: float) -> ET.Element:
    classname = str(suite.get("name")).replace(" ", ".")
    place = {"file": path, "line": str(line) if path and line else None}
    given = {key: _xml(value) for key, value in place.items() if value}
    return ET.SubElement(suite, "testcase", name=_xml(name), classname=classname, time=_time(seconds), attrib=given)


def _outcome(case: ET.Element, kind: str, rule: str, message: str, told: str) -> None:
    outcome = ET.SubElement(case, kind, type=rule, message=_xml(" ".join(message.split())))
    if told:
        outcome.text = _xml(told.lstrip("\n"))


def _document(suite: ET.Element, seconds: float) -> str:
    counts = {"tests": len(suite.findall("testcase"))}
    counts |= {f"{kind}s": len(suite.findall(f"testcase/{kind}")) for kind in ("failure", "error")}
    whole = ET.Element("testsuites", name="migkit")
    for element in (whole, suite):
        element.attrib |= {name: str(count) for name, count in counts.items()} | {"time": _time(seconds)}
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
    whole.append(suite)
    ET.indent(whole)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(whole, encoding="unicode")}\n'


def _time(seconds: float) -> str:
    return f"{seconds:.3f}"


def _xml(text: str) -> str:
    """Give a text without what XML cannot hold."""
    return _NO_XML.sub("\ufffd", visible(text))
