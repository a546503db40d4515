"""A server that somebody else runs, given by its URL: what the kit takes, and what it never touches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from migkit import servers
from migkit.errors import ConfigError, ServerError
from migkit.model import Database, Event, Server
from migkit.product import ServerSettings
from migkit.servers import databases
from tests.server.runs import started, wait_for
from tests.server.test_logins import administer, logins
from tests.server.test_servers import (
    MARIADB,
    MYSQL,
    POSTGRESQL,
    WITH_SERVER,
    by_url,
    connected,
    only,
    scalar,
    standing,
)

pytestmark = pytest.mark.server


def refused(server: Server, database: Database) -> str:
    """Give what is said of a URL that names the database; "" where it is taken."""
    try:
        with servers.serve(server.engine, choice=by_url(server, database.name)):
            return ""
    except ConfigError as error:
        return error.message


@only(
    ("server", "statements"),
    [
        (MYSQL, ("CREATE TABLE t (a INT)",)),
        (MYSQL, ("CREATE VIEW v AS SELECT 1 AS a",)),
        (MARIADB, ("CREATE TABLE t (a INT)",)),
        (MARIADB, ("CREATE VIEW v AS SELECT 1 AS a",)),
        (MARIADB, ("CREATE SEQUENCE s",)),
        (POSTGRESQL, ("CREATE TABLE t (a INT)",)),
        (POSTGRESQL, ("CREATE VIEW v AS SELECT 1 AS a",)),
        (POSTGRESQL, ("CREATE MATERIALIZED VIEW v AS SELECT 1 AS a",)),
        (POSTGRESQL, ("CREATE SCHEMA pgx", "CREATE TABLE pgx.t (a INT) PARTITION BY RANGE (a)")),
        (POSTGRESQL, ('CREATE SCHEMA "Else Where"', 'CREATE TABLE "Else Where".t (a INT)')),
    ],
    indirect=["server"],
)
def test_a_url_that_names_a_database_with_anything_in_it_is_refused(
    server: Server, database: Database, statements: tuple[str, ...]
) -> None:
    assert refused(server, database) == ""
    with connected(database) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    assert refused(server, database) == (
        f"the URL names the database {database.name}, which holds 1 table: it is somebody's"
    )


@only("server", [POSTGRESQL], indirect=True)
def test_tables_that_the_login_may_not_see_are_somebody_s_all_the_same(server: Server, database: Database) -> None:
    with connected(database) as connection:
        connection.exec_driver_sql("CREATE SCHEMA hidden")
        connection.exec_driver_sql("CREATE TABLE hidden.t (a INT)")
        connection.exec_driver_sql("CREATE ROLE kits_blind LOGIN CREATEDB PASSWORD 'blind'")
    try:
        url = by_url(server, database.name).replace(f"{server.user}:{server.password}", "kits_blind:blind")
        with pytest.raises(ConfigError, match="somebody's"), servers.serve(server.engine, choice=url):
            pytest.fail("it was served")
    finally:
        administer(server, "DROP ROLE kits_blind")


@only("server", [POSTGRESQL], indirect=True)
def test_what_an_extension_brought_is_nobody_s(server: Server) -> None:
    """A service container's database may have PostGIS from the start."""
    with databases.throwaway(server, ServerSettings(extensions=("postgis",))) as database:
        assert refused(server, database) == ""


@only("server", [MYSQL, MARIADB], indirect=True)
def test_a_url_may_name_a_database_that_is_not_there_and_it_is_not_made(server: Server) -> None:
    before = standing(server)
    with servers.serve(server.engine, choice=by_url(server, "not_there")) as shared:
        with databases.throwaway(shared) as database:
            assert standing(server) - before == {database.name}
        assert standing(server) == before


@only("server", [POSTGRESQL], indirect=True)
def test_a_postgresql_database_that_is_not_there_is_told(server: Server) -> None:
    with (
        pytest.raises(ServerError, match='database "not_there" does not exist'),
        servers.serve(server.engine, choice=by_url(server, "not_there")),
    ):
        pytest.fail("it was served")


@contextmanager
def run_by_url(server: Server) -> Iterator[str]:
    """Let another run have a database on the server; give the run."""
    with started(server.engine.name, by_url(server)) as (process, run):
        wait_for(process, "serving")
        yield run
        process.kill()


def of(run: str, server: Server) -> tuple[set[str], set[str]]:
    """Give the databases and logins of a run."""
    return {name for name in standing(server) if run in name}, {name for name in logins(server) if run in name}


@only("server", WITH_SERVER, indirect=True)
def test_two_runs_share_a_server_and_what_a_killed_one_left_stays(server: Server) -> None:
    """It is for `doctor --clean` to remove, when it is certain that the run is over."""
    with run_by_url(server) as other:
        theirs = of(other, server)
        assert [len(names) for names in theirs] == [1, 1]
        with servers.serve(server.engine, choice=by_url(server)) as shared:
            with databases.throwaway(shared) as first:
                assert of(other, server) == theirs
            with databases.throwaway(shared) as second:
                assert first.name != second.name
        assert of(other, server) == theirs
    try:
        with servers.serve(server.engine, choice=by_url(server)) as shared, databases.throwaway(shared) as third:
            assert scalar(third, "SELECT 1") == 1
        assert of(other, server) == theirs
    finally:
        (database,), (login,) = theirs
        kind, force = ("ROLE", " WITH (FORCE)") if server.engine.dialect == "postgresql" else ("USER", "")
        administer(server, f"DROP DATABASE {database}{force}", f"DROP {kind} {login}")


@only("server", [MYSQL], indirect=True)
def test_settings_that_a_server_by_url_keeps_are_told(server: Server) -> None:
    told: list[Event] = []
    given = ServerSettings(sql_mode="", lower_case_table_names=1, args=("--x",), charset="latin1")
    with (
        servers.serve(server.engine, given, choice=by_url(server), on_event=told.append) as shared,
        databases.throwaway(shared, given) as database,
    ):
        assert scalar(database, "SELECT @@character_set_database") == "latin1"
    kept = "server.sql_mode, server.lower_case_table_names, server.args not applied"
    assert [event.message for event in told] == [f"a server by URL keeps its own settings: {kept}"]
