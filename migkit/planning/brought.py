"""Columns that the release itself adds: what they hold in the rows that are there, as SQL (pure)."""

from __future__ import annotations

import re

from migkit.lint.columntypes import parse
from migkit.model.script import ColumnSpec
from migkit.product import Family

_LITERAL = re.compile(r"[-+]?\d+(?:\.\d+)?|'(?:[^'\\]|'')*'(?:::[\w ]+(?:\(\d+\))?)?|TRUE|FALSE", re.IGNORECASE)
_NOW = re.compile(r"CURRENT_(?:TIMESTAMP|DATE|TIME)(?:\s*\(\s*\d?\s*\))?|NOW\s*\(\s*\)", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z_][\w$]*")
_ZEROS = {**dict.fromkeys(("integer", "decimal", "float"), "0"), **dict.fromkeys(("char", "text"), "''")}


def constant(column: ColumnSpec) -> bool:
    """Whether a new column holds the same value, which is not NULL, in each row that is there."""
    if column.generated:
        return False
    if column.default in (None, "NULL"):
        return column.nullable is False
    text = _bare(column.default)
    return _LITERAL.fullmatch(text) is not None or _NOW.fullmatch(text) is not None or "(" not in text


def value(column: ColumnSpec, family: Family, *, makes_up: bool) -> str | None:
    """Give the SQL of what a new column holds; None where it is not known."""
    if column.generated:
        return f"({column.computed})" if column.computed and column.generated in ("stored", "virtual") else None
    if column.default in (None, "NULL"):
        if column.nullable is not False:
            return "NULL"
        kind = parse(column.type, family)
        return _ZEROS.get(kind.group) if makes_up and kind else None
    text = _bare(column.default)
    return text if _LITERAL.fullmatch(text) or _NOW.fullmatch(text) else None


def _bare(default: str | None) -> str:
    text = (default or "").strip()
    inner = text[1:-1].strip()
    return inner if text.startswith("(") and _LITERAL.fullmatch(inner) else text


def words(expression: str) -> set[str]:
    """Give the words of an expression, which may be names of columns, in lower case."""
    return {one.lower() for one in _WORD.findall(expression)}
