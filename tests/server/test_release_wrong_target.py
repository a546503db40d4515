"""A release that would go elsewhere: refused with exit code 6 before anything is written, there or here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from migkit import servers
from migkit.engines import parse
from migkit.model import Database, Server
from migkit.preflight import server_id
from migkit.product import ServerSettings
from migkit.servers import login
from tests.server.conftest import Serve
from tests.server.faults.proxy import Proxy
from tests.server.releasing import ENV, Place, first_steps, placed

pytestmark = pytest.mark.server
ENGINES = ("mysql:9.7", "mariadb:10.11", "postgresql:15")
_SETTINGS = ServerSettings()
_WRITES = re.compile(
    r"\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP|TRUNCATE|RENAME|GRANT|LOAD|CALL)\b", re.IGNORECASE
)


@dataclass
class Pair:
    """A server to which a release is to go, and another one of the same product with a database of the same name."""

    place: Place
    other: Server

    def url(self, server: Server, database: str = "", port: int = 0) -> str:
        """Give a URL of the target's own login on a server; both know it."""
        one = self.place.database
        return URL.create(
            server.engine.dialect, one.user, one.password, server.host, port or server.port, database or one.name
        ).render_as_string(hide_password=False)


@pytest.fixture(scope="module", params=ENGINES)
def two(request: pytest.FixtureRequest, serve: Serve) -> Iterator[tuple[Server, Server]]:
    one = serve(request.param)
    with servers.serve(parse(request.param), choice="docker") as other:
        yield one, other


@pytest.fixture
def pair(two: tuple[Server, Server], tmp_path: Path) -> Iterator[Pair]:
    server, other = two
    with placed(server, tmp_path) as place, copied(other, place.database):
        first_steps(place)
        place.prove()
        yield Pair(place, other)


@contextmanager
def copied(server: Server, database: Database) -> Iterator[None]:
    """Make a database of the same name with the same login on another server."""
    spoken = login.console(server.engine)
    name, user = database.name, database.user
    owner = user if server.engine.family == "postgresql" else ""
    with login.connect(server) as root:
        for statement in spoken.logins.create(user, database.password):
            root.exec_driver_sql(statement.replace("%", "%%"))
        root.exec_driver_sql(spoken.create_database(name, _SETTINGS, owner))
        if not owner:
            root.exec_driver_sql(spoken.logins.grant(user, name, "ALL")[0].replace("%", "%%"))
    try:
        yield
    finally:
        with login.connect(server) as root:
            root.exec_driver_sql(spoken.drop_database(name))
            root.exec_driver_sql(spoken.logins.drop(user))


@contextmanager
def unwritten(*both: Server) -> Iterator[None]:
    """See that nothing is written on these servers: by their general log, or by the transactions that got a number."""
    seen = [_Log(one) if one.engine.dialect == "mysql" else _Transactions(one) for one in both]
    for one in seen:
        one.begin()
    try:
        yield
        for one in seen:
            assert not one.writes(), one.writes()
    finally:
        for one in seen:
            one.end()


class _Log:
    def __init__(self, server: Server) -> None:
        self.server = server

    def _ask(self, *statements: str) -> list[str]:
        with login.connect(self.server) as root:
            answers = [root.exec_driver_sql(one) for one in statements]
            return [str(row[0]) for row in answers[-1]] if answers[-1].returns_rows else []

    def begin(self) -> None:
        self._ask("SET GLOBAL log_output = 'TABLE'", "TRUNCATE mysql.general_log", "SET GLOBAL general_log = ON")

    def writes(self) -> list[str]:
        told = self._ask("SELECT CONVERT(argument USING utf8mb4) FROM mysql.general_log WHERE command_type = 'Query'")
        assert told, "the log tells of the question at least"
        return [one for one in told if _WRITES.match(one)]

    def end(self) -> None:
        self._ask("SET GLOBAL general_log = OFF", "SET GLOBAL log_output = DEFAULT")


class _Transactions:
    def __init__(self, server: Server) -> None:
        self.server = server
        self.before = ""

    def _ask(self, statement: str) -> str:
        with login.connect(self.server) as root:
            found = root.exec_driver_sql(statement)
            return str(found.scalar()) if found.returns_rows else ""

    def _next(self) -> str:
        return self._ask("SELECT pg_snapshot_xmax(pg_current_snapshot())")

    def begin(self) -> None:
        self._ask("ALTER SYSTEM SET autovacuum = off")  # it writes too
        self._ask("SELECT pg_reload_conf()")
        self.before = self._next()

    def writes(self) -> list[str]:
        after = self._next()
        return [] if after == self.before else [f"transactions {self.before} to {after}"]

    def end(self) -> None:
        self._ask("ALTER SYSTEM RESET autovacuum")
        self._ask("SELECT pg_reload_conf()")


