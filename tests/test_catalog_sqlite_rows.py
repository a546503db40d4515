"""Rows of SQLite: checksums, the version table, scripts, and states that come back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from migkit.catalog import connect
from migkit.catalog.sqlite import SQLiteCatalog
from migkit.errors import ConfigError, ServerError
from tests.sqlite_files import BASE, database, run


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x.db"


@pytest.fixture
def catalog(path: Path) -> Iterator[SQLiteCatalog]:
    one = SQLiteCatalog(database(path))
    yield one
    one.close()


def test_checksums_know_neither_the_order_of_rows_nor_of_columns(catalog: SQLiteCatalog, path: Path) -> None:
    run(path, "CREATE TABLE t (a INT, b TEXT); INSERT INTO t VALUES (1, 'x'), (2, NULL), (2, NULL)")
    before = catalog.checksums()
    run(path, "DROP TABLE t; CREATE TABLE t (b TEXT, a INT); INSERT INTO t VALUES (NULL, 2), ('x', 1), (NULL, 2)")
    assert catalog.checksums() == before
    assert before["t"].startswith("3:")


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO t VALUES (3, 'z', 0)",
        "DELETE FROM t WHERE a = 1",
        "UPDATE t SET b = 'X' WHERE a = 1",
        "UPDATE t SET a = b, b = a",
        "UPDATE t SET b = NULL WHERE b = ''",
        "UPDATE t SET b = CAST(b AS BLOB)",
        "UPDATE t SET c = 0.5",
    ],
)
def test_each_change_of_rows_changes_the_checksum(catalog: SQLiteCatalog, path: Path, change: str) -> None:
    run(path, "CREATE TABLE t (a INT, b, c); INSERT INTO t VALUES (1, 'x', 0), (2, '', 0)")
    before = catalog.checksums()
    assert catalog.checksums() is before
    run(path, change)
    assert catalog.checksums() != before


def test_rows_that_are_no_utf8_have_a_checksum(catalog: SQLiteCatalog, path: Path) -> None:
    run(path, "CREATE TABLE t (a TEXT); INSERT INTO t VALUES (CAST(x'ff00fe' AS TEXT))")
    one = catalog.checksums()
    run(path, "UPDATE t SET a = CAST(x'ff00ff' AS TEXT)")
    assert catalog.checksums() != one


def test_excluded_tables_have_no_checksum(catalog: SQLiteCatalog, path: Path) -> None:
    run(path, "CREATE TABLE t (a INT); CREATE TABLE alembic_version (version_num TEXT)")
    assert set(catalog.checksums(["alembic_version"])) == {"t"}
    assert set(catalog.checksums()) == {"t", "alembic_version"}


def test_the_version_table_is_read_and_stamped(catalog: SQLiteCatalog, path: Path) -> None:
    assert catalog.version_rows("alembic_version", None) == ()
    run(path, "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    assert catalog.version_rows("alembic_version", None) == ()
    sums = catalog.checksums()
    catalog.stamp("alembic_version", None, ["b", "a"])
    assert catalog.version_rows("alembic_version", None) == ("a", "b")
    assert catalog.checksums() != sums
    catalog.stamp("alembic_version", None, ["c"])
    assert catalog.version_rows("alembic_version", None) == ("c",)
    with pytest.raises(sqlite3.IntegrityError):
        catalog.stamp("alembic_version", None, ["d", "d"])
    assert catalog.version_rows("alembic_version", None) == ("c",)


def test_a_script_runs_as_in_the_shell(catalog: SQLiteCatalog, path: Path, tmp_path: Path) -> None:
    source = tmp_path / "source.db"
    run(source, BASE + "INSERT INTO t (name, amount) VALUES ('a;''b', 1), ('c', 2);")
    session = sqlite3.connect(source)
    catalog.script("\n".join(session.iterdump()))
    session.close()
    other = SQLiteCatalog(database(source))
    assert catalog.snapshot() == other.snapshot()
    assert catalog.checksums() == other.checksums()
    other.close()


def test_a_script_that_fails_says_where(catalog: SQLiteCatalog) -> None:
    with pytest.raises(ConfigError, match=r"no such table: nope after: CREATE TABLE fine"):
        catalog.script("CREATE TABLE fine (a INT);\nINSERT INTO nope VALUES (1);")
    with pytest.raises(ConfigError) as caught:
        catalog.script(".read other.sql\n")
    assert "commands with a dot" in caught.value.remedy


def test_each_state_comes_back_exactly(path: Path) -> None:
    with connect(database(path)) as (catalog, keeper):
        states = []
        for position, sql in enumerate(["", BASE, "INSERT INTO parent (code) VALUES ('a'), ('b')", "DROP TABLE t"]):
            run(path, sql)
            states.append((catalog.snapshot(), catalog.checksums()))
            keeper.keep(position, *states[-1])
        for position in (2, 0, 3, 1):
            run(path, "CREATE TABLE IF NOT EXISTS wreck (a INT); DROP VIEW IF EXISTS v")
            assert keeper.restore(position) == position
            assert (catalog.snapshot(), catalog.checksums()) == states[position]


def test_a_sequence_comes_back_and_an_open_session_sees_it(path: Path) -> None:
    with connect(database(path)) as (catalog, keeper):
        run(path, "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t DEFAULT VALUES")
        keeper.keep(0, catalog.snapshot(), catalog.checksums())
        session = sqlite3.connect(path, isolation_level=None)
        session.executescript("INSERT INTO t DEFAULT VALUES; DELETE FROM t; CREATE TABLE other (a INT)")
        keeper.restore(0)
        session.execute("INSERT INTO t DEFAULT VALUES")
        assert session.execute("SELECT id FROM t").fetchall() == [(1,), (2,)]
        assert session.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        session.close()


def test_a_file_in_wal_mode_is_kept_and_stays_in_it(path: Path) -> None:
    with connect(database(path)) as (catalog, keeper):
        session = sqlite3.connect(path, isolation_level=None)
        session.executescript("PRAGMA journal_mode = wal; CREATE TABLE t (a INT); INSERT INTO t VALUES (1)")
        state = catalog.snapshot(), catalog.checksums()
        keeper.keep(0, *state)
        session.executescript("DELETE FROM t; CREATE TABLE other (a INT)")
        keeper.restore(0)
        assert (catalog.snapshot(), catalog.checksums()) == state
        assert session.execute("PRAGMA journal_mode").fetchall() == [("wal",)]
        session.close()


def test_recording_again_forgets_the_later_positions(path: Path) -> None:
    with connect(database(path)) as (catalog, keeper):
        for position in range(3):
            run(path, f"CREATE TABLE t{position} (a INT)")
            keeper.keep(position, catalog.snapshot(), catalog.checksums())
        keeper.restore(1)
        run(path, "CREATE TABLE again (a INT)")
        keeper.keep(1, catalog.snapshot(), catalog.checksums())
        assert keeper.restore(9) == 1
        assert catalog.snapshot().tables() == {"t0", "t1", "again"}


def test_nothing_kept_is_an_error(path: Path) -> None:
    with connect(database(path)) as (_catalog, keeper), pytest.raises(ServerError):
        keeper.restore(3)


def test_equal_texts_have_equal_hashes_in_whatever_type_and_null_has_none(catalog: SQLiteCatalog, path: Path) -> None:
    run(path, "CREATE TABLE t (i INT, v TEXT, b BLOB, n, g INT AS (i + 1) STORED)")
    run(path, "INSERT INTO t (i, v, b) VALUES (7, '7', x'37'), (8, '7', x'ff')")
    found = {name: list(hashes) for name, hashes in catalog.values(["t"])["t"].columns.items()}
    seven, eight = found["i"]
    assert (found["n"], found["v"], found["b"][0]) == ([0, 0], [seven, seven], seven)
    assert len({seven, eight, found["b"][1]}) == 3
    assert set(found) == {"i", "v", "b", "n"}
