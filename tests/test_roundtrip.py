"""Round trips on SQLite: the walk, the choice of revisions, the baseline, the base schema."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from migkit import config
from migkit.errors import ConfigError, HistoryError, StepFailed, TargetError
from migkit.model import Event, Project, Report, Schema, Severity, Verdict
from migkit.roundtrip import Options, roundtrip
from tests.conftest import ENV, MakeSchema, demand_git, write_revision

HISTORIES = Path(__file__).parent / "histories"
EXPECT = re.compile(r"^# expect: (\S+)", re.MULTILINE)
TABLE = """
def upgrade():
    op.create_table("{0}", sa.Column("id", sa.Integer, primary_key=True))

def downgrade():
    op.drop_table("{0}")
"""
EMPTY = "def upgrade():\n    pass\n\ndef downgrade():\n    pass"


def trip(schema: Schema, **options: object) -> Report:
    project = Project(schema.directory, schema.directory / "migkit.toml", {schema.name: schema})
    return roundtrip(project, schema, Options(**options))  # type: ignore[arg-type]  # a test names real fields


def verdicts(report: Report) -> dict[str, str]:
    return {revision.revision: revision.verdict.value for revision in report.revisions}


def rules(report: Report) -> list[tuple[str, str | None]]:
    return [(finding.rule, finding.revision) for finding in report.findings]


def test_every_broken_downgrade_is_found_and_none_invented() -> None:
    project = config.load(HISTORIES)
    report = roundtrip(project, project.schemas["broken-sqlite"])
    seen = {}
    for revision in report.revisions:
        expected = set(EXPECT.findall(Path(revision.path).read_text(encoding="utf-8")))
        own = {f.rule for f in report.findings if f.revision == revision.revision and f.rule == "empty-downgrade"}
        seen[revision.revision] = ({revision.verdict.value} - ({"ok"} if own else set()) | own, expected)
    assert {ident: pair for ident, pair in seen.items() if pair[0] != pair[1]} == {}
    found = Counter(revision.verdict for revision in report.revisions)
    assert set(found) == set(Verdict)


def test_a_healthy_history_is_clean_and_tells_its_progress(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": TABLE.format("one"), "b2": TABLE.format("two")})
    events: list[Event] = []
    project = Project(schema.directory, schema.ini, {schema.name: schema})
    report = roundtrip(project, schema, on_event=events.append)
    assert verdicts(report) == {"a1": "ok", "b2": "ok"}
    assert report.findings == ()
    assert report.exit_code(Severity.note) == 0
    steps = [event for event in events if event.kind == "step"]
    assert [event.done for event in steps] == [1, 2, 3, 4]
    assert {event.total for event in steps} == {4}


def test_a_merge_is_judged_as_one(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": TABLE.format("root")})
    versions = schema.directory / "migrations" / "versions"
    write_revision(versions, "b1", "a1", TABLE.format("left"))
    write_revision(versions, "b2", "a1", TABLE.format("right"))
    write_revision(versions, "c1", ("b1", "b2"), EMPTY)
    write_revision(versions, "d1", "c1", TABLE.format("after"))
    assert set(verdicts(trip(schema)).values()) == {"ok"}


def test_several_heads_are_a_warning(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": TABLE.format("root")})
    versions = schema.directory / "migrations" / "versions"
    write_revision(versions, "b1", "a1", TABLE.format("left"))
    write_revision(versions, "b2", "a1", TABLE.format("right"))
    report = trip(schema)
    assert verdicts(report) == {"a1": "ok", "b1": "ok", "b2": "ok"}
    assert rules(report) == [("multiple-heads", None)]


FORGETFUL = """
def upgrade():
    op.execute("CREATE TABLE IF NOT EXISTS kept (id INTEGER)")

def downgrade():
    op.execute("SELECT 1")
