from __future__ import annotations

import os
import secrets
import signal
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import docker
import pytest
import sqlalchemy as sa

from migkit import servers
from migkit.engines import parse
from migkit.errors import ConfigError, MigkitError, ServerError
from migkit.model import Database, Event, Server
from migkit.product import ServerSettings
from migkit.servers import databases, docker_images, login, names
from migkit.servers import docker as docker_kind
from migkit.servers.request import Request
from tests.server.conftest import Serve
from tests.server.runs import containers, started, wait_for

pytestmark = pytest.mark.server

MYSQL, MARIADB, POSTGRESQL, SQLITE = "mysql:9.7", "mariadb:10.11", "postgresql:15", "sqlite"
WITH_SERVER = (MYSQL, MARIADB, POSTGRESQL)
only = pytest.mark.parametrize


# --- what is asked of the world outside -------------------------------------------------------------


@contextmanager
def connected(database: Database) -> Iterator[sa.engine.Connection]:
    engine = sa.create_engine(databases.url(database), poolclass=sa.pool.NullPool, future=True)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def scalar(database: Database, sql: str) -> Any:
    with connected(database) as connection:
        return connection.exec_driver_sql(sql).scalar()


def standing(server: Server) -> set[str]:
    """Name the databases that stand on a server."""
    if server.folder is not None:
        return {path.name for path in server.folder.iterdir()}
    sql = "SELECT datname FROM pg_database" if server.engine.dialect == "postgresql" else "SHOW DATABASES"
    with login.connect(server) as connection:
        return {row[0] for row in connection.exec_driver_sql(sql)}


def by_url(server: Server, database: str = "") -> str:
    return login.address(server, database).render_as_string(hide_password=False)


# --- a server that runs -----------------------------------------------------------------------------


def test_a_server_says_what_it_is(server: Server) -> None:
    wanted = server.engine
    assert server.product == wanted.product
    assert server.version.startswith(wanted.version)
    assert (server.wanted, server.substituted) == (wanted.name, "")


@only("server", WITH_SERVER, indirect=True)
def test_a_server_listens_on_the_loopback_alone_and_carries_its_labels(server: Server) -> None:
    with closing(docker.from_env()) as client:
        container = client.containers.get(server.handle)
        published = [port for ports in container.ports.values() for port in ports or ()]
        labels = container.labels
        mounts = container.attrs["HostConfig"]["Tmpfs"]
    assert [(port["HostIp"], int(port["HostPort"])) for port in published] == [("127.0.0.1", server.port)]
    assert (labels["migkit"], labels["migkit.pid"], labels["migkit.run"]) == ("1", str(os.getpid()), names.run())
    assert labels["migkit.started"].startswith("20")
    assert mounts
    assert all("size=" in options for options in mounts.values())


@only("server", WITH_SERVER, indirect=True)
def test_a_running_server_has_no_anonymous_volume(server: Server) -> None:
    with closing(docker.from_env()) as client:
        mounts = client.containers.get(server.handle).attrs["Mounts"]
    assert [mount for mount in mounts if mount["Type"] == "volume"] == []


def test_databases_are_two_and_nothing_is_left_of_them(server: Server) -> None:
    before = standing(server)
    with databases.throwaway(server) as first, databases.throwaway(server) as second:
        assert first.name != second.name
        for database in (first, second):
            assert database.name.startswith(f"migkit_{names.run()}_")
            with connected(database) as connection:
                connection.exec_driver_sql("CREATE TABLE t (a INT)")
    assert standing(server) == before


def test_a_database_goes_although_a_session_is_still_in_it(server: Server) -> None:
    before = standing(server)
    with databases.throwaway(server) as database:
        engine = sa.create_engine(databases.url(database), poolclass=sa.pool.NullPool, future=True)
        open_still = engine.connect()
        open_still.exec_driver_sql("CREATE TABLE t (a INT)")
        open_still.exec_driver_sql("SELECT * FROM t")
    assert standing(server) == before
    open_still.invalidate()
    open_still.close()
    engine.dispose()


def test_a_database_goes_after_an_exception(server: Server) -> None:
    before = standing(server)
    with pytest.raises(ZeroDivisionError), databases.throwaway(server):
        raise ZeroDivisionError
    assert standing(server) == before


