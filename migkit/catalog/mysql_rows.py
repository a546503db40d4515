"""Judges and copies the rows of tables of MySQL and MariaDB.

CHECKSUM TABLE does not tell the rows ('x', '') and ('', 'x') apart, and swapped values seldom (9.7.4, 10.11.19), so
rows are hashed value by value here: the sum over all rows of 60 bits of SHA-256, columns in order of their names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from migkit.catalog.mysql_ddl import base_type, columns, is_generated, quote
from migkit.catalog.mysql_session import Session
from migkit.catalog.mysql_sources import Source

EMPTY = "0:0"

_EXACT = frozenset(
    {"tinyint", "smallint", "mediumint", "int", "integer", "bigint", "decimal", "numeric", "dec", "fixed", "year"}
)
_INEXACT = frozenset({"float", "double", "real", "bit"})
_LONG = frozenset(["tinytext", "text", "mediumtext", "longtext", "tinyblob", "blob", "mediumblob", "longblob", "json"])
_PLAIN = _EXACT | frozenset({"char", "varchar", "binary", "varbinary", "date", "datetime", "timestamp", "time"})


class Rows:
    """Gives `COUNT:CHECKSUM` of tables; equal exactly when their rows are, order aside."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._selects: dict[str, tuple[Source, str]] = {}

    def checksums(self, tables: Mapping[str, Source], filled: Iterable[str]) -> dict[str, str]:
        """Hash the tables in `filled`; the others are empty. A generated column follows from the others."""
        holding = frozenset(filled)
        read = [name for name in tables if name in holding]
        results = self._session.batch([self._select(tables[name]) for name in read])
        found = {name: f"{rows[0][0]}:{rows[0][1]}" for name, rows in zip(read, results, strict=True)}
        return {name: found.get(name, EMPTY) for name in tables}

    def _select(self, table: Source) -> str:
        known = self._selects.get(table.name)
        if known is None or known[0] is not table:
            known = self._selects[table.name] = (table, _select(table))
        return known[1]


def stored(table: Source) -> list[str]:
    """Give the names of the columns whose values are the table's own, in order."""
    return [name for name, definition in columns(table.text) if not is_generated(definition)]


def is_plain(table: Source) -> bool:
    """Whether every value survives the way to the client and back as text or bytes."""
    return all(base_type(definition) in _PLAIN for _, definition in columns(table.text) if not is_generated(definition))


def _select(table: Source) -> str:
    own = [(name, text) for name, text in columns(table.text) if not is_generated(text)]
    values = ", ".join(f"COALESCE({_value(quote(name), base_type(text))}, '-')" for name, text in sorted(own))
    row = f"CAST(CONV(LEFT(SHA2(CONCAT_WS(',', {values or 0}), 256), 15), 16, 10) AS UNSIGNED)"
    return f"SELECT COUNT(*), SUM({row}) FROM {quote(table.name)}"  # noqa: S608  # quoted names


def _value(column: str, kind: str) -> str:
    """Give an expression whose text differs whenever the value does; HEX alone would round numbers."""
    if kind in _EXACT:
        return f"CAST({column} AS CHAR)"
    if kind in _INEXACT:
        return f"CAST({column} + 0 AS CHAR)" if kind == "bit" else f"CAST({column} + 0e0 AS CHAR)"
    if kind in _LONG:
        return f"SHA2({column}, 256)"
    return f"HEX({column})"
