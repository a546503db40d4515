"""Puts rows into a SQLite file, in one transaction.

Triggers on INSERT are away meanwhile: they would change rows, or write others with the time of day in them. What they
refuse is refused all the same: rows are tried with them first. Foreign keys are checked, which SQLite leaves to choice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from migkit.catalog import MARKS
from migkit.catalog.sqlite import opened
from migkit.catalog.sqlite_text import tokens
from migkit.model import Database
from migkit.product import quoted
from migkit.rows.schema import Column, Held, Row, Table, Value
from migkit.rows.sqlite_reading import tables
from migkit.rows.store import Put, Question

_TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE ORDER BY rowid"
_EVENTS = ("INSERT", "UPDATE", "DELETE")
_BARE_UUID = 32


class SQLiteStore:
    """One file; the session opens when first needed, and ends with each commit."""

    def __init__(self, database: Database) -> None:
        assert database.path is not None, "a SQLite database is a file"
        self._path = database.path
        self._open: sqlite3.Connection | None = None
        self._tables: Mapping[str, Table] = {}
        self._silenced: dict[str, list[str]] = {}

    def tables(self, exclude: Collection[str]) -> Mapping[str, Table]:
        """Read the tables that are there now, but those in `exclude` and the kit's own."""
        self._tables = tables(self._session(), frozenset((*exclude, MARKS)))
        return self._tables

    def held(self, questions: Sequence[Question]) -> Mapping[str, Held]:
        """Answer the questions, by table."""
        return {question.table.name: self._held(question) for question in questions}

    def put(self, puts: Sequence[Put]) -> Sequence[str]:
        """Put rows in, each Put whole or not at all; give of each why it was refused, "" where it was not."""
        return [self._put(put) for put in puts]

    def commit(self) -> None:
        """Commit all that was put in; SQLite counts on by itself. The session ends."""
        if self._open is None:
            return
        for statements in self._silenced.values():
            for statement in statements:
                self._open.execute(statement)
        self._open.execute("COMMIT")
        self.close()

    def close(self) -> None:
        """End the session; what was not committed is gone."""
        self._silenced.clear()
        if self._open is not None:
            self._open.close()
            self._open = None

    def _session(self) -> sqlite3.Connection:
        if self._open is None:
            self._open = opened(self._path)
            self._open.execute("PRAGMA foreign_keys = OFF")
            self._open.execute("BEGIN IMMEDIATE")
        return self._open

    def _held(self, question: Question) -> Held:
        session, source = self._session(), quoted(question.table.name)
        same = "".join(f", min({quoted(name)}) IS max({quoted(name)})" for name in question.varied)
        count, *told = session.execute(f"SELECT count(*){same} FROM {source}").fetchone()  # noqa: S608  # quoted
        alike = frozenset(name for name, is_alike in zip(question.varied, told, strict=True) if is_alike)
        if not count or not question.columns:
            return Held(count, (), alike)
        columns = {column.name: column for column in question.table.columns}
        wanted = [columns[name] for name in question.columns]
        names = ", ".join(quoted(name) for name in question.columns)
        rows = session.execute(f"SELECT DISTINCT {names} FROM {source} ORDER BY {names} LIMIT {question.limit}")  # noqa: S608  # quoted
        return Held(count, tuple(_row(wanted, row) for row in rows), alike)

    def _put(self, put: Put) -> str:
        session = self._session()
        lost = sum(self._orphans(name) for name in put.rows)
        for name in put.rows:
            self._silence(name)
        session.execute("SAVEPOINT rows")
        why = self._tried(put) or self._refused(put)
        if not why and sum(self._orphans(name) for name in put.rows) > lost:
            why = "SQLite refuses its rows: FOREIGN KEY constraint failed"
        if why:
            session.execute("ROLLBACK TO rows")
        session.execute("RELEASE rows")
        return why

    def _tried(self, put: Put) -> str:
        """Give what the triggers that are away say against the rows; what they do is taken back."""
        triggers = [sql for name in put.rows for sql in self._silenced[name]]
        why = self._refused(put, triggers) if triggers else ""
        self._session().execute("ROLLBACK TO rows") if triggers else None
        return why

    def _refused(self, put: Put, triggers: Sequence[str] = ()) -> str:
        try:
            for sql in triggers:
                self._session().execute(sql)
            for name, rows in put.rows.items():
                self._insert(name, rows)
        except sqlite3.Error as error:
            return f"SQLite refuses its rows: {error}"
        return ""

    def _insert(self, name: str, rows: Sequence[Row]) -> None:
        columns = [column for column in self._tables[name].columns if not column.generated]
        names, marks = ", ".join(quoted(column.name) for column in columns), ", ".join("?" * len(columns))
        statement = f"INSERT INTO {quoted(name)} ({names}) VALUES ({marks})"  # noqa: S608  # quoted
        values = [[None if one.unfit else spelled(one, row.get(one.name)) for one in columns] for row in rows]
        self._session().executemany(statement, values)

    def _orphans(self, name: str) -> int:
        """Count the rows whose parent is not there, of those foreign keys that can be checked at all."""
        parents = {foreign.parent.lower() for foreign in self._tables[name].foreign}
        if not parents:
            return 0
        try:
            rows = self._session().execute(f"PRAGMA foreign_key_check({quoted(name)})").fetchall()
        except sqlite3.OperationalError:  # the parent's columns have no key: SQLite could check none of them
            return 0
        return sum(row[2].lower() in parents for row in rows)

    def _silence(self, name: str) -> None:
        """Take the triggers on INSERT away; `commit` makes them again, in their order."""
        if name in self._silenced:
            return
        session = self._session()
        triggers = [row for row in session.execute(_TRIGGERS, (name,)) if _fires(row[1])]
        for trigger, _sql in triggers:
            session.execute(f"DROP TRIGGER {quoted(trigger)}")
        self._silenced[name] = [sql for _trigger, sql in triggers]


def spelled(column: Column, value: Value) -> Any:
    """Give a value as the driver takes it, and as SQLAlchemy's types store it."""
    if column.kind == "uuid" and column.size == _BARE_UUID:
        return str(value).replace("-", "") if value is not None else None
    return float(value) if isinstance(value, Decimal) else value


def told(column: Column, value: Any) -> Value:
    """Give the value that stands in the file."""
    if value is None:
        return None
    if column.kind == "boolean" and value in (0, 1):
        return bool(value)
    if column.kind == "decimal" and isinstance(value, int | float):
        return Decimal(str(value))
    if column.kind == "uuid" and column.size == _BARE_UUID and len(str(value)) == _BARE_UUID:
        return "-".join(str(value)[start:end] for start, end in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32)))
    found: Value = value
    return found


def _row(columns: Sequence[Column], row: Sequence[Any]) -> Row:
    return {column.name: told(column, value) for column, value in zip(columns, row, strict=True)}


def _fires(sql: str) -> bool:
    """Whether a trigger is one on INSERT."""
    return next((token.upper for token in tokens(sql)[3:] if token.upper in _EVENTS), "") == "INSERT"
