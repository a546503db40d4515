"""What the preflight sees of real servers: who they are, whether they may be written, who is at work there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy.engine import URL, Connection

from migkit import targets
from migkit.alembic_io.cursors import session_number
from migkit.engines import parse
from migkit.model import Check, Database, Journal, Project, Revision, Schema, Server, Target
from migkit.model.release import Entry, Kind, Plan, PlannedRevision, PlannedStatement, Run, lock_name
from migkit.preflight import arrived, server_id
from migkit.preflight.arriving import Arrival
from migkit.preflight.asking import asking
from migkit.preflight.privileges import privileges
from migkit.preflight.traffic import traffic
from migkit.servers import databases, login, serve
from tests.conftest import MakeSchema
from tests.server.conftest import Serve
from tests.server.faults.lasting import lasting

pytestmark = pytest.mark.server
ENGINES = ("mysql:9.7", "mariadb:10.11", "postgresql:15")
VERSIONS = "alembic_version"


@dataclass
class Place:
    """A database of a server's, and how it is declared."""

    schema: Schema
    folder: Path
    server: Server
    name: str

    def declared(
        self, user: str, password: str, *, database: str = "", engine: str = "", **fields: object
    ) -> targets.Declared:
        host = self.server.host
        url = URL.create(
            self.server.engine.dialect, user, password, host, self.server.port, database or self.name
        ).render_as_string(hide_password=False)
        known: dict[str, object] = {"lock_timeout": 0.2, **fields}
        target = Target("production", Journal(self.folder), url=url, hosts=(f"{host}:{self.server.port}",))
        target = replace(target, **known)  # type: ignore[arg-type]  # a test names real fields
        schema = replace(self.schema, engine=engine or self.server.engine.name, targets={"production": target})
        return targets.declared(Project(self.folder, self.folder / "migkit.toml", {}), schema, "production")

    def administrator(self, **fields: object) -> targets.Declared:
        return self.declared(self.server.user, self.server.password, **fields)  # type: ignore[arg-type]  # as above

    @contextmanager
    def session(self) -> Iterator[Connection]:
        with login.session(self.server, self.name) as connection:
            yield connection


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, serve: Serve) -> Iterator[Database]:
    with databases.throwaway(serve(request.param)) as made:
        yield made


@pytest.fixture
def place(database: Database, make_schema: MakeSchema, tmp_path: Path) -> Place:
    return Place(make_schema({}, engine=database.server.engine.name), tmp_path, database.server, database.name)


def lines(arrival: Arrival) -> dict[str, Check]:
    assert all(one.remedy for one in arrival.checks if one.ok is False)
    return {one.check.removeprefix("server: "): one for one in arrival.checks}


def planned(found: targets.Declared, *statements: str, current: tuple[str, ...] = ("a",)) -> Plan:
    sent = tuple(PlannedStatement(number, sql) for number, sql in enumerate(statements, 1))
    revision = PlannedRevision(Revision("b", "b", Path("b.py"), ("a",)), "upgrade", sent)
    return Plan("production", str(found.address), "upgrade", current, ("b",), (revision,))


def looked(found: targets.Declared, *statements: str) -> dict[str, Check]:
    with targets.reading(found) as connection:
        checks = list(traffic(asking(connection), found, planned(found, *statements)))
    assert all(one.remedy for one in checks if one.ok is False)
    return {one.check.removeprefix("traffic: "): one for one in checks}


def entries(server: str, address: str) -> tuple[Entry, ...]:
    run = Run("r1", "app", "production", address, "upgrade", "Ann", "here", server, "", "0")
    return (Entry("r1", 1, "", Kind.run, facts=asdict(run)),)


def test_an_administrator_sees_all_of_it(place: Place) -> None:
    arrival = arrived(place.administrator(), version_table=VERSIONS)
    found = lines(arrival)
    own = [name for name in found if not name.startswith("network")]
    assert own == ["login", "session", "product", "id", "database", "journal", "writable", "primary", "replicas"]
    assert all(found[name].ok for name in own), found
    assert arrival.current == ()
    assert arrival.server in found["id"].message
    assert arrival.identity is not None
    with place.session() as connection:
        assert server_id(connection, place.server.engine) == arrival.server


