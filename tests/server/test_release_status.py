"""`mig.status`: the truth about each target, as a kill left it, and what a file still knows of one that is away."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from migkit import journal
from migkit.errors import ConfigError, TargetError
from migkit.model import Database, Project, Report, Severity
from migkit.model.release import lock_name
from migkit.preflight import arrived
from migkit.render import renderer
from migkit.servers import login
from migkit.status import status
from migkit.targets import VersionTable
from tests.conftest import MakeSchema
from tests.server.journals import Stage, connected, killed, of, releasing
from tests.server.test_release_journal import ADD, FILL, MORE, SERVERS, settled

everywhere = pytest.mark.parametrize("server", SERVERS, indirect=True)
BODIES = {
    "a1": "def upgrade():\n    op.execute('ALTER TABLE calls ADD note int')\ndef downgrade():\n    pass",
    "b2": "def upgrade():\n    pass\ndef downgrade():\n    pass",
}


@pytest.fixture
def stage(database: Database, tmp_path: Path, make_schema: MakeSchema) -> Stage:
    made = of(database, tmp_path)
    schema = make_schema(BODIES, engine=made.schema.engine, targets=made.schema.targets)
    with connected(made, isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CREATE TABLE calls (id int PRIMARY KEY, name varchar(20))")
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
    return Stage(schema, made.found)


def told(stage: Stage, target: str = "") -> Report:
    project = Project(stage.schema.directory, stage.schema.directory / "migkit.toml", {"app": stage.schema})
    return status(project, stage.schema, target)


def away(stage: Stage) -> Stage:
    """The same target, where nobody answers."""
    url = stage.url.set(port=9).render_as_string(hide_password=False)
    target = replace(stage.found.target, url=url, hosts=(f"{stage.url.host}:9",), connect_timeout=1)
    return Stage(replace(stage.schema, targets={"production": target}), stage.found)


@everywhere
def test_a_target_that_stands_below_the_head(stage: Stage) -> None:
    with connected(stage, isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('a1')")
    report = told(stage)
    (one,) = report.facts["targets"]
    assert (one["current"], one["head"], one["pending"], one["last_run"]) == (["a1"], ["b2"], 1, None)
    assert [each["revision"] for each in one["revisions"]] == ["b2"]
    assert report.exit_code(Severity.note) == 0
    text = renderer("text").report(report)
    assert "a1 · head b2, 1 pending" in text
    assert "no release is written down" in text


@everywhere
def test_what_a_kill_left_is_told_as_the_catalogue_shows_it(stage: Stage) -> None:
    first = ADD if not stage.found.engine.transactional_ddl else FILL
    with killed(stage, "begin 3", f"whole 1 {first}", f"sent 2 {MORE}"):
        pass
    settled(stage)
    report = told(stage)
    (one,) = report.facts["targets"]
    (left,) = one["unfinished"]
    fates = [each["fate"] for each in left["statements"]]
    if stage.found.engine.transactional_ddl:
        assert fates == ["gone", "gone", "waiting"]
        assert report.exit_code(Severity.error) == 0
        assert left["remedy"] == f"run it again: inv mig.prod --schema {stage.schema.name} --target production"
    else:
        assert fates == ["applied", "gone", "waiting"]
        assert report.exit_code(Severity.error) == 2
        assert left["remedy"] == f"inv mig.prod --schema {stage.schema.name} --target production --resume"
    assert one["last_run"]["ended"] == ""
    text = renderer("text").report(report)
    assert "it never said its end" in text
    assert " of 3 " in text
    assert json.loads(renderer("json").report(report))["targets"] == [one]


@everywhere
def test_a_release_that_is_at_work_now_is_told(stage: Stage) -> None:
    lease = login.console(stage.found.engine).lease()
    with releasing(stage) as release, connected(stage, isolation_level="AUTOCOMMIT") as holder:
        holder.exec_driver_sql(lease.lock(lock_name(stage.found.address.database)))
        release.begin("1")
        release.sent("1", ADD)
        report = told(stage)
    (one,) = report.facts["targets"]
    assert len(one["working"]) == 1
    assert report.exit_code(Severity.warning) == 0
    assert {finding.rule for finding in report.findings} == {"release-at-work", "unfinished-revision"}


@everywhere
def test_a_file_tells_what_it_knows_of_a_target_that_is_away(stage: Stage) -> None:
    with killed(stage, "begin 2", f"whole 1 {FILL}", f"sent 2 {MORE}"):
        pass
    with pytest.raises(TargetError) as caught:
        told(away(stage))
    assert caught.value.exit_code == 6
    (one,) = caught.value.report.facts["targets"]
    assert (one["current"], one["pending"]) == (None, None)
    assert [each["fate"] for each in one["unfinished"][0]["statements"]] == ["unknown", "unknown"]
    text = renderer("text").report(caught.value.report)
    assert "could not be asked" in text
    assert str(stage.url.password) not in text


@everywhere
def test_of_several_targets_one_that_is_away_is_a_finding(stage: Stage) -> None:
    targets = {"production": stage.schema.targets["production"], "staging": away(stage).schema.targets["production"]}
    targets["staging"] = replace(targets["staging"], name="staging")
    report = told(Stage(replace(stage.schema, targets=targets), stage.found))
    assert [one["target"] for one in report.facts["targets"]] == ["production", "staging"]
    assert [finding.rule for finding in report.findings] == ["target-unreachable"]


@everywhere
def test_a_revision_that_the_working_tree_has_not_is_told(stage: Stage) -> None:
    with connected(stage, isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('zz')")
    report = told(stage)
    assert [finding.rule for finding in report.findings] == ["foreign-revision"]


@pytest.mark.parametrize("server", ["postgresql:15"], indirect=True)
def test_another_history_of_the_same_database_is_not_this_one(stage: Stage) -> None:
    """Its version table is the usual one; env.py of this one names another, as the proofs know."""
    with connected(stage, isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('z9')")
    assert [one.rule for one in told(stage).findings] == ["foreign-revision"]
    folder = stage.schema.directory / "proofs" / "app"
    folder.mkdir(parents=True)
    kept = {"version": 1, "version_table": "alembic_version", "version_schema": "billing", "revisions": {}}
    (folder / "postgresql-15.json").write_text(json.dumps(kept), encoding="utf-8")
    report = told(stage)
    assert (report.facts["targets"][0]["current"], report.findings) == ([], ())
    with connected(stage, isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CREATE SCHEMA billing")
        connection.exec_driver_sql("CREATE TABLE billing.alembic_version AS SELECT 'a1' AS version_num")
    assert told(stage).facts["targets"][0]["current"] == ["a1"]


@everywhere
def test_a_history_that_begins_beside_another_one_says_so_by_an_empty_version_table(stage: Stage) -> None:
    own = VersionTable("billing_version", sure=True)
    assert arrived(stage.found, version_table=VersionTable()).tables == 2
    with connected(stage, isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('z9')")
        assert arrived(stage.found, version_table=own).tables == 2
        connection.exec_driver_sql("CREATE TABLE billing_version (version_num varchar(32) PRIMARY KEY)")
    arrival = arrived(stage.found, version_table=own)
    assert (arrival.current, arrival.tables) == ((), 0)


@pytest.mark.parametrize("server", ["postgresql:15"], indirect=True)
def test_where_nothing_was_proven_the_session_s_own_schema_goes_first(stage: Stage) -> None:
    with connected(stage, isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CREATE SCHEMA billing")
        connection.exec_driver_sql("CREATE TABLE billing.alembic_version AS SELECT 'z9' AS version_num")
    assert told(stage).facts["targets"][0]["current"] == []


@pytest.mark.parametrize("server", SERVERS[:1], indirect=True)
def test_a_name_that_is_no_target_is_an_error(stage: Stage) -> None:
    with pytest.raises(ConfigError, match="production"):
        told(stage, "productoin")


POOR = {
    "mysql": (
        "CREATE USER `{login}` IDENTIFIED BY 'p'",
        "GRANT SELECT ON `{name}`.alembic_version TO `{login}`",
        "GRANT SELECT ON `{name}`.calls TO `{login}`",
    ),
    "postgresql": (
        "CREATE ROLE \"{login}\" LOGIN PASSWORD 'p'",
        'GRANT SELECT ON alembic_version, calls TO "{login}"',
    ),
}
NO_MORE = {"mysql": ("DROP USER `{login}`",), "postgresql": ('DROP OWNED BY "{login}"', 'DROP ROLE "{login}"')}


@everywhere
def test_a_journal_that_may_not_be_read_is_no_empty_one(stage: Stage) -> None:
    """Another person's run, on another machine, stopped half-way: this login cannot know, and says so."""
    name, dialect = stage.found.address.database, stage.found.engine.dialect
    login = f"poor_{name}"[-30:]
    with releasing(stage) as release:
        release.begin("2")
        release.whole("1", FILL)
        release.commit()
    journal.file.path("app", stage.found.target).unlink()
    with connected(stage, isolation_level="AUTOCOMMIT") as connection:
        for statement in POOR[dialect]:
            connection.exec_driver_sql(statement.format(name=name, login=login))
        try:
            poor = knowing(stage, login, table=True)
            with pytest.raises(TargetError, match=r"migkit_journal at .* cannot be read") as refused:
                journal.entries(poor.schema, poor.found)
            assert "GRANT SELECT" in refused.value.remedy
            with pytest.raises(TargetError, match=r"migkit_journal at .* cannot be read"):
                told(poor)
            none = knowing(stage, login, table=False)
            assert journal.entries(none.schema, none.found) == ()
        finally:
            for statement in NO_MORE[dialect]:
                connection.exec_driver_sql(statement.format(name=name, login=login))


def knowing(stage: Stage, login: str, *, table: bool) -> Stage:
    """Give the stage as a login sees it whose target has a journal's table, or none."""
    url = stage.url.set(username=login, password="p")
    target = replace(stage.found.target, url=url.render_as_string(hide_password=False))
    target = replace(target, journal=replace(target.journal, table=table))
    found = replace(stage.found, url=url, target=target)
    return Stage(replace(stage.schema, targets={"production": target}), found)


@everywhere
def test_a_journal_that_is_not_there_is_an_empty_one(stage: Stage) -> None:
    assert journal.entries(stage.schema, stage.found) == ()
