"""What revisions are called: which file names tell of another revision, which titles of none."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit.lint import Facts
from migkit.lint.rules.naming import _filename_and_id_differ
from migkit.model import Severity
from tests.lint.core import cases
from tests.lint.histories import findings, schema, written

A, B, C, D, E = "4f0c92d17ab3", "9be4470c1f25", "d27a30b8865e", "61f8c5e3ad90", "07cce665fabc"


def revision(ident: str, parent: str | None = None, title: str = "add notes") -> str:
    return f'"""{title}"""\nrevision = "{ident}"\ndown_revision = {parent!r}\n'


def told(tmp_path: Path, rule: str, files: dict[str, str], **keys: object) -> list[tuple[str, str]]:
    found = findings(tmp_path, files, **keys)  # type: ignore[arg-type]  # keys of the schema
    return [(Path(one.path or "").name, one.severity.name) for one in found if one.rule == rule]


@pytest.mark.parametrize(
    ("ident", "name"),
    [
        (A, f"{A}_add_notes.py"),
        (A, f"2024_01_02_1030-{A}_add_notes.py"),
        (A, f"V{A}__add_notes.py"),
        (A, "4f0c_add_notes.py"),
        ("0.57.0rc1", "0_57_0rc1_add_notes.py"),
        ("12", "0012_12_add_notes.py"),
        ("3f2504e0-4f89-41d3-9a0c-0305e82c3301", "3f2504e0_4f89_41d3_9a0c_0305e82c3301_x.py"),
    ],
)
def test_a_name_holds_an_id_however_it_is_written_there(tmp_path: Path, ident: str, name: str) -> None:
    assert told(tmp_path, "filename-and-id-differ", {name: revision(ident)}) == []


@pytest.mark.parametrize(
    ("ident", "name"), [(A, f"{B}_add_notes.py"), (A, f"20240102_{B}_add_notes.py"), ("0007", "0006_add_notes.py")]
)
def test_a_name_that_tells_of_another_revision(tmp_path: Path, ident: str, name: str) -> None:
    assert told(tmp_path, "filename-and-id-differ", {name: revision(ident)}) == [(name, "error")]


@pytest.mark.parametrize("name", ["202401021030_add_notes.py", "add_notes.py", "decade_of_facade.py"])
def test_a_date_or_a_word_is_no_id(tmp_path: Path, name: str) -> None:
    assert told(tmp_path, "filename-and-id-differ", {name: revision(A)}) == []


def test_a_title_may_name_other_revisions(tmp_path: Path) -> None:
    files = {f"revert_{B}_x.py": revision(A, title=f"revert {B} x")}
    assert told(tmp_path, "filename-and-id-differ", files) == []


def test_a_name_without_an_id_is_a_note_where_the_others_have_theirs(tmp_path: Path) -> None:
    files = {f"{ident}_x.py": revision(ident) for ident in (A, B, C, D)}
    assert told(tmp_path, "filename-and-id-differ", {**files, "initial.py": revision(E)}) == [("initial.py", "note")]


def test_names_tell_nothing_where_the_template_has_no_id(tmp_path: Path) -> None:
    found = findings(tmp_path, {f"{B}_x.py": revision(A)}, facts=Facts(template="%(year)d_%(slug)s"))
    assert [one for one in found if one.rule == "filename-and-id-differ"] == []


def test_a_copied_file_is_told_once_as_an_id_that_is_there_twice(tmp_path: Path) -> None:
    files = {f"{A}_x.py": revision(A), f"{B}_y.py": revision(A)}
    assert told(tmp_path, "filename-and-id-differ", files) == []
    assert told(tmp_path, "duplicate-id", files) == [(f"{B}_y.py", "error")]


def test_the_fix_renames_the_file_unless_the_name_is_taken(tmp_path: Path) -> None:
    def fixes(files: dict[str, str]) -> list[str]:
        history = written(tmp_path, files)
        from migkit import engines

        whole, _each = cases(history.folder, schema(tmp_path), Facts(), engines.parse("postgresql:15"))
        return [one.fix.rename if one.fix else "" for one in _filename_and_id_differ(whole)]

    assert fixes({f"{B}_x.py": revision(A)}) == [f"{A}_x.py"]
    assert fixes({f"{B}_x.py": revision(A), f"{A}_x.py": "no = 1\n"}) == [""]


NAMES = {"form": "name"}


@pytest.mark.parametrize(
    ("title", "severity"),
    [
        ("customers_add_column_email", ""),
        ("customers_update_table_accounts", ""),  # what mig.create cannot build, and names all the same
        ("customers_add_table", ""),
        ("customers_add_column", ""),
        ("customers_add_email", "warning"),
        ("customers_add_columns_" + "email_" * 16, "warning"),
        ("customers_widen_column_email", "error"),
        ("add the email of customers", "error"),
    ],
)
def test_titles_are_held_to_what_the_schema_says(tmp_path: Path, title: str, severity: str) -> None:
    files = {f"{A}_x.py": revision(A, title=title)}
    keys = {"title": {"actions": ["add", "update"], "items": ["table", "column"]}}
    assert told(tmp_path, "title-convention", files, **keys) == [(f"{A}_x.py", severity)] * bool(severity)


def test_titles_of_a_schema_that_says_nothing_are_not_held_to_anything(tmp_path: Path) -> None:
    files = {f"{one}_x.py": revision(one, title="Add some things") for one in (A, B, C, D)}
    assert told(tmp_path, "title-convention", files, title=NAMES) == []


def test_a_habit_that_nobody_wrote_down_makes_a_warning(tmp_path: Path) -> None:
    files = {f"{one}_x.py": revision(one, title="customers_add_column_email") for one in (A, B, C, D)}
    odd = {**files, f"{E}_x.py": revision(E, title="Add some things")}
    assert told(tmp_path, "title-convention", odd, title=NAMES) == [(f"{E}_x.py", "warning")]


def test_merges_have_titles_of_their_own(tmp_path: Path) -> None:
    merge = revision(C, title="merge_a_and_b").replace("None", f"('{A}', '{B}')")
    keys = {"title": {"actions": ["add"], "items": ["column"]}}
    assert told(tmp_path, "title-convention", {f"{C}_merge.py": merge}, **keys) == []


@pytest.mark.parametrize("doc", ["", '"""Revision ID: 4f0c92d17ab3\n"""\n', '"""\n"""\n'])
def test_a_revision_without_a_title(tmp_path: Path, doc: str) -> None:
    text = f"{doc}revision = '{A}'\ndown_revision = None\n"
    (found,) = [one for one in findings(tmp_path, {f"{A}_x.py": text}) if one.rule == "title-convention"]
    assert "no title" in found.message


LONG = "index deals by closing date instead of by stage alone"


def test_cut_names_are_told_once_at_the_newest(tmp_path: Path) -> None:
    cut = "index_deals_by_closing_date_instead_of_"
    files = {f"{A}_{cut}.py": revision(A, title=LONG), f"{B}_{cut}.py": revision(B, A, title=LONG)}
    (found,) = [one for one in findings(tmp_path, files) if one.rule == "title-cut"]
    assert (found.revision, found.severity) == (B, Severity.note)
    assert "2 files" in found.message
    assert found.remedy == "set truncate_slug_length = 60 in the ini"


def test_a_name_that_somebody_shortened_was_not_cut(tmp_path: Path) -> None:
    assert told(tmp_path, "title-cut", {f"{A}_index_deals_by_closing_date.py": revision(A, title=LONG)}) == []
