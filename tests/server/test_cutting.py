"""What a revision sends, seen at the cursor of each driver, and a connection that is cut between statements."""

from __future__ import annotations

import contextlib
import textwrap
from collections.abc import Iterator

import pytest
import sqlalchemy

from migkit import ground
from migkit.alembic_io.cutting import Cutting
from migkit.alembic_io.driver import Driver, Plan, Step
from migkit.catalog import Catalog, Keeper
from migkit.errors import StepFailed
from migkit.model import Schema
from migkit.model.rehearsal import Sent
from migkit.servers import databases
from tests.conftest import ENV, MakeSchema
from tests.server.conftest import Serve
from tests.server.test_roundtrip import ASYNC_ENV

pytestmark = pytest.mark.server

SQLALCHEMY_2 = not sqlalchemy.__version__.startswith("1.")
MYSQL, MARIADB, POSTGRESQL, SQLITE = "mysql:9.7", "mariadb:10.11", "postgresql:15", "sqlite"
DRIVERS = [
    (MYSQL, "mysql+pymysql"),
    (MYSQL, "mysql+aiomysql"),
    (MARIADB, "mysql+pymysql"),
    (MARIADB, "mysql+aiomysql"),
    (POSTGRESQL, "postgresql+psycopg2"),
    *([(POSTGRESQL, "postgresql+psycopg")] if SQLALCHEMY_2 else []),
    (POSTGRESQL, "postgresql+asyncpg"),
    (SQLITE, "sqlite+pysqlite"),
    (SQLITE, "sqlite+aiosqlite"),
]
ASYNC = ("aiomysql", "asyncpg", "aiosqlite")
each_driver = pytest.mark.parametrize(("engine", "driver"), DRIVERS, ids=[f"{e}-{d}" for e, d in DRIVERS])
OTHER = """
def other():
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool
    url = op.get_bind().engine.url
    names = {"mysql": "mysql+pymysql", "postgresql": "postgresql+psycopg2", "sqlite": "sqlite"}
    return create_engine(url.set(drivername=names[url.get_backend_name()]), poolclass=NullPool, future=True)
"""


class Bench:
    """A history opened on a throwaway database."""

    def __init__(self, driver: Driver, catalog: Catalog, keeper: Keeper) -> None:
        self.driver, self.catalog, self.keeper = driver, catalog, keeper

    def take(self) -> tuple[Sent, ...]:
        """Take the first upgrade; give what it sent."""

        def plan() -> Plan[tuple[Sent, ...]]:
            done = yield Step(self.driver.history.revisions[0], "upgrade")
            return tuple(done.sent)

        return self.driver.walk(plan())

    def cut(self, after: int) -> tuple[Cutting, StepFailed | None]:
        """Take the first upgrade, cut after a statement."""

        def plan() -> Plan[tuple[Cutting, StepFailed | None]]:
            with self.driver.cutting(after, self.keeper.end_sessions) as cutting:
                try:
                    yield Step(self.driver.history.revisions[0], "upgrade")
                except StepFailed as failure:
                    return cutting, failure
                yield None
            return cutting, None

        return self.driver.walk(plan())

    def rows(self) -> dict[str, int]:
        """Give how many rows each table has, the version table's too."""
        self.catalog.snapshot()
        return {name.rpartition(".")[2]: int(told.partition(":")[0]) for name, told in self.catalog.checksums().items()}


@contextlib.contextmanager
def bench(schema: Schema, serve: Serve, driver: str) -> Iterator[Bench]:
    with databases.throwaway(serve(schema.engine)) as database, ground.opened(schema, database) as opened:
        opened[0].prime()
        yield Bench(*opened)


def history(make_schema: MakeSchema, engine: str, driver: str, body: str) -> Schema:
    env = ASYNC_ENV if driver.endswith(ASYNC) else ENV
    upgrade = "def upgrade():\n" + textwrap.indent(textwrap.dedent(body).strip(), "    ")
    bodies = {"a1": f"{OTHER}\n\n{upgrade}\n\n\ndef downgrade():\n    pass"}
    env = env.replace("engine_from_config(section", "engine_from_config({**section, **URL}")
    url = "import os\nURL = {'sqlalchemy.url': os.environ['DATABASE_URL']}\n"
    return make_schema(bodies, env=url + env, engine=engine, url_env="DATABASE_URL", url_driver=driver)


