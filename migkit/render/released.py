"""The text of a release and of a rollback: what held, what was planned, who agreed, what was applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from migkit.model import Report, Severity
from migkit.render.amounts import counted
from migkit.render.findings import write_last
from migkit.render.page import Page
from migkit.render.planned import MARKS, write_pending

_ENDS = {
    "checked": ("nothing was applied: --check ends here", ""),
    "planned": ("nothing was applied: --dry-run ends here", ""),
    "nothing": ("nothing to do", "green"),
    "refused": ("refused: nothing was applied", "bold red"),
    "failed": ("failed", "bold red"),
    "interrupted": ("interrupted", "bold red"),
}
_STOPPED = ("interrupted: nothing was applied", "bold red")
_SHORT = ("failed", "interrupted")  # what comes after these says what to do
Facts = Mapping[str, Any]


def released(report: Report, page: Page, fail_on: Severity) -> None:
    """Write the whole of it; at a terminal, what the operator has read there above is not told again."""
    facts = report.facts
    read = bool(page.width and facts["asked"])
    _heading(report, page)
    if not page.width:
        _run(report, page)
    if read:
        _held(facts, page)
    else:
        write_checks(facts["preflight"], page)
        _planned(facts, page)
    _agreed(facts, page)
    if not read or facts["result"] in _SHORT:  # --quiet shows no line for each, and tells what failed
        _applied(facts, page)
    _left(facts, page)
    write_checks(facts["verified"], page)
    _end(report, page, fail_on)


def question(report: Report, *, width: int = 0, color: bool = False) -> str:
    """Give what the operator is to know before anything changes; what it comes to stands right above the question."""
    page = Page(color=color, width=width)
    facts = report.facts
    _heading(report, page)
    _held(facts, page)
    write_checks([{**one, "remedy": ""} for one in facts["preflight"] if one["ok"] is None], page)
    _planned(facts, page)
    page.line()
    statements = sum(len(one["statements"]) for one in facts["pending"])
    came, goes = (", ".join(facts[name]) or "nothing" for name in ("from", "to"))
    page.sentence(
        (f"{facts['direction']} of {facts['target']}", "bold"),
        f" ({report.server.get('origin', '')}) from {came} to {goes}:"
        f" {counted(len(facts['pending']), 'revision')}, {counted(statements, 'statement')}",
    )
    for table in facts["given"]["allow_blocking"]:
        page.sentence(("!", "yellow"), f" {table} may be blocked meanwhile: --allow-blocking", hang=2)
    return page.text()


def write_checks(checks: Sequence[Facts], page: Page) -> None:
    """Write a line for each check, and what to do under those that do not hold."""
    width = max((len(str(one["check"])) for one in checks), default=0)
    for one in checks:
        page.sentence(MARKS[one["ok"]], f" {one['check']:<{width}}  ", one["message"], hang=width + 4)
        if one["remedy"] and one["ok"] is not True:
            indent = width + 4 if not page.width or width + 4 < page.width // 2 else 4
            page.sentence(("to do:", "bold"), f" {one['remedy']}", indent=indent, hang=7)


def _heading(report: Report, page: Page) -> None:
    facts, server = report.facts, report.server
    product = f"{server.get('product', '')} {report.engine.get('version', '')}".strip()
    parts = (report.schema, f"{facts['direction']} {facts['target']}", str(server.get("origin", "")), product)
    page.sentence((" · ".join(part for part in parts if part), "bold"), hang=4)


def _run(report: Report, page: Page) -> None:
    """Write who, when, from where and what: for whoever reads it later, and was not there."""
    facts, run = report.facts, report.facts["run"] or {}
    if not run and not facts["record"]:
        return
    approved = f", approved by {run['approved_by']}" if run.get("approved_by") else ""
    lines = {
        "run": run.get("id"),
        "resumes": run.get("resumes"),
        "by": f"{facts['operator']}@{facts['host']}{approved}",
        "began": facts["began"],
        "ended": facts["ended"],
        "from": ", ".join(facts["from"]) or "nothing" if "from" in facts else "",
        "to": ", ".join(facts["to"]) or "nothing" if "to" in facts else "",
        "given": given(facts["given"]),
        "server": run.get("server"),
        "plan": run.get("plan"),
        "migkit": run.get("migkit"),
    }
    for name, value in lines.items():
        if value:
            page.line((f"{name:<9}", "dim"), value)
    page.line()


def given(flags: Facts) -> str:
    """Give flags as they are typed."""
    words = []
    for name, value in flags.items():
        flag = f"--{name.replace('_', '-')}"
        values = value if isinstance(value, (list, tuple)) else [value]
        words += [flag if one is True else f"{flag} {one}" for one in values if one]
    return " ".join(words)


def _held(facts: Facts, page: Page) -> None:
    held = sum(one["ok"] is True for one in facts["preflight"])
    page.line(("✓", "green"), f" preflight: {held} checks hold")


def _planned(facts: Facts, page: Page) -> None:
    if "pending" in facts and facts["mode"] != "check":
        page.line()
        write_pending(facts, page)
    if facts.get("destroyed"):
        page.line()
        page.line(("what it destroys", "bold"))
        page.table(("revision", "table", "column", "rows"), [_lost(one) for one in facts["destroyed"]], whole=1)
    elif facts["direction"] == "downgrade" and facts.get("pending") and _looked(facts):
        page.line()
        page.line(("what it destroys", "bold"), ": nothing that is counted")


def _looked(facts: Facts) -> bool:
    """Whether it came to where what it destroys is counted."""
    return bool(facts["run"]) or facts["result"] in ("", "planned")


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


def _left(facts: Facts, page: Page) -> None:
    """Write what was not finished; what to do comes last of all, with the error."""
    for one in facts["unfinished"]:
        page.sentence(("✗", "bold red"), f" {one['said']}", indent=2, hang=2)
        if facts["result"] not in _SHORT:
            page.sentence(("to do:", "bold"), f" {one['remedy']}", indent=4, hang=7)


def _end(report: Report, page: Page, fail_on: Severity) -> None:
    facts = report.facts
    if facts["current"] is not None:
        stands = ", ".join(facts["current"])
        page.line(f"stands at {stands}" if stands else "nothing is applied there")
    for name in ("journal", "record"):
        if facts.get(name):
            page.line((f"{name} {facts[name]}", "dim"))
    known = _ENDS.get(str(facts["result"]))
    if known:
        stopped = known is _ENDS["interrupted"] and not facts["run"]
        wrong = ", ".join(one["check"] for one in facts["preflight"] if one["ok"] is False)
        page.line()
        page.sentence(_STOPPED if stopped else known, f" · ✗ {wrong}" if wrong else "", f" · {report.seconds:.1f} s")
        return
    statements = sum(one["statements"] for one in facts["applied"])
    revisions = counted(len(facts["applied"]), "revision")
    write_last(report, page, fail_on, revisions, counted(statements, "statement"))
