"""The statements that a revision sends, seen at the cursor, and which of them matter to the driver."""

from __future__ import annotations

import contextlib
import re
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from migkit.alembic_io.cursors import Listener, driver_connection, mysql_warnings, numbered, pending, stand_in, touched
from migkit.alembic_io.cutting import Cutting
from migkit.alembic_io.frames import Frames
from migkit.model.rehearsal import Sent

_SESSION_NEUTRAL = re.compile(
    r"(\s|/\*(?!!).*?\*/|--[ \t][^\n]*\n|#[^\n]*\n)*"
    r"(CREATE(?!\s+TEMPORARY)|ALTER|DROP|RENAME|TRUNCATE|INSERT|UPDATE|DELETE|REPLACE"
    r"|SELECT(?!.*(@|\bGET_LOCK\b|\bSQL_)))\b",
    re.IGNORECASE | re.DOTALL,
)
_SESSION_STATE = re.compile(r"@|\b(TEMPORARY|GET_LOCK|DATABASE|SCHEMA|LAST_INSERT_ID)\b", re.IGNORECASE)
OWN = "migkit_own"  # the execution option of the kit's own connections, and a mark in the pool's record of each
_EXECUTING = ("do_execute", "do_executemany", "do_execute_no_params")
_BARE_DRIVER = re.compile(rb"\bcursor\b|raw_connection|driver_connection|dbapi_connection")


class Watch(Protocol):
    """What stands between a revision's code and the server: a release's journal, its retries, its end."""

    def connected(self, connection: Any, info: dict[Any, Any]) -> None:
        """Be given a session that code of the user's has opened, the driver's own; `info` lasts as long as it does."""

    def sends(
        self, connection: Any, statement: str, parameters: Any, send: Callable[[], None], *, several: bool
    ) -> tuple[int, int] | None:
        """Send a statement of a revision over SQLAlchemy's `connection`, or, with `several`, each of its parameters.

        Where it does not, it says what the server would have told: how many rows, and the last number.
        """

    def answered(self, connection: Any, sent: Sent) -> None:
        """Be told what came of it."""

    def commits(self, connection: Any) -> None:
        """Be told that the revision's code is about to commit what is open on a connection."""


