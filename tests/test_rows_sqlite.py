"""Rows on SQLite: what it takes of any schema, and what is in them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import assume, given, settings

from migkit import catalog
from migkit.engines import parse
from migkit.model import Database, Server
from migkit.model.rehearsal import Filled, Rows
from migkit.rows import Filler
from tests.drawn_schemas import Dialect, Drawn, dangling, schemas, statements

COUNT = 12
SQLITE = Dialect(
    ids={
        "INTEGER": "INTEGER",
        "INT NOT NULL": "INT",
        "VARCHAR(20) NOT NULL": "VARCHAR(20)",
        "CHAR(32) NOT NULL": "CHAR(32)",
        "CHAR(36) NOT NULL": "CHAR(36)",
        "BLOB NOT NULL": "BLOB",
    },
    types=(
        "INTEGER", "INT", "SMALLINT", "BIGINT", "UNSIGNED BIG INT", "BOOLEAN", "VARCHAR(9)", "VARCHAR(255)",
        "NVARCHAR(40)", "CHAR(36)", "CHAR(32)", "TEXT", "CLOB", "BLOB", "REAL", "FLOAT", "DOUBLE PRECISION",
        "NUMERIC(8, 3)", "DECIMAL(30,2)", "NUMERIC", "DATE", "DATETIME", "TIMESTAMP", "TIME", "JSON", "UUID", "",
        "INET", "TEXT COLLATE NOCASE",
    ),
    checks={
        "INTEGER": ("{0} > 0", "{0} BETWEEN 10 AND 20", "{0} IN (1, 2, 3)", "{0} % 7 = 3"),
        "BOOLEAN": ("{0} IN (0, 1)",),
        "VARCHAR(255)": (
            "{0} IN ('draft', 'it''s')", "length({0}) >= 3", "{0} LIKE '%@%.__'", "{0} <> ''", "lower({0}) = {0}",
            '"{0}" GLOB \'[a-z]*\'',
        ),
        "DATE": ("{0} >= '2020-01-01'", "{0} < '2000-06-01' OR {0} IS NULL"),
        "JSON": ("json_valid({0})",),
        "NUMERIC(8, 3)": ("{0} >= 0", "{0} < 100.5"),
    },
    keyed=("INTEGER", "BIGINT", "VARCHAR(9)", "TEXT", "TEXT COLLATE NOCASE", "CHAR(36)", "BLOB", "DATETIME", "DATE"),
    generated={
        "INT": "INT GENERATED ALWAYS AS ({0} + 1) STORED",
        "VARCHAR(255)": "TEXT AS (lower({0})) VIRTUAL UNIQUE",
    },
    partial="{0} IS NOT NULL",
    deferred=("", "DEFERRABLE INITIALLY DEFERRED"),
    altered=False,
)  # fmt: skip
_DRAWN = settings(max_examples=25, deadline=None, derandomize=True, database=None)
Fill = Callable[..., Filled]


def of(path: Path) -> Database:
    return Database(Server(parse("sqlite"), "file", "SQLite", "3"), "rows", path=path)


def fill(path: Path, count: int = COUNT, **known: Any) -> Filled:
    with Filler(of(path), Rows(count, **known)) as filler:
        return filler.fill()


def ask(path: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as session:
        return session.execute(sql).fetchall()


def checksums(path: Path) -> Any:
    with catalog.connect(of(path)) as (reader, _keeper):
        return dict(reader.checksums())


@contextmanager
def made(drawn: list[Drawn]) -> Iterator[Path]:
    """Make a file with a schema that was drawn; one that SQLite does not take is none."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.db"
        with closing(sqlite3.connect(path)) as session:
            for statement in statements(drawn):
                try:
                    session.execute(statement)
                except sqlite3.Error:
                    assume(False)
        yield path


@pytest.fixture
def run(tmp_path: Path) -> Callable[[str], Path]:
    def running(script: str) -> Path:
        path = tmp_path / "rows.db"
        with closing(sqlite3.connect(path)) as session:
            session.executescript(script)
        return path

    return running


@_DRAWN
@given(drawn=schemas(SQLITE))
def test_any_schema_is_filled_and_nothing_dangles(drawn: list[Drawn]) -> None:
    with made(drawn) as path:
        filled = fill(path)
        short = {name: why for name, why in filled.lacking.items() if "leaves no room" not in why}
        assert not short, statements(drawn)
        for table in drawn:
            if table.name not in filled.lacking:
                assert ask(path, f"SELECT count(*) FROM {table.name}") == [(COUNT,)], statements(drawn)
        assert all(ask(path, query) == [(0,)] for query in dangling(drawn))
        assert ask(path, "PRAGMA foreign_key_check") == []


@_DRAWN
@given(drawn=schemas(SQLITE))
def test_the_same_schema_gets_the_same_rows_again(drawn: list[Drawn]) -> None:
    with made(drawn) as one, made(drawn) as other:
        fill(one), fill(other)
        first = checksums(one)
        assert checksums(other) == first
        fill(one), fill(other)
        assert checksums(one) == checksums(other)


