"""Round trips on real servers: every verdict, every kind of env.py, and what a server does when it goes."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import docker
import pytest
import sqlalchemy
from sqlalchemy.engine import URL

from migkit import config, servers
from migkit.engines import parse
from migkit.errors import HistoryError, ServerError, StepFailed, TargetError
from migkit.model import Event, Project, Report, Schema, Server
from migkit.roundtrip import Options, roundtrip
from migkit.servers import docker as docker_kind
from migkit.servers.request import Request
from tests.conftest import ENV, MakeSchema
from tests.server.conftest import Serve

pytestmark = pytest.mark.server

ROOT = Path(__file__).parents[2]
EXPECT = re.compile(r"^# expect: (\S+)", re.MULTILINE)
MYSQL, MARIADB, POSTGRESQL = "mysql:9.7", "mariadb:10.11", "postgresql:15"
SQLALCHEMY_2 = not sqlalchemy.__version__.startswith("1.")
TABLE = """
def upgrade():
    op.create_table("{0}", sa.Column("id", sa.Integer, primary_key=True))

def downgrade():
    op.drop_table("{0}")
"""


def address(server: Server, drivername: str = "") -> str:
    """Give the URL of a running server, without a database."""
    default = {"mysql": "mysql+pymysql", "postgresql": "postgresql+psycopg" if SQLALCHEMY_2 else "postgresql+psycopg2"}
    url = URL.create(
        drivername or default[server.engine.dialect],
        username=server.user,
        password=server.password,
        host=server.host,
        port=server.port,
    )
    return url.render_as_string(hide_password=False)


def trip(schema: Schema, server: Server, **options: object) -> Report:
    project = Project(schema.directory, schema.directory / "migkit.toml", {schema.name: schema})
    given = Options(engine=server.engine.name, server=address(server), **options)  # type: ignore[arg-type]
    return roundtrip(project, schema, given)


def verdicts(report: Report) -> dict[str, str]:
    return {revision.revision: revision.verdict.value for revision in report.revisions}


def test_what_env_raises_after_a_committed_step_is_charged_to_no_later_one(
    make_schema: MakeSchema, serve: Serve
) -> None:
    env = f"""{ENV}
    import sqlalchemy
    if sqlalchemy.inspect(connection).has_table("last"):
        raise RuntimeError("after the migrations")
"""
    alone = TABLE.format("last").replace("    op.create", '    op.execute("SET @a = 1")\n    op.create')
    bodies = {"a1": TABLE.format("first"), "b2": alone, "c3": TABLE.format("third")}
    schema = make_schema(bodies, env=env, url="mysql+pymysql://", engine=MYSQL)
    with pytest.raises(StepFailed, match="upgrade of b2 failed: RuntimeError: after the migrations"):
        trip(schema, serve(MYSQL))


@pytest.mark.parametrize(
    ("name", "engine"), [("broken", MYSQL), ("broken", MARIADB), ("broken-postgresql", POSTGRESQL)]
)
def test_every_broken_downgrade_is_found_and_none_invented(serve: Serve, name: str, engine: str) -> None:
    schema = config.load(ROOT / "tests" / "histories").schemas[name]
    report = trip(schema, serve(engine))
    wrong = {}
    for revision in report.revisions:
        expected = set(EXPECT.findall(Path(revision.path).read_text(encoding="utf-8")))
        own = {f.rule for f in report.findings if f.revision == revision.revision and f.rule == "empty-downgrade"}
        seen = ({revision.verdict.value} - ({"ok"} if own else set())) | own
        if seen != expected:
            wrong[revision.revision] = (seen, expected, revision.message)
    assert wrong == {}


@pytest.mark.parametrize(
    ("name", "engine"),
    [
        ("bin-manager", MYSQL),
        ("bin-manager", MARIADB),
        ("asterisk", MYSQL),
        ("asterisk", MARIADB),
        ("omni", POSTGRESQL),
    ],
)
def test_the_examples_are_healthy(serve: Serve, name: str, engine: str) -> None:
    schema = config.load(ROOT).schemas[name]
    found = {i: v for i, v in verdicts(trip(schema, serve(engine))).items() if v not in ("ok", "irreversible")}
    assert found == {}


# --- one run of env.py or many ------------------------------------------------------------------------

LEAVES_CHECKS_OFF = """
def upgrade():
    op.execute("CREATE TABLE p (id INT PRIMARY KEY)")
    op.execute("CREATE TABLE c (id INT, CONSTRAINT f FOREIGN KEY (id) REFERENCES p (id))")
    op.execute("SET FOREIGN_KEY_CHECKS = 0")

