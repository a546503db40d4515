"""How grave a finding is: the configuration's word, then the finding's own, then the rule's."""

from __future__ import annotations

import pytest

from migkit.lint import Found, Rule, levels
from migkit.model import LintLevels, Severity
from migkit.model.script import Span

RULE = Rule("drop-column", "data", Severity.warning, "")
LIGHTER = Found("x", Span(1), "", severity=Severity.note)


@pytest.mark.parametrize(
    ("configured", "found", "severity"),
    [
        (LintLevels(), None, Severity.warning),
        (LintLevels(), Found("x", Span(1), ""), Severity.warning),
        (LintLevels(), LIGHTER, Severity.note),
        (LintLevels(error=("drop-column",)), LIGHTER, Severity.error),
        (LintLevels(off=("drop-column",)), LIGHTER, None),
        (LintLevels(off=("drop-table",)), None, Severity.warning),
    ],
)
def test_the_configuration_wins(configured: LintLevels, found: Found | None, severity: Severity | None) -> None:
    assert levels.severity(configured, RULE, found) == severity


def test_a_rule_that_does_not_exist_is_found_in_every_level() -> None:
    known = ("drop-column", "drop-table")
    assert levels.unknown(LintLevels(off=("drop-column",), note=("squawk-x",)), known) is None
    assert levels.unknown(LintLevels(error=("drop-colum",)), known) == ("error", "drop-colum", "drop-column")
    assert levels.unknown(LintLevels(note=("zzz",)), known) == ("note", "zzz", "")
