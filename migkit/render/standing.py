"""The text of status: each target, where it stands, its last release, and what that did not finish."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from migkit.model import Report, Severity
from migkit.render.findings import counted, write_finding, write_last
from migkit.render.page import Page

_MOST = 10  # pending revisions that are listed
_FATES = {  # of a statement: its mark, and how it is shown
    "applied": ("✓", "green"),
    "failed": ("✗", "bold red"),
    "unknown": ("?", "bold yellow"),
    "running": ("…", "bold yellow"),
    "gone": ("–", "dim"),  # noqa: RUF001  # as every absent thing is shown
    "waiting": ("–", "dim"),  # noqa: RUF001  # as above
}
_WIDEST = 100  # characters of a statement


def standing(report: Report, page: Page, fail_on: Severity) -> None:
    """Write the report of `mig.status`."""
    page.line((f"{report.schema} · status", "bold"))
    for one in report.facts["targets"]:
        page.line()
        _target(one, page)
    for finding in report.findings:
        write_finding(finding, page)
    count = len(report.facts["targets"])
    write_last(report, page, fail_on, f"{count} target{'' if count == 1 else 's'}", counted(report.findings))


def _target(one: Mapping[str, Any], page: Page) -> None:
    if one["current"] is None:
        page.line(("✗", "bold red"), f" {one['target']}: could not be asked; this is what its journal here knows")
    else:
        stands = ", ".join(one["current"]) or "nothing applied"
        head = ", ".join(one["head"]) or "no revision"
        pending = f", {one['pending']} pending" if one["pending"] else ", nothing pending"
        page.line((one["target"], "bold"), f" · {one['address']} · {stands} · head {head}{pending}")
    for revision in one["revisions"][:_MOST]:
        page.line(f"{revision['revision']}  {revision['title']}", indent=4)
    if len(one["revisions"]) > _MOST:
        page.line(f"and {len(one['revisions']) - _MOST} more", indent=4)
    _last(one, page)
    for left in one["unfinished"]:
        _unfinished(left, page)


def _last(one: Mapping[str, Any], page: Page) -> None:
    run = one["last_run"]
    if run is None:
        page.line(("no release is written down", "dim"), indent=2)
        return
    by = f"{run['operator']}@{run['host']}" + (f", approved by {run['approved_by']}" if run["approved_by"] else "")
    page.line(f"last run: {run['direction']} by {by}, {run['began']} to {run['last']}: {_ended(one)}", indent=2)
    page.line((run["run"], "dim"), indent=2)


def _ended(one: Mapping[str, Any]) -> str:
    """Say how the last run ended: why in short, and not at all where the statement that failed is told below."""
    said = " ".join(one["last_run"]["ended"].split())
    if not said:
        return "it is at work" if one["working"] else "it never said its end"
    how, _colon, why = said.partition(": ")
    why = why.removeprefix(f"{how}: ")
    told = any(each["fate"] == "failed" for left in one["unfinished"] for each in left["statements"])
    if told or not why:
        return how
    return f"{how}: {why[:_WIDEST]}{'…' if len(why) > _WIDEST else ''}"


def _unfinished(left: Mapping[str, Any], page: Page) -> None:
    page.line(f"{left['direction']} of {left['revision']} was not finished:", indent=2)
    for one in left["statements"]:
        sql = " ".join(one["sql"].split())[:_WIDEST]
        words = f" {one['number']} {one['fate']}{f'  {sql}' if sql else ''}"
        page.line(_FATES[one["fate"]], words, indent=4)
        if one["why"]:
            page.block(one["why"], indent=8, style="dim")
