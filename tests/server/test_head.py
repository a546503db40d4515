"""A throwaway database at the head, on real servers: transactions, privileges, and the way back."""

from __future__ import annotations

import pytest

from migkit.head import Refused, standing
from migkit.model import Project, Schema
from tests.conftest import MakeSchema
from tests.server.conftest import Serve
from tests.server.test_roundtrip import address

pytestmark = pytest.mark.server

MYSQL, MARIADB, POSTGRESQL = "mysql:9.7", "mariadb:10.11", "postgresql:15"
FIRST = """
def upgrade():
    op.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20))")
    op.execute("INSERT INTO t VALUES (1, 'one')")

def downgrade():
    op.execute("DROP TABLE t")
"""
NEEDS_MORE = """
def upgrade():
    op.execute("CREATE TABLE before_it (id INTEGER)")
    op.execute({0!r})

def downgrade():
    pass
"""


def project(schema: Schema) -> Project:
    return Project(schema.directory, schema.directory / "migkit.toml", {schema.name: schema})


@pytest.mark.parametrize("engine", [MYSQL, MARIADB, POSTGRESQL])
def test_what_runs_shows_and_goes_back(make_schema: MakeSchema, serve: Serve, engine: str) -> None:
    schema = make_schema({"a1": FIRST}, engine=engine, url=f"{serve(engine).engine.dialect}://")
    with standing(project(schema), schema, server=address(serve(engine))) as head:
        after = head.run(["ALTER TABLE t ADD more VARCHAR(9) DEFAULT '100% :no'", "DELETE FROM t", "DROP TABLE t"])
        assert after.tables() == set()
        assert head.back().objects == head.snapshot.objects
        assert head.read().rows == head.rows
        with pytest.raises(Refused, match="nowhere") as caught:
            head.run(["CREATE TABLE u (id INTEGER)", "ALTER TABLE nowhere ADD a INTEGER"])
        assert caught.value.statement == "ALTER TABLE nowhere ADD a INTEGER"
        assert ("u" in head.read().snapshot.tables()) is not head.engine.transactional_ddl
        assert head.back().objects == head.snapshot.objects


@pytest.mark.parametrize(
    ("engine", "statement"),
    [
        (MYSQL, "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.id = 1"),
        (POSTGRESQL, "CREATE EXTENSION postgres_fdw"),
    ],
)
def test_a_privilege_that_the_login_lacks_is_lent(
    make_schema: MakeSchema, serve: Serve, engine: str, statement: str
) -> None:
    bodies = {"a1": FIRST, "b2": NEEDS_MORE.format(statement)}
    schema = make_schema(bodies, engine=engine, url=f"{serve(engine).engine.dialect}://")
    with standing(project(schema), schema, server=address(serve(engine))) as head:
        assert head.snapshot.tables() == {"t", "before_it"}
        kinds = {kind for kind, _name in head.snapshot.objects}
        assert kinds & {"trigger", "extension"}
        assert head.back().objects == head.snapshot.objects
    with standing(project(schema), schema, before="b2", server=address(serve(engine))) as head:
        assert {kind for kind, _name in head.step("b2", "upgrade").objects} & {"trigger", "extension"}
        head.back()
        after = head.run(["CREATE TABLE before_it (id INTEGER)", statement])
        assert {kind for kind, _name in after.objects} & {"trigger", "extension"}


def test_what_postgresql_runs_in_no_transaction_is_committed_alone(make_schema: MakeSchema, serve: Serve) -> None:
    schema = make_schema({"a1": FIRST}, engine=POSTGRESQL, url="postgresql://")
    with standing(project(schema), schema, server=address(serve(POSTGRESQL))) as head:
        after = head.run(
            [
                "CREATE TYPE mood AS ENUM ('sad')",
                "ALTER TYPE mood ADD VALUE 'fine'",
                "ALTER TABLE t ADD feels mood DEFAULT 'fine'",
                "CREATE INDEX CONCURRENTLY by_name ON t (name)",
            ]
        )
        assert after.objects["enum", "mood"].definition == "ENUM ('sad', 'fine')"
        assert ("index", "by_name") in after.objects
