"""A target's catalogue against the one that its history makes: on each product, by the target's own login."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from migkit import config, targets
from migkit.alembic_io.history import load, located
from migkit.drift import Options, drift
from migkit.errors import ConfigError, ServerError, TargetError
from migkit.footing import reached
from migkit.model import Check, Database, Journal, Project, Report, Schema, Server, Severity, Target
from migkit.proofs import live
from migkit.proofs.verifying import verified
from migkit.render import FORMATS, renderer
from migkit.roundtrip import Options as Tripped
from migkit.roundtrip import roundtrip
from migkit.servers import login
from tests.conftest import MakeSchema, write_revision
from tests.server.conftest import Serve
from tests.server.releasing import PROGRAM

pytestmark = pytest.mark.server

ROOT = Path(__file__).parents[2]
MYSQL, MARIADB, POSTGRESQL = "mysql:9.7", "mariadb:10.11", "postgresql:15"
FAMILY = (MYSQL, MARIADB)
BODIES = {MYSQL: "SHOW_ROUTINE ON *.*", MARIADB: "SELECT ON mysql.proc"}
every = pytest.mark.parametrize("engine", [MYSQL, MARIADB, POSTGRESQL])
NO_SERVER = "mysql://nobody@127.0.0.1:1/"  # where one would be needed, it is missed
PASSWORD = "hunter2-hunter2"

OPTIONS = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci"
MYSQL_ORDERS = f"""
CREATE TABLE orders (
  id INT NOT NULL PRIMARY KEY, customer INT NOT NULL, price DECIMAL(10,2) NOT NULL DEFAULT 0,
  twice DECIMAL(12,2) GENERATED ALWAYS AS (price * 2) VIRTUAL, state ENUM('new','paid') NOT NULL DEFAULT 'new',
  CONSTRAINT positive CHECK (price >= 0), CONSTRAINT buyer FOREIGN KEY (customer) REFERENCES customers (id)
) {OPTIONS}"""
MYSQL_CUSTOMERS = f"""
CREATE TABLE customers (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL, KEY by_name (name)
) {OPTIONS} COMMENT='who buys; all of them'"""
MYSQL_UP = {
    "a1": [MYSQL_CUSTOMERS, "CREATE VIEW named AS SELECT id, CONCAT(name, '!') AS shouted FROM customers"],
    "b2": [
        MYSQL_ORDERS,
        "CREATE TRIGGER priced BEFORE INSERT ON orders FOR EACH ROW SET NEW.price = ABS(NEW.price)",
        "CREATE PROCEDURE paid(IN which INT) UPDATE orders SET state = 'paid' WHERE id = which",
        "CREATE EVENT tidy ON SCHEDULE EVERY 1 DAY STARTS '2026-01-01 00:00:00' DO DELETE FROM orders WHERE price = 0",
    ],
    "c3": [f"CREATE TABLE notes (id INT NOT NULL PRIMARY KEY, text LONGTEXT) {OPTIONS}"],
}
MYSQL_DOWN = {
    "a1": ["DROP VIEW named", "DROP TABLE customers"],
    "b2": ["DROP EVENT tidy", "DROP PROCEDURE paid", "DROP TABLE orders"],
    "c3": ["DROP TABLE notes"],
}
POSTGRESQL_ORDERS = """
CREATE TABLE orders (
  id INT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer INT NOT NULL REFERENCES customers (id),
  price NUMERIC(10,2) NOT NULL DEFAULT 0 CONSTRAINT positive CHECK (price >= 0), stands state NOT NULL DEFAULT 'new'
)"""
POSTGRESQL_PRICED = """
CREATE FUNCTION priced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.price = abs(NEW.price); RETURN NEW; END $$"""
POSTGRESQL_UP = {
    "a1": [
        "CREATE TABLE customers (id SERIAL PRIMARY KEY, name VARCHAR(40) NOT NULL)",
        "CREATE INDEX by_name ON customers (lower(name)) WHERE name <> ''",
        "COMMENT ON TABLE customers IS 'who buys; all of them'",
        "CREATE VIEW named AS SELECT id, name || '!' AS shouted FROM customers",
    ],
    "b2": [
        "CREATE TYPE state AS ENUM ('new', 'paid')",
        POSTGRESQL_ORDERS,
        POSTGRESQL_PRICED,
        "CREATE TRIGGER priced BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION priced()",
    ],
    "c3": ["CREATE TABLE notes (id INT PRIMARY KEY, text TEXT)"],
}
POSTGRESQL_DOWN = {
    "a1": ["DROP VIEW named", "DROP TABLE customers"],
    "b2": ["DROP TABLE orders", "DROP FUNCTION priced()", "DROP TYPE state"],
    "c3": ["DROP TABLE notes"],
}
# what somebody did by hand, and what is to be found of it: rule by object
MYSQL_BY_HAND = {
    "ALTER TABLE customers MODIFY name VARCHAR(60) NOT NULL": {"customers.name": "drift-differs"},
    "ALTER TABLE customers DROP KEY by_name": {"customers.by_name": "drift-missing"},
    "ALTER TABLE orders ADD COLUMN hurry TINYINT": {"orders.hurry": "drift-extra"},
    "CREATE TABLE copy_of_orders (id INT)": {"copy_of_orders": "drift-extra"},
    "DROP TRIGGER priced": {"priced": "drift-missing"},
    "ALTER VIEW named AS SELECT id, name AS shouted FROM customers": {"named": "drift-differs"},
    "ALTER TABLE orders DROP FOREIGN KEY buyer": {"orders.buyer": "drift-missing"},
    "ALTER TABLE customers COMMENT 'nobody'": {"customers": "drift-differs"},
    "ALTER EVENT tidy DISABLE": {"tidy": "drift-differs"},
}
POSTGRESQL_BY_HAND = {
    "ALTER TABLE customers ALTER name DROP NOT NULL": {"customers.name": "drift-differs"},
    "DROP INDEX by_name": {"by_name": "drift-missing"},
    "ALTER TABLE orders ADD COLUMN hurry SMALLINT": {"orders.hurry": "drift-extra"},
    "CREATE TABLE copy_of_orders (id INT)": {"copy_of_orders": "drift-extra"},
    "DROP TRIGGER priced ON orders": {"orders.priced": "drift-missing"},
    "CREATE OR REPLACE VIEW named AS SELECT id, name::text AS shouted FROM customers": {"named": "drift-differs"},
    "ALTER TABLE orders DROP CONSTRAINT positive": {"orders.positive": "drift-missing"},
    "COMMENT ON TABLE customers IS 'nobody'": {"customers": "drift-differs"},
    "ALTER TYPE state ADD VALUE 'lost'": {"state": "drift-differs"},
}


def written(make_schema: MakeSchema, engine: str, **fields: object) -> Schema:
    up, down = (MYSQL_UP, MYSQL_DOWN) if engine in FAMILY else (POSTGRESQL_UP, POSTGRESQL_DOWN)

    def body(statements: list[str]) -> str:
        return "\n".join(f"    op.execute({statement!r})" for statement in statements)

    bodies = {ident: f"def upgrade():\n{body(up[ident])}\n\ndef downgrade():\n{body(down[ident])}" for ident in up}
    return make_schema(bodies, engine=engine, **fields)


@dataclass(frozen=True)
class Stage:
    """A target that is there: its configuration, and what an administrator says to it."""

    project: Project
    schema: Schema
    url: str
    say: Callable[..., None]
    server: str

    def upgrade(self, to: str = "head") -> None:
        """Apply the history as Alembic's own command line would, as the administrator."""
        config = Config(str(self.schema.ini))
        config.set_main_option("script_location", str(self.schema.directory / "migrations"))
        config.set_main_option("sqlalchemy.url", self.url.replace("%", "%%"))
        config.attributes["configure_logger"] = False
        command.upgrade(config, to)
        if self.schema.engine == POSTGRESQL:
            self.say("GRANT SELECT ON alembic_version TO mig_prod")

    def drift(self, **options: Any) -> Report:
        return drift(self.project, self.schema, Options(**{"server": self.server, **options}))

    def prove(self, **options: Any) -> Report:
        return roundtrip(self.project, self.schema, Tripped(server=self.server, write_proof=True, **options))

    def verified(self, *to: str) -> tuple[Check, ...]:
        found = targets.declared(self.project, self.schema, "production")
        return verified(self.project, self.schema, found, load(self.schema), to)


