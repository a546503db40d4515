"""SQLite's client: a script told apart into statements as SQLite's own shell does."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from migkit import engines
from migkit.model import Database, Server
from migkit.servers import clients

TRIGGER = "CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET a = 1; UPDATE t SET b = ';'; END;"


def run(path: Path, script: str) -> tuple[clients.Refusal | None, list[tuple[object, ...]]]:
    server = Server(engines.parse("sqlite"), "file", "SQLite", "3")
    refusal = clients.run(Database(server, "x", path=path), script)
    with closing(sqlite3.connect(path)) as connection:
        return refusal, connection.execute("SELECT name FROM sqlite_master ORDER BY name").fetchall()


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE t (a, b);;\n\nCREATE TABLE u (a);\n",
        "CREATE TABLE t (a, b); CREATE TABLE u (a);",
        "CREATE TABLE t (a, b); -- and; then\nCREATE TABLE u (a)\n;",
        ";;\n; CREATE TABLE t (a, b DEFAULT ';')\n;\n-- the end;\nCREATE TABLE u (a)",
    ],
)
def test_statements_are_told_apart(tmp_path: Path, script: str) -> None:
    assert run(tmp_path / "x.db", script) == (None, [("t",), ("u",)])


def test_a_trigger_is_one_statement(tmp_path: Path) -> None:
    assert run(tmp_path / "x.db", f"CREATE TABLE t (a, b);\n{TRIGGER};\n") == (None, [("g",), ("t",)])


def test_a_refusal_is_at_the_line_on_which_its_statement_begins(tmp_path: Path) -> None:
    refusal, made = run(tmp_path / "x.db", "-- one\nCREATE TABLE t (a);;\n\n-- two\nCREATE\nTABLE t (a);\n")
    assert refusal is not None
    assert (refusal.line, made) == (5, [("t",)])
