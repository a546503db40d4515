"""Reads, stamps and keeps a SQLite database: its file is the server."""

from __future__ import annotations

import re
import sqlite3
from array import array
from collections.abc import Collection, Iterable, Mapping
from hashlib import blake2b
from pathlib import Path

from migkit.catalog import MARKS, Reading, version_names
from migkit.catalog.sqlite_tables import index_definition, is_virtual, table_objects, with_parents
from migkit.catalog.sqlite_text import render, tokens
from migkit.errors import ConfigError, ServerError
from migkit.model import CatalogObject, Database, Snapshot, Values
from migkit.product import quoted

_MASTER = """
SELECT type, name, tbl_name, sql FROM sqlite_master
WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite^_%' ESCAPE '^'
"""
_DOT_COMMAND = re.compile(r"^\.[a-z]+", re.MULTILINE)
_WAIT = 30.0
_PAGE = 4096
_HAS_TABLE_LIST = (3, 37, 0)
_OWN = (0,)  # ordinary columns
_REAL = (*_OWN, 3)  # and generated ones that are stored
_WAL_MARKS = slice(18, 20)

Row = tuple[str, str, str, str]


class SQLiteCatalog:
    """The catalogue of one file. What was read is kept for as long as SQLite says that nothing changed."""

    def __init__(self, database: Database) -> None:
        assert database.path is not None, "a SQLite database is a file"
        self.path = database.path
        self._open: sqlite3.Connection | None = None
        self._file: tuple[int, int] = (0, 0)
        self._read: tuple[list[Row], frozenset[str], Snapshot] | None = None
        self._summed: tuple[int, frozenset[str], dict[str, str]] | None = None

    def snapshot(self, exclude: Collection[str] = ()) -> Snapshot:
        """Read the schema table, and take each statement apart that was not read before."""
        session = self._session()
        rows: list[Row] = session.execute(_MASTER).fetchall()
        without = frozenset((*exclude, MARKS))
        if self._read is None or self._read[:2] != (rows, without):
            shadows = _shadow_tables(session) if any(is_virtual(row[3]) for row in rows) else ()
            kept = [row for row in rows if not {row[1], row[2]} & without and row[1] not in shadows]
            self._read = rows, without, Snapshot(objects(kept))
        return self._read[2]

    def checksums(self, exclude: Collection[str] = ()) -> Mapping[str, str]:
        """Sum a hash of each row, columns by name. Read again only when another session committed something."""
        session, without = self._session(), frozenset((*exclude, MARKS))
        (version,) = session.execute("PRAGMA data_version").fetchone()
        if self._summed is None or self._summed[:2] != (version, without):
            shadows = _shadow_tables(session)
            names = [name for kind, name, _table, _sql in session.execute(_MASTER) if kind == "table"]
            wanted = (name for name in names if name not in without and name not in shadows)
            self._summed = version, without, {name: _checksum(session, name) for name in wanted}
        return self._summed[2]

    def values(self, tables: Collection[str]) -> Mapping[str, Values]:
        """Give a hash of each value's text."""
        session = self._session()
        return {name: _values(session, name) for name in tables}

    def read(self, version_table: str = "", schema: str | None = None) -> Reading:
        """Give `snapshot`, `checksums` and `version_rows`."""
        exclude = version_names(version_table, schema)
        versions = self.version_rows(version_table, schema) if version_table else ()
        return Reading(self.snapshot(exclude), self.checksums(exclude), versions)

    def version_rows(self, table: str, schema: str | None) -> tuple[str, ...]:  # schemas are attached files
        """Give the version table's rows."""
        exists = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ? COLLATE NOCASE"
        session = self._session()
        if session.execute(exists, (table,)).fetchone() is None:
            return ()
        return tuple(sorted(row[0] for row in session.execute(f"SELECT version_num FROM {quoted(table)}")))  # noqa: S608  # quoted

    def stamp(self, table: str, schema: str | None, rows: Collection[str]) -> None:
        """Replace the version table's rows in one transaction."""
        session = self._session()
        self._summed = None
        session.execute("BEGIN IMMEDIATE")
        try:
            session.execute(f"DELETE FROM {quoted(table)}")  # noqa: S608  # quoted
            session.executemany(f"INSERT INTO {quoted(table)} (version_num) VALUES (?)", [(row,) for row in rows])  # noqa: S608  # quoted
        except BaseException:
            session.execute("ROLLBACK")
            raise
        session.execute("COMMIT")

    def script(self, sql: str) -> None:
        """Run a file as the sqlite3 shell would, in a session of its own; `.dump` output works."""
        ran: list[str] = []
        session = opened(self.path)
        session.set_trace_callback(ran.append)
        try:
            session.executescript(sql)
        except sqlite3.Error as error:
            dots = "; commands with a dot are the sqlite3 shell's own" if _DOT_COMMAND.search(sql) else ""
            last = f" after: {' '.join(ran[-1].split())[:200]}" if ran else ""
            raise ConfigError(
                f"the SQL file fails: {error}{last}", remedy=f"it must load into an empty database{dots}"
            ) from error
        finally:
            session.close()

    def close(self) -> None:
        """Close the session."""
        if self._open is not None:
            self._open.close()
            self._open = None
        self._read = self._summed = None

    def _session(self) -> sqlite3.Connection:
        """Give the session; a file that was replaced is opened again."""
        stat = self.path.stat() if self.path.exists() else None
        now = (stat.st_dev, stat.st_ino) if stat else (0, 0)
        if self._open is None or now != self._file:
            self.close()
            self._open = opened(self.path)
            stat = self.path.stat()
            self._file = stat.st_dev, stat.st_ino
        return self._open