@contextmanager
def staged(
    server: Server, schema: Schema, tmp_path: Path, privileges: str = "", charset: str = "latin1"
) -> Iterator[Stage]:
    """Make the database of a target, whose login is an ordinary one: it may read, and what `privileges` say.

    The administrator applies the history there; a routine's body is shown to others by a privilege of its own.
    """
    name = f"migkit_production_{schema.name.replace('-', '_')}_{schema.engine.partition(':')[0]}"
    mysql = server.engine.family != "postgresql"
    make = {
        True: [
            f"DROP DATABASE IF EXISTS {name}",
            f"CREATE DATABASE {name} CHARACTER SET {charset}",
            "DROP USER IF EXISTS 'mig_prod'@'%'",
            f"CREATE USER 'mig_prod'@'%' IDENTIFIED BY '{PASSWORD}'",
            f"GRANT {privileges or 'ALL'} ON {name}.* TO 'mig_prod'@'%'",
            *([] if privileges or not mysql else [f"GRANT {BODIES[schema.engine]} TO 'mig_prod'@'%'"]),
        ],
        False: [
            f"DROP DATABASE IF EXISTS {name}",
            f"CREATE DATABASE {name}",
            "DROP ROLE IF EXISTS mig_prod",
            f"CREATE ROLE mig_prod LOGIN PASSWORD '{PASSWORD}'",
        ],
    }[mysql]

    def say(*statements: str, database: str = name) -> None:
        with login.connect(server, database) as connection:
            for statement in statements:
                connection.execution_options(no_parameters=True).exec_driver_sql(statement)

    say(*make, database="")
    place = f"127.0.0.1:{server.port}"
    target = Target(
        "production",
        Journal(tmp_path),
        url=f"{server.engine.dialect}://mig_prod:{PASSWORD}@{place}/{name}",
        hosts=(place,),
        lock_timeout=1.0,
    )
    schema = replace(schema, targets={"production": target})
    project = Project(tmp_path, tmp_path / "migkit.toml", {schema.name: schema})
    url = login.address(server, name).render_as_string(hide_password=False)
    try:
        yield Stage(project, schema, url, say, login.address(server).render_as_string(hide_password=False))
    finally:
        say(f"DROP DATABASE {name}", database="")


