"""The text of a plan: each revision, its statements as they would run, what they wait for and ask of the rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from migkit.model import Report, Severity
from migkit.render.amounts import counted, size
from migkit.render.findings import SIGN, STYLE, write_last
from migkit.render.page import Page

LINES = 24  # of a statement that are shown
STATEMENTS = 40  # of a revision that are shown, beside those that something is said of
MARKS = {True: ("✓", "green"), False: ("✗", "bold red"), None: ("–", "dim")}  # noqa: RUF001  # a dash for what was not asked
_WAITS = {"writes": "writes wait", "all": "reads and writes wait"}
_ALL = "--format json has all"
Facts = Mapping[str, Any]


def planned(report: Report, page: Page, fail_on: Severity) -> None:
    """Write the report of `mig.plan`."""
    facts = report.facts
    server = report.server
    product = f"{server.get('product', '')} {report.engine.get('version', '')}".strip()
    parts = (report.schema, f"plan of {facts['direction']} {facts['target']}", str(server.get("origin", "")), product)
    page.line((" · ".join(part for part in parts if part), "bold"))
    page.line(f"stands at {', '.join(facts['current'])}" if facts["current"] else "nothing is applied yet")
    page.line()
    write_pending(facts, page)
    statements = sum(len(one["statements"]) for one in facts["pending"])
    write_last(report, page, fail_on, counted(len(facts["pending"]), "revision"), counted(statements, "statement"))


def write_pending(facts: Facts, page: Page) -> None:
    """Write what is pending, the first revision first."""
    if not facts["pending"]:
        page.line("nothing is pending")
    for one in facts["pending"]:
        _revision(one, page)


def _revision(one: Facts, page: Page) -> None:
    sign = "↑" if one["direction"] == "upgrade" else "↓"
    count = counted(len(one["statements"]), "statement")
    page.line((f"{sign} {one['revision']}", "bold"), f"  {one['title']}  {count}")
    if one["unknown"]:
        said = f" what it sends is not known: {one['unknown']}; this is what its source tells"
        page.sentence((MARKS[None][0], "yellow"), said, indent=2, hang=2)
    for each in one["findings"]:
        _finding(each, page, indent=2)
    shown = [each for place, each in enumerate(one["statements"]) if place < STATEMENTS or _matters(each)]
    for each in shown:
        _statement(each, page)
    if len(shown) < len(one["statements"]):
        page.line(f"… and {counted(len(one['statements']) - len(shown), 'statement')} more: {_ALL}", indent=2)


def _matters(one: Facts) -> bool:
    """Whether something is to be known of a statement beside its text."""
    return bool(one["blocks"] or one["findings"] or any(each["ok"] is False for each in one["preconditions"]))


def _statement(one: Facts, page: Page) -> None:
    lines = one["sql"].strip().rstrip(";").splitlines() or [""]
    page.line((f"{one['number']:>3}", "dim"), f"  {lines[0]}", indent=1)
    page.block("\n".join(lines[1:LINES]), indent=6)
    if len(lines) > LINES:
        page.line((f"… {len(lines) - LINES} lines more: {_ALL}", "dim"), indent=6)
    told = _told(one)
    if one["applied"]:
        page.line(MARKS[True], " applied already, by an earlier run; it is not sent again", indent=6)
    if told:
        page.line((told, "yellow" if one["blocks"] else "dim"), indent=6)
    for each in one["preconditions"]:
        _precondition(each, page)
    for each in one["findings"]:
        _finding(each, page)


def _told(one: Facts) -> str:
    """Say how large the table is, and what waits."""
    parts = []
    if one["rows"] is not None:
        parts.append(f"about {one['rows']:,} rows")
    if one["bytes"] is not None:
        parts.append(size(one["bytes"]))
    if one["blocks"]:
        parts.append(_WAITS[one["blocks"]])
    return f"{one['table']}: {', '.join(parts)}" if parts else ""


def _precondition(one: Facts, page: Page) -> None:
    page.sentence(MARKS[one["ok"]], f" {one['message']}", indent=6, hang=2)
    if one["ok"] is False:
        for key in one["sample"]:
            page.line(key, indent=10)
        if (one["count"] or 0) > len(one["sample"]) > 0:
            page.line("…", indent=10)
    if one["ok"] is not True and one["query"]:
        page.line((f"asked: {one['query']}", "dim"), indent=10)


def _finding(one: Facts, page: Page, indent: int = 6) -> None:
    severity = Severity[one["severity"]]
    place = f" (line {one['line']})" if one["line"] else ""
    sign = (f"{SIGN[severity]} {one['rule']}", STYLE[severity])
    page.sentence(sign, f"{place}: {one['message']}", indent=indent, hang=2)
