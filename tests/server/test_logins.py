"""Migrations run as production's do: on real servers, what the throwaway login may do, and what it may not."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import sqlalchemy
from sqlalchemy.exc import DBAPIError

from migkit import catalog, servers
from migkit.errors import ConfigError
from migkit.model import Database, Event, Server
from migkit.product import ServerSettings
from migkit.servers import databases, login
from tests.conftest import MakeSchema
from tests.server.conftest import Serve, administrated
from tests.server.runs import started, wait_for
from tests.server.test_roundtrip import trip, verdicts
from tests.server.test_servers import (
    MARIADB,
    MYSQL,
    POSTGRESQL,
    WITH_SERVER,
    by_url,
    connected,
    only,
    scalar,
)

pytestmark = pytest.mark.server

TRIGGER = "CREATE TRIGGER fill BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1"
FUNCTION = "CREATE FUNCTION one() RETURNS INT DETERMINISTIC RETURN 1"


def code_of(database: Database, *statements: str) -> int:
    """Give the error of the first statement that MySQL or MariaDB refuses; 0 is none."""
    try:
        with connected(database) as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
    except DBAPIError as error:
        return int(error.orig.args[0])  # type: ignore[union-attr]  # the driver's
    return 0


def state_of(database: Database, *statements: str) -> str:
    """Give the SQLSTATE of the first statement that PostgreSQL refuses; "" is none."""
    try:
        with connected(database) as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
    except DBAPIError as error:
        return str(getattr(error.orig, "sqlstate", "") or getattr(error.orig, "pgcode", ""))
    return ""


def logins(server: Server) -> set[str]:
    """Name the logins that stand on a server."""
    sql = "SELECT rolname FROM pg_roles" if server.engine.dialect == "postgresql" else "SELECT user FROM mysql.user"
    with login.connect(server) as connection:
        return {str(row[0]) for row in connection.exec_driver_sql(sql)}


def administer(server: Server, *statements: str) -> None:
    with login.connect(server) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


# --- MySQL and MariaDB ------------------------------------------------------------------------------


@only("server", [MYSQL, MARIADB], indirect=True)
@only("statement", [TRIGGER, FUNCTION])
def test_a_trigger_or_function_is_refused_as_in_production_and_not_to_root(server: Server, statement: str) -> None:
    with databases.throwaway(server) as database:
        assert code_of(database, "CREATE TABLE t (a INT)", statement) == 1419
        assert code_of(administrated(database), statement) == 0


@only("engine", [MYSQL, MARIADB])
def test_a_round_trip_tells_1419_and_fails_where_production_s_login_is_known(
    make_schema: MakeSchema, serve: Serve, engine: str
) -> None:
    body = f"""
def upgrade():
    op.execute("CREATE TABLE t (a INT)")
    op.execute("{TRIGGER}")

def downgrade():
    op.execute("DROP TABLE t")
"""
    schema = make_schema({"a1": body}, url="mysql+pymysql://", engine=engine)
    report = trip(schema, serve(engine))
    assert verdicts(report) == {"a1": "ok"}
    assert [(f.rule, f.severity.name, f.revision) for f in report.findings] == [("needs-privilege", "warning", "a1")]
    assert "1419" in report.findings[0].message
    assert "`server.privileges`" in report.findings[0].remedy
    known = replace(schema, server=ServerSettings(privileges=("ALL",)))
    assert verdicts(trip(known, serve(engine))) == {"a1": "upgrade-fails"}
    allowed = replace(schema, server=ServerSettings(privileges=("ALL", "SUPER")))
    assert verdicts(trip(allowed, serve(engine))) == {"a1": "ok"}


POOLED = """
import sqlalchemy
from alembic import context

if not hasattr(sqlalchemy, "app_engine"):
    sqlalchemy.app_engine = sqlalchemy.create_engine(context.config.get_main_option("sqlalchemy.url"))
with sqlalchemy.app_engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
PLAIN = """
def upgrade():
    op.execute("CREATE TABLE {0} (a INT)")

def downgrade():
    op.execute("DROP TABLE {0}")
"""
WITH_TRIGGER = """
def upgrade():
    op.execute("CREATE TABLE {0} (a INT)")
    op.execute("CREATE TRIGGER {0}_fill BEFORE INSERT ON {0} FOR EACH ROW SET NEW.a = 1")

def downgrade():
    op.execute("DROP TRIGGER {0}_fill")
    op.execute("DROP TABLE {0}")
"""


