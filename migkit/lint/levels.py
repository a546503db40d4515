"""How grave a rule's findings are in a schema: its own severity, or what the configuration says (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from migkit.lint.rule import Found, Rule
from migkit.model import LintLevels, Severity

OFF = "off"
FOREIGN = "squawk-"  # rules of another program, whose names it alone knows
_LEVELS = {OFF: None, **{severity.name: severity for severity in Severity}}


def unknown(levels: LintLevels, names: Iterable[str]) -> tuple[str, str, str] | None:
    """Give the first rule of the configuration that does not exist: its level, its name, and the nearest that does."""
    known = list(names)
    for level in _LEVELS:
        for name in getattr(levels, level):
            if name not in known and not name.startswith(FOREIGN):
                near = get_close_matches(name, known, 1)
                return level, name, near[0] if near else ""
    return None


def severity(levels: LintLevels, rule: Rule, found: Found | None = None) -> Severity | None:
    """Give the severity of a rule's finding, None where the rule is off; what the configuration says wins."""
    for level, value in _LEVELS.items():
        if rule.name in getattr(levels, level):
            return value
    return (found.severity if found else None) or rule.severity