def downgrade():
    op.execute("DROP TABLE c")
    op.execute("DROP TABLE p")
"""
NEEDS_CHECKS_OFF = """
def upgrade():
    op.execute("INSERT INTO c VALUES (7)")

def downgrade():
    op.execute("DELETE FROM c")
"""


@pytest.mark.parametrize("engine", [MYSQL, MARIADB])
def test_a_setting_of_the_session_does_not_reach_the_next_revision(
    make_schema: MakeSchema, serve: Serve, engine: str
) -> None:
    schema = make_schema({"a1": LEAVES_CHECKS_OFF, "b2": NEEDS_CHECKS_OFF}, url="mysql+pymysql://", engine=engine)
    assert verdicts(trip(schema, serve(engine))) == {"a1": "ok", "b2": "upgrade-fails"}


ENUM = """
def upgrade():
    op.execute("CREATE TYPE mood AS ENUM ('fine')")
    op.execute("CREATE TABLE t (m mood)")

def downgrade():
    op.execute("DROP TABLE t")
    op.execute("DROP TYPE mood")
"""
ENUM_VALUE = """
irreversible = "PostgreSQL cannot drop a value"

def upgrade():
    op.execute("ALTER TYPE mood ADD VALUE 'grim'")
"""
ENUM_USE = """
def upgrade():
    op.execute("INSERT INTO t VALUES ('grim')")

def downgrade():
    op.execute("DELETE FROM t")
"""


def test_each_step_is_a_transaction_of_its_own_on_postgresql(make_schema: MakeSchema, serve: Serve) -> None:
    schema = make_schema({"a1": ENUM, "b2": ENUM_VALUE, "c3": ENUM_USE}, url="postgresql://", engine=POSTGRESQL)
    assert verdicts(trip(schema, serve(POSTGRESQL))) == {"a1": "ok", "b2": "irreversible", "c3": "ok"}


# --- what env.py files do -----------------------------------------------------------------------------

OWN_TRANSACTION = ENV.replace(
    "    with context.begin_transaction():\n        context.run_migrations()",
    "    with context.begin_transaction():\n        context.run_migrations()\n    transaction.commit()",
).replace(
    "    context.configure(connection=connection)",
    "    transaction = connection.begin()\n    context.configure(connection=connection)",
)
IN_A_THREAD = """
import threading
from alembic import context
from sqlalchemy import create_engine

def run():
    engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
    with engine.connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()

thread = threading.Thread(target=run)
thread.start()
thread.join()
"""
KEEPS_ITS_ENGINE = """
import sys
from types import ModuleType
from alembic import context
from sqlalchemy import create_engine

settings = sys.modules.get("settings_of_the_application")
if settings is None:
    settings = sys.modules["settings_of_the_application"] = ModuleType("settings_of_the_application")
    settings.engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
with settings.engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
ENVS = {
    "plain": ENV,
    "transaction_per_migration": ENV.replace(
        "connection=connection", "connection=connection, transaction_per_migration=True"
    ),
    "transactional_ddl": ENV.replace("connection=connection", "connection=connection, transactional_ddl=True"),
    "render_as_batch": ENV.replace("connection=connection", "connection=connection, render_as_batch=True"),
    "a transaction of its own": OWN_TRANSACTION,
    "a worker thread": IN_A_THREAD,
    "an engine that it keeps": KEEPS_ITS_ENGINE,
}
FORGETS_AN_INDEX = """
def upgrade():
    op.execute("CREATE INDEX forgotten ON one (id)")

def downgrade():
    op.execute("SELECT 1")
"""


@pytest.mark.parametrize("engine", [MYSQL, MARIADB, POSTGRESQL])
@pytest.mark.parametrize("env", list(ENVS))
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # env.py's thread dies of b2
def test_every_kind_of_env_gives_the_same_verdicts(
    make_schema: MakeSchema, serve: Serve, env: str, engine: str
) -> None:

    bodies = {"a1": TABLE.format("one"), "b2": FORGETS_AN_INDEX, "c3": TABLE.format("three")}
    url = "postgresql://" if engine == POSTGRESQL else "mysql+pymysql://"
    schema = make_schema(bodies, env=ENVS[env], url=url, engine=engine)
    try:
        assert verdicts(trip(schema, serve(engine))) == {"a1": "ok", "b2": "reupgrade-fails", "c3": "ok"}
    finally:
        sys.modules.pop("settings_of_the_application", None)


