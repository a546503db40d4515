"""While a throwaway database is worked on, no connection to any other leaves this process."""

from __future__ import annotations

import contextlib
import socket
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy

from migkit.address import Address, same, sqlite_address
from migkit.alembic_io.driver import Step, opened
from migkit.errors import MigkitError
from migkit.guard import Refused, installed
from migkit.guard_drivers import leads_to
from tests.conftest import MakeSchema, plan

BODY = """
def upgrade():
    op.execute("CREATE TABLE t (id INTEGER)")

def downgrade():
    op.execute("DROP TABLE t")
"""
SQLALCHEMY_2 = not sqlalchemy.__version__.startswith("1.")


class Listener:
    """A port on loopback that counts who comes."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.visits = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                visitor, _address = self.socket.accept()
                self.visits += 1
                visitor.close()


@pytest.fixture
def live() -> Iterator[Listener]:
    listener = Listener()
    with listener.socket:
        yield listener


@pytest.fixture
def throwaway() -> Iterator[Listener]:
    listener = Listener()
    with listener.socket:
        yield listener


INSISTENT = {
    "an engine with a URL of its own": "create_engine('{url}').connect()",
    "an engine made from driver arguments": "create_engine('{dialect}://', connect_args=dict({kwargs})).connect()",
    "creator=": "create_engine('{dialect}://', creator=lambda: {driver}.connect({kwargs})).connect()",
    "a ready-made pool": "create_engine('{dialect}://', pool=QueuePool(lambda: {driver}.connect({kwargs}))).connect()",
    "the driver itself": "{driver}.connect({kwargs})",
    "a connect imported earlier": "{driver}_connect({kwargs})",
    "a thread": "in_thread(lambda: {driver}.connect({kwargs}))",
}
INSISTENT_ASYNC = {
    "an async engine": "asyncio.run(enter(create_async_engine('{url}')))",
    "the async driver itself": "asyncio.run(open_{driver}({kwargs}))",
}
if SQLALCHEMY_2:
    INSISTENT_ASYNC["async_creator"] = (
        "asyncio.run(enter(create_async_engine('{dialect}://', async_creator=lambda: open_{driver}({kwargs}))))"
    )
MYSQL = {"user": "u", "password": "p", "host": "127.0.0.1"}
DRIVERS = {
    "pymysql": ("mysql+pymysql", MYSQL, "database"),
    "psycopg2": ("postgresql+psycopg2", MYSQL, "dbname"),
    **({"psycopg": ("postgresql+psycopg", MYSQL, "dbname")} if SQLALCHEMY_2 else {}),
}
ASYNC_DRIVERS = {
    "aiomysql": ("mysql+aiomysql", MYSQL, "db"),
    "asyncpg": ("postgresql+asyncpg", MYSQL, "database"),
}
PREAMBLE = """
import asyncio, threading
import aiomysql, asyncpg, psycopg, psycopg2, pymysql
from psycopg import connect as psycopg_connect
from psycopg2 import connect as psycopg2_connect
from pymysql import connect as pymysql_connect
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import QueuePool

def in_thread(work):
    box = []
    def run():
        try:
            work()
        except Exception as error:
            box.append(error)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if box:
        raise box[0]

async def enter(engine):
    async with engine.connect():
        pass

async def open_aiomysql(**kwargs):
    return await aiomysql.connect(**kwargs)

async def open_asyncpg(**kwargs):
    return await asyncpg.connect(**kwargs)

