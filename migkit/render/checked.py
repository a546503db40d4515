"""The text of doctor: a line for each check, a remedy under it, and one line of counts."""

from __future__ import annotations

from migkit.model import Report, Severity
from migkit.render.findings import STYLE, write_last
from migkit.render.page import Page

_MARK = {True: ("✓", "green"), None: ("·", "")}


def checked(report: Report, page: Page, fail_on: Severity) -> None:
    """Write the report of a verb that checks things."""
    checks = report.facts["checks"]
    severity = {finding.object: finding.severity for finding in report.findings}
    width = max((len(one["check"]) for one in checks), default=0)
    for one in checks:
        name = str(one["check"])
        mark = _MARK.get(one["ok"]) or ("✗", STYLE[severity.get(name, Severity.error)])
        page.line(mark, f" {name:<{width}}  ", one["message"])
        if one["remedy"]:
            page.line(("to do:", "bold"), f" {one['remedy']}", indent=width + 4)
    write_last(report, page, fail_on, f"{len(checks)} checks, {len(report.findings)} to mend")
