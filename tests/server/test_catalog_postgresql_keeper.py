"""States of a PostgreSQL database that come back exactly."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping

import psycopg
import pytest

from migkit.catalog.postgresql import PostgreSQLCatalog
from migkit.catalog.postgresql_keeper import LIMIT, SPACING, PostgreSQLKeeper
from migkit.errors import ServerError
from migkit.model import Database, Server, Snapshot
from migkit.servers import databases
from tests.server.conftest import administrated
from tests.server.postgresql_states import BASE
from tests.server.test_catalog_postgresql import dump, login, run

pytestmark = pytest.mark.server

State = tuple[Snapshot, Mapping[str, str]]


@pytest.fixture(scope="module")
def server(serve: Callable[[str], Server]) -> Server:
    return serve("postgresql:15")


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    with databases.throwaway(server) as made:
        yield administrated(made)


@pytest.fixture
def catalog(database: Database) -> Iterator[PostgreSQLCatalog]:
    one = PostgreSQLCatalog(database)
    yield one
    one.close()


@pytest.fixture
def keeper(database: Database, catalog: PostgreSQLCatalog) -> Iterator[PostgreSQLKeeper]:
    one = PostgreSQLKeeper(database, catalog)
    yield one
    one.close()


def keep(keeper: PostgreSQLKeeper, catalog: PostgreSQLCatalog, position: int) -> State:
    state = catalog.snapshot(), catalog.checksums()
    keeper.keep(position, *state)
    return state


def copies(database: Database) -> set[str]:
    with psycopg.connect(login(database)) as session:
        rows = session.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", (f"{database.name}\\_k%",))
        return {row[0].removeprefix(f"{database.name}_k") for row in rows}


def test_a_wrecked_database_comes_back_with_rows_and_sequences(
    database: Database, catalog: PostgreSQLCatalog, keeper: PostgreSQLKeeper
) -> None:
    catalog.script(BASE)
    run(database, "SELECT nextval('seq'), nextval('seq')")
    state, before = keep(keeper, catalog, 0), dump(database)
    for wreck in ("DROP SCHEMA public CASCADE", "DELETE FROM t", "SELECT setval('seq', 90)"):
        run(database, wreck)
        assert keeper.restore(0) == 0
        assert (catalog.snapshot(), catalog.checksums()) == state
        assert dump(database) == before
        with psycopg.connect(login(database)) as session:
            assert session.execute("SELECT nextval('seq')").fetchall() == [(7,)]
            session.rollback()
        keeper.restore(0)


def test_the_highest_state_that_is_not_above_comes_back(
    database: Database, catalog: PostgreSQLCatalog, keeper: PostgreSQLKeeper
) -> None:
    states = []
    for position in range(2 * SPACING + 2):
        run(database, f"CREATE TABLE t{position} (a integer); INSERT INTO t{position} VALUES ({position})")
        states.append(keep(keeper, catalog, position))
    assert copies(database) == {"0", str(SPACING), str(2 * SPACING)}
    for wanted in (2 * SPACING + 1, SPACING, SPACING - 1, 2 * SPACING):
        reached = keeper.restore(wanted)
        assert reached == wanted // SPACING * SPACING
        assert (catalog.snapshot(), catalog.checksums()) == states[reached]


def test_recording_again_replaces_a_state_and_forgets_the_later_ones(
    database: Database, catalog: PostgreSQLCatalog, keeper: PostgreSQLKeeper
) -> None:
    for position in (0, SPACING, 2 * SPACING):
        keep(keeper, catalog, position)
    keeper.restore(SPACING)
    assert keeper.restore(3 * SPACING) == 2 * SPACING
    run(database, "CREATE TABLE again (a integer)")
    again = keep(keeper, catalog, SPACING)
    assert copies(database) == {"0", str(SPACING)}
    run(database, "DROP TABLE again")
    assert keeper.restore(3 * SPACING) == SPACING
    assert (catalog.snapshot(), catalog.checksums()) == again


def test_a_restore_that_was_far_leaves_a_copy_half_way(
    database: Database, catalog: PostgreSQLCatalog, keeper: PostgreSQLKeeper
) -> None:
    keep(keeper, catalog, 0)
    assert keeper.restore(7) == 0
    for position in range(1, 8):
        keep(keeper, catalog, position)
    assert copies(database) == {"0", "4"}
    assert keeper.restore(6) == 4


def test_a_long_history_thins_its_copies(
    database: Database, catalog: PostgreSQLCatalog, keeper: PostgreSQLKeeper
) -> None:
    state = catalog.snapshot(), catalog.checksums()
    for position in range(0, SPACING * (LIMIT + 3), SPACING):
        keeper.keep(position, *state)
    kept = sorted(int(name) for name in copies(database))
    assert len(kept) <= LIMIT // 2 + 3
    assert kept[0] == 0
    assert max(after - before for before, after in itertools.pairwise(kept)) == 2 * SPACING


def test_sessions_that_are_left_open_are_ended_by_the_server(
    database: Database, catalog: PostgreSQLCatalog, keeper: PostgreSQLKeeper
) -> None:
    first = psycopg.connect(login(database))
    first.execute("SELECT 1")
    keep(keeper, catalog, 0)
    second = psycopg.connect(login(database))
    second.execute("CREATE TABLE t (a integer)")
    assert keeper.restore(0) == 0
    for session in (first, second):
        with pytest.raises(psycopg.OperationalError):
            session.execute("SELECT 1")
        session.close()
    assert catalog.snapshot().tables() == set()


def test_an_open_session_puts_a_copy_off(
    database: Database, catalog: PostgreSQLCatalog, keeper: PostgreSQLKeeper
) -> None:
    keep(keeper, catalog, 0)
    with psycopg.connect(login(database), autocommit=True) as session:
        keep(keeper, catalog, SPACING)
        assert session.execute("SELECT 1").fetchall() == [(1,)]
        assert copies(database) == {"0"}
        keep(keeper, catalog, 4 * SPACING)
        assert copies(database) == {"0", str(4 * SPACING)}
        session.close()
    keep(keeper, catalog, 5 * SPACING)
    assert copies(database) == {"0", str(4 * SPACING), str(5 * SPACING)}


def test_what_is_not_copied_with_a_database_comes_back_too(
    server: Server, database: Database, catalog: PostgreSQLCatalog, keeper: PostgreSQLKeeper
) -> None:
    name = f'"{database.name}"'
    role = f'"{server.user}"'
    changes = [
        f"ALTER DATABASE {name} SET search_path = \"$user\", 'Odd one', public",
        f"ALTER DATABASE {name} SET app.tenant = 'it''s'",
        f"ALTER DATABASE {name} SET default_transaction_read_only = off",
        f"ALTER ROLE {role} IN DATABASE {name} SET work_mem = '7MB'",
        f"ALTER DATABASE {name} CONNECTION LIMIT 77",
        f"COMMENT ON DATABASE {name} IS 'it''s \\ mine'",
        f"REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC",
        f"GRANT CREATE ON DATABASE {name} TO pg_monitor WITH GRANT OPTION",
    ]
    for change in changes:
        with psycopg.connect(login(database), autocommit=True) as session:
            session.execute(change.encode())
    state, before = keep(keeper, catalog, 0), settings(database)
    run(database, f"ALTER DATABASE {name} RESET ALL")
    keeper.restore(0)
    assert settings(database) == before
    assert (catalog.snapshot(), catalog.checksums()) == state


def settings(database: Database) -> object:
    with psycopg.connect(login(database)) as session:
        return session.execute(
            "SELECT datdba, datconnlimit, shobj_description(d.oid, 'pg_database'), "
            "(SELECT array_agg(a::text ORDER BY a::text) FROM unnest(datacl) a), "
            "(SELECT array_agg(setrole::text || setconfig::text ORDER BY setrole) FROM pg_db_role_setting "
            "WHERE setdatabase = d.oid) FROM pg_database d WHERE datname = current_database()"
        ).fetchall()


def test_closing_drops_the_copies_and_nothing_else(
    database: Database, catalog: PostgreSQLCatalog, keeper: PostgreSQLKeeper
) -> None:
    run(database, "CREATE TABLE t (a integer)")
    state = keep(keeper, catalog, 0)
    keep(keeper, catalog, SPACING)
    keeper.close()
    keeper.close()
    assert copies(database) == set()
    assert catalog.snapshot() == state[0]


def test_a_copy_of_somebody_else_is_never_taken_or_dropped(
    database: Database, catalog: PostgreSQLCatalog, keeper: PostgreSQLKeeper
) -> None:
    run(database, f'CREATE DATABASE "{database.name}_k0"')
    try:
        with pytest.raises(ServerError, match="already exists"):
            keep(keeper, catalog, 0)
        keeper.close()
        assert copies(database) == {"0"}
    finally:
        run(database, f'DROP DATABASE "{database.name}_k0"')


def test_nothing_kept_is_an_error(keeper: PostgreSQLKeeper) -> None:
    with pytest.raises(ServerError, match="at or below position 3"):
        keeper.restore(3)
