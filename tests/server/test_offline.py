"""A history as SQL, run by each server's own client in the server's container."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from migkit.model import Server
from migkit.servers import clients, databases
from tests.conftest import MakeSchema, lacking
from tests.printed import ENV, PLAIN, prove, told, upgrade
from tests.server.conftest import ENGINES
from tests.server.test_roundtrip import SQLALCHEMY_2

pytestmark = pytest.mark.server

SERVERS = [engine for engine in ENGINES if engine != "sqlite"]
MYSQL = pytest.mark.parametrize("server", ["mysql:9.7", "mariadb:10.11"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("server", ["postgresql:15"], indirect=True)
EACH = pytest.mark.parametrize("server", SERVERS, indirect=True)
TABLE = upgrade(
    "op.create_table('{0}', sa.Column('id', sa.Integer, primary_key=True), sa.Column('data', sa.String(80)),",
    "    sa.Column('made', sa.DateTime, server_default=sa.func.now()))",
)
SEED = upgrade(
    "one = sa.table('one', sa.column('data', sa.String))",
    "op.bulk_insert(one, [{'data': \"it's 100% ö \\\\ {:x}\"}, {'data': None}])",
    "op.execute(sa.text('INSERT INTO one (data) VALUES (:x)').bindparams(x='{\"days\": 28}'))",
)


@EACH
def test_a_sound_history_with_rows(server: Server, make_schema: MakeSchema) -> None:
    bodies = {"a1": TABLE.format("one"), "b2": SEED, "c3": TABLE.format("three")}
    proven = prove(make_schema(bodies, env=PLAIN, engine=server.engine.name), server)
    doubled = not SQLALCHEMY_2 and server.engine.family == "postgresql"  # 1.4 writes %% for %, where psycopg2 is meant
    assert told(proven) == ([("offline-differs", "b2", 12)] if doubled else [])
    assert proven.words == {"a1": "ok", "b2": "differs" if doubled else "ok", "c3": "ok"}


@EACH
def test_faults_are_charged_to_their_lines(server: Server, make_schema: MakeSchema) -> None:
    tabs = upgrade("pass", "op.execute(\"INSERT INTO one (data) VALUES ('a\\tb')\")")
    asks = upgrade("sa.inspect(op.get_bind()).has_table('one')", "op.create_table('two', sa.Column('id', sa.Integer))")
    twice = upgrade("op.execute('CREATE TABLE four (id INTEGER)')", "print('four is made')")
    bodies = {"a1": TABLE.format("one"), "b2": tabs, "c3": asks, "d4": twice, "e5": TABLE.format("five")}
    proven = prove(make_schema(bodies, env=PLAIN, engine=server.engine.name), server)
    assert told(proven) == [("offline-differs", "b2", 11), ("offline-fails", "c3", 10), ("offline-fails", "d4", 11)]
    assert proven.words == {"a1": "ok", "b2": "differs", "c3": "fails", "d4": "fails", "e5": "ok"}


@MYSQL
def test_a_body_of_several_statements_ends_where_the_client_thinks(server: Server, make_schema: MakeSchema) -> None:
    body = "CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END"
    bodies = {"a1": TABLE.format("one"), "b2": upgrade(f"op.execute({body!r})")}
    proven = prove(make_schema(bodies, env=PLAIN, engine=server.engine.name), server)
    assert told(proven) == [("offline-fails", "b2", 10)]


@MYSQL
def test_views_and_triggers_are_the_same_over_either_connection(server: Server, make_schema: MakeSchema) -> None:
    bodies = {
        "a1": TABLE.format("one"),
        "b2": upgrade("op.execute(\"CREATE VIEW v AS SELECT id, concat(data, 'x') AS d FROM one\")"),
        "c3": upgrade("op.execute(\"CREATE TRIGGER t BEFORE INSERT ON one FOR EACH ROW SET NEW.data = 'y'\")"),
        "d4": upgrade("op.execute(\"CREATE FUNCTION f() RETURNS varchar(9) DETERMINISTIC RETURN 'z'\")"),
        "e5": upgrade("op.execute(\"CREATE TABLE copied AS SELECT 'a' AS a, d FROM v\")"),
    }
    assert told(prove(make_schema(bodies, env=PLAIN, engine=server.engine.name), server)) == []


@POSTGRESQL
def test_autocommit_blocks_enums_and_a_version_table_elsewhere(server: Server, make_schema: MakeSchema) -> None:
    env = ENV.format(options='{"version_table_schema": "meta"}').replace(
        "        context.configure(connection=connection",
        "        from sqlalchemy import text\n"
        "        connection.execute(text('CREATE SCHEMA IF NOT EXISTS meta'))\n"
        "        getattr(connection, 'commit', lambda: None)()  # SQLAlchemy 1.4 commits by itself\n"
        "        context.configure(connection=connection",
    )
    added = upgrade("with op.get_context().autocommit_block():", "    op.execute(\"ALTER TYPE mood ADD VALUE 'ok'\")")
    bodies = {
        "a1": upgrade("op.execute(\"CREATE TYPE mood AS ENUM ('sad')\")", "op.execute('CREATE TABLE p (m mood)')"),
        "b2": added,
        "c3": upgrade("op.execute(\"INSERT INTO p VALUES ('ok')\")"),
        "d4": upgrade("op.execute('CREATE FUNCTION f() RETURNS int AS $$ BEGIN RETURN 1; END $$ LANGUAGE plpgsql')"),
    }
    assert told(prove(make_schema(bodies, env=env, engine=server.engine.name), server)) == []
    one = bodies | {"b2": upgrade("op.execute(\"ALTER TYPE mood ADD VALUE 'ok'\")")}
    proven = prove(make_schema(one, env=env, engine=server.engine.name, name="one"), server)
    assert told(proven) == [("offline-fails", "c3", 10)]
    assert "unsafe use" in proven.findings[0].message


@EACH
def test_a_transaction_for_each_migration(server: Server, make_schema: MakeSchema) -> None:
    env = ENV.format(options='{"transaction_per_migration": True}')
    bodies = {name: upgrade(f"op.execute('CREATE TABLE {name} (id INTEGER)')") for name in ("a1", "b2")}
    proven = prove(make_schema(bodies, env=env, engine=server.engine.name), server)
    assert (proven.words, proven.findings) == ({"a1": "ok", "b2": "ok"}, ())


@EACH
def test_a_client_tells_the_line_and_never_the_password(server: Server) -> None:
    with databases.throwaway(server) as database:
        assert clients.run(database, "CREATE TABLE a (b int);;\n\n-- a comment\nINSERT INTO a VALUES (1);\n") is None
        refusal = clients.run(database, "SELECT 1;\n\nSELECT nonsense FROM a;\nSELECT 2;\n")
        assert refusal is not None
        assert refusal.line == 3
        assert "nonsense" in refusal.message
        assert database.password not in refusal.message


@POSTGRESQL
def test_a_server_by_url_wants_a_client_on_path_and_says_which(
    server: Server, make_schema: MakeSchema, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_url = replace(server, kind="url")
    if not shutil.which("psql"):
        lacking("psql is missing")
    with databases.throwaway(by_url) as database:
        refusal = clients.run(database, "CREATE TABLE a (b int);\n\nSELECT nonsense;\n")
        assert refusal is not None
        assert refusal.line == 3
    schema = make_schema({"a1": TABLE.format("one")}, env=PLAIN, engine=server.engine.name)
    monkeypatch.setenv("PATH", "/nowhere")
    proven = prove(schema, by_url)
    assert told(proven) == [("client-missing", None, None)]
    assert "psql" in proven.findings[0].message
    assert proven.words == {}