def refused(pair: Pair, said: str, **environment: str) -> None:
    """The release ends with exit code 6, says why, and has written nothing on either server, nor to a journal."""
    with unwritten(pair.place.server, pair.other):
        done = pair.place.release(**environment)
        assert done.returncode == 6, done.stdout + done.stderr
        assert said in done.stdout + done.stderr
        assert pair.place.database.password not in done.stdout + done.stderr
    left = {one.suffix: one for one in (pair.place.folder / ".migkit/journal").iterdir() if one.suffix}
    assert sorted(left) == [".json", ".txt"]
    told = json.loads(left[".json"].read_text(encoding="utf-8"))
    assert (told["result"], told["run"]) == ("refused", None)
    assert all(pair.place.database.password not in one.read_text(encoding="utf-8") for one in left.values())


def test_what_is_watched_would_be_seen(pair: Pair) -> None:
    with (
        pytest.raises(AssertionError),
        unwritten(pair.other),
        login.connect(pair.other, pair.place.database.name) as it,
    ):
        it.exec_driver_sql("CREATE TABLE seen (a INT)")


def test_an_environment_variable_that_leads_to_another_server(pair: Pair) -> None:
    refused(pair, f"leads to 127.0.0.1:{pair.other.port}", SHOP_URL=pair.url(pair.other))


def test_an_ini_that_leads_to_another_server(pair: Pair) -> None:
    place = pair.place
    toml = place.folder / "migkit.toml"
    toml.write_text(toml.read_text().replace('url = "env:SHOP_URL"', 'url = "ini"'))
    ini = place.folder / "schema/alembic.ini"
    ini.write_text(
        f"[alembic]\nscript_location = migrations\nsqlalchemy.url = {pair.url(pair.other).replace('%', '%%')}\n"
    )
    place.commit()
    refused(pair, f"leads to 127.0.0.1:{pair.other.port}")


def lead(place: Place, url: str) -> None:
    """Write an env.py that goes where it was once told, whatever the ini says."""
    told = f"config.set_main_option('sqlalchemy.url', {url.replace('%', '%%')!r})\n    section = config"
    (place.folder / "schema/migrations/env.py").write_text(ENV.replace("section = config", told))
    place.commit()


def test_an_env_py_that_leads_to_another_server(pair: Pair) -> None:
    place = pair.place
    lead(place, pair.url(pair.other))
    refused(pair, f"env.py leads to 127.0.0.1:{pair.other.port}")


def test_an_env_py_that_leads_to_another_database_of_the_server(pair: Pair) -> None:
    place = pair.place
    lead(place, pair.url(place.server, "another"))
    refused(pair, "/another, and the target is")


def test_a_proxy_that_leads_to_another_server_later(pair: Pair) -> None:
    """The address is the declared one; who answers there is not the server that the first release recorded."""
    place = pair.place
    first = Proxy(place.server.host, place.server.port)
    first.start()
    url = pair.url(place.server, port=first.port)
    place.configure(port=str(first.port))
    place.commit()
    try:
        done = place.release("--to", "a1", SHOP_URL=url)
        assert done.returncode == 0, done.stdout + done.stderr
        first._to = (pair.other.host, pair.other.port)
        with unwritten(place.server, pair.other):
            done = place.release(SHOP_URL=url)
            assert done.returncode == 6, done.stdout + done.stderr
            assert told(pair) in done.stdout
    finally:
        first.stop()
    assert place.current() == ["a1"]


def told(pair: Pair) -> str:
    """Give how the other server is known: by its id, or, as a copy has the same, by what it does not remember.

    All containers of an image have the cluster that was initialised in it, as if one were made from another's files.
    """
    ids = {preflight_id(one) for one in (pair.place.server, pair.other)}
    return "another server" if len(ids) > 1 else "migkit_journal of the database has not"


def preflight_id(server: Server) -> str:
    with login.connect(server) as root:
        return server_id(root, server.engine)


def test_a_server_that_is_not_the_one_that_is_named(pair: Pair) -> None:
    pair.place.configure('server_id = "11111111-2222-3333-4444-555555555555"')
    pair.place.commit()
    refused(pair, "another server")


@pytest.mark.parametrize("verb", ["plan", "status", "drift"])
def test_a_verb_that_only_reads_knows_another_server_too(pair: Pair, verb: str) -> None:
    place = pair.place
    there = place.told("plan")
    assert there["ok"], there["error"]
    assert there["server"]["product"] == place.server.product
    assert there["engine"]["version"] == place.server.version
    (stands,) = place.told("status")["targets"]
    assert (stands["product"], stands["version"]) == (place.server.product, place.server.version)
    place.configure('server_id = "11111111-2222-3333-4444-555555555555"')
    done = place.run(verb)
    assert done.returncode == 6, done.stdout + done.stderr
    assert "another server (a proxy, a copy) answers at this address" in done.stdout + done.stderr


