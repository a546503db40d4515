"""Rules about the comments that silence other rules, and about the run itself; `migkit.lint.ignoring` finds them."""

from __future__ import annotations

from migkit.lint.rule import Rule
from migkit.model import Severity

GROUP = "comments"
WITHOUT_REASON = Rule(
    "ignore-without-reason",
    GROUP,
    Severity.error,
    "who reads the comment later cannot tell whether the reason still holds, so it silences nothing",
    remedy="write the reason behind it: # migkit: ignore[rule] the table is empty in production",
)
UNUSED = Rule(
    "unused-ignore",
    GROUP,
    Severity.warning,
    "it silences nothing now, and would silence the next fault of that kind on this line",
    remedy="remove the comment",
)
UNKNOWN = Rule(
    "unknown-ignore",
    GROUP,
    Severity.warning,
    "a rule that does not exist is not silenced, and the one that was meant goes on speaking",
    remedy="name the rule as its finding does",
)
FAILED = Rule(
    "rule-failed",
    GROUP,
    Severity.error,
    "a fault of the kit kept a rule from judging this revision, or its deeds from being followed; the rest was judged",
    remedy='report it with this line; until then switch off the rule that it names: lint = { off = ["…"] }',
)
RULES: tuple[Rule, ...] = (WITHOUT_REASON, UNUSED, UNKNOWN, FAILED)
