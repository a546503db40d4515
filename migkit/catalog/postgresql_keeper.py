"""Keeps the states of a PostgreSQL database as template copies of it, one every few positions.

A copy needs a database that nobody is connected to, and costs some tens of milliseconds; between two copies the
caller replays steps. Copies are called `<database>_k<position>`, and only what this keeper made is ever dropped.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from migkit.catalog.postgresql import PostgreSQLCatalog, connect
from migkit.catalog.postgresql_settings import Settings
from migkit.errors import ServerError
from migkit.model import Database, Snapshot
from migkit.product import quoted

if TYPE_CHECKING:
    from psycopg import Connection

SPACING = 8  # positions between two copies: a copy and the new session cost about as much as replaying two steps
LIMIT = 32  # copies at most, 8 MB and more each: beyond it every second one goes, and the spacing doubles
_POSTPONED = 4  # spacings for which a copy waits for sessions of the application to end by themselves
_GRACE = 0.05
_PATIENCE = 10.0
_NAME_BYTES = 63
_CLIENTS = "backend_type = 'client backend'"
_HAS_FORCE = 130000
_HAS_STRATEGY = 150000


class PostgreSQLKeeper:
    """Copies the database at the first position and then every so often, and half-way where a restore was far."""

    alone = True

    def __init__(self, database: Database, catalog: PostgreSQLCatalog) -> None:
        self._database = database
        self._catalog = catalog
        self._open: Connection[Any] | None = None
        self._copies: dict[int, tuple[str, Settings]] = {}
        self._spacing = SPACING
        self._halfway = -1

    def keep(self, position: int, snapshot: Snapshot, rows: Mapping[str, str]) -> None:
        """Copy the database where the last copy is far enough below.

        An application's open session puts the copy off for a while; then the server ends it.
        """
        for later in [one for one in self._copies if one >= position]:
            self._forget(later)
        gap = position - max(self._copies) if self._copies else None
        if gap is not None and gap < self._spacing and position != self._halfway:
            return
        self._catalog.disconnect()
        if not self._is_alone(_GRACE) and gap is not None and gap < self._spacing * _POSTPONED:
            return
        self._copy(position)
        if len(self._copies) > LIMIT:
            self._spacing *= 2
            for one in sorted(self._copies)[1::2]:
                self._forget(one)

    def restore(self, position: int) -> int:
        """Make the database again from the highest copy that is not above `position`, and give the copy's position.

        Copies above it stay until a lower position is recorded again.
        """
        found = max((one for one in self._copies if one <= position), default=None)
        if found is None:
            raise ServerError(
                f"no state of {self._database.name} at or below position {position} was kept",
                remedy="record position 0 first",
            )
        self._halfway = (found + position + 1) // 2 if position > found + 1 else -1
        copy, settings = self._copies[found]
        target = self._database.name
        self._catalog.disconnect()
        self._end_sessions()
        self._say(f"DROP DATABASE IF EXISTS {quoted(target)}{self._force()}")
        self._say(f"CREATE DATABASE {quoted(target)} TEMPLATE {quoted(copy)}{self._how(settings.owner)}")
        settings.apply(self._session(), target)
        return found

    def end_sessions(self) -> None:
        """End every session in the database, and return when they are gone: with them go their locks.

        The catalogue's own stays: it holds none, and a new one would read slowly at first.
        """
        self._end_sessions(but=self._catalog.session_number)

    def close(self) -> None:
        """Drop the copies; safe to call twice."""
        try:
            for one in list(self._copies):
                self._forget(one)
        finally:
            if self._open is not None:
                self._open.close()
                self._open = None

    def _copy(self, position: int) -> None:
        name = _name(self._database.name, position)
        self._end_sessions()
        settings = Settings.read(self._session(), self._database.name)
        self._say(f"CREATE DATABASE {quoted(name)} TEMPLATE {quoted(self._database.name)}{self._how(settings.owner)}")
        self._copies[position] = name, settings

    def _forget(self, position: int) -> None:
        name, _settings = self._copies[position]
        self._say(f"DROP DATABASE IF EXISTS {quoted(name)}{self._force()}")
        del self._copies[position]

    def _how(self, owner: str) -> str:
        """Copy files where nothing is synced anyway: a fifth of the time of copying through the log."""
        session = self._session()
        clause = f" OWNER {quoted(owner)}"
        if session.info.server_version >= _HAS_STRATEGY and session.execute("SHOW fsync").fetchall() == [("off",)]:
            clause += " STRATEGY FILE_COPY"
        return clause

    def _force(self) -> str:
        return " WITH (FORCE)" if self._session().info.server_version >= _HAS_FORCE else ""

    def _is_alone(self, patience: float, *, end: bool = False, but: int = 0) -> bool:
        """Wait until nobody is connected to the database, and end those who are if `end` says so."""
        deadline = time.monotonic() + patience
        who = "pg_terminate_backend(pid)" if end else "pid"
        sql = f"SELECT count({who}) FROM pg_stat_activity WHERE datname = %s AND pid <> %s AND {_CLIENTS}"  # noqa: S608  # constants
        while self._session().execute(sql.encode(), (self._database.name, but)).fetchall() != [(0,)]:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.002)
        return True

    def _end_sessions(self, *, but: int = 0) -> None:
        if not self._is_alone(_PATIENCE, end=True, but=but):
            raise ServerError(
                f"sessions in {self._database.name} do not end, so it cannot be copied or put back",
                remedy="end whatever else is connected to the throwaway server",
            )

    def _say(self, statement: str) -> None:
        from psycopg import Error

        try:
            self._session().execute(statement.encode())
        except Error as error:
            raise ServerError(
                f"PostgreSQL refused {statement}: {' '.join(str(error).split())}",
                remedy=f"the login {self._database.server.user} must be able to create and drop databases of its own",
            ) from error

    def _session(self) -> Connection[Any]:
        """Give the session in the administrator's own database, from which others are made."""
        if self._open is None or self._open.closed:
            console = self._database.server.engine.console
            self._open = connect(self._database.server, console.database if console else "postgres")
        return self._open


def _name(database: str, position: int) -> str:
    """Give the name of a copy, short enough for the server, which would cut it silently."""
    name = f"{database}_k{position}"
    if len(name.encode()) <= _NAME_BYTES:
        return name
    digest = hashlib.sha256(database.encode()).hexdigest()[:12]
    return f"{database.encode()[:30].decode(errors='ignore')}_{digest}_k{position}"
