"""The inverse on SQLite: whatever changed, the statements bring the catalogue and its rows' columns back."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from migkit import ddl
from migkit.catalog.sqlite import SQLiteCatalog
from migkit.diff import compare
from migkit.engines import SQLITE
from migkit.inverse import inverse
from migkit.model import Snapshot
from tests.sqlite_files import BASE, database
from tests.test_catalog_sqlite import CHANGES


def snapshot(path: Path) -> Snapshot:
    catalog = SQLiteCatalog(database(path))
    try:
        return catalog.snapshot()
    finally:
        catalog.close()


def made(path: Path, sql: str) -> Snapshot:
    path.unlink(missing_ok=True)
    session = sqlite3.connect(path, isolation_level=None)
    session.executescript(sql)
    session.close()
    return snapshot(path)


def brought_back(path: Path, wanted: Snapshot, present: Snapshot) -> Snapshot:
    session = sqlite3.connect(path, isolation_level=None)
    for statement in ddl.statements(inverse(wanted, present, SQLITE), SQLITE):
        session.execute(statement)
    session.close()
    return snapshot(path)


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_is_taken_back(tmp_path: Path, name: str) -> None:
    wanted = made(tmp_path / "wanted.db", BASE)
    present = made(tmp_path / "present.db", BASE.replace(*CHANGES[name]))
    assert compare(wanted, present), "the change changes nothing"
    assert compare(wanted, brought_back(tmp_path / "present.db", wanted, present)) == ()
    # and the other way round
    present = made(tmp_path / "present.db", BASE)
    wanted = made(tmp_path / "wanted.db", BASE.replace(*CHANGES[name]))
    assert compare(wanted, brought_back(tmp_path / "present.db", wanted, present)) == ()


@pytest.mark.parametrize("name", ["column name", "type", "check", "no default", "unique name"])
def test_rows_stay_where_a_table_is_altered_or_made_anew(tmp_path: Path, name: str) -> None:
    path, row = tmp_path / "present.db", "INSERT INTO t (id, name, amount) VALUES (7, 'seven', 7);"
    wanted = made(tmp_path / "wanted.db", BASE)
    rows = "INSERT INTO parent VALUES (1, 'one'); DROP TRIGGER tr;" + row
    present = made(path, BASE.replace(*CHANGES[name]) + rows)
    brought_back(path, wanted, present)
    session = sqlite3.connect(path)
    assert session.execute("SELECT id, name, amount, twice FROM t").fetchall() == [(7, "seven", 7, 14)]
    assert session.execute("SELECT id, code FROM parent").fetchall() == [(1, "one")]
    session.close()
