"""`--server auto` on a machine without Docker, from the choice to the report."""

from __future__ import annotations

import json

import pytest

from migkit import servers
from migkit.engines import parse
from migkit.model import Event, Project, Report, Severity
from migkit.render import json as as_json
from migkit.render import text
from migkit.roundtrip import Options, roundtrip
from tests.conftest import MakeSchema
from tests.server.conftest import programs

pytestmark = pytest.mark.server

TABLE = """
def upgrade():
    op.create_table("one", sa.Column("id", sa.Integer, primary_key=True))

def downgrade():
    op.drop_table("one")
"""


@pytest.fixture(autouse=True)
def no_docker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    for name in ("mariadb:10.11", "postgresql:15"):
        programs(name)


def trip(make_schema: MakeSchema, engine: str, *, strict: bool = False) -> Report:
    schema = make_schema({"a1": TABLE}, engine=engine)
    project = Project(schema.directory, schema.ini, {schema.name: schema})
    return roundtrip(project, schema, Options(strict_engine=strict))


def test_one_line_says_what_runs_and_why_not_what_comes_before() -> None:
    events: list[Event] = []
    with servers.serve(parse("mariadb:10.11"), on_event=events.append) as server:
        assert server.kind == "local"
    lines = [event.message for event in events if event.kind == "log"]
    assert len(lines) == 1
    assert lines[0].startswith(f"server: local, MariaDB {server.version} ({server.origin}); docker: ")


def test_what_runs_as_wanted_is_no_finding(make_schema: MakeSchema) -> None:
    report = trip(make_schema, "postgresql:15")
    assert report.findings == ()
    assert [revision.verdict.value for revision in report.revisions] == ["ok"]


@pytest.mark.parametrize(("wanted", "product"), [("mysql:9.7", "MariaDB"), ("postgresql:16", "PostgreSQL")])
@pytest.mark.parametrize(("strict", "severity"), [(False, Severity.warning), (True, Severity.error)])
def test_another_product_or_release_is_a_finding_in_every_report(
    make_schema: MakeSchema, wanted: str, product: str, strict: bool, severity: Severity
) -> None:
    report = trip(make_schema, wanted, strict=strict)
    found = [finding for finding in report.findings if finding.rule == "engine-substituted"]
    assert [finding.severity for finding in found] == [severity]
    told, page = json.loads(as_json.report(report)), text.report(report)
    assert (told["server"]["kind"], told["server"]["product"]) == ("local", product)
    assert [reason.partition(":")[0] for reason in told["server"]["passed_over"]] == ["docker"]
    assert told["engine"]["wanted"] == wanted
    assert told["ok"] is not strict
    assert "engine-substituted" in page
    assert f"{wanted} was wanted, {product}" in page
    assert "passed over docker: the Docker daemon cannot be reached" in page
