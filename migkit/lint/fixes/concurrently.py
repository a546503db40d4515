"""An index of PostgreSQL, made or dropped without keeping writers out: CONCURRENTLY, in an autocommit block (pure).

The block commits what came before it, so the statement must be alone in its function, or the others guarded: a revision
that fails there is run again from its beginning.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize

from migkit.lint.fixes.place import GUARDED, Place
from migkit.model.script import Span

Edits = tuple[tuple[int, int, str], ...]
_BLOCK = "with {}.get_context().autocommit_block():\n"
_INDENT = "    "
_SQL = re.compile(
    r"\s*(?:CREATE\s+(?:UNIQUE\s+)?INDEX|DROP\s+INDEX)\s+(?!CONCURRENTLY\b)(?=[^;]*;?\s*\Z)", re.IGNORECASE
)
_PLAIN = ("create_index", "drop_index")
_TWINS = ("create_index_if_missing", "drop_index_if_exists")


def concurrently(place: Place, span: Span) -> Edits | None:
    """Make or drop the index at a place apart from the transaction."""
    statement = place.statement(span)
    operation = place.operation(statement)
    if statement is None or operation is None:
        return None
    name, call = operation
    every = place.function(statement) or []
    if name in _TWINS:
        return _keyword(place, call, "concurrently") if _all_guarded(place, every) else None
    block, inner = _wrapped(place, statement), _inner(place, name, call)
    return (*block, *inner) if every == [statement] and block and inner else None


def apart(place: Place, span: Span) -> Edits | None:
    """Put what says CONCURRENTLY already into an autocommit block."""
    statement = place.statement(span)
    operation = place.operation(statement)
    if statement is None or operation is None or place.function(statement) != [statement]:
        return None
    return None if GUARDED.fullmatch(operation[0]) else _wrapped(place, statement) or None


def _all_guarded(place: Place, every: list[ast.stmt]) -> bool:
    found = [place.operation(one) for one in every]
    return bool(every) and all(one is not None and GUARDED.fullmatch(one[0]) for one in found)


def _inner(place: Place, name: str, call: ast.Call) -> Edits | None:
    if name in _PLAIN:
        return _keyword(place, call, "postgresql_concurrently", _INDENT)
    literal = call.args[0] if name == "execute" and len(call.args) == 1 and not call.keywords else None
    if not isinstance(literal, ast.Constant) or not isinstance(literal.value, str):
        return None
    match = _SQL.match(literal.value)
    if match is None:
        return None
    where = place.source.literal(literal).place(match.end())
    return ((where, where, "CONCURRENTLY "),)


def _keyword(place: Place, call: ast.Call, name: str, further: str = "") -> Edits | None:
    """Give a call a keyword behind its last argument; on a line of its own where that has one, so much further in."""
    if any(keyword.arg in (name, None) for keyword in call.keywords):
        return None
    given = [(place.begin(one), place.end(one)) for one in call.args]
    given += [(place.begin(one), place.end(one)) for one in call.keywords]
    if not given or any(isinstance(one, ast.Starred) for one in call.args):
        return None
    begin, end = max(given)
    margin = place.text[place.text.rfind("\n", 0, begin) + 1 : begin]
    own_line = not margin.strip() and place.text[end : end + 1] == ","
    between = f",\n{margin}{further}" if own_line else ", "
    return ((end, end, f"{between}{name}=True"),)


def _wrapped(place: Place, statement: ast.stmt) -> Edits:
    """Put a statement into an autocommit block, a step further in; the lines of a text of several stay as they are."""
    begin, end = place.begin(statement), place.end(statement)
    line = place.text.rfind("\n", 0, begin) + 1
    after = place.text[end : (place.text + "\n").index("\n", end)].strip()
    if place.text[line:begin].strip() or (after and not after.startswith("#")):
        return ()
    margin = place.text[line:begin]
    within = _within_texts(place.text[begin:end])
    starts = [match.end() + begin for match in re.finditer("\n", place.text[begin:end])]
    further = [(at, at, _INDENT) for number, at in enumerate(starts, 2) if number not in within and _filled(place, at)]
    owner = min(place.operations)
    return ((begin, begin, f"{_BLOCK.format(owner)}{margin}{_INDENT}"), *further)


def _filled(place: Place, at: int) -> bool:
    return bool(place.text[at : (place.text + "\n").index("\n", at)].strip())


def _within_texts(text: str) -> set[int]:
    """Give the lines, from 1, that begin within a text of several lines."""
    found: set[int] = set()
    names = {getattr(tokenize, name, -1) for name in ("STRING", "FSTRING_MIDDLE")}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in names:
            found |= set(range(token.start[0] + 1, token.end[0] + 1))
    return found
