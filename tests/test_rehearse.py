"""Rehearsals on SQLite: which checks are made of which revisions, what policy and baseline make of what is found."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from migkit import servers
from migkit.delegate import delegate
from migkit.engines import parse
from migkit.errors import ConfigError, HistoryError
from migkit.jobs import Rehearse
from migkit.model import Event, Policy, Project, Report, Schema, Severity
from migkit.model.rehearsal import Earlier, Order, Rows
from migkit.rehearsal import rehearsed
from migkit.rehearse import Options, rehearse
from migkit.render.json import report as as_json
from migkit.servers import databases
from tests.conftest import ENV, MakeSchema, demand_git, write_revision

DOWN = "\n\ndef downgrade():\n    pass"
MAKES = "def upgrade():\n    op.execute('CREATE TABLE {0} (id INTEGER NOT NULL PRIMARY KEY)')" + DOWN
GUARDED = "def upgrade():\n    op.execute('CREATE TABLE IF NOT EXISTS {0} (id INTEGER NOT NULL PRIMARY KEY)')" + DOWN
SOWS = "def upgrade():\n    op.execute('INSERT INTO {0} DEFAULT VALUES')" + DOWN
NOTHING = "def upgrade():\n    pass" + DOWN
IDEMPOTENT = ("idempotent",)


def tried(schema: Schema, *only: str, **options: object) -> Report:
    project = Project(schema.directory, schema.directory / "migkit.toml", {schema.name: schema})
    return rehearse(project, schema, Options(only=only, **options))  # type: ignore[arg-type]  # a test names real fields


def words(report: Report, check: str) -> dict[str, Any]:
    return {one["revision"]: one[check] for one in report.facts["revisions"]}


def found(report: Report) -> list[tuple[str, str | None, Severity, int | None]]:
    return [(one.rule, one.revision, one.severity, one.line) for one in report.findings]


def test_an_upgrade_is_run_again_on_its_own_result(make_schema: MakeSchema) -> None:
    bodies = {
        "a1": MAKES.format("one"),
        "b2": GUARDED.format("two"),
        "c3": SOWS.format("two"),
        "d4": NOTHING,
        "e5": MAKES.format("three"),
        "f6": GUARDED.format("four"),
    }
    report = tried(make_schema(bodies), "idempotent")
    assert words(report, "idempotent") == {
        "a1": "fails", "b2": "ok", "c3": "differs", "d4": "ok", "e5": "fails", "f6": "ok",
    }  # fmt: skip
    assert set(words(report, "upgrade").values()) == {"ok"}, "each begins where the one before it ended"
    assert found(report) == [
        ("rerun-fails", "a1", Severity.note, 10),
        ("rerun-differs", "c3", Severity.note, 10),
        ("rerun-fails", "e5", Severity.note, 10),
    ]
    assert "table one already exists" in report.findings[0].message
    assert report.findings[1].message.endswith("two has 1 row more")
    assert report.findings[1].object == "two"
    assert report.exit_code(Severity.error) == 0


def test_what_a_rerun_changes_is_charged_to_the_statement_that_names_it(make_schema: MakeSchema) -> None:
    makes = "op.execute('CREATE TABLE IF NOT EXISTS {0} (a INTEGER)')"
    sows = "op.execute('INSERT INTO {0} VALUES (1)')"
    lines = [makes.format("aa"), makes.format("aa_b"), sows.format("aa"), "op.execute('SELECT 1 FROM aa_b')"]
    body = "def upgrade():\n    " + "\n    ".join(lines) + DOWN
    assert found(tried(make_schema({"a1": body}), "idempotent")) == [("rerun-differs", "a1", Severity.note, 12)]


def test_a_rerun_leaves_nothing_to_the_next_revision(make_schema: MakeSchema) -> None:
    """The rows of the rerun would make the unique index of the next one fail."""
    bodies = {
        "a1": "def upgrade():\n    op.execute('CREATE TABLE t (a INTEGER)')\n    op.execute('INSERT INTO t VALUES (1)')"
        + DOWN,
        "b2": "def upgrade():\n    op.execute('INSERT INTO t VALUES (2)')" + DOWN,
        "c3": "def upgrade():\n    op.execute('CREATE UNIQUE INDEX u ON t (a)')" + DOWN,
    }
    report = tried(make_schema(bodies), "idempotent")
    assert words(report, "upgrade") == {"a1": "ok", "b2": "ok", "c3": "ok"}
    assert words(report, "idempotent")["b2"] == "differs"


def test_a_policy_makes_it_an_error_from_a_revision_on(make_schema: MakeSchema) -> None:
    bodies = {"a1": MAKES.format("one"), "b2": MAKES.format("two"), "c3": MAKES.format("three")}
    schema = make_schema(bodies, idempotent=Policy("required", "b2"))
    report = tried(schema, "idempotent")
    assert [severity for _rule, _revision, severity, _line in found(report)] == [
        Severity.note,
        Severity.error,
        Severity.error,
    ]
    with pytest.raises(HistoryError, match=r"^idempotent\.since: revision zz is not"):
        tried(replace(schema, idempotent=Policy("required", "zz")), "idempotent")


def test_what_the_policy_does_not_ask_for_is_not_made_unless_it_is_named(make_schema: MakeSchema) -> None:
    bodies = {"a1": MAKES.format("one"), "b2": MAKES.format("two")}
    schema = make_schema(bodies, idempotent=Policy("off"))
    unasked = tried(schema)
    assert words(unasked, "idempotent") == {"a1": None, "b2": None}
    assert "idempotent" in unasked.facts["not_made"]
    assert words(tried(schema, "idempotent"), "idempotent") == {"a1": "fails", "b2": "fails"}


def test_what_is_reported_from_a_revision_on_is_not_made_before_it(make_schema: MakeSchema) -> None:
    bodies = {"a1": MAKES.format("one"), "b2": MAKES.format("two")}
    report = tried(make_schema(bodies, idempotent=Policy("reported", "b2")))
    assert words(report, "idempotent") == {"a1": None, "b2": "fails"}


def test_an_upgrade_that_fails_is_an_error_and_later_ones_are_rehearsed(make_schema: MakeSchema) -> None:
    bodies = {"a1": MAKES.format("one"), "b2": SOWS.format("missing"), "c3": MAKES.format("three")}
    report = tried(make_schema(bodies), "idempotent")
    assert words(report, "upgrade") == {"a1": "ok", "b2": "fails", "c3": "ok"}
    assert words(report, "idempotent") == {"a1": "fails", "b2": None, "c3": "fails"}
    assert ("upgrade-fails", "b2", Severity.error, 10) in found(report)


def test_what_fails_on_rows_alone_is_told_apart_from_what_refuses_them(make_schema: MakeSchema) -> None:
    refuses = (
        "    if op.get_bind().execute(sa.text('SELECT count(*) FROM one')).scalar():\n        raise RuntimeError('no')"
    )
    bodies = {
        "a1": "def upgrade():\n    op.execute('CREATE TABLE one (a INTEGER, b INTEGER)')" + DOWN,
        "b2": "def upgrade():\n" + refuses + DOWN,
        "c3": "def upgrade():\n    op.execute('CREATE UNIQUE INDEX u ON one (b)')" + DOWN,
    }
    report = tried(make_schema(bodies), "idempotent", "effects", "models", rows=9)
    assert words(report, "upgrade") == {"a1": "ok", "b2": "ok", "c3": "fails-with-rows"}
    assert words(report, "effects") == {"a1": "ok", "b2": None, "c3": None}, "there were no rows to see them on"
    assert "models" in report.facts["checks"], "without rows it comes to the head"
    told = {one.rule: one for one in report.findings if one.revision in ("b2", "c3")}
    assert (told["refuses-rows"].severity, told["refuses-rows"].line) == (Severity.warning, 11)
    assert told["upgrade-fails"].message.startswith("with rows in place; without them it passes: ")
    assert told["rerun-fails"].revision == "c3", "it is rehearsed without them"


def test_only_the_named_revisions_are_rehearsed(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": MAKES.format("one"), "b2": MAKES.format("two"), "c3": MAKES.format("three")})
    report = tried(schema, "idempotent", revisions=("b2",))
    assert words(report, "idempotent") == {"b2": "fails"}
    for only in ((), ("graph",)):
        with pytest.raises(HistoryError, match="zz"):
            tried(schema, *only, revisions=("zz",))


def test_since_takes_those_that_came_or_were_edited(make_schema: MakeSchema) -> None:
    demand_git()
    schema = make_schema({"a1": MAKES.format("one"), "b2": MAKES.format("two")})
    git(schema.directory, "init", "-q")
    git(schema.directory, "add", ".")
    git(schema.directory, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "-m", "first")
    versions = schema.directory / "migrations" / "versions"
    write_revision(versions, "b2", "a1", GUARDED.format("two"))
    write_revision(versions, "c3", "b2", MAKES.format("three"))
    report = tried(schema, "idempotent", since="HEAD")
    assert words(report, "idempotent") == {"b2": "ok", "c3": "fails"}
    assert tried(schema, "idempotent", since="HEAD", revisions=()).facts["not_made"]["crash"]


def test_what_has_not_changed_needs_no_server(make_schema: MakeSchema, tmp_path: Path) -> None:
    demand_git()
    record = tmp_path / "known.json"
    schema = replace(make_schema({"a1": MAKES.format("one")}), baseline=record)
    record.write_text('{"version": 1, "test": {"app": {"sqlite": {"*": ["models-differ one"]}}}}')
    git(schema.directory, "init", "-q")
    git(schema.directory, "add", ".")
    git(schema.directory, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "-m", "first")
    events: list[Event] = []
    project = Project(schema.directory, schema.ini, {schema.name: schema})
    report = rehearse(project, schema, Options(since="HEAD", server="docker"), on_event=events.append)
    assert report.facts["revisions"] == []
    assert report.facts["checks"] == ["graph"]
    assert report.facts["not_made"]["models"] == "no revision has changed after HEAD"
    assert report.findings == (), "nothing was looked at, so no record is stale"
    assert events == []


def test_a_broken_graph_is_found_and_no_server_started(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": MAKES.format("one")})
    write_revision(schema.directory / "migrations" / "versions", "b2", "nowhere", NOTHING)
    report = tried(schema, server="docker", engine="mysql:9.7")
    assert [(one.rule, one.revision) for one in report.findings] == [("unknown-parent", "b2")]
    assert report.server == {}
    assert report.facts["checks"] == ["graph"]
    assert set(report.facts["not_made"]) == {"oneshot", "idempotent", "crash", "effects", "offline", "models"}
    with pytest.raises(HistoryError, match="nowhere"):
        tried(schema, "idempotent")


def test_several_heads_are_told_once(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": MAKES.format("one"), "b2": MAKES.format("two")})
    write_revision(schema.directory / "migrations" / "versions", "c3", "a1", GUARDED.format("three"))
    assert [one.rule for one in tried(schema, "graph").findings] == ["multiple-heads"]
    assert [one.rule for one in tried(schema, "graph", "idempotent").findings].count("multiple-heads") == 1
    assert [one.rule for one in tried(schema, "idempotent").findings].count("multiple-heads") == 1


def test_a_check_that_there_is_none_of_is_told_before_anything_runs(make_schema: MakeSchema) -> None:
    with pytest.raises(ConfigError, match="idempotence"):
        tried(make_schema({"a1": NOTHING}), "idempotence")


def test_the_baseline_accepts_a_rule_of_a_revision_and_no_other(make_schema: MakeSchema, tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    bodies = {"a1": MAKES.format("one"), "b2": SOWS.format("one"), "c3": NOTHING}
    schema = make_schema(bodies, baseline=baseline, idempotent=Policy("required"))
    assert tried(schema, "idempotent").exit_code(Severity.error) == 2
    written = tried(schema, "idempotent", write_baseline=True)
    assert written.findings == ()
    assert [one.rule for one in written.known] == ["rerun-fails", "rerun-differs"]
    assert words(written, "known") == {"a1": ("rerun-fails",), "b2": ("rerun-differs",), "c3": ()}
    assert json.loads(baseline.read_text())["test"] == {
        "app": {"sqlite": {"a1": ["rerun-fails"], "b2": ["rerun-differs"]}}
    }
    assert tried(schema, "idempotent", use_baseline=False).exit_code(Severity.error) == 2
    versions = schema.directory / "migrations" / "versions"
    write_revision(versions, "a1", None, "def upgrade():\n    op.execute('CREATE TABLE one (a)')\n    1 / 0" + DOWN)
    later = tried(schema, "idempotent")
    assert ("upgrade-fails", "a1", Severity.error, 11) in found(later)


def test_what_was_mended_makes_the_record_stale(make_schema: MakeSchema, tmp_path: Path) -> None:
    bodies = {"a1": MAKES.format("one"), "b2": MAKES.format("two")}
    schema = make_schema(bodies, baseline=tmp_path / "baseline.json")
    tried(schema, "idempotent", write_baseline=True)
    write_revision(schema.directory / "migrations" / "versions", "b2", "a1", GUARDED.format("two"))
    report = tried(schema, "idempotent")
    assert [(one.rule, one.revision) for one in report.findings] == [("baseline-stale", "b2")]
    assert tried(schema, "graph").findings == (), "it was not looked at"
    tried(schema, "idempotent", revisions=("a1",), write_baseline=True)
    recorded = json.loads((tmp_path / "baseline.json").read_text())["test"]["app"]["sqlite"]
    assert recorded == {"a1": ["rerun-fails"], "b2": ["rerun-fails"]}, "b2 was not looked at either"


def test_a_round_trip_s_record_stands_beside_it(make_schema: MakeSchema, tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_text('{"version": 1, "roundtrip": {"app": {"sqlite": {"a1": "schema-differs"}}}}')
    schema = make_schema({"a1": MAKES.format("one")}, baseline=path)
    tried(schema, "idempotent", write_baseline=True)
    whole = json.loads(path.read_text())
    assert whole["roundtrip"]["app"]["sqlite"] == {"a1": "schema-differs"}
    path.write_text('{"version": 1, "test": {"app": {"sqlite": {"a1": "rerun-fails"}}}}')
    with pytest.raises(ConfigError, match="no baseline"):
        tried(schema, "idempotent")


MODELS = ENV.replace(
    "context.configure(connection=connection)",
    """
    import sqlalchemy as sa
    models = sa.MetaData()
    sa.Table("one", models, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table("two", models, sa.Column("id", sa.Integer, primary_key=True))
    context.configure(connection=connection, target_metadata=models)""",
)


def test_models_are_held_against_the_head_and_known_by_object(make_schema: MakeSchema, tmp_path: Path) -> None:
    schema = make_schema({"a1": MAKES.format("one")}, env=MODELS, baseline=tmp_path / "baseline.json")
    report = tried(schema, "models", write_baseline=True)
    assert [(one.rule, one.revision, one.object) for one in report.known] == [("models-differ", None, "two")]
    recorded = json.loads((tmp_path / "baseline.json").read_text())["test"]["app"]["sqlite"]
    assert recorded == {"*": ["models-differ two"]}
    write_revision(schema.directory / "migrations" / "versions", "b2", "a1", MAKES.format("two"))
    write_revision(schema.directory / "migrations" / "versions", "c3", "b2", MAKES.format("three"))
    later = tried(schema, "models")
    assert [(one.rule, one.object) for one in later.findings] == [("models-differ", "three"), ("baseline-stale", None)]


def test_models_wait_for_the_head(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": MAKES.format("one"), "b2": MAKES.format("three")}, env=MODELS)
    report = tried(schema, revisions=("a1",))
    assert "models" in report.facts["not_made"]
    assert "models" not in report.facts["checks"]
    assert {one.rule for one in tried(schema, "models", revisions=("a1",)).findings} == {"models-differ"}
    write_revision(schema.directory / "migrations" / "versions", "c3", "b2", SOWS.format("missing"))
    assert "an upgrade fails" in tried(schema, "models").facts["not_made"]["models"]


def test_the_report_is_json(make_schema: MakeSchema) -> None:
    report = tried(make_schema({"a1": MAKES.format("one")}), "idempotent")
    whole = json.loads(as_json(report))
    assert whole["command"] == "test"
    assert whole["checks"] == ["idempotent"]
    assert whole["rows"] is None
    assert set(whole["not_made"]) == {"graph", "oneshot", "crash", "effects", "offline", "models"}
    (one,) = whole["revisions"]
    assert (one["revision"], one["idempotent"], one["crash"], one["statements"]) == ("a1", "fails", None, 1)
    assert not Path(one["path"]).is_absolute() or one["path"].endswith(".py")


def test_it_is_done_the_same_in_a_process_of_its_own(make_schema: MakeSchema) -> None:
    bodies = {"a1": MAKES.format("one"), "b2": MAKES.format("two"), "c3": SOWS.format("two")}
    schema = make_schema(bodies)
    edited = Earlier(
        str(next((schema.directory / "migrations" / "versions").glob("c3*"))), "revision = 'c3'\n" + NOTHING
    )
    order = Order(("idempotent", "crash", "effects"), rows=Rows(3, compared={"id": ("7",)}), earlier=(edited,))
    told = []
    for do in (delegate, lambda job, tell: rehearsed(job.schema, job.database, job.order, tell)):
        with servers.serve(parse("sqlite")) as server, databases.throwaway(server) as database:
            seen = do(Rehearse(schema, database, order), lambda _event: None)
        told.append([(replace(one, seconds=0), findings) for one, findings in seen.revisions])
    assert told[0] == told[1]
    assert [one.idempotent for one, _findings in told[0]] == ["fails", "fails", "differs"]
    assert [len(one.crash or ()) for one, _findings in told[0]] == [1, 1, 1]


def git(folder: Path, *words: str) -> None:
    subprocess.run(("git", *words), cwd=folder, check=True, capture_output=True)
