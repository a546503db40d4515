"""Guarded operations on SQLite, and what all products have of them: marks, second runs, crashes, autogenerate."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from migkit import ops
from migkit.catalog import MARKS
from migkit.catalog.sqlite import SQLiteCatalog
from migkit.engines import SQLITE
from migkit.model import Database, Server, Snapshot
from migkit.ops import NotGuarded, ShapeDiffers
from tests.guarded import History

BASE = (
    "CREATE TABLE agents (id INTEGER PRIMARY KEY, region TEXT)",
    "CREATE TABLE calls (id INTEGER PRIMARY KEY, status VARCHAR(16) DEFAULT 'new', agent_id INTEGER, tm TEXT)",
    "CREATE INDEX by_status ON calls (status)",
    "CREATE TRIGGER told AFTER INSERT ON calls BEGIN UPDATE agents SET region = 'x:y'; END",
)
UP, DOWN, SAME, OTHER = range(4)
CASES = {
    "column": (
        """op.add_column_if_missing("calls", "note", "VARCHAR(32) NOT NULL DEFAULT 'a:b 100%'")""",
        """op.drop_column_if_exists("calls", "note")""",
        "ALTER TABLE calls ADD note varchar(32) DEFAULT 'a:b 100%' NOT NULL",
        "ALTER TABLE calls ADD note VARCHAR(16)",
    ),
    "sqlalchemy's column": (
        """op.add_column_if_missing("calls", sa.Column("n", sa.Integer(), server_default="5"))""",
        """op.drop_column_if_exists("calls", "n")""",
        "ALTER TABLE calls ADD n INTEGER DEFAULT '5'",
        "ALTER TABLE calls ADD n INTEGER",
    ),
    "index": (
        """op.create_index_if_missing("ix", "calls", ["tm"], unique=True, where="status <> 'x:y%'")""",
        """op.drop_index_if_exists("ix", "calls")""",
        "CREATE UNIQUE INDEX ix ON calls (tm) WHERE status <> 'x:y%'",
        "CREATE UNIQUE INDEX ix ON calls (tm)",
    ),
    "constraint": (
        """op.create_unique_constraint_if_missing("uq", "calls", ["status", "tm"])""",
        """op.drop_constraint_if_exists("uq", "calls", type_="unique")""",
        None,
        None,
    ),
    "foreign key": (
        """op.create_foreign_key_if_missing("fk", "calls", "agents", ["agent_id"], ["id"], ondelete="CASCADE")""",
        """op.drop_constraint_if_exists("fk", "calls", type_="foreignkey")""",
        None,
        None,
    ),
    "table": (
        """op.create_table_if_missing("t", "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT CHECK (a <> ':x%'))")""",
        """op.drop_table_if_exists("t")""",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, CHECK (a <> ':x%'))",
        "CREATE TABLE t (id INTEGER PRIMARY KEY)",
    ),
    "sqlalchemy's table": (
        """op.create_table_if_missing("r", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.TEXT))""",
        """op.drop_table_if_exists("r")""",
        "CREATE TABLE r (id INTEGER NOT NULL PRIMARY KEY, n TEXT)",
        "CREATE TABLE r (id INTEGER NOT NULL PRIMARY KEY, n TEXT NOT NULL)",
    ),
    "rename of a column": (
        """op.rename_column_if_exists("calls", "tm", "at")""",
        """op.rename_column_if_exists("calls", "at", "tm")""",
        "ALTER TABLE calls RENAME tm TO at",
        None,
    ),
    "rename of a table": (
        """op.rename_table_if_exists("agents", "people")""",
        """op.rename_table_if_exists("people", "agents")""",
        None,
        None,
    ),
    "drop": (
        """op.drop_column_if_exists("calls", "tm")""",
        """op.add_column_if_missing("calls", "tm", "TEXT")""",
        "ALTER TABLE calls DROP tm",
        None,
    ),
    "alter": (
        """op.alter_column_to("calls", "status", "VARCHAR(40) NOT NULL DEFAULT 'old'")""",
        """op.alter_column_to("calls", "status", "VARCHAR(16) DEFAULT 'new'")""",
        None,
        None,
    ),
}


class Side:
    """A file with the base schema, and a history for it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "a.db"
        self.history = History(folder / "history", f"sqlite:///{self.path}")
        self.catalog = SQLiteCatalog(Database(Server(SQLITE, "file", "SQLite", ""), "a", path=self.path))
        self.script(";\n".join(BASE) + ";")

    def sees(self) -> Snapshot:
        return self.catalog.snapshot(("alembic_version",))

    def script(self, sql: str) -> None:
        """Apply SQL as the sqlite3 shell does."""
        session = sqlite3.connect(self.path)
        try:
            session.executescript(sql)
        finally:
            session.close()

    def again(self) -> None:
        self.history.stamp("base")
        self.history.up()