@pytest.fixture
def stage(engine: str, serve: Serve, make_schema: MakeSchema, tmp_path: Path) -> Iterator[Stage]:
    with staged(serve(engine), written(make_schema, engine), tmp_path) as made:
        yield made


def rules(report: Report) -> dict[str, str]:
    assert PASSWORD not in repr(report)
    return {finding.object or "": finding.rule for finding in report.findings}


def shown(report: Report) -> str:
    assert all(PASSWORD not in renderer(name).report(report) for name in FORMATS)
    return renderer("text").report(report)


@every
def test_what_the_history_made_is_no_drift_whoever_made_it(stage: Stage) -> None:
    """The administrator applied it to a database of another character set; the throwaway login makes it anew."""
    stage.upgrade()
    report = stage.drift()
    assert rules(report) == {}
    (one,) = report.facts["targets"]
    assert (one["current"], one["head"], one["pending"], one["differences"]) == (["c3"], ["c3"], 0, [])
    assert "as the history makes it now" in one["expected"]
    assert "nothing differs" in shown(report)


@every
def test_a_proof_needs_no_server_and_an_older_place_neither(stage: Stage) -> None:
    stage.prove()
    stage.upgrade("b2")
    report = stage.drift(server=NO_SERVER)
    assert rules(report) == {}
    (one,) = report.facts["targets"]
    assert (one["current"], one["pending"]) == (["b2"], 1)
    stage.upgrade()
    assert rules(stage.drift(server=NO_SERVER)) == {}
    stage.say("ALTER TABLE notes ADD COLUMN more INT")
    assert rules(stage.drift(server=NO_SERVER)) == {"notes.more": "drift-extra"}


