"""`mig.lint --fix` on files: what it writes, what it only shows, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from migkit import config
from migkit.check import Options, check
from migkit.errors import ConfigError
from migkit.inspection.files import File
from migkit.inspection.fixing import Change, changes
from migkit.inspection.rewriting import write
from migkit.lint import Found
from migkit.lint.judging import Judged
from migkit.lint.rules import ALL
from migkit.model import Report
from migkit.model.script import Span
from migkit.render import FORMATS, renderer
from tests.git_repository import repository
from tests.lint.histories import ids, written

FIRST, SECOND = ids(2)
INSTANT = """\
def upgrade():
    op.execute("ALTER TABLE notes ADD COLUMN e INT, ALGORITHM=INSTANT, LOCK=NONE")


def downgrade():
    op.execute("ALTER TABLE notes DROP COLUMN e")
"""
TABLE = """\
def upgrade():
    op.create_table("notes", sa.Column("id", sa.Integer, primary_key=True), sa.Column("d", sa.String(30)))
    op.create_index("ix_d", "notes", ["d"])


def downgrade():
    op.drop_table("notes")
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configured history of two revisions, the second of which can be fixed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    configured("sql")
    (tmp_path / "db").mkdir()
    (tmp_path / "db/alembic.ini").write_text("[alembic]\nscript_location = .\nsqlalchemy.url = mysql://u@h/d\n")
    for name in ("env.py", "script.py.mako"):
        (tmp_path / "db" / name).touch()
    written(tmp_path / "db", [TABLE, INSTANT])
    return tmp_path / "db/versions"


def configured(style: str) -> None:
    keys = f'directory = "db"\nengine = "mysql:9.7"\nstyle = "{style}"\ntitle = {{ form = "sentence" }}\n'
    Path("migkit.toml").write_text(f"[schemas.main]\n{keys}")


def lint(*revisions: str, dry_run: bool = False, fix: bool = True, write_baseline: bool = False) -> Report:
    project = config.load()
    options = Options(revisions=revisions, fix=fix, dry_run=dry_run, write_baseline=write_baseline)
    return check(project, config.choose(project), options)


def second(place: Path) -> Path:
    return place / f"{SECOND}_change_number_2.py"


def rules(report: Report) -> set[str]:
    return {one.rule for one in report.findings}


def test_a_dry_run_shows_the_diff_and_writes_nothing(place: Path) -> None:
    before = second(place).read_bytes()
    report = lint(dry_run=True)
    (told,) = report.facts["fixes"]
    assert told["rules"] == ["instant-with-lock"]
    assert '-    op.execute("ALTER TABLE notes ADD COLUMN e INT, ALGORITHM=INSTANT, LOCK=NONE")\n' in told["diff"]
    assert '+    op.execute("ALTER TABLE notes ADD COLUMN e INT, ALGORITHM=INSTANT")\n' in told["diff"]
    assert second(place).read_bytes() == before
    assert "instant-with-lock" in rules(report)


def test_a_fix_is_written_and_judged_again_and_then_there_is_none(place: Path) -> None:
    report = lint()
    assert "LOCK" not in second(place).read_text()
    assert "instant-with-lock" not in rules(report)
    assert report.facts["written"]
    again = lint()
    assert again.facts["fixes"] == []
    assert "nothing can be fixed mechanically" in renderer("text").report(again)


def test_without_the_flag_nothing_is_written(place: Path) -> None:
    before = second(place).read_bytes()
    assert "fixes" not in lint(fix=False).facts
    assert second(place).read_bytes() == before


def test_only_the_named_revision_is_fixed(place: Path) -> None:
    assert lint(FIRST).facts["fixes"] == []
    assert len(lint(SECOND).facts["fixes"]) == 1


def test_line_ends_stay_as_they_are(place: Path) -> None:
    path = second(place)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    before = path.read_bytes()
    assert len(lint().facts["fixes"]) == 1
    assert path.read_bytes() == before.replace(b", LOCK=NONE", b"")


def test_guarded_twins_are_for_histories_that_have_migkit_where_they_run(place: Path) -> None:
    first = place / f"{FIRST}_change_number_1.py"
    lint()
    assert "if_missing" not in first.read_text()
    configured("ops")
    report = lint()
    assert 'op.create_index_if_missing("ix_d", "notes", ["d"])' in first.read_text()
    assert 'op.drop_table_if_exists("notes")' in first.read_text()
    assert "multi-ddl-revision" not in rules(report)


def test_a_file_gets_the_name_of_its_revision(place: Path) -> None:
    wrong = place / f"{'0a1b2c3d4e5f'}_change_number_2.py"
    second(place).rename(wrong)
    report = lint()
    assert [(one["path"], one["renamed"]) for one in report.facts["fixes"]] == [
        (f"db/versions/{wrong.name}", f"db/versions/{second(place).name}")
    ]
    assert not wrong.exists()
    assert "LOCK" not in second(place).read_text()


def test_what_the_main_branch_has_is_left_alone_unless_it_is_named(place: Path) -> None:
    repository(place.parent.parent, place)
    report = lint()
    assert report.facts["fixes"] == []
    assert report.facts["left_alone"] == [f"db/versions/{second(place).name}"]
    assert "main branch has them" in renderer("text").report(report)
    assert len(lint(SECOND).facts["fixes"]) == 1


def test_what_the_baseline_accepts_is_left_alone(place: Path) -> None:
    lint(fix=False, write_baseline=True)
    assert lint().facts["fixes"] == []


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_tells_a_report_with_fixes(place: Path, format_: str) -> None:
    said = renderer(format_).report(lint(dry_run=True))
    assert ("-    op.execute(" in said) == (format_ in ("text", "json"))


def test_a_file_that_was_edited_meanwhile_keeps_the_edit(place: Path) -> None:
    (change,) = planned(place)
    second(place).write_text("edited")
    with pytest.raises(ConfigError, match="edited meanwhile"):
        write(change)
    assert second(place).read_text() == "edited"


def test_a_file_is_not_renamed_onto_another(place: Path) -> None:
    (change,) = planned(place)
    other = place / f"{FIRST}_change_number_1.py"
    kept = other.read_bytes()
    with pytest.raises(ConfigError, match="is there meanwhile"):
        write(replace(change, to=other))
    assert other.read_bytes() == kept


def planned(place: Path) -> Sequence[Change]:
    """Give what would become of the second revision."""
    file = File(second(place), second(place).read_bytes())
    return changes([file], judge, lambda _one: True)[0]


def judge(files: Sequence[File]) -> list[Judged]:
    """Find a lock beside INSTANT, as the rule does."""
    found = []
    for file in files:
        for number, line in enumerate(file.source.decode().splitlines(), 1):
            if "LOCK" in line:
                where = Found("", Span(number, line.index("ALTER") + 1), "")
                found.append(Judged(ALL["instant-with-lock"], where, file.path, SECOND, ()))
    return found


def test_a_fix_that_brings_something_new_about_is_not_made(place: Path) -> None:
    def stricter(files: Sequence[File]) -> list[Judged]:
        more = [
            Judged(ALL["drop-table"], Found("", Span(1), ""), file.path, SECOND, ())
            for file in files
            if b"LOCK" not in file.source
        ]
        return [*judge(files), *more]

    file = File(second(place), second(place).read_bytes())
    assert changes([file], stricter, lambda _one: True)[0] == ()
    assert len(changes([file], judge, lambda _one: True)[0]) == 1