def test_rows_have_the_edges_of_their_columns(run: Callable[[str], Path]) -> None:
    path = run(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(30) NOT NULL, n INTEGER NOT NULL, big BIGINT,"
        " uid CHAR(32), note TEXT, flag BOOLEAN NOT NULL, made DATETIME NOT NULL, price NUMERIC(8,2))"
    )
    assert fill(path, 20).added == {"t": 20}
    for condition in (
        "length(name) = 30", "name = ''", "n < 0", "n = 0", "n > 32767", "big > 2147483647", "note IS NULL",
        "length(note) > 255", "flag = 0", "flag = 1", "made > '9000-01-01'", "price < 0", "price > 99999",
        "uid = '00000000000000000000000000000000'",
    ):  # fmt: skip
        assert ask(path, f"SELECT id FROM t WHERE {condition}"), condition
    assert ask(path, "SELECT id FROM t GROUP BY name, n HAVING count(*) > 1"), "a later unique key meets these"
    assert ask(path, "SELECT DISTINCT typeof(n), typeof(flag), typeof(name) FROM t") == [("integer", "integer", "text")]


def test_triggers_refuse_what_they_refuse_and_do_nothing_else(run: Callable[[str], Path]) -> None:
    path = run(
        """
        CREATE TABLE log (said TEXT);
        CREATE TABLE closed (id INTEGER PRIMARY KEY);
        CREATE TABLE logged (id INTEGER PRIMARY KEY, n INTEGER NOT NULL);
        CREATE TRIGGER bar BEFORE INSERT ON closed BEGIN SELECT RAISE(ABORT, 'closed'); END;
        CREATE TRIGGER note AFTER INSERT ON logged BEGIN INSERT INTO log VALUES (random()); END;
        CREATE TRIGGER few BEFORE INSERT ON logged WHEN NEW.n < 0 BEGIN SELECT RAISE(ABORT, 'negative'); END;
        CREATE TRIGGER gone AFTER DELETE ON logged BEGIN DELETE FROM log; END;
        """
    )
    before = ask(path, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
    filled = fill(path)
    assert filled.lacking == {"closed": "SQLite refuses its rows: closed"}
    assert filled.added["logged"] == COUNT
    assert ask(path, "SELECT count(*) FROM logged WHERE n < 0") == [(0,)]
    assert ask(path, "SELECT count(*) FROM log") == [(COUNT,)]
    assert ask(path, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name") == before


def test_what_sqlite_alone_allows_is_no_hindrance(run: Callable[[str], Path]) -> None:
    path = run(
        """
        CREATE TABLE "Odd Name" (
            "Id" INTEGER PRIMARY KEY, "createdAt" TIMESTAMP NOT NULL CHECK (length(createdat) > 4)
        );
        CREATE TABLE keyed (k TEXT PRIMARY KEY, v INT NOT NULL) WITHOUT ROWID;
        CREATE TABLE strict (k INT PRIMARY KEY, v TEXT NOT NULL, r REAL, b BLOB, a ANY) STRICT;
        CREATE TABLE mail (id INTEGER PRIMARY KEY, email TEXT NOT NULL, gone DATETIME, first BOOLEAN NOT NULL);
        CREATE UNIQUE INDEX live ON mail (lower(email)) WHERE gone IS NULL;
        CREATE UNIQUE INDEX one_first ON mail (first) WHERE gone IS NULL;
        CREATE TABLE a (id INTEGER PRIMARY KEY, b_id INTEGER NOT NULL REFERENCES b);
        CREATE TABLE b (id INTEGER PRIMARY KEY, a_id INTEGER NOT NULL REFERENCES a (ID));
        CREATE TABLE lonely (id INTEGER PRIMARY KEY, m INTEGER REFERENCES missing (id));
        CREATE VIRTUAL TABLE words USING fts5(body);
        CREATE VIEW seen AS SELECT * FROM mail;
        """
    )
    filled = fill(path)
    assert filled.lacking == {"words": "it is a virtual table: a module keeps its rows"}
    assert set(filled.added.values()) == {COUNT}
    assert ask(path, "PRAGMA foreign_key_check") == []
    assert ask(path, "SELECT count(m) FROM lonely") == [(0,)]


def test_what_the_history_compares_is_there_and_what_it_inserts_is_not(run: Callable[[str], Path]) -> None:
    path = run("CREATE TABLE t (id INTEGER PRIMARY KEY, code VARCHAR(20) UNIQUE, stage VARCHAR(20), n INT)")
    known = {"compared": {"stage": ("old",), "code": ("new", "won"), "n": ("77",)}}
    fill(path, 20, **known, inserted={"code": ("new",), "id": ("1", "2")})
    assert ask(path, "SELECT id FROM t WHERE stage = 'old'")
    assert ask(path, "SELECT id FROM t WHERE n = 77")
    assert not ask(path, "SELECT id FROM t WHERE code = 'new' OR id IN (1, 2)")


def test_a_unique_key_meets_as_many_values_as_there_are_rows_for(run: Callable[[str], Path]) -> None:
    path, wanted = run("CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE)"), ("v", "w", "x", "y")
    fill(path, compared={"code": wanted})
    assert {code for (code,) in ask(path, "SELECT code FROM t")} >= set(wanted)


def test_a_later_row_counts_on(run: Callable[[str], Path]) -> None:
    path = run("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, n INT)")
    fill(path)
    with closing(sqlite3.connect(path)) as session:
        session.execute("INSERT INTO t (n) VALUES (1)")
        assert session.execute("SELECT count(*) FROM t").fetchall() == [(COUNT + 1,)]
