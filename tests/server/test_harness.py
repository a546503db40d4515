"""One harness over every engine and kind of server: start, ready, two databases, a snapshot, stop, nothing left."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from migkit import catalog, servers
from migkit.engines import parse
from migkit.errors import ServerError
from migkit.model import Database, Server
from migkit.servers import databases, login, names
from tests.server.conftest import Serve, missing
from tests.server.runs import left, listens

pytestmark = pytest.mark.server

KINDS = ("docker", "local", "packaged", "url")
ENGINES = ("mysql:9.7", "mariadb:10.11", "postgresql:15")


def standing(server: Server) -> set[str]:
    sql = "SELECT datname FROM pg_database" if server.engine.dialect == "postgresql" else "SHOW DATABASES"
    with login.connect(server) as connection:
        return {row[0] for row in connection.exec_driver_sql(sql)}


def fill(database: Database, table: str) -> None:
    engine = sa.create_engine(databases.url(database), poolclass=sa.pool.NullPool, future=True)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE {table} (a INT PRIMARY KEY)")
        connection.exec_driver_sql(f"INSERT INTO {table} VALUES (1)")
    engine.dispose()


def tables(database: Database) -> set[str]:
    with catalog.connect(database) as (reader, _keeper):
        snapshot = reader.snapshot()
        return {name.rpartition(".")[2] for kind, name in snapshot.objects if kind == "table"}


def choice(kind: str, engine: str, serve: Serve) -> str:
    if kind != "url":
        return kind
    return login.address(serve(engine)).render_as_string(hide_password=False)


@pytest.mark.parametrize(
    ("kind", "engine"), [*((kind, name) for kind in KINDS for name in ENGINES), ("file", "sqlite")]
)
def test_a_server_serves_two_databases_and_leaves_nothing(kind: str, engine: str, serve: Serve) -> None:
    chosen = choice(kind, engine, serve) if kind != "file" else "auto"
    before = left(names.run())
    shared = standing(serve(engine)) if kind == "url" else set()
    try:
        with servers.serve(parse(engine), choice=chosen) as server:
            assert (server.kind, server.wanted) == (kind, engine)
            assert bool(server.substituted) == (server.engine.name != engine)
            with databases.throwaway(server) as first, databases.throwaway(server) as second:
                fill(first, "one")
                fill(second, "two")
                assert (tables(first), tables(second)) == ({"one"}, {"two"})
    except ServerError as error:
        missing(error)
    assert left(names.run()) == before
    if kind == "url":
        assert standing(serve(engine)) == shared
    elif kind != "file":
        assert not listens(server.port)