def test_a_database_has_the_asked_name_and_a_standing_one_is_not_touched(server: Server) -> None:
    with databases.throwaway(server, name="voipbin") as database:
        assert database.name == "voipbin"
        with connected(database) as connection:
            connection.exec_driver_sql("CREATE TABLE t (a INT)")
        with pytest.raises((ServerError, FileExistsError)), databases.throwaway(server, name="voipbin"):
            pytest.fail("it was made twice")
        assert scalar(database, "SELECT count(*) FROM t") == 0
    assert "voipbin" not in standing(server)


def test_the_url_s_driver_is_the_usual_one_or_the_asked(server: Server) -> None:
    with databases.throwaway(server) as database:
        usual = sa.engine.make_url(databases.url(database))
        assert usual.drivername == login.default_driver(server.engine)
        assert databases.url(database, f"{server.engine.dialect}+other").startswith(f"{server.engine.dialect}+other://")


def test_no_password_is_in_any_text(server: Server, database: Database) -> None:
    texts = [repr(server), str(server), repr(database), str(database), repr(server.engine)]
    texts += [databases.masked(databases.url(database)), servers.explain(server)]
    if not server.password:
        return
    assert len(server.password) >= 20
    assert not [text for text in texts if server.password in text]


# --- settings ---------------------------------------------------------------------------------------


@only("server", [MYSQL, MARIADB], indirect=True)
def test_production_s_binary_log_is_on_and_durability_is_off(database: Database) -> None:
    with connected(database) as connection:
        found = dict(connection.exec_driver_sql("SHOW GLOBAL VARIABLES").all())
    assert found["log_bin"] == "ON"
    assert (found["sync_binlog"], found["innodb_flush_log_at_trx_commit"]) == ("0", "0")


@only("server", [POSTGRESQL], indirect=True)
def test_a_postgresql_is_utf8_and_forgets(database: Database) -> None:
    for name, value in {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "jit": "off"}.items():
        assert scalar(database, f"SHOW {name}") == value
    assert scalar(database, "SHOW server_encoding") == "UTF8"


@only("server", [MYSQL, MARIADB], indirect=True)
def test_a_database_has_the_schema_s_charset(server: Server) -> None:
    sql = "SELECT concat(@@character_set_database, ' ', @@collation_database)"
    with databases.throwaway(server, ServerSettings(charset="utf8mb3")) as database:
        assert scalar(database, sql) == "utf8mb3 utf8mb3_general_ci"
    with databases.throwaway(server, ServerSettings(collation="latin1_bin")) as database:
        assert scalar(database, sql) == "latin1 latin1_bin"


@only("server", [POSTGRESQL], indirect=True)
def test_a_postgresql_database_has_its_extensions_and_collation(server: Server) -> None:
    with databases.throwaway(server, ServerSettings(collation="C", extensions=("postgis", "uuid-ossp"))) as database:
        assert scalar(database, "SELECT postgis_version()").startswith("3.")
        assert scalar(database, "SELECT datcollate FROM pg_database WHERE datname = current_database()") == "C"


@only("server", [POSTGRESQL], indirect=True)
def test_an_extension_that_is_not_there_is_an_error_and_the_database_goes(server: Server) -> None:
    before = standing(server)
    with (
        pytest.raises(ServerError, match="no_such_extension") as caught,
        databases.throwaway(server, ServerSettings(extensions=("no_such_extension",))),
    ):
        pytest.fail("it was made")
    assert "images" in caught.value.remedy
    assert standing(server) == before


@only("server", [MYSQL, POSTGRESQL], indirect=True)
def test_a_collation_that_is_not_there_is_an_error(server: Server) -> None:
    before = standing(server)
    with (
        pytest.raises(ServerError, match="no_such") as caught,
        databases.throwaway(server, ServerSettings(collation="no_such")),
    ):
        pytest.fail("it was made")
    assert "collation" in caught.value.remedy
    assert standing(server) == before


