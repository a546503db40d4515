"""Databases in SQLite files, for the tests that read them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from migkit.catalog.sqlite import SQLiteCatalog
from migkit.engines.sqlite import SQLITE
from migkit.model import Database, Server, Snapshot

Read = Callable[[str], Snapshot]

BASE = """
CREATE TABLE parent (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE);
CREATE TABLE t (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name VARCHAR(40) NOT NULL DEFAULT 'x' COLLATE NOCASE,
  amount NUMERIC(10,2) DEFAULT 0,
  parent_id INTEGER REFERENCES parent (id) ON DELETE CASCADE,
  twice INTEGER GENERATED ALWAYS AS (amount * 2) VIRTUAL,
  CONSTRAINT ck_amount CHECK (amount >= 0),
  CONSTRAINT uq_name UNIQUE (name, amount)
);
CREATE INDEX ix ON t (name, amount DESC) WHERE amount > 0;
CREATE VIEW v AS SELECT id, name FROM t;
CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET name = 'n' WHERE id = new.id; END;
"""


def database(path: Path) -> Database:
    return Database(Server(SQLITE, "file", "SQLite", sqlite3.sqlite_version), path.stem, path=path)


def run(path: Path, sql: str) -> None:
    session = sqlite3.connect(path)
    try:
        session.execute("PRAGMA synchronous = off")
        session.executescript(sql)
    finally:
        session.close()


def read(file: Path, sql: str) -> Snapshot:
    """Load `sql` into a new file, and read its catalogue."""
    run(file, sql)
    one = SQLiteCatalog(database(file))
    try:
        return one.snapshot()
    finally:
        one.close()