@only("engine", [MYSQL])
def test_a_session_that_the_application_keeps_keeps_no_privilege(
    make_schema: MakeSchema, serve: Serve, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlalchemy, "app_engine", None, raising=False)  # taken away again after the test
    del sqlalchemy.app_engine
    bodies = {"a1": PLAIN.format("a"), "b2": WITH_TRIGGER.format("b"), "c3": PLAIN.format("c")}
    bodies |= {"d4": WITH_TRIGGER.format("d"), "e5": PLAIN.format("e")}
    report = trip(make_schema(bodies, url="mysql+pymysql://", engine=engine, env=POOLED), serve(engine))
    assert set(verdicts(report).values()) == {"ok"}
    assert sorted(f.revision for f in report.findings if f.rule == "needs-privilege") == ["b2", "d4"]


@only("engine", [MYSQL])
def test_what_a_failed_upgrade_makes_with_a_privilege_is_there_for_later_ones(
    make_schema: MakeSchema, serve: Serve, engine: str
) -> None:
    fails = WITH_TRIGGER.format("b").replace("\n\ndef down", '\n    op.execute("DROP TABLE missing")\n\ndef down')
    later = """
def upgrade():
    op.execute("DROP TRIGGER b_fill")

def downgrade():
    op.execute("CREATE TRIGGER b_fill BEFORE INSERT ON b FOR EACH ROW SET NEW.a = 1")
"""
    schema = make_schema({"b2": fails, "c3": later}, url="mysql+pymysql://", engine=engine)
    report = trip(schema, serve(engine))
    assert verdicts(report) == {"b2": "upgrade-fails", "c3": "ok"}, [f.message for f in report.findings]


@only("server", [MYSQL], indirect=True)
def test_a_column_with_a_random_default_is_refused_with_the_binary_log_on(server: Server) -> None:
    add = "ALTER TABLE t ADD COLUMN b VARCHAR(36) DEFAULT (uuid())"
    with databases.throwaway(server) as database:
        assert code_of(database, "CREATE TABLE t (a INT)", add) == 1674


@only("server", [MYSQL, MARIADB], indirect=True)
@only(
    ("statement", "code"),
    [
        ("SELECT * FROM {0}.t", 1142),
        ("INSERT INTO {0}.t VALUES (1)", 1142),
        ("ALTER TABLE {0}.t ADD COLUMN b INT", 1142),
        ("DROP TABLE {0}.t", 1142),
        ("CREATE TABLE {0}.u (a INT)", 1142),
        ("USE {0}", 1044),
        ("DROP DATABASE {0}", 1044),
        ("CREATE DATABASE kits_own", 1044),
        ("SET GLOBAL max_connections = 10", 1227),
        ("CREATE USER kits_own", 1227),
    ],
)
def test_other_databases_and_the_server_are_out_of_reach(server: Server, statement: str, code: int) -> None:
    """Also of a database whose name the underscores of the own one would match."""
    with databases.throwaway(server) as database:
        near = database.name.replace("_", "x")
        administer(server, f"CREATE DATABASE {near}", f"CREATE TABLE {near}.t (a INT)")
        try:
            with connected(database) as connection:
                connection.exec_driver_sql("CREATE TABLE t (a INT)")
            assert code_of(database, statement.format(near)) == code
        finally:
            administer(server, f"DROP DATABASE {near}")


ELSEWHERE = """
def upgrade():
    op.execute("CREATE TABLE {0}.mine (a INT)")

def downgrade():
    op.execute("DROP TABLE {0}.mine")
"""


@only("engine", [MYSQL, MARIADB])
def test_a_revision_that_names_another_database_is_refused_by_the_server(
    make_schema: MakeSchema, serve: Serve, engine: str
) -> None:
    server = serve(engine)
    with databases.throwaway(server) as somebodys:
        schema = make_schema({"a1": ELSEWHERE.format(somebodys.name)}, url="mysql+pymysql://", engine=engine)
        report = trip(schema, server)
        assert verdicts(report) == {"a1": "upgrade-fails"}
        assert "1142" in report.findings[0].message
        assert scalar(somebodys, "SELECT count(*) FROM information_schema.tables WHERE table_schema = database()") == 0