def test_a_database_that_stands_at_a_revision_of_another_history(pair: Pair) -> None:
    with create_engine(pair.place.login, poolclass=NullPool).begin() as its_own:
        its_own.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        its_own.exec_driver_sql("INSERT INTO alembic_version VALUES ('zz9')")
    refused(pair, "zz9, which this history has not")


def test_a_database_that_no_history_ever_made(pair: Pair) -> None:
    pair.place.ask_and_keep("CREATE TABLE somebodys (id INT PRIMARY KEY)")
    refused(pair, "1 tables and no revision")


def test_another_database_than_the_releases_before(pair: Pair) -> None:
    """One of the same server, which holds the same history."""
    place = pair.place
    done = place.release("--to", "a1")
    assert done.returncode == 0, done.stdout + done.stderr
    with databases_of(place) as name, unwritten(place.server):
        done = place.release(SHOP_URL=pair.url(place.server, name))
        assert done.returncode == 6, done.stdout + done.stderr
        assert f"it is {name}, and the journal of this target is that of {place.database.name}" in done.stdout


def test_a_backup_from_before_the_last_release(pair: Pair) -> None:
    """It has the server's id, the database's name and revisions of this history."""
    place = pair.place
    for words in (("--to", "a1"), ()):
        done = place.release(*words)
        assert done.returncode == 0, done.stdout + done.stderr
    (server,) = {entry["server"] for entry in journaled(place)}
    last = place.ask("SELECT MAX(run) FROM migkit_journal")[0][0]
    for sql in (
        "DROP TABLE bill",
        "ALTER TABLE item DROP COLUMN note",
        "ALTER TABLE item DROP COLUMN price",
        "UPDATE alembic_version SET version_num = 'a1'",
        f"DELETE FROM migkit_journal WHERE run = '{last}'",
    ):
        place.ask_and_keep(sql)
    with unwritten(place.server):
        done = place.release()
        assert done.returncode == 6, done.stdout + done.stderr
        assert "migkit_journal of the database has not: a copy or a backup" in done.stdout
        assert 'journal = { folder = "' in done.stdout
    place.configure(f'server_id = "{server}"')
    place.commit()
    done = place.release()
    assert done.returncode == 6, "a copy has the id too"
    assert "migkit_journal of the database has not" in done.stdout
    place.configure('journal = { folder = ".migkit/journal-2" }')
    place.commit()
    done = place.release()
    assert done.returncode == 0, done.stdout + done.stderr
    assert place.current() == ["c3"]


def journaled(place: Place) -> list[dict[str, str]]:
    """Give the beginnings of runs that this machine's journal has."""
    (file,) = (place.folder / ".migkit/journal").glob("*.jsonl")
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    return [line["facts"] for line in lines if line["kind"] == "run"]


@contextmanager
def databases_of(place: Place) -> Iterator[str]:
    """Make a further database for the target's login."""
    name, server = f"{place.database.name}_2", place.server
    spoken = login.console(server.engine)
    owner = place.database.user if server.engine.family == "postgresql" else ""
    with login.connect(server) as root:
        root.exec_driver_sql(spoken.create_database(name, _SETTINGS, owner))
        if not owner:
            root.exec_driver_sql(spoken.logins.grant(place.database.user, name, "ALL")[0].replace("%", "%%"))
    try:
        yield name
    finally:
        with login.connect(server) as root:
            root.exec_driver_sql(spoken.drop_database(name))


def test_a_server_that_takes_no_writes(pair: Pair) -> None:
    """The other one, which is this test's own."""
    sql = {
        "mysql": ("SET GLOBAL super_read_only = 1", "SET GLOBAL super_read_only = 0, GLOBAL read_only = 0"),
        "mariadb": ("SET GLOBAL read_only = 1", "SET GLOBAL read_only = 0"),
        "postgresql": (
            f"ALTER DATABASE {pair.place.database.name} SET default_transaction_read_only = on",
            f"ALTER DATABASE {pair.place.database.name} RESET default_transaction_read_only",
        ),
    }
    begin, end = sql[pair.other.engine.family]
    pair.place.configure(port=str(pair.other.port))
    pair.place.commit()
    with login.connect(pair.other) as root:
        root.exec_driver_sql(begin)
        try:
            done = pair.place.release(SHOP_URL=pair.url(pair.other))
        finally:
            root.exec_driver_sql(end)
    assert done.returncode == 6, done.stdout + done.stderr
    assert "✗ server: writable" in done.stdout
    with login.connect(pair.other, pair.place.database.name) as root:
        count = login.console(pair.other.engine).tables_sql.replace(":name", repr(pair.place.database.name))
        assert root.exec_driver_sql(count.replace("%", "%%")).scalar() == 0
