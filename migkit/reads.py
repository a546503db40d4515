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
        "abs", "all", "and", "any", "array", "array_agg", "array_length", "as", "avg", "bool_and", "bool_or", "cast",
        "char_length", "coalesce", "col_description", "concat", "convert", "count", "current_database",
        "current_schema", "current_setting", "database", "distinct", "else", "exists", "extract", "format_type", "from",
        "generate_subscripts", "greatest", "group_concat", "has_column_privilege", "has_schema_privilege",
        "has_table_privilege", "hex", "if", "ifnull", "in", "isnull", "join", "json_build_object", "least", "left",
        "length", "lower", "max", "min", "not", "now", "nullif", "obj_description", "octet_length", "on", "or",
        "over", "pg_collation_is_visible", "pg_get_constraintdef", "pg_get_expr", "pg_get_indexdef",
        "pg_get_serial_sequence", "pg_get_triggerdef", "pg_get_userbyid", "pg_get_viewdef", "pg_table_is_visible",
        "pg_type_is_visible",
        "quote_ident", "regexp_replace", "replace", "right", "round", "row", "row_number", "schema", "select",
        "split_part", "string_agg", "substr", "substring", "sum", "then", "to_regclass", "to_regtype", "trim", "unhex",
        "unnest", "upper", "using", "values", "version", "when", "where",
    }
)  # fmt: skip


def reads(statement: str) -> bool:
    """Whether a statement is known to change nothing in a database: it asks, or sets something for its session."""
    if _SETS.match(statement):
        return True
    if not _ASKS.match(statement) or _WRITES.search(statement):
        return False
    return all(name.lower() in _HARMLESS for name in _CALLED.findall(statement))
