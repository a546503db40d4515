"""The catalogue and the rows of a MySQL or MariaDB database, as SHOW CREATE tells them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from migkit.catalog import MARKS, Reading, version_names
from migkit.catalog.mysql_ddl import quote, table_objects, without_database
from migkit.catalog.mysql_rows import Rows, hashing, values_of
from migkit.catalog.mysql_script import run_script
from migkit.catalog.mysql_session import Refused, Row, Session
from migkit.catalog.mysql_sources import ROUTINES, Key, Source, Sources, State
from migkit.errors import ServerError
from migkit.model import CatalogObject, Database, Snapshot, Values

_NO_SUCH_TABLE = frozenset({1146, 1049})
_NO_TABLE: tuple[str, str | None] = ("", None)


class MySQLCatalog:
    """Reads a database as the server's administrator, over one connection that is opened when first needed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.session = Session(database.server, database=database.name)
        self._sources = Sources(self.session, database.name, mariadb=database.server.engine.family == "mariadb")
        self._rows = Rows(self.session)
        self._latest: tuple[State, frozenset[str], Snapshot] | None = None
        self._version = _NO_TABLE
        self.state = State("", {})
        self.row_checksums: Mapping[str, str] = {}

    def snapshot(self, exclude: Collection[str] = ()) -> Snapshot:
        """Read the whole catalogue as it is committed now, without `exclude` and what those tables own."""
        self.state, _, _ = self._sources.read()
        return self._snapshot(frozenset(exclude))

    def checksums(self, exclude: Collection[str] = ()) -> Mapping[str, str]:
        """Give `COUNT:CHECKSUM` of the rows of each table; equal exactly when the rows are (order aside)."""
        self._look("", frozenset(exclude))
        return _told(self.row_checksums)

    def read(self, version_table: str = "", schema: str | None = None) -> Reading:
        """Give `snapshot`, `checksums` and `version_rows` in one reading, for half of the time of the three."""
        self._version = (version_table, schema)
        exclude = frozenset(version_names(version_table, schema))
        versions = self._look(_versions_sql(version_table, schema) if version_table else "", exclude)
        return Reading(self._snapshot(exclude), _told(self.row_checksums), _sorted(versions))

    def values(self, tables: Collection[str]) -> Mapping[str, Values]:
        """Give the values of tables, hashed one by one."""
        known = self.state.named("table")
        wanted = [known[name] for name in tables]
        try:
            return dict(zip(tables, values_of(self.session, wanted), strict=True))
        except Refused as error:
            raise _failed(f"rows cannot be read: {error.statement}", error) from error

    def again(self) -> None:
        """Read once more what was read last, with the same table left out."""
        self.read(*self._version)

    def version_rows(self, table: str, schema: str | None) -> tuple[str, ...]:
        """Give the sorted rows of Alembic's version table; () where it is empty or missing."""
        try:
            return _sorted(self.session.rows(_versions_sql(table, schema)))
        except Refused as error:
            if error.code in _NO_SUCH_TABLE:
                return ()
            raise _failed(f"the version table {table} cannot be read", error) from error

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

    def forget(self) -> None:
        """Read everything anew the next time."""
        self._sources.forget()

    def close(self) -> None:
        """Close every connection; safe to call twice."""
        self.session.close()

    def _look(self, versions: str, exclude: frozenset[str]) -> tuple[Row, ...]:
        """Read the state and the hashes of its rows; tables that stand as they did are hashed in the same packet."""
        before, asked = self.state.named("table"), list[str]()

        def hashings(filled: frozenset[str], stale: frozenset[Key]) -> list[str]:
            asked.extend(n for n in before if n in filled and n not in exclude and ("table", n) not in stale)
            return [hashing(before[name]) for name in asked]

        self.state, rows, hashes = self._sources.read(versions, hashings)
        tables = {name: table for name, table in self.state.named("table").items() if name not in exclude}
        try:
            known = dict(zip(asked, hashes, strict=True))
            self.row_checksums = self._rows.checksums(tables, self.state.filled, known)
        except Refused as error:
            raise _failed(f"rows cannot be read: {error.statement}", error) from error
        return rows

    def _snapshot(self, exclude: frozenset[str]) -> Snapshot:
        """Give the snapshot of the state that was read last; the same object as before where nothing changed."""
        state, latest = self.state, self._latest
        same = latest is not None and (state.database, state.sources) == (latest[0].database, latest[0].sources)
        if latest is None or not same or latest[1] != exclude:
            self._latest = latest = (state, exclude, self._built(state, exclude))
        return latest[2]

    def _built(self, state: State, exclude: frozenset[str]) -> Snapshot:
        found = {("option", "database"): CatalogObject("option", "database", state.database)}
        for source in state.sources.values():
            if (source.kind == "table" and source.name in {*exclude, MARKS}) or source.owner in exclude:
                continue
            for entry in objects(source, self._database.name):
                found[entry.kind, entry.name] = entry
        return Snapshot(found)


def _told(checksums: Mapping[str, str]) -> Mapping[str, str]:
    return {name: value for name, value in checksums.items() if name != MARKS}


@lru_cache(maxsize=4096)
def objects(source: Source, database: str) -> Sequence[CatalogObject]:
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


def _versions_sql(table: str, schema: str | None) -> str:
    return f"SELECT version_num FROM {_qualified(table, schema)}"  # noqa: S608  # a quoted name


def _sorted(rows: Iterable[Row]) -> tuple[str, ...]:
    return tuple(sorted(value if isinstance(value, str) else value.decode() for (value,) in rows))


def _failed(what: str, error: Refused) -> ServerError:
    return ServerError(f"{what}: {error.message}", remedy="look at the server's log, then run it again")
