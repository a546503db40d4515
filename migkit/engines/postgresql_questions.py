"""How rows are asked about on PostgreSQL: their bounds, sizes and definitions in SQL."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from migkit.product import quoted
from migkit.questions import Questions

_INDEX = 3  # what of _PARTS stands by itself
_VALID_SINCE = 16  # has pg_input_is_valid
# Statistics that were never gathered are -1 rows (0 before 14), and what is counted since may be lost after a crash.
_SIZES = """
SELECT n.nspname, c.relname, pg_table_is_visible(c.oid), s.rows, s.bytes
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
  SELECT CAST(sum(CASE WHEN l.reltuples <= 0 AND pg_stat_get_live_tuples(l.oid) = 0 AND pg_relation_size(l.oid) > 0
    THEN NULL ELSE greatest(l.reltuples, pg_stat_get_live_tuples(l.oid)) END) AS bigint) AS rows,
    CAST(sum(pg_total_relation_size(l.oid)) AS bigint) AS bytes
  FROM pg_class l WHERE (c.relkind <> 'p' AND l.oid = c.oid)
    OR (c.relkind = 'p' AND l.oid IN (SELECT relid FROM pg_partition_tree(c.oid) WHERE isleaf))) s
WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
  AND c.relname IN :names
"""
_TYPES = """
SELECT format('CREATE TYPE %s AS ENUM (%s)', CAST(CAST(t.oid AS regtype) AS text),
  string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder))
FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid GROUP BY t.oid
"""
_HEIRS = """
SELECT DISTINCT n.nspname, c.relname, pg_table_is_visible(c.oid)
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhparent AND c.relkind = 'r'
JOIN pg_namespace n ON n.oid = c.relnamespace
"""
_HIDDEN = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
  AND c.relname IN :names AND to_regclass(quote_ident(c.relname)) IS NULL AND has_schema_privilege(n.oid, 'USAGE')
"""
# One question for a table: the way to a server may be long.
_PARTS = """
SELECT 1, a.attnum, concat(quote_ident(a.attname), ' ', format_type(a.atttypid, a.atttypmod),
  CASE WHEN a.attidentity <> '' THEN ' GENERATED ALWAYS AS IDENTITY'
    WHEN a.attgenerated = 's' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ') STORED'
    WHEN d.adbin IS NOT NULL AND a.attgenerated = '' THEN ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) END,
  CASE WHEN a.attnotnull THEN ' NOT NULL' END)
FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = to_regclass({place}) AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT 2, row_number() OVER (ORDER BY conname),
  concat('CONSTRAINT ', quote_ident(conname), ' ', pg_get_constraintdef(oid))
FROM pg_constraint WHERE conrelid = to_regclass({place}) AND contype IN ('p', 'u', 'f', 'c')
UNION ALL SELECT 3, row_number() OVER (ORDER BY indexrelid), replace(pg_get_indexdef(i.indexrelid),
  concat(' ', quote_ident(n.nspname), '.', quote_ident(t.relname), ' USING '),
  concat(' ', {place}, ' USING '))
FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE indrelid = to_regclass({place}) AND indisvalid
  AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u'))
ORDER BY 1, 2
"""


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _bounds(seconds: float, wait: float) -> tuple[str, ...]:
    """Bound all that is asked; where a policy hides rows, a question is refused and not answered wrongly."""
    return (
        f"SET statement_timeout = {max(1, math.ceil(seconds * 1000))}",
        f"SET lock_timeout = {max(1, math.ceil(wait * 1000))}",
        "SET row_security = off",
    )


def _definition(ask: Callable[[str], Sequence[Sequence[Any]]], schema: str, name: str) -> str:
    written = f"{quoted(schema)}.{quoted(name)}" if schema else quoted(name)
    place = _literal(written)
    parts = [(what, str(text)) for what, _, text in ask(_PARTS.format(place=place))]
    items = ", ".join(text for what, text in parts if what != _INDEX)
    return ";\n".join((f"CREATE TABLE {written} ({items})", *(text for what, text in parts if what == _INDEX)))


def _as_text(column: str) -> str:
    return f"CAST({column} AS text)"


def _octets(column: str) -> str:
    return f"octet_length({column})"


def _part(column: str, length: int) -> str:
    return f"left({column}, {length})"


def _also_in(schema: str) -> str:
    """Look in a schema last, so that no name that meant something means another thing."""
    path = _literal(quoted(schema))
    return f"SELECT set_config('search_path', current_setting('search_path') || ', ' || {path}, false)"


def _tries(value: str, type_: str) -> str:
    return f"CAST({value} AS {type_})"


def _unreadable(text: str, type_: str, version: str) -> str:
    """Ask as 16 can whether a text is a value of a type; a cast of it would end the question with an error."""
    major = version.partition(".")[0]
    if not major.isdigit() or int(major) < _VALID_SINCE:
        return ""
    return f"NOT pg_input_is_valid(CAST({text} AS text), {_literal(type_)})"


def _collated(column: str, _charset: str, collation: str) -> str:
    named = ".".join(quoted(part.strip('"')) for part in collation.split("."))
    return f"{column} COLLATE {named}"


QUESTIONS = Questions(
    bounds=_bounds,
    sizes_sql=_SIZES,
    types_sql=_TYPES,
    heirs_sql=_HEIRS,
    hidden_sql=_HIDDEN,
    also_in=_also_in,
    definition=_definition,
    lenient_sql="SELECT 0",
    as_text=_as_text,
    label=_as_text,
    octets=_octets,
    part=_part,
    number="{} <> 'NaN'",
    tries=_tries,
    untried=("22", "23"),  # classes of errors: data exception, integrity constraint violation (of a domain)
    unreadable=_unreadable,
    collated=_collated,
    typed=_tries,
)