NEVER_COMMITS = """
from alembic import context
from sqlalchemy import create_engine

engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
with engine.connect() as connection:
    transaction = connection.begin()
    context.configure(connection=connection)
    context.run_migrations()
    transaction.rollback()
engine.dispose()
"""


def test_an_env_that_never_commits_is_told_plainly(make_schema: MakeSchema, serve: Serve) -> None:
    schema = make_schema({"a1": TABLE.format("one")}, env=NEVER_COMMITS, url="postgresql://", engine=POSTGRESQL)
    with pytest.raises(HistoryError, match="there is no alembic_version afterwards"):
        trip(schema, serve(POSTGRESQL))


ASYNC_ENV = """
import asyncio, os
from alembic import context
from sqlalchemy import pool
from sqlalchemy.ext.asyncio import create_async_engine

def work(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()

async def main():
    engine = create_async_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(work)
    await engine.dispose()

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("engine", "driver"),
    [(POSTGRESQL, "postgresql+asyncpg"), (MYSQL, "mysql+aiomysql"), (MARIADB, "mysql+aiomysql")],
)
def test_an_async_engine_whose_url_comes_from_the_environment(
    make_schema: MakeSchema, serve: Serve, engine: str, driver: str
) -> None:
    bodies = {"a1": TABLE.format("one"), "b2": FORGETS_AN_INDEX, "c3": TABLE.format("three")}
    schema = make_schema(
        bodies, env=ASYNC_ENV, url="driver://unused", engine=engine, url_env="DATABASE_URL", url_driver=driver
    )
    assert verdicts(trip(schema, serve(engine))) == {"a1": "ok", "b2": "reupgrade-fails", "c3": "ok"}


def test_a_version_table_of_another_name_in_another_schema(make_schema: MakeSchema, serve: Serve) -> None:
    env = ENV.replace(
        "    context.configure(connection=connection)",
        "    connection.execute(sqlalchemy.text('CREATE SCHEMA IF NOT EXISTS ops'))\n"
        "    connection.commit() if hasattr(connection, 'commit') else None\n"
        "    context.configure(connection=connection, version_table='history', version_table_schema='ops')",
    )
    schema = make_schema(
        {"a1": TABLE.format("one"), "b2": FORGETS_AN_INDEX, "c3": TABLE.format("three")},
        env="import sqlalchemy\n" + env,
        url="postgresql://",
        engine=POSTGRESQL,
    )
    assert verdicts(trip(schema, serve(POSTGRESQL))) == {"a1": "ok", "b2": "reupgrade-fails", "c3": "ok"}


SEVERAL_STATEMENTS = '''
def upgrade():
    op.execute("""
        CREATE TABLE one (id INT);
        CREATE TABLE two (id INT);
    """)

def downgrade():
    op.execute("DROP TABLE one; DROP TABLE two")
'''


@pytest.mark.parametrize(("url", "verdict"), [("mysql://u:p@h/d", "ok"), ("mysql+pymysql://u:p@h/d", "upgrade-fails")])
def test_several_statements_in_one_execute_as_the_driver_of_the_ini_allows(
    make_schema: MakeSchema, serve: Serve, url: str, verdict: str
) -> None:
    schema = make_schema({"a1": SEVERAL_STATEMENTS}, url=url, engine=MYSQL)
    assert verdicts(trip(schema, serve(MYSQL))) == {"a1": verdict}


OWN_SESSION = """
def upgrade():
    op.execute("CREATE TABLE one (id INTEGER)")
    engine = sa.create_engine(op.get_context().config.get_main_option("sqlalchemy.url"))
    with engine.connect() as own:
        with own.begin():
            own.execute(sa.text("CREATE TABLE two (id INTEGER)"))
    engine.dispose()

def downgrade():
    op.execute("DROP TABLE two")
    op.execute("DROP TABLE one")
