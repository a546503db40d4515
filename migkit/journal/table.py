"""The journal's table on the target, `migkit_journal`: rows by the kit's own session, and marks in a migration's own.

A mark is a row that is put in by the session that runs the migration, in the transaction of the statement before it:
it is there exactly if that statement is committed.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from migkit.alembic_io.cursors import submitted, unread
from migkit.journal.lines import made
from migkit.journal.turn import turn
from migkit.model import Engine
from migkit.model.release import Entry
from migkit.servers import login

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

NAME = "migkit_journal"
_COLUMNS = ("run", "seq", "at", "kind", "revision", "number", "hash", "sql_text", "message", "facts")
_LONGEST = 60_000  # characters of a text that is kept there: the file has all of it
_NAME_LONGEST = 255
_SEVERAL = frozenset({"psycopg", "psycopg2"})  # drivers that send several statements in one packet


class Unread(Exception):  # noqa: N818  # says why
    """A mark cannot be put in behind a statement now."""


class Table:
    """The table, on a session of the kit's own in which each statement is its own transaction; made by `there`."""

    def __init__(self, connection: Connection, engine: Engine, place: str) -> None:
        self._connection = connection
        self._turn = turn(connection)
        self._refused: Exception | None = None  # what a line got that went in beside something else
        self._ledger = login.console(engine).ledger()
        self._into = f"INSERT INTO {_quoted(engine, place)} ({', '.join(_COLUMNS)}) VALUES "  # noqa: S608  # quoted

    def add(self, *told: Entry) -> None:
        """Put lines in with one statement. Raises whatever the driver does, or did with those before."""
        with self._turn:
            self._raise_refused()
            self._put(told)

    def add_beside(self, *told: Entry) -> None:
        """Send lines, and wait for no answer where the driver can do so; what it was is told by the next one.

        They are on their way before anything that the caller sends then.
        """
        with self._turn:
            self._raise_refused()
            read = submitted(self._connection, self._rows(told))
            if read is None:
                self._put(told)
            else:
                self._turn.owes(partial(self._hear, read))

    def _hear(self, read: Callable[[], None]) -> None:
        try:
            read()
        except Exception as error:  # whatever class the driver uses
            self._refused = error

    def _raise_refused(self) -> None:
        refused, self._refused = self._refused, None
        if refused is not None:
            raise refused

    def _put(self, told: Sequence[Entry]) -> None:
        with contextlib.closing(self._cursor(self._connection)) as cursor:
            cursor.execute(self._rows(told))

    def _rows(self, told: Sequence[Entry]) -> str:
        return self._into + ", ".join(map(self._literal, told))

    def mark(self, told: Entry, connection: Connection) -> None:
        """Put a line in on the session of a migration, within its transaction. Raises whatever the driver does.

        A statement that the server refuses ends no transaction.
        """
        if unread(connection):
            raise Unread("more of its answer is to come")
        insert = self._into + self._literal(told)
        with contextlib.closing(self._cursor(connection)) as cursor:
            if self._ledger.around:
                self._within(cursor, insert, several=connection.dialect.driver in _SEVERAL)
            else:
                cursor.execute(insert)

    def _literal(self, told: Entry) -> str:
        """Write a row as SQL: each driver has its own way to take parameters, and many of them take their time."""
        values = (str(value) if isinstance(value, int) else self._ledger.text(value) for value in _row(told))
        return f"({', '.join(values)})"

    def _within(self, cursor: Any, insert: str, *, several: bool) -> None:
        before, after, back = self._ledger.around
        try:
            for statement in [f"{before}; {insert}; {after}"] if several else [before, insert, after]:
                cursor.execute(statement)
        except Exception:
            with contextlib.suppress(Exception):  # the transaction may be beyond it
                cursor.execute(back)
            raise

    def _cursor(self, connection: Connection) -> Any:
        return connection.connection.cursor()  # the driver's own: what listens to SQLAlchemy hears nothing of it


def there(connection: Connection, engine: Engine) -> Table:
    """Give the target's table, made where it is missing. Raises whatever the driver does where that is not allowed."""
    ledger = login.console(engine).ledger()
    place = str(_rows(connection, ledger.place_sql)[0][0])
    for statement in ledger.own_sql:
        _run(connection, statement)
    if not _is_there(connection, engine, place):
        _run(connection, ledger.create(place, NAME))
    return Table(connection, engine, place)


def entries(connection: Connection, engine: Engine, schema: str, target: str) -> tuple[Entry, ...]:
    """Read the lines of a target's table, () where there is none; a line that says nothing to it is passed over.

    Several schemas may have a database together: runs of others are left out. Raises whatever the driver does where the
    table may not be read.
    """
    place = str(_rows(connection, login.console(engine).ledger().place_sql)[0][0])
    if not _is_there(connection, engine, place):
        return ()
    listed = ", ".join(_COLUMNS)
    rows = _rows(connection, f"SELECT {listed} FROM {_quoted(engine, place)} ORDER BY run, seq")  # noqa: S608  # quoted
    read = tuple(entry for entry in map(_entry, rows) if entry is not None)
    own = {one.run for one in read if (one.facts.get("schema"), one.facts.get("target")) == (schema, target)}
    return tuple(one for one in read if one.run in own)


def numbers(connection: Connection, engine: Engine) -> frozenset[tuple[str, int]]:
    """Give run and number of each line that is committed. Raises whatever the driver does where there is no table."""
    place = str(_rows(connection, login.console(engine).ledger().place_sql)[0][0])
    rows = _rows(connection, f"SELECT run, seq FROM {_quoted(engine, place)}")  # noqa: S608  # quoted
    return frozenset((str(run), int(seq)) for run, seq in rows)


def _quoted(engine: Engine, place: str) -> str:
    return f"{engine.quote(place)}.{engine.quote(NAME)}"


def _is_there(connection: Connection, engine: Engine, place: str) -> bool:
    """Whether the table is there. Raises whatever the driver does where that cannot be told."""
    try:
        _rows(connection, f"SELECT 1 FROM {_quoted(engine, place)} WHERE 1 = 0")  # noqa: S608  # quoted
    except Exception as error:  # whatever class the driver uses
        if login.console(engine).ledger().missing(error):
            return False
        raise
    return True


def _row(entry: Entry) -> tuple[Any, ...]:
    cut = (text.replace("\0", "")[:_LONGEST] for text in (entry.sql, entry.message))
    facts = json.dumps(entry.facts, ensure_ascii=True, default=str)
    if len(facts) > _LONGEST:  # what many objects look like: the file has that too
        few = {name: value for name, value in entry.facts.items() if isinstance(value, (str, int, bool, type(None)))}
        facts = json.dumps(few, ensure_ascii=True)
    names = (entry.revision[:_NAME_LONGEST], entry.number, entry.hash)
    return (entry.run, entry.seq, entry.at, entry.kind.value, *names, *cut, facts)


def _entry(row: Sequence[Any]) -> Entry | None:
    said = dict(zip(_COLUMNS, row, strict=True))
    try:
        return made(said | {"sql": said["sql_text"], "facts": json.loads(said["facts"])})
    except (ValueError, KeyError, TypeError):
        return None


def _rows(connection: Connection, sql: str) -> Sequence[Sequence[Any]]:
    with contextlib.closing(connection.connection.cursor()) as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def _run(connection: Connection, sql: str) -> None:
    with contextlib.closing(connection.connection.cursor()) as cursor:
        cursor.execute(sql)
