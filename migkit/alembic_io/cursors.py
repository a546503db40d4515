"""What database drivers know of a statement that was just sent: rows, the server's warnings, an open transaction.

Each driver says it in its own way; what one does not say is not guessed.
"""

from __future__ import annotations

import contextlib
import os
import socket
import weakref
from collections.abc import Callable, Iterator
from typing import Any

_IN_TRANSACTION = ("in_transaction", "is_in_transaction", "get_transaction_status")
_SERVER_STATUS_IN_TRANS = 1
_COM_QUERY = 3  # of the protocol (MySQL Internals, Text Protocol)
_NAME_TOO_LONG = "42622"  # a notice alone: the object gets another name than was asked for
_SAID: weakref.WeakKeyDictionary[Any, bool | None] = weakref.WeakKeyDictionary()  # what `pending` said last


class Listener:
    """Hears what a PostgreSQL server says on one connection, from when it is made until `stop`."""

    def __init__(self, connection: Any) -> None:
        self._heard: list[str] = []
        self._stop: Callable[[], None] = lambda: None
        self._connection = connection
        if hasattr(connection, "add_notice_handler"):  # psycopg
            connection.add_notice_handler(self._diagnostic)
            self._stop = lambda: connection.remove_notice_handler(self._diagnostic)
        elif hasattr(connection, "add_log_listener"):  # asyncpg
            connection.add_log_listener(self._message)
            self._stop = lambda: connection.remove_log_listener(self._message)

    def stop(self) -> tuple[str, ...]:
        """Hear no more; give the warnings."""
        with contextlib.suppress(Exception):  # the connection may be gone
            self._stop()
        notices = getattr(self._connection, "notices", None)  # psycopg2: SQLAlchemy empties it after each statement
        for text in notices if isinstance(notices, list) else ():
            severity, _, message = " ".join(text.split()).partition(": ")
            if severity == "WARNING":
                self._heard.append(f"01000 {message.strip()}")
        return tuple(self._heard)

    def _diagnostic(self, said: Any) -> None:
        self._hear(said.severity_nonlocalized or said.severity, said.sqlstate, said.message_primary)

    def _message(self, _connection: Any, said: Any) -> None:
        self._hear(said.severity_en or said.severity, said.sqlstate, said.message)

    def _hear(self, severity: str, code: str, message: str) -> None:
        if severity == "WARNING" or code == _NAME_TOO_LONG:
            self._heard.append(f"{code} {message}")


def driver_connection(connection: Any) -> Any:
    """Give the driver's own connection under SQLAlchemy's; None where there is none any more."""
    with contextlib.suppress(Exception):
        return connection.connection.driver_connection
    return None


def touched(cursor: Any) -> int:
    """Give how many rows a statement touched; -1 where the driver does not say."""
    count = getattr(cursor, "rowcount", -1)
    return count if isinstance(count, int) else -1


def numbered(cursor: Any) -> int | None:
    """Give the number that the server gave to a row of a statement; None where there is none, or nobody says."""
    last = getattr(cursor, "lastrowid", None)
    return last if isinstance(last, int) and last > 0 else None


def stand_in(cursor: Any, rows: int, last: int) -> None:
    """Let a cursor say of a statement that was not sent what the server had said of it."""
    for name, value in (("rowcount", rows), ("lastrowid", last)):
        with contextlib.suppress(AttributeError):  # some drivers let nobody set it
            setattr(cursor, name, value)


def pending(connection: Any) -> bool | None:
    """Whether a driver's connection has a transaction open; None where it does not say."""
    if isinstance(getattr(connection, "server_status", None), int):  # PyMySQL, aiomysql
        return _by_packets(connection)
    for name in _IN_TRANSACTION:
        said = getattr(connection, name, None)
        if said is not None:
            return bool(said() if callable(said) else said)
    info = getattr(connection, "info", None)  # psycopg
    status = getattr(info, "transaction_status", None)
    return None if status is None else bool(status)


def _by_packets(connection: Any) -> bool | None:
    """Say what the last packet said that tells: none does at the end of rows, before more answers, or of an error."""
    result: Any = getattr(connection, "_result", None)
    said: bool | None = bool(connection.server_status & _SERVER_STATUS_IN_TRANS)
    if _more(result):
        said = None
    elif not said and result is None:  # it was refused: what stood before it stands
        said = _SAID.get(connection, said)
    elif not said and result.description is not None:  # what gave rows may have begun one
        said = None
    with contextlib.suppress(TypeError):  # a stand-in of a test
        _SAID[connection] = said
    return said


def autocommits(connection: Any) -> bool | None:
    """Whether each statement of SQLAlchemy's connection is committed as it ends; None where the driver does not say."""
    with contextlib.suppress(Exception):  # what a driver of another kind raises
        for holder in (connection.connection.dbapi_connection, connection.connection.driver_connection):
            asked = getattr(holder, "get_autocommit", None)  # PyMySQL, mysqlclient, aiomysql
            said = asked() if callable(asked) else getattr(holder, "autocommit", None)
            if isinstance(said, (bool, int)):
                return bool(said)
    return None