"""


@pytest.mark.parametrize("engine", [MYSQL, POSTGRESQL])
def test_a_revision_that_opens_a_session_of_its_own(make_schema: MakeSchema, serve: Serve, engine: str) -> None:
    url = "postgresql://" if engine == POSTGRESQL else "mysql+pymysql://"
    schema = make_schema({"a1": OWN_SESSION, "b2": TABLE.format("three")}, url=url, engine=engine)
    assert verdicts(trip(schema, serve(engine))) == {"a1": "ok", "b2": "ok"}


@pytest.mark.parametrize("engine", [MYSQL, POSTGRESQL])
def test_another_database_of_the_same_server_is_refused(make_schema: MakeSchema, serve: Serve, engine: str) -> None:
    server = serve(engine)
    name = "mysql" if engine == MYSQL else "postgres"
    env = ENV.replace(
        "section = config.get_section(config.config_ini_section)",
        f'section = {{"sqlalchemy.url": {address(server)!r} + "/{name}"}}',
    )
    schema = make_schema({"a1": TABLE.format("one")}, env=env, engine=engine)
    with pytest.raises(TargetError, match=f"/{name}, while the kit works on its throwaway"):
        trip(schema, server)


# --- speed never buys a verdict -----------------------------------------------------------------------

SEED_LEFT = """
def upgrade():
    op.execute("CREATE TABLE IF NOT EXISTS extra (id INT PRIMARY KEY)")
    op.execute("INSERT INTO s VALUES (1)")

def downgrade():
    op.execute("DROP TABLE extra")
"""
KEYED = """
def upgrade():
    op.execute("CREATE TABLE s (id INT PRIMARY KEY)")

def downgrade():
    op.execute("DROP TABLE s")
"""
NOT_NULL_BELOW = """
def upgrade():
    op.execute("CREATE TABLE n (a INT NOT NULL, b INT)")
    op.execute("INSERT INTO n VALUES (1, 1)")

def downgrade():
    op.execute("DROP TABLE n")
"""
NULLABLE = {
    "mysql": ("ALTER TABLE n MODIFY a INT NULL", "ALTER TABLE n MODIFY a INT NOT NULL"),
    "postgresql": ("ALTER TABLE n ALTER a DROP NOT NULL", "ALTER TABLE n ALTER a SET NOT NULL"),
}
LEAVES_A_NULL = """
def upgrade():
    op.execute("INSERT INTO n VALUES (NULL, 2)")

def downgrade():
    op.execute("UPDATE n SET b = 3 WHERE a IS NULL")
"""


@pytest.mark.parametrize("engine", [MYSQL, MARIADB, POSTGRESQL])
def test_a_seed_row_that_the_downgrade_leaves_makes_the_reupgrade_fail(
    make_schema: MakeSchema, serve: Serve, engine: str
) -> None:
    url = "postgresql://" if engine == POSTGRESQL else "mysql+pymysql://"
    schema = make_schema({"a1": KEYED, "b2": SEED_LEFT}, url=url, engine=engine)
    assert verdicts(trip(schema, serve(engine))) == {"a1": "ok", "b2": "reupgrade-fails"}


@pytest.mark.parametrize("engine", [MYSQL, MARIADB, POSTGRESQL])
def test_a_null_that_a_later_downgrade_leaves_is_not_charged_to_an_earlier_one(
    make_schema: MakeSchema, serve: Serve, engine: str
) -> None:
    server = serve(engine)
    up, down = NULLABLE[server.engine.dialect]
    nullable = f'def upgrade():\n    op.execute("{up}")\n\ndef downgrade():\n    op.execute("{down}")'
    url = "postgresql://" if engine == POSTGRESQL else "mysql+pymysql://"
    schema = make_schema({"a1": NOT_NULL_BELOW, "b2": nullable, "c3": LEAVES_A_NULL}, url=url, engine=engine)
    report = trip(schema, server)
    assert verdicts(report) == {"a1": "ok", "b2": "ok", "c3": "ok"}
    assert [(finding.rule, finding.revision) for finding in report.findings] == [("rows-left", "c3")]


# --- servers that go ----------------------------------------------------------------------------------


@contextmanager
def own_server(name: str) -> Iterator[Server]:
    with servers.serve(parse(name)) as server:
        yield server


def test_a_server_that_dies_half_way_is_told_with_its_log(make_schema: MakeSchema, serve: Serve) -> None:
    serve(MYSQL)  # fails or skips where there is none
    schema = make_schema({f"a{i}": TABLE.format(f"t{i}") for i in range(6)}, url="mysql+pymysql://", engine=MYSQL)
    project = Project(schema.directory, schema.ini, {schema.name: schema})
    with own_server(MYSQL) as server, closing(docker.from_env()) as client:

        def kill(event: Event) -> None:
            if event.kind == "step" and event.done == 3:
                client.containers.get(server.handle).kill()

        with pytest.raises(ServerError) as dead:
            roundtrip(project, schema, Options(engine=MYSQL, server=address(server)), on_event=kill)
    assert dead.value.exit_code == 5


def test_the_server_of_a_schema_is_started_and_gone(make_schema: MakeSchema, serve: Serve) -> None:
    serve(MARIADB)
    schema = replace(make_schema({"a1": TABLE.format("one")}, url="mysql+pymysql://"), engine=MARIADB)
    project = Project(schema.directory, schema.ini, {schema.name: schema})
    with closing(docker.from_env()) as client:
        before = {container.id for container in client.containers.list(all=True, filters={"label": "migkit=1"})}
        report = roundtrip(project, schema)
        after = {container.id for container in client.containers.list(all=True, filters={"label": "migkit=1"})}
    assert report.server["kind"] == "docker"
    assert report.engine["version"].startswith("10.11")
    assert after - before == set()


FILLS_THE_DISK = """
def upgrade():
    op.execute("CREATE TABLE big (id INT, filler LONGBLOB)")
    for number in range(200):
        op.execute(f"INSERT INTO big VALUES ({number}, REPEAT('x', 4 * 1024 * 1024))")

