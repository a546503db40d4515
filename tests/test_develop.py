"""`mig.upgrade` and `mig.downgrade`: Alembic's own, on the development database and no other."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from migkit.address import Address
from migkit.develop import develop
from migkit.development import Development, address, declared, development, environment
from migkit.errors import ConfigError, HistoryError, MigkitError, StepFailed, TargetError
from migkit.model import Event, Journal, Project, Report, Schema, Target
from migkit.render import json as render_json
from tests.conftest import MakeSchema, write_revision

TABLE = """
    def upgrade():
        op.create_table("{name}", sa.Column("id", sa.Integer))
        print("creating {name}")

    def downgrade():
        op.drop_table("{name}")
"""
CHAIN = {name: TABLE.format(name=name) for name in ("a1", "b2", "c3")}
ELSEWHERE = """
    import os
    from alembic import context
    from sqlalchemy import create_engine

    with create_engine(os.environ["DATABASE_URL"]).connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
"""


@pytest.fixture
def schema(make_schema: MakeSchema) -> Schema:
    return make_schema(CHAIN, url="sqlite:///dev.db")


def project(schema: Schema) -> Project:
    root = schema.directory.parent
    return Project(root, root / "migkit.toml", {schema.name: schema})


def upgrade(schema: Schema, to: str = "") -> Report:
    return develop(project(schema), schema, "upgrade", to)


def downgrade(schema: Schema, to: str = "") -> Report:
    return develop(project(schema), schema, "downgrade", to)


def tables(schema: Schema, name: str = "dev.db") -> set[str]:
    with sqlite3.connect(schema.directory / name) as connection:
        found = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    return found - {"alembic_version"}


def applied(report: Report) -> list[str]:
    return [one["revision"] for one in report.facts["applied"]]


def with_target(schema: Schema, **fields: object) -> Schema:
    target = Target("production", Journal(Path("journal")), **fields)  # type: ignore[arg-type]  # real fields
    return replace(schema, targets={"production": target})


def test_an_upgrade_goes_to_the_head_and_a_downgrade_one_back(schema: Schema) -> None:
    up = upgrade(schema)
    assert (up.facts["before"], applied(up), up.facts["current"]) == ([], ["a1", "b2", "c3"], ["c3"])
    assert up.facts["database"] == str(schema.directory / "dev.db")
    down = downgrade(schema)
    assert (down.facts["before"], applied(down), down.facts["current"]) == (["c3"], ["c3"], ["b2"])
    assert tables(schema) == {"a1", "b2"}


@pytest.mark.parametrize(("to", "stands"), [("-2", ["a1"]), ("a1", ["a1"]), ("base", [])])
def test_a_downgrade_goes_where_it_is_told(schema: Schema, to: str, stands: list[str]) -> None:
    upgrade(schema)
    assert downgrade(schema, to).facts["current"] == stands


def test_it_says_where_it_starts_before_anything_runs_and_then_what_is_printed(schema: Schema) -> None:
    heard: list[Event] = []
    develop(project(schema), schema, "upgrade", "+1", on_event=heard.append)
    said = [event.message for event in heard]
    assert said[0] == f"upgrade of app on {schema.directory / 'dev.db'}: from an empty history to +1"
    assert said[1:] == ["creating a1"]


def test_the_tasks_take_a_revision_that_begins_with_a_dash(schema: Schema) -> None:
    root = schema.directory.parent
    (root / "migkit.toml").write_text('[schemas.app]\ndirectory = "app"\nengine = "sqlite"\n')
    (root / "tasks.py").write_text('"""The tasks."""\nfrom migkit.tasks import namespace\n')
    up = invoke(root, "mig.upgrade", "--to", "+2")
    assert up.stdout.splitlines() == [
        f"app · upgrade to +2 · {schema.directory / 'dev.db'}",
        "from an empty history",
        "  ↑ a1  a1",
        "  ↑ b2  b2",
        "stands at b2",
    ]
    down = json.loads(invoke(root, "mig.downgrade", "--to", "-1", "--format", "json").stdout)
    assert (down["command"], down["to"], down["before"], down["current"]) == ("downgrade", "-1", ["b2"], ["a1"])
    assert down["applied"] == [{"revision": "b2", "title": "b2", "path": "app/migrations/versions/b2_b2.py"}]
    refused = invoke(root, "mig.upgrade", "--to", "zz", "--format", "json")
    assert (refused.returncode, json.loads(refused.stdout)["error"]["kind"]) == (4, "history")


def invoke(root: Path, *args: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "invoke", *args]
    return subprocess.run(command, cwd=root, env=env, text=True, capture_output=True, check=False)


def test_env_py_cannot_go_elsewhere(make_schema: MakeSchema) -> None:
    schema = make_schema(CHAIN, env=ELSEWHERE, url="sqlite:///dev.db")
    schema = replace(schema, env={"DATABASE_URL": f"sqlite:///{schema.directory}/other.db"})
    with pytest.raises(TargetError, match=r"refused: a connection to .*other\.db, while .* the development database"):
        upgrade(schema)
    assert not (schema.directory / "other.db").exists()


def test_the_variable_that_env_py_reads_leads_to_the_development_database(make_schema: MakeSchema) -> None:
    schema = replace(make_schema(CHAIN, env=ELSEWHERE, url="sqlite:///dev.db"), url_env="DATABASE_URL")
    schema = replace(schema, development=f"sqlite:///{schema.directory}/mine.db")
    assert upgrade(schema).facts["current"] == ["c3"]
    assert tables(schema, "mine.db") == {"a1", "b2", "c3"}
    assert not (schema.directory / "dev.db").exists()


def test_a_url_takes_the_place_of_the_ini_s(schema: Schema) -> None:
    schema = replace(schema, development=f"sqlite:///{schema.directory}/mine.db")
    upgrade(schema)
    assert tables(schema, "mine.db") == {"a1", "b2", "c3"}
    assert not (schema.directory / "dev.db").exists()


def test_a_variable_that_is_not_set_is_said(schema: Schema) -> None:
    with pytest.raises(ConfigError, match=r"\$NOT_SET_HERE, which is not set"):
        upgrade(replace(schema, development="env:NOT_SET_HERE"))


def test_an_ini_without_a_url_names_the_key_to_set(make_schema: MakeSchema) -> None:
    schema = replace(make_schema(CHAIN, url=""), url_env="DATABASE_URL")
    with pytest.raises(ConfigError) as caught:
        upgrade(schema)
    assert caught.value.remedy == 'set development = "env:DATABASE_URL" in the schema'


def test_more_heads_than_one_name_the_merge(schema: Schema) -> None:
    write_revision(schema.directory / "migrations/versions", "d4", "b2", TABLE.format(name="d4"))
    for go in (upgrade, downgrade):
        with pytest.raises(HistoryError, match=r"2 heads.*c3, d4") as caught:
            go(schema)
        assert "inv mig.merge --schema app" in caught.value.remedy
    assert upgrade(schema, "d4").facts["current"] == ["d4"]


@pytest.mark.parametrize("to", ["zz", "+9"])
def test_a_revision_that_is_not_there(schema: Schema, to: str) -> None:
    with pytest.raises(HistoryError, match="upgrade to"):
        upgrade(schema, to)


def test_a_revision_that_fails_is_named_with_its_line(make_schema: MakeSchema) -> None:
    schema = make_schema(
        {"a1": CHAIN["a1"], "b2": "def upgrade():\n    op.drop_table('nope')\n\ndef downgrade():\n    pass"},
        url="sqlite:///dev.db",
    )
    with pytest.raises(StepFailed, match="upgrade of b2 failed: OperationalError: no such table: nope") as caught:
        upgrade(schema)
    assert (caught.value.revision, caught.value.line) == ("b2", 10)
    assert caught.value.statement.strip() == "DROP TABLE nope"


def test_an_upgrade_that_fails_says_where_the_database_stands(make_schema: MakeSchema) -> None:
    wrong = TABLE.format(name="c3").replace("op.create_table(", "op.no_such_operation(")
    schema = make_schema(CHAIN | {"c3": wrong}, url="sqlite:///dev.db")
    with pytest.raises(StepFailed, match=r"dev\.db stands at b2") as caught:
        upgrade(schema)
    assert caught.value.current == ("b2",)
    assert json.loads(render_json.failure(caught.value, command="upgrade"))["error"]["current"] == ["b2"]
    with pytest.raises(StepFailed, match="stands at b2"):
        upgrade(schema, "+1")
    assert tables(schema) == {"a1", "b2"}


def test_a_target_s_file_is_refused(schema: Schema) -> None:
    url = f"sqlite:///{schema.directory}/dev.db"
    with pytest.raises(TargetError, match="is where the target production of schema app is"):
        upgrade(with_target(schema, url=url))
    assert not (schema.directory / "dev.db").exists()


def looked_up(schema: Schema, *others: Schema) -> Development:
    root = schema.directory.parent
    project = Project(root, root / "migkit.toml", {each.name: each for each in (schema, *others)})
    return development(schema, declared(project, schema))


def at(schema: Schema, url: str) -> Schema:
    return replace(schema, development=url)


MYSQL = "mysql+pymysql://me:secret@{place}/app"


@pytest.mark.parametrize(
    ("place", "target"),
    [
        ("db.internal:3307", {"hosts": ("db.internal:3307",)}),
        ("DB.internal:3307", {"hosts": ("db.internal:3307",)}),
        ("localhost:3307", {"hosts": ("127.0.0.1:3307",)}),
        ("127.0.0.1:3307", {"hosts": ("localhost:3307",)}),
        ("127.0.0.2:3307", {"hosts": ("[::1]:3307",)}),
        ("host.docker.internal:3307", {"hosts": ("127.0.0.1:3307",)}),
        ("127.0.0.1", {"url": "me:secret@tcp(localhost:3306)/other?tls=true"}),
        ("127.0.0.1:3307", {"url": "mysql://root:secret@localhost:3307/other"}),
        ("127.0.0.1:3307", {"url": "env:PRODUCTION_URL"}),
        ("127.0.0.1:3307", {"hosts": ("db.internal:3307",), "url": "env:PRODUCTION_URL"}),
        ("127.0.0.1:3307", {"url": "env:NOT_SET_HERE"}),
        ("127.0.0.1:3307", {"url": "keyring:production"}),
        ("127.0.0.1:3307", {}),
    ],
)
def test_the_address_of_a_declared_target_is_refused(
    make_schema: MakeSchema, monkeypatch: pytest.MonkeyPatch, place: str, target: dict[str, object]
) -> None:
    monkeypatch.setenv("PRODUCTION_URL", "mysql://root:secret@localhost:3307/other")
    schema = make_schema(CHAIN, url=MYSQL.format(place="localhost:3307"), engine="mysql:9.7")
    with pytest.raises(TargetError, match=r"refused: .*target production") as caught:
        looked_up(with_target(at(schema, MYSQL.format(place=place)), **target))
    assert caught.value.exit_code == 6
    assert "secret" not in str(caught.value) + caught.value.remedy


@pytest.mark.parametrize(
    ("place", "target"),
    [
        ("127.0.0.1:3306", {"hosts": ("127.0.0.1:3307",)}),
        ("db.example.invalid:3306", {"hosts": ("db2.example.invalid:3306",)}),
        ("127.0.0.1:3306", {"url": "env:NOT_SET_HERE", "hosts": ("db.example.invalid:3306",)}),
        ("127.0.0.1:3306", {"url": "ini", "hosts": ("db.example.invalid:3306",)}),
    ],
)
def test_another_address_is_none_of_a_target(make_schema: MakeSchema, place: str, target: dict[str, object]) -> None:
    schema = make_schema(CHAIN, url=MYSQL.format(place="localhost:3307"), engine="mysql:9.7")
    found = looked_up(with_target(at(schema, MYSQL.format(place=place)), **target))
    assert str(found.address) == f"{place}/app"
    assert "secret" not in repr(found)


def test_the_targets_of_other_schemas_are_refused_as_far_as_they_are_known(make_schema: MakeSchema) -> None:
    schema = make_schema(CHAIN, url="", engine="mysql:9.7", development=MYSQL.format(place="127.0.0.1:3307"))
    other = make_schema(CHAIN, url="", engine="mysql:9.7", name="other")
    for unknown in ({}, {"url": "env:NOT_SET_HERE"}, {"url": "keyring:other"}, {"hosts": ("db.example.invalid:3307",)}):
        looked_up(schema, with_target(other, **unknown))
    looked_up(schema, with_target(replace(other, directory=Path("/nowhere"))))
    (schema.directory.parent / "url.txt").write_text("me:secret@tcp(127.0.0.1:3307)/app")
    with pytest.raises(TargetError, match="target production of schema other"):
        looked_up(schema, with_target(other, url="file:url.txt"))
    with pytest.raises(TargetError, match="target production of schema other"):
        looked_up(schema, with_target(other, hosts=("localhost:3307",)))


def test_a_socket_is_a_server_of_this_machine(make_schema: MakeSchema) -> None:
    schema = at(make_schema(CHAIN, engine="mysql:9.7"), "mysql+pymysql://me@/app?unix_socket=/run/mysqld.sock")
    with pytest.raises(TargetError, match="refused"):
        looked_up(with_target(schema, hosts=("localhost:3306",)))
    looked_up(with_target(schema, hosts=("db.example.invalid:3306",)))


@pytest.mark.parametrize(
    "url",
    [
        "mysql+pymysql:///app?read_default_file=/etc/app.cnf",
        "mysql+pymysql://db/app?read_default_file=/etc/app.cnf",
        "mysql+pymysql:///app?read_default_group=app",
    ],
)
def test_an_option_file_that_may_lead_anywhere_is_no_development_database(make_schema: MakeSchema, url: str) -> None:
    with pytest.raises(ConfigError, match="option file"):
        development(at(make_schema(CHAIN), url))
    assert address(url.replace("//db/", "///").replace("///", "//db:3307/"), "it") == Address("db", 3307, "", "app")


def test_more_hosts_than_one_are_no_development_database(make_schema: MakeSchema) -> None:
    schema = at(make_schema(CHAIN), "postgresql://me@/app?host=one:5432&host=two:5433")
    with pytest.raises(ConfigError, match="not on one host"):
        development(schema)


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("me:p@ss@tcp(db:3307)/app?tls=true", Address("db", 3307, "", "app")),
        ("me@unix(/run/mysqld.sock)/app", Address(socket="/run/mysqld.sock", database="app")),
        ("mysql://me:x@db/app", Address("db", 3306, "", "app")),
        ("postgresql+psycopg2://me:x@db:5433/app", Address("db", 5433, "", "app")),
        ("postgresql+asyncpg://me:x@db/app", Address("db", 5432, "", "app")),
    ],
)
def test_addresses(url: str, wanted: Address) -> None:
    assert address(url, "it") == wanted


@pytest.mark.parametrize(
    "url", ["oracle9://me:secret@db/app", "me:secret", "mysql://me:secret@db:port/app", "mysql://me:x@secret@db/app"]
)
def test_what_is_no_url_is_told_without_its_password(url: str) -> None:
    with pytest.raises(MigkitError) as caught:
        address(url, "development")
    assert "secret" not in caught.value.message or "://" not in url


def test_env_py_gets_the_driver_that_it_wants(make_schema: MakeSchema) -> None:
    schema = make_schema(CHAIN, engine="postgresql:15", url_env="DATABASE_URL", url_driver="postgresql+asyncpg")
    found = development(at(schema, "postgresql://me:secret@db:5433/app"))
    assert environment(schema, found) == {"DATABASE_URL": "postgresql+asyncpg://me:secret@db:5433/app"}
    own = replace(schema, development="env:DATABASE_URL")
    assert environment(own, found) == {}