"""


def cases() -> list[object]:
    found = []
    for drivers, ways in ((DRIVERS, INSISTENT), (ASYNC_DRIVERS, INSISTENT_ASYNC)):
        for driver in drivers:
            for way, source in ways.items():
                found.append(pytest.param(driver, source, id=f"{driver}: {way}"))
    return found


@pytest.mark.parametrize("elsewhere", ["another server", "another database"])
@pytest.mark.parametrize(("driver", "way"), cases())
def test_env_that_insists_is_refused_before_a_packet_is_sent(
    make_schema: MakeSchema, live: Listener, throwaway: Listener, driver: str, way: str, elsewhere: str
) -> None:
    dialect, arguments, key = (DRIVERS | ASYNC_DRIVERS)[driver]
    port, database = (live.port, "ours") if elsewhere == "another server" else (throwaway.port, "live")
    given = {**arguments, "port": port, key: database}
    source = way.format(
        url=f"{dialect}://u:p@127.0.0.1:{port}/{database}",
        dialect=dialect,
        driver=driver,
        kwargs=", ".join(f"{name}={value!r}" for name, value in given.items()),
    )
    schema = make_schema({"a1": BODY}, env=PREAMBLE + source)
    allowed = Address("127.0.0.1", throwaway.port, "", "ours")
    with (
        opened(schema, url="sqlite://", address=allowed, environment={}) as driver_of_steps,
        pytest.raises(Refused) as refused,
    ):
        driver_of_steps.prime()
    assert f"127.0.0.1:{port}/{database}" in str(refused.value)
    assert f"127.0.0.1:{throwaway.port}/ours" in str(refused.value)
    assert refused.value.exit_code == 6
    assert live.visits == throwaway.visits == 0


def test_a_refusal_that_env_py_swallows_is_raised_all_the_same(make_schema: MakeSchema, live: Listener) -> None:
    env = f"""
import pymysql
try:
    pymysql.connect(host="127.0.0.1", port={live.port}, user="u", password="p", database="live")
except Exception:
    pass
"""
    schema = make_schema({"a1": BODY}, env=env)
    with (
        opened(schema, url="sqlite://", address=Address("127.0.0.1", 1, "", "ours"), environment={}) as steps,
        pytest.raises(Refused),
    ):
        steps.prime()
    assert live.visits == 0


def test_the_allowed_address_is_opened(throwaway: Listener) -> None:
    import pymysql

    with installed(Address("127.0.0.1", throwaway.port, "", "ours")) as guard, guard.enforced():
        with pytest.raises(pymysql.err.OperationalError):
            pymysql.connect(host="localhost", port=throwaway.port, user="u", password="p", database="ours")
        assert guard.refusals == []
    assert throwaway.visits == 1


def test_another_sqlite_file_is_refused_and_not_made(make_schema: MakeSchema, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    env = f"from sqlite3 import connect\nconnect({str(other)!r})\n"
    schema = make_schema({"a1": BODY}, env=env)
    ours = Address(database=str(tmp_path / "ours.db"))
    with opened(schema, url="sqlite://", address=ours, environment={}) as steps, pytest.raises(MigkitError):
        steps.prime()
    assert not other.exists()


def test_after_the_guard_is_gone_everything_may_be_opened_again(tmp_path: Path) -> None:
    import pymysql

    before = pymysql.connections.Connection.connect
    with installed(Address("127.0.0.1", 1, "", "ours")) as guard, guard.enforced(), pytest.raises(Refused):
        sqlite3.connect(tmp_path / "x.db")
    sqlite3.connect(tmp_path / "x.db").close()
    assert pymysql.connections.Connection.connect is before


def test_libpq_environment_is_seen(live: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    import psycopg

    monkeypatch.setenv("PGHOST", "127.0.0.1")
    monkeypatch.setenv("PGPORT", str(live.port))
    monkeypatch.setenv("PGDATABASE", "live")
    with installed(Address("127.0.0.1", 1, "", "ours")) as guard, guard.enforced():
        with pytest.raises(Refused) as refused:
            psycopg.connect("user=u password=p")
        assert f"127.0.0.1:{live.port}/live" in str(refused.value)
    assert live.visits == 0


@pytest.mark.parametrize(
    ("wanted", "same_database"),
    [
        (Address("127.0.0.1", 1, "", "ours"), True),
        (Address("localhost", 1, "", "ours"), True),
        (Address("127.0.0.1", 1, "", "Ours"), False),
        (Address("127.0.0.1", 1, "", ""), False),
        (Address("127.0.0.1", 2, "", "ours"), False),
        (Address("db.internal", 1, "", "ours"), False),
        (Address("", 1, "/run/mysqld/mysqld.sock", "ours"), False),
    ],
)
def test_an_address_is_the_same_only_when_all_of_it_is(wanted: Address, same_database: bool) -> None:
    assert same(wanted, Address("127.0.0.1", 1, "", "ours")) is same_database


def test_a_step_on_a_file_of_the_kits_own_passes(make_schema: MakeSchema, tmp_path: Path) -> None:
    ours = tmp_path / "ours.db"
    schema = make_schema({"a1": BODY})
    with opened(schema, url=f"sqlite:///{ours}", address=Address(database=str(ours)), environment={}) as steps:
        steps.prime()
        taken = steps.walk(plan([Step(steps.history.revisions[0], "upgrade")]))
    assert taken == 1
    with contextlib.closing(sqlite3.connect(ours)) as check:
        assert check.execute("SELECT version_num FROM alembic_version").fetchall() == [("a1",)]


def test_a_revision_that_connects_while_it_loads_is_refused(make_schema: MakeSchema, live: Listener) -> None:
    connects = f"""
