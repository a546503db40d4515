"""The comments that silence a rule: `# migkit: ignore[rule, …] reason`, `-- migkit: ignore[…] reason` in SQL (pure).

A comment speaks for the lines of the statement that it stands in, or alone above; the reason is required. What silences
nothing is found, unless the rule is off, or holds for no engine that was asked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import field
from difflib import get_close_matches
from itertools import chain
from pathlib import Path

from migkit.lint.judging import Judged
from migkit.lint.levels import FOREIGN
from migkit.lint.rule import Found, Rule
from migkit.lint.rules.comments import UNKNOWN, UNUSED, WITHOUT_REASON
from migkit.model.script import Comment, Script, Span
from migkit.values import dataclass

_IGNORE = re.compile(r"migkit:\s*ignore\b\s*(?:\[(?P<rules>[^\]\r\n]*)\])?(?P<reason>[^\r\n]*)")
_IN_SQL = re.compile(r"--[ \t]*(?P<text>migkit:[^\r\n]*)")
_SPEAKS = "migkit:"


@dataclass(slots=True)
class Ignore:
    """A comment that silences `rules` on the lines `first` to `last`; `used` are those that found something there."""

    path: Path
    revision: str
    rules: tuple[str, ...]
    reason: str
    first: int
    last: int
    span: Span
    used: set[str] = field(default_factory=set)


def ignores(script: Script, lines: Iterable[str]) -> Iterator[Ignore]:
    """Give the comments of a file that silence rules; `lines` are its text's."""
    for comment in script.comments:
        yield from _ignore(script, comment.text, comment.span, *_python_lines(comment))
    told = {comment.span.line for comment in script.comments}
    for number, line in enumerate(lines, 1):
        found = _IN_SQL.search(line) if _SPEAKS in line and number not in told else None
        if found:
            alone = not line[: found.start()].strip(" \t\"'(")
            span = Span(number, found.start() + 1, 0, len(line.rstrip("\r\n\"' ")) + 1)
            yield from _ignore(script, found["text"].rstrip("\"')"), span, *_sql_lines(script, number, alone=alone))


def silenced(found: Iterable[Judged], comments: Iterable[Ignore]) -> tuple[tuple[Judged, ...], tuple[Judged, ...]]:
    """Part what was found into what is told, and what a comment with a reason silences."""
    by_path: dict[Path, list[Ignore]] = {}
    for comment in comments:
        by_path.setdefault(comment.path, []).append(comment)
    told: list[Judged] = []
    quiet: list[Judged] = []
    for one in found:
        holding = [each for each in by_path.get(one.path, ()) if _speaks_of(each, one)] if one.path else []
        for each in holding:
            each.used.add(one.rule.name)
        (quiet if any(each.reason for each in holding) else told).append(one)
    return tuple(told), tuple(quiet)


def about_comments(comments: Iterable[Ignore], rules: Mapping[str, Rule], asked: Collection[str]) -> Iterator[Judged]:
    """Find comments without a reason, for rules that do not exist, and for nothing; `asked` are the rules that ran."""
    for one in comments:
        if not one.rules:
            what = "a comment names no rule to ignore"
            yield _judged(UNKNOWN, one, what, "", "name it: # migkit: ignore[rule] reason")
        if not one.reason and (one.used or not one.rules):
            yield _judged(WITHOUT_REASON, one, f"{', '.join(one.rules) or 'a rule'} is ignored without a reason", "")
        for name in one.rules:
            if name not in rules and not name.startswith(FOREIGN):
                near = get_close_matches(name, rules, 1)
                remedy = f"did you mean {near[0]}?" if near else UNKNOWN.remedy
                yield _judged(UNKNOWN, one, f"there is no rule {name}", name, remedy)
            elif name in asked and name not in one.used:
                yield _judged(UNUSED, one, f"{name} finds nothing here", name)


def _ignore(script: Script, text: str, span: Span, first: int, last: int) -> Iterator[Ignore]:
    match = _IGNORE.match(text.strip())
    if match:
        names = tuple(name.strip() for name in (match["rules"] or "").split(",") if name.strip())
        reason = match["reason"].strip(" \t-:\u2013\u2014")
        yield Ignore(script.path, script.id, names, reason, first, last, span)


def _python_lines(comment: Comment) -> tuple[int, int]:
    line = comment.span.line
    return min(comment.first or line, line), max(comment.until, line)


def _sql_lines(script: Script, line: int, *, alone: bool) -> tuple[int, int]:
    """Give the lines of the statement of SQL that a comment stands in or, alone, above."""
    spans = [one.span for one in chain(script.upgrade.statements, script.downgrade.statements)]
    within = [(span.line, max(span.end_line, span.line)) for span in spans]
    around = [(first, last) for first, last in within if first <= line <= last]
    below = [(line, last) for first, last in within if first == line + 1] if alone else []
    return min(around or below or [(line, line + alone)], key=lambda one: one[1] - one[0])


def _speaks_of(comment: Ignore, one: Judged) -> bool:
    return one.rule.name in comment.rules and comment.first <= one.found.span.line <= comment.last


def _judged(rule: Rule, comment: Ignore, what: str, name: str, remedy: str = "") -> Judged:
    found = Found(what, comment.span, remedy or rule.remedy, object=name)
    return Judged(rule, found, comment.path, comment.revision, ())