def session_number(connection: Any) -> int | None:
    """Give the server's number of the session of SQLAlchemy's connection; None where the driver does not say."""
    with contextlib.suppress(Exception):
        driver = connection.connection.driver_connection
        for name in ("thread_id", "get_backend_pid", "get_server_pid"):
            said = getattr(driver, name, None)  # PyMySQL, mysqlclient; psycopg2; asyncpg
            if said is not None:
                return int(said() if callable(said) else said)
        pid = getattr(getattr(driver, "info", None), "backend_pid", None)  # psycopg
        return int(pid) if pid is not None else int(driver.connection_id)  # mysql-connector
    return None


def unread(connection: Any) -> bool:
    """Whether a part of an answer is still on its way: what is sent now on SQLAlchemy's connection would drop it.

    It may be the error of a later statement, where several were sent in one.
    """
    return _more(getattr(driver_connection(connection), "_result", None))


def _more(result: Any) -> bool:
    """Whether more is to be read behind a result of PyMySQL or aiomysql."""
    return bool(getattr(result, "has_next", False) or getattr(result, "unbuffered_active", False))


def submitted(connection: Any, sql: str) -> Callable[[], None] | None:
    """Send a statement without an answer's rows, and give what waits for the answer; None where a driver cannot."""
    driver = driver_connection(connection)
    send, read = getattr(driver, "_execute_command", None), getattr(driver, "_read_query_result", None)
    if send is None or read is None:  # PyMySQL has them
        return None
    send(_COM_QUERY, sql.encode())
    return lambda: read(unbuffered=False)


def shut(connection: Any) -> None:
    """Shut the socket of a driver's connection, whoever waits on it: what it waits for then ends with an error."""
    number = _descriptor(connection)
    if number is not None:
        with contextlib.suppress(OSError), socket.socket(fileno=os.dup(number)) as its:
            its.shutdown(socket.SHUT_RDWR)


def keep_alive(connection: Any, seconds: int) -> None:
    """Let the kernel end a driver's connection whose other end has been silent for about so many seconds."""
    number = _descriptor(connection)
    if number is None:
        return
    probes = {"TCP_KEEPIDLE": max(1, seconds // 2), "TCP_KEEPINTVL": max(1, seconds // 6), "TCP_KEEPCNT": 3}
    probes["TCP_USER_TIMEOUT"] = seconds * 1000  # what was sent and not taken is not asked after by a probe
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(number)) as its:  # a socket file has none of it
        its.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in probes.items():
            if hasattr(socket, name):
                its.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _descriptor(connection: Any) -> int | None:
    """Give the number of the socket under a driver's connection; None where the driver does not show it."""
    its = getattr(connection, "driver_connection", None) or getattr(connection, "_connection", None) or connection
    transport = getattr(its, "_transport", None) or getattr(getattr(its, "_writer", None), "transport", None)
    places = [transport.get_extra_info("socket") if transport else None, getattr(its, "_sock", None), its]
    for place in places:
        asked = getattr(place, "fileno", None)
        with contextlib.suppress(Exception):  # it is closed, or has none
            if callable(asked) and asked() >= 0:
                return int(asked())
    return None


def holds_connections(pool: Any) -> bool:
    """Whether a pool of SQLAlchemy's has a connection open, or may have: one that keeps none has nothing to close."""
    from sqlalchemy.pool import NullPool, QueuePool

    if isinstance(pool, QueuePool):
        return bool(pool.checkedin() + pool.checkedout())
    return not isinstance(pool, NullPool)


def mysql_warnings(connection: Any, cursor: Any) -> tuple[str, ...]:
    """Ask a MySQL or MariaDB server what it has to say of the statement that ran last, if it has anything.

    Of several statements in one, and of several sets of parameters, it answers for the last.
    """
    result = getattr(getattr(cursor, "_cursor", cursor), "_result", None)  # PyMySQL and aiomysql
    if result is not None and (not result.warning_count or result.has_next or result.unbuffered_active):
        return ()
    count = getattr(driver_connection(connection), "warning_count", None)  # mysqlclient
    if callable(count) and not count():
        return ()
    asked = connection.connection.cursor()
    try:
        asked.execute("SHOW WARNINGS")
        return tuple(_worth_telling(asked.fetchall()))
    finally:
        asked.close()


def _worth_telling(warnings: Any) -> Iterator[str]:
    """Leave out notes: that a guard found what it looked for, or that a number was rounded, is no warning."""
    for level, code, message in warnings:
        if _text(level) != "Note":
            yield f"{code} {_text(message)}"


def _text(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
