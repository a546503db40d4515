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
