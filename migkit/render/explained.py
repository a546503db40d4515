"""The text of lint's rules: all of them in a list, or one with its examples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from migkit.model import Report
from migkit.render.page import Page, Piece

_STYLES = {"error": "bold red", "warning": "yellow", "note": "cyan", "off": "dim"}


def explained(report: Report, page: Page) -> None:
    """Write the list of the rules, or the one that was asked for."""
    listed = report.facts["rules"]
    if len(listed) == 1 and "bad" in listed[0]:
        _one(listed[0], page)
        return
    for group, rules in groupby(listed, key=lambda one: one["group"]):
        page.line((group, "bold"))
        page.table(["rule", "level", "servers", "why"], [_row(one) for one in rules], whole=2)
        page.line()
    page.line("one of them: mig.rules --rule NAME")


def _row(rule: Mapping[str, Any]) -> list[Piece]:
    return [rule["rule"], (rule["level"], _STYLES[rule["level"]]), rule["holds_for"], rule["why"]]


def _one(rule: Mapping[str, Any], page: Page) -> None:
    usual = "" if rule["level"] == rule["severity"] else f" (usually {rule['severity']})"
    page.line((rule["rule"], "bold"), "  ", (rule["level"], _STYLES[rule["level"]]), f"{usual}  {rule['group']}")
    page.line(("servers:", "bold"), f" {rule['holds_for']}", indent=2)
    page.line(("why:", "bold"), f" {rule['why']}", indent=2)
    if rule["remedy"]:
        page.line(("instead:", "bold"), f" {rule['remedy']}", indent=2)
    if rule["told"]:
        page.line()
        page.block(rule["told"], 2)
    for example in (*rule["before"], *rule["bad"], *rule["good"]):
        _example(example, page)
    _seen(rule["seen"], page)
    page.line()
    accepted = f"# migkit: ignore[{rule['rule']}] why it is right here"
    page.line(("accept one:", "bold"), f" {accepted}", indent=2)
    page.line(("level for a schema:", "bold"), f' lint = {{ off = ["{rule["rule"]}"] }}', indent=2)


def _example(example: Mapping[str, Any], page: Page) -> None:
    page.line()
    page.line((example["title"].lower(), "bold"), indent=2)
    for number, file in enumerate(example["files"]):
        if number:
            page.line()
        _code(file["text"].rstrip("\n").split("\n"), file["lines"], page)


def _code(lines: Iterable[str], guilty: Iterable[int], page: Page) -> None:
    for number, line in enumerate(lines, 1):
        if number in guilty:
            page.line(("> ", "bold red"), (line, "red"), indent=2)
        else:
            page.line(line, indent=4)


def _seen(seen: Mapping[str, Iterable[Mapping[str, str]]], page: Page) -> None:
    if seen:
        page.line()
        page.line(("seen", "bold"), indent=2)
    for engine, answers in seen.items():
        for answer in answers:
            page.line(f"{engine}: {answer['ran']}", indent=4)
            page.line((answer["said"], "bold"), indent=6)
