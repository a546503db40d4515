"""Copies of the rows of MySQL and MariaDB tables, each made once and put back when asked; states that share them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from migkit.catalog.mysql_ddl import quote, stored
from migkit.catalog.mysql_rows import is_plain
from migkit.catalog.mysql_session import Row, Session
from migkit.catalog.mysql_sources import Source, State
from migkit.values import dataclass

_FEW = 100  # rows that are kept here: making a table for them would take ten times as long
_NAME_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Copy:
    """The rows of one table: held here, or in `table` of the database beside. `columns` are those that it has."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    table: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One kept state, shared by reference with its neighbours where nothing changed.

    `counters` are the next AUTO_INCREMENT values and the next values of sequences, by name.
    """

    state: State
    rows: Mapping[str, str]
    counters: Mapping[str, int]
    copies: Mapping[str, Copy]


class Copies:
    """Keeps the rows of tables: few and plain ones here, others in a database beside, made when first needed."""

    def __init__(self, session: Session, database: str) -> None:
        self._session = session
        self._beside = f"{database[: _NAME_LENGTH - 5]}_keep"
        self._made: dict[tuple[object, ...], Copy] = {}
        self._exists = False

    def keep(self, table: Source, checksum: str) -> Copy:
        """Copy the rows of a table as they are now, unless the same rows of the same columns are kept already."""
        own = stored(table.text)
        key = (table.name, own, checksum)
        if key not in self._made:
            count = int(checksum.partition(":")[0])
            names = tuple(name for name, _ in own)
            here = count <= _FEW and is_plain(table)
            self._made[key] = self._fetch(table, names) if here else self._store(table, names)
        return self._made[key]

    def put_back(self, table: Source, copy: Copy) -> None:
        """Fill an empty table with the rows of a copy."""
        target = f"{quote(table.name)} ({_list(copy.columns)})"
        if copy.table:
            source = f"SELECT {_list(copy.columns)} FROM {quote(self._beside)}.{quote(copy.table)}"  # noqa: S608  # quoted names
            self._session.rows(f"INSERT INTO {target} {source}")  # quoted names
            return
        literal = self._session.literal
        values = ", ".join(f"({', '.join(map(literal, row))})" for row in copy.rows)
        self._session.rows(f"INSERT INTO {target} VALUES {values}")  # noqa: S608  # quoted names and values

    def close(self) -> None:
        """Drop the database beside, if it was made."""
        if self._exists:
            self._session.rows(f"DROP DATABASE IF EXISTS {quote(self._beside)}")
        self._exists, self._made = False, {}

    def _fetch(self, table: Source, names: Sequence[str]) -> Copy:
        rows = self._session.rows(f"SELECT {_list(names)} FROM {quote(table.name)}")  # noqa: S608  # quoted names
        return Copy(tuple(names), rows)

    def _store(self, table: Source, names: Sequence[str]) -> Copy:
        if not self._exists:
            beside = quote(self._beside)
            self._session.batch([f"DROP DATABASE IF EXISTS {beside}", f"CREATE DATABASE {beside}"])
            self._exists = True
        name = f"rows_{len(self._made) + 1}"
        select = f"SELECT {_list(names)} FROM {quote(table.name)}"  # noqa: S608  # quoted names
        self._session.rows(f"CREATE TABLE {quote(self._beside)}.{quote(name)} AS {select}")
        return Copy(tuple(names), table=name)


def _list(names: Sequence[str]) -> str:
    return ", ".join(quote(name) for name in names)
