"""The text of a release and of a rollback: what held, what was planned, who agreed, what was applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from migkit.model import Report, Severity
from migkit.render.findings import write_last
from migkit.render.page import Page
from migkit.render.planned import write_pending

MARKS = {True: ("✓", "green"), False: ("✗", "bold red"), None: ("–", "dim")}  # noqa: RUF001  # a dash for what was not asked
_ENDS = {
    "checked": ("nothing was applied: --check ends here", ""),
    "planned": ("nothing was applied: --dry-run ends here", ""),
    "nothing": ("nothing to do", "green"),
    "refused": ("refused: nothing was applied", "bold red"),
    "failed": ("failed", "bold red"),
    "interrupted": ("interrupted", "bold red"),
}
Facts = Mapping[str, Any]


def released(report: Report, page: Page, fail_on: Severity) -> None:
    """Write the whole of it; what the operator has read before the word was typed is not told again."""
    facts = report.facts
    _heading(report, page)
    agreed = facts["consent"]
    if agreed and agreed["typed"] and facts["result"] != "refused":
        held = sum(one["ok"] is True for one in facts["preflight"])
        page.line(("✓", "green"), f" preflight: {held} checks hold")
    else:
        _before(facts, page)
    _agreed(facts, page)
    _applied(facts, page)
    write_checks(facts["verified"], page)
    _end(report, page, fail_on)


def question(report: Report) -> str:
    """Give what the operator is to know before anything changes."""
    page = Page(color=False, width=0)
    _heading(report, page)
    facts = report.facts
    held = sum(one["ok"] is True for one in facts["preflight"])
    page.line(("✓", "green"), f" preflight: {held} checks hold")
    write_checks([{**one, "remedy": ""} for one in facts["preflight"] if one["ok"] is None], page)
    _planned(facts, page)
    return page.text()


def write_checks(checks: Sequence[Facts], page: Page) -> None:
    """Write a line for each check, and what to do under those that do not hold."""
    width = max((len(str(one["check"])) for one in checks), default=0)
    for one in checks:
        page.line(MARKS[one["ok"]], f" {one['check']:<{width}}  ", one["message"])
        if one["remedy"] and one["ok"] is not True:
            page.line(("to do:", "bold"), f" {one['remedy']}", indent=width + 4)


def _heading(report: Report, page: Page) -> None:
    facts, server = report.facts, report.server
    product = f"{server.get('product', '')} {report.engine.get('version', '')}".strip()
    parts = (report.schema, f"{facts['direction']} {facts['target']}", str(server.get("origin", "")), product)
    page.line((" · ".join(part for part in parts if part), "bold"))


def _before(facts: Facts, page: Page) -> None:
    write_checks(facts["preflight"], page)
    _planned(facts, page)


def _planned(facts: Facts, page: Page) -> None:
    if "pending" in facts and facts["mode"] != "check":
        page.line()
        write_pending(facts, page)
    if facts.get("destroyed"):
        page.line()
        page.line(("what it destroys", "bold"))
        page.table(("revision", "table", "column", "rows"), [_lost(one) for one in facts["destroyed"]], whole=1)


def _lost(one: Facts) -> tuple[str, str, str, str]:
    rows = one["why"] or "not known" if one["rows"] is None else f"{one['rows']:,}"
    return one["revision"], one["table"], one["column"], rows


def _agreed(facts: Facts, page: Page) -> None:
    agreed = facts["consent"]
    if agreed:
        approved = f", approved by {agreed['approved_by']}" if agreed["approved_by"] else ""
        how = "typed the word" if agreed["typed"] else "gave the word"
        page.line(("✓", "green"), f" consent: {agreed['operator']} {how}{approved}")


def _applied(facts: Facts, page: Page) -> None:
    sign = "↑" if facts["direction"] == "upgrade" else "↓"
    if facts["applied"]:
        page.line()
    for one in facts["applied"]:
        passed = f", {one['passed']} applied before" if one["passed"] else ""
        count = counted(one["statements"], "statement")
        page.line(
            (sign, "green"), f" {one['revision']}  {one['title']}  {count}{passed}  {one['seconds']:.2f} s", indent=2
        )
    for one in facts["unfinished"]:
        page.line(("✗", "bold red"), f" {one['said']}", indent=2)
        page.line(("to do:", "bold"), f" {one['remedy']}", indent=4)


def _end(report: Report, page: Page, fail_on: Severity) -> None:
    facts = report.facts
    if facts["current"] is not None:
        page.line(f"stands at {', '.join(facts['current']) or 'an empty history'}")
    for name in ("journal", "record"):
        if facts.get(name):
            page.line((f"{name} {facts[name]}", "dim"))
    known = _ENDS.get(str(facts["result"]))
    if known:
        page.line()
        page.line(known, f" · {report.seconds:.1f} s")
        return
    statements = sum(one["statements"] for one in facts["applied"])
    revisions = counted(len(facts["applied"]), "revision")
    write_last(report, page, fail_on, revisions, counted(statements, "statement"))


def counted(count: int, what: str) -> str:
    """Give a number with its noun."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