@only(
    ("server", "privileges", "statements", "code"),
    [
        (MYSQL, ("SELECT", "CREATE"), ("CREATE TABLE t (a INT)", "SELECT * FROM t"), 0),
        (MYSQL, ("SELECT", "CREATE"), ("CREATE TABLE t (a INT)", "INSERT INTO t VALUES (1)"), 1142),
        (MYSQL, ("ALL", "BINLOG_ADMIN"), ("SET SESSION sql_log_bin = 0",), 1227),
        (MYSQL, ("ALL", "SYSTEM_VARIABLES_ADMIN"), ("SET SESSION sql_log_bin = 0",), 0),
        (MYSQL, ("ALL", "process"), ("SHOW ENGINE INNODB STATUS",), 0),
        (MYSQL, ("ALL PRIVILEGES",), ("SHOW ENGINE INNODB STATUS",), 1227),
        (MYSQL, ("EVENT",), ("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1",), 0),
        (MYSQL, ("CREATE TEMPORARY TABLES",), ("CREATE TEMPORARY TABLE t (a INT)",), 0),
        (MARIADB, ("ALL", "BINLOG ADMIN"), ("SET SESSION sql_log_bin = 0",), 0),
        (MARIADB, ("ALL",), ("SET SESSION sql_log_bin = 0",), 1227),
        (MARIADB, ("mysql:SUPER", "postgresql:CREATEDB", "mariadb:SELECT"), ("CREATE TABLE t (a INT)",), 1142),
        (MARIADB, ("mysql:SUPER", "postgresql:CREATEDB"), ("CREATE TABLE t (a INT)",), 0),
    ],
    indirect=["server"],
)
def test_the_login_has_the_configured_privileges(
    server: Server, privileges: tuple[str, ...], statements: tuple[str, ...], code: int
) -> None:
    with databases.throwaway(server, ServerSettings(privileges=privileges)) as database:
        assert code_of(database, *statements) == code


@only(
    ("server", "privilege"),
    [
        (MYSQL, "SELCT"),
        (MARIADB, "SELCT"),
        (MYSQL, "ALL ON *.* TO root; DROP"),
        (POSTGRESQL, "no_such_role"),
        (POSTGRESQL, 'x"; DROP ROLE postgres'),
    ],
    indirect=["server"],
)
def test_a_privilege_that_is_none_is_a_configuration_error_and_nothing_is_left(server: Server, privilege: str) -> None:
    before = logins(server)
    with pytest.raises(ConfigError) as caught, databases.throwaway(server, ServerSettings(privileges=(privilege,))):
        pytest.fail("it was made")
    assert privilege in caught.value.message
    assert "server.privileges" in caught.value.remedy
    assert logins(server) == before


# --- PostgreSQL -------------------------------------------------------------------------------------


@only("server", [POSTGRESQL], indirect=True)
def test_a_postgresql_login_owns_its_database_and_is_no_superuser(server: Server) -> None:
    with databases.throwaway(server, ServerSettings(extensions=("postgis",))) as database:
        owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
        assert scalar(database, owner) == database.user != server.user
        powers = "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls FROM pg_roles WHERE rolname = user"
        assert scalar(database, powers) is False
        assert scalar(database, "SELECT pg_get_userbyid(extowner) FROM pg_extension WHERE extname = 'postgis'") == (
            server.user
        )
        assert not state_of(database, "CREATE TABLE t (g geometry(Point, 4326))", "CREATE SCHEMA s")
        assert not state_of(database, f"ALTER DATABASE {database.name} SET search_path = s")
        assert not state_of(database, "CREATE EXTENSION pgcrypto")  # a trusted one
        assert state_of(database, "CREATE EXTENSION file_fdw") == "42501"
        assert state_of(database, "DROP EXTENSION postgis CASCADE") == "42501"
        assert state_of(database, "CREATE ROLE kits_own") == "42501"
        assert state_of(database, "CREATE DATABASE kits_own") in ("42501", "25001")


@only("name", [POSTGRESQL, "postgresql:17"])
def test_the_schema_public_is_writable_to_the_login(serve: Serve, name: str) -> None:
    with databases.throwaway(serve(name)) as database:
        assert not state_of(database, "CREATE TABLE public.t (a INT)", "COMMENT ON SCHEMA public IS 'mine'")