@pytest.fixture
def side(tmp_path: Path) -> Side:
    return Side(tmp_path)


@pytest.mark.parametrize("name", CASES)
def test_what_is_not_there_is_made_once_and_undone(name: str, side: Side) -> None:
    case, before = CASES[name], side.sees()
    side.history.add("a1", case[UP] or "", case[DOWN] or "")
    for _ in range(2):
        side.history.up()
        made = side.sees()
        assert made != before
        side.again()
        assert side.sees() == made
        side.history.down("base")
        assert side.sees() == before


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case[SAME]])
def test_what_was_there_stays_when_it_is_undone(name: str, side: Side) -> None:
    case = CASES[name]
    side.script(case[SAME] or "")
    before = side.sees()
    side.history.add("a1", case[UP] or "", case[DOWN] or "")
    side.history.up()
    assert side.sees() == before
    side.history.down("base")
    assert side.sees() == before


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case[OTHER]])
def test_another_shape_is_said_or_mended(name: str, side: Side) -> None:
    case = CASES[name]
    side.history.add("a1", case[UP] or "", case[DOWN] or "")
    side.history.up()
    made = side.sees()
    side.history.down("base")
    side.script(case[OTHER] or "")
    before = side.sees()
    with pytest.raises(ShapeDiffers, match=r"is there as \[.+\], wanted is \[.+\]; look"):
        side.history.up()
    assert side.sees() == before
    side.history.write("a1", None, f"{(case[UP] or '')[:-1]}, replace=True)")
    side.history.up()
    assert side.sees() == made


def test_a_mark_says_what_was_found_and_what_was_made_and_an_undone_one_is_written_anew(side: Side) -> None:
    side.script("CREATE INDEX ix ON calls (tm)")
    side.history.add(
        "a1",
        'op.create_index_if_missing("ix", "calls", ["tm"])\nop.add_column_if_missing("calls", "n", "TEXT")\n'
        'op.drop_index_if_exists("gone", "calls")\nop.drop_index_if_exists("by_status", "calls")',
        'op.create_index_if_missing("by_status", "calls", ["status"])\n'
        'op.drop_column_if_exists("calls", "n")\nop.drop_index_if_exists("ix", "calls")',
    )
    side.history.up()
    wanted = [
        ("create", "index calls.ix", "found"),
        ("create", "column calls.n", "made"),
        ("drop", "index calls.gone", "absent"),
        ("drop", "index calls.by_status", "dropped"),
    ]
    assert side.history.marks() == wanted
    side.again()
    assert side.history.marks() == wanted
    side.history.down("base")
    assert side.history.marks() == []
    side.script("DROP INDEX ix")
    side.history.up()
    assert side.history.marks() == [("create", "index calls.ix", "made"), *wanted[1:]]


def test_what_the_same_revision_does_to_an_object_later_is_left_alone_by_a_second_run(side: Side) -> None:
    before = side.sees()
    side.history.add(
        "a1",
        """
        op.create_table_if_missing("t", "CREATE TABLE t (id INTEGER PRIMARY KEY)")
        op.add_column_if_missing("t", "c", "INTEGER")
        op.execute("UPDATE t SET c = 5")
        op.alter_column_to("t", "c", "INTEGER NOT NULL")
        op.add_column_if_missing("calls", "fresh", "TEXT")
        op.drop_column_if_exists("calls", "tm")
        op.rename_column_if_exists("calls", "fresh", "tm")
        """,
        """
        op.rename_column_if_exists("calls", "tm", "fresh")
        op.add_column_if_missing("calls", "tm", "TEXT")
        op.drop_column_if_exists("calls", "fresh")
        op.drop_table_if_exists("t")
        """,
    )
    for _ in range(2):
        side.history.up()
        made = side.sees()
        side.again()
        side.again()
        assert side.sees() == made
        side.history.down("base")
        assert side.sees() == before


