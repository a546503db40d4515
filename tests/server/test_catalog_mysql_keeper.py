"""Kept states of MySQL and MariaDB databases come back exactly."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pymysql
import pytest

from migkit.catalog.mysql_keeper import MySQLKeeper
from migkit.errors import ServerError
from tests.server.mysql_bench import Bench, login
from tests.server.mysql_states import BASE, KINDS, ROWS, Change

pytestmark = pytest.mark.server


@pytest.fixture
def keeper(bench: Bench) -> Iterator[MySQLKeeper]:
    it = MySQLKeeper(bench.database, bench.catalog)
    yield it
    it.close()


def test_every_kept_state_comes_back_from_every_other(bench: Bench, keeper: MySQLKeeper) -> None:
    steps: list[Change] = [
        (),
        (*BASE, "INSERT INTO t (a) VALUES ('x')"),
        (KINDS, *ROWS, "CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)",
         "INSERT INTO alembic_version VALUES ('abc')"),
        ("ALTER TABLE t ADD z INT", "UPDATE alembic_version SET version_num = 'def'",
         "UPDATE kinds SET b = x'ff' WHERE id = 2"),
        ("CREATE VIEW a_first AS SELECT id FROM v", "CREATE OR REPLACE VIEW v AS SELECT id FROM t",
         "DROP TRIGGER first_one", "DELETE FROM kinds", "DROP TABLE split"),
        ("INSERT INTO parent SELECT id + 5, CONCAT(code, 'x') FROM parent", "ALTER DATABASE COLLATE utf8mb4_bin"),
    ]  # fmt: skip
    states: list[tuple[Any, ...]] = []
    for position, statements in enumerate(steps):
        bench.run(*statements)
        states.append(bench.catalog.read("alembic_version")[:2])
        keeper.keep(position, *states[-1])
    for position in [5, 0, 3, 1, 4, 2, 5, 4, 3, 2, 1, 0]:
        assert keeper.restore(position) == position
        assert bench.catalog.read("alembic_version")[:2] == states[position], position


def test_a_position_between_two_records_gives_the_lower_one(bench: Bench, keeper: MySQLKeeper) -> None:
    keeper.keep(2, *bench.catalog.read()[:2])
    bench.run("CREATE TABLE t (id INT)")
    keeper.keep(7, *bench.catalog.read()[:2])
    assert keeper.restore(6) == 2
    assert bench.catalog.checksums() == {}
    assert keeper.restore(900) == 7
    with pytest.raises(ServerError, match="position 1"):
        keeper.restore(1)


def test_a_position_kept_again_forgets_the_later_ones(bench: Bench, keeper: MySQLKeeper) -> None:
    for position in range(3):
        bench.run(f"CREATE TABLE t{position} (id INT)")
        keeper.keep(position, *bench.catalog.read()[:2])
    bench.run("DROP TABLE t2")
    keeper.keep(1, *bench.catalog.read()[:2])
    bench.run("DROP TABLE t1")
    assert keeper.restore(2) == 1
    assert set(bench.catalog.checksums()) == {"t0", "t1"}


def test_counters_come_back(bench: Bench, keeper: MySQLKeeper) -> None:
    bench.run(
        "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, a INT)",
        "CREATE TABLE u (id INT AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT=40",
        "INSERT INTO t (a) VALUES (1), (2), (3), (4)",
        "DELETE FROM t WHERE id > 2",
    )
    keeper.keep(0, *bench.catalog.read()[:2])
    for wreck in ("DROP TABLE t, u", "TRUNCATE t", "INSERT INTO t (a) VALUES (9)", "INSERT INTO u VALUES (99)"):
        bench.run(wreck)
        keeper.restore(0)
        bench.run("INSERT INTO t (a) VALUES (7)", "INSERT INTO u VALUES ()")
        assert bench.ask("SELECT MAX(id) FROM t")[0][0] == 5, wreck
        assert bench.ask("SELECT MAX(id) FROM u")[0][0] == 40, wreck
        keeper.restore(0)


@pytest.mark.parametrize("bench", ["mariadb:10.11"], indirect=True)  # MySQL has no sequences
def test_a_sequence_goes_on_where_it_was(bench: Bench, keeper: MySQLKeeper) -> None:
    bench.run(
        "CREATE SEQUENCE s START WITH 5 INCREMENT BY 5 NOCACHE",
        "CREATE TABLE t (id INT DEFAULT NEXTVAL(s))",
        "INSERT INTO t VALUES (DEFAULT), (DEFAULT)",
    )
    before = bench.catalog.read()
    keeper.keep(0, *before[:2])
    for wreck in (("DROP TABLE t", "DROP SEQUENCE s"), ("INSERT INTO t VALUES (DEFAULT), (DEFAULT)",)):
        bench.run(*wreck)
        keeper.restore(0)
        assert bench.catalog.read() == before
        assert bench.ask("SELECT NEXTVAL(s)")[0][0] == 15, wreck
        keeper.restore(0)


def test_programs_come_back_with_their_settings(bench: Bench, keeper: MySQLKeeper) -> None:
    bench.run(
        "SET SESSION sql_mode = ''",
        "CREATE TABLE t (id INT, a VARCHAR(20) COMMENT 'é', d DATE DEFAULT '0000-00-00')",
        "SET NAMES latin1",
        "SET SESSION sql_mode = 'ANSI_QUOTES', time_zone = '+03:00'",
        "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.\"a\" = 'n'",
        "CREATE PROCEDURE p(x VARCHAR(9)) SELECT \"id\", 'é' FROM t",
        'CREATE VIEW v AS SELECT \'é\' AS one, "a" FROM "t"',
        "CREATE EVENT e ON SCHEDULE AT '2037-01-01 00:00:00' DO SET @x = 1",
        "ALTER DATABASE COLLATE utf8mb4_bin",
        "SET NAMES utf8mb4",
    )
    before = bench.catalog.read()
    keeper.keep(0, *before[:2])
    bench.run("DROP TABLE t", "DROP PROCEDURE p", "DROP VIEW v", "DROP EVENT e")
    keeper.restore(0)
    assert bench.catalog.read() == before


def test_views_come_back_in_the_order_they_need(bench: Bench, keeper: MySQLKeeper) -> None:
    bench.run(
        "CREATE TABLE t (id INT)",
        "CREATE VIEW z AS SELECT id FROM t",
        "CREATE VIEW y AS SELECT id FROM z",
        "CREATE VIEW a AS SELECT y.id FROM y JOIN z USING (id)",
    )
    before = bench.catalog.read()
    keeper.keep(0, *before[:2])
    bench.run("DROP VIEW a, y, z", "DROP TABLE t")
    keeper.restore(0)
    assert bench.catalog.read() == before


def test_what_a_migration_left_open_is_ended(bench: Bench, keeper: MySQLKeeper) -> None:
    bench.run("CREATE TABLE t (id INT)")
    before = bench.catalog.read()
    keeper.keep(0, *before[:2])
    bench.run("ALTER TABLE t ADD a INT", "START TRANSACTION", "SELECT * FROM t")
    started_at = time.monotonic()
    keeper.restore(0)
    assert time.monotonic() - started_at < 20
    assert bench.catalog.read() == before
    with pytest.raises(pymysql.MySQLError):
        bench.session.ping(reconnect=False)


def test_many_rows_are_kept_beside_and_dropped_at_the_end(bench: Bench, keeper: MySQLKeeper) -> None:
    bench.run("CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20), KEY (a))")
    values = ", ".join(f"({number}, 'v{number}')" for number in range(500))
    bench.run(f"INSERT INTO t VALUES {values}")
    before = bench.catalog.read()
    keeper.keep(0, *before[:2])
    bench.run("UPDATE t SET a = 'gone'")
    keeper.keep(1, *bench.catalog.read()[:2])
    bench.run("DROP TABLE t")
    keeper.restore(0)
    assert bench.catalog.read() == before
    beside = f"SHOW DATABASES LIKE '{bench.database.name}\\_keep'"
    admin = Bench(bench.database, bench.catalog, login(bench.database.server, bench.database.name))
    assert admin.ask(beside)
    admin.run(f"KILL {bench.catalog.session.identity()}")
    keeper.close()
    assert not admin.ask(beside), "also where an interrupt broke the connection"
    admin.session.close()


def test_a_thousand_positions_stay_cheap(bench: Bench, keeper: MySQLKeeper) -> None:
    bench.run(*BASE)
    state = bench.catalog.read()
    for position in range(1000):
        keeper.keep(position, *state[:2])
    assert keeper.restore(500) == 500


def test_what_cannot_come_back_is_named(bench: Bench, keeper: MySQLKeeper) -> None:
    bench.run("CREATE TABLE t (id INT)", "CREATE VIEW dangling AS SELECT * FROM t", "DROP TABLE t")
    keeper.keep(0, *bench.catalog.read()[:2])
    bench.run("DROP VIEW dangling")
    with pytest.raises(ServerError, match="dangling"):
        keeper.restore(0)
