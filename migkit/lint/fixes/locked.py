"""ALGORITHM=INSTANT with a LOCK is refused (1221); the LOCK goes, and INSTANT, which waits for nobody, stays (pure)."""

from __future__ import annotations

import ast
import re

from migkit.lint.fixes.place import Place
from migkit.model.script import Span

_LOCK = re.compile(r"\bLOCK\s*=?\s*(?:NONE|SHARED|EXCLUSIVE)\b", re.IGNORECASE)
_INSTANT = re.compile(r"\bALGORITHM\s*=?\s*INSTANT\b", re.IGNORECASE)
_BETWEEN = re.compile(r"(?:\s|[\"']|\\n|#[^\n]*\n)*")  # what may stand between a comma and the clause, in Python too
_COMMA = re.compile(r"\s*,\s*")


def unlocked(place: Place, span: Span) -> tuple[tuple[int, int, str], ...] | None:
    """Take the LOCK out of the statement at a place."""
    at = place.offset(span)
    for literal in place.literals(place.tree):
        begin, end = place.begin(literal), place.end(literal)
        if begin <= at < end or _holds(place, literal, at):
            edits = _edits(place.text, *_sentence(place.text, begin, end, max(at, begin)))
            if edits:
                return edits
    return None


def _holds(place: Place, literal: ast.expr, at: int) -> bool:
    """Whether a literal stands in the call at a place, which is the call's own."""
    statement = next(
        (one for one in ast.walk(place.tree) if isinstance(one, ast.Expr) and place.begin(one) == at), None
    )
    return statement is not None and literal in place.literals(statement)


def _sentence(text: str, begin: int, end: int, at: int) -> tuple[int, int]:
    """Give the statement of a text of several in which a place lies."""
    first = text.rfind(";", begin, at)
    last = text.find(";", at, end)
    return (first + 1 if first >= 0 else begin), (last if last >= 0 else end)


def _edits(text: str, begin: int, end: int) -> tuple[tuple[int, int, str], ...] | None:
    found = list(_LOCK.finditer(text, begin, end))
    if len(found) != 1 or not _INSTANT.search(text, begin, end):
        return None
    start, stop = found[0].span()
    comma = text.rfind(",", begin, start)
    if comma >= 0 and _BETWEEN.fullmatch(text, comma + 1, start):
        if not text[comma + 1 : start].strip():
            return ((comma, stop, ""),)
        return (comma, comma + 1, ""), (start, stop, "")
    behind = _COMMA.match(text, stop, end)
    return ((start, behind.end() if behind else stop, ""),)
