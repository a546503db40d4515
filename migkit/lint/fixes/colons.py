"""A colon before a word is a parameter to text(); what was meant for the server gets a backslash (pure)."""

from __future__ import annotations

import ast
import re

from migkit.lint.fixes.place import Place
from migkit.model.script import Span

_PARAMETER = re.compile(r"(?<![:\w\x5c]):(?P<name>\w+)(?!:)")  # SQLAlchemy's own (TextClause._bind_params_regex)


def escaped(place: Place, span: Span) -> tuple[tuple[int, int, str], ...] | None:
    """Escape the colon at a place, or every one of the statement that begins there."""
    statement = place.statement(span)
    if statement is None or _bound(statement):
        return None
    at = place.offset(span)
    edits: list[tuple[int, int, str]] = []
    for literal in place.literals(statement):
        for where in _colons(place, literal):
            part = place.part(literal, where)
            if part is None:
                return None
            edits.append((where, where, part.backslash))
    here = [edit for edit in edits if edit[0] in (at, at - 1)]  # at the colon, or at the word behind it
    return tuple(here or edits) or None


def _colons(place: Place, literal: ast.expr) -> list[int]:
    """Give where the colons stand in the file that text() would take for parameters."""
    if isinstance(literal, ast.Constant):
        known = place.source.literal(literal)
        return [known.place(match.start()) for match in _PARAMETER.finditer(str(literal.value))]
    return []


def _bound(statement: ast.Expr) -> bool:
    """Whether values are bound, so that a parameter may be one."""
    names = {node.attr for node in ast.walk(statement) if isinstance(node, ast.Attribute)}
    call = statement.value
    return "bindparams" in names or (isinstance(call, ast.Call) and len(call.args) + len(call.keywords) > 1)