"""


def test_only_the_asked_for_revisions_are_judged(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": TABLE.format("one"), "b2": FORGETFUL, "c3": TABLE.format("three"), "d4": FORGETFUL})
    assert verdicts(trip(schema, revisions=("b2",))) == {"b2": "schema-differs"}
    assert verdicts(trip(schema, revisions=("a1", "c3"))) == {"a1": "ok", "c3": "ok"}
    with pytest.raises(HistoryError, match="e5"):
        trip(schema, revisions=("e5",))


def test_since_judges_what_was_added_or_edited(make_schema: MakeSchema) -> None:
    demand_git()
    schema = make_schema({"a1": TABLE.format("one"), "b2": TABLE.format("two")})

    def git(*args: str) -> None:
        identity = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        subprocess.run(("git", *identity, *args), cwd=schema.directory, check=True, capture_output=True)

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "first")
    versions = schema.directory / "migrations" / "versions"
    write_revision(versions, "c3", "b2", TABLE.format("three"))
    assert verdicts(trip(schema, since="HEAD")) == {"c3": "ok"}
    (versions / "a1_a1.py").write_text((versions / "a1_a1.py").read_text() + "\n# edited\n")
    assert verdicts(trip(schema, since="HEAD")) == {"a1": "ok", "c3": "ok"}
    with pytest.raises(ConfigError, match="no-such-branch"):
        trip(schema, since="no-such-branch")


def test_a_baseline_accepts_what_is_known_and_nothing_else(make_schema: MakeSchema, tmp_path: Path) -> None:
    schema = make_schema({"a1": FORGETFUL, "b2": TABLE.format("two")}, baseline=tmp_path / "baseline.json")
    assert trip(schema).exit_code(Severity.error) == 2
    assert trip(schema, write_baseline=True).exit_code(Severity.error) == 0
    accepted = trip(schema)
    assert accepted.exit_code(Severity.error) == 0
    assert [revision.baseline for revision in accepted.revisions] == [True, False]
    assert trip(schema, use_baseline=False).exit_code(Severity.error) == 2
    versions = schema.directory / "migrations" / "versions"
    (versions / "a1_a1.py").unlink()
    write_revision(versions, "a1", None, FORGETFUL.replace("SELECT 1", "SELEKT one"))
    assert verdicts(trip(schema))["a1"] == "downgrade-fails"
    assert trip(schema).exit_code(Severity.error) == 2
    (versions / "a1_a1.py").unlink()
    write_revision(versions, "a1", None, FORGETFUL.replace("SELECT 1", "DROP TABLE kept"))
    assert rules(trip(schema)) == [("baseline-stale", "a1")]


ALTERS_BASE = """
def upgrade():
    op.execute("ALTER TABLE old ADD COLUMN note TEXT")

def downgrade():
    op.execute("ALTER TABLE old DROP COLUMN note")
"""


@pytest.mark.parametrize("base_sql", ["base.sql", "the_base:load"])
def test_a_base_schema_stands_before_the_first_revision(make_schema: MakeSchema, base_sql: str) -> None:
    schema = make_schema({"a1": ALTERS_BASE}, base_sql=base_sql)
    (schema.directory / "base.sql").write_text("CREATE TABLE old (id INTEGER);\nINSERT INTO old VALUES (1);\n")
    (schema.directory / "the_base.py").write_text(
        "from sqlalchemy import text\n\n\ndef load(connection):\n"
        "    connection.execute(text('CREATE TABLE old (id INTEGER)'))\n"
    )
    assert verdicts(trip(schema)) == {"a1": "ok"}
    assert verdicts(trip(replace(schema, base_sql=""))) == {"a1": "upgrade-fails"}


@pytest.mark.parametrize("base_sql", ["nowhere.sql", "no_such_module_here:load", "the_base:missing", "bad.sql"])
def test_a_base_schema_that_cannot_be_loaded_is_a_configuration_error(make_schema: MakeSchema, base_sql: str) -> None:
    schema = make_schema({"a1": ALTERS_BASE}, base_sql=base_sql)
    (schema.directory / "the_base.py").write_text("")
    (schema.directory / "bad.sql").write_text("CREATE TABEL old (id INTEGER);")
    with pytest.raises(ConfigError, match="base_sql"):
        trip(schema)


def test_tables_that_the_application_makes_while_it_boots_are_nobodys_fault(make_schema: MakeSchema) -> None:
    boot = """
import sqlite3
from alembic import context
path = context.config.get_main_option("sqlalchemy.url").removeprefix("sqlite:///")
own = sqlite3.connect(path)
own.execute("CREATE TABLE IF NOT EXISTS sessions_of_the_application (id INTEGER)")
own.commit()
own.close()
"""
    schema = make_schema({"a1": TABLE.format("one")}, env=boot + ENV)
    assert verdicts(trip(schema)) == {"a1": "ok"}


ROLLS_BACK = """
from alembic import context
from sqlalchemy import create_engine

engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
with engine.connect() as connection:
    transaction = connection.begin()
    context.configure(connection=connection)
    context.run_migrations()
    transaction.rollback()
engine.dispose()
"""


def test_an_env_that_never_commits_is_told(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": EMPTY}, env=ROLLS_BACK)
    report = trip(schema)
    assert verdicts(report) == {"a1": "upgrade-fails"}
    assert "holds no row instead of a1" in report.revisions[0].message


def test_an_env_that_leads_elsewhere_is_refused(make_schema: MakeSchema, tmp_path: Path) -> None:
    own = f'section = {{"sqlalchemy.url": "sqlite:///{tmp_path}/live.db"}}'
    env = ENV.replace("section = config.get_section(config.config_ini_section)", own)
    with pytest.raises(TargetError, match="live"):
        trip(make_schema({"a1": TABLE.format("one")}, env=env))
    assert not (tmp_path / "live.db").exists()


def test_an_env_that_fails_is_no_verdict(make_schema: MakeSchema) -> None:
    with pytest.raises(StepFailed, match=r"env\.py"):
        trip(make_schema({"a1": TABLE.format("one")}, env="raise RuntimeError('no settings')"))
