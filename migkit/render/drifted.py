"""The text of drift: each target and what it was held to, what differs, and the SQL that would bring it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from migkit.model import Report, Severity
from migkit.render.findings import counted, write_finding, write_last
from migkit.render.page import Page


def drifted(report: Report, page: Page, fail_on: Severity) -> None:
    """Write the report of `mig.drift`."""
    page.line((f"{report.schema} · drift", "bold"))
    for one in report.facts["targets"]:
        _target(one, page)
    for finding in report.findings:
        write_finding(finding, page)
    for one in report.facts["targets"]:
        _sql(one, page)
    count = len(report.facts["targets"])
    write_last(report, page, fail_on, f"{count} target{'' if count == 1 else 's'}", counted(report.findings))


def _target(one: Mapping[str, Any], page: Page) -> None:
    if "error" in one:
        page.line(("✗", "bold red"), f" {one['target']}: could not be read")
        return
    stands = ", ".join(one["current"]) or "nothing applied"
    pending = f", {one['pending']} pending" if one["pending"] else ""
    page.line(f"{one['target']} · {one['address']} · {one['product']} {one['version']} · {stands}{pending}")
    if not one["expected"]:
        return
    page.line((f"expected: {one['expected']}", "dim"), indent=2)
    if not one["differences"]:
        page.line(("✓", "green"), f" nothing differs: {one['objects']} objects", indent=2)


def _sql(one: Mapping[str, Any], page: Page) -> None:
    """Write the statements so that they can be copied: nothing runs them."""
    if not one.get("sql"):
        return
    page.line()
    page.line((f"-- what would bring {one['target']} back; read it first: what is in no revision is dropped", "dim"))
    for statement in one["sql"]:
        page.block(f"{statement};", indent=0)
