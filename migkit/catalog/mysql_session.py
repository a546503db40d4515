"""The kit's own connection to MySQL and MariaDB: batches of statements, one packet there and one answer back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from migkit.errors import ServerError
from migkit.model import Server

Row = tuple[Any, ...]

NORMAL = (
    "SET NAMES utf8mb4",
    "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'",
    "SET SESSION time_zone = '+00:00'",
    "SET SESSION foreign_key_checks = 1",
)
_SETTINGS = (
    *NORMAL,
    "SET SESSION sql_quote_show_create = 1",
    "SET SESSION lock_wait_timeout = 60",
    "SET SESSION wait_timeout = 604800",
    "SET SESSION group_concat_max_len = 4294967295",
)
_WHERE_KNOWN = (
    "SET SESSION sql_log_bin = 0",
    "SET SESSION information_schema_stats_expiry = 0",
    "SET SESSION sql_require_primary_key = 0",
    "SET SESSION restrict_fk_on_non_standard_key = 0",
    "SET SESSION sql_generate_invisible_primary_key = 0",
    "SET SESSION show_gipk_in_create_table_and_information_schema = 1",
    "SET SESSION show_create_table_verbosity = 0",
    "SET SESSION innodb_strict_mode = 0",
    "SET SESSION max_statement_time = 0",
    "SET SESSION max_execution_time = 0",
)
_LOST = frozenset({0, 1053, 1077, 1079, 1152, 1927, 2003, 2006, 2013, 2014, 2055, 4031})


class Refused(Exception):  # noqa: N818  # says what the server did
    """The server refused a statement: `code` and `message` are the server's, `statement` is which it was.

    `results` are those of the statements before it in the batch.
    """

    def __init__(self, statement: str, code: int, message: str, results: list[tuple[Row, ...]]) -> None:
        super().__init__(f"({code}) {message}")
        self.statement = statement
        self.code = code
        self.message = message
        self.results = results


class Asked(Protocol):
    """A session that can be asked: of the kit's own (`Session`), or one that is there."""

    def batch(self, statements: Sequence[str]) -> list[tuple[Row, ...]]:
        """Run statements; give the rows of each."""

    def rows(self, statement: str) -> tuple[Row, ...]:
        """Run one statement; give its rows. Raises Refused."""

    def literal(self, value: str | bytes | None) -> str:
        """Give a value as an SQL literal."""


class Session:
    """One connection, opened when it is first used; values come as text or bytes, as the server sends them.

    With `settled` the session has the kit's own settings (a permissive sql_mode, UTC, nothing into the binary
    log where the login may say so); without, the server's. A statement that the server refuses raises `Refused`,
    a lost connection `ServerError`.
    """

    def __init__(
        self, server: Server, *, database: str, user: str = "", password: str = "", settled: bool = True
    ) -> None:
        self._server = server
        self._database = database
        self._user = user or server.user
        self._password = password if user else server.password
        self._settled = settled
        self._connection: Any = None

    def batch(self, statements: Sequence[str]) -> list[tuple[Row, ...]]:
        """Run statements in one packet; give the rows of each (() where it has none)."""
        if not statements:
            return []
        return self._send(";\n".join(statements), statements)

    def rows(self, statement: str) -> tuple[Row, ...]:
        """Run one statement; give its rows."""
        return self._send(statement, [statement])[-1]

    def encoded(self, statement: str, encoding: str) -> None:
        """Run one statement whose text goes to the server in another encoding than UTF-8."""
        self._send(statement.encode(encoding), [statement])

    def literal(self, value: str | bytes | None) -> str:
        """Give a value as an SQL literal for this connection."""
        if value is None:
            return "NULL"
        return str(self._open().escape(value))

    def identity(self) -> int:
        """Give the server's id of this connection."""
        return int(self._open().thread_id())

    def close(self) -> None:
        """Close the connection; safe to call twice."""
        connection, self._connection = self._connection, None
        if connection is not None and connection.open:
            connection.close()

    def _send(self, packet: str | bytes, statements: Sequence[str]) -> list[tuple[Row, ...]]:
        import pymysql

        connection = self._open()
        results: list[tuple[Row, ...]] = []
        try:
            connection.query(packet)
            results.append(_result(connection))
            while connection._result.has_next:  # a cursor hides what has no rows
                connection.next_result()
                results.append(_result(connection))
        except pymysql.MySQLError as error:
            self._raise(error, statements, results)
        return results

    def _raise(self, error: Exception, statements: Sequence[str], results: list[tuple[Row, ...]]) -> None:
        code, message = _code(error), _text(error)
        if code not in _LOST:
            statement = statements[min(len(results), len(statements) - 1)]
            raise Refused(statement, code, message, results) from error
        self.close()
        raise ServerError(
            f"the connection to the server at {self._address()} was lost: {message}",
            remedy="look at the server's log, then run it again",
        ) from error

    def _open(self) -> Any:
        if self._connection is None:
            self._connection = self._connect()
            if self._settled:
                self._settle()
        return self._connection

    def _connect(self) -> Any:
        import pymysql

        try:
            return _plain_or_encrypted(self._login())
        except pymysql.MySQLError as error:
            raise ServerError(
                f"cannot connect to the server at {self._address()} as {self._user}: {_text(error)}",
                remedy="see that the server is up and that this login may connect",
            ) from error

    def _login(self) -> dict[str, Any]:
        from pymysql.constants import CLIENT

        where: dict[str, Any] = {"host": self._server.host or "localhost", "port": self._server.port or 3306}
        if self._server.socket:
            where = {"unix_socket": self._server.socket}
        return {
            **where,
            "user": self._user,
            "password": self._password,
            "database": self._database,
            "charset": "utf8mb4",
            "autocommit": True,
            "connect_timeout": 10,
            "client_flag": CLIENT.MULTI_STATEMENTS,
            "conv": {},
        }

    def _settle(self) -> None:
        self.batch(_SETTINGS)
        for statement in _WHERE_KNOWN:
            try:
                self.rows(statement)
            except Refused:  # a variable that this product, version or login does not have
                continue

    def _address(self) -> str:
        return self._server.socket or f"{self._server.host}:{self._server.port}"


def _plain_or_encrypted(login: dict[str, Any]) -> Any:
    """Connect without TLS, which costs 30 ms a connection; with it where the server insists."""
    import pymysql

    try:
        return pymysql.connect(**login, ssl_disabled=True)
    except pymysql.MySQLError as error:
        text = _text(error).lower()
        if _code(error) != 3159 and "ssl" not in text and "secure" not in text:  # noqa: PLR2004  # ER_SECURE_TRANSPORT_REQUIRED
            raise
        return pymysql.connect(**login, ssl={"check_hostname": False})


def _result(connection: Any) -> tuple[Row, ...]:
    rows = connection._result.rows  # see Session._send
    return tuple(rows) if rows else ()


def _code(error: Exception) -> int:
    return error.args[0] if error.args and isinstance(error.args[0], int) else 0


def _text(error: Exception) -> str:
    return str(error.args[1]) if len(error.args) > 1 else str(error)
