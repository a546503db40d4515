"""Guarded operations on PostgreSQL: made, found, found with another shape, twice, undone; the same from a script."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from migkit.catalog import MARKS, Catalog, connect
from migkit.errors import ConfigError
from migkit.model import Database, Snapshot
from migkit.ops import ShapeDiffers
from migkit.servers import databases
from tests.guarded import Case, History
from tests.server.conftest import Serve, administrated

pytestmark = pytest.mark.server
BASE = (
    "CREATE TABLE agents (id bigint PRIMARY KEY, region text)",
    'CREATE TABLE "Weird %s :x" ("order" integer, "a""b" text)',
    "CREATE TABLE calls (id bigint PRIMARY KEY, status varchar(16) DEFAULT 'new', agent_id bigint, tm timestamptz)",
    "CREATE TYPE mood AS ENUM ('sad', 'happy')",
)


CASES = {
    "column": Case(
        """op.add_column_if_missing("calls", "note", "varchar(32) DEFAULT 'a:b 100%' NOT NULL")""",
        """op.drop_column_if_exists("calls", "note")""",
        ("ALTER TABLE calls ADD note varchar(32) NOT NULL DEFAULT 'a:b 100%'",),
        ("ALTER TABLE calls ADD note varchar(16)",),
        """op.add_column_if_missing("calls", "note", "varchar(32) DEFAULT 'a:b 100%' NOT NULL", replace=True)""",
    ),
    "sqlalchemy's column": Case(
        """op.add_column_if_missing("calls", sa.Column("n", sa.Integer(), server_default="5", comment="it's :n 5%"))""",
        """op.drop_column_if_exists("calls", "n")""",
        ("ALTER TABLE calls ADD n integer DEFAULT 5", "COMMENT ON COLUMN calls.n IS 'it''s :n 5%'"),
        ("ALTER TABLE calls ADD n integer DEFAULT 6",),
    ),
    "serial": Case(
        """op.add_column_if_missing("calls", "number", "bigserial")""",
        """op.drop_column_if_exists("calls", "number")""",
        ("ALTER TABLE calls ADD number bigserial",),
        ("ALTER TABLE calls ADD number bigint",),
    ),
    "generated": Case(
        """op.add_column_if_missing("calls", "big", "text GENERATED ALWAYS AS (upper(status)) STORED")""",
        """op.drop_column_if_exists("calls", "big")""",
        ("ALTER TABLE calls ADD big text GENERATED ALWAYS AS (upper(status)) STORED",),
        ("ALTER TABLE calls ADD big text GENERATED ALWAYS AS (lower(status)) STORED",),
    ),
    "column with a key": Case(
        """op.add_column_if_missing("calls", "boss", "bigint REFERENCES agents (id) ON DELETE CASCADE")""",
        """op.drop_column_if_exists("calls", "boss")""",
        ("ALTER TABLE calls ADD boss bigint REFERENCES agents ON DELETE CASCADE",),
        ("ALTER TABLE calls ADD boss bigint REFERENCES agents",),
    ),
    "quoted": Case(
        """op.add_column_if_missing("Weird %s :x", 'c"\\'$migkit$', "text DEFAULT E'\\\\\\\\ $migkit$ :a %(b)s'")""",
        """op.drop_column_if_exists("Weird %s :x", 'c"\\'$migkit$')""",
        ('ALTER TABLE "Weird %s :x" ADD "c""\'$migkit$" text DEFAULT E\'\\\\ $migkit$ :a %(b)s\'',),
        ('ALTER TABLE "Weird %s :x" ADD "c""\'$migkit$" text',),
    ),
    "index": Case(
        """op.create_index_if_missing("ix", "calls", ["status", sa.text("lower(status) DESC")])""",
        """op.drop_index_if_exists("ix", "calls")""",
        ("CREATE INDEX ix ON calls (status, lower(status) DESC)",),
        ("CREATE INDEX ix ON calls (status)",),
        """op.create_index_if_missing("ix", "calls", ["status", sa.text("lower(status) DESC")], replace=True)""",
    ),
    "partial unique index": Case(
        """op.create_index_if_missing("ux", "calls", ["status"], unique=True, where="status <> 'x:y%'")""",
        """op.drop_index_if_exists("ux", "calls")""",
        ("CREATE UNIQUE INDEX ux ON calls (status) WHERE status <> 'x:y%'",),
        ("CREATE UNIQUE INDEX ux ON calls (status)",),
    ),
    "index by definition": Case(
        """op.create_index_if_missing("iy", "calls", definition='CREATE INDEX iy ON public.calls USING btree (tm)')""",
        """op.drop_index_if_exists("iy", "calls")""",
        ("CREATE INDEX iy ON calls (tm)",),
        ("CREATE INDEX iy ON calls (id)",),
    ),
    "index by SQLAlchemy's options": Case(
        """op.create_index_if_missing("ii", "calls", ["tm"], postgresql_include=["status"])""",
        """op.drop_index_if_exists("ii", "calls")""",
        ("CREATE INDEX ii ON calls (tm) INCLUDE (status)",),
        ("CREATE INDEX ii ON calls (tm)",),
    ),
    "concurrent index": Case(
        """op.create_index_if_missing("ic", "calls", ["tm"], concurrently=True)""",
        """op.drop_index_if_exists("ic", "calls", concurrently=True)""",
        ("CREATE INDEX ic ON calls (tm)",),
        ("CREATE INDEX ic ON calls (tm DESC)",),
        """op.create_index_if_missing("ic", "calls", ["tm"], concurrently=True, replace=True)""",
    ),
    "unique": Case(
        """op.create_unique_constraint_if_missing("uq", "calls", ["status", "tm"])""",
        """op.drop_constraint_if_exists("uq", "calls", type_="unique")""",
        ("ALTER TABLE calls ADD CONSTRAINT uq UNIQUE (status, tm)",),
        ("ALTER TABLE calls ADD CONSTRAINT uq UNIQUE (tm, status)",),
        """op.create_unique_constraint_if_missing("uq", "calls", ["status", "tm"], replace=True)""",
    ),
    "check": Case(
        """op.create_check_constraint_if_missing("ck", "calls", "status IN ('a:b', '%')")""",
        """op.drop_constraint_if_exists("ck", "calls")""",
        ("ALTER TABLE calls ADD CONSTRAINT ck CHECK (status IN ('a:b', '%'))",),
        ("ALTER TABLE calls ADD CONSTRAINT ck CHECK (status IN ('a:b'))",),
    ),
    "foreign key": Case(
        """op.create_foreign_key_if_missing("fk", "calls", "agents", ["agent_id"], ["id"], ondelete="CASCADE")""",
        """op.drop_constraint_if_exists("fk", "calls", type_="foreignkey")""",
        ("ALTER TABLE calls ADD CONSTRAINT fk FOREIGN KEY (agent_id) REFERENCES agents ON DELETE CASCADE",),
        ("ALTER TABLE calls ADD CONSTRAINT fk FOREIGN KEY (agent_id) REFERENCES agents",),
        """op.create_foreign_key_if_missing(
            "fk", "calls", "agents", ["agent_id"], ["id"], ondelete="CASCADE", replace=True)""",
    ),
    "foreign key to its own table": Case(
        """op.create_foreign_key_if_missing("self", "calls", "calls", ["agent_id"], ["id"])""",
        """op.drop_constraint_if_exists("self", "calls", type_="foreignkey")""",
        ("ALTER TABLE calls ADD CONSTRAINT self FOREIGN KEY (agent_id) REFERENCES calls",),
        ("ALTER TABLE calls ADD CONSTRAINT self FOREIGN KEY (agent_id) REFERENCES agents",),
    ),
    "table": Case(
        '''op.create_table_if_missing("teams", """CREATE TABLE teams (
            id bigserial PRIMARY KEY, name text NOT NULL UNIQUE CHECK (name <> ':x%'),
            parent bigint REFERENCES teams, agent bigint CONSTRAINT by_agent REFERENCES public.agents (id))""")''',
        """op.drop_table_if_exists("teams")""",
        (
            """CREATE TABLE teams (id bigserial PRIMARY KEY, name text UNIQUE NOT NULL CHECK (name <> ':x%'),
            parent bigint REFERENCES teams, agent bigint CONSTRAINT by_agent REFERENCES agents)""",
        ),
        ("CREATE TABLE teams (id bigserial PRIMARY KEY, name text NOT NULL)",),
        '''op.create_table_if_missing("teams", """CREATE TABLE teams (
            id bigserial PRIMARY KEY, name text NOT NULL UNIQUE CHECK (name <> ':x%'),
            parent bigint REFERENCES teams, agent bigint CONSTRAINT by_agent REFERENCES public.agents (id))""",
            replace=True)''',
    ),
    "sqlalchemy's table": Case(
        """op.create_table_if_missing("rooms", sa.Column("id", sa.BigInteger(), primary_key=True),
            sa.Column("name", sa.String(20), comment="a: 5%", index=True), sa.Column("of", sa.BigInteger()),
            sa.ForeignKeyConstraint(["of"], ["agents.id"]), comment="rooms")""",
        """op.drop_table_if_exists("rooms")""",
        (
            "CREATE TABLE rooms (id bigserial PRIMARY KEY, name varchar(20), of bigint REFERENCES agents)",
            "CREATE INDEX ix_rooms_name ON rooms (name)",
        ),
        ("CREATE TABLE rooms (id bigint PRIMARY KEY, name varchar(20), of bigint REFERENCES agents)",),
    ),
    "enum": Case(
        """op.create_enum_if_missing("state", ["on", "off", "it's"])""",
        """op.drop_enum_if_exists("state")""",
        ("CREATE TYPE state AS ENUM ('on', 'off', 'it''s')",),
        ("CREATE TYPE state AS ENUM ('off', 'on')",),
        """op.create_enum_if_missing("state", ["on", "off", "it's"], replace=True)""",
    ),
    "enum value": Case(
        """op.add_enum_value_if_missing("mood", "so, so", before="happy")""",
        """op.drop_enum_value_if_exists("mood", "so, so")""",
        ("ALTER TYPE mood ADD VALUE 'so, so' AFTER 'sad'",),
        ("ALTER TYPE mood ADD VALUE 'so, so'",),
    ),
    "extension": Case(
        """op.create_extension_if_missing("pg_trgm")""",
        """op.drop_extension_if_exists("pg_trgm")""",
        ("CREATE EXTENSION pg_trgm",),
    ),
    "rename of a column": Case(
        """op.rename_column_if_exists("calls", "status", "phase")""",
        """op.rename_column_if_exists("calls", "phase", "status")""",
        ("ALTER TABLE calls RENAME status TO phase",),
    ),
    "rename of a table": Case(
        """op.rename_table_if_exists("calls", "talks")""",
        """op.rename_table_if_exists("talks", "calls")""",
        ("ALTER TABLE calls RENAME TO talks",),
    ),
    "drop": Case(
        """op.drop_column_if_exists("calls", "tm")""",
        """op.add_column_if_missing("calls", "tm", "timestamptz")""",
        ("ALTER TABLE calls DROP tm",),
    ),
    "alter": Case(
        """op.alter_column_to("calls", "status", "varchar(40) NOT NULL DEFAULT 'old'")""",
        """op.alter_column_to("calls", "status", "varchar(16) DEFAULT 'new'")""",
        (
            "ALTER TABLE calls ALTER status TYPE varchar(40)",
            "ALTER TABLE calls ALTER status SET NOT NULL, ALTER status SET DEFAULT 'old'",
        ),
    ),
}
DIFFERENT = [name for name, case in CASES.items() if case.other]
REPLACED = [name for name, case in CASES.items() if case.replaced]