import pymysql
pymysql.connect(host="127.0.0.1", port={live.port}, user="u", password="p", database="live")
{BODY}"""
    ours = Address("127.0.0.1", 1, "", "ours")
    with (
        pytest.raises(Refused),
        opened(make_schema({"a1": connects}), url="sqlite://", address=ours, environment={}),
    ):
        pass
    assert live.visits == 0


LEAVES = {
    "ATTACH": "ATTACH DATABASE '{live}' AS live",
    "attach after a comment": "/* x */ attach '{live}' as live",
}


@pytest.mark.parametrize("statement", LEAVES.values(), ids=LEAVES)
def test_a_statement_that_opens_another_file_beside_is_refused(
    make_schema: MakeSchema, tmp_path: Path, statement: str
) -> None:
    live, ours = tmp_path / "live.db", tmp_path / "ours.db"
    body = f'def upgrade():\n    op.execute("{statement.format(live=live)}")'
    address = Address(database=str(ours))
    with opened(make_schema({"a1": body}), url=f"sqlite:///{ours}", address=address, environment={}) as steps:
        steps.prime()
        with pytest.raises(Refused):
            steps.walk(plan([Step(steps.history.revisions[0], "upgrade")]))
    assert not live.exists()


@pytest.mark.parametrize(
    ("statement", "elsewhere"),
    [
        ("USE live", "live"),
        ("  /* x */ use `live`;", "live"),
        ("ATTACH '/x.db' AS x", "/x.db"),
        ("SELECT 1", ""),
        ("ALTER TABLE used ADD a INT", ""),
    ],
)
def test_where_a_statement_leads(statement: str, elsewhere: str) -> None:
    assert leads_to(statement) == elsewhere


def test_tls_is_left_out_on_the_loopback_alone(live: Listener) -> None:
    seen: list[dict[str, object]] = []
    with installed(Address("127.0.0.1", live.port, "", "ours")):
        for host in ("127.0.0.1", "db.corp.example"):
            engine = sqlalchemy.create_engine(f"mysql+pymysql://u:p@{host}:{live.port}/ours")

            @sqlalchemy.event.listens_for(engine, "do_connect")
            def do_connect(_dialect: object, _record: object, _cargs: object, cparams: dict[str, object]) -> None:
                seen.append(dict(cparams))
                raise RuntimeError("far enough")

            with pytest.raises(RuntimeError):
                engine.connect()
    assert [parameters.get("ssl_disabled", False) for parameters in seen] == [True, False]


@pytest.mark.parametrize(
    ("file", "database"),
    [
        (":memory:", ""),
        ("file:shared?mode=memory&cache=shared", ""),
        ("file:/x/y.db?mode=ro", "/x/y.db"),
        (b"/x/y.db", "/x/y.db"),
    ],
)
def test_the_address_of_a_sqlite_file(file: object, database: str) -> None:
    assert sqlite_address(file).database == database