@only("server", [POSTGRESQL], indirect=True)
@only(
    ("privileges", "statement", "state"),
    [
        (("SUPERUSER",), "CREATE EXTENSION file_fdw", ""),
        (("createrole", "pg_monitor"), "CREATE ROLE {0}_r", ""),
        (("pg_monitor",), "SELECT pg_ls_logdir()", ""),
        (("pg_read_all_data",), "SELECT pg_ls_logdir()", "42501"),
    ],
)
def test_a_postgresql_login_has_the_configured_attributes_and_memberships(
    server: Server, privileges: tuple[str, ...], statement: str, state: str
) -> None:
    with databases.throwaway(server, ServerSettings(privileges=privileges)) as database:
        try:
            found = state_of(database, statement.format(database.name))
        finally:
            administer(server, f"DROP ROLE IF EXISTS {database.name}_r")
        assert found in (state, "58P01")  # there may be no folder of logs: that is past the permission
        assert bool(state) == (found == "42501")


OWNED = (
    "CREATE SCHEMA s",
    "CREATE TYPE s.mood AS ENUM ('good', 'bad')",
    "CREATE TABLE s.t (id serial PRIMARY KEY, m s.mood)",
    "INSERT INTO s.t (m) VALUES ('good')",
    "CREATE VIEW v AS SELECT id FROM s.t",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
)
OWNERS = """
SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace IN ('s'::regnamespace, 'public'::regnamespace)
UNION SELECT pg_get_userbyid(typowner) FROM pg_type WHERE typname = 'mood'
UNION SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 's'
UNION SELECT pg_get_userbyid(proowner) FROM pg_proc WHERE proname = 'f'
UNION SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()
"""


@only("server", [POSTGRESQL], indirect=True)
def test_what_is_brought_back_belongs_to_the_login_again(server: Server) -> None:
    with databases.throwaway(server) as database, catalog.connect(database) as (reader, keeper):
        assert not state_of(database, *OWNED)
        keeper.keep(0, *reader.read()[:2])
        assert not state_of(database, "DROP SCHEMA s CASCADE", "DROP FUNCTION f")
        assert keeper.restore(0) == 0
        with connected(database) as connection:
            assert set(connection.exec_driver_sql(OWNERS).scalars()) == {database.user}
        assert not state_of(database, "ALTER TABLE s.t ADD COLUMN b int", "INSERT INTO s.t (m) VALUES ('bad')")
        assert not state_of(database, "DROP VIEW v", "DROP TABLE s.t", "DROP TYPE s.mood", "DROP FUNCTION f")


BROKEN = """
def upgrade():
    op.execute("CREATE TABLE {0} (id serial PRIMARY KEY)")
    op.execute("CREATE VIEW v{0} AS SELECT id FROM {0}")

def downgrade():
    op.execute("DROP VIEW v{0}")
"""
ALTERS = """
def upgrade():
    op.execute("ALTER TABLE a1 ADD COLUMN b int")

def downgrade():
    op.execute("ALTER TABLE a1 DROP COLUMN b")
"""


@only("engine", [POSTGRESQL, "postgresql:17"])
def test_a_broken_downgrade_leaves_the_older_ones_their_own_objects(
    make_schema: MakeSchema, serve: Serve, engine: str
) -> None:
    bodies = {"a1": BROKEN.format("a1"), "b2": ALTERS, "c3": BROKEN.format("c3"), "d4": ALTERS.replace(" b", " d")}
    schema = make_schema(bodies, url="postgresql+psycopg2://", engine=engine)
    found = verdicts(trip(schema, serve(engine)))
    assert found == {"a1": "reupgrade-fails", "b2": "ok", "c3": "reupgrade-fails", "d4": "ok"}


BASE = """
COMMENT ON EXTENSION plpgsql IS 'as a dump has it';
CREATE EXTENSION IF NOT EXISTS file_fdw;
CREATE TABLE a1 (id int);
"""


