"""Whether a statement only reads, as far as its text tells without parsing it (pure).

A revision's statements are counted without those that do: a guard that looks before it acts sends more of them the
second time, and what is counted must not move.
"""

from __future__ import annotations

import re

COMPARES = "/* migkit compares */ "  # begins what a guard does to a temporary table of its own, to look at that
_BLANK = r"(?:\s|/\*(?!!).*?\*/|--[^\n]*(?:\n|\Z)|#[^\n]*(?:\n|\Z))*"
_ASKS = re.compile(_BLANK + r"(SELECT|SHOW|DESC|DESCRIBE|EXPLAIN|WITH)\b", re.IGNORECASE | re.DOTALL)
_SETS = re.compile(_BLANK + r"(SET\b|PRAGMA\b(?!.*=))[^;]*;?\s*\Z", re.IGNORECASE | re.DOTALL)
_WRITES = re.compile(r"\bINTO\b|;\s*\S", re.IGNORECASE)
_CHANGES = {  # what a statement that begins so does to a database, if it has such a word
    "WITH": re.compile(r"\b(INSERT|UPDATE|DELETE|MERGE)\b", re.IGNORECASE),
    **dict.fromkeys(("EXPLAIN", "DESC", "DESCRIBE"), re.compile(r"\bANALY[SZ]E\b", re.IGNORECASE)),  # that runs it
}
_FIRST = re.compile(
    r"\A\s*WITH\s+(RECURSIVE\s+)?[\w\"`]+\s*\([\s\w,\"`]*\)(?=\s*AS\b)", re.IGNORECASE
)  # and its columns
_CALLED = re.compile(r"(\b[a-z_]\w*|[\"`\]])\s*\(", re.IGNORECASE)
_TEXT = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`""")
_ODD = re.compile(r"\$\w*\$|--|#|/\*")  # begins what may hold a quote that begins no text
_HARMLESS = frozenset(
    {
        "abs", "acos", "adddate", "addtime", "age", "all", "and", "any", "any_value", "array", "array_agg",
        "array_append", "array_cat", "array_dims", "array_length", "array_lower", "array_position", "array_positions",
        "array_remove", "array_replace", "array_to_string", "array_upper", "as", "ascii", "asin", "atan", "atan2",
        "avg", "between", "bin", "bin_to_uuid", "binary", "bit_and", "bit_count", "bit_length", "bit_or", "bit_xor",
        "bool_and", "bool_or", "btrim", "by", "cardinality", "cast", "ceil", "ceiling", "char", "char_length",
        "character_length", "charset", "chr", "clock_timestamp", "coalesce", "coercibility", "col_description",
        "collation", "concat", "concat_ws", "connection_id", "conv", "convert", "cos", "cot", "count", "crc32",
        "cume_dist", "curdate", "current_database", "current_date", "current_schema", "current_setting",
        "current_time", "current_timestamp", "current_user", "curtime", "database", "date", "date_add", "date_format",
        "date_part", "date_sub", "date_trunc", "datediff", "day", "dayname", "dayofmonth", "dayofweek", "dayofyear",
        "decimal", "degrees", "dense_rank", "distinct", "else", "elt", "every", "except", "exists", "exp", "extract",
        "field", "filter", "find_in_set", "first_value", "floor", "format", "format_type", "from", "from_days",
        "from_unixtime", "gen_random_uuid", "generate_series", "generate_subscripts", "greatest", "group",
        "group_concat", "grouping", "has_any_column_privilege", "has_column_privilege", "has_database_privilege",
        "has_function_privilege", "has_schema_privilege", "has_sequence_privilege", "has_table_privilege", "having",
        "hex", "hour", "if", "ifnull", "in", "inet6_aton", "inet6_ntoa", "inet_aton", "inet_ntoa", "initcap", "instr",
        "intersect", "interval", "is", "is_uuid", "isfinite", "isnull", "join", "json_agg", "json_array",
        "json_array_elements", "json_array_elements_text", "json_array_length", "json_arrayagg", "json_build_object",
        "json_contains", "json_contains_path", "json_depth", "json_each", "json_each_text", "json_extract",
        "json_extract_path", "json_extract_path_text", "json_keys", "json_length", "json_object", "json_object_agg",
        "json_object_keys", "json_objectagg", "json_overlaps", "json_quote", "json_search", "json_table", "json_type",
        "json_typeof", "json_unquote", "json_valid", "json_value", "jsonb_agg", "jsonb_array_elements",
        "jsonb_array_elements_text", "jsonb_array_length", "jsonb_build_object", "jsonb_each", "jsonb_each_text",
        "jsonb_exists", "jsonb_extract_path", "jsonb_extract_path_text", "jsonb_object_agg", "jsonb_object_keys",
        "jsonb_path_exists", "jsonb_path_query", "jsonb_pretty", "jsonb_set", "jsonb_typeof", "lag", "last_day",
        "last_value", "lateral", "lcase", "lead", "least", "left", "length", "like", "limit", "ln", "localtime",
        "localtimestamp", "locate", "log", "log10", "log2", "lower", "lpad", "ltrim", "make_date", "make_interval",
        "make_timestamp", "makedate", "maketime", "materialized", "max", "md5", "microsecond", "mid", "min", "minute",
        "mod", "mode", "month", "monthname", "not", "now", "nth_value", "ntile", "nullif", "num_nonnulls", "num_nulls",
        "numeric", "nvl", "obj_description", "octet_length", "offset", "on", "or", "ord", "order", "over", "partition",
        "percent_rank", "percentile_cont", "percentile_disc", "period_add", "period_diff", "pg_backend_pid",
        "pg_collation_is_visible", "pg_encoding_to_char", "pg_function_is_visible", "pg_get_constraintdef",
        "pg_get_expr", "pg_get_function_arguments", "pg_get_function_identity_arguments", "pg_get_function_result",
        "pg_get_functiondef", "pg_get_indexdef", "pg_get_partkeydef", "pg_get_ruledef", "pg_get_serial_sequence",
        "pg_get_triggerdef", "pg_get_userbyid", "pg_get_viewdef", "pg_indexes_size", "pg_my_temp_schema",
        "pg_relation_size", "pg_size_pretty", "pg_table_is_visible", "pg_table_size", "pg_total_relation_size",
        "pg_type_is_visible", "pg_typeof", "pi", "position", "pow", "power", "pragma_foreign_key_list", "quarter",
        "quote", "quote_ident", "quote_literal", "quote_nullable", "radians", "rand", "random", "rank", "recursive",
        "regexp_instr", "regexp_like", "regexp_match", "regexp_matches", "regexp_replace", "regexp_split_to_array",
        "regexp_split_to_table", "regexp_substr", "repeat", "replace", "reverse", "right", "round", "row",
        "row_number", "row_to_json", "rpad", "rtrim", "schema", "sec_to_time", "second", "select", "session_user",
        "sha1", "sha2", "shobj_description", "sign", "signed", "sin", "some", "soundex", "space", "split_part", "sqrt",
        "starts_with", "statement_timestamp", "std", "stddev", "stddev_pop", "stddev_samp", "str_to_date", "strcmp",
        "string_agg", "string_to_array", "strpos", "subdate", "substr", "substring", "substring_index", "subtime",
        "sum", "sysdate", "tan", "then", "time", "time_format", "time_to_sec", "timediff", "timestamp", "timestampadd",
        "timestampdiff", "to_char", "to_date", "to_days", "to_hex", "to_json", "to_jsonb", "to_number", "to_regclass",
        "to_regnamespace", "to_regproc", "to_regprocedure", "to_regrole", "to_regtype", "to_seconds", "to_timestamp",
        "transaction_timestamp", "translate", "trim", "trunc", "truncate", "ucase", "unhex", "union", "unix_timestamp",
        "unnest", "unsigned", "upper", "user", "using", "utc_date", "utc_time", "utc_timestamp", "uuid", "uuid_to_bin",
        "values", "var_pop", "var_samp", "varchar", "variance", "version", "week", "weekday", "weekofyear", "when",
        "where", "within", "year", "yearweek",
    }
)  # fmt: skip


def reads(statement: str) -> bool:
    """Whether a statement is known to change nothing in a database: it asks, or sets something for its session."""
    if sets(statement) or statement.startswith(COMPARES):
        return True
    asks = _ASKS.match(statement)
    if not asks:
        return False
    words = _FIRST.sub("", _words(statement))
    changes = _CHANGES.get(asks[1].upper())
    if changes is not None and changes.search(words):
        return False
    return not _WRITES.search(words) and all(name.lower() in _HARMLESS for name in _CALLED.findall(words))


def unsure(statement: str) -> str:
    """Name a function that a statement calls, and that is not known to change nothing; "" where it is not for that."""
    asks = _ASKS.match(statement)
    called = _CALLED.findall(_FIRST.sub("", _words(statement))) if asks else ()
    return next((name for name in called if name.lower() not in _HARMLESS), "")


def sets(statement: str) -> bool:
    """Whether a statement sets something, and asks nothing."""
    return bool(_SETS.match(statement))


def _words(statement: str) -> str:
    """Leave out what stands in texts, where it is certain what does: a backslash may keep one from ending."""
    words = statement if "\\" in statement else _TEXT.sub(_emptied, statement)
    return statement if _ODD.search(words) else words


def _emptied(quoted: re.Match[str]) -> str:
    return quoted[0][0] * 2
