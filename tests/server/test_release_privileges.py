"""Privileges of statements: what the preflight says is missing is what the server refuses, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from migkit.gate import Need
from migkit.model import Server
from migkit.preflight.asking import asking
from migkit.preflight.privileges import sentences
from migkit.servers import login
from tests.server.conftest import MYSQL_FAMILY, Serve

pytestmark = pytest.mark.server

USER, PASSWORD, DATABASE = "pf_login", "hunter2-Hunter2", "pf_privileges"
MYSQL = (
    "ALTER TABLE t ADD COLUMN c INT, ADD INDEX x (a)",
    "ALTER TABLE t DROP COLUMN a",
    "ALTER TABLE t RENAME TO t2",
    "RENAME TABLE t TO t2",
    "CREATE INDEX x ON t (a)",
    "DROP INDEX i ON t",
    "CREATE TABLE n (a INT)",
    "CREATE TABLE n (a INT, FOREIGN KEY (a) REFERENCES p (id))",
    "CREATE TABLE n LIKE t",
    "CREATE TABLE n AS SELECT * FROM t",
    "CREATE TEMPORARY TABLE n (a INT)",
    "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p (id)",
    "ALTER TABLE parted DROP PARTITION p0",
    "ALTER TABLE parted TRUNCATE PARTITION p0",
    "ALTER TABLE parted EXCHANGE PARTITION p0 WITH TABLE beside",
    "DROP TABLE t",
    "TRUNCATE TABLE t",
    "INSERT INTO t VALUES (9, 9)",
    "INSERT INTO t SELECT id, id FROM p",
    "INSERT INTO t VALUES (1, 9) ON DUPLICATE KEY UPDATE a = 1",
    "REPLACE INTO t VALUES (1, 9)",
    "UPDATE t SET a = 1",
    "UPDATE t SET a = 1 WHERE id = 1",
    "UPDATE t JOIN p ON t.id = p.id SET t.a = 2",
    "DELETE FROM t",
    "DELETE FROM t WHERE id = 1",
    "SELECT a FROM t",
    "CREATE VIEW w AS SELECT * FROM t",
    "CREATE OR REPLACE VIEW v AS SELECT * FROM p",
    "DROP VIEW v",
    "CREATE TRIGGER g2 BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1",
    "DROP TRIGGER g",
    "CREATE PROCEDURE r2() SELECT 1",
    "DROP PROCEDURE r",
    "CALL r()",
    "CREATE FUNCTION f2() RETURNS INT DETERMINISTIC RETURN 1",
    "CREATE EVENT e2 ON SCHEDULE EVERY 1 DAY DISABLE DO SET @a = 1",
    "DROP EVENT e",
)
MARIADB = (
    *MYSQL,
    "CREATE OR REPLACE TABLE t (a INT)",
    "CREATE SEQUENCE s",
    "ALTER TABLE t ADD COLUMN IF NOT EXISTS a INT",
)
POSTGRESQL = (
    "ALTER TABLE t ADD COLUMN c int",
    "ALTER TABLE t RENAME TO t2",
    "ALTER TABLE t RENAME COLUMN a TO b",
    "CREATE INDEX x ON t (a)",
    "DROP INDEX i",
    "ALTER INDEX i RENAME TO i2",
    "CREATE TABLE n (a int)",
    "CREATE TABLE other.n (a int)",
    "CREATE TABLE n (a int REFERENCES p (id))",
    "CREATE TABLE n (LIKE t)",
    "CREATE TABLE n AS SELECT * FROM t",
    "CREATE TEMPORARY TABLE n (a int)",
    "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p (id)",
    "ALTER TABLE t ADD CONSTRAINT c CHECK (a < 1000)",
    "COMMENT ON TABLE t IS 'x'",
    "DROP TABLE t",
    "TRUNCATE t",
    "INSERT INTO t VALUES (9, 9)",
    "INSERT INTO t SELECT id, id FROM p",
    "UPDATE t SET a = 1",
    "UPDATE t SET a = 1 WHERE id = 1",
    "DELETE FROM t",
    "DELETE FROM t WHERE id = 1",
    "DELETE FROM t USING p WHERE t.id = p.id",
    "SELECT a FROM t",
    "CREATE TYPE e2 AS ENUM ('a')",
    "ALTER TYPE e ADD VALUE 'c'",
    "ALTER TYPE e RENAME TO e3",
    "DROP TYPE e",
    "CREATE VIEW w AS SELECT 1 AS one",
    "DROP VIEW v",
    "CREATE FUNCTION f2() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE TRIGGER g2 BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "DROP TRIGGER g ON t",
    "CALL r()",
    "CALL other.r()",
    "CREATE SEQUENCE s2",
    "DROP SEQUENCE s",
    "CREATE SCHEMA z",
    "DROP SCHEMA empty",
    "CREATE EXTENSION citext",
    "CREATE EXTENSION pg_buffercache",
)
MYSQL_MADE = (
    "CREATE TABLE p (id INT PRIMARY KEY)",
    "CREATE TABLE q (id INT PRIMARY KEY)",
    "CREATE TABLE t (id INT PRIMARY KEY, a INT, KEY i (a))",
    "INSERT INTO t VALUES (1, NULL)",
    (
        "CREATE TABLE parted (a INT) PARTITION BY RANGE (a) "
        "(PARTITION p0 VALUES LESS THAN (1), PARTITION p1 VALUES LESS THAN (9))"
    ),
    "CREATE TABLE beside (a INT)",
    "CREATE DEFINER = pf_login VIEW v AS SELECT 1 AS one",
    "CREATE DEFINER = pf_login TRIGGER g BEFORE UPDATE ON q FOR EACH ROW SET @x = 1",
    "CREATE DEFINER = pf_login PROCEDURE r() SELECT 1",
    "CREATE DEFINER = pf_login EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SET @a = 1",
)
POSTGRESQL_MADE = (
    "CREATE TABLE p (id int PRIMARY KEY)",
    "CREATE TABLE t (id int PRIMARY KEY, a int)",
    "CREATE INDEX i ON t (a)",
    "CREATE TYPE e AS ENUM ('a', 'b')",
    "CREATE VIEW v AS SELECT 1 AS one",
    "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE SEQUENCE s",
    "CREATE SCHEMA other",
    "CREATE SCHEMA empty",
    "CREATE PROCEDURE r() LANGUAGE sql AS 'SELECT 1'",
    "CREATE PROCEDURE other.r() LANGUAGE sql AS 'SELECT 1'",
    "REVOKE ALL ON PROCEDURE r(), other.r() FROM PUBLIC",
)


def needs(server: Server, sql: str) -> tuple[Need, ...]:
    spoken, family = login.console(server.engine).gate(), server.engine.family
    ((verb, sentence),) = sentences(sql, family)
    return tuple(sorted(spoken.needed(verb, sentence.acts, sentence.names), key=repr))


def subsets(wanted: Sequence[Need]) -> Iterator[tuple[Need, ...]]:
    """Give all of what is needed, and all but one of it, each in turn."""
    yield tuple(wanted)
    for number in range(len(wanted)):
        yield (*wanted[:number], *wanted[number + 1 :])


def agree(server: Server, connection: Connection, sql: str, wanted: Sequence[Need], given: Sequence[Need]) -> None:
    """The preflight finds nothing missing where the server takes the statement, and something where it refuses."""
    lacks = login.console(server.engine).gate().lacking(asking(connection), wanted, DATABASE)
    refused = ""
    try:
        connection.exec_driver_sql(sql.replace("%", "%%"))
    except DBAPIError as error:
        refused = str(error.orig)
    assert bool(lacks) == bool(refused), f"{sql} with {given}: {lacks}, and the server says {refused or 'nothing'}"
    assert all(one.what for one in lacks)


@contextmanager
def mysql(server: Server, given: Sequence[Need]) -> Iterator[Connection]:
    """Make the database, and a login that has these privileges on it and no others."""
    with login.connect(server) as root:
        for statement in (
            f"DROP DATABASE IF EXISTS {DATABASE}",
            f"CREATE DATABASE {DATABASE}",
            f"DROP USER IF EXISTS {USER}",
            f"CREATE USER {USER} IDENTIFIED BY '{PASSWORD}'",
        ):
            root.exec_driver_sql(statement)
        for need in given:
            where = "*.*" if need.kind == "server" else f"{DATABASE}.*"
            root.exec_driver_sql(f"GRANT {need.privilege.partition('|')[0]} ON {where} TO {USER}")
    with login.connect(server, DATABASE) as root:
        for statement in MYSQL_MADE:
            root.exec_driver_sql(statement)
    named = DATABASE if any(need.kind != "server" for need in given) else ""
    with login.session(replace(server, user=USER, password=PASSWORD), named) as connection:
        yield connection


def words(wanted: Sequence[Need]) -> tuple[Need, ...]:
    """Give the needs as they can be granted on a database: one of each privilege."""
    return tuple({need.privilege: need for need in wanted}.values())


@pytest.mark.parametrize("name", MYSQL_FAMILY)
def test_mysql_refuses_what_is_said_to_be_missing(serve: Serve, name: str) -> None:
    server = serve(name)
    for sql in MARIADB if server.engine.family == "mariadb" else MYSQL:
        wanted = needs(server, sql)
        assert wanted, sql
        for given in subsets(words(wanted)):
            there = {need.privilege for need in given}
            if any(need.kind != "server" for need in given):
                with mysql(server, given) as connection:
                    agree(server, connection, sql, wanted, [one for one in wanted if one.privilege in there])


@pytest.mark.parametrize("name", MYSQL_FAMILY)
def test_privileges_of_a_table_alone_and_of_a_role_that_is_active_count(serve: Serve, name: str) -> None:
    server = serve(name)
    with mysql(server, ()), login.connect(server) as root:
        default = "SET DEFAULT ROLE pf_one TO" if server.engine.family == "mysql" else "SET DEFAULT ROLE pf_one FOR"
        for statement in (
            "DROP ROLE IF EXISTS pf_one",
            "DROP ROLE IF EXISTS pf_two",
            "CREATE ROLE pf_one",
            "CREATE ROLE pf_two",
            f"GRANT SELECT ON {DATABASE}.* TO pf_one",
            f"GRANT UPDATE ON {DATABASE}.* TO pf_two",
            f"GRANT pf_one TO {USER}",
            f"GRANT pf_two TO {USER}",
            f"{default} {USER}",
            f"GRANT INDEX ON {DATABASE}.t TO {USER}",
            f"GRANT INSERT (id) ON {DATABASE}.p TO {USER}",
        ):
            root.exec_driver_sql(statement)
        with login.session(replace(server, user=USER, password=PASSWORD), DATABASE) as connection:
            for sql in ("SELECT a FROM t", "UPDATE t SET a = 1", "CREATE INDEX x ON t (a)", "CREATE INDEX x ON p (id)"):
                agree(server, connection, sql, needs(server, sql), ())
            whole = [Need("INSERT", "table", "p")]
            lacks = login.console(server.engine).gate().lacking(asking(connection), whole, DATABASE)
            assert [one.what for one in lacks] == [f"INSERT on {DATABASE}.p"], "a column's privilege is not the table's"
            assert lacks[0].grant == f"GRANT INSERT ON `{DATABASE}`.* TO '{USER}'@'%'"


@contextmanager
def postgresql(server: Server, given: Sequence[Need]) -> Iterator[Connection]:
    """Make the database, and become a role that has these privileges in it and no others."""
    with login.connect(server) as root:
        root.exec_driver_sql(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        root.exec_driver_sql(f"DROP ROLE IF EXISTS {USER}")
        root.exec_driver_sql(f"CREATE DATABASE {DATABASE}")
        root.exec_driver_sql(f"CREATE ROLE {USER}")
        root.exec_driver_sql(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
    with login.connect(server, DATABASE) as root:
        for statement in (*POSTGRESQL_MADE, "REVOKE ALL ON SCHEMA public FROM PUBLIC"):
            root.exec_driver_sql(statement)
        root.exec_driver_sql(f"GRANT USAGE ON SCHEMA public, other TO {USER}")
        for need in given:
            root.exec_driver_sql(granted(need))
        root.exec_driver_sql(f"SET ROLE {USER}")
        yield root


def granted(need: Need) -> str:
    kinds = {"i": "INDEX", "v": "VIEW", "s": "SEQUENCE"}
    if need.kind == "extension":
        return f"GRANT CREATE ON DATABASE {DATABASE} TO {USER}"
    if need.kind == "database":
        return f"GRANT {need.privilege} ON DATABASE {DATABASE} TO {USER}"
    if need.privilege == "OWNER":
        kind = need.kind.upper() if need.kind != "table" else kinds.get(need.name, "TABLE")
        owned = "TABLE t" if kind == "INDEX" else f"{kind} {need.name}"
        return f"ALTER {owned} OWNER TO {USER}"
    if need.kind == "routine":
        return f"GRANT EXECUTE ON PROCEDURE {need.name}() TO {USER}"
    if need.kind == "schema":
        return f"GRANT CREATE ON SCHEMA {need.name or 'public'} TO {USER}"
    return f"GRANT {need.privilege} ON {need.name} TO {USER}"


def test_postgresql_refuses_what_is_said_to_be_missing(serve: Serve) -> None:
    server = serve("postgresql:15")
    for sql in POSTGRESQL:
        wanted = needs(server, sql)
        assert wanted, sql
        for given in subsets(wanted):
            with postgresql(server, given) as connection:
                agree(server, connection, sql, wanted, given)


@pytest.fixture(autouse=True, scope="module")
def _gone(serve: Serve) -> Iterator[None]:
    """Leave nothing of these tests on servers that others use too."""
    yield
    for name in MYSQL_FAMILY:
        with login.connect(serve(name)) as root:
            for statement in (
                f"DROP DATABASE IF EXISTS {DATABASE}",
                f"DROP USER IF EXISTS {USER}",
                "DROP ROLE IF EXISTS pf_one",
                "DROP ROLE IF EXISTS pf_two",
            ):
                root.exec_driver_sql(statement)
    with login.connect(serve("postgresql:15")) as root:
        root.exec_driver_sql(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        root.exec_driver_sql(f"DROP ROLE IF EXISTS {USER}")
