"""What the corpora's check makes of lint's errors, and the examples as they are written down."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from migkit.model import Finding, Severity

CORPORA = Path(__file__).parent.parent / "corpora"
sys.path.insert(0, str(CORPORA))

import linted  # noqa: E402  # scripts, not a package
import truth  # noqa: E402

DOWN, UP = 9, 5


def told(tmp_path: Path, rule: str, line: int, *, severity: Severity = Severity.error, on: str = "") -> truth.Told:
    """Give what the truth makes of a finding in a revision that fails or differs on one of two engines."""
    file = tmp_path / "a.py"
    file.write_text("\n\n\ndef upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n")
    said = f"something{f' (on {on})' if on else ''}"
    return truth.told(
        "history", ("mysql", "sqlite"), [Finding(rule, severity, said, path=str(file), line=line, revision="a")]
    )


@pytest.fixture
def verdicts(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    known = {"mysql": "downgrade-fails", "sqlite": "ok"}
    monkeypatch.setattr(truth, "_verdicts", lambda _schema, engine: {"a": known[engine]})
    return known


@pytest.mark.parametrize(
    ("rule", "line", "on", "said"),
    [
        ("drop-table-in-use", DOWN, "mysql", "true"),
        ("drop-table-in-use", DOWN, "", "false"),  # on SQLite it is not so
        ("drop-table-in-use", UP, "mysql", "false"),  # the upgrade passes
        ("unknown-table", DOWN, "mysql", "true"),
        ("downgrade-misses", DOWN, "sqlite", "false"),
        ("downgrade-misses", DOWN, "mysql", "undecided"),  # nobody knows what would have been left
        ("title-convention", UP, "", "undecided"),
    ],
)
def test_an_error_is_false_where_the_server_did_not_see_it(
    tmp_path: Path, verdicts: dict[str, str], rule: str, line: int, on: str, said: str
) -> None:
    found = told(tmp_path, rule, line, on=on)
    assert [each for _finding, each in found.judged] == [said]
    assert truth.too_many([found]) is (said == "false")


def test_a_rest_is_true_where_the_schema_differs(tmp_path: Path, verdicts: dict[str, str]) -> None:
    verdicts["mysql"] = "schema-differs"
    assert [said for _finding, said in told(tmp_path, "empty-downgrade", DOWN, on="mysql").judged] == ["true"]
    assert [said for _finding, said in told(tmp_path, "drop-table-in-use", DOWN, on="mysql").judged] == ["false"]


@pytest.mark.parametrize(
    ("rule", "line", "severity", "named"),
    [
        ("drop-table-in-use", DOWN, Severity.error, True),
        ("downgrade-misses", UP, Severity.warning, True),
        ("drop-table-in-use", UP, Severity.error, False),
        ("drop-column", DOWN, Severity.warning, False),
        ("empty-downgrade", DOWN, Severity.note, False),
    ],
)
def test_what_is_broken_is_named_by_what_speaks_of_the_way_back(
    tmp_path: Path, verdicts: dict[str, str], rule: str, line: int, severity: Severity, named: bool
) -> None:
    assert verdicts
    found = told(tmp_path, rule, line, severity=severity)
    assert set(found.broken) == {("mysql", "a")}
    assert set(found.named) == ({("mysql", "a")} if named else set())
    lines = [*truth.shown([found])]
    assert any("1 broken, " in one for one in lines)
    assert any("not named: a (downgrade-fails)" in one for one in lines) is not named


@pytest.mark.parametrize("schema", ["bin-manager", "asterisk", "omni"])
def test_lint_finds_in_the_examples_what_is_written_down(schema: str) -> None:
    found = linted.names(linted.found(schema).findings)
    assert found == json.loads(linted.path(schema).read_text())["found"]
    assert not [rule for rule in found if rule.startswith("error ")]


def test_the_table_on_the_page_is_what_is_written_down() -> None:
    page = linted.PAGE.read_text()
    assert linted.BEGIN in page
    assert linted.tabled(page) == page


def test_what_is_found_twice_on_a_line_is_told_apart() -> None:
    twice = [Finding("drop-column", Severity.warning, name, line=7, revision="a") for name in ("x", "y")]
    assert linted.names(twice) == {"warning drop-column": ["a:7", "a:7 (2)"]}
