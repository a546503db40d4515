"""Rows on MySQL and MariaDB: what the server takes of any schema, and what is in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pymysql
import pytest
from hypothesis import HealthCheck, Phase, assume, event, given, settings

from migkit.model.rehearsal import Filled, Rows
from migkit.rows import Filler
from migkit.rows.mysql import MySQLStore
from migkit.rows.store import Put
from tests.drawn_schemas import Drawn, dangling, schemas, statements
from tests.server.mysql_bench import Bench
from tests.server.mysql_schemas import DIALECT

pytestmark = pytest.mark.server

COUNT = 12
_DRAWN = settings(
    max_examples=10,
    phases=[Phase.generate],
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def fill(bench: Bench, count: int = COUNT, *, exclude: Sequence[str] = (), **known: Any) -> Filled:
    with Filler(bench.database, Rows(count, **known)) as filler:
        return filler.fill(exclude)


def tables(bench: Bench) -> list[str]:
    return sorted(row[0] for row in bench.ask("SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'"))


def contents(bench: Bench) -> dict[str, list[tuple[Any, ...]]]:
    return {name: sorted(bench.ask(f"SELECT * FROM {name}"), key=repr) for name in tables(bench)}


def cleared(bench: Bench) -> None:
    drops = [f"DROP TABLE {name}" for name in tables(bench)]
    bench.run("SET foreign_key_checks = 0", *drops, "SET foreign_key_checks = 1")


def made(bench: Bench, drawn: Sequence[Drawn]) -> None:
    """Make a schema that was drawn; one that the server does not take is none."""
    cleared(bench)
    try:
        bench.run(*statements(drawn))
    except pymysql.MySQLError as error:
        event(f"refused: {error.args[0]}")
        assume(False)


def lost(bench: Bench, drawn: Sequence[Drawn]) -> int:
    """Count the rows that refer to nothing."""
    return sum(int(bench.ask(query)[0][0]) for query in dangling(drawn))


@_DRAWN
@given(drawn=schemas(DIALECT))
def test_any_schema_is_filled_and_nothing_dangles(bench: Bench, drawn: list[Drawn]) -> None:
    made(bench, drawn)
    filled = fill(bench)
    counts = {name: bench.ask(f"SELECT COUNT(*) FROM {name}")[0][0] for name in tables(bench)}
    assert {name: count for name, count in counts.items() if count} == filled.added
    short = {name: why for name, why in filled.lacking.items() if "leaves no room" not in why}
    assert not short, [table.create for table in drawn]
    assert all(counts[name] == COUNT for name in counts if name not in filled.lacking)
    assert lost(bench, drawn) == 0


@_DRAWN
@given(drawn=schemas(DIALECT))
def test_the_same_schema_gets_the_same_rows_again(bench: Bench, drawn: list[Drawn]) -> None:
    made(bench, drawn)
    fill(bench)
    before = contents(bench)
    made(bench, drawn)
    fill(bench)
    assert contents(bench) == before
    assert not fill(bench).added, "what is full is left alone"
    assert contents(bench) == before


EVERY = """CREATE TABLE every (
  id INT AUTO_INCREMENT PRIMARY KEY, code VARCHAR(20) NOT NULL UNIQUE, name VARCHAR(30) NOT NULL, note VARCHAR(50),
  n INT NOT NULL, big BIGINT, d DECIMAL(6,2), uid BINARY(16) NOT NULL, day DATE NOT NULL, at DATETIME(6),
  doc JSON NOT NULL, body TEXT, tenant INT NOT NULL, slug VARCHAR(10) NOT NULL, UNIQUE (tenant, slug),
  up VARCHAR(30) GENERATED ALWAYS AS (UPPER(name)) STORED)"""


def test_rows_have_the_edges_of_their_columns(bench: Bench) -> None:
    bench.run(EVERY)
    assert fill(bench).added == {"every": COUNT}
    ask = bench.ask

    def some(condition: str) -> bool:
        return bool(ask(f"SELECT COUNT(*) FROM every WHERE {condition}")[0][0])

    for condition in (
        "CHAR_LENGTH(name) = 30", "CHAR_LENGTH(note) = 50", "name = ''", "CHAR_LENGTH(body) > 255", "note IS NULL",
        "n < 0", "n = 0", "n > 32767", "big > 2147483647", "d < 0", "d > 999", "uid = REPEAT(x'00', 16)",
        "day > '9000-01-01'", "day < '1950-01-01'", "doc = CAST('{}' AS JSON)" if not bench.mariadb else "doc = '{}'",
        "CHAR_LENGTH(code) = 20",
    ):  # fmt: skip
        assert some(condition), condition
    assert not some("id < 0 OR code = ''")


def test_what_no_key_forbids_comes_twice(bench: Bench) -> None:
    bench.run(EVERY)
    fill(bench)
    free = "name, note, n, big, d, uid, day, at, body, tenant"
    assert bench.ask(f"SELECT COUNT(*) FROM every GROUP BY {free} HAVING COUNT(*) > 1"), "for a key over any of these"
    assert bench.ask("SELECT slug FROM every GROUP BY slug HAVING COUNT(*) > 1"), "which is unique by tenant alone"
    with pytest.raises(pymysql.IntegrityError):
        bench.run("ALTER TABLE every ADD UNIQUE KEY late (name, tenant)")


def test_zero_dates_come_where_the_server_takes_them(bench: Bench) -> None:
    bench.run("CREATE TABLE t (id INT PRIMARY KEY, day DATE NOT NULL, at TIMESTAMP NULL)")
    fill(bench)
    ((mode,),) = bench.ask("SELECT @@GLOBAL.sql_mode")
    taken = "NO_ZERO_DATE" not in mode
    assert bool(bench.ask("SELECT id FROM t WHERE CAST(day AS CHAR) = '0000-00-00'")) is taken


def test_what_the_history_compares_is_there_to_be_found(bench: Bench) -> None:
    bench.run(
        "CREATE TABLE t (id INT PRIMARY KEY, State VARCHAR(9), uid BINARY(16), n INT, e ENUM('a','b') NOT NULL,"
        " key_text VARCHAR(9) UNIQUE)"
    )
    known = {"state": ("new", "much too long"), "uid": ("5e4a1f0c-0000-4000-8000-000000000001",), "n": ("-77", "x"),
             "e": ("b",), "key_text": ("seeded", "meant"), "id": ("1", "7")}  # fmt: skip
    fill(bench, 20, compared=known, inserted={"key_text": ("seeded",), "": ("7",)})
    for condition in ("State = 'new'", "HEX(uid) LIKE '5E4A%1'", "n = -77", "e = 'b'", "key_text = 'meant'", "id = 1"):
        assert bench.ask(f"SELECT id FROM t WHERE {condition}"), condition
    assert not bench.ask("SELECT id FROM t WHERE key_text = 'seeded' OR id = 7"), "the history inserts them itself"


def test_a_label_that_the_history_inserts_is_left_to_it(bench: Bench) -> None:
    bench.run("CREATE TABLE kinds (label ENUM('one','two','three') PRIMARY KEY)")
    fill(bench, inserted={"label": ("two",)})
    assert sorted(bench.ask("SELECT CAST(label AS CHAR) FROM kinds")) == [("one",), ("three",)]


def test_a_value_stands_under_its_own_column_in_whatever_order(bench: Bench) -> None:
    bench.run("CREATE TABLE t (a INT, b INT)")
    store = MySQLStore(bench.database)
    try:
        store.tables(())
        assert store.put([Put({"t": [{"a": 1, "b": 2}, {"b": 4, "a": 3}]})]) == [""]
        store.commit()
    finally:
        store.close()
    assert sorted(bench.ask("SELECT a, b FROM t")) == [(1, 2), (3, 4)]


def test_rows_that_are_there_stay_and_are_topped_up(bench: Bench) -> None:
    bench.run(
        "CREATE TABLE p (id INT PRIMARY KEY, name VARCHAR(5) UNIQUE)",
        "CREATE TABLE c (id INT AUTO_INCREMENT PRIMARY KEY, p_id INT NOT NULL REFERENCES p (id))",
        "INSERT INTO p VALUES (1, 'a'), (2, '00000')",
        "CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)",
    )
    assert fill(bench, 6, exclude=["alembic_version"]).added == {"p": 4, "c": 6}
    assert bench.ask("SELECT id, name FROM p WHERE id < 3 ORDER BY id") == [(1, "a"), (2, "00000")]
    bench.run("INSERT INTO c (p_id) VALUES (1)")
    assert not bench.ask("SELECT * FROM alembic_version")


def test_a_column_that_came_later_meets_its_edges_too(bench: Bench) -> None:
    bench.run("CREATE TABLE t (id INT PRIMARY KEY, a INT)")
    fill(bench)
    bench.run("ALTER TABLE t ADD b VARCHAR(300), ADD flag TINYINT(1) NOT NULL DEFAULT 0")
    assert fill(bench).added == {"t": 8}
    assert bench.ask("SELECT id FROM t WHERE CHAR_LENGTH(b) = 300")
    assert bench.ask("SELECT id FROM t WHERE flag = 1")
    assert not fill(bench).added


def test_a_column_named_after_a_table_refers_to_it(bench: Bench) -> None:
    bench.run(
        "CREATE TABLE z_customers (id BINARY(16) PRIMARY KEY, name VARCHAR(9))",
        "CREATE TABLE call_calls (id BINARY(16) PRIMARY KEY, customer_id BINARY(16))",
    )
    fill(bench)
    ((found,),) = bench.ask("SELECT COUNT(*) FROM call_calls c JOIN z_customers u ON c.customer_id = u.id")
    assert 1 < found < COUNT


def test_rows_can_be_copied_from_one_table_to_another(bench: Bench) -> None:
    shape = "(id INT AUTO_INCREMENT PRIMARY KEY, uid CHAR(36) UNIQUE, name VARCHAR(20) UNIQUE, bn BINARY(16) UNIQUE)"
    bench.run(f"CREATE TABLE old {shape}", f"CREATE TABLE new {shape}")
    fill(bench)
    bench.run("INSERT INTO new SELECT * FROM old")


def test_what_no_row_can_be_made_for_is_told(bench: Bench) -> None:
    bench.run(
        "CREATE TABLE never (id INT PRIMARY KEY, CONSTRAINT no_way CHECK (id < 0 AND id > 0))",
        "CREATE TABLE below (id INT PRIMARY KEY, up INT NOT NULL, CONSTRAINT f FOREIGN KEY (up) REFERENCES never (id))",
        "CREATE TABLE barred (id INT PRIMARY KEY)",
        "CREATE TRIGGER bar BEFORE INSERT ON barred FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'closed'",
        "CREATE TABLE one (id INT PRIMARY KEY, CONSTRAINT single CHECK (id = 1))",
        "CREATE TABLE fine (id INT PRIMARY KEY)",
    )
    filled = fill(bench)
    assert filled.added == {"fine": COUNT, "one": 1}
    assert filled.lacking["never"] == "no row fulfils no_way"
    assert filled.lacking["below"] == "never, which it refers to, has no rows for it"
    assert filled.lacking["barred"] == "the server refuses its rows: closed"


def test_what_only_the_server_understands_is_tried_until_it_passes(bench: Bench) -> None:
    bench.run(
        "CREATE TABLE t (id INT PRIMARY KEY, kind VARCHAR(10) NOT NULL, weight INT NOT NULL, doc JSON,"
        " CONSTRAINT odd CHECK (CASE kind WHEN 'heavy' THEN weight > 100 ELSE kind = 'light' AND weight < 10 END = 1))",
        "CREATE TABLE parts (id INT NOT NULL, day DATE NOT NULL, PRIMARY KEY (id, day)) PARTITION BY RANGE (YEAR(day))"
        " (PARTITION a VALUES LESS THAN (2010), PARTITION b VALUES LESS THAN (2012))",
        "CREATE TABLE small (id INT PRIMARY KEY, n INT) PARTITION BY LIST (id)"
        " (PARTITION a VALUES IN (3, 5, 7), PARTITION b VALUES IN (11))",
    )
    filled = fill(bench)
    assert filled.added["t"] == COUNT, filled
    assert filled.added["parts"] == COUNT, filled
    assert filled.added["small"] == 4, filled


def test_a_circle_is_filled_with_or_without_nulls(bench: Bench) -> None:
    bench.run(
        "CREATE TABLE a (id INT PRIMARY KEY, b_id INT NOT NULL UNIQUE)",
        "CREATE TABLE b (id INT PRIMARY KEY, a_id INT NOT NULL)",
        "ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b (id)",
        "ALTER TABLE b ADD FOREIGN KEY (a_id) REFERENCES a (id)",
        "CREATE TABLE tree (id INT PRIMARY KEY, up INT NOT NULL, FOREIGN KEY (up) REFERENCES tree (id))",
    )
    filled = fill(bench)
    assert filled == Filled({"a": COUNT, "b": COUNT, "tree": COUNT})
    drawn = [Drawn("a", "INT", refers=[("b_id", "b")]), Drawn("b", "INT", refers=[("a_id", "a")])]
    assert lost(bench, drawn) == 0


def test_a_circle_that_is_refused_is_filled_row_by_row(bench: Bench) -> None:
    bench.run(
        "CREATE TABLE a (id INT PRIMARY KEY, b_id INT NOT NULL)",
        "CREATE TABLE b (id INT PRIMARY KEY, n INT, a_id INT, CONSTRAINT c CHECK (n * n > 5 AND n < 100 OR n < 0))",
        "ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b (id)",
        "ALTER TABLE b ADD FOREIGN KEY (a_id) REFERENCES a (id)",
        "CREATE TRIGGER bar BEFORE INSERT ON b FOR EACH ROW"
        " IF NEW.n IS NULL THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no n'; END IF",
    )
    assert fill(bench) == Filled({"a": COUNT, "b": COUNT})
    drawn = [Drawn("a", "INT", refers=[("b_id", "b")]), Drawn("b", "INT", refers=[("a_id", "a")])]
    assert lost(bench, drawn) == 0


def test_a_key_that_looks_at_the_beginning_alone_is_kept(bench: Bench) -> None:
    bench.run("CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(255) NOT NULL, b BLOB, UNIQUE (s(4)), UNIQUE (b(3)))")
    assert fill(bench) == Filled({"t": COUNT})


def test_keys_that_share_a_column_agree_on_it(bench: Bench) -> None:
    bench.run(
        "CREATE TABLE tenants (id INT PRIMARY KEY)",
        "CREATE TABLE users (tenant INT, id INT, boss INT, PRIMARY KEY (tenant, id),"
        " FOREIGN KEY (tenant) REFERENCES tenants (id), FOREIGN KEY (tenant, boss) REFERENCES users (tenant, id))",
        "CREATE TABLE orders (tenant INT, id INT, buyer INT NOT NULL, PRIMARY KEY (tenant, id),"
        " FOREIGN KEY (tenant, buyer) REFERENCES users (tenant, id))",
        "CREATE TABLE items (tenant INT, parent INT, buyer INT NOT NULL, n TINYINT, PRIMARY KEY (tenant, parent, n),"
        " FOREIGN KEY (tenant, parent) REFERENCES orders (tenant, id),"
        " FOREIGN KEY (tenant, buyer) REFERENCES users (tenant, id))",
    )
    assert fill(bench) == Filled({"tenants": COUNT, "users": COUNT, "orders": COUNT, "items": COUNT})


SPECIAL = {
    "mysql": "v VECTOR(3) NOT NULL, mp MULTIPOLYGON, low VARCHAR(30), UNIQUE ((LOWER(low)), id),"
             " UNIQUE ((UPPER(low))), hidden INT INVISIBLE NOT NULL, g POINT NOT NULL SRID 4326",
    "mariadb": "u UUID NOT NULL, a INET6, pay INT CHECK (pay > 3), g POINT REF_SYSTEM_ID=4326 NOT NULL, s DATE, e DATE,"
               " PERIOD FOR open (s, e)",
}  # fmt: skip


def test_what_one_product_alone_has_is_filled(bench: Bench) -> None:
    special = SPECIAL["mariadb" if bench.mariadb else "mysql"]
    bench.run(
        f"CREATE TABLE t (id INT PRIMARY KEY, {special})",
        "CREATE TABLE `we``ird` (`sel'ect` INT, `a,b)` ENUM('x,y','a)b') NOT NULL COMMENT 'NOT NULL, CHECK (x)')",
        "CREATE TABLE nothing (a INT, b INT AS (1))",
    )
    assert fill(bench) == Filled({"t": COUNT, "we`ird": COUNT, "nothing": COUNT})


def test_pairs_of_parents_are_found_to_the_last(bench: Bench) -> None:
    bench.run(
        "CREATE TABLE a (id INT PRIMARY KEY)",
        "CREATE TABLE b (id INT PRIMARY KEY)",
        "INSERT INTO a VALUES (1), (2), (3)",
        "INSERT INTO b VALUES (1), (2)",
        "CREATE TABLE ab (a INT NOT NULL, b INT NOT NULL, PRIMARY KEY (a, b),"
        " FOREIGN KEY (a) REFERENCES a (id), FOREIGN KEY (b) REFERENCES b (id))",
        "CREATE TABLE one (a INT NOT NULL PRIMARY KEY, FOREIGN KEY (a) REFERENCES a (id))",
    )
    filled = fill(bench, 6, exclude=["a", "b"])
    assert filled.lacking.keys() == {"ab", "one"}, "tables that are left out are not known"
    assert fill(bench, 3).added == {"ab": 3, "one": 3, "b": 1}


def test_nothing_differs_from_one_run_to_the_next(bench: Bench) -> None:
    bench.run(
        "CREATE TABLE log (id INT AUTO_INCREMENT PRIMARY KEY, at DATETIME(6), r DOUBLE)",
        "CREATE TABLE t (id INT PRIMARY KEY, at TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6))",
        "CREATE TRIGGER note AFTER INSERT ON t FOR EACH ROW INSERT INTO log (at, r) VALUES (NOW(6), RAND())",
    )
    fill(bench, 5)
    before = contents(bench)
    assert len(before["log"]) == 10
    bench.run("DELETE FROM t", "TRUNCATE log")
    fill(bench, 5)
    assert contents(bench) == before


def test_a_killed_session_is_opened_anew(bench: Bench) -> None:
    bench.run("CREATE TABLE t (id INT PRIMARY KEY)")
    with Filler(bench.database, Rows(3)) as filler:
        assert filler.fill().added == {"t": 3}
        own = bench.session.thread_id()
        for row in bench.ask("SHOW PROCESSLIST"):
            if row[3] == bench.database.name and row[0] != own:
                bench.run(f"KILL {row[0]}")
        bench.run("CREATE TABLE u (id INT PRIMARY KEY)")
        assert filler.fill().added == {"u": 3}


def test_sixty_tables_take_few_packets(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.run(*(f"CREATE TABLE t{number} (id INT PRIMARY KEY, name VARCHAR(20))" for number in range(60)))
    with Filler(bench.database, Rows(20)) as filler:
        filler.fill(["t1"])
        sent: list[str] = []
        query = pymysql.connections.Connection.query
        monkeypatch.setattr(
            pymysql.connections.Connection,
            "query",
            lambda self, sql, *rest: sent.append(sql) or query(self, sql, *rest),
        )
        assert filler.fill().added == {"t1": 20}
    words = [re.split(r"\s", str(sql), maxsplit=1)[0] for sql in sent]
    assert len(words) <= 9, words
