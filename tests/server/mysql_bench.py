"""A database, its catalogue and a session that plays the migration, for tests on MySQL and MariaDB."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pymysql
from pymysql.constants import CLIENT

from migkit.catalog import Reading
from migkit.catalog.mysql import MySQLCatalog
from migkit.model import Database, Server, Snapshot
from migkit.servers import databases


def login(server: Server, database: str) -> Any:
    return pymysql.connect(
        host=server.host,
        port=server.port,
        user=server.user,
        password=server.password,
        database=database or None,
        autocommit=True,
        ssl_disabled=True,
        client_flag=CLIENT.MULTI_STATEMENTS,
    )


@dataclass(repr=False)
class Bench:
    """A database, its catalogue, and a session that plays the migration."""

    database: Database
    catalog: MySQLCatalog
    session: Any

    @property
    def mariadb(self) -> bool:
        return self.database.server.engine.family == "mariadb"

    def run(self, *statements: str) -> None:
        self._reopen()
        with self.session.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
                while cursor.nextset():
                    pass

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        self._reopen()
        with self.session.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())

    def _reopen(self) -> None:
        try:
            self.session.ping(reconnect=False)
        except pymysql.MySQLError:  # a restore ended it
            self.session = login(self.database.server, self.database.name)

    def fresh(self) -> Snapshot:
        """Give a snapshot by a catalogue that knows nothing yet: everything is read."""
        return self.fresh_read()[0]

    def fresh_read(self) -> Reading:
        """Give what a catalogue reads that knows nothing yet."""
        catalog = MySQLCatalog(self.database)
        try:
            return catalog.read()
        finally:
            catalog.close()


@contextmanager
def made(server: Server) -> Iterator[Bench]:
    """Give a bench on a database of its own."""
    with databases.throwaway(server) as database:
        it = Bench(database, MySQLCatalog(database), login(server, database.name))
        try:
            yield it
        finally:
            if it.session.open:
                it.session.close()
            it.catalog.close()