@only(
    ("name", "settings", "found"),
    [
        (MYSQL, {}, "utf8mb4 utf8mb4_0900_ai_ci 0"),
        (MYSQL, {"charset": "utf8mb3", "lower_case_table_names": 0}, "utf8mb3 utf8mb3_general_ci 0"),
        (MYSQL, {"collation": "latin1_bin", "lower_case_table_names": 1}, "latin1 latin1_bin 1"),
        (MARIADB, {"charset": "latin1", "lower_case_table_names": 1}, "latin1 latin1_swedish_ci 1"),
        (MARIADB, {"collation": "utf8mb4_bin"}, "utf8mb4 utf8mb4_bin 0"),
    ],
)
def test_a_server_of_its_own_has_the_schema_s_settings(
    serve: Serve, name: str, settings: dict[str, Any], found: str
) -> None:
    """Of the server, of a database in it, and of a migration's session; names of tables as the file system's never."""
    serve(name)
    before = containers(names.run())
    given = ServerSettings(sql_mode="ANSI_QUOTES", args=("--max-connections=77",), **settings)
    with servers.serve(parse(name), given, choice="docker") as server:
        with databases.throwaway(server, given) as database, connected(database) as connection:
            row = "SELECT concat_ws(' ', @@character_set_{0}, @@collation_{0}, @@lower_case_table_names)"
            for level in ("server", "database"):
                assert connection.exec_driver_sql(row.format(level)).scalar() == found
            both = "SELECT concat_ws(' ', @@global.sql_mode, @@session.sql_mode, @@max_connections)"
            assert connection.exec_driver_sql(both).scalar() == "ANSI_QUOTES ANSI_QUOTES 77"
            connection.exec_driver_sql("CREATE TABLE Mixed (a INT)")
            shown = connection.exec_driver_sql("SHOW TABLES").scalar()
            assert shown == ("mixed" if settings.get("lower_case_table_names") else "Mixed")
        assert sorted(containers(names.run())) == sorted([*before, server.handle])
    assert containers(names.run()) == before


@only("name", [MYSQL, MARIADB])
def test_an_empty_sql_mode_is_one_and_none_is_the_product_s_own(serve: Serve, name: str) -> None:
    with databases.throwaway(serve(name)) as database:
        assert "STRICT_TRANS_TABLES" in scalar(database, "SELECT @@sql_mode")
    with (
        servers.serve(parse(name), ServerSettings(sql_mode=""), choice="docker") as server,
        databases.throwaway(server) as database,
    ):
        assert scalar(database, "SELECT @@sql_mode") == ""


# --- images -----------------------------------------------------------------------------------------


def test_an_image_named_by_the_configuration_is_used(serve: Serve) -> None:
    """The product that runs is then said, whatever was wanted."""
    serve(MARIADB)
    events: list[Event] = []
    images = {MYSQL: "no-such-image", "mysql": "migkit/mariadb:10.11"}
    with servers.serve(parse(MYSQL), choice="docker", images=images, on_event=events.append) as server:
        assert server.engine.name == MARIADB
        assert server.wanted == MYSQL
        assert "mysql:9.7 was wanted, MariaDB 10.11" in server.substituted
        assert server.substituted in [event.message for event in events]
        with databases.throwaway(server) as database:
            assert "MariaDB" in scalar(database, "SELECT version()")


def test_an_image_named_and_not_to_be_had_is_an_error(serve: Serve) -> None:
    serve(MYSQL)
    images = {MYSQL: "registry.invalid/mysql:9.7"}
    with (
        pytest.raises(ServerError, match=r"registry\.invalid/mysql:9\.7") as caught,
        servers.serve(parse(MYSQL), choice="docker", images=images),
    ):
        pytest.fail("it was served")
    assert "MIGKIT_IMAGE_MYSQL" in caught.value.remedy


def test_another_version_of_the_kit_s_own_stands_in_and_says_so(serve: Serve) -> None:
    serve(MARIADB)
    wanted = "mariadb:10.10.99"  # no registry has it
    with servers.serve(parse(wanted), choice="docker") as server:
        assert server.engine.name == MARIADB
        assert server.substituted.startswith(f"{wanted} was wanted, MariaDB 10.11.")


@only(("version", "image"), [("10.6", "own:10.11"), ("10.11", "own:10.11"), ("11.4", "own:11.8"), ("12.1", "own:11.8")])
def test_the_next_newer_image_stands_in_else_the_newest(version: str, image: str) -> None:
    tags = ["own:11.8", "own:10.11", "own:10.11-next", "own:latest", "other/own:10.7"]
    assert docker_images.nearest(tags, "own", version) == image
    assert docker_images.nearest(["own:latest"], "own", version) == ""


# --- a server that does not start -------------------------------------------------------------------


