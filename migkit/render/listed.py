"""The text of what is only listed: the configured schemas, the database images."""

from __future__ import annotations

from migkit.model import Finding, Report
from migkit.render.page import Page


def listed(report: Report, page: Page) -> None:
    """Write the table of a listing, then what is wrong with its rows."""
    rows = report.facts.get(report.command, [])
    if rows:
        names = list(rows[0])
        page.table([name.replace("_", " ") for name in names], [[_cell(row[name]) for name in names] for row in rows])
    for finding in report.findings:
        _finding(finding, page)


def _cell(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "-"
    if isinstance(value, bool):
        return "yes" if value else "-"
    return "-" if value in (None, "") else str(value)


def _finding(finding: Finding, page: Page) -> None:
    page.line()
    page.line((f"✗ {finding.object or finding.rule}: ", "bold red"), finding.message)
    if finding.path:
        page.line(f"{finding.path}{f':{finding.line}' if finding.line else ''}", indent=2)
    if finding.remedy:
        page.line(("to do:", "bold"), f" {finding.remedy}", indent=2)