def downgrade():
    op.execute("DROP TABLE big")
"""


def test_a_full_disk_is_the_servers_fault_and_not_the_revisions(make_schema: MakeSchema, serve: Serve) -> None:
    serve(MYSQL)
    schema = make_schema({"a1": TABLE.format("one"), "b2": FILLS_THE_DISK}, url="mysql+pymysql://", engine=MYSQL)
    project = Project(schema.directory, schema.ini, {schema.name: schema})
    limit = 320 * 2**20
    with (
        docker_kind.serve(Request(parse(MYSQL)), data_limit=limit) as server,
        pytest.raises(ServerError) as full,
    ):
        roundtrip(project, schema, Options(engine=MYSQL, server=address(server)))
    assert full.value.exit_code == 5


CONFIGURATION = """
[schemas.app]
directory = "."
engine = "mysql:9.7"
"""


READY = "import sys; from migkit.tasks import program; print('ready', file=sys.stderr, flush=True); "
RUN = "program.run(['migkit', 'roundtrip', '--format', 'json'])"


@pytest.mark.parametrize("seconds", [0.4, 1.2, 2.5, 4.0])
def test_an_interrupt_at_any_moment_leaves_no_container(make_schema: MakeSchema, serve: Serve, seconds: float) -> None:
    serve(MYSQL)
    schema = make_schema({f"a{i}": TABLE.format(f"t{i}") for i in range(200)}, url="mysql+pymysql://", engine=MYSQL)
    (schema.directory / "migkit.toml").write_text(CONFIGURATION)
    command = [sys.executable, "-c", READY + RUN]
    with subprocess.Popen(
        command, cwd=schema.directory, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "ready\n"
        time.sleep(seconds)  # no condition: the moment is the point
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert json.loads(out)["error"]["kind"] == "interrupted"
    with closing(docker.from_env()) as client:
        mine = {"label": [f"migkit.pid={process.pid}"]}
        assert client.containers.list(all=True, filters=mine) == []


def test_a_revision_with_a_syntax_error_starts_no_server_and_prints_one_object(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": TABLE.format("one")})
    (schema.directory / "migkit.toml").write_text(CONFIGURATION)
    bad = schema.directory / "migrations" / "versions" / "b2_bad.py"
    bad.write_text("revision = 'b2'\ndown_revision = 'a1'\ndef upgrade(:\n")
    program = "from migkit.tasks import program; program.run(['migkit', 'roundtrip', '--format', 'json'])"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=schema.directory, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 4
    error = json.loads(done.stdout)["error"]
    assert error["kind"] == "history"
    assert (Path(error["path"]).name, error["line"]) == ("b2_bad.py", 3)
