"""What a snapshot of PostgreSQL sees: each single change that pg_dump sees, and nothing that it does not."""

from __future__ import annotations

import itertools
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import pytest

from migkit.catalog import connect
from migkit.catalog.postgresql import PostgreSQLCatalog
from migkit.diff import compare
from migkit.model import Database, Server, Snapshot
from migkit.servers import databases
from tests.server.postgresql_states import BASE, FINER, SEEN, UNSEEN

pytestmark = pytest.mark.server


@dataclass(frozen=True)
class State:
    """A schema as the kit sees it, and as pg_dump does."""

    snapshot: Snapshot
    dump: str


def login(database: Database) -> str:
    server = database.server
    host = server.socket or server.host
    return psycopg.conninfo.make_conninfo(
        host=host, port=server.port, user=server.user, password=server.password, dbname=database.name
    )


def run(database: Database, sql: str) -> None:
    """Run statements, each in a transaction of its own."""
    with psycopg.connect(login(database), autocommit=True) as session:
        if sql.startswith(("DO ", "CREATE")) or "$" in sql:
            session.execute(sql.encode())
            return
        for statement in sql.split("; "):
            session.execute(statement.encode())


def dump(database: Database) -> str:
    """Ask pg_dump of the server's own version: in its container, or here where the server runs here."""
    server = database.server
    command = ["pg_dump", "--schema-only", "--no-owner"]
    if server.handle:
        inside = ["docker", "exec", "--env", f"PGPASSWORD={server.password}", server.handle]
        command = [*inside, *command, "--username", server.user, database.name]
    else:
        command += ["--dbname", login(database)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return re.sub(r"^\\(un)?restrict .*$|^--.*$", "", done.stdout, flags=re.MULTILINE)


def set_up(database: Database) -> None:
    with psycopg.connect(login(database), autocommit=True) as session:
        session.execute(BASE.encode())


@pytest.fixture(scope="module")
def server(serve: Callable[[str], Server]) -> Server:
    return serve("postgresql:15")


@pytest.fixture(scope="module")
def states(server: Server) -> Iterator[Callable[[str], State]]:
    """Give the state after a change of the base schema; "" is the base itself. Each is taken once."""
    taken: dict[str, State] = {}
    with databases.throwaway(server) as database:
        set_up(database)
        with connect(database) as (catalog, keeper):
            keeper.keep(0, catalog.snapshot(), {})

            def take(change: str) -> State:
                if change not in taken:
                    keeper.restore(0)
                    if change:
                        run(database, change)
                    taken[change] = State(catalog.snapshot(), dump(database))
                return taken[change]

            yield take


@pytest.mark.parametrize("change", SEEN)
def test_a_change_that_pg_dump_sees_is_seen(states: Callable[[str], State], change: str) -> None:
    before, after = states(""), states(SEEN[change])
    assert before.dump != after.dump, "the case changes nothing"
    assert compare(before.snapshot, after.snapshot) != ()


@pytest.mark.parametrize("change", FINER)
def test_some_changes_are_seen_that_pg_dump_leaves_out(states: Callable[[str], State], change: str) -> None:
    if "pg_trgm" in FINER[change]:
        before = states("CREATE EXTENSION pg_trgm WITH VERSION '1.5'")
        after = states("CREATE EXTENSION pg_trgm WITH VERSION '1.6'")
    else:
        before, after = states(""), states(FINER[change])
    assert before.snapshot != after.snapshot


@pytest.mark.parametrize("change", UNSEEN)
def test_what_is_no_change_of_the_schema_is_not_seen(states: Callable[[str], State], change: str) -> None:
    before, after = states(""), states(UNSEEN[change])
    assert before.dump == after.dump, "the case changes something"
    assert compare(before.snapshot, after.snapshot) == ()
    assert before.snapshot.objects == after.snapshot.objects


def test_snapshots_are_equal_exactly_when_dumps_are(states: Callable[[str], State]) -> None:
    taken = [states(change) for change in ("", *SEEN.values(), *UNSEEN.values())]
    for one, other in itertools.combinations(taken, 2):
        assert (compare(one.snapshot, other.snapshot) == ()) == (one.dump == other.dump)


def test_the_objects_of_a_schema_have_kinds_names_and_owners(states: Callable[[str], State]) -> None:
    objects = states("").snapshot.objects
    kinds: dict[str, set[str]] = {}
    for kind, name in objects:
        kinds.setdefault(kind, set()).add(name)
    assert kinds["table"] == {"t", "parent", "other.child", "heir", "logs", "logs_2024", "logs_rest", "remote"}
    assert kinds["view"] == {"v", "mv"}
    assert {"t.name", "other.child.extra", "heir.more"} <= kinds["column"]
    assert "t_made" in kinds["index"]
    assert {"t.t_pkey", "t.t_parent", "t.t_amount", "t.t_name", "t.t_during"} <= kinds["constraint"]
    assert kinds["sequence"] == {"seq", "t_id_seq"}
    assert kinds["routine"] == {
        "one(integer)", "touch()", "log_ddl()", "work(text)", "add_up(integer, integer)", "total(integer)",
    }  # fmt: skip
    assert (kinds["enum"], kinds["domain"], kinds["type"]) == ({"mood"}, {"positive"}, {"pair", "span"})
    assert (kinds["trigger"], kinds["rule"], kinds["policy"]) == ({"t.trg"}, {"heir.quiet"}, {"t.mine"})
    assert kinds["schema"] == {"public", "other"}
    assert kinds["extension"] == {"citext", "plpgsql", "postgres_fdw"}
    column = objects["column", "t.name"]
    assert column.definition == "character varying(40) NOT NULL DEFAULT 'x'::character varying COMMENT 'the name'"
    assert (column.owner, column.position) == ("t", 2)
    assert objects["sequence", "t_id_seq"].owner == objects["index", "t_made"].owner == "t"


def test_each_commit_is_seen_at_once_however_it_was_made(server: Server) -> None:
    with databases.throwaway(server) as database:
        catalog = PostgreSQLCatalog(database)
        seen = [catalog.snapshot()]
        for change in (
            "CREATE TABLE a (x integer)",
            "CREATE TABLE b (x integer)",
            "DO $$ BEGIN EXECUTE 'ALTER TABLE a ADD y text'; END $$",
            "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DROP TABLE b'; END $$",
            "DO $$ BEGIN PERFORM f(); END $$",
        ):
            run(database, change)
            seen.append(catalog.snapshot())
        catalog.close()
    changes = [[d.object for d in compare(one, other)] for one, other in itertools.pairwise(seen)]
    assert changes == [["a"], ["b"], ["a.y"], ["f()"], ["b"]]


def test_excluded_tables_are_left_out_with_what_they_own(server: Server) -> None:
    with databases.throwaway(server) as database:
        run(database, "CREATE TABLE a (id serial PRIMARY KEY); CREATE TABLE b (x integer); CREATE SCHEMA s; "
                      "CREATE TABLE s.a (x integer)")  # fmt: skip
        catalog = PostgreSQLCatalog(database)
        everything, without = catalog.snapshot(), catalog.snapshot(["a"])
        assert everything.tables() == {"a", "b", "s.a"}
        assert without.tables() == {"b", "s.a"}
        assert not any(one.owner == "a" for one in without.objects.values())
        assert set(catalog.checksums(["a"])) == {"b", "s.a"}
        catalog.close()


POSTGIS = ("postgis", "postgis_topology", "fuzzystrmatch", "postgis_tiger_geocoder")


def create(database: Database, extension: str) -> bool:
    """Create an extension; not every release has the geocoder."""
    try:
        run(database, f"CREATE EXTENSION {extension}")
    except psycopg.errors.FeatureNotSupported:
        return False
    return True


def test_nothing_of_an_extension_is_in_a_snapshot(server: Server) -> None:
    with databases.throwaway(server) as database:
        catalog = PostgreSQLCatalog(database)
        before = catalog.snapshot()
        made = [extension for extension in POSTGIS if create(database, extension)]
        after = catalog.snapshot()
        assert "postgis" in made
        assert {(d.kind, d.object) for d in compare(before, after)} == {("extension", name) for name in made}
        assert not catalog.checksums()
        run(database, "CREATE TABLE place (id serial, geom geometry(Point, 4326))")
        run(database, "CREATE INDEX place_geom ON place USING gist (geom)")
        found = catalog.snapshot().objects
        assert "public.geometry(Point,4326)" in found["column", "place.geom"].definition
        assert ("index", "place_geom") in found
        catalog.close()
