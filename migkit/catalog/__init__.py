"""A live database's catalogue and rows, read (and put back) over connections of the kit's own.

One implementation per family stands beside this file; `connect` picks it. A Catalog reads as the server's
administrator, so that what migrations may not see is seen all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple, Protocol

from migkit.model import Database, Snapshot, Values

MARKS = "migkit_marks"  # what guarded operations remember: no part of a schema, and yet of a state


class Reading(NamedTuple):
    """What was read at one moment: the catalogue, `COUNT:CHECKSUM` of each table, the version table's sorted rows."""

    snapshot: Snapshot
    rows: Mapping[str, str]
    versions: tuple[str, ...]


class Catalog(Protocol):
    """What the kit asks of a database. Table names are qualified as in `Snapshot`.

    No snapshot and no checksums tell of `MARKS`; a Keeper brings its rows back with the state that they belong to.
    """

    def snapshot(self, exclude: Collection[str] = ()) -> Snapshot:
        """Read the whole catalogue as it is committed now, without the tables in `exclude` and what they own."""

    def checksums(self, exclude: Collection[str] = ()) -> Mapping[str, str]:
        """Give `COUNT:CHECKSUM` of the rows of each table; equal exactly when the rows are (order aside)."""

    def read(self, version_table: str = "", schema: str | None = None) -> Reading:
        """Give `snapshot` and `checksums` of one moment, without Alembic's version table, whose rows stand beside."""

    def values(self, tables: Collection[str]) -> Mapping[str, Values]:
        """Give the values of tables that were there when the catalogue was read last; generated ones are left out."""

    def version_rows(self, table: str, schema: str | None) -> tuple[str, ...]:
        """Give the sorted rows of Alembic's version table; () where it is empty or missing."""

    def stamp(self, table: str, schema: str | None, rows: Collection[str]) -> None:
        """Make `rows` the version table's only rows; the table exists."""

    def script(self, sql: str) -> None:
        """Run a file of statements, as the server's own client would."""

    def close(self) -> None:
        """Close every connection; safe to call twice."""


class Keeper(Protocol):
    """Remembers the states of a database on the way up, and brings one back on the way down.

    `alone` says that `keep` wants no other session in the database: what an application holds open is closed first.
    """

    alone: bool

    def keep(self, position: int, snapshot: Snapshot, rows: Mapping[str, str]) -> None:
        """Record the present state as `position` (0 is before the first revision); called in rising order.

        `snapshot` and `rows` are what the Catalog just read of it. Recording a position again replaces it and
        forgets the later ones.
        """

    def restore(self, position: int) -> int:
        """Bring back the state of the highest recorded position that is not above `position`; give that one.

        What is brought back is exact: catalogue, rows, sequences; but the version table's rows are the caller's to
        stamp. The caller replays steps from there. No connection of a migration is open while this runs; any that is
        left is ended by the server.
        """

    def end_sessions(self) -> None:
        """End every session in the database but the kit's own; return when they are gone, and with them their locks.

        Raises ServerError where one does not end.
        """

    def close(self) -> None:
        """Drop everything that was recorded."""


@contextmanager
def connect(database: Database) -> Iterator[tuple[Catalog, Keeper]]:
    """Open the catalogue of a throwaway database and a keeper for its states; both are closed at the end."""
    family = database.server.engine.family
    if family in ("mysql", "mariadb"):
        from migkit.catalog.mysql import MySQLCatalog as Reader
        from migkit.catalog.mysql_keeper import MySQLKeeper as Store
    elif family == "postgresql":
        from migkit.catalog.postgresql import PostgreSQLCatalog as Reader  # type: ignore[assignment]
        from migkit.catalog.postgresql_keeper import PostgreSQLKeeper as Store  # type: ignore[assignment]
    else:
        from migkit.catalog.sqlite import SQLiteCatalog as Reader  # type: ignore[assignment]
        from migkit.catalog.sqlite import SQLiteKeeper as Store  # type: ignore[assignment]
    catalog = Reader(database)
    try:
        keeper = Store(database, catalog)
        try:
            yield catalog, keeper
        finally:
            keeper.close()
    finally:
        catalog.close()


def version_names(table: str, schema: str | None) -> tuple[str, ...]:
    """Give the names that Alembic's version table may have in a snapshot; none without one."""
    return (table, f"{schema}.{table}") if schema else (table,) if table else ()