@only("engine", [POSTGRESQL])
def test_a_base_loads_with_an_administrator_s_powers_and_belongs_to_the_login(
    make_schema: MakeSchema, serve: Serve, engine: str
) -> None:
    powers = """
def upgrade():
    op.execute("ALTER TABLE a1 ADD COLUMN c int")
    op.execute("CREATE EXTENSION postgres_fdw")

def downgrade():
    pass
"""
    schema = make_schema({"a1": ALTERS, "b2": powers}, url="postgresql+psycopg2://", engine=engine, base_sql="base.sql")
    (schema.directory / "base.sql").write_text(BASE, encoding="utf-8")
    report = trip(schema, serve(engine))
    assert verdicts(report) == {"a1": "ok", "b2": "schema-differs"}
    (finding,) = [finding for finding in report.findings if finding.rule == "needs-privilege"]
    assert "permission denied to create extension" in finding.message
    assert finding.remedy == 'let the superuser create it before: server = { extensions = ["postgres_fdw"] }'
    known = replace(schema, server=ServerSettings(privileges=("CREATEROLE",)))
    assert verdicts(trip(known, serve(engine))) == {"a1": "ok", "b2": "upgrade-fails"}
    allowed = replace(schema, server=ServerSettings(privileges=("SUPERUSER",)))
    assert verdicts(trip(allowed, serve(engine))) == {"a1": "ok", "b2": "schema-differs"}


# --- definers ---------------------------------------------------------------------------------------

PROGRAMS = (
    "CREATE TABLE t (a INT)",
    "CREATE VIEW v AS SELECT a FROM t",
    "CREATE PROCEDURE p() SELECT 1",
    FUNCTION,
    TRIGGER,
    "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1",
)
DEFINERS = """
SELECT definer FROM information_schema.views WHERE table_schema = database()
UNION SELECT definer FROM information_schema.routines WHERE routine_schema = database()
UNION SELECT definer FROM information_schema.triggers WHERE trigger_schema = database()
UNION SELECT definer FROM information_schema.events WHERE event_schema = database()
"""


@only("server", [MYSQL, MARIADB], indirect=True)
def test_programs_that_are_brought_back_have_the_definer_that_they_had(server: Server) -> None:
    settings = ServerSettings(privileges=("ALL", "SUPER"))
    with databases.throwaway(server, settings) as database, catalog.connect(database) as (reader, keeper):
        assert code_of(database, *PROGRAMS) == 0
        keeper.keep(0, *reader.read()[:2])
        gone = ("DROP TABLE t", "DROP VIEW v", "DROP PROCEDURE p", "DROP FUNCTION one", "DROP EVENT e")
        assert code_of(database, *gone) == 0
        keeper.restore(0)
        with connected(database) as connection:
            assert list(connection.exec_driver_sql(DEFINERS).scalars()) == [f"{database.user}@%"]


# --- made and dropped -------------------------------------------------------------------------------


@only("server", WITH_SERVER, indirect=True)
def test_a_login_goes_with_its_database_and_no_other_goes(server: Server) -> None:
    other = "migkit_somebodys"
    administer(server, f"CREATE {'ROLE' if server.engine.dialect == 'postgresql' else 'USER'} {other}")
    try:
        before = logins(server)
        with databases.throwaway(server) as first, databases.throwaway(server) as second:
            assert logins(server) - before == {first.user, second.user} == {first.name, second.name}
            assert len(first.password) >= 20
            assert first.password not in repr(first) + repr(second)
        with databases.throwaway(server, name="voipbin") as named:
            assert logins(server) - before == {named.user}
        with pytest.raises(ZeroDivisionError), databases.throwaway(server):
            raise ZeroDivisionError
        assert logins(server) == before
    finally:
        administer(server, f"DROP {'ROLE' if server.engine.dialect == 'postgresql' else 'USER'} {other}")


def interrupted(server: Server) -> str:
    """Interrupt a run on a server by URL while its database stands; give what the run is called."""
    with started(server.engine.name, by_url(server)) as (process, run):
        wait_for(process, "serving")
        assert any(run in name for name in logins(server))
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode in (-signal.SIGINT, 130)
    return run


@only("server", WITH_SERVER, indirect=True)
def test_an_interrupted_run_leaves_no_login_on_a_server_by_url(server: Server) -> None:
    run = interrupted(server)
    assert not [name for name in logins(server) if run in name]


# --- a server by URL whose login is no administrator ------------------------------------------------


@contextmanager
def lesser(server: Server, create: tuple[str, ...], drop: str) -> Iterator[Server]:
    """Give the server as one of its lesser logins sees it."""
    administer(server, *create)
    try:
        with servers.serve(
            server.engine, choice=by_url(replace(server, user="kits_lesser", password="lesser"))
        ) as shared:
            yield shared
    finally:
        administer(server, drop)