@every
def test_an_older_place_that_differs_is_made_on_a_throwaway_server(stage: Stage) -> None:
    stage.prove()
    stage.upgrade("b2")
    stage.say("ALTER TABLE orders ADD COLUMN hurry INT")
    with pytest.raises((ServerError, ConfigError)):
        stage.drift(server=NO_SERVER)
    report = stage.drift()
    assert rules(report) == {"orders.hurry": "drift-extra"}
    assert report.exit_code(Severity.error) == 2


@every
def test_what_is_done_by_hand_is_found_and_the_printed_sql_brings_it_back(stage: Stage, engine: str) -> None:
    stage.upgrade()
    wanted: dict[str, str] = {}
    for statement, found in (MYSQL_BY_HAND if engine in FAMILY else POSTGRESQL_BY_HAND).items():
        stage.say(statement)
        wanted |= found
    report = stage.drift(sql=True)
    found = rules(report)
    assert {name: found.get(name) for name in wanted} == wanted
    assert set(found) - set(wanted) <= {"orders", "orders.customer"}  # the index that went with its foreign key
    (one,) = report.facts["targets"]
    assert {(each["object"], each["before"] is None) for each in one["differences"]} >= {("orders.hurry", True)}
    text = shown(report)
    assert all(line in text for statement in one["sql"] for line in statement.splitlines())
    stage.say(*one["sql"])
    assert rules(stage.drift()) == {}


@every
def test_privileges_and_what_operators_add_beside_are_no_drift(stage: Stage, engine: str) -> None:
    stage.upgrade()
    if engine == POSTGRESQL:
        stage.say(
            "GRANT SELECT ON ALL TABLES IN SCHEMA public TO mig_prod",
            "GRANT SELECT (shouted) ON named TO mig_prod",
            "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO mig_prod",
            "GRANT USAGE ON TYPE state TO PUBLIC",
            "GRANT EXECUTE ON FUNCTION priced() TO mig_prod",
            "CREATE PUBLICATION everything FOR ALL TABLES",
            "CREATE SCHEMA audit",
            "CREATE TABLE audit.log (id INT)",
            "CREATE TABLE migkit_journal (run TEXT)",
        )
    else:
        stage.say("GRANT SELECT (name) ON customers TO 'mig_prod'@'%'", "CREATE TABLE migkit_journal (run INT)")
    report = stage.drift(sql=True)
    assert rules(report) == ({"audit": "drift-extra"} if engine == POSTGRESQL else {})
    assert report.exit_code(Severity.warning) == 0
    assert report.facts["targets"][0].get("sql") == []
    if engine == POSTGRESQL:
        stage.say("DROP OWNED BY mig_prod", "DROP PUBLICATION everything")


@pytest.mark.parametrize("engine", FAMILY)
def test_a_login_that_may_read_little_says_what_it_did_not_see(
    engine: str, serve: Serve, make_schema: MakeSchema, tmp_path: Path
) -> None:
    with staged(serve(engine), written(make_schema, engine), tmp_path, "SELECT, ALTER") as stage:
        stage.upgrade()
        report = stage.drift()
        (note,) = report.findings
        assert note.rule == "drift-unread"
        assert "view named" in note.message
        assert all(word in note.message for word in ("triggers", "events", "routines"))
        stage.say("ALTER TABLE orders ADD COLUMN hurry INT", "DROP TRIGGER priced")
        assert rules(stage.drift())["orders.hurry"] == "drift-extra"