def test_an_upgrade_that_died_is_run_again_and_undone_as_if_it_had_not(side: Side) -> None:
    before = side.sees()
    up = 'op.add_column_if_missing("calls", "n", "TEXT")\n{}\nop.create_index_if_missing("ix", "calls", ["n"])'
    down = 'op.drop_index_if_exists("ix", "calls")\nop.drop_column_if_exists("calls", "n")'
    side.history.add("a1", up.format("op.get_bind().connection.commit()\nraise ZeroDivisionError"), down)
    with pytest.raises(ZeroDivisionError):
        side.history.up()
    assert side.sees() != before
    side.history.write("a1", None, up.format(""), down)
    side.history.up()
    side.history.down("base")
    assert side.sees() == before


def test_a_stale_definition_that_an_earlier_text_left_is_found_by_the_retry(side: Side) -> None:
    up = 'op.add_column_if_missing("calls", "n", "{}")\n{}'
    side.history.add("a1", up.format("TEXT", "op.get_bind().connection.commit()\nraise ZeroDivisionError"))
    with pytest.raises(ZeroDivisionError):
        side.history.up()
    side.history.write("a1", None, up.format("INTEGER", ""))
    with pytest.raises(ShapeDiffers, match=r"is there as \[column n TEXT\], wanted is \[column n INTEGER\]"):
        side.history.up()


def test_what_was_made_anew_is_dropped_again_and_what_was_altered_in_place_stays(side: Side) -> None:
    side.script("CREATE INDEX ix ON calls (id); ALTER TABLE calls ADD n TEXT;")
    side.history.add(
        "a1",
        'op.create_index_if_missing("ix", "calls", ["tm"], replace=True)\n'
        'op.add_column_if_missing("calls", "n", "INTEGER", replace=True)',
        'op.drop_column_if_exists("calls", "n")\nop.drop_index_if_exists("ix", "calls")\n'
        'op.create_index_if_missing("ix", "calls", ["id"])',
    )
    side.history.up()
    assert side.history.marks() == [("create", "index calls.ix", "made"), ("create", "column calls.n", "found")]
    side.history.down("base")
    assert side.sees().objects["index", "ix"].definition.endswith("(id)")
    assert side.sees().objects["column", "calls.n"].definition == "INTEGER"


def test_an_alter_that_found_its_shape_is_not_undone(side: Side) -> None:
    side.history.add("a1", CASES["alter"][DOWN] or "", CASES["alter"][UP] or "")
    before = side.sees()
    side.history.up()
    side.history.down("base")
    assert side.sees() == before


def test_rows_are_inserted_by_key_and_only_these_are_deleted(side: Side) -> None:
    rows = """[{'id': 1, 'region': "it's :a 5% \\\\\\\\ \\t"}, {'id': 2, 'region': None}, {'id': 3, 'region': b'x'}]"""
    side.history.add(
        "a1", f"op.insert_if_missing('agents', {rows}, key='id')", f"op.delete_inserted('agents', {rows}, key='id')"
    )
    side.script("INSERT INTO agents VALUES (2, 'theirs')")
    told, wanted = "SELECT id, region FROM agents ORDER BY id", [(1, "it's :a 5% \\\\ \t"), (2, "theirs"), (3, b"x")]
    side.history.up()
    assert side.history.rows(told) == wanted
    side.again()
    side.history.down("base")
    assert side.history.rows(told) == [(2, "theirs")]
    side.script(f"DROP TABLE {MARKS}; DROP TABLE alembic_version;")
    for _ in range(2):
        side.script(side.history.script())
        assert side.history.rows(told) == wanted
        side.script("DROP TABLE alembic_version;")
    side.script(side.history.script().replace("INSERT INTO agents", "INSERT OR IGNORE INTO agents"))
    side.script(side.history.script("a1:base", down=True))
    assert side.history.rows(told) == [(2, "theirs")]


