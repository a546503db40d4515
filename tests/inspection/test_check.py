"""The verb `lint`: which revisions it judges, how gravely, what is known, and that nothing of a history runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit import config
from migkit.check import Options, check
from migkit.errors import ConfigError, HistoryError
from migkit.model import Finding, Severity
from tests.git_repository import Repository
from tests.inspection.project import FIRST, Place, told

DROP = 'op.execute("ALTER TABLE notes DROP COLUMN body")'
BACK = 'op.execute("ALTER TABLE notes ADD COLUMN body TEXT")'
LOST = ("drop-column", "b2", FIRST)
HARM = "from pathlib import Path\nPath({sentinel!r}).touch()\nraise SystemExit(1)\n"


def notes(place: Place) -> None:
    """Write a history whose second revision drops a column."""
    up = 'op.execute("CREATE TABLE notes (id INT PRIMARY KEY, body TEXT)")'
    place.write("a1", None, up, 'op.execute("DROP TABLE notes")')
    place.write("b2", "a1", DROP, BACK)


def only(rule: str, findings: tuple[Finding, ...]) -> list[tuple[str, str | None, int | None]]:
    return [one for one in told(findings) if one[0] == rule]


def git(root: Path, *args: str) -> str:
    return Repository(root, root).git(*args)


def test_a_finding_has_its_line_its_columns_and_what_stands_there(place: Place) -> None:
    notes(place)
    report = place.lint()
    (found,) = (one for one in report.findings if one.rule == "drop-column")
    assert (found.path, found.line, found.revision) == ("migrations/versions/b2_change_b2.py", FIRST, "b2")
    assert found.source == f"    {DROP}"
    assert found.column is not None
    assert found.end_column is not None
    assert "DROP COLUMN body" in found.source[found.column - 1 : found.end_column - 1]
    assert found.severity is Severity.warning
    assert found.remedy
    assert report.facts["judged"] == 2
    assert found.message.endswith(report.facts["rules"]["drop-column"]) or "notes.body" in found.message


def test_a_clean_history_has_no_findings(place: Place) -> None:
    place.configure('idempotent = { policy = "off" }')
    place.table("a1", None, "notes")
    report = place.lint()
    assert [one for one in report.findings if one.rule != "hand-made-id"] == []


def test_nothing_of_a_history_runs(place: Place, tmp_path: Path) -> None:
    sentinel = tmp_path / "sentinel"
    harm = HARM.format(sentinel=str(sentinel))
    place.table("a1", None, "notes").write_text(f'{harm}revision = "a1"\ndown_revision = None\n')
    (place.root / "migrations" / "env.py").write_text(harm)
    (place.versions / "__init__.py").write_text(harm)
    (place.root / "sitecustomize.py").write_text(harm)
    (place.root / "alembic.py").write_text(harm)
    place.lint()
    assert not sentinel.exists()


BROKEN = {
    "unreadable-file": ("b2.py", "revision = (\n"),
    "duplicate-id": ("b2.py", 'revision = "a1"\ndown_revision = None\n'),
    "unknown-parent": ("b2.py", 'revision = "b2"\ndown_revision = "nowhere"\n'),
    "cycle": ("b2.py", 'revision = "b2"\ndown_revision = "b2"\n'),
    "multiple-heads": ("b2.py", 'revision = "b2"\ndown_revision = None\n'),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_history_is_what_is_found(place: Place, rule: str) -> None:
    name, source = BROKEN[rule]
    place.table("a1", None, "notes")
    (place.versions / name).write_text(source)
    report = place.lint()
    assert rule in {one.rule for one in report.findings}
    assert report.exit_code(Severity.error) == 2


def test_an_ini_that_is_missing_is_no_finding(place: Place) -> None:
    (place.root / "alembic.ini").unlink()
    with pytest.raises(ConfigError, match=r"alembic\.ini"):
        place.lint()


def test_a_sample_of_the_ini_stands_in_for_it(place: Place) -> None:
    notes(place)
    (place.root / "alembic.ini").rename(place.root / "alembic.ini.sample")
    assert LOST in told(place.lint().findings)


@pytest.mark.parametrize(("level", "severity"), [("note", Severity.note), ("error", Severity.error), ("off", None)])
def test_a_schema_says_how_grave_a_rule_is(place: Place, level: str, severity: Severity | None) -> None:
    notes(place)
    place.configure(f'lint = {{ {level} = ["drop-column"] }}')
    assert {one.severity for one in place.lint().findings if one.rule == "drop-column"} == ({severity} - {None})


@pytest.mark.parametrize("level", ["off", "note", "warning", "error"])
def test_a_rule_that_does_not_exist_is_an_error_of_the_configuration(place: Place, level: str) -> None:
    notes(place)
    place.configure(f'lint = {{ {level} = ["drop-colum"] }}')
    with pytest.raises(ConfigError) as error:
        place.lint()
    assert f"migkit.toml: schemas.app.lint.{level}: there is no rule drop-colum" in error.value.message
    assert error.value.remedy == "did you mean drop-column?"


def test_rules_of_another_program_may_be_named(place: Place) -> None:
    notes(place)
    place.configure('lint = { off = ["squawk-ban-drop-table"] }')
    assert LOST in told(place.lint().findings)


def test_an_engine_is_named_where_others_do_not_find_it(place: Place) -> None:
    place.configure('engines = ["mysql:9.7", "mariadb:10.11"]')
    place.write("a1", None, "op.execute(\"CREATE TABLE notes (id INT PRIMARY KEY, body TEXT DEFAULT '')\")", "pass")
    (found,) = (one for one in place.lint().findings if one.rule == "blob-default")
    assert found.message.endswith(" (on mysql:9.7)")
    assert only("blob-default", place.lint(engine="mariadb:10.11").findings) == []
    (alone,) = (one for one in place.lint(engine="mysql:9.7").findings if one.rule == "blob-default")
    assert "(on " not in alone.message


def test_an_engine_that_does_not_exist_is_refused(place: Place) -> None:
    with pytest.raises(ConfigError, match="oracle"):
        place.lint(engine="oracle:19")


def test_the_revisions_that_were_asked_for_are_judged(place: Place) -> None:
    notes(place)
    place.write("c3", "b2", 'op.execute("ALTER TABLE notes ADD COLUMN more TEXT")', "pass")
    assert {one.revision for one in place.lint(revisions=("b2",)).findings} == {"b2"}
    report = place.lint(revisions=("a", "b2"))
    assert (report.facts["judged"], LOST in told(report.findings)) == (2, True)


def test_a_revision_that_is_not_there_is_refused(place: Place) -> None:
    notes(place)
    with pytest.raises(HistoryError, match="b3"):
        place.lint(revisions=("b3",))


def test_only_what_changed_since_is_judged(place: Place) -> None:
    notes(place)
    git(place.root, "init", "-q", "-b", "main")
    git(place.root, "add", "-A")
    git(place.root, "commit", "-q", "-m", "one")
    git(place.root, "checkout", "-q", "-b", "work")
    assert place.lint(since="main").findings == ()
    place.write("c3", "b2", 'op.execute("ALTER TABLE notes DROP COLUMN id")', "pass")
    report = place.lint(since="main")
    assert {one.revision for one in report.findings} == {"c3"}
    assert report.facts["judged"] == 1
    assert LOST in told(place.lint().findings)


def test_a_released_revision_that_was_edited_is_found(place: Place) -> None:
    notes(place)
    git(place.root, "init", "-q", "-b", "main")
    git(place.root, "add", "-A")
    git(place.root, "commit", "-q", "-m", "one")
    git(place.root, "checkout", "-q", "-b", "work")
    assert only("changed-after-release", place.lint().findings) == []
    place.write("b2", "a1", DROP.replace("body", "id"), BACK)
    assert [one[1] for one in only("changed-after-release", place.lint().findings)] == ["b2"]


def test_what_is_recorded_is_known(place: Place) -> None:
    notes(place)
    place.lint(write_baseline=True)
    report = place.lint()
    assert report.findings == ()
    assert LOST in told(report.known)
    assert LOST in told(place.lint(use_baseline=False).findings)
    assert report.exit_code(Severity.note) == 0


def test_what_is_new_beside_what_is_recorded_is_found(place: Place) -> None:
    notes(place)
    place.lint(write_baseline=True)
    place.write("c3", "b2", 'op.execute("ALTER TABLE notes DROP COLUMN id")', "pass")
    assert ("drop-column", "c3", FIRST) in told(place.lint().findings)


def test_what_is_recorded_and_found_no_more_is_told(place: Place) -> None:
    notes(place)
    place.lint(write_baseline=True)
    place.write("b2", "a1", BACK.replace("body", "more"), DROP.replace("body", "more"))
    (stale,) = (one for one in place.lint().findings if one.rule == "baseline-stale")
    assert (stale.revision, "drop-column" in stale.message) == ("b2", True)
    assert only("baseline-stale", place.lint(revisions=("a1",)).findings) == []
    place.lint(write_baseline=True)
    assert only("baseline-stale", place.lint().findings) == []


def test_nothing_recorded_is_called_stale_while_the_history_is_broken(place: Place) -> None:
    notes(place)
    place.lint(write_baseline=True)
    path = next(place.versions.glob("b2*.py"))
    path.write_text(path.read_text() + "def x(\n")
    report = place.lint()
    assert only("unreadable-file", report.findings)
    assert only("baseline-stale", report.findings) == []
    assert only("baseline-stale", place.lint(revisions=("a1",)).findings) == []


def test_a_baseline_that_is_written_is_named(place: Place) -> None:
    notes(place)
    assert str(place.lint(write_baseline=True).facts["baseline"]).endswith("migkit-baseline.json")
    assert "baseline" not in place.lint().facts


def test_on_a_line_the_gravest_is_told_first(place: Place) -> None:
    sql = "ALTER TABLE notes ADD INDEX by_id (id), ALGORITHM=INSTANT, LOCK=NONE"
    notes(place)
    rows = 'op.execute("UPDATE notes SET id = 1")'
    place.write("c3", "b2", f'op.execute("{sql}")\n{rows}', 'op.execute("ALTER TABLE notes DROP INDEX by_id")')
    found = [(one.line, -one.severity) for one in place.lint(revisions=("c3",)).findings]
    assert len({grave for line, grave in found if line == FIRST}) > 1
    assert found == sorted(found)


def test_a_baseline_written_of_some_revisions_keeps_what_is_known_of_the_others(place: Place) -> None:
    notes(place)
    place.lint(write_baseline=True)
    place.write("c3", "b2", 'op.execute("ALTER TABLE notes DROP COLUMN id")', "pass")
    place.lint(write_baseline=True, revisions=("c3",))
    assert place.lint().findings == ()


def test_a_file_that_is_no_python_can_be_known(place: Place) -> None:
    place.table("a1", None, "notes")
    (place.versions / "broken.py").write_text("revision = (\n")
    place.lint(write_baseline=True)
    assert only("unreadable-file", place.lint().findings) == []
    (place.versions / "other.py").write_text("revision = (\n")
    (found,) = (one for one in place.lint().findings if one.rule == "unreadable-file")
    assert found.path == "migrations/versions/other.py"


def test_a_comment_silences_a_finding_and_one_for_nothing_is_told(place: Place) -> None:
    notes(place)
    place.write("b2", "a1", f"{DROP}  # migkit: ignore[drop-column] nobody reads it", BACK)
    assert only("drop-column", place.lint().findings) == []
    place.write("b2", "a1", f"{BACK}  # migkit: ignore[drop-column] nobody reads it", "pass")
    assert only("unused-ignore", place.lint().findings) == [("unused-ignore", "b2", FIRST)]
    place.configure('lint = { off = ["drop-column"] }')
    assert only("unused-ignore", place.lint().findings) == []


def test_a_comment_in_sql_silences_the_statement_below_it(place: Place) -> None:
    notes(place)
    sql = "-- migkit: ignore[drop-column] nobody reads it\n        ALTER TABLE notes DROP COLUMN body"
    place.write("b2", "a1", f'op.execute("""\n        {sql}\n    """)', BACK)
    assert only("drop-column", place.lint().findings) == []
    place.write("b2", "a1", f'op.execute("""\n        {sql.partition(chr(10))[2]}\n    """)', BACK)
    assert only("drop-column", place.lint().findings) == [("drop-column", "b2", FIRST + 1)]


def test_a_comment_alone_above_a_statement_silences_it(place: Place) -> None:
    notes(place)
    place.write("b2", "a1", f"# migkit: ignore[drop-column] nobody reads it\n{DROP}", BACK)
    assert only("drop-column", place.lint().findings) == []


@pytest.mark.parametrize(
    "sql",
    [
        "\"ALTER TABLE notes ADD COLUMN %s TEXT DEFAULT ''\" % name",
        "f\"ALTER TABLE notes ADD COLUMN {name} TEXT DEFAULT ''\"",
    ],
)
@pytest.mark.parametrize("names", ["('p', 'q')", "NAMES"])
def test_sql_into_which_a_name_is_put_stands_where_it_is_sent(place: Place, sql: str, names: str) -> None:
    """Seen: findings on the line of the loop, where a comment behind the statement silenced none of them."""
    loop = f"for name in {names}:\n    op.execute({sql})"
    place.table("a1", None, "notes")
    path = place.write("b2", "a1", loop, "op.execute('ALTER TABLE notes DROP COLUMN p, DROP COLUMN q')")
    path.write_text(path.read_text().replace("\n\ndef upgrade", "NAMES = ['p', 'q']\n\ndef upgrade", 1))
    found = [one for one in place.lint().findings if one.rule == "blob-default"]
    assert [one.line for one in found] == [FIRST + 1] * 2
    assert {one.source[(one.column or 0) - 1 : (one.end_column or 0) - 1] for one in found} == {"TEXT DEFAULT ''"}
    path.write_text(path.read_text().replace(sql + ")", sql + ")  # migkit: ignore[blob-default] MySQL 5.7 alone"))
    assert only("blob-default", place.lint().findings) == []


def test_what_stands_before_the_first_revision_is_known(place: Place) -> None:
    place.write("a1", None, 'op.execute("ALTER TABLE notes MODIFY body VARCHAR(8)")', "pass")
    assert only("narrowing-type", place.lint().findings) == []
    place.configure('base_sql = "base.sql"')
    (place.root / "base.sql").write_text("CREATE TABLE notes (id INT PRIMARY KEY, body VARCHAR(64));\n")
    assert only("narrowing-type", place.lint().findings) == [("narrowing-type", "a1", FIRST)]


def test_a_history_that_has_not_begun_has_nothing_to_judge(place: Place) -> None:
    report = place.lint()
    assert (report.findings, report.facts["judged"]) == ((), 0)


def test_a_folder_that_is_not_there_is_a_history_that_cannot_be_read(place: Place) -> None:
    (place.root / "alembic.ini").write_text("[alembic]\nscript_location = nowhere\n")
    with pytest.raises(HistoryError, match="nowhere"):
        place.lint()


def test_the_engines_are_the_schemas_own_and_production_comes_first(place: Place) -> None:
    place.configure('engines = ["mariadb:10.11"]')
    report = place.lint()
    assert report.engine == {"family": "mysql", "wanted": "mysql:9.7"}


def test_it_can_be_called_from_anywhere(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notes(place)
    monkeypatch.chdir(tmp_path)
    project = config.load(place.root)
    report = check(project, project.schemas["app"], Options())
    assert LOST in told(report.findings)


def test_a_comment_above_a_function_speaks_for_the_function_itself_alone(place: Place) -> None:
    notes(place)
    path = place.write("b2", "a1", DROP)
    assert [one[1] for one in only("empty-downgrade", place.lint().findings)] == ["b2"]
    comment = "# migkit: ignore[empty-downgrade, drop-column] it is gone for good\ndef "
    path.write_text(path.read_text().replace("def downgrade", f"{comment}downgrade"))
    assert only("empty-downgrade", place.lint().findings) == []
    path.write_text(path.read_text().replace("def upgrade", f"{comment}upgrade"))
    assert [one[0] for one in only("drop-column", place.lint().findings)] == ["drop-column"]
