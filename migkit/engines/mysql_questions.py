"""How rows are asked about on MySQL and MariaDB: their bounds, sizes and definitions in SQL."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from migkit.engines.mysql_conversions import mariadb_refuses, refuses
from migkit.questions import Questions

_SORTED = 65_536  # bytes: GROUP BY may tell no more of two values apart than max_sort_length, and a key has 3,072
_SIZES = """
SELECT table_schema, table_name, table_schema <=> DATABASE(), table_rows, data_length + index_length
FROM information_schema.tables WHERE table_type NOT IN ('VIEW', 'SYSTEM VIEW') AND table_name IN :names
"""
_LENIENT = "SELECT @@SESSION.sql_mode NOT LIKE '%STRICT\\_%TABLES%' AND @@SESSION.sql_mode NOT LIKE '%TRADITIONAL%'"


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _bounds(seconds: float, wait: float) -> tuple[str, ...]:
    """Bound SELECTs, which is all that is asked; since MySQL 8.0 the sizes would be those of yesterday."""
    return (
        f"SET SESSION max_execution_time = {max(1, math.ceil(seconds * 1000))}",
        f"SET SESSION lock_wait_timeout = {max(1, math.ceil(wait))}",
        f"SET SESSION /*!80003 information_schema_stats_expiry = 0, */ max_sort_length = {_SORTED}",
    )


def _mariadb_bounds(seconds: float, wait: float) -> tuple[str, ...]:
    return (
        f"SET SESSION max_statement_time = {max(0.001, seconds)}",
        f"SET SESSION lock_wait_timeout = {max(1, math.ceil(wait))}",
        f"SET SESSION max_sort_length = {_SORTED}",
    )


def _definition(ask: Callable[[str], Sequence[Sequence[Any]]], schema: str, name: str) -> str:
    place = f"{_quoted(schema)}.{_quoted(name)}" if schema else _quoted(name)
    said = str(ask(f"SHOW CREATE TABLE {place}")[0][1])
    return said.replace(f"TABLE {_quoted(name)}", f"TABLE {place}", 1)


def _as_text(column: str) -> str:
    return f"CAST({column} AS CHAR)"


def _label(column: str) -> str:
    """Write a value as a label: blanks at its end are none of it."""
    return f"RTRIM({column})"


def _octets(column: str) -> str:
    return f"LENGTH({column})"


def _part(column: str, length: int) -> str:
    return f"LEFT({column}, {length})"


def _cuts(old: str, new: str) -> bool:
    """Say it as 9.7.4 does: a VARCHAR that gets shorter takes no blanks away, and a TINYTEXT none of a TEXT."""
    return new == "char" or (new == "varchar" and old != "varchar")


def _mariadb_cuts(old: str, new: str) -> bool:
    """Say it as 10.11 does, where a TINYTEXT takes the blanks of a TEXT away."""
    return not old == new == "varchar"


def _recoded(column: str, charset: str) -> str:
    """Say that a text is not what it was once it has been in another charset: what it lacks becomes a `?`."""
    there = f"CONVERT(CONVERT({column} USING {charset}) USING utf8mb4)"
    return f"CAST({there} AS BINARY) <> CAST(CONVERT({column} USING utf8mb4) AS BINARY)"


def _collated(column: str, charset: str, collation: str) -> str:
    text = f"CONVERT({column} USING {charset})" if charset else column
    return f"{text} COLLATE {collation}" if collation else text


_NO_ZERO = "@@SESSION.sql_mode LIKE '%NO\\_ZERO\\_DATE%'"
_SHAPES = ("point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon", "geometrycollection")
QUESTIONS = Questions(
    bounds=_bounds,
    sizes_sql=_SIZES,
    types_sql="",
    definition=_definition,
    lenient_sql=_LENIENT,
    as_text=_as_text,
    label=_label,
    octets=_octets,
    part=_part,
    makes_up=True,
    unmade={"date": _NO_ZERO, "datetime": _NO_ZERO, **dict.fromkeys(("geometry", *_SHAPES), "TRUE")},
    cuts=_cuts,
    refuses=refuses,
    recoded=_recoded,
    collated=_collated,
)
MARIADB = replace(
    QUESTIONS,
    bounds=_mariadb_bounds,
    cuts=_mariadb_cuts,
    rounds=False,
    refuses=mariadb_refuses,
    checks_new=False,
    unmade={"date": _NO_ZERO, "datetime": _NO_ZERO},
)
