"""Guarded operations on PostgreSQL in whole revisions: several on one object, crashes, rows, drivers, versions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from migkit.catalog import MARKS, connect
from migkit.errors import ConfigError
from migkit.ops import NotGuarded, ShapeDiffers
from migkit.servers import databases
from tests.server.conftest import Serve, administrated
from tests.server.test_ops_postgresql import CASES, Side

pytestmark = pytest.mark.server
ASYNC = """
import asyncio
from alembic import context
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

def run(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()

async def main():
    engine = create_async_engine(context.config.get_main_option("url"), poolclass=sa.pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()

asyncio.run(main())
"""


@pytest.fixture(params=["postgresql:17"])
def side(request: pytest.FixtureRequest, serve: Serve, tmp_path: Path) -> Iterator[Side]:
    with databases.throwaway(serve(request.param)) as made, connect(administrated(made)) as (catalog, _keeper):
        yield Side(administrated(made), catalog, tmp_path / "history")


def again(side: Side) -> None:
    side.history.stamp("base")
    side.history.up()


@pytest.mark.parametrize("side", ["postgresql:15"], indirect=True)
def test_all_of_them_in_one_revision_on_an_older_version(side: Side) -> None:
    before = side.sees()
    chosen = [case for name, case in CASES.items() if not name.startswith(("rename", "generated", "drop"))]
    side.history.add("a1", "\n".join(c.up for c in chosen), "\n".join(c.down for c in reversed(chosen)))
    side.history.up()
    made = side.sees()
    again(side)
    assert side.sees() == made
    side.history.down("base")
    assert side.sees() == before
    side.run(f"DROP TABLE {MARKS}", "DROP TABLE alembic_version")
    for _ in range(2):
        side.psql(side.history.script())
        assert side.sees() == made
        side.run("DROP TABLE alembic_version")
    side.psql(side.history.script())
    side.psql(side.history.script("a1:base", down=True))
    assert side.sees() == before
    side.run("DROP TABLE alembic_version", *(sql for case in chosen for sql in case.same))
    there = side.sees()
    side.psql(side.history.script())
    assert side.sees() == there
    side.psql(side.history.script("a1:base", down=True))
    assert side.sees() == there


def test_what_the_same_revision_does_to_an_object_later_is_left_alone_by_a_second_run(side: Side) -> None:
    before = side.sees()
    side.history.add(
        "a1",
        """
        op.create_table_if_missing("t", "CREATE TABLE t (id bigint, b text)")
        op.add_column_if_missing("t", "c", "integer")
        op.execute("UPDATE t SET c = 5")
        op.alter_column_to("t", "c", "integer NOT NULL")
        op.alter_column_to("t", "b", "varchar(9)")
        op.create_unique_constraint_if_missing("uq", "t", ["c"])
        op.create_table_if_missing("kin", "CREATE TABLE kin (id bigint, a integer, CONSTRAINT ck CHECK (a > 1))")
        op.rename_column_if_exists("kin", "a", "d")
        op.add_column_if_missing("calls", "fresh", "text")
        op.drop_column_if_exists("calls", "status")
        op.rename_column_if_exists("calls", "fresh", "status")
        """,
        """
        op.rename_column_if_exists("calls", "status", "fresh")
        op.add_column_if_missing("calls", "status", "varchar(16) DEFAULT 'new'")
        op.drop_column_if_exists("calls", "fresh")
        op.rename_column_if_exists("kin", "d", "a")
        op.drop_table_if_exists("kin")
        op.drop_table_if_exists("t")
        """,
    )
    side.history.up()
    made = side.sees()
    again(side)
    assert side.sees() == made
    again(side)
    assert side.sees() == made
    side.history.down("base")
    assert sorted(side.sees().objects) == sorted(before.objects)
    side.history.up()
    assert sorted(side.sees().objects) == sorted(made.objects)
    side.history.down("base")
    side.run(f"DROP TABLE {MARKS}", "DROP TABLE alembic_version")
    for _ in range(2):
        side.psql(side.history.script())
        assert sorted(side.sees().objects) == sorted(made.objects)
        side.run("DROP TABLE alembic_version")


def test_an_index_that_was_left_invalid_is_named_and_mended(side: Side) -> None:
    side.run("INSERT INTO calls (id, status) VALUES (1, 'a'), (2, 'a')")
    with pytest.raises(sa.exc.IntegrityError), side.history.engine().connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(
            sa.text("CREATE UNIQUE INDEX CONCURRENTLY ux ON calls (status)")
        )
    side.run("DELETE FROM calls")
    call = 'op.create_index_if_missing("ux", "calls", ["status"], unique=True, concurrently=True{})'
    side.history.add("a1", call.format(""), 'op.drop_index_if_exists("ux", "calls", concurrently=True)')
    with pytest.raises(ShapeDiffers, match="INVALID"):
        side.history.up()
    with pytest.raises(AssertionError, match="INVALID"):
        side.psql(side.history.script())
    side.history.write("a1", None, call.format(", replace=True"))
    side.history.up()
    assert side.sees().objects["index", "ux"].definition.endswith("(status)")


@pytest.mark.parametrize("offline", [False, True])
def test_an_index_whose_own_build_failed_is_built_by_the_next_attempt(side: Side, offline: bool) -> None:
    side.run("INSERT INTO calls (id, status) VALUES (1, 'a'), (2, 'a')")
    side.history.add(
        "a1",
        'op.create_index_if_missing("ux", "calls", ["status"], unique=True, concurrently=True)',
        'op.drop_index_if_exists("ux", "calls", concurrently=True)',
    )
    before = side.sees()
    with pytest.raises((sa.exc.IntegrityError, AssertionError)):
        side.psql(side.history.script()) if offline else side.history.up()
    assert "INVALID" in side.sees().objects["index", "ux"].definition
    side.run("DELETE FROM calls", "DROP TABLE IF EXISTS alembic_version")
    side.psql(side.history.script()) if offline else side.history.up()
    assert side.sees().objects["index", "ux"].definition.endswith("(status)")
    side.psql(side.history.script("a1:base", down=True)) if offline else side.history.down("base")
    assert side.sees() == before


def test_a_crash_between_two_steps_of_an_autocommit_block_changes_nothing_in_the_end(side: Side) -> None:
    body = """
    op.add_column_if_missing("calls", "n", "integer")
    op.add_enum_value_if_missing("mood", "new")
    op.create_index_if_missing("ix", "calls", ["n"], concurrently=True)
    {}
    op.alter_column_to("calls", "n", "bigint NOT NULL DEFAULT 5")
    """
    down = """
    op.drop_index_if_exists("ix", "calls", concurrently=True)
    op.drop_enum_value_if_exists("mood", "new")
    op.drop_column_if_exists("calls", "n")
    """
    before = side.sees()
    side.history.add("a1", body.format("raise ZeroDivisionError"), down)
    with pytest.raises(ZeroDivisionError):
        side.history.up()
    assert side.sees() != before
    side.history.write("a1", None, body.format(""), down)
    side.history.up()
    side.history.down("base")
    assert side.sees() == before


def test_a_downgrade_that_died_and_runs_again_still_knows_what_was_found(side: Side) -> None:
    side.run("CREATE INDEX ix ON calls (status)")
    before = side.sees()
    down = """
    op.drop_index_if_exists("ix", "calls")
    with op.get_context().autocommit_block():
        pass
    {}
    op.drop_column_if_exists("calls", "n")
    """
    up = 'op.create_index_if_missing("ix", "calls", ["status"])\nop.add_column_if_missing("calls", "n", "integer")'
    side.history.add("a1", up, down.format("raise ZeroDivisionError"))
    side.history.up()
    with pytest.raises(ZeroDivisionError):
        side.history.down("base")
    side.history.write("a1", None, up, down.format(""))
    side.history.down("base")
    assert side.sees() == before


def test_rows_are_inserted_by_key_and_only_these_are_deleted(side: Side) -> None:
    rows = """[{'id': 1, 'region': "it's :a 5% \\\\ é"}, {'id': 2, 'region': None},
        {'id': 3, 'region': sa.text("upper('x')")}]"""
    side.history.add(
        "a1", f"op.insert_if_missing('agents', {rows}, key='id')", f"op.delete_inserted('agents', {rows}, key='id')"
    )
    side.run("INSERT INTO agents VALUES (2, 'theirs')")
    told = "SELECT id, region FROM agents ORDER BY id"
    wanted = [(1, "it's :a 5% \\ é"), (2, "theirs"), (3, "X")]
    for _ in range(2):
        side.history.up()
        assert side.history.rows(told) == wanted
        side.history.stamp("base")
    side.history.up()
    side.history.down("base")
    assert side.history.rows(told) == [(2, "theirs")]
    side.run(f"DROP TABLE {MARKS}", "DROP TABLE alembic_version")
    for _ in range(2):
        side.psql(side.history.script())
        assert side.history.rows(told) == wanted
        side.run("DROP TABLE alembic_version")
    side.psql(side.history.script().replace("BEGIN;", "BEGIN; SET standard_conforming_strings = off;", 1))
    side.psql(side.history.script("a1:base", down=True))
    assert side.history.rows(told) == [(2, "theirs")]


def test_a_table_of_another_shape_is_made_anew_while_it_is_empty(side: Side) -> None:
    side.run("CREATE TABLE t (a integer)", "INSERT INTO t VALUES (1)")
    side.history.add("a1", 'op.create_table_if_missing("t", "CREATE TABLE t (a bigint)", replace=True)')
    with pytest.raises(NotGuarded, match="with rows"):
        side.history.up()
    with pytest.raises(AssertionError, match="with rows"):
        side.psql(side.history.script())
    side.run("DELETE FROM t")
    side.history.up()
    assert side.sees().objects["column", "t.a"].definition == "bigint"


@pytest.mark.parametrize("offline", [False, True])
def test_a_table_that_is_made_anew_has_its_comments(side: Side, offline: bool) -> None:
    side.run("CREATE TABLE t (a integer)")
    call = 'op.create_table_if_missing("t", sa.Column("a", sa.BigInteger, comment="one"), comment="two", replace=True)'
    side.history.add("a1", call)
    side.psql(side.history.script()) if offline else side.history.up()
    told = "SELECT obj_description('t'::regclass), col_description('t'::regclass, 1)"
    assert side.history.rows(told.replace(":", r"\:")) == [("two", "one")]


@pytest.mark.parametrize("offline", [False, True])
@pytest.mark.parametrize("apart", ["", ", concurrently=True"])
def test_an_index_that_came_with_a_constraint_that_was_found_stays_with_it(
    side: Side, apart: str, offline: bool
) -> None:
    side.run("ALTER TABLE calls ADD CONSTRAINT uq UNIQUE (id, status)")
    before = side.sees()
    up = 'op.create_unique_constraint_if_missing("uq", "calls", ["id", "status"])'
    side.history.add("a1", up, f'op.drop_index_if_exists("uq", "calls"{apart})')
    side.history.up()
    side.psql(side.history.script("a1:base", down=True)) if offline else side.history.down("base")
    assert side.sees() == before


def test_an_enum_keeps_its_columns_when_a_value_goes(side: Side) -> None:
    side.run(
        "ALTER TABLE calls ADD m mood DEFAULT 'sad', ADD ms mood[] DEFAULT '{happy}'",
        "INSERT INTO calls (id) VALUES (1)",
    )
    side.history.add(
        "a1",
        "op.add_enum_value_if_missing('mood', 'new', after='sad')",
        "op.drop_enum_value_if_exists('mood', 'new')",
    )
    before = side.sees()
    side.history.up()
    side.history.down("base")
    assert side.sees() == before
    assert side.history.rows("SELECT m::text, ms::text FROM calls".replace("::", r"\:\:")) == [("sad", "{happy}")]
    side.run("DROP TABLE alembic_version", f"DROP TABLE {MARKS}")
    side.psql(side.history.script())
    side.psql(side.history.script("a1:base", down=True))
    assert side.sees() == before


def test_another_schema_is_named_and_an_unqualified_name_follows_the_search_path(side: Side) -> None:
    side.run('CREATE SCHEMA "Other"', 'CREATE TABLE "Other".calls (id bigint PRIMARY KEY)')
    before = side.sees()
    side.history.add(
        "a1",
        """
        op.add_column_if_missing("calls", "of", "bigint", schema="Other")
        op.create_foreign_key_if_missing("fk", "calls", "calls", ["of"], ["id"],
            source_schema="Other", referent_schema="Other")
        op.create_foreign_key_if_missing("away", "calls", "agents", ["of"], ["id"], source_schema="Other")
        op.create_index_if_missing("ix", "calls", ["of"], schema="Other")
        op.create_enum_if_missing("e", ["a"], schema="Other")
        op.create_table_if_missing("d", sa.Column("id", sa.Integer()), schema="Other")
        """,
        """
        op.drop_table_if_exists("d", schema="Other")
        op.drop_enum_if_exists("e", schema="Other")
        op.drop_index_if_exists("ix", "calls", schema="Other")
        op.drop_constraint_if_exists("away", "calls", schema="Other")
        op.drop_constraint_if_exists("fk", "calls", schema="Other")
        op.drop_column_if_exists("calls", "of", schema="Other")
        """,
    )
    side.history.up()
    made = side.sees()
    again(side)
    assert side.sees() == made
    side.history.down("base")
    assert side.sees() == before
    side.run("DROP TABLE alembic_version", f"DROP TABLE {MARKS}")
    side.psql(side.history.script())
    side.run("DROP TABLE alembic_version")
    side.psql(side.history.script())
    assert side.sees() == made


@pytest.mark.parametrize("offline", [False, True])
def test_a_type_that_is_the_same_is_not_set_where_a_view_uses_the_column(side: Side, offline: bool) -> None:
    side.run("CREATE VIEW seen AS SELECT status, tm FROM calls", "ALTER TABLE calls ALTER tm SET NOT NULL")
    side.history.add(
        "a1",
        """
        op.alter_column_to("calls", "status", "VARCHAR(16) NOT NULL DEFAULT 'old'")
        op.alter_column_to("calls", "tm", "TIMESTAMP WITH TIME ZONE")
        """,
    )
    side.catalog.script(side.history.script()) if offline else side.history.up()
    definitions = [side.sees().objects["column", f"calls.{name}"].definition for name in ("status", "tm")]
    assert definitions == [
        "character varying(16) NOT NULL DEFAULT 'old'::character varying",
        "timestamp with time zone",
    ]


@pytest.mark.parametrize("offline", [False, True])
def test_what_the_server_wrote_anew_is_no_other_shape(side: Side, offline: bool) -> None:
    side.run(
        "ALTER TABLE calls ADD CONSTRAINT ck CHECK (status IN ('a:b', '%'))",
        "CREATE INDEX ix ON calls (tm) WHERE status IN ('a:b', '%')",
        "ALTER TABLE calls ALTER status TYPE varchar(40)",
    )
    ops = [
        """op.create_check_constraint_if_missing("ck", "calls", "status IN ('a:b', '%')")""",
        """op.create_index_if_missing("ix", "calls", ["tm"], where="status IN ('a:b', '%')")""",
    ]
    before = side.sees()
    side.history.add("a1", "\n".join(ops))
    side.catalog.script(side.history.script()) if offline else side.history.up()
    assert side.sees() == before
    for one in ops:
        side.history.write("a1", None, one.replace("'a:b'", "'a:c'"))
        side.run("DROP TABLE IF EXISTS alembic_version")
        with pytest.raises((ShapeDiffers, ConfigError), match="a:c"):
            side.catalog.script(side.history.script()) if offline else side.history.up()


def test_not_valid_is_the_same_constraint_before_and_after_it_was_validated(side: Side) -> None:
    up = """
    op.create_constraint_if_missing("ck", "calls", "CHECK (id > 0) NOT VALID")
    op.execute("ALTER TABLE calls VALIDATE CONSTRAINT ck")
    """
    side.history.add("a1", up)
    side.history.up()
    again(side)
    side.history.write("a1", None, 'op.create_constraint_if_missing("ck", "calls", "CHECK (id > 0)")')
    side.run("ALTER TABLE calls DROP CONSTRAINT ck", "ALTER TABLE calls ADD CONSTRAINT ck CHECK (id > 0) NOT VALID")
    side.history.stamp("base")
    with pytest.raises(ShapeDiffers, match="NOT VALID"):
        side.history.up()
    side.run("DROP TABLE alembic_version")
    with pytest.raises(ConfigError, match="NOT VALID"):
        side.catalog.script(side.history.script())


@pytest.mark.parametrize("driver", ["asyncpg", "psycopg2"])
def test_other_drivers_send_the_same(side: Side, driver: str) -> None:
    before = side.sees()
    side.history.url = databases.url(side.database, f"postgresql+{driver}")
    if driver == "asyncpg":
        (side.history.folder / "env.py").write_text(ASYNC, encoding="utf-8")
    chosen = [
        CASES[name] for name in ("quoted", "partial unique index", "foreign key", "enum value", "concurrent index")
    ]
    side.history.add("a1", "\n".join(c.up for c in chosen), "\n".join(c.down for c in reversed(chosen)))
    for _ in range(2):
        side.history.up()
        made = side.sees()
        side.history.down("base")
        assert side.sees() == before
    assert made != before
