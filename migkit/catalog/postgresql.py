"""Reads and stamps a PostgreSQL database (12 to 18) over psycopg 3, one session as the administrator."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import repeat
from typing import TYPE_CHECKING, Any
from zlib import crc32

from migkit.catalog import MARKS, Reading, version_names
from migkit.errors import ServerError
from migkit.model import CatalogObject, Database, Server, Snapshot, Values
from migkit.product import quoted

if TYPE_CHECKING:
    from psycopg import Connection

_OLDEST = 120000
_GROUPS = 8  # statements that sum the tables: the server plans those anew in which a table changed, and no others
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_LIBPQ = ("", "postgresql", "postgresql+psycopg", "postgresql+psycopg2")

# With an empty search_path every name in a definition is qualified; the rest pins how values become text.
SPOKEN = """
SET search_path = ''; SET jit = off; SET row_security = off; SET quote_all_identifiers = off; SET bytea_output = hex;
SET DateStyle = ISO; SET IntervalStyle = postgres; SET TimeZone = 'UTC'; SET extra_float_digits = 1;
SET xmloption = content; SET standard_conforming_strings = on; SET lc_monetary = 'C'
"""
_SESSION = f"{SPOKEN}; SET statement_timeout = 0; SET lock_timeout = 0; SET default_transaction_read_only = off"

# An empty table has no columns here, so that it is not scanned.
_TABLES = """
SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname, c.oid::regclass::text,
  CASE WHEN pg_relation_size(c.oid) > 0 THEN (
    SELECT coalesce(string_agg(quote_ident(attname), ', ' ORDER BY attname COLLATE "C"), '') FROM pg_attribute
    WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated IN ('', 's')) END
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.oid >= 16384 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
"""

_COLUMNS = """
SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname, c.oid::regclass::text,
  array_agg(a.attname::text ORDER BY a.attname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
WHERE c.relkind = 'r' AND c.oid >= 16384 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
GROUP BY 1, 2
"""


class PostgreSQLCatalog:
    """The catalogue of one database; the session opens when first needed, and again after it was lost."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._open: Connection[Any] | None = None
        self._known: dict[tuple[Any, ...], CatalogObject] = {}

    def snapshot(self, exclude: Collection[str] = ()) -> Snapshot:
        """Read the whole catalogue in one statement. What belongs to an extension is no part of it."""
        from migkit.catalog.postgresql_queries import snapshot_sql

        major = self._session().info.server_version // 10000
        known = self._known
        objects: dict[tuple[str, str], CatalogObject] = {}
        self._known = {}
        for row in self._rows(snapshot_sql(major), prepare=True):
            one = self._known[row] = known.get(row) or _object(row)
            _put(objects, one, exclude)
        return Snapshot(objects)

    def checksums(self, exclude: Collection[str] = ()) -> Mapping[str, str]:
        """Sum a hash of each row's text, columns by name; of partitioned tables the partitions are listed."""
        found: dict[str, str] = {}
        groups: dict[int, list[str]] = {}
        for name, relation, columns in self._rows(_TABLES, prepare=True):
            if name in exclude or _is_marks(name):
                continue
            found[name] = "0:0"
            if columns is not None:
                groups.setdefault(crc32(name.encode()) % _GROUPS, []).append(_checksum(name, relation, columns))
        for parts in groups.values():
            rows = self._rows(" UNION ALL ".join(sorted(parts)), prepare=True)
            found |= {name: f"{count}:{total or 0}" for name, count, total in rows}
        return found

    def values(self, tables: Collection[str]) -> Mapping[str, Values]:
        """Give a hash of each value's text."""
        found = {}
        for name, relation, columns in self._rows(_COLUMNS, prepare=True) if tables else ():
            if name in tables:
                hashes = (f'coalesce(hashtextextended({quoted(one)}::text COLLATE "C", 0), 0)' for one in columns)
                rows = self._rows(f"SELECT {', '.join(hashes)} FROM ONLY {relation}")  # noqa: S608  # quoted
                found[name] = Values(dict(zip(columns, map(array, repeat("q"), zip(*rows, strict=True)), strict=False)))
        return found

    def read(self, version_table: str = "", schema: str | None = None) -> Reading:
        """Give `snapshot`, `checksums` and `version_rows`."""
        exclude = version_names(version_table, schema)
        versions = self.version_rows(version_table, schema) if version_table else ()
        return Reading(self.snapshot(exclude), self.checksums(exclude), versions)

    def version_rows(self, table: str, schema: str | None) -> tuple[str, ...]:
        """Give the version table's rows; without a schema it is the one in public, or else the only one."""
        from psycopg.errors import UndefinedTable

        try:
            rows = self._rows(f"SELECT version_num FROM {quoted(schema or 'public')}.{quoted(table)}")  # noqa: S608  # quoted
        except UndefinedTable:
            place = None if schema else self._schema_of(table)
            return self.version_rows(table, place) if place else ()
        return tuple(sorted(row[0] for row in rows))

    def stamp(self, table: str, schema: str | None, rows: Collection[str]) -> None:
        """Replace the version table's rows in one transaction."""
        target = f"{quoted(schema or self._schema_of(table) or 'public')}.{quoted(table)}"
        session = self._session()
        with session.transaction(), session.cursor() as cursor:
            cursor.execute(f"DELETE FROM {target}".encode())  # noqa: S608  # quoted
            cursor.executemany(f"INSERT INTO {target} (version_num) VALUES (%s)".encode(), [(row,) for row in rows])  # noqa: S608  # quoted

    def script(self, sql: str) -> None:
        """Run a file as psql would, statement by statement, in a session of its own; COPY blocks work.

        The session is the migrations' own login's, so that what it makes belongs to it.
        """
        from migkit.catalog.postgresql_script import run

        database = self.database
        server = replace(database.server, user=database.user, password=database.password) if database.user else None
        with connect(server or database.server, database.name) as session:
            run(session, sql)

    def disconnect(self) -> None:
        """Close the session: the keeper copies databases that nobody is connected to."""
        if self._open is not None:
            self._open.close()
            self._open = None

    @property
    def session_number(self) -> int:
        """The server's number of the session, 0 where none is open."""
        return self._open.info.backend_pid if self._open is not None and not self._open.closed else 0

    def close(self) -> None:
        """Close the session for good."""
        self.disconnect()
        self._known = {}

    def _schema_of(self, table: str) -> str | None:
        """Find the schema of the version table where env.py leaves it to the login's search_path."""
        rows = self._rows(
            "SELECT schemaname FROM pg_tables WHERE tablename = %s AND schemaname !~ '^pg_' "
            "ORDER BY schemaname <> 'public', schemaname",
            (table,),
        )
        return rows[0][0] if rows else None

    def _session(self) -> Connection[Any]:
        if self._open is None or self._open.closed:
            self._open = connect(self.database.server, self.database.name)
            self._open.execute(_SESSION)
            if self._open.info.server_version < _OLDEST:
                raise ServerError(
                    f"PostgreSQL {self._open.info.server_version // 10000} is too old: its catalogue is not known",
                    remedy="use PostgreSQL 12 or later",
                )
        return self._open

    def _rows(self, sql: str, values: tuple[str, ...] | None = None, *, prepare: bool = False) -> list[Any]:
        """Run a query; a session that somebody else ended is opened again once."""
        from psycopg import OperationalError

        session = self._session()
        try:
            return session.execute(sql.encode(), values, prepare=prepare).fetchall()
        except OperationalError:
            if not session.closed:
                raise
            return self._session().execute(sql.encode(), values).fetchall()


def connect(server: Server, name: str) -> Connection[Any]:
    """Open a session as the administrator in which each statement is its own transaction.

    TLS is left out on the loopback. Raises ServerError where the server does not answer.
    """
    import psycopg

    options: dict[str, Any] = {"connect_timeout": 10, "gssencmode": "disable", "application_name": "migkit"}
    if server.socket or server.host in _LOOPBACK:
        options["sslmode"] = "allow"
    if server.driver in _LIBPQ:
        options |= dict(server.options)
    login = {"user": server.user, "password": server.password, "host": server.socket or server.host}
    try:
        options |= {key: value for key, value in login.items() if value}
        return psycopg.connect(autocommit=True, port=server.port or None, dbname=name, **options)
    except psycopg.OperationalError as error:
        raise ServerError(
            f"PostgreSQL at {server.socket or f'{server.host}:{server.port}'} refused a session in {name}: {error}",
            remedy="look whether the server still runs, and whether its login may connect",
        ) from error


def snapshot_of(rows: Iterable[Sequence[Any]], exclude: Collection[str] = ()) -> Snapshot:
    """Give the snapshot of what `snapshot_sql` answered, without the tables in `exclude` and what they own."""
    objects: dict[tuple[str, str], CatalogObject] = {}
    for row in rows:
        _put(objects, _object(row), exclude)
    return Snapshot(objects)


def _object(row: Sequence[Any]) -> CatalogObject:
    return CatalogObject(row[0], row[2], row[3], row[1], row[4])


def _put(objects: dict[tuple[str, str], CatalogObject], one: CatalogObject, exclude: Collection[str]) -> None:
    table = one.name if one.kind == "table" else one.owner
    if table not in exclude and not _is_marks(table):
        objects[_free(objects, one)] = one


def _is_marks(table: str) -> bool:
    """Whether it is the kit's own table, in whatever schema the session of a migration made it."""
    return table == MARKS or table.endswith(f".{MARKS}")


def _free(objects: Mapping[tuple[str, str], CatalogObject], one: CatalogObject) -> tuple[str, str]:
    """Give the key of an object; names with dots in them may meet, and neither is lost then."""
    name = one.name
    while (one.kind, name) in objects:
        name += "'"
    return one.kind, name


def _checksum(name: str, relation: str, columns: str) -> str:
    literal = "'" + name.replace("'", "''") + "'"
    return (
        f'SELECT {literal} AS name, count(*), sum(hashtextextended(ROW({columns})::text COLLATE "C", 0)) '  # noqa: S608  # quoted by the server
        f"FROM ONLY {relation}"
    )
