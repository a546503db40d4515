"""The verb `rules`: which rules lint has, and one of them explained by its page and what servers said."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from migkit.config.checking import nearest
from migkit.engines import ENGINES
from migkit.errors import ConfigError
from migkit.lint import Rule
from migkit.lint.levels import OFF, severity
from migkit.lint.pages import Section, marks, parse, unmarked
from migkit.lint.rule import CLAIM
from migkit.model import LintLevels, Report

GROUPS = (
    "history",
    "reversibility",
    "repeatability",
    "acceptance",
    "locks",
    "data",
    "conventions",
    "isolation",
    "comments",
)


def rules(levels: LintLevels, name: str = "") -> Report:
    """List the rules with the level that a schema gives them; with `name`, explain one.

    Raises ConfigError for a rule that is not there.
    """
    from migkit.lint.rules import ALL

    if not name:
        return Report("rules", facts={"rules": [summary(rule, levels) for rule in ordered(ALL.values())]})
    if name not in ALL:
        text = f'no rule is called "{name}"{nearest(name, ALL)}'
        raise ConfigError(text, remedy="`mig.rules` lists them")
    return Report("rules", facts={"rules": [explained(ALL[name], levels)]})


def ordered(listed: Iterable[Rule]) -> list[Rule]:
    """Give rules by group, graver ones first."""
    place = {group: number for number, group in enumerate(GROUPS)}
    return sorted(listed, key=lambda one: (place.get(one.group, len(place)), -one.severity, one.name))


def summary(rule: Rule, levels: LintLevels) -> dict[str, Any]:
    """Give a rule as a line of the list: JSON values."""
    return {
        "rule": rule.name,
        "group": rule.group,
        "severity": rule.severity.name,
        "level": level(rule, levels),
        "on": list(rule.on),
        "holds_for": holds_for(rule),
        "why": rule.why,
    }


def explained(rule: Rule, levels: LintLevels) -> dict[str, Any]:
    """Give all that is to be said of a rule: its page, and what servers answered."""
    path = folder() / f"{rule.name}.md"
    page = parse(path.read_text(encoding="utf-8") if path.is_file() else "")
    return {
        **summary(rule, levels),
        "remedy": rule.remedy or _remedy(page.generated),
        "told": page.told,
        "before": [_example(one) for one in page.under("Before")],
        "bad": [_example(one) for one in page.under("Bad")],
        "good": [_example(one) for one in page.under("Good")],
        "seen": seen().get(rule.name, {}),
    }


def level(rule: Rule, levels: LintLevels) -> str:
    """Give the level that a schema gives a rule: off, or a severity."""
    found = severity(levels, rule)
    return found.name if found else OFF


def holds_for(rule: Rule) -> str:
    """Say in words which servers a rule holds for: "MySQL, MariaDB 10.5 and later"."""
    return ", ".join(map(_claimed, rule.on)) or "every server"


def seen() -> Mapping[str, Mapping[str, list[dict[str, str]]]]:
    """Give what servers answered, by rule and engine: which statement ran, and what was said."""
    path = folder() / "seen.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found


def folder() -> Path:
    """Give the folder of the pages: in the wheel inside of the package, in a checkout among the documents."""
    packaged = Path(str(files("migkit"))) / "_rules"
    return packaged if packaged.is_dir() else packaged.parent.parent / "docs" / "rules"


def _claimed(claim: str) -> str:
    match = CLAIM.fullmatch(claim)
    assert match, claim
    product = ENGINES[match["family"]].product or match["family"]
    if not match["version"]:
        return product
    return f"{product} before {match['version']}" if match["sign"] == "<" else f"{product} {match['version']} and later"


def _example(section: Section) -> dict[str, Any]:
    """Give a history of a page: its files, and the lines that the rule speaks of."""
    bodies = [{"text": unmarked(body), "lines": sorted({line for _, line in marks(body)})} for body in section.bodies]
    return {"title": section.title, "files": bodies}


def _remedy(generated: str) -> str:
    found = re.search(r"^Instead: (?P<text>.+)$", generated, re.MULTILINE)
    return found["text"] if found else ""