ROWS = """
op.execute("CREATE TABLE one (id INT PRIMARY KEY, word VARCHAR(9))")
op.bulk_insert(sa.table("one", sa.column("id", sa.Integer), sa.column("word", sa.String)),
               [{"id": number, "word": "x"} for number in range(3)])
op.execute(
    "UPDATE one SET word = 'y' WHERE id > 0"
)
op.execute("DELETE FROM one WHERE id > 9")
"""


@each_driver
def test_what_is_sent_is_told_with_its_line_and_its_rows(
    make_schema: MakeSchema, serve: Serve, engine: str, driver: str
) -> None:
    schema = history(make_schema, engine, driver, ROWS)
    with bench(schema, serve, driver) as it:
        sent = it.take()
        path = it.driver.history.revisions[0].path
    lines = path.read_text().splitlines()
    assert [lines[(one.line or 0) - 1].strip()[:12] for one in sent] == [
        'op.execute("', "op.bulk_inse", "op.execute(", 'op.execute("',
    ]  # fmt: skip
    assert [one.rows for one in sent[2:]] == [2, 0]
    assert sent[1].rows in (3, -1)
    if engine == POSTGRESQL:
        assert [(one.pending, one.kept) for one in sent] == [(True, 0)] * 4
    else:  # DDL commits, or no transaction is begun before it
        assert [(one.pending, one.kept) for one in sent] == [(False, 1), *([(True, 1)] * 3)]
    assert [one.warnings for one in sent] == [()] * 4


@each_driver
def test_a_cut_leaves_what_was_committed_and_no_more_and_no_session(
    make_schema: MakeSchema, serve: Serve, engine: str, driver: str
) -> None:
    schema = history(make_schema, engine, driver, ROWS)
    with bench(schema, serve, driver) as it:
        rows = []
        for after in (1, 3):
            cutting, failure = it.cut(after)
            assert cutting.made
            assert failure is not None
            assert "cut" in failure.message
            rows.append(it.rows())
            assert len(it.driver.sent) == after
            it.catalog.script("DROP TABLE IF EXISTS one")  # waits for no lock
        assert rows == [{"alembic_version": 0, **({} if engine == POSTGRESQL else {"one": 0})}] * 2
        cutting, failure = it.cut(99)
        assert (cutting.made, failure) == (False, None)
        assert it.rows() == {"alembic_version": 1, "one": 3}


STUBBORN = """
connection = op.get_bind()
second = other()
held = second.raw_connection()
try:
    op.execute("CREATE TABLE one (id INT PRIMARY KEY)")
    op.execute("INSERT INTO one VALUES (1)")
    op.execute("INSERT INTO one VALUES (2)")
except BaseException:
    for attempt in (
        lambda: op.execute("INSERT INTO one VALUES (3)"),
        lambda: connection.exec_driver_sql("CREATE TABLE two (id INT)"),
        lambda: connection.connection.cursor().execute("CREATE TABLE three (id INT)"),
        lambda: connection.commit(),
        lambda: second.connect().exec_driver_sql("CREATE TABLE four (id INT)"),
        lambda: second.raw_connection().cursor().execute("CREATE TABLE five (id INT)"),
        lambda: held.cursor().execute("CREATE TABLE six (id INT)"),
        lambda: held.commit(),
        lambda: op.get_context()._transaction.commit(),
    ):
        try:
            attempt()
        except BaseException:
            pass
"""


@each_driver
def test_a_revision_that_catches_everything_reaches_no_server_after_the_cut(
    make_schema: MakeSchema, serve: Serve, engine: str, driver: str
) -> None:
    schema = history(make_schema, engine, driver, STUBBORN)
    with bench(schema, serve, driver) as it:
        cutting, failure = it.cut(2)
        assert (cutting.made, failure is not None) == (True, True), failure
        assert it.rows() == {"alembic_version": 0, **({} if engine == POSTGRESQL else {"one": 0})}