def test_the_login_of_migrations_is_told_what_it_cannot_see(place: Place, database: Database) -> None:
    found = lines(arrived(place.declared(database.user, database.password), version_table=VERSIONS))
    assert not [name for name, one in found.items() if one.ok is False]
    hidden = {name for name, one in found.items() if one.ok is None and not name.startswith("network")}
    assert hidden == (set() if place.server.engine.family == "postgresql" else {"primary", "replicas"})


@pytest.mark.parametrize("database", ["mysql:9.7", "mariadb:10.11"], indirect=True)
def test_what_is_said_to_show_replication_does(place: Place, database: Database) -> None:
    hidden = lines(arrived(place.declared(database.user, database.password), version_table=VERSIONS))
    words = hidden["replicas"].remedy.removeprefix("GRANT ").partition(" ON *.*")[0]
    with login.connect(place.server) as root:
        root.exec_driver_sql(f"GRANT {words} ON *.* TO `{database.user}`")
    found = lines(arrived(place.declared(database.user, database.password), version_table=VERSIONS))
    assert [found[name].ok for name in ("primary", "replicas")] == [True, True]


def test_where_the_database_stands_is_read(place: Place) -> None:
    with place.session() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('b2')")
        connection.exec_driver_sql("CREATE TABLE item (id INT)")
    arrival = arrived(place.administrator(), version_table=VERSIONS)
    assert (arrival.current, arrival.tables) == (("b2",), 2)


def test_a_wrong_password_is_a_line_with_its_remedy_and_not_in_it(place: Place, database: Database) -> None:
    arrival = arrived(place.declared(database.user, "hunter2-hunter2"), version_table=VERSIONS)
    last = arrival.checks[-1]
    assert (last.check, last.ok) == ("server: login", False)
    assert last.remedy.startswith("correct the login or its password")
    assert "hunter2" not in repr(arrival)


@pytest.mark.parametrize("password", ["Pässwörd-1é", "пароль-€-Ab1"])
def test_a_password_may_be_in_any_script(place: Place, password: str) -> None:
    family, user = place.server.engine.family, f"any_{place.name}"[:30]
    if family == "postgresql":
        made, gone_ = f"CREATE ROLE {user} LOGIN PASSWORD '{password}'", f"DROP ROLE {user}"
    else:
        made, gone_ = f"CREATE USER {user} IDENTIFIED BY '{password}'", f"DROP USER {user}"
    with place.session() as root:
        root.exec_driver_sql(made)
        try:
            if family != "postgresql":
                root.exec_driver_sql(f"GRANT SELECT ON `{place.name}`.* TO {user}")
            arrival = arrived(place.declared(user, password), version_table=VERSIONS)
        finally:
            root.exec_driver_sql(gone_)
    assert lines(arrival)["login"].ok, arrival.checks


def test_a_database_that_is_not_there(place: Place) -> None:
    last = arrived(place.administrator(database="nowhere_at_all"), version_table=VERSIONS).checks[-1]
    assert (last.check, last.ok) == ("server: login", False)
    assert last.remedy == "correct the database's name, or let the login use it"


ELSEWHERE = "[elsewhere]\nhostaddr=127.0.0.9\nport=1\ndbname=other\nuser=other\n"


@pytest.mark.parametrize("database", ["postgresql:15"], indirect=True)
@pytest.mark.parametrize("variable", ["PGHOSTADDR", "PGSERVICE"])
def test_what_would_lead_libpq_elsewhere_is_refused(
    place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str
) -> None:
    (tmp_path / "services").write_text(ELSEWHERE)
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    monkeypatch.setenv(variable, {"PGHOSTADDR": "127.0.0.9", "PGSERVICE": "elsewhere"}[variable])
    last = arrived(place.administrator(), version_table=VERSIONS).checks[-1]
    assert (last.check, last.ok) == ("server: login", False)
    assert "a connection to 127.0.0.9" in last.message
    assert "the kit works on the target" in last.message
    assert variable in last.remedy


