"""The throwaway server against a production of other settings: both real, and production only read."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from migkit import guard, servers, targets
from migkit.comparison import compare
from migkit.engines import parse
from migkit.errors import TargetError
from migkit.model import Finding, Journal, Project, Report, Schema, Server, Target
from migkit.product import ServerSettings
from migkit.servers import login
from tests.conftest import MakeSchema
from tests.server.conftest import Serve
from tests.server.test_servers import MARIADB, MYSQL, POSTGRESQL, standing

pytestmark = pytest.mark.server

ROOT = Path(__file__).parents[2]
PASSWORD = "hunter2-hunter2"
MYSQL_GRANTS = "SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES"
ODD_MYSQL = ServerSettings(
    sql_mode="ANSI_QUOTES,STRICT_TRANS_TABLES",
    charset="latin1",
    args=("--lower-case-table-names=1", "--default-time-zone=+02:00", "--skip-log-bin"),
)
ODD_POSTGRESQL = ServerSettings(
    args=("-c", "timezone=Europe/Berlin", "-c", "default_transaction_isolation=serializable")
)


def administer(server: Server, *statements: str, database: str = "") -> None:
    with login.connect(server, database) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@pytest.fixture(scope="module")
def mysql(serve: Serve) -> Iterator[Server]:
    """Give a production of MySQL with a login for migrations, and one table."""
    serve(MYSQL)
    with servers.serve(parse(MYSQL), ODD_MYSQL, choice="docker") as server:
        administer(
            server,
            "CREATE DATABASE shop",
            "CREATE TABLE shop.t (a INT)",
            f"CREATE USER mig IDENTIFIED BY '{PASSWORD}'",
            f"GRANT {MYSQL_GRANTS} ON shop.* TO mig",
        )
        yield server


@pytest.fixture(scope="module")
def postgresql(serve: Serve) -> Iterator[Server]:
    """Give a production of PostgreSQL with a login for migrations that owns its database, and an extension."""
    serve(POSTGRESQL)
    with servers.serve(parse(POSTGRESQL), ODD_POSTGRESQL, choice="docker") as server:
        create = "CREATE DATABASE shop OWNER mig TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
        administer(server, f"CREATE ROLE mig LOGIN CREATEDB PASSWORD '{PASSWORD}'", create)
        administer(server, "CREATE EXTENSION citext", "CREATE TABLE t (a INT)", database="shop")
        administer(server, "GRANT ALL ON t TO mig", database="shop")
        yield server


def declare(schema: Schema, server: Server, tmp_path: Path, url: str = "") -> tuple[Project, Schema]:
    place = f"127.0.0.1:{server.port}"
    text = url or f"{server.engine.dialect}://mig:{PASSWORD}@{place}/shop"
    target = Target("production", Journal(tmp_path), url=text.format(place=place), hosts=(place,))
    schema = replace(schema, targets={"production": target})
    return Project(tmp_path, tmp_path / "migkit.toml", {schema.name: schema}), schema


def rules(report: Report) -> dict[str, Finding]:
    assert PASSWORD not in repr(report)
    return {finding.rule: finding for finding in report.findings}


def test_each_difference_of_mysql_is_a_finding_with_its_key(
    make_schema: MakeSchema, tmp_path: Path, mysql: Server
) -> None:
    found = rules(compare(*declare(make_schema(engine=MYSQL), mysql, tmp_path), "production"))
    assert set(found) == {
        "target-sql-mode",
        "target-charset",
        "target-collation",
        "target-lower-case-table-names",
        "target-binary-log",
        "target-time-zone",
        "target-privileges",
    }
    assert found["target-sql-mode"].remedy == 'server = { sql_mode = "ANSI_QUOTES,STRICT_TRANS_TABLES" }'
    privileges = json.loads(found["target-privileges"].remedy.removeprefix("server = { privileges = ").rstrip(" }"))
    assert set(privileges) == set(MYSQL_GRANTS.split(", "))


def test_with_what_the_remedies_say_nothing_differs(make_schema: MakeSchema, tmp_path: Path, mysql: Server) -> None:
    """The remedies are put into the configuration as they are printed."""
    schema = make_schema(engine=MYSQL)
    report = compare(*declare(schema, mysql, tmp_path), "production")
    written = [finding.remedy.removeprefix("server = {").rstrip("}") for finding in report.findings]
    text = {name.strip(): json.loads(value) for name, _, value in (line.partition("=") for line in written[:-1])}
    arguments = [value for line in written if "args" in line for value in json.loads(line.partition("=")[2])]
    named = json.loads(written[-1].partition("=")[2]) if "privileges" in written[-1] else []
    settings = ServerSettings(
        charset=text["charset"],
        collation=text["collation"],
        sql_mode=text["sql_mode"],
        lower_case_table_names=text["lower_case_table_names"],
        args=tuple(arguments),
        privileges=tuple(named),
    )
    assert rules(compare(*declare(replace(schema, server=settings), mysql, tmp_path), "production")) == {}


def test_each_difference_of_postgresql_is_a_finding_with_its_key(
    make_schema: MakeSchema, tmp_path: Path, postgresql: Server
) -> None:
    found = rules(compare(*declare(make_schema(engine=POSTGRESQL), postgresql, tmp_path), "production"))
    assert set(found) == {
        "target-collation",
        "target-time-zone",
        "target-extensions",
        "target-privileges",
        "target-default-transaction-isolation",
    }
    assert found["target-extensions"].remedy == 'server = { extensions = ["citext"] }'
    assert found["target-privileges"].remedy == 'server = { privileges = ["CREATEDB"] }'


def test_another_product_is_an_error(make_schema: MakeSchema, tmp_path: Path, mysql: Server, serve: Serve) -> None:
    serve(MARIADB)
    found = rules(compare(*declare(make_schema(engine=MARIADB), mysql, tmp_path), "production"))
    assert found["target-product"].remedy == f'engine = "{MYSQL}"'


@pytest.mark.parametrize("url", ["", f"mig:{PASSWORD}@tcp({{place}})/shop?tls=skip-verify"])
def test_a_target_of_mysql_cannot_be_written_to(
    make_schema: MakeSchema, tmp_path: Path, mysql: Server, url: str
) -> None:
    found = targets.declared(*declare(make_schema(engine=MYSQL), mysql, tmp_path, url), "production")
    with targets.reading(found) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM t").scalar() == 0
        cipher = connection.exec_driver_sql("SHOW STATUS LIKE 'Ssl_cipher'").all()[0][1]
    assert cipher  # a target is asked for TLS wherever it has it
    for statement in ("INSERT INTO t VALUES (1)", "CREATE TABLE u (a INT)", "DROP TABLE t"):
        with pytest.raises(TargetError, match="READ ONLY"), targets.reading(found) as connection:
            connection.exec_driver_sql(statement)


def test_a_target_of_postgresql_cannot_be_written_to(
    make_schema: MakeSchema, tmp_path: Path, postgresql: Server
) -> None:
    found = targets.declared(*declare(make_schema(engine=POSTGRESQL), postgresql, tmp_path), "production")
    for statement in ("INSERT INTO t VALUES (1)", "CREATE TABLE u (a INT)", "CREATE DATABASE other"):
        with pytest.raises(TargetError, match="read-only"), targets.reading(found) as connection:
            connection.exec_driver_sql(statement)
    with targets.reading(found) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM t").scalar() == 0


def test_while_it_is_read_no_other_address_opens(
    make_schema: MakeSchema, tmp_path: Path, mysql: Server, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = serve(MYSQL)
    found = targets.declared(*declare(make_schema(engine=MYSQL), mysql, tmp_path), "production")
    with targets.reading(found), pytest.raises(guard.Refused), login.connect(other):
        pytest.fail("it was opened")


def test_libpq_s_own_variables_lead_nowhere_else(
    make_schema: MakeSchema, tmp_path: Path, postgresql: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = targets.declared(*declare(make_schema(engine=POSTGRESQL), postgresql, tmp_path), "production")
    monkeypatch.setenv("PGHOSTADDR", "127.0.0.2")
    with pytest.raises(TargetError, match=r"127\.0\.0\.2"), targets.reading(found):
        pytest.fail("it was opened")


def test_the_task_says_it_and_ends_with_its_code(tmp_path: Path, make_schema: MakeSchema, mysql: Server) -> None:
    schema = make_schema(engine=MYSQL, url=f"mysql://mig:{PASSWORD}@127.0.0.1:{mysql.port}/shop")
    before = standing(mysql)
    (tmp_path / "migkit.toml").write_text(
        f'[schemas.app]\ndirectory = "{schema.directory}"\nengine = "{MYSQL}"\n'
        f'[schemas.app.targets.production]\nhosts = ["127.0.0.1:{mysql.port}"]\n'
        f'[schemas.app.targets.wrong]\nurl = "mysql://mig:{PASSWORD}-no@127.0.0.1:{mysql.port}/shop"\n'
        f'hosts = ["127.0.0.1:{mysql.port}"]\n'
    )

    def doctor(*args: str) -> subprocess.CompletedProcess[str]:
        code = "from migkit.tasks import program; program.run()"
        done = subprocess.run(
            [sys.executable, "-c", code, "doctor", *args],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
            text=True,
            capture_output=True,
            check=False,
        )
        assert PASSWORD not in done.stdout + done.stderr
        return done

    done = doctor("--target", "production")
    assert done.returncode == 0
    assert "✗ sql-mode" in done.stdout
    assert re.search(r"✓ throwaway server +MySQL 9\.7\.\d+ \(docker: .+\)", done.stdout)
    assert re.search(rf"✓ production +MySQL 9\.7\.\d+ at 127\.0\.0\.1:{mysql.port}", done.stdout)
    assert 'to do: server = { sql_mode = "ANSI_QUOTES,STRICT_TRANS_TABLES" }' in done.stdout
    assert doctor("--target", "production", "--fail-on", "warning").returncode == 2
    refused = doctor("--target", "wrong", "--format", "json")
    assert refused.returncode == 6
    assert "Access denied" in json.loads(refused.stdout)["error"]["message"]
    assert standing(mysql) == before