class SQLiteKeeper:
    """Keeps the pages of the file at each position; pages that are the same are kept once."""

    alone = False

    def __init__(self, database: Database, catalog: SQLiteCatalog) -> None:  # every family's keeper takes both
        assert database.path is not None, "a SQLite database is a file"
        self._path = database.path
        self._pages: dict[bytes, bytes] = {}
        self._states: dict[int, tuple[bytes, ...]] = {}

    def keep(self, position: int, snapshot: Snapshot, rows: Mapping[str, str]) -> None:
        """Record the file as it is committed; later positions are forgotten."""
        for later in [one for one in self._states if one >= position]:
            del self._states[later]
        session = opened(self._path)
        try:
            image = session.serialize() if session.execute("PRAGMA page_count").fetchone() != (0,) else b""
        finally:
            session.close()
        pages = (image[start : start + _PAGE] for start in range(0, len(image), _PAGE))
        self._states[position] = tuple(self._pages.setdefault(page, page) for page in pages)

    def restore(self, position: int) -> int:
        """Write the pages back through SQLite, so that a session that is still open sees it. Exact at each position."""
        found = max((one for one in self._states if one <= position), default=None)
        if found is None:
            raise ServerError(f"no state of {self._path.name} was kept", remedy="record position 0 first")
        image = bytearray().join(self._states[found])
        image[_WAL_MARKS] = b"\1\1"[: len(image[_WAL_MARKS])]  # in memory there is no log; the file keeps its mode
        source, target = sqlite3.connect(":memory:"), opened(self._path)
        try:
            if image:
                source.deserialize(bytes(image))
            source.backup(target)
        except sqlite3.Error as error:
            raise ServerError(
                f"{self._path.name} could not be put back: {error}", remedy="close whatever else has the file open"
            ) from error
        finally:
            source.close()
            target.close()
        return found

    def end_sessions(self) -> None:
        """End nothing: there is no server that has sessions, and none outlives its connection."""

    def close(self) -> None:
        """Forget everything."""
        self._states.clear()
        self._pages.clear()


def opened(path: Path) -> sqlite3.Connection:
    """Open a file in which each statement is its own transaction; text that is no UTF-8 is read all the same."""
    session = sqlite3.connect(path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
    session.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    return session


def objects(rows: Iterable[Row]) -> dict[tuple[str, str], CatalogObject]:
    """Give the objects of the schema table's rows: tables first, because they say which names there are."""
    found: list[CatalogObject] = []
    later = []
    for row in sorted(rows, key=lambda row: row[1]):
        if row[0] == "table" and not is_virtual(row[3]):
            found += table_objects(row[1], row[3])
        else:
            later.append(row)
    names = {row[1].lower() for row in later}
    columns: dict[str, set[str]] = {}
    for one in found:
        if one.kind == "column":
            columns.setdefault(one.owner.lower(), set()).add(one.name[len(one.owner) + 1 :].lower())
    names.update(columns, *columns.values())
    found = with_parents(found) + [_other(row, columns.get(row[2].lower(), set()), names) for row in later]
    return {(one.kind, one.name): one for one in found}


def _other(row: Row, columns: Collection[str], names: Collection[str]) -> CatalogObject:
    """Give an index, a trigger, a view or a virtual table."""
    kind, name, table, sql = row
    if kind == "index":
        return CatalogObject("index", name, index_definition(sql, {*columns, table.lower()}), table)
    if kind == "table":
        return CatalogObject("table", name, "VIRTUAL TABLE " + " ".join(sql[sql.upper().index("USING") :].split()))
    parts = tokens(sql)
    start = next(place for place, token in enumerate(parts) if token.of(kind.upper())) + 2
    definition = f"{kind.upper()} {render(parts[start:], names)}"
    return CatalogObject(kind, name, definition, table if kind == "trigger" else "")


def _shadow_tables(session: sqlite3.Connection) -> frozenset[str]:
    """Name the tables in which a virtual table keeps its contents: their rows are its own business."""
    if sqlite3.sqlite_version_info < _HAS_TABLE_LIST:
        return frozenset()
    return frozenset(row[1] for row in session.execute("PRAGMA main.table_list") if row[2] == "shadow")


def _checksum(session: sqlite3.Connection, table: str) -> str:
    """Add up the rows' hashes: their order means nothing, nor does that of the columns."""
    columns = _columns(session, table, _REAL)
    count = total = 0
    for row in session.execute(f"SELECT {', '.join(map(quoted, columns))} FROM {quoted(table)}"):  # noqa: S608  # quoted
        count += 1
        total += int.from_bytes(blake2b(repr(row).encode(), digest_size=8).digest(), "big")
    return f"{count}:{total % 2**64:016x}"


def _values(session: sqlite3.Connection, table: str) -> Values:
    columns = _columns(session, table, _OWN)
    found = {name: array("Q") for name in columns}
    for row in session.execute(f"SELECT {', '.join(map(quoted, columns))} FROM {quoted(table)}"):  # noqa: S608  # quoted
        for name, value in zip(columns, row, strict=True):
            found[name].append(_hash(value))
    return Values(found)


def _hash(value: object) -> int:
    if value is None:
        return 0
    text = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")


def _columns(session: sqlite3.Connection, table: str, kinds: Collection[int]) -> list[str]:
    return sorted(row[1] for row in session.execute(f"PRAGMA table_xinfo({quoted(table)})") if row[6] in kinds)