@pytest.mark.parametrize("database", ["postgresql:15"], indirect=True)
def test_what_libpq_would_take_where_nothing_is_said_is_not_taken(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"PGHOST": "elsewhere", "PGPORT": "1", "PGDATABASE": "other", "PGUSER": "other"}.items():
        monkeypatch.setenv(name, value)
    arrival = arrived(place.administrator(), version_table=VERSIONS)
    assert arrival.ok, arrival.checks


def test_another_release_series_ends_it(place: Place) -> None:
    series = {"mysql": "mysql:8.0", "mariadb": "mariadb:11.4", "postgresql": "postgresql:14"}
    arrival = arrived(place.administrator(engine=series[place.server.engine.family]), version_table=VERSIONS)
    last = arrival.checks[-1]
    assert (last.check, last.ok) == ("server: product", False)
    assert place.server.engine.name in last.remedy


def test_mariadb_is_not_mysql(serve: Serve, make_schema: MakeSchema, tmp_path: Path) -> None:
    server = serve("mariadb:10.11")
    with databases.throwaway(server) as made:
        wrong = replace(server, engine=parse("mysql:9.7"))
        place = Place(make_schema({}, engine="mysql:9.7"), tmp_path, wrong, made.name)
        last = arrived(place.declared(made.user, made.password), version_table=VERSIONS).checks[-1]
    assert last.ok is False
    assert last.message.startswith("it is MariaDB 10.11")


def test_the_server_is_known_by_its_id(place: Place) -> None:
    there = arrived(place.administrator(), version_table=VERSIONS).server
    assert lines(arrived(place.administrator(server_id=there), version_table=VERSIONS))["id"].ok is True
    other = arrived(place.administrator(server_id="another"), version_table=VERSIONS)
    assert (other.checks[-1].check, other.checks[-2].check) == ("server: database", "server: id")
    assert other.checks[-2].ok is False
    assert other.current is None, "nothing more is asked of another server"


def test_the_server_that_the_journal_recorded_is_the_one(place: Place) -> None:
    found = place.administrator()
    there = arrived(found, version_table=VERSIONS).server
    same = arrived(found, version_table=VERSIONS, entries=entries(there, str(found.address)))
    assert "as the journal has it" in lines(same)["id"].message
    other = arrived(found, version_table=VERSIONS, entries=entries("another", str(found.address)))
    assert lines(other)["id"].ok is False
    moved = arrived(found, version_table=VERSIONS, entries=entries(there, "h:1/elsewhere"))
    assert lines(moved)["database"].ok is False


def test_a_server_that_takes_no_writes(serve: Serve, make_schema: MakeSchema, tmp_path: Path) -> None:
    server = serve("postgresql:15")
    with databases.throwaway(server) as made:
        place = Place(make_schema({}, engine="postgresql:15"), tmp_path, server, made.name)
        with login.connect(server) as root:
            root.exec_driver_sql(f'ALTER DATABASE "{made.name}" SET default_transaction_read_only = on')
        found = lines(arrived(place.administrator(), version_table=VERSIONS))["writable"]
    assert found.ok is False
    assert found.message == "default_transaction_read_only is on"


REPLICATES = {
    "mysql:9.7": "CHANGE REPLICATION SOURCE TO SOURCE_HOST = 'source.invalid'",
    "mariadb:10.11": "CHANGE MASTER TO MASTER_HOST = 'source.invalid'",
}


@pytest.mark.parametrize("name", REPLICATES)
def test_a_replica_of_mysql_is_no_place_for_a_release(name: str, make_schema: MakeSchema, tmp_path: Path) -> None:
    with serve(parse(name), choice="docker") as server, databases.throwaway(server) as made:
        place = Place(make_schema({}, engine=name), tmp_path, server, made.name)
        with login.connect(server) as root:
            root.exec_driver_sql(REPLICATES[name])
            found = lines(arrived(place.administrator(), version_table=VERSIONS))["primary"]
            assert (found.ok, found.message) == (False, "it replicates from source.invalid")
            there = arrived(place.administrator(), version_table=VERSIONS).server
            found = lines(arrived(place.administrator(server_id=there), version_table=VERSIONS))["primary"]
            assert found.ok is None, "one of two primaries is declared by its id"
            root.exec_driver_sql("SET GLOBAL read_only = 1")
            found = lines(arrived(place.administrator(), version_table=VERSIONS))["writable"]
            assert found.ok is False
            assert "read_only is " in found.message
            root.exec_driver_sql("SET GLOBAL read_only = 0")


