"""After which statements a cut leaves something of its own, and which cuts come to the same (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from migkit.model.rehearsal import Sent

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


def points(sent: Sequence[Sent]) -> tuple[int, ...]:
    """Give for each statement the point to which a cut after it takes the database back: equal points, equal cuts.

    Point 0 is where the step began, point n right after statement n is kept. A statement that only reads adds nothing
    to the one before it.
    """
    whole = [0]
    for number, one in enumerate(sent, 1):
        whole.append(whole[-1] if reads(one.statement) else number)
    return tuple(whole[number if one.kept is None else one.kept] for number, one in enumerate(sent, 1))


def end(sent: Sequence[Sent]) -> int:
    """Give the point at which all is kept that a step sent."""
    return max((number for number, one in enumerate(sent, 1) if not reads(one.statement)), default=0)


def reads(statement: str) -> bool:
    """Whether a statement is known to change nothing in a database: it asks, or sets something for its session."""
    if _SETS.match(statement):
        return True
    if not _ASKS.match(statement) or _WRITES.search(statement):
        return False
    return all(name.lower() in _HARMLESS for name in _CALLED.findall(statement))