@pytest.mark.parametrize("engine", FAMILY)
def test_privileges_by_a_role_are_the_login_s_own(
    engine: str, serve: Serve, make_schema: MakeSchema, tmp_path: Path
) -> None:
    with staged(serve(engine), written(make_schema, engine), tmp_path, "SELECT") as stage:
        stage.upgrade()
        name = stage.url.rpartition("/")[2]
        role = "mig_role" if engine == MARIADB else "'mig_role'@'%'"
        default = f"SET DEFAULT ROLE {role} {'FOR' if engine == MARIADB else 'TO'} 'mig_prod'@'%'"
        grant = f"GRANT ALL ON {name}.* TO {role}"
        stage.say(
            f"DROP ROLE IF EXISTS {role}", f"CREATE ROLE {role}", grant, f"GRANT {role} TO 'mig_prod'@'%'", default
        )
        try:
            (note,) = stage.drift().findings  # a body is its definer's, who is the administrator
            assert note.message.endswith("procedure paid")
            stage.say("DROP TRIGGER priced")
            assert rules(stage.drift())["priced"] == "drift-missing"
        finally:
            stage.say(f"DROP ROLE {role}")


@every
def test_reading_leaves_nothing_behind_and_cannot_write(stage: Stage) -> None:
    stage.upgrade()
    before = dict(_names(stage))
    stage.drift()
    assert dict(_names(stage)) == before


def _names(stage: Stage) -> Mapping[str, str]:
    found = live(targets.declared(stage.project, stage.schema, "production"))
    return {f"{one.kind} {one.name}": one.definition for one in found.seen.snapshot.objects.values()}


@every
def test_after_a_release_version_and_catalogue_are_held_to_the_proof(stage: Stage) -> None:
    stage.upgrade("b2")
    assert [(one.check, one.ok) for one in stage.verified("b2")] == [("version", True), ("catalogue", None)]
    stage.prove()
    assert [(one.check, one.ok) for one in stage.verified("b2")] == [("version", True), ("catalogue", True)]
    (version,) = stage.verified("c3")
    assert (version.ok, "b2" in version.message, "c3" in version.message) == (False, True, True)
    stage.upgrade()
    stands, same = stage.verified("c3")
    assert [(one.check, one.ok) for one in (stands, same)] == [("version", True), ("catalogue", True)]
    (one,) = stage.drift(server=NO_SERVER).facts["targets"]
    assert same.message == f"as proven: {one['objects']} objects", "one number for one thing"
    stage.say("ALTER TABLE notes ADD COLUMN more INT")
    _version, check = stage.verified("c3")
    assert (check.ok, check.rule) == (False, "drift-extra")
    assert "notes.more" in check.message


@every
def test_a_place_that_the_history_does_not_know_is_said(stage: Stage) -> None:
    stage.upgrade()
    stage.say("UPDATE alembic_version SET version_num = 'zz'")
    report = stage.drift()
    assert rules(report) == {"production": "drift-nowhere"}
    assert "zz" in report.findings[0].message


@every
def test_an_empty_target_is_held_to_an_empty_history(stage: Stage) -> None:
    assert rules(stage.drift()) == {}
    stage.say("CREATE TABLE early (id INT)")
    assert rules(stage.drift()) == {"early": "drift-extra"}


@every
def test_of_several_targets_one_that_is_away_is_a_finding(stage: Stage) -> None:
    stage.upgrade()
    away = replace(
        stage.schema.targets["production"], name="away", url="mysql://a:b@127.0.0.1:1/x", hosts=("127.0.0.1:1",)
    )
    if stage.schema.engine == POSTGRESQL:
        away = replace(away, url="postgresql://a:b@127.0.0.1:1/x")
    schema = replace(stage.schema, targets={**stage.schema.targets, "away": away})
    both = replace(stage, schema=schema)
    assert rules(both.drift()) == {"away": "target-unreachable"}
    assert "could not be read" in shown(both.drift())
    with pytest.raises(TargetError):
        both.drift(target="away")
    assert rules(both.drift(target="production")) == {}