@only(
    ("name", "argument", "said"),
    [
        (MYSQL, "--no-such-option=1", "no-such-option"),
        (MARIADB, "--no-such-option=1", "no-such-option"),
        (POSTGRESQL, "--no_such_option=1", "no_such_option"),
    ],
)
def test_a_failed_start_shows_the_log_and_leaves_nothing(serve: Serve, name: str, argument: str, said: str) -> None:
    serve(name)
    before = containers(names.run())
    started = time.monotonic()
    with pytest.raises(ServerError, match="exited with code") as caught:  # noqa: SIM117  # serve is what raises
        with servers.serve(parse(name), ServerSettings(args=(argument,)), choice="docker"):
            pytest.fail("it was served")
    assert said in caught.value.log
    assert caught.value.exit_code == 5
    assert time.monotonic() - started < 60
    assert containers(names.run()) == before


def test_a_server_that_dies_is_explained(serve: Serve) -> None:
    serve(MYSQL)
    with servers.serve(parse(MYSQL), choice="docker") as server:
        with closing(docker.from_env()) as client:
            client.containers.get(server.handle).kill()
        explained = servers.explain(server)
        with pytest.raises(ServerError) as caught, databases.throwaway(server):
            pytest.fail("a dead server made a database")
    assert "exited with code 137" in explained
    assert "ready for connections" in explained
    assert server.password not in explained + caught.value.message
    assert "is gone" in servers.explain(server)


@only("name", WITH_SERVER)
def test_a_full_disk_is_explained(serve: Serve, name: str) -> None:
    serve(name)
    limit = 320 * 2**20
    with docker_kind.serve(Request(parse(name)), data_limit=limit) as server:
        with databases.throwaway(server) as database, pytest.raises(sa.exc.DBAPIError):
            fill(database)
        explained = servers.explain(server)
    assert "the disk of its data" in explained
    assert "full" in explained


def fill(database: Database) -> None:
    """Double a table's rows until the server refuses."""
    with connected(database) as connection:
        connection.exec_driver_sql("CREATE TABLE t (a TEXT)")
        connection.exec_driver_sql("INSERT INTO t SELECT repeat('x', 1000)")
        for _ in range(30):
            connection.exec_driver_sql("INSERT INTO t SELECT a FROM t")


# --- interrupted ------------------------------------------------------------------------------------

AROUND_CREATE = """
from docker.models.containers import ContainerCollection
inner = ContainerCollection.create
def create(self, *args, **kwargs):
    {before}
    made = inner(self, *args, **kwargs)
    {after}
    return made
ContainerCollection.create = create
"""
STRIKE = "os.kill(os.getpid(), signal.SIGINT)"


