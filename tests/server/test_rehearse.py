"""Whole rehearsals on real servers: every check of one revision leaves the next one what the upgrades alone would."""

from __future__ import annotations

from typing import Any

import pytest

from migkit.model import Policy, Project, Report, Schema, Severity
from migkit.rehearse import Options, rehearse
from tests.conftest import MakeSchema
from tests.server.conftest import Serve
from tests.server.test_roundtrip import MARIADB, MYSQL, POSTGRESQL, address

pytestmark = pytest.mark.server

DOWN = "\n\ndef downgrade():\n    pass"
COUNTER = {MYSQL: "INTEGER AUTO_INCREMENT PRIMARY KEY", MARIADB: "INTEGER AUTO_INCREMENT PRIMARY KEY"}
SERIAL = "SERIAL PRIMARY KEY"


def body(*statements: str) -> str:
    return "def upgrade():\n" + "".join(f"    op.execute({sql!r})\n" for sql in statements) + DOWN


def tried(schema: Schema, serve: Serve, engine: str, *only: str, **options: object) -> Report:
    project = Project(schema.directory, schema.directory / "migkit.toml", {schema.name: schema})
    given: Any = Options(engine=engine, server=address(serve(engine)), only=only, **options)  # type: ignore[arg-type]
    return rehearse(project, schema, given)


def words(report: Report, check: str) -> dict[str, Any]:
    return {one["revision"]: one[check] for one in report.facts["revisions"]}


@pytest.mark.parametrize("engine", [MYSQL, MARIADB, POSTGRESQL])
def test_reruns_and_cuts_move_no_counter_and_leave_no_row(make_schema: MakeSchema, serve: Serve, engine: str) -> None:
    """In one run the ids are others than step by step, if a rerun's rows had counted."""
    counted = f"CREATE TABLE t (id {COUNTER.get(engine, SERIAL)}, word VARCHAR(9) UNIQUE)"
    bodies = {
        "a1": body(counted),
        "b2": body("INSERT INTO t (word) VALUES ('one')", "INSERT INTO t (word) VALUES ('two')"),
        "c3": body("INSERT INTO t (word) SELECT 'again' FROM t WHERE word = 'two'"),
        "d4": body("CREATE TABLE u (id INTEGER)", "CREATE TABLE v (id INTEGER)", "DROP TABLE u"),
        "e5": body("INSERT INTO t (word) VALUES ('last')"),
    }
    url = "postgresql://" if engine == POSTGRESQL else "mysql+pymysql://"
    report = tried(make_schema(bodies, url=url, engine=engine), serve, engine)
    assert words(report, "upgrade") == dict.fromkeys(bodies, "ok")
    assert words(report, "oneshot") == dict.fromkeys(bodies, "ok")
    assert words(report, "idempotent") == dict.fromkeys(bodies, "fails")
    kept = engine != POSTGRESQL
    assert [(cut["committed"], cut["retry_ok"]) for cut in words(report, "crash")["d4"][:-1]] == [(kept, not kept)] * 2
    assert [finding for finding in report.findings if finding.severity is Severity.error] == []


@pytest.mark.parametrize("engine", [MYSQL, POSTGRESQL])
def test_a_policy_and_rows(make_schema: MakeSchema, serve: Serve, engine: str) -> None:
    bodies = {
        "a1": body("CREATE TABLE IF NOT EXISTS t (id INTEGER NOT NULL, word VARCHAR(9))"),
        "b2": body("UPDATE t SET word = 'x' WHERE word = 'never'", "UPDATE t SET word = 'x' WHERE word = ''"),
        "c3": body("CREATE TABLE u (id INTEGER)"),
        "d4": body("ALTER TABLE t ADD CONSTRAINT uq UNIQUE (word)"),
    }
    url = "postgresql://" if engine == POSTGRESQL else "mysql+pymysql://"
    schema = make_schema(bodies, url=url, engine=engine, idempotent=Policy("required", "c3"))
    report = tried(schema, serve, engine, rows=5)
    assert words(report, "upgrade") == {"a1": "ok", "b2": "ok", "c3": "ok", "d4": "fails-with-rows"}
    assert words(report, "idempotent") == {"a1": "ok", "b2": "ok", "c3": "fails", "d4": "fails"}
    errors = {(one.rule, one.revision) for one in report.findings if one.severity is Severity.error}
    assert errors >= {("rerun-fails", "c3"), ("upgrade-fails", "d4"), ("rerun-fails", "d4")}
    assert {revision for _rule, revision in errors} == {"c3", "d4"}
    assert report.facts["rows"]["added"]