MYSQL_LESSER = "CREATE USER kits_lesser IDENTIFIED BY 'lesser'"
MYSQL_DATABASES = "GRANT ALL ON `migkit\\_%%`.* TO kits_lesser WITH GRANT OPTION"
POSTGRESQL_LESSER = "CREATE ROLE kits_lesser LOGIN CREATEDB PASSWORD 'lesser'"


@only(
    ("server", "create"),
    [
        (MYSQL, (MYSQL_LESSER, MYSQL_DATABASES)),
        (MARIADB, (MYSQL_LESSER, MYSQL_DATABASES)),
        (MYSQL, (MYSQL_LESSER, MYSQL_DATABASES, "GRANT SET_ANY_DEFINER ON *.* TO kits_lesser")),
        (MYSQL, (MYSQL_LESSER, MYSQL_DATABASES, "GRANT CREATE USER ON *.* TO kits_lesser")),
        (POSTGRESQL, (POSTGRESQL_LESSER,)),
    ],
    indirect=["server"],
)
def test_who_may_make_no_logins_runs_migrations_himself_and_is_told(server: Server, create: tuple[str, ...]) -> None:
    told: list[Event] = []
    drop = "DROP ROLE kits_lesser" if server.engine.dialect == "postgresql" else "DROP USER kits_lesser"
    before = logins(server)
    with lesser(server, create, drop) as shared:
        with databases.throwaway(shared, on_event=told.append) as database:
            assert database.user == "kits_lesser"
            with connected(database) as connection:
                connection.exec_driver_sql("CREATE TABLE t (a INT)")
        assert [event.message for event in told if "migrations run as kits_lesser itself: " in event.message]
    assert logins(server) == before


@only("engine", [MYSQL, POSTGRESQL])
def test_a_report_says_that_migrations_ran_as_the_url_s_own_login(
    make_schema: MakeSchema, serve: Serve, engine: str
) -> None:
    body = ALTERS.replace("ALTER TABLE a1 ADD COLUMN b int", "CREATE TABLE a1 (a int)").replace(
        "ALTER TABLE a1 DROP COLUMN b", "DROP TABLE a1"
    )
    is_mysql = engine == MYSQL
    schema = make_schema({"a1": body}, url="mysql+pymysql://" if is_mysql else "postgresql+psycopg2://", engine=engine)
    assert trip(schema, serve(engine)).findings == ()
    create = (MYSQL_LESSER, MYSQL_DATABASES) if is_mysql else (POSTGRESQL_LESSER,)
    with lesser(serve(engine), create, f"DROP {'USER' if is_mysql else 'ROLE'} kits_lesser") as shared:
        report = trip(schema, shared)
    assert verdicts(report) == {"a1": "ok"}
    assert [(finding.rule, finding.severity.name) for finding in report.findings] == [("shared-login", "note")]
    assert report.findings[0].message.startswith("migrations ran as kits_lesser, the login of the URL: ")


@only("server", [MYSQL, MARIADB, POSTGRESQL, "postgresql:17"], indirect=True)
def test_who_may_make_logins_without_being_root_makes_one(server: Server) -> None:
    is_postgresql = server.engine.dialect == "postgresql"
    definer = "SET_ANY_DEFINER" if server.engine.name == MYSQL else "SET USER"
    create = (
        (POSTGRESQL_LESSER, "ALTER ROLE kits_lesser CREATEROLE")
        if is_postgresql
        else (MYSQL_LESSER, MYSQL_DATABASES, f"GRANT CREATE USER, {definer}, PROCESS ON *.* TO kits_lesser")
    )
    with lesser(server, create, f"DROP {'ROLE' if is_postgresql else 'USER'} kits_lesser") as shared:
        told: list[Event] = []
        with databases.throwaway(shared, on_event=told.append) as database, catalog.connect(database) as (one, keeper):
            assert (database.user, [event.message for event in told]) == (database.name, [])
            with connected(database) as connection:
                connection.exec_driver_sql("CREATE TABLE t (a INT)")
            keeper.keep(0, *one.read()[:2])
            with connected(database) as connection:
                connection.exec_driver_sql("DROP TABLE t")
            keeper.restore(0)
            with connected(database) as connection:
                connection.exec_driver_sql("DROP TABLE t")