class Side:
    """A database with the base schema and nothing else, and a history of one revision for it."""

    def __init__(self, database: Database, catalog: Catalog, folder: Path) -> None:
        self.database = database
        self.catalog = catalog
        self.history = History(folder, databases.url(database))
        self.run("DROP SCHEMA public CASCADE", "CREATE SCHEMA public", 'DROP SCHEMA IF EXISTS "Other" CASCADE', *BASE)

    def sees(self) -> Snapshot:
        """Read the catalogue, Alembic's own table aside."""
        return self.catalog.snapshot(("alembic_version",))

    def run(self, *statements: str) -> None:
        """Do what somebody else did."""
        self.history.run(*(sql.replace(":", r"\:") for sql in statements))

    def psql(self, script: str) -> str:
        """Apply a script as a person would; give what psql says."""
        server = self.database.server
        told = ("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", self.database.name)
        done = subprocess.run(
            ("docker", "exec", "-i", server.handle, *told),
            input=script, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        if done.returncode:
            raise AssertionError(done.stderr)
        return done.stderr


@pytest.fixture(scope="module")
def standing(serve: Serve) -> Iterator[tuple[Database, Catalog]]:
    with databases.throwaway(serve("postgresql:17")) as made, connect(administrated(made)) as (catalog, _keeper):
        yield administrated(made), catalog


@pytest.fixture
def side(standing: tuple[Database, Catalog], tmp_path: Path) -> Side:
    return Side(*standing, tmp_path / "history")


@pytest.mark.parametrize("name", CASES)
def test_what_is_not_there_is_made_once_and_undone(name: str, side: Side) -> None:
    case, before = CASES[name], side.sees()
    side.history.add("a1", case.up, case.down)
    side.history.up()
    made = side.sees()
    assert made != before
    side.history.stamp("base")
    side.history.up()
    assert side.sees() == made
    side.history.down("base")
    assert side.sees() == before
    side.history.up()
    assert side.sees() == made


@pytest.mark.parametrize("name", CASES)
def test_what_was_there_stays_when_it_is_undone(name: str, side: Side) -> None:
    case = CASES[name]
    side.run(*case.same)
    before = side.sees()
    side.history.add("a1", case.up, case.down)
    side.history.up()
    assert side.sees() == before
    side.history.down("base")
    assert side.sees() == before
    side.history.down("base")
    assert side.sees() == before


@pytest.mark.parametrize("name", DIFFERENT)
def test_another_shape_is_said_with_both(name: str, side: Side) -> None:
    case = CASES[name]
    side.run(*case.other)
    before = side.sees()
    side.history.add("a1", case.up, case.down)
    with pytest.raises(ShapeDiffers, match=r"is there as \[.+\], wanted is \[.+\]; look"):
        side.history.up()
    assert side.sees() == before


@pytest.mark.parametrize("name", REPLACED)
def test_another_shape_is_mended_where_that_is_wanted(name: str, side: Side) -> None:
    case = CASES[name]
    side.history.add("a1", case.up, case.down)
    side.history.up()
    made = side.sees()
    side.history.down("base")
    side.run(*case.other)
    side.history.write("a1", None, case.replaced, case.down)
    side.history.up()
    assert side.sees() == made


@pytest.mark.parametrize("name", CASES)
def test_a_script_does_the_same_on_each_database_and_twice(name: str, side: Side) -> None:
    case, before = CASES[name], side.sees()
    side.history.add("a1", case.up, case.down)
    side.history.up()
    made = side.sees()
    side.history.down("base")
    side.run(f"DROP TABLE {MARKS}", "DROP TABLE alembic_version")
    up, down = side.history.script(), side.history.script("a1:base", down=True)
    side.catalog.script(up)
    assert side.sees() == made
    side.run("DROP TABLE alembic_version")
    side.catalog.script(up)
    assert side.sees() == made
    side.catalog.script(down)
    assert side.sees() == before
    side.run("DROP TABLE alembic_version", *case.same)
    there = side.sees()
    side.catalog.script(up)
    assert side.sees() == there
    side.catalog.script(down)
    assert side.sees() == there


@pytest.mark.parametrize("name", DIFFERENT)
def test_a_script_says_that_another_shape_is_there(name: str, side: Side) -> None:
    case = CASES[name]
    side.run(*case.other)
    side.history.add("a1", case.up, case.down)
    with pytest.raises(ConfigError, match=r"ShapeDiffers: .+ is there as \[.+\], wanted is \[.+\]; look"):
        side.catalog.script(side.history.script())


@pytest.mark.parametrize("name", REPLACED)
def test_a_script_mends_another_shape_where_that_is_wanted(name: str, side: Side) -> None:
    case = CASES[name]
    side.history.add("a1", case.up, case.down)
    side.history.up()
    made = side.sees()
    side.history.down("base")
    side.run(*case.other, f"DROP TABLE {MARKS}", "DROP TABLE alembic_version")
    side.history.write("a1", None, case.replaced, case.down)
    side.catalog.script(side.history.script())
    assert side.sees() == made