class Recorder:
    """Collects what is executed while a revision's code runs; `engines` are those that executed anything.

    What a bare cursor of a driver executes is not seen, nor what the kit's own connections do (`OWN`).
    """

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.engines: weakref.WeakSet[Any] = weakref.WeakSet()
        self.cutting: Cutting | None = None
        self._path: Path | None = None
        self._frames = Frames()
        self._connections: list[Any] = []
        self._new: Any = None  # the cursor of the statement that was recorded last, while it is still to be executed
        self._kept = 0  # how many of the statements are committed
        self._listener: Listener | None = None
        self._watch: Watch | None = None

    @property
    def recording(self) -> bool:
        """Whether a revision's code runs."""
        return self._path is not None

    @contextlib.contextmanager
    def of(self, path: Path) -> Iterator[list[Sent]]:
        """Record into a new list, for as long as code of the revision in `path` runs."""
        self._path, self._connections, self.sent, self._kept = path, [], [], 0
        if self.cutting:
            self.cutting.begin()
        try:
            yield self.sent
        finally:
            self._path = None
            self._stop_listening()

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        """Listen on every engine, sync and async, whenever it was made."""
        from sqlalchemy import event
        from sqlalchemy.engine import Engine
        from sqlalchemy.pool import Pool

        listeners: tuple[tuple[Any, str, Callable[..., None]], ...] = (
            (Engine, "before_cursor_execute", self._before),
            (Engine, "after_cursor_execute", self._after),
            (Engine, "commit", self._commits),
            (Pool, "checkout", self._taken),
        )
        for listener in listeners:
            event.listen(*listener)
        try:
            yield
        finally:
            for listener in listeners:
                event.remove(*listener)

    @property
    def kept(self) -> int:
        """How many of the statements are committed, as far as the driver says."""
        return self._kept

    def _before(self, conn: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        if conn.get_execution_options().get(OWN):
            return
        if self.cutting:
            self.cutting.before(len(self.sent), self._connections)
        self.engines.add(conn.engine)
        if self.recording:
            if conn not in self._connections:
                self._connections.append(conn)
            self._stop_listening()
            self.sent.append(Sent(statement, self._frames.line(self._path)))
            self._new = cursor
            if conn.dialect.name == "postgresql":
                self._listener = Listener(driver_connection(conn))

    def _after(self, conn: Any, cursor: Any, *_rest: Any) -> None:
        if not self.recording or conn.get_execution_options().get(OWN):
            return
        still_open = pending(driver_connection(conn))  # before anything else is asked
        said = mysql_warnings(conn, cursor) if conn.dialect.name in ("mysql", "mariadb") else self._stop_listening()
        if still_open is False:
            self._kept = len(self.sent)  # what goes before is committed with it
        kept = None if still_open is None else self._kept
        answer = replace(self.sent[-1], rows=touched(cursor), last=numbered(cursor), warnings=said)
        self.sent[-1] = replace(answer, pending=still_open, kept=kept)
        if self._watch:
            self._watch.answered(conn, self.sent[-1])

    def _commits(self, conn: Any) -> None:
        if conn.get_execution_options().get(OWN):
            return
        if self.cutting:
            self.cutting.refuse()
        if self.recording and self._watch:
            self._watch.commits(conn)
        if self.recording and self.sent:
            self._kept = len(self.sent)
            self.sent[-1] = replace(self.sent[-1], kept=self._kept)

    def _taken(self, _connection: Any, record: Any, taken: Any) -> None:
        if self.recording and not record.info.get(OWN):
            self._connections.append(taken)

    def _stop_listening(self) -> tuple[str, ...]:
        listener, self._listener = self._listener, None
        return listener.stop() if listener else ()

    @contextlib.contextmanager
    def watched(self, watch: Watch, held: Callable[[], bool]) -> Iterator[None]:
        """Let `watch` send each statement of a revision; it is shown each session that is opened while `held` is."""
        from sqlalchemy import event
        from sqlalchemy.engine import Engine
        from sqlalchemy.pool import Pool

        def connect(connection: Any, record: Any) -> None:
            if held() and not record.info.get(OWN):
                watch.connected(connection, record.info)

        listeners: list[tuple[Any, str, Callable[..., Any]]] = [(Pool, "connect", connect)]
        listeners += [(Engine, name, partial(self._sends, name)) for name in _EXECUTING]
        for listener in listeners:
            event.listen(*listener)
        self._watch = watch
        try:
            yield
        finally:
            self._watch = None
            for listener in listeners:
                event.remove(*listener)

    def _sends(self, name: str, cursor: Any, statement: str, *rest: Any) -> bool:
        """Stand in for a dialect's function `name`, whose last argument is the context."""
        if self._watch is None or not self._is_new(cursor):
            return False
        context = rest[-1]
        send = partial(getattr(context.dialect, name), cursor, statement, *rest)
        several, given = name == "do_executemany", rest[0] if len(rest) > 1 else None
        told = self._watch.sends(context.root_connection, statement, given, send, several=several)
        if told is not None:
            stand_in(cursor, *told)
        return True

    def _is_new(self, cursor: Any) -> bool:
        """Whether a cursor is to execute what was recorded last; SQLAlchemy, and other threads, ask things besides."""
        if cursor is not self._new or cursor is None:
            return False
        self._new = None
        return self.recording

    @contextlib.contextmanager
    def passing(self, count: int) -> Iterator[None]:
        """Take the first `count` statements of a step as done: they are seen, and not sent."""
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        def do_execute(cursor: Any, *_rest: Any) -> bool:
            return self._is_new(cursor) and len(self.sent) <= count

        if not count:
            yield
            return
        event.listen(Engine, "do_execute", do_execute)
        try:
            yield
        finally:
            event.remove(Engine, "do_execute", do_execute)

    @contextlib.contextmanager
    def tolerant(self) -> Iterator[list[str]]:
        """Pass over each statement that the server refuses while recording; give what the server said of them."""
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        refused: list[str] = []

        def do_execute(cursor: Any, statement: str, parameters: Any, _context: Any) -> bool:
            if not self.recording:
                return False
            saved = _savepoint(cursor)
            try:
                cursor.execute(statement, parameters)
            except Exception as error:  # whatever class the driver uses
                refused.append(str(error))
                if saved:
                    with contextlib.suppress(Exception):  # MySQL commits before DDL, and the savepoint went with that
                        cursor.execute("ROLLBACK TO SAVEPOINT migkit_statement")
            return True

        event.listen(Engine, "do_execute", do_execute)
        try:
            yield refused
        finally:
            event.remove(Engine, "do_execute", do_execute)


def _savepoint(cursor: Any) -> bool:
    """Set a savepoint where there is a transaction to save: on PostgreSQL a failed statement ends it otherwise."""
    try:
        cursor.execute("SAVEPOINT migkit_statement")
    except Exception:  # autocommit: nothing is lost by a failed statement
        return False
    return True


def leave_no_trace(statements: Sequence[str], path: Path) -> bool:
    """Whether a step that sent `statements` leaves its MySQL session as it was, so that the next may share it.

    What is not known to be neutral (SET, USE, temporary tables, locks, calls, several statements in one, a bare
    cursor) is not.
    """
    if not all(_SESSION_NEUTRAL.match(s) and ";" not in s.rstrip("; \n\t") for s in statements):
        return False
    if any(_SESSION_STATE.search(s) for s in statements):
        return False
    return not _BARE_DRIVER.search(path.read_bytes())
