"""Rows of PostgreSQL: checksums, the version table, and SQL files as psql would run them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator

import psycopg
import pytest

from migkit.catalog.postgresql import PostgreSQLCatalog
from migkit.diff import compare
from migkit.errors import ConfigError, ServerError
from migkit.model import Database, Server
from migkit.servers import databases
from tests.server.conftest import administrated
from tests.server.postgresql_states import BASE
from tests.server.test_catalog_postgresql import login, run

pytestmark = pytest.mark.server


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


def test_checksums_know_neither_the_order_of_rows_nor_of_columns(
    database: Database, catalog: PostgreSQLCatalog
) -> None:
    run(database, "CREATE TABLE t (a integer, b text)")
    assert catalog.checksums() == {"t": "0:0"}
    run(database, "INSERT INTO t VALUES (1, 'x'), (2, NULL), (2, NULL)")
    before = catalog.checksums()
    run(database, "DROP TABLE t")
    run(database, "CREATE TABLE t (b text, gone integer, a integer); ALTER TABLE t DROP gone")
    run(database, "INSERT INTO t VALUES (NULL, 2), ('x', 1), (NULL, 2)")
    assert catalog.checksums() == before
    assert before["t"].startswith("3:")
    run(database, "DELETE FROM t")
    assert catalog.checksums()["t"] == "0:0"


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO t VALUES (3)",
        "INSERT INTO t SELECT * FROM t WHERE a = 1",
        "DELETE FROM t WHERE a = 1",
        "UPDATE t SET b = 'X' WHERE a = 1",
        "UPDATE t SET b = '' WHERE b IS NULL",
        "UPDATE t SET f = 0.1::float8 + 0.2::float8",
        "UPDATE t SET at = at + interval '1 microsecond'",
        "UPDATE t SET raw = '\\x00'",
        "UPDATE t SET b = c, c = b WHERE a = 1",
        'UPDATE t SET "Odd ""name" = 9',
    ],
)
def test_each_change_of_rows_changes_the_checksum(database: Database, catalog: PostgreSQLCatalog, change: str) -> None:
    run(database, "CREATE TABLE t (a integer, b text, c text, f float8 DEFAULT 0.3, at timestamptz DEFAULT now(), "
                  "raw bytea, \"Odd \"\"name\" integer)")  # fmt: skip
    run(database, "INSERT INTO t VALUES (1, 'x', 'y'), (2, NULL, '')")
    before = catalog.checksums()
    run(database, change)
    assert catalog.checksums() != before


def test_every_base_table_is_summed_once(database: Database, catalog: PostgreSQLCatalog) -> None:
    run(database, "CREATE TABLE parent (a integer); CREATE TABLE heir () INHERITS (parent); CREATE SCHEMA s; "
                  "CREATE TABLE s.t (a integer); CREATE TABLE p (a integer) PARTITION BY LIST (a); "
                  "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE TABLE empty (); "
                  "CREATE MATERIALIZED VIEW mv AS SELECT 1; ALTER TABLE heir ENABLE ROW LEVEL SECURITY; "
                  "ALTER TABLE heir FORCE ROW LEVEL SECURITY; CREATE UNLOGGED TABLE u (a integer)")  # fmt: skip
    run(database, "INSERT INTO heir VALUES (1); INSERT INTO s.t VALUES (1), (2); INSERT INTO p VALUES (1); "
                  "INSERT INTO empty DEFAULT VALUES; INSERT INTO u VALUES (1)")  # fmt: skip
    counts = {name: int(sum_.partition(":")[0]) for name, sum_ in catalog.checksums().items()}
    assert counts == {"parent": 0, "heir": 1, "s.t": 2, "p1": 1, "empty": 1, "u": 1}


def test_the_version_table_is_read_and_stamped(database: Database, catalog: PostgreSQLCatalog) -> None:
    assert catalog.version_rows("alembic_version", None) == ()
    assert catalog.version_rows("alembic_version", "nowhere") == ()
    run(database, "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY); CREATE SCHEMA app; "
                  "CREATE TABLE app.versions (version_num varchar(32) PRIMARY KEY)")  # fmt: skip
    assert catalog.version_rows("alembic_version", None) == ()
    catalog.stamp("alembic_version", None, ["b", "a"])
    catalog.stamp("versions", "app", ["c"])
    assert catalog.version_rows("alembic_version", None) == ("a", "b")
    assert catalog.version_rows("versions", "app") == catalog.version_rows("versions", None) == ("c",)
    with pytest.raises(psycopg.errors.UniqueViolation):
        catalog.stamp("alembic_version", None, ["d", "d"])
    assert catalog.version_rows("alembic_version", None) == ("a", "b")


def test_a_lost_session_is_opened_again(database: Database, catalog: PostgreSQLCatalog) -> None:
    run(database, "CREATE TABLE t (a integer)")
    before = catalog.snapshot()
    run(database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'migkit'")
    assert catalog.snapshot() == before
    catalog.close()
    catalog.close()


def test_a_server_that_does_not_answer_is_told() -> None:
    from migkit.engines.postgresql import POSTGRESQL

    nowhere = Database(Server(POSTGRESQL, "url", "PostgreSQL", "15", host="127.0.0.1", port=1, user="u"), "db")
    with pytest.raises(ServerError, match=r"127\.0\.0\.1:1 refused a session in db"):
        PostgreSQLCatalog(nowhere).snapshot()


def test_a_dump_with_rows_loads_as_psql_would_load_it(
    server: Server, database: Database, catalog: PostgreSQLCatalog
) -> None:
    catalog.script(BASE)
    with databases.throwaway(server) as made:
        second = administrated(made)
        other = PostgreSQLCatalog(second)
        other.script(full_dump(database))
        assert compare(catalog.snapshot(), other.snapshot()) == ()
        assert catalog.checksums() == other.checksums()
        other.close()


def full_dump(database: Database) -> str:
    server = database.server
    command = ["pg_dump", "--no-owner"]
    if server.handle:
        inside = ["docker", "exec", "--env", f"PGPASSWORD={server.password}", server.handle]
        command = [*inside, *command, "--username", server.user, database.name]
    else:
        command += ["--dbname", login(database)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def test_a_script_that_fails_names_its_line_and_keeps_what_went_before(
    database: Database, catalog: PostgreSQLCatalog
) -> None:
    with pytest.raises(ConfigError, match='line 3: relation "nope" does not exist') as caught:
        catalog.script("CREATE TABLE fine (a integer);\n\nINSERT INTO nope VALUES (1);\nCREATE TABLE never ();")
    assert caught.value.line == 3
    assert catalog.snapshot().tables() == {"fine"}


def test_statements_that_refuse_a_transaction_run_and_settings_do_not_leak(catalog: PostgreSQLCatalog) -> None:
    catalog.script("CREATE TABLE t (a int); CREATE INDEX CONCURRENTLY i ON t (a); VACUUM; SET search_path = nowhere;")
    catalog.script("BEGIN; INSERT INTO t VALUES (1); ROLLBACK; COPY t (a) FROM STDIN;\n7\n\\N\n\\.\nSELECT 1")
    assert catalog.checksums()["t"].startswith("2:")


def test_equal_texts_have_equal_hashes_in_whatever_type_and_null_has_none(
    database: Database, catalog: PostgreSQLCatalog
) -> None:
    run(database, "CREATE SCHEMA s; CREATE TABLE s.t (i integer, v varchar(9), b bigint, j json, n text, gone int)")
    run(database, "ALTER TABLE s.t DROP gone, ADD g integer GENERATED ALWAYS AS (i + 1) STORED")
    run(database, "INSERT INTO s.t VALUES (7, '7', 7, '7'), (8, '7', 7, '7'); CREATE TABLE empty (a integer)")
    found = {name: list(hashes) for name, hashes in catalog.values(["s.t"])["s.t"].columns.items()}
    assert found.pop("n") == [0, 0]
    seven, eight = found.pop("i")
    assert seven != eight
    assert found == {name: [seven, seven] for name in ("v", "b", "j")}
    assert catalog.values(["empty"])["empty"].columns == {}
    assert catalog.values([]) == {}
