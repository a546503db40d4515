"""Whether a statement only reads, as far as its text tells without parsing it (pure).

A revision's statements are counted without those that do: a guard that looks before it acts sends more of them the
second time, and what is counted must not move.
"""

from __future__ import annotations

import re

_BLANK = r"(?:\s|/\*(?!!).*?\*/|--[^\n]*(?:\n|\Z)|#[^\n]*(?:\n|\Z))*"
_ASKS = re.compile(_BLANK + r"(SELECT|SHOW|DESC|DESCRIBE|EXPLAIN)\b", re.IGNORECASE | re.DOTALL)
_SETS = re.compile(_BLANK + r"(SET\b|PRAGMA\b(?!.*=))[^;]*;?\s*\Z", re.IGNORECASE | re.DOTALL)
_WRITES = re.compile(r"\bINTO\b|;\s*\S", re.IGNORECASE)
_CALLED = re.compile(r"\b([a-z_]\w*)\s*\(", re.IGNORECASE)
_HARMLESS = frozenset(
    {
        "all", "and", "any", "as", "avg", "cast", "coalesce", "concat", "convert", "count", "current_database",
        "current_schema", "database", "exists", "format_type", "from", "hex", "ifnull", "in", "join", "length",
        "lower", "max", "min", "not", "now", "nullif", "on", "or", "over", "pg_get_constraintdef", "pg_get_expr",
        "pg_get_indexdef", "pg_table_is_visible", "pg_type_is_visible", "replace", "row_number", "schema", "select",
        "substr", "substring", "sum", "to_regclass", "trim", "unhex", "upper", "using", "version", "where",
    }
)  # fmt: skip


def reads(statement: str) -> bool:
    """Whether a statement is known to change nothing in a database: it asks, or sets something for its session."""
    if _SETS.match(statement):
        return True
    if not _ASKS.match(statement) or _WRITES.search(statement):
        return False
    return all(name.lower() in _HARMLESS for name in _CALLED.findall(statement))