@only("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@only("seconds", [0.0, 0.15, 0.4, 1.0])
def test_an_interrupted_start_leaves_nothing(serve: Serve, number: signal.Signals, seconds: float) -> None:
    serve(MYSQL)
    with started(MYSQL, "docker") as (process, run):
        wait_for(process, "start")
        time.sleep(seconds)
        process.send_signal(number)
        process.communicate(timeout=60)
    assert process.returncode in ((-number, 130) if number == signal.SIGINT else (128 + number,))
    assert containers(run) == []


@only("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing(serve: Serve, number: signal.Signals) -> None:
    serve(MYSQL)
    with started(MYSQL, "docker") as (process, run):
        wait_for(process, "serving")
        assert len(containers(run)) == 1
        process.send_signal(number)
        process.send_signal(number)
        process.communicate(timeout=60)
    assert containers(run) == []


@only(("before", "after"), [(STRIKE, ""), ("", STRIKE), (STRIKE, STRIKE), (f"{STRIKE}; {STRIKE}; {STRIKE}", "")])
def test_an_interrupt_around_the_creation_leaves_nothing(serve: Serve, before: str, after: str) -> None:
    serve(MYSQL)
    prepare = AROUND_CREATE.format(before=before or "pass", after=after or "pass")
    with started(MYSQL, "docker", prepare=prepare) as (process, run):
        process.communicate(timeout=60)
    assert process.returncode in (-signal.SIGINT, 130)
    assert containers(run) == []


def test_a_program_s_own_handlers_come_back(serve: Serve) -> None:
    serve(SQLITE)
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    with servers.serve(parse(SQLITE)):
        pass
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == before


# --- a server by URL --------------------------------------------------------------------------------


@only("server", WITH_SERVER, indirect=True)
def test_a_server_by_url_serves_and_is_left_as_it_was(server: Server) -> None:
    before = standing(server)
    with servers.serve(server.engine, choice=by_url(server)) as shared:
        assert (shared.kind, shared.product, shared.version) == ("url", server.product, server.version)
        with databases.throwaway(shared) as database:
            with connected(database) as connection:
                connection.exec_driver_sql("CREATE TABLE t (a INT)")
            assert standing(server) - before == {database.name}
    assert standing(server) == before
    assert server.password not in repr(shared) + shared.origin


@only("server", WITH_SERVER, indirect=True)
def test_a_database_of_another_name_is_not_made_on_a_server_by_url(server: Server) -> None:
    with servers.serve(server.engine, choice=by_url(server)) as shared:
        with pytest.raises(ConfigError, match="voipbin"), databases.throwaway(shared, name="voipbin"):
            pytest.fail("it was made")
        with databases.throwaway(shared, name=f"migkit_{secrets.token_hex(4)}") as database:
            assert database.name in standing(server)


@only("server", WITH_SERVER, indirect=True)
def test_a_url_that_names_somebody_s_database_is_refused(server: Server, database: Database) -> None:
    url = by_url(server, database.name)
    with servers.serve(server.engine, choice=url):
        pass
    with connected(database) as connection:
        connection.exec_driver_sql("CREATE TABLE t (a INT)")
    with pytest.raises(ConfigError, match=f"{database.name}, which holds 1 table") as caught:  # noqa: SIM117
        with servers.serve(server.engine, choice=url):
            pytest.fail("it was served")
    assert server.password not in caught.value.message
    assert scalar(database, "SELECT count(*) FROM t") == 0


@only("server", [MARIADB], indirect=True)
def test_another_product_at_the_url_is_told(server: Server) -> None:
    with servers.serve(parse("mysql:8.4"), choice=by_url(server)) as shared:
        assert shared.engine.name == MARIADB
        assert shared.substituted.startswith("mysql:8.4 was wanted, MariaDB 10.11.")
        assert server.password not in shared.substituted


@only("server", [POSTGRESQL], indirect=True)
def test_another_major_version_at_the_url_is_told(server: Server) -> None:
    with servers.serve(parse("postgresql:17"), choice=by_url(server)) as shared:
        assert shared.engine.name == POSTGRESQL
        assert shared.substituted.startswith("postgresql:17 was wanted, PostgreSQL 15.")


@only(
    ("name", "choice"),
    [
        (MYSQL, "postgresql://root:hunter2@127.0.0.1/"),
        (SQLITE, "mysql://root:hunter2@127.0.0.1/"),
        (MYSQL, "sqlite:////tmp/hunter2.db"),
        (MYSQL, "mysql://root:x@hunter2@127.0.0.1:port/"),
        (MYSQL, "mysql://root:x@hunter2@127.0.0.1/"),
        (MYSQL, "oracle://root:hunter2@127.0.0.1/"),
        (MYSQL, "dokcer"),
        (MYSQL, "root:hunter2@tcp(127.0.0.1)/"),
    ],
)
def test_what_is_no_server_for_the_engine_is_refused(name: str, choice: str) -> None:
    with pytest.raises(ConfigError) as caught, servers.serve(parse(name), choice=choice):
        pytest.fail("it was served")
    assert "root:hunter2" not in caught.value.message
    assert "@hunter2" not in caught.value.message
    assert caught.value.remedy


def test_a_url_where_nobody_answers_is_a_server_error_without_its_password() -> None:
    with (
        pytest.raises(MigkitError) as caught,
        servers.serve(parse(MYSQL), choice="mysql+pymysql://root:hunter2@127.0.0.1:1/"),
    ):
        pytest.fail("it was served")
    assert caught.value.exit_code == 5
    assert "127.0.0.1:1" in caught.value.message
    assert "hunter2" not in caught.value.message
    assert caught.value.remedy


@only("server", [MYSQL], indirect=True)
def test_a_wrong_password_is_a_server_error_without_it(server: Server) -> None:
    choice = f"mysql+pymysql://root:hunter2@127.0.0.1:{server.port}/"
    with pytest.raises(ServerError, match="Access denied") as caught, servers.serve(server.engine, choice=choice):
        pytest.fail("it was served")
    assert "hunter2" not in caught.value.message
