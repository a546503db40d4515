"""A throwaway database at the head: where it stands, what runs on it, and what keeps it from getting there."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit import head
from migkit.develop import develop
from migkit.engines import MARIADB, MYSQL
from migkit.errors import HistoryError, StepFailed, TargetError
from migkit.footing import Unreachable
from migkit.head import Head, Refused, development, standing
from migkit.model import Database, Project, Schema, Server
from tests.conftest import MakeSchema, write_revision

FIRST = """
def upgrade():
    op.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)")
    op.execute("INSERT INTO t VALUES (1, 'one')")

def downgrade():
    op.execute("DROP TABLE t")
"""
SECOND = """
def upgrade():
    op.execute("CREATE TABLE u (id INTEGER PRIMARY KEY)")

def downgrade():
    op.execute("DROP TABLE u")
"""
FAILS = """
def upgrade():
    op.execute("CREATE TABLE u (id INTEGER PRIMARY KEY)")
    op.execute("DROP TABLE nowhere")

def downgrade():
    pass
"""


def project(schema: Schema) -> Project:
    return Project(schema.directory, schema.directory / "migkit.toml", {schema.name: schema})


def tables(head: Head) -> set[str]:
    return set(head.read().snapshot.tables())


def test_it_stands_at_the_head(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": FIRST, "b2": SECOND})
    with standing(project(schema), schema) as head:
        assert head.snapshot.tables() == {"t", "u"}
        assert head.rows["t"].startswith("1:")
        assert (head.stood.heads, head.engine.family) == (("b2",), "sqlite")
        assert [one.id for one in head.stood.revisions] == ["a1", "b2"]


def test_it_stands_before_a_revision_without_what_other_branches_hold(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": FIRST, "b2": SECOND})
    versions = schema.directory / "migrations" / "versions"
    write_revision(versions, "c3", "a1", SECOND.replace(" u ", " v ").replace("TABLE u", "TABLE v"))
    write_revision(versions, "d4", "c3", SECOND.replace("TABLE u", "TABLE w"))
    with standing(project(schema), schema, before="d4") as head:
        assert head.snapshot.tables() == {"t", "v"}
        assert head.step("d4", "upgrade").tables() == {"t", "v", "w"}


def test_before_the_first_revision_nothing_stands(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": FIRST})
    with standing(project(schema), schema, before="a1") as head:
        assert head.snapshot.tables() == set()
        assert head.step("a1", "upgrade").tables() == {"t"}
        assert head.step("a1", "downgrade").tables() == set()


def test_what_runs_on_it_shows_in_the_catalogue_and_can_be_taken_back(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": FIRST, "b2": SECOND})
    with standing(project(schema), schema) as head:
        after = head.run(["ALTER TABLE t ADD COLUMN more TEXT DEFAULT '100%'", "DROP TABLE u"])
        assert after.objects["column", "t.more"].definition == "TEXT DEFAULT '100%'"
        assert after.tables() == {"t"}
        head.run(["CREATE TABLE u (id INTEGER)", "DELETE FROM t"])
        assert head.step("b2", "downgrade").tables() == {"t"}
        assert head.back().objects == head.snapshot.objects
        assert head.read() == (head.snapshot, head.rows, ("b2",))


def test_a_step_may_be_tried_before_it_is_written(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": FIRST, "b2": SECOND})
    path = next(Path(schema.directory).rglob("b2*.py"))
    text = path.read_text(encoding="utf-8")
    with standing(project(schema), schema) as head:
        with pytest.raises(StepFailed, match="no such table: nowhere"):
            head.step("b2", "downgrade", text.replace("DROP TABLE u", "DROP TABLE nowhere"))
        assert tables(head) == {"t", "u"}
        assert head.step("b2", "downgrade", text.replace("DROP TABLE u", "DROP TABLE t")).tables() == {"u"}
    assert path.read_text(encoding="utf-8") == text


def test_what_the_server_refuses_is_told_in_its_own_words(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": FIRST})
    with standing(project(schema), schema) as head, pytest.raises(Refused, match="duplicate column name") as caught:
        head.run(["ALTER TABLE t ADD COLUMN name TEXT"])
    assert caught.value.statement == "ALTER TABLE t ADD COLUMN name TEXT"


def test_an_upgrade_that_fails_on_the_way_is_named(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": FIRST, "b2": FAILS, "c3": SECOND})
    failing = pytest.raises(Unreachable, match="the head cannot be reached: upgrade of b2 failed")
    with failing as caught, standing(project(schema), schema):
        pass
    assert caught.value.statement == "DROP TABLE nowhere"
    assert "--revision b2" in caught.value.remedy
    assert (caught.value.path or Path()).name.startswith("b2")
    with standing(project(schema), schema, before="b2") as head:
        assert head.snapshot.tables() == {"t"}


def test_a_revision_that_is_not_there_is_told_before_a_server_is_started(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": FIRST}, engine="mysql:9.7")
    missing = pytest.raises(HistoryError, match="zz is not in the history")
    with missing, standing(project(schema), schema, before="zz", server="docker"):
        pass


# --- the development database --------------------------------------------------------------------------


def developed(make_schema: MakeSchema, bodies: dict[str, str], upto: str) -> Schema:
    """Write a history and a development database that stands at one of its revisions."""
    schema = make_schema(bodies, url="sqlite:///dev.db")
    if upto:
        develop(project(schema), schema, "upgrade", upto)
    return schema


def test_the_development_database_is_read_where_it_stands_at_the_head(make_schema: MakeSchema) -> None:
    schema = developed(make_schema, {"a1": FIRST, "b2": SECOND}, "head")
    server, snapshot = development(project(schema), schema)
    assert snapshot.tables() == {"t", "u"}
    assert (server.kind, server.engine.family, server.password) == ("development", "sqlite", "")
    assert server.origin.endswith("dev.db")


def test_a_development_database_that_stands_elsewhere_says_where(make_schema: MakeSchema) -> None:
    schema = developed(make_schema, {"a1": FIRST, "b2": SECOND}, "a1")
    with pytest.raises(TargetError, match="stands at a1, not at the head b2") as caught:
        development(project(schema), schema)
    assert caught.value.remedy.startswith("inv mig.upgrade --schema app")


def test_a_development_database_that_is_not_there_is_not_made(make_schema: MakeSchema) -> None:
    schema = developed(make_schema, {"a1": FIRST}, "")
    with pytest.raises(TargetError, match="there is no development database"):
        development(project(schema), schema)
    assert not (schema.directory / "dev.db").exists()


def test_a_head_that_a_substitute_refuses_is_not_blamed_on_the_revision() -> None:
    said = "mysql:9.7 was wanted, MariaDB 10.11.19 is used (mariadb-server-core)"
    server = Server(MARIADB, "packaged", "MariaDB", "10.11.19", wanted="mysql:9.7", substituted=said)
    failure = StepFailed("upgrade of a1 failed: 1064", revision="a1", direction="upgrade")
    with pytest.raises(Unreachable) as caught, head._told(Database(server, "x"), MYSQL):
        raise Unreachable(failure, "")
    assert caught.value.message.endswith(f"({said})")
    assert caught.value.remedy == "start Docker: there the kit takes mysql:9.7 itself"