def test_a_standby_of_postgresql_is_no_place_for_a_release(make_schema: MakeSchema, tmp_path: Path) -> None:
    with lasting("postgresql:15") as made:
        place = Place(make_schema({}, engine="postgresql:15"), tmp_path, made.server, "postgres")
        assert lines(arrived(place.administrator(), version_table=VERSIONS))["writable"].ok is True
        with login.connect(made.server) as root:
            root.exec_driver_sql("COPY (SELECT '') TO PROGRAM 'cat > standby.signal'")
        made.kill()
        made.start()
        found = lines(arrived(place.administrator(), version_table=VERSIONS))
    assert (found["writable"].ok, found["writable"].message) == (False, "it is in recovery, a standby")
    assert found["primary"].ok is None, "one fact has one answer"


def test_privileges_that_are_missing_are_told_with_the_grant_that_gives_them(place: Place) -> None:
    """A login that may read, and nothing else."""
    family = place.server.engine.family
    with place.session() as root:
        root.exec_driver_sql("CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(20))")
        root.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        for statement in readers(family, place.name):
            root.exec_driver_sql(statement)
    try:
        found = place.declared("pf_reader", "hunter2-Hunter2")
        with targets.reading(found) as connection:
            plan = planned(found, "ALTER TABLE item ADD COLUMN price INT", "UPDATE item SET price = 1")
            (check,) = privileges(asking(connection), found, plan, VERSIONS)
    finally:
        with place.session() as root:
            for statement in gone(family):
                root.exec_driver_sql(statement)
    assert check.ok is False
    assert "b, statement 1" in check.message
    assert "the version table" in check.message
    assert "GRANT " in check.remedy
    whole = f" ON `{place.name}`.* TO 'pf_reader'"
    assert family == "postgresql" or check.remedy.count(whole) == 1, "the grants on one thing are one statement"
    assert "hunter2" not in repr(check)


def readers(family: str, name: str) -> tuple[str, ...]:
    if family == "postgresql":
        return (
            "DROP ROLE IF EXISTS pf_reader",
            "CREATE ROLE pf_reader LOGIN PASSWORD 'hunter2-Hunter2'",
            "GRANT SELECT ON ALL TABLES IN SCHEMA public TO pf_reader",
        )
    return (
        "DROP USER IF EXISTS pf_reader",
        "CREATE USER pf_reader IDENTIFIED BY 'hunter2-Hunter2'",
        f"GRANT SELECT ON `{name}`.* TO pf_reader",
    )


def gone(family: str) -> tuple[str, ...]:
    if family == "postgresql":
        return ("DROP OWNED BY pf_reader", "DROP ROLE pf_reader")
    return ("DROP USER pf_reader",)


@pytest.fixture
def item(place: Place) -> Place:
    with place.session() as root:
        root.exec_driver_sql("CREATE TABLE item (id INT PRIMARY KEY)")
        root.exec_driver_sql("CREATE TABLE other (id INT PRIMARY KEY)")
        root.exec_driver_sql("INSERT INTO item VALUES (1)")
        root.exec_driver_sql("INSERT INTO other VALUES (1)")
    return place


ALTER = "ALTER TABLE item ADD COLUMN price INT"


@contextmanager
def holding(place: Place, statement: str) -> Iterator[str]:
    """Hold what a statement takes, in a transaction that is older than the target waits for locks; give its session."""
    number = "SELECT pg_backend_pid()" if place.server.engine.family == "postgresql" else "SELECT CONNECTION_ID()"
    pause = "SELECT pg_sleep(1.2)" if place.server.engine.family == "postgresql" else "SELECT SLEEP(2.1)"
    with place.session() as connection:
        session = str(connection.exec_driver_sql(number).scalar())
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql(statement)
        connection.exec_driver_sql(pause)
        yield session
        connection.exec_driver_sql("ROLLBACK")