@pytest.mark.parametrize("name", ["index", "table", "sqlalchemy's table"])
def test_a_script_has_if_not_exists_and_keeps_the_marks(name: str, side: Side) -> None:
    case = CASES[name]
    side.history.add("a1", case[UP] or "", case[DOWN] or "")
    side.history.up()
    made, marks = side.sees(), side.history.marks()
    side.history.down("base")
    side.script(f"DROP TABLE {MARKS}; DROP TABLE alembic_version;")
    for _ in range(2):
        side.script(side.history.script())
        assert (side.sees(), side.history.marks()) == (made, marks)
        side.script("DROP TABLE alembic_version;")
    with pytest.raises(NotGuarded, match="cannot ask first"):
        side.history.script("a1:base", down=True)


def test_a_script_says_that_a_table_has_other_columns(side: Side) -> None:
    side.script("CREATE TABLE t (id INTEGER PRIMARY KEY)")
    side.history.add("a1", CASES["table"][UP] or "")
    with pytest.raises(sqlite3.IntegrityError, match="ShapeDiffers: table t is there with other columns"):
        side.script(side.history.script())


@pytest.mark.parametrize("name", ["column", "constraint", "rename of a column", "alter"])
def test_what_no_script_of_sqlite_can_guard_is_refused(name: str, side: Side) -> None:
    side.history.add("a1", CASES[name][UP] or "")
    with pytest.raises(NotGuarded, match="cannot be guarded in a script"):
        side.history.script()


@pytest.mark.parametrize("call", ['create_enum_if_missing("e", ["a"])', 'create_extension_if_missing("x")'])
def test_what_sqlite_does_not_have_is_refused(call: str, side: Side) -> None:
    side.history.add("a1", f"op.{call}")
    with pytest.raises(NotGuarded, match="no such thing"):
        side.history.up()


def test_a_table_is_not_made_anew_where_rows_that_refer_to_it_would_go_with_it(side: Side) -> None:
    env = (side.history.folder / "env.py").read_text(encoding="utf-8")
    on = "with engine.connect() as connection:\n        connection.exec_driver_sql('PRAGMA foreign_keys = ON')"
    (side.history.folder / "env.py").write_text(env.replace("with engine.connect() as connection:", on))
    side.history.add("a1", CASES["constraint"][UP] or "")
    with pytest.raises(NotGuarded, match="foreign_keys"):
        side.history.up()


def test_the_functions_do_what_the_operations_do(side: Side) -> None:
    side.history.add("a1", 'ops.add_column_if_missing("calls", "n", "TEXT")', 'ops.drop_column_if_exists("calls", "n")')
    side.history.up()
    assert side.history.marks() == [("create", "column calls.n", "made")]
    side.history.down("base")
    assert ("column", "calls.n") not in side.sees().objects


def test_a_column_with_a_key_and_a_column_without_a_type_are_refused(side: Side) -> None:
    side.history.add("a1", 'op.add_column_if_missing("calls", sa.Column("a", sa.ForeignKey("agents.id")))')
    with pytest.raises(ValueError, match="create_foreign_key_if_missing"):
        side.history.up()
    side.history.write("a1", None, 'op.add_column_if_missing("calls", "a")')
    with pytest.raises(ValueError, match="no definition"):
        side.history.up()


def test_autogenerate_does_not_see_the_marks(side: Side) -> None:
    side.history.add("a1", CASES["index"][UP] or "")
    side.history.up()
    assert ops.GuardedOperation
    with side.history.engine().connect() as connection:
        metadata = sa.MetaData()
        metadata.reflect(connection)
        metadata.remove(metadata.tables[MARKS])
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_no_snapshot_and_no_checksum_tells_of_the_marks(side: Side) -> None:
    side.history.add("a1", CASES["index"][UP] or "")
    side.history.up()
    assert not [name for _kind, name in side.sees().objects if MARKS in name]
    assert MARKS not in side.catalog.checksums()
