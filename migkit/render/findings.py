"""Findings on a page of text, and the heading above them: what every verb that judges shows alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from migkit.model import Finding, Report, Severity

if TYPE_CHECKING:
    from migkit.render.page import Page

STYLE = {Severity.error: "bold red", Severity.warning: "yellow", Severity.note: "cyan"}
SIGN = {Severity.error: "✗", Severity.warning: "!", Severity.note: "·"}


def write_heading(report: Report, page: Page) -> None:
    """Write which schema was held against which server, which servers were passed over, and which rows were put in."""
    server = report.server
    product = f"{server.get('product', '')} {report.engine.get('version', '')}".strip()
    origin = ": ".join(str(server[key]) for key in ("kind", "origin") if server.get(key))
    wanted = str(report.engine.get("wanted", ""))
    place = f"{product} ({origin})" if origin else product
    page.line((" · ".join(part for part in (report.schema, wanted, place) if part), "bold"))
    for reason in server.get("passed_over", ()):
        page.line((f"passed over {' '.join(str(reason).split())}", "dim"), indent=2)
    rows = report.facts.get("rows")
    if rows:
        tables = len(rows["added"])
        told = f"rows: up to {rows['count']} in {f'each of {tables} tables' if tables != 1 else 'one table'}"
        page.line((told, "dim"), indent=2)


def write_finding(finding: Finding, page: Page, title: str = "") -> None:
    """Write a finding: its rule and whose it is, its place, what was seen, what to do."""
    page.line()
    page.line(
        (f"{SIGN[finding.severity]} {finding.rule}", STYLE[finding.severity]),
        f"  {finding.revision}" if finding.revision else "",
        (f"  {title}" if title else "", "bold"),
        f"  {finding.object}" if finding.object else "",
    )
    if finding.path:
        place = (finding.path, finding.line, finding.column if finding.line else None)
        page.line(":".join(str(part) for part in place if part), indent=2)
    page.block(finding.message, indent=2)
    write_remedy(finding, page)


def write_remedy(finding: Finding | None, page: Page) -> None:
    """Write what is to be done, where anything is."""
    if finding and finding.remedy:
        page.line(("to do:", "bold"), f" {finding.remedy}", indent=2)


def write_last(report: Report, page: Page, fail_on: Severity, *counts: str) -> None:
    """Write the last line: what came of it, and the counts."""
    failed = report.exit_code(fail_on) != 0
    word = ("failed", "bold red") if failed else ("passed", "bold green")
    page.line()
    page.line(word, *(f" · {count}" for count in counts if count), f" · {report.seconds:.1f} s")


def counted(findings: Iterable[Finding]) -> str:
    """Count findings by severity, errors first; "" where there are none."""
    counts = Counter(one.severity for one in findings)
    levels = [severity for severity in reversed(Severity) if counts[severity]]
    return ", ".join(f"{counts[one]} {one.name}{'' if counts[one] == 1 else 's'}" for one in levels)
