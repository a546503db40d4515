"""What create and revise write, and when they write nothing: on SQLite, which needs no server to be asked."""

from __future__ import annotations

import ast
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migkit import engines
from migkit.body import Body
from migkit.create import Options, create, revise
from migkit.drafting import Ways, written_out
from migkit.engines import parse
from migkit.errors import ConfigError, HistoryError, MigkitError, ServerError
from migkit.head import Head, Refused
from migkit.intent import intended
from migkit.model import Conventions, Project, Report, Schema, Snapshot, SoftDelete, Timestamps, TitleRules
from migkit.roundtrip import Options as Trip
from migkit.roundtrip import roundtrip
from migkit.title import Title, build
from tests.conftest import SCRIPT, MakeSchema

CALLS = """
def upgrade():
    op.execute("CREATE TABLE calls (id INTEGER PRIMARY KEY, kind VARCHAR(9) DEFAULT 'x' NOT NULL, note TEXT)")
    op.execute("CREATE INDEX ix_kind ON calls (kind)")

def downgrade():
    op.execute("DROP TABLE calls")
"""
AGREED = Conventions("CHAR(32)", ("call_",), Timestamps("tm_*", "TEXT"), SoftDelete("tm_delete"))
PLAIN = Options()
SENTENCES = TitleRules(form="sentence")

Make = Callable[..., tuple[Project, Schema]]


@pytest.fixture
def made(make_schema: MakeSchema) -> Make:
    """Make a history of one table, with a template that takes bodies."""

    def make(bodies: dict[str, str] | None = None, **fields: Any) -> tuple[Project, Schema]:
        schema = make_schema({"a1": CALLS} if bodies is None else bodies, **fields)
        (schema.directory / "migrations" / "script.py.mako").write_text(SCRIPT)
        return Project(schema.directory, schema.directory / "migkit.toml", {schema.name: schema}), schema

    return make


def files(schema: Schema) -> dict[Path, str]:
    return {path: path.read_text() for path in (schema.directory / "migrations" / "versions").glob("*.py")}


def source(report: Report) -> str:
    return Path(report.facts["path"]).read_text()


def rules(report: Report) -> list[tuple[str, str]]:
    return [(finding.rule, finding.severity.name) for finding in report.findings]


def refused(made: tuple[Project, Schema], kind: type[MigkitError], *words: str, options: Options = PLAIN) -> Any:
    """Check that a revision is refused, and that nothing was written; give the error."""
    before = files(made[1])
    with pytest.raises(kind) as caught:
        create(*made, words[0], words[1], words[2], options)
    assert files(made[1]) == before
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize(
    ("action", "description", "upgrade", "downgrade"),
    [
        ("remove", "column note", "DROP COLUMN note", "ADD COLUMN note TEXT"),
        ("remove", "column kind note", "DROP INDEX ix_kind", "CREATE INDEX ix_kind ON calls (kind)"),
        ("update", "column kind:varchar(20)", "VARCHAR(9)", "VARCHAR(9)"),
        ("drop", "table", "DROP TABLE calls", "DEFAULT 'x'"),
        ("remove", "index ix_kind", "DROP INDEX ix_kind", "CREATE INDEX ix_kind ON calls (kind)"),
    ],
)
def test_the_downgrade_is_what_the_real_schema_needs_to_be_as_before(
    made: Make, action: str, description: str, upgrade: str, downgrade: str
) -> None:
    project, schema = made()
    report = create(project, schema, "calls", action, description)
    up, _, down = source(report).partition("def downgrade")
    assert upgrade.lower() in up.lower() or action == "update"
    assert downgrade in down
    assert report.facts["tried"] is True
    assert report.facts["open"] == []
    assert rules(report) == []
    judged = roundtrip(project, schema, Trip())
    assert {each.verdict.value for each in judged.revisions} == {"ok"}


