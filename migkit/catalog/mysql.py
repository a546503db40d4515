"""The catalogue and the rows of a MySQL or MariaDB database, as SHOW CREATE tells them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from migkit.catalog.mysql_ddl import quote, table_objects, without_database
from migkit.catalog.mysql_rows import Rows
from migkit.catalog.mysql_script import run_script
from migkit.catalog.mysql_session import Refused, Session
from migkit.catalog.mysql_sources import ROUTINES, Key, Source, Sources, State
from migkit.errors import ServerError
from migkit.model import CatalogObject, Database, Snapshot

_NO_SUCH_TABLE = frozenset({1146, 1049})


class MySQLCatalog:
    """Reads a database as the server's administrator, over one connection that is opened when first needed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.session = Session(database.server, database=database.name)
        self._sources = Sources(self.session, database.name, mariadb=database.server.engine.family == "mariadb")
        self._rows = Rows(self.session)
        self._objects: dict[Key, tuple[Source, tuple[CatalogObject, ...]]] = {}
        self.state = State("", {})
        self._latest: tuple[State, frozenset[str], Snapshot] | None = None
        self.row_checksums: dict[str, str] | None = None

    def snapshot(self, exclude: Collection[str] = ()) -> Snapshot:
        """Read the whole catalogue as it is committed now, without `exclude` and what those tables own."""
        self.state, self.row_checksums = self._sources.read(), None
        return self._snapshot(frozenset(exclude))

    def checksums(self, exclude: Collection[str] = ()) -> Mapping[str, str]:
        """Give `COUNT:CHECKSUM` of the rows of each table; equal exactly when the rows are (order aside)."""
        self.state = self._sources.read()
        self.row_checksums = self._hashed(frozenset(exclude))
        return self.row_checksums

    def read(self, exclude: Collection[str] = ()) -> tuple[Snapshot, Mapping[str, str]]:
        """Give `snapshot` and `checksums` in one reading, for half of the time of the two."""
        rows = self.checksums(exclude)
        return self._snapshot(frozenset(exclude)), rows

    def version_rows(self, table: str, schema: str | None) -> tuple[str, ...]:
        """Give the sorted rows of Alembic's version table; () where it is empty or missing."""
        try:
            rows = self.session.rows(f"SELECT version_num FROM {_qualified(table, schema)}")  # noqa: S608  # a quoted name
        except Refused as error:
            if error.code in _NO_SUCH_TABLE:
                return ()
            raise _failed(f"the version table {table} cannot be read", error) from error
        return tuple(sorted(_text(row[0]) for row in rows))

    def stamp(self, table: str, schema: str | None, rows: Collection[str]) -> None:
        """Make `rows` the version table's only rows; the table exists."""
        name = _qualified(table, schema)
        literal = self.session.literal
        inserts = [f"INSERT INTO {name} (version_num) VALUES ({literal(row)})" for row in rows]  # noqa: S608  # quoted
        try:
            self.session.batch(["START TRANSACTION", f"DELETE FROM {name}", *inserts, "COMMIT"])  # noqa: S608  # quoted
        except Refused as error:
            self.session.rows("ROLLBACK")
            raise _failed(f"the version table {table} cannot be written", error) from error

    def script(self, sql: str) -> None:
        """Run a file of statements, as the server's own client would.

        Raises ConfigError, with the line, at the first statement that the server refuses.
        """
        session = Session(self._database.server, database=self._database.name, settled=False)
        try:
            run_script(session, sql)
        finally:
            session.close()

    def last(self) -> tuple[State, Mapping[str, str]]:
        """Give what was read last, no table excluded: the state, and the checksum of each table."""
        if self.row_checksums is None:
            self.checksums()
        known = self.row_checksums or {}
        self.row_checksums = {**known, **self._hashed(frozenset(known))}
        return self.state, self.row_checksums

    def forget(self) -> None:
        """Read everything anew the next time."""
        self._sources.forget()

    def close(self) -> None:
        """Close every connection; safe to call twice."""
        self.session.close()

    def _hashed(self, exclude: frozenset[str]) -> dict[str, str]:
        tables = {name: table for name, table in self.state.named("table").items() if name not in exclude}
        try:
            return self._rows.checksums(tables, self.state.filled)
        except Refused as error:
            raise _failed(f"rows cannot be read: {error.statement}", error) from error

    def _snapshot(self, exclude: frozenset[str]) -> Snapshot:
        """Give the snapshot of the state that was read last; the same object as before where nothing changed."""
        state, latest = self.state, self._latest
        same = latest is not None and (state.database, state.sources) == (latest[0].database, latest[0].sources)
        if latest is None or not same or latest[1] != exclude:
            self._latest = latest = (state, exclude, self._built(state, exclude))
        return latest[2]

    def _built(self, state: State, exclude: frozenset[str]) -> Snapshot:
        found = {("option", "database"): CatalogObject("option", "database", state.database)}
        for key, source in state.sources.items():
            if (source.kind == "table" and source.name in exclude) or source.owner in exclude:
                continue
            for entry in self._parsed(key, source):
                found[entry.kind, entry.name] = entry
        return Snapshot(found)

    def _parsed(self, key: Key, source: Source) -> tuple[CatalogObject, ...]:
        known = self._objects.get(key)
        if known is None or known[0] is not source:
            known = self._objects[key] = (source, tuple(objects(source, self._database.name)))
        return known[1]


def objects(source: Source, database: str) -> Iterable[CatalogObject]:
    """Give the objects of a snapshot that one printed object holds."""
    if source.kind == "table":
        return table_objects(source.name, without_database(source.text, database))
    if source.kind in ROUTINES:
        return [CatalogObject("routine", f"{source.kind} {source.name}", _with_settings(source, source.text))]
    text = without_database(source.text, database) if source.kind in ("view", "sequence") else source.text
    return [CatalogObject(source.kind, source.name, _with_settings(source, text), source.owner)]


def _with_settings(source: Source, text: str) -> str:
    settings = {
        "order": source.order,
        "sql_mode": source.sql_mode,
        "character set": " ".join(filter(None, (source.charset, source.collation, source.database_collation))),
        "time zone": source.time_zone,
    }
    return "\n".join([text, *(f"-- {name}: {value}" for name, value in settings.items() if value)])


def _qualified(table: str, schema: str | None) -> str:
    return f"{quote(schema)}.{quote(table)}" if schema else quote(table)


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode()


def _failed(what: str, error: Refused) -> ServerError:
    return ServerError(f"{what}: {error.message}", remedy="look at the server's log, then run it again")