def test_nothing_is_in_the_way(item: Place) -> None:
    found = looked(item.administrator(), ALTER)
    assert {name: one.ok for name, one in found.items()} == {"other releases": True, "transactions": True}


def test_a_transaction_that_holds_a_table_is_told_with_its_session(item: Place) -> None:
    with holding(item, "SELECT * FROM item") as session:
        found = looked(item.administrator(), ALTER)["transactions"]
    assert found.ok is False
    assert f"session {session} " in found.message
    assert session in found.remedy


def test_one_that_holds_another_table_is_not(item: Place) -> None:
    with holding(item, "SELECT * FROM other"):
        found = looked(item.administrator(), ALTER)["transactions"]
    if item.server.engine.family == "mariadb":  # it does not show who holds what
        assert "the server does not show which" in found.message
    else:
        assert found.ok is True


def test_one_that_is_younger_than_the_release_would_wait_is_not(item: Place) -> None:
    with holding(item, "SELECT * FROM item"):
        assert looked(item.administrator(lock_timeout=60.0), ALTER)["transactions"].ok is True


ZONES = ("-08:00", "SYSTEM", "+05:30")  # beside UTC, which is that of the container's system


@pytest.mark.parametrize("name", ["mysql:9.7", "mariadb:10.11"])
def test_the_age_of_a_transaction_is_the_same_in_every_time_zone(
    name: str, make_schema: MakeSchema, tmp_path: Path
) -> None:
    """A zone that lies behind the system's makes no transaction young, and one before it makes none old."""
    with serve(parse(name), choice="docker") as server, databases.throwaway(server) as made:
        place = Place(make_schema({}, engine=name), tmp_path, server, made.name)
        with place.session() as root:
            root.exec_driver_sql("CREATE TABLE item (id INT PRIMARY KEY)")
            root.exec_driver_sql("INSERT INTO item VALUES (1)")
        with holding(place, "SELECT * FROM item"), place.session() as root:
            for zone in ZONES:
                root.exec_driver_sql(f"SET GLOBAL time_zone = '{zone}'")
                assert looked(place.administrator(lock_timeout=1.0), ALTER)["transactions"].ok is False, zone
                assert looked(place.administrator(lock_timeout=600.0), ALTER)["transactions"].ok is True, zone


def test_what_a_login_may_not_see_is_not_made_up(item: Place, database: Database) -> None:
    with holding(item, "SELECT * FROM item"):
        found = looked(item.declared(database.user, database.password), ALTER)["transactions"]
    assert found.ok is None
    assert found.remedy.startswith("GRANT ")


def test_a_dump_is_in_the_way_however_young(item: Place) -> None:
    if item.server.engine.family == "postgresql":
        begun = ("SET application_name = 'pg_dump'", "BEGIN", "LOCK TABLE item IN ACCESS SHARE MODE")
    elif item.server.engine.family == "mysql":
        begun = ("LOCK INSTANCE FOR BACKUP",)
    else:  # it shows a dump by its statement alone, while that runs
        begun = ("SELECT /*!40001 SQL_NO_CACHE */ SLEEP(60) FROM item",)
    with item.session() as dump, ThreadPoolExecutor(1) as runs:
        done = runs.submit(lambda: [dump.exec_driver_sql(statement) for statement in begun])
        end = time.monotonic() + 30
        while (found := looked(item.administrator(lock_timeout=60.0), ALTER)["transactions"]).ok:
            assert time.monotonic() < end, found
        if item.server.engine.family == "mariadb":
            with item.session() as root:
                root.exec_driver_sql(f"KILL QUERY {session_number(dump)}")
            assert done.exception()
        else:
            done.result()
    assert found.ok is False
    assert "a dump holds" in found.message


def test_another_release_at_work_is_named(item: Place) -> None:
    spoken = login.console(item.server.engine).lease()
    with item.session() as other:
        other.exec_driver_sql(spoken.lock(lock_name(item.name)))
        found = looked(item.administrator(), ALTER)["other releases"]
    assert found.ok is False
    assert found.message.startswith("another release runs: session ")
    assert looked(item.administrator(), ALTER)["other releases"].ok is True
