"""Judges and copies the rows of tables of MySQL and MariaDB.

CHECKSUM TABLE does not tell the rows ('x', '') and ('', 'x') apart, and swapped values seldom (9.7.4, 10.11.19), so
rows are hashed value by value here: the sum over all rows of 60 bits of SHA-256, columns in order of their names.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from migkit.catalog.mysql_ddl import base_type, quote, stored
from migkit.catalog.mysql_session import Row, Session
from migkit.catalog.mysql_sources import Source
from migkit.model import Values

EMPTY = "0:0"

_EXACT = frozenset(
    {"tinyint", "smallint", "mediumint", "int", "integer", "bigint", "decimal", "numeric", "dec", "fixed", "year"}
)
_INEXACT = frozenset({"float", "double", "real", "bit"})
_LONG = frozenset(["tinytext", "text", "mediumtext", "longtext", "tinyblob", "blob", "mediumblob", "longblob", "json"])
_TEXTS = frozenset(["char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"])
_BYTES = frozenset(["binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"])
_SPELLED = _EXACT | {"date", "datetime", "timestamp", "time", "json", "uuid", "inet4", "inet6"}
_PLAIN = _EXACT | frozenset({"char", "varchar", "binary", "varbinary", "date", "datetime", "timestamp", "time"})


class Rows:
    """Gives `COUNT:CHECKSUM` of tables; equal exactly when their rows are, order aside."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def checksums(
        self, tables: Mapping[str, Source], filled: frozenset[str], known: Mapping[str, Row]
    ) -> dict[str, str]:
        """Hash the tables in `filled` but those whose hashes are `known`; the others are empty."""
        asked = [name for name in tables if name in filled and name not in known]
        results = self._session.batch([hashing(tables[name]) for name in asked])
        hashes = {**known, **{name: rows[0] for name, rows in zip(asked, results, strict=True)}}
        return {name: "{}:{}".format(*hashes[name]) if name in hashes else EMPTY for name in tables}


def values_of(session: Session, tables: Sequence[Source]) -> Iterator[Values]:
    """Give the values of each table; NULL is 0."""
    for table, rows in zip(tables, session.batch([_hashing_each(table) for table in tables]), strict=True):
        names = [name for name, _ in stored(table.text)]
        columns = {name: array("Q") for name in names}
        for row in rows:
            for name, value in zip(names, row, strict=True):
                columns[name].append(int(value, 16) if value else 0)
        yield Values(columns)


def is_plain(table: Source) -> bool:
    """Whether every value survives the way to the client and back as text or bytes."""
    return all(base_type(definition) in _PLAIN for _, definition in stored(table.text))


@lru_cache(maxsize=1024)
def hashing(table: Source) -> str:
    """Give the SELECT of a table's number of rows and their hash. A generated column follows from the others."""
    own = stored(table.text)
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


@lru_cache(maxsize=1024)
def _hashing_each(table: Source) -> str:
    """Give the SELECT of 60 bits of the hash of each value of a table."""
    own = stored(table.text)
    hashes = ", ".join(f"LEFT(SHA2({_text(quote(name), base_type(text))}, 256), 15)" for name, text in own)
    return f"SELECT {hashes or 1} FROM {quote(table.name)}"  # noqa: S608  # quoted names


def _text(column: str, kind: str) -> str:
    """Give an expression whose text is the same where the value is, in whatever type."""
    if kind in _TEXTS:
        return f"CONVERT({column} USING utf8mb4)"
    if kind in _BYTES:
        return column
    if kind in _INEXACT:
        return _value(column, kind)
    return f"CAST({column} AS CHAR)" if kind in _SPELLED else f"HEX({column})"