WARNED = {
    "mysql": """
        op.execute("CREATE TABLE one (id INT PRIMARY KEY, word VARCHAR(3), price DECIMAL(5, 2) DEFAULT 1)")
        op.execute("INSERT IGNORE INTO one VALUES (1, 'abc%', 1), (1, 'x', 1)")
        op.execute("UPDATE one SET price = price / 3")
    """,
    "postgresql": """
        op.execute("DO $$ BEGIN RAISE WARNING 'mind: %'; END $$".replace("mind: %", "mind"))
        op.execute("CREATE TABLE " + 70 * "n" + " (id INT)")
        op.execute("CREATE TABLE IF NOT EXISTS alembic_version (id INT)")
    """,
}
SERVERS = [(engine, driver) for engine, driver in DRIVERS if engine != SQLITE]


@pytest.mark.parametrize(("engine", "driver"), SERVERS, ids=[f"{e}-{d}" for e, d in SERVERS])
def test_what_the_server_warns_of_is_told_and_what_a_guard_finds_is_not(
    make_schema: MakeSchema, serve: Serve, engine: str, driver: str
) -> None:
    body = WARNED["postgresql" if engine == POSTGRESQL else "mysql"]
    with bench(history(make_schema, engine, driver, body), serve, driver) as it:
        first, second, third = (one.warnings for one in it.take())
    if engine == POSTGRESQL:
        assert first == ("01000 mind",)
        truncated = ["will be truncated" in said for said in second]
        assert truncated == ([] if driver == "postgresql+psycopg2" else [True])  # it gives no codes
    else:
        assert first == ()
        assert [said.split()[0] for said in second] == ["1265", "1062"]
    assert third == ()


def test_what_an_autocommit_block_commits_is_kept(make_schema: MakeSchema, serve: Serve) -> None:
    body = """
        op.execute("CREATE TABLE one (id INT)")
        op.execute("INSERT INTO one VALUES (1)")
        with op.get_context().autocommit_block():
            op.execute("CREATE INDEX CONCURRENTLY ix ON one (id)")
        op.execute("INSERT INTO one VALUES (2)")
    """
    with bench(history(make_schema, POSTGRESQL, "postgresql+psycopg2", body), serve, "") as it:
        rows = []
        for after in (1, 2, 4):
            assert it.cut(after)[0].made
            rows.append(it.rows().get("one"))
            it.catalog.script("DROP TABLE IF EXISTS one")
        sent = it.take()
    assert [one.kept for one in sent] == [0, 2, 3, 3]
    assert rows == [None, 1, 1]


LATE_ENV = """
import os, sqlalchemy
from alembic import context
engine = sqlalchemy.create_engine(os.environ["DATABASE_URL"], future=True)
other = engine.connect()
said = sqlalchemy.text("INSERT INTO journal VALUES ('said')")

def again():
    with engine.begin() as late:
        late.execute(said)

try:
    with engine.connect() as connection:
        context.configure(connection=connection)
        other.execute(said)
        with context.begin_transaction():
            context.run_migrations()
except BaseException:
    pass
finally:
    for say in (other.commit, other.close, again, engine.dispose):
        try:
            say()
        except BaseException:
            pass
"""


@pytest.mark.parametrize("engine", [MYSQL, MARIADB, POSTGRESQL])
def test_an_env_that_tidies_up_afterwards_reaches_nothing_either(
    make_schema: MakeSchema, serve: Serve, engine: str
) -> None:
    driver = next(driver for name, driver in DRIVERS if name == engine)
    schema = history(make_schema, engine, driver, 'op.execute("CREATE TABLE one (id INT)")')
    (schema.directory / "migrations" / "env.py").write_text(LATE_ENV, encoding="utf-8")
    with databases.throwaway(serve(engine)) as database, ground.opened(schema, database) as opened:
        it = Bench(*opened)
        it.catalog.script("CREATE TABLE journal (word VARCHAR(9))")
        it.driver.prime()
        assert it.rows()["journal"] == 2
        it.catalog.script("DELETE FROM journal")
        _cutting, failure = it.cut(1)
        assert failure is not None
        assert it.rows()["journal"] == 0


def test_what_a_bare_cursor_sends_is_cut_but_not_counted(make_schema: MakeSchema, serve: Serve) -> None:
    body = """
        op.execute("CREATE TABLE one (id INT)")
        op.get_bind().connection.cursor().execute("INSERT INTO one VALUES (1)")
        op.execute("INSERT INTO one VALUES (2)")
    """
    with bench(history(make_schema, MYSQL, "mysql+pymysql", body), serve, "") as it:
        assert it.cut(1)[0].made
        assert (it.rows()["one"], len(it.driver.sent)) == (0, 1)
