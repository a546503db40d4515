"""`mig.upgrade` and `mig.downgrade` on real servers: what a throwaway database stands in for is a developer's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from migkit.develop import develop
from migkit.errors import HistoryError, StepFailed, TargetError
from migkit.model import Database, Direction, Journal, Project, Report, Schema, Target
from migkit.servers import databases
from tests.conftest import ENV, MakeSchema
from tests.server.conftest import Serve

pytestmark = [
    pytest.mark.server,
    pytest.mark.parametrize("server", ["mysql:9.7", "mariadb:10.11", "postgresql:15"], indirect=True),
]
TABLE = """
    def upgrade():
        op.create_table("{name}", sa.Column("id", sa.Integer, primary_key=True))

    def downgrade():
        op.drop_table("{name}")
"""
CHAIN = {name: TABLE.format(name=name) for name in ("a1", "b2")}
BROKEN = """
    def upgrade():
        op.create_table("c3", sa.Column("id", sa.Integer, primary_key=True))
        op.drop_table("nowhere")

    def downgrade():
        pass
"""


@pytest.fixture
def schema(make_schema: MakeSchema, database: Database) -> Schema:
    url = databases.url(database).replace("%", "%%")
    return make_schema(CHAIN, url=url, engine=database.server.engine.name)


def move(schema: Schema, direction: Direction, to: str = "") -> Report:
    root = schema.directory.parent
    return develop(Project(root, root / "migkit.toml", {schema.name: schema}), schema, direction, to)


def test_up_and_down(schema: Schema, database: Database) -> None:
    up = move(schema, "upgrade")
    place = f"{database.server.host}:{database.server.port}/{database.name}"
    assert (up.facts["database"], up.facts["before"], up.facts["current"]) == (place, [], ["b2"])
    assert move(schema, "downgrade").facts["current"] == ["a1"]
    assert move(schema, "downgrade", "base").facts["current"] == []
    with pytest.raises(HistoryError):
        move(schema, "downgrade")


def test_its_address_declared_as_a_target_s_is_refused(schema: Schema, database: Database) -> None:
    target = Target("production", Journal(Path("journal")), hosts=(f"localhost:{database.server.port}",))
    with pytest.raises(TargetError, match="the target production of schema app"):
        move(replace(schema, targets={"production": target}), "upgrade")


def test_another_database_of_the_server_cannot_be_opened(
    make_schema: MakeSchema, database: Database, serve: Serve
) -> None:
    with databases.throwaway(serve(database.server.wanted)) as other:
        env = ENV.replace(
            "config.get_section(config.config_ini_section)", repr({"sqlalchemy.url": databases.url(other)})
        )
        schema = make_schema(CHAIN, env=env, url=databases.url(database), engine=database.server.engine.name)
        with pytest.raises(TargetError, match=f"refused: a connection to .*{other.name}"):
            move(schema, "upgrade")


def test_a_server_that_does_not_answer_is_said_without_a_password(schema: Schema, database: Database) -> None:
    url = databases.url(database).replace(f":{database.server.port}/", ":9/")
    with pytest.raises(TargetError, match=r"the development database at .*:9/") as caught:
        move(replace(schema, development=url), "upgrade")
    assert (caught.value.exit_code, database.password in str(caught.value)) == (6, False)


def test_a_login_that_is_refused_names_it_without_its_password(schema: Schema, database: Database) -> None:
    url = databases.url(database).replace(database.password, "wrong-one")
    with pytest.raises(TargetError) as caught:
        move(replace(schema, development=url), "upgrade")
    assert caught.value.remedy == "mend the login in `development` of the schema"
    assert database.user in caught.value.message
    assert "wrong-one" not in str(caught.value) + caught.value.remedy


def test_a_revision_that_fails_leaves_what_the_server_keeps(make_schema: MakeSchema, database: Database) -> None:
    schema = make_schema({**CHAIN, "c3": BROKEN}, url=databases.url(database), engine=database.server.engine.name)
    with pytest.raises(StepFailed, match="upgrade of c3 failed") as caught:
        move(schema, "upgrade")
    assert (caught.value.revision, caught.value.statement.strip()) == ("c3", "DROP TABLE nowhere")
    stands = [] if database.server.engine.transactional_ddl else ["b2"]  # one transaction, or none at all
    assert caught.value.current == tuple(stands)
    assert caught.value.message.endswith(f" stands at {'b2' if stands else 'an empty history'}")
    assert ("undo or finish by hand what c3 did" in caught.value.remedy) == bool(stands)
    assert move(schema, "upgrade", "b2").facts["before"] == stands