def test_a_downgrade_that_is_refused_is_not_said_to_have_run(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    run, ran = Head.run, list[Sequence[str]]()

    def refusing(self: Head, statements: Sequence[str]) -> Snapshot:
        ran.append(statements)
        if len(ran) > 1:
            raise Refused("the server refuses: not that", "")
        return run(self, statements)

    monkeypatch.setattr(Head, "run", refusing)
    report = create(*made(), "calls", "remove", "column note")
    assert rules(report) == [("downgrade-differs", "warning")]
    assert "not that" in report.findings[0].message
    assert report.facts["tried"] is False


def test_what_is_not_said_again_stays_as_it_is(made: Make) -> None:
    project, schema = made()
    report = create(project, schema, "calls", "update", "column kind:varchar(20)")
    assert "varchar(20) NOT NULL DEFAULT 'x'" in source(report)


@pytest.mark.parametrize(
    ("words", "message", "remedy"),
    [
        (("call", "remove", "column kind"), "no table call in the schema at the head; did you mean calls?", "calls"),
        (("calls", "remove", "column kinds"), "no column kinds in calls; did you mean kind", "id, kind, note"),
        (("calls", "add", "column kind:int"), "calls has a column kind already: VARCHAR(9)", "update column kind"),
        (("calls", "create", "table"), "the table calls is there already", "name another"),
        (("calls", "add", "index ix_kinds"), "the name ix_kinds spells no columns of calls", "on COL"),
        (("calls", "add", "index ix_kind on id"), "calls has an index ix_kind already", "another"),
        (("calls", "update", "column kind:varchar(9)"), "calls.kind is VARCHAR(9)", "different"),
    ],
)
def test_nothing_is_written_when_the_schema_says_otherwise(
    made: Make, words: tuple[str, str, str], message: str, remedy: str
) -> None:
    error = refused(made(), ConfigError, *words)
    assert message in error.message
    assert remedy in error.remedy


def test_what_the_server_refuses_is_not_written(made: Make) -> None:
    error = refused(made(), ConfigError, "calls", "add", "constraint ck check nothing_there > 0")
    assert "no such column: nothing_there" in error.message


def test_a_type_that_nobody_gave_cannot_run_by_accident(made: Make) -> None:
    project, schema = made(style="sql")
    report = create(project, schema, "calls", "add", "column email:varchar(255) address")
    assert report.facts["open"] == ["fill in the type of calls.address"]
    assert rules(report) == [("placeholder", "note")]
    assert report.exit_code(report.findings[0].severity) == 2
    assert 'raise Unfinished("fill in the type of calls.address")' in source(report)
    assert "ADD COLUMN email varchar(255)" in source(report)
    judged = roundtrip(project, schema, Trip())
    assert [each.verdict.value for each in judged.revisions] == ["ok", "upgrade-fails"]


# --- without a server ---------------------------------------------------------------------------------


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> Options:
    """Give options of which no server can be had."""
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    return Options(usual="docker")


def test_without_a_server_the_downgrade_is_a_placeholder_that_says_so(made: Make, nowhere: Options) -> None:
    project, schema = made(engine="mysql:9.7")
    report = create(project, schema, "calls", "remove", "column kind", nowhere)
    up, _, down = source(report).partition("def downgrade")
    assert "DROP COLUMN kind" in up
    assert "raise Unfinished(\"write what undoes 'calls_remove_column_kind'" in down
    assert rules(report) == [("downgrade-placeholder", "warning")]
    assert "Docker" in report.findings[0].message
    assert report.findings[0].path == report.facts["path"]
    assert len(report.facts["open"]) == 1


def test_without_a_server_a_change_that_would_forget_something_is_not_written_either(
    made: Make, nowhere: Options
) -> None:
    project, schema = made(engine="mysql:9.7")
    report = create(project, schema, "calls", "update", "column kind:varchar(20)", nowhere)
    up, _, down = source(report).partition("def downgrade")
    assert "raise Unfinished" in up
    assert "raise Unfinished" in down


def test_what_the_title_says_alone_needs_no_server(made: Make, nowhere: Options) -> None:
    project, schema = made(engine="mysql:9.7")
    for words in (("calls", "add", "column a:int"), ("calls", "add", "index ix_a on a"), ("call_x", "create", "table")):
        report = create(project, schema, *words, replace(nowhere, style="ops"))
        assert report.facts["tried"] is False
        assert not [rule for rule, _ in rules(report) if rule.startswith("downgrade")]
        assert "raise" not in source(report).partition("def downgrade")[2]


def test_a_server_that_was_asked_for_and_cannot_be_had_is_an_error(made: Make, nowhere: Options) -> None:
    options = replace(nowhere, server="docker")
    refused(made(engine="mysql:9.7"), ServerError, "calls", "add", "column a:int", options=options)


@pytest.mark.parametrize("server", ["auto", ""])
@pytest.mark.parametrize("description", ["column kind", "column nosuch"])
def test_a_head_that_cannot_be_reached_is_an_error_that_names_the_revision(
    made: Make, server: str, description: str
) -> None:
    there = made({"a1": CALLS, "b2": "def upgrade():\n    op.execute('nonsense')\n"})
    error = refused(there, HistoryError, "calls", "remove", description, options=Options(server=server))
    assert "upgrade of b2 failed" in error.message


def test_a_table_that_another_one_refers_to_is_not_dropped(made: Make) -> None:
    refers = (
        "def upgrade():\n    op.execute('CREATE TABLE notes (call_id INT CONSTRAINT fk_call REFERENCES calls (id))')\n"
    )
    error = refused(made({"a1": CALLS, "b2": refers}), ConfigError, "calls", "drop", "table")
    assert "fk_call of notes refers to calls" in error.message
    assert error.remedy == "remove that first: notes remove constraint fk_call"


# --- the development database -------------------------------------------------------------------------


def test_the_development_database_is_read_where_it_stands_at_the_head(made: Make, tmp_path: Path) -> None:
    project, schema = made(url=f"sqlite:///{tmp_path}/dev.db")
    with sqlite3.connect(tmp_path / "dev.db") as session:
        session.executescript(
            "CREATE TABLE calls (id INTEGER PRIMARY KEY, kind VARCHAR(9) DEFAULT 'y' NOT NULL);"
            "CREATE TABLE alembic_version (version_num VARCHAR(32)); INSERT INTO alembic_version VALUES ('a1');"
        )
    session.close()
    report = create(project, schema, "calls", "remove", "column kind", Options(server="development"))
    assert "NOT NULL DEFAULT 'y'" in source(report).partition("def downgrade")[2]
    assert rules(report) == [("downgrade-untried", "note")]
    assert report.server["kind"] == "development"
    before = files(schema)
    with pytest.raises(MigkitError, match="stands at a1, not at the head"):
        create(project, schema, "calls", "drop", "table", Options(server="development"))
    assert files(schema) == before


# --- conventions, styles, sentences -------------------------------------------------------------------


def test_a_new_table_has_what_the_conventions_say(made: Make) -> None:
    project, schema = made(conventions=AGREED)
    report = create(project, schema, "call_notes", "create", "table")
    text = " ".join(source(report).split())
    assert "id CHAR(32) NOT NULL, tm_create TEXT, tm_update TEXT, tm_delete TEXT DEFAULT NULL, PRIMARY KEY (id)" in text
    assert rules(report) == []


def test_a_prefix_that_nobody_agreed_on_is_a_warning_for_tables_that_are_not_there(made: Make) -> None:
    project, schema = made(conventions=AGREED)
    assert rules(create(project, schema, "notes", "create", "table")) == [("table-prefix", "warning")]
    assert rules(create(project, schema, "calls", "add", "column a:int")) == []


@pytest.mark.parametrize(
    ("configured", "given", "is_guarded"), [("sql", "ops", True), ("ops", "", True), ("ops", "sql", False)]
)
def test_the_style_is_the_schemas_or_the_one_that_was_asked_for(
    made: Make, configured: str, given: str, is_guarded: bool
) -> None:
    project, schema = made(style=configured, engine="mysql:9.7")
    text = source(create(project, schema, "calls", "add", "column a:int", Options(style=given)))
    assert ("add_column_if_missing" in text) is is_guarded
    assert ("op.execute(" in text) is not is_guarded


def test_a_style_that_is_none_is_refused(made: Make) -> None:
    error = refused(made(), ConfigError, "calls", "add", "column a:int", options=Options(style="orm"))
    assert "sql, ops" in error.remedy


def test_a_sentence_is_the_title_and_its_body_is_what_it_says(made: Make) -> None:
    project, schema = made(title=SENTENCES)
    report = revise(project, schema, "add index on calls.kind", Options())
    assert report.command == "revise"
    assert report.facts["title"] == "add index on calls.kind"
    assert "CREATE INDEX ix_calls_kind ON calls (kind)" in source(report)
    assert {each.verdict.value for each in roundtrip(project, schema, Trip()).revisions} == {"ok"}
    with pytest.raises(ConfigError, match="is in use already"):
        revise(project, schema, "Add index on calls.kind", Options())


def test_a_sentence_that_says_too_little_has_to_be_written(made: Make) -> None:
    project, schema = made(title=SENTENCES)
    report = revise(project, schema, "seed the kinds of calls", Options())
    assert source(report).count("raise Unfinished") == 2
    assert report.facts["open"] == [
        "write what 'seed the kinds of calls' does",
        "write what undoes 'seed the kinds of calls'",
    ]
    assert not any("look at the table" in step for step in report.facts["next_steps"])


def test_each_form_of_titles_names_the_other_task(made: Make) -> None:
    project, schema = made(title=SENTENCES)
    error = refused((project, schema), ConfigError, "calls", "add", "column a")
    assert "mig.revise --schema app" in error.remedy
    with pytest.raises(ConfigError) as caught:
        revise(project, replace(schema, title=TitleRules()), "add calls table", Options())
    assert "mig.create --schema app" in caught.value.remedy
    with pytest.raises(ConfigError, match="is not in snake_case"):
        revise(project, replace(schema, title=TitleRules()), "add calls table", Options(autogenerate=True))


# --- the editor ---------------------------------------------------------------------------------------


def test_the_file_is_opened_in_the_editor(made: Make, tmp_path: Path) -> None:
    editor = tmp_path / "my editor"
    editor.write_text("#!/bin/sh\necho '# edited' >> \"$2\"\n")
    editor.chmod(0o755)
    report = create(*made(), "calls", "add", "column a:int", Options(edit=f"'{editor}' -w"))
    assert source(report).endswith("# edited\n")


@pytest.mark.parametrize("said", ["", "no-such-editor -w", "'"])
def test_without_an_editor_nothing_is_written(made: Make, said: str) -> None:
    refused(made(), ConfigError, "calls", "add", "column a:int", options=Options(edit=said))


# --- whatever is typed --------------------------------------------------------------------------------

NAMES = st.sampled_from(["a", "order", "group", "select", "table", "key", "user", "from_", "x1", "def", "op", "raise"])
NASTY = st.text(st.sampled_from("ab'\"`;:%\\-/*#${}()[],= \n\té☎\0"), max_size=12) | st.sampled_from(
    [
        "'); DROP TABLE canary; --",
        "0; DROP TABLE canary",
        "0;DROP/**/TABLE/**/canary",
        "a = 1 -- ",
        '""");import os#',
        "'''",
        "'x'",
        '"x"',
        "it''s",
        "':x'",
        "'%s'",
        "'${x}'",
        "a",
        "0",
        "(1)",
        "now()",
    ]
)
TYPES = st.sampled_from(["int", "varchar(40)", "decimal(10,2)", "text", "enum('a','b')", "double_precision"]) | NASTY
COLUMNS = st.tuples(NAMES, TYPES, NASTY).map(lambda c: f"column {c[0]}:{c[1]}:default={c[2]}")
DESCRIPTIONS = (
    COLUMNS
    | st.tuples(NAMES, NAMES, NASTY).map(lambda c: f"index {c[0]} on {c[1]} where {c[2]}")
    | st.tuples(NAMES, NASTY).map(lambda c: f"index {c[0]} on {c[1]}")
    | st.tuples(NAMES, NASTY).map(lambda c: f"constraint {c[0]} check {c[1]}")
    | st.tuples(NAMES, NAMES, NASTY).map(lambda c: f"constraint {c[0]} unique {c[1]} {c[2]}")
    | st.tuples(NAMES, NASTY, NASTY).map(lambda c: f"enum {c[0]} {c[1]} {c[2]}")
    | st.tuples(NAMES, NASTY).map(lambda c: f"geometry {c[0]}:{c[1]}")
)


def drafted(table: str, action: str, description: str, engine: str, style: str) -> tuple[Title, Body, Body] | None:
    """Give the bodies of a title; None where it is refused."""
    schema = Schema("s", Path(), Path("i"), "s", engine, (engine,))
    try:
        title = build(table, action, description, TitleRules())
        changes = intended(title, parse(engine), schema.conventions)
        draft = written_out(schema, title, Ways(changes, changes), parse(engine), style)
    except ConfigError as error:
        return None if error.remedy else pytest.fail(error.message)
    return title, draft.upgrade, draft.downgrade


@given(
    NAMES,
    st.sampled_from(["add", "update"]),
    DESCRIPTIONS,
    st.sampled_from(list(engines.ENGINES)),
    st.sampled_from(["sql", "ops"]),
)
@settings(max_examples=400, deadline=None)
def test_a_body_is_nothing_but_calls_of_operations(
    table: str, action: str, description: str, engine: str, style: str
) -> None:
    found = drafted(table, action, description, engine, style)
    if found is None:
        return
    tree = ast.parse(f"def upgrade():\n{found[1].text()}\n")
    (function,) = tree.body
    assert isinstance(function, ast.FunctionDef)
    for statement in function.body:
        assert isinstance(statement, ast.Expr | ast.Raise | ast.ImportFrom | ast.With), ast.dump(statement)
        names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        assert names <= {"op", "sa", "Unfinished"}


@given(NAMES, DESCRIPTIONS)
@settings(max_examples=400, deadline=None)
def test_what_is_typed_ends_no_statement_and_touches_no_other_table(table: str, description: str) -> None:
    found = drafted(table, "add", description, "sqlite", "sql")
    if found is None:
        return
    said: list[str] = []
    session = sqlite3.connect(":memory:")
    session.execute("CREATE TABLE canary (a)")
    session.execute(f'CREATE TABLE "{table}" (id INTEGER PRIMARY KEY, a INT, x1 INT, "order" INT, "select" INT)')
    for call in ast.walk(ast.parse(f"def upgrade():\n{found[1].text()}\n")):
        if isinstance(call, ast.Call) and isinstance(call.args[0], ast.Constant):
            try:
                session.execute(str(call.args[0].value).replace("\\:", ":").strip().removesuffix(";"))
            except (sqlite3.Error, sqlite3.Warning) as error:  # a warning is of several statements in one
                said.append(str(error))
    assert not [error for error in said if "one statement" in error]
    assert session.execute("SELECT count(*) FROM canary").fetchone() == (0,)
    others = session.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('canary', ?)", (table,)
    )
    assert others.fetchall() == []
    session.close()
