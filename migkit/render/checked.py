"""The text of doctor: a line for each check, a remedy under it, and one line of counts."""

from __future__ import annotations

from migkit.model import Report, Severity
from migkit.render.page import Page

_MARK = {True: ("✓", "green"), None: ("·", "")}
_STYLE = {Severity.error: "bold red", Severity.warning: "yellow", Severity.note: "cyan"}


def checked(report: Report, page: Page, fail_on: Severity) -> None:
    """Write the report of a verb that checks things."""
    checks = report.facts["checks"]
    severity = {finding.object: finding.severity for finding in report.findings}
    width = max((len(one["check"]) for one in checks), default=0)
    for one in checks:
        name = str(one["check"])
        mark = _MARK.get(one["ok"]) or ("✗", _STYLE[severity.get(name, Severity.error)])
        page.line(mark, f" {name:<{width}}  ", one["message"])
        if one["remedy"]:
            page.line(("to do:", "bold"), f" {one['remedy']}", indent=width + 4)
    failed = report.exit_code(fail_on) != 0
    page.line()
    page.line(
        ("failed" if failed else "passed", "bold red" if failed else "bold green"),
        f" · {len(checks)} checks, {len(report.findings)} to mend · {report.seconds:.1f} s",
    )