@pytest.mark.parametrize("engine", [POSTGRESQL])
def test_a_table_that_is_locked_ends_the_reading_in_time(stage: Stage) -> None:
    stage.upgrade()
    engine = create_engine(stage.url)
    with engine.begin() as holder:
        holder.exec_driver_sql("LOCK TABLE named, customers IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(TargetError) as caught:
            stage.drift()
    engine.dispose()
    assert "lock timeout" in caught.value.message


@every
def test_the_files_hold_no_name_of_the_throwaway_server(stage: Stage) -> None:
    stage.prove()
    for path in (stage.project.root / "proofs" / stage.schema.name).glob("*"):
        text = path.read_text(encoding="utf-8")
        assert json.loads(text)
        assert "migkit_" not in text
        first = path.read_bytes()
        stage.prove()
        assert path.read_bytes() == first


@every
def test_a_branch_between_two_heads_has_no_place(stage: Stage) -> None:
    versions = stage.schema.directory / "migrations" / "versions"
    write_revision(versions, "d4", "b2", "def upgrade():\n    pass\n\ndef downgrade():\n    pass")
    stage.upgrade("d4")
    assert rules(stage.drift()) == {"production": "drift-nowhere"}


@pytest.mark.parametrize(
    ("name", "engine"),
    [
        ("bin-manager", MYSQL),
        ("bin-manager", MARIADB),
        ("asterisk", MYSQL),
        ("asterisk", MARIADB),
        ("omni", POSTGRESQL),
    ],
)
def test_the_examples_applied_by_somebody_else_have_no_drift(
    name: str, engine: str, serve: Serve, tmp_path: Path
) -> None:
    """One was applied long ago by an administrator, elsewhere; the other is made now, and by a record of it."""
    schema = replace(config.load(ROOT).schemas[name], engine=engine, baseline=None)
    server, charset = serve(engine), "utf8mb4 COLLATE utf8mb4_unicode_ci"
    with staged(server, schema, tmp_path, charset=charset) as stage:
        there = Database(server, stage.url.rpartition("/")[2].partition("?")[0], server.user, server.password)
        reached(located(schema, sample=True), there, "", lambda _event: None)
        if engine == POSTGRESQL:
            stage.say("GRANT SELECT ON ALL TABLES IN SCHEMA public TO mig_prod")
        report = stage.drift(sql=True)
        assert [one.message for one in report.findings] == []
        (one,) = report.facts["targets"]
        assert stage.prove(revisions=tuple(one["head"])).facts["proof"]["catalogue"]
        again = stage.drift(server=NO_SERVER)
        assert [one.message for one in again.findings] == []
        assert "as recorded" in again.facts["targets"][0]["expected"]
        if engine == POSTGRESQL:
            stage.say("DROP OWNED BY mig_prod")


@every
def test_the_program_tells_it_in_its_own_json_with_its_own_code(stage: Stage) -> None:
    stage.upgrade()
    stage.say("ALTER TABLE notes ADD COLUMN more INT")
    target = stage.schema.targets["production"]
    (stage.project.root / "migkit.toml").write_text(
        f"""
        [schemas.app]
        directory = "app"
        database = "app"
        engine = "{stage.schema.engine}"
        [schemas.app.targets.production]
        url = "env:PRODUCTION"
        hosts = ["{target.hosts[0]}"]
        """,
        encoding="utf-8",
    )
    command = [sys.executable, "-c", PROGRAM, "drift", "--sql", "--format", "json", "--server", stage.server]
    environment = {**os.environ, "PRODUCTION": target.url, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=stage.project.root, env=environment, capture_output=True, text=True, check=False)
    told = json.loads(done.stdout)
    assert (done.returncode, told["command"], told["ok"]) == (2, "drift", False)
    (one,) = told["targets"]
    assert (one["target"], one["current"], one["head"], one["pending"]) == ("production", ["c3"], ["c3"], 0)
    assert [(each["object"], each["kind"], each["before"]) for each in one["differences"]] == [
        ("notes.more", "column", None)
    ]
    assert len(one["sql"]) == 1
    assert PASSWORD not in done.stdout + done.stderr
