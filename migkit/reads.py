"""Whether a statement only reads, as far as its text tells without parsing it (pure).

A revision's statements are counted without those that do: a guard that looks before it acts sends more of them the
second time, and what is counted must not move.
"""

from __future__ import annotations

import re

COMPARES = "/* migkit compares */ "  # begins what a guard does to a temporary table of its own, to look at that
_BLANK = r"(?:\s|/\*(?!!).*?\*/|--[^\n]*(?:\n|\Z)|#[^\n]*(?:\n|\Z))*"
_ASKS = re.compile(_BLANK + r"(SELECT|SHOW|DESC|DESCRIBE|EXPLAIN)\b", re.IGNORECASE | re.DOTALL)
_SETS = re.compile(_BLANK + r"(SET\b|PRAGMA\b(?!.*=))[^;]*;?\s*\Z", re.IGNORECASE | re.DOTALL)
_WRITES = re.compile(r"\bINTO\b|;\s*\S", re.IGNORECASE)
_CALLED = re.compile(r"(\b[a-z_]\w*|[\"`\]])\s*\(", re.IGNORECASE)
_TEXT = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`""")
_ODD = re.compile(r"\$\w*\$|--|#|/\*")  # begins what may hold a quote that begins no text
_HARMLESS = frozenset(
    {
        "abs", "all", "and", "any", "array", "array_agg", "array_length", "array_to_string", "as", "avg", "bool_and",
        "bool_or", "cast", "char_length", "coalesce", "col_description", "concat", "concat_ws", "convert", "count",
        "current_database", "current_schema", "current_setting", "database", "distinct", "else", "exists", "extract",
        "format_type", "from", "generate_subscripts", "greatest", "group_concat", "has_column_privilege",
        "has_schema_privilege", "has_table_privilege", "hex", "if", "ifnull", "in", "isnull", "join",
        "json_build_object", "json_extract", "jsonb_agg", "jsonb_build_object", "jsonb_object_agg", "least", "left",
        "length", "lower", "max", "min", "not", "now", "nullif", "obj_description", "octet_length", "on", "or", "over",
        "pg_collation_is_visible", "pg_get_constraintdef", "pg_get_expr", "pg_get_indexdef", "pg_get_partkeydef",
        "pg_get_serial_sequence", "pg_get_triggerdef", "pg_get_userbyid", "pg_get_viewdef", "pg_my_temp_schema",
        "pg_table_is_visible", "pg_type_is_visible", "pragma_foreign_key_list", "quote_ident", "quote_literal",
        "regexp_replace", "replace", "right", "round", "row", "row_number", "schema", "select", "split_part",
        "string_agg", "substr", "substring", "sum", "then", "to_regclass", "to_regtype", "trim", "unhex", "unnest",
        "upper", "using", "values", "version", "when", "where",
    }
)  # fmt: skip


def reads(statement: str) -> bool:
    """Whether a statement is known to change nothing in a database: it asks, or sets something for its session."""
    if _SETS.match(statement) or statement.startswith(COMPARES):
        return True
    if not _ASKS.match(statement):
        return False
    words = _words(statement)
    return not _WRITES.search(words) and all(name.lower() in _HARMLESS for name in _CALLED.findall(words))


def _words(statement: str) -> str:
    """Leave out what stands in texts, where it is certain what does: a backslash may keep one from ending."""
    words = statement if "\\" in statement else _TEXT.sub(_emptied, statement)
    return statement if _ODD.search(words) else words


def _emptied(quoted: re.Match[str]) -> str:
    return quoted[0][0] * 2
