"""Preconditions tell the truth: where one says that the rows are ready the statement passes, where not, it fails.

Tables are filled with values at which products differ; the same question and the same statement go to each server.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from migkit.model import Database, Journal, Target
from migkit.planning.surveying import bound
from migkit.servers import login
from tests.server.planned import outcome, plan, questions

pytestmark = pytest.mark.server
ROUNDS = 4  # fillings of a table for each statement

TEXTS = ("'a'", "'A'", "'a '", "'b'", "'ä'", "'ab'", "'ab '", "'ab  '", "'abc'", "'ABC'", "''", "'ss'", "'ß'", "NULL")
WHOLE = ("-32769", "-129", "-128", "-1", "0", "9", "10", "99", "127", "128", "255", "256", "32767", "40000", "NULL")
EXACT = ("127.4", "127.5", "-128.4", "-128.5", "99.949", "99.95", "-0.4", "-0.5", "255.499", "255.5", "0.05", "NULL")
LONG = ("REPEAT('x', 254)", "REPEAT('x', 255)", "REPEAT('x', 256)", "CONCAT(REPEAT('x', 255), ' ')", "REPEAT('é', 128)")
OCTETS = ("'ab'", "'abc'", "'abcd'", "'ab '", "'abc '", "NULL")
PAIRS = ("1, 1", "1, 2", "2, 1", "2, NULL", "NULL, 2", "NULL, NULL", "3, 3")

Case = tuple[str, tuple[str, ...], str]  # the columns of t, values of its rows, a statement

MYSQL: list[Case] = [
    *(
        ("c VARCHAR(10)", TEXTS, f"ALTER TABLE t {action}")
        for action in (
            "ADD UNIQUE (c)",
            "ADD UNIQUE u (c(2))",
            "ADD PRIMARY KEY (c)",
            "MODIFY c VARCHAR(10) NOT NULL",
            "MODIFY c VARCHAR(2)",
            "CHANGE c d CHAR(1) NOT NULL",
            "MODIFY c TINYTEXT",
            "MODIFY c ENUM('a', 'b', 'ab')",
            "ADD CHECK (c <> 'b')",
            "ADD CONSTRAINT k CHECK (CHAR_LENGTH(c) < 3 AND c LIKE '%a%')",
        )
    ),
    ("c VARCHAR(10) COLLATE utf8mb4_bin", TEXTS, "CREATE UNIQUE INDEX u ON t (c)"),
    ("c VARCHAR(10) CHARACTER SET latin1", TEXTS, "CREATE UNIQUE INDEX u ON t (c DESC)"),
    *(
        ("c INT", WHOLE, f"ALTER TABLE t {action}")
        for action in (
            "MODIFY c TINYINT",
            "MODIFY c TINYINT UNSIGNED NOT NULL",
            "MODIFY c SMALLINT",
            "MODIFY c VARCHAR(2)",
            "MODIFY c CHAR(3)",
            "MODIFY c DECIMAL(3, 1)",
            "MODIFY c DECIMAL(5, 2) UNSIGNED",
            "ADD UNIQUE (c)",
            "ADD CHECK (c > 0)",
            "ADD COLUMN d INT NOT NULL DEFAULT 1 UNIQUE",
            "ADD COLUMN d INT NULL UNIQUE",
        )
    ),
    *(
        ("c DECIMAL(8, 3)", EXACT, f"ALTER TABLE t MODIFY c {type_}")
        for type_ in ("DECIMAL(3, 1)", "TINYINT", "TINYINT UNSIGNED", "DECIMAL(4, 2) UNSIGNED", "DECIMAL(8, 1)")
    ),
    *(("c TEXT", LONG, f"ALTER TABLE t MODIFY c {type_}") for type_ in ("TINYTEXT", "VARCHAR(255)", "VARCHAR(128)")),
    *(("c VARBINARY(6)", OCTETS, f"ALTER TABLE t {action}") for action in ("MODIFY c VARBINARY(3)", "ADD UNIQUE (c)")),
    ("c VARBINARY(6)", OCTETS, "ALTER TABLE t ADD UNIQUE u (c(3))"),
    ("c ENUM('a', 'b', 'ab')", ("'a'", "'b'", "'ab'", "NULL"), "ALTER TABLE t MODIFY c ENUM('ab', 'a')"),
    ("c ENUM('a', 'b', 'ab')", ("'a'", "'b'", "'ab'", "NULL"), "ALTER TABLE t MODIFY c VARCHAR(1) NOT NULL"),
    *(
        ("a INT, b INT", PAIRS, f"ALTER TABLE t {action}")
        for action in (
            "ADD UNIQUE (a, b)",
            "ADD PRIMARY KEY (a, b)",
            "ADD CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p (x, y)",
            "ADD FOREIGN KEY (a) REFERENCES q (x) ON DELETE CASCADE",
            "ADD CHECK (a <= b)",
        )
    ),
]
ONLY_MYSQL: list[Case] = [
    ("c VARCHAR(10)", TEXTS, "CREATE UNIQUE INDEX u ON t ((LOWER(c)))"),
    ("a INT, b INT", PAIRS, "ALTER TABLE t ADD UNIQUE u (a, (b + 1))"),
    ("a INT, b INT", PAIRS, "ALTER TABLE t ADD CHECK (a > 1) NOT ENFORCED"),
]
POSTGRESQL: list[Case] = [
    *(
        ("c varchar(10)", TEXTS, statement)
        for statement in (
            "ALTER TABLE t ADD UNIQUE (c)",
            "CREATE UNIQUE INDEX u ON t (lower(c) DESC NULLS LAST)",
            "CREATE UNIQUE INDEX u ON t (c text_pattern_ops)",
            "CREATE UNIQUE INDEX u ON t (c COLLATE \"C\") WHERE c <> 'a'",
            "CREATE UNIQUE INDEX u ON t (c) NULLS NOT DISTINCT",
            "ALTER TABLE t ADD PRIMARY KEY (c)",
            "ALTER TABLE t ALTER COLUMN c SET NOT NULL",
            "ALTER TABLE t ALTER c TYPE varchar(2)",
            "ALTER TABLE t ALTER COLUMN c TYPE char(1), ALTER c SET NOT NULL",
            "ALTER TABLE t ALTER c TYPE mood USING c::mood",
            "ALTER TABLE t ALTER c TYPE mood USING c::text::mood",
            "ALTER TABLE t ADD CONSTRAINT k CHECK (c <> 'b' AND c LIKE '%a%')",
            "ALTER TABLE t ADD CHECK (length(c) < 3) NOT VALID",
        )
    ),
    *(
        ("c integer", WHOLE, f"ALTER TABLE t {action}")
        for action in (
            "ALTER c TYPE smallint",
            "ALTER c TYPE varchar(2)",
            "ALTER c TYPE numeric(3, 1)",
            "ADD CHECK (c > 0)",
            "ADD COLUMN d integer NOT NULL",
            "ADD COLUMN d integer NOT NULL DEFAULT 1 UNIQUE",
            "ADD COLUMN d integer UNIQUE",
        )
    ),
    *(
        ("c numeric(9, 3)", (*EXACT, "32767.499", "32767.5"), f"ALTER TABLE t ALTER c TYPE {type_}")
        for type_ in ("numeric(3, 1)", "smallint", "numeric(8, 1)")
    ),
    ("c mood", ("'a'", "'b'", "'ab'", "NULL"), "ALTER TABLE t ALTER c TYPE other USING c::text::other"),
    ("c mood", ("'a'", "'b'", "'ab'", "NULL"), "ALTER TABLE t ALTER c TYPE varchar(1)"),
    *(
        ("a integer, b integer", PAIRS, f"ALTER TABLE t {action}")
        for action in (
            "ADD UNIQUE (a, b)",
            "ADD UNIQUE NULLS NOT DISTINCT (a, b)",
            "ADD PRIMARY KEY (a, b)",
            "ADD CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p",
            "ADD CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p MATCH FULL",
            "ADD FOREIGN KEY (a) REFERENCES q (x)",
            "ADD CHECK (a <= b)",
        )
    ),
]
FIRST = {
    "mysql": (
        "CREATE TABLE p (x INT, y INT, PRIMARY KEY (x, y))",
        "INSERT INTO p VALUES (1, 1), (1, 2), (2, 1)",
        "CREATE TABLE q (x INT PRIMARY KEY)",
        "INSERT INTO q VALUES (1), (2)",
    ),
    "postgresql": (
        "CREATE TABLE p (x integer, y integer, PRIMARY KEY (x, y))",
        "INSERT INTO p VALUES (1, 1), (1, 2), (2, 1)",
        "CREATE TABLE q (x integer PRIMARY KEY)",
        "INSERT INTO q VALUES (1), (2)",
        "CREATE TYPE mood AS ENUM ('a', 'b', 'ab')",
        "CREATE TYPE other AS ENUM ('ab', 'a')",
    ),
}


def cases(database: Database) -> list[Case]:
    family = database.server.engine.family
    if family == "postgresql":
        return POSTGRESQL
    return [*MYSQL, *(ONLY_MYSQL if family == "mysql" else [])]


def fillings(case: Case, seed: int) -> Iterator[tuple[str, ...]]:
    """Give rows at random, few enough that both outcomes are met, and none at all."""
    drawn = random.Random(f"{case} {seed}")
    yield ()
    for size in (1, 1, 2, 3)[:ROUNDS]:
        yield tuple(drawn.choice(case[1]) for _ in range(size))
    yield from ((one,) for one in case[1])
    yield from ((one, other) for one in case[1][:3] for other in case[1][:3])


@pytest.mark.parametrize("server", ["mysql:9.7", "mariadb:10.11", "postgresql:15"], indirect=True)
def test_a_statement_does_what_its_preconditions_say(database: Database) -> None:
    wrong: list[str] = []
    seen = {True: 0, False: 0}
    with login.connect(database.server, database.name) as connection:
        for sql in FIRST["postgresql" if database.server.engine.family == "postgresql" else "mysql"]:
            connection.exec_driver_sql(sql)
        for case in cases(database):
            for rows in dict.fromkeys(fillings(case, 1)):
                told, passed, _why = outcome(connection, database.server.engine, case[0], rows, case[2])
                assert told is not None, case
                if told is not passed:
                    wrong.append(f"{case[2]} on {case[0]} of {rows}: asked {told}, happened {passed}")
                else:
                    seen[told] += 1
    assert not wrong, "\n".join(wrong)
    assert min(seen.values()) > 100  # both outcomes were met often


@pytest.mark.parametrize("server", ["mysql:9.7", "mariadb:10.11", "postgresql:15"], indirect=True)
def test_a_table_is_known_by_its_schema_too(database: Database) -> None:
    engine = database.server.engine
    with login.connect(database.server, database.name) as connection:
        schema = database.name
        if engine.family == "postgresql":
            connection.exec_driver_sql("CREATE SCHEMA apart")
            connection.exec_driver_sql("SET search_path = apart, public")
            schema = "apart"
        connection.exec_driver_sql("CREATE TABLE t (id INT PRIMARY KEY, c VARCHAR(9), d INT)")
        connection.exec_driver_sql("CREATE INDEX i ON t (d)")
        connection.exec_driver_sql("INSERT INTO t VALUES (1, 'a', 1), (2, 'a', 2)")
        for name in ("t", f"{schema}.t"):
            told = plan(connection, engine, f"CREATE UNIQUE INDEX u ON {name} (c)").statements[0]
            assert told.table == name
            assert told.bytes
            assert [(one.ok, one.count) for one in told.preconditions] == [(False, 1)]
            assert questions(connection, engine, f"ALTER TABLE {name} ADD UNIQUE (d)")[0].ok


@pytest.mark.parametrize("server", ["mysql:9.7", "mariadb:10.11", "postgresql:15"], indirect=True)
def test_a_column_may_be_called_as_a_number_of_rows_is(database: Database) -> None:
    with login.connect(database.server, database.name) as connection:
        connection.exec_driver_sql("CREATE TABLE t (count INT PRIMARY KEY, c INT)")
        connection.exec_driver_sql("INSERT INTO t VALUES (5, NULL), (6, 1), (7, 1)")
        action = "ALTER c SET NOT NULL" if database.server.engine.family == "postgresql" else "MODIFY c INT NOT NULL"
        (nulls,) = questions(connection, database.server.engine, f"ALTER TABLE t {action}")
        (doubled,) = questions(connection, database.server.engine, "CREATE UNIQUE INDEX u ON t (c)")
    assert nulls.sample == ("count=5",)
    assert doubled.sample == ("c=1 (2 rows)",)


@pytest.mark.parametrize("server", ["mysql:9.7", "mariadb:10.11"], indirect=True)
def test_a_server_that_changes_values_in_silence_is_told_of(database: Database) -> None:
    with login.connect(database.server, database.name) as connection:
        connection.exec_driver_sql("CREATE TABLE t (c VARCHAR(9))")
        connection.exec_driver_sql("INSERT INTO t VALUES ('long')")
        (strict,) = questions(connection, database.server.engine, "ALTER TABLE t MODIFY c VARCHAR(2)")
        connection.exec_driver_sql("SET SESSION sql_mode = ''")
        (lenient,) = questions(connection, database.server.engine, "ALTER TABLE t MODIFY c VARCHAR(2)")
    assert "not strict" not in strict.message
    assert lenient.message.endswith("the server is not strict, and changes them without a word")
    assert strict.ok is lenient.ok is False


@pytest.mark.parametrize("server", ["mysql:9.7", "mariadb:10.11", "postgresql:15"], indirect=True)
def test_a_question_that_takes_too_long_is_told_and_ends_nothing(database: Database) -> None:
    engine = database.server.engine
    slow = "pg_sleep(c) IS NOT NULL" if engine.family == "postgresql" else "BENCHMARK(2000000000, SHA2('x', 512)) = c"
    with login.connect(database.server, database.name) as connection:
        connection.exec_driver_sql("CREATE TABLE t (c INT)")
        connection.exec_driver_sql("INSERT INTO t VALUES (30)")
        target = Target("production", Journal(Path("journal")), statement_timeout=0.3, lock_timeout=1.0)
        bound(connection, engine, target)
        began = time.monotonic()
        (one,) = questions(connection, engine, f"ALTER TABLE t ADD CHECK ({slow})")
        assert time.monotonic() - began < 10
        assert (one.ok, one.count) == (None, None)
        assert "not known whether rows of t break CHECK" in one.message
        assert questions(connection, engine, "ALTER TABLE t ADD UNIQUE (c)")[0].ok
