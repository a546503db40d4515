from __future__ import annotations

import json
from pathlib import Path

import pytest

from migkit.errors import ConfigError, HistoryError, ServerError, StepFailed
from migkit.model import Difference, Finding, Report, RevisionReport, Severity, Timing, Verdict
from migkit.render import FORMATS, renderer

PATH = "versions/b2_t_add_index_ix.py"


def revision(verdict: Verdict, *differences: Difference, ident: str = "b2", **fields: object) -> RevisionReport:
    return RevisionReport(
        revision=ident,
        title="t_add_index_ix",
        path=PATH,
        verdict=verdict,
        objects=tuple(one.object for one in differences),
        differences=differences,
        **fields,  # type: ignore[arg-type]  # a test names real fields
    )


def finding(verdict: Verdict, remedy: str = "drop it", **fields: object) -> Finding:
    severity = verdict.severity or Severity.note
    fields = {"path": PATH, "line": 9, "revision": "b2"} | fields
    return Finding(verdict.value, severity, "the downgrade is empty", remedy, **fields)  # type: ignore[arg-type]


def report(*revisions: RevisionReport, findings: tuple[Finding, ...] = (), **fields: object) -> Report:
    return Report(
        command="roundtrip",
        schema="asterisk",
        engine={"family": "mysql", "version": "9.7.4", "wanted": "mysql:9.7"},
        server={"kind": "docker", "product": "MySQL", "origin": "migkit/mysql:9.7"},
        findings=findings,
        revisions=revisions,
        seconds=12.34567,
        **fields,  # type: ignore[arg-type]  # a test names real fields
    )


LEFT = Difference("t.ix", "index", None, "KEY `ix` (`a`)")
GONE = Difference("t.a", "column", "varchar(40) NOT NULL", None)
CHANGED = Difference("t.b", "column", "timestamp(6)", "timestamp")


def text(one: Report, **options: object) -> str:
    return renderer("text").report(one, **options)  # type: ignore[arg-type]  # a test names real options


def test_a_revision_that_does_not_come_back_is_told_whole() -> None:
    told = text(
        report(revision(Verdict.schema_differs, LEFT, GONE, CHANGED), findings=(finding(Verdict.schema_differs),))
    )
    assert told == (
        "asterisk · mysql:9.7 · MySQL 9.7.4 (docker: migkit/mysql:9.7)\n"
        "\n"
        "✗ schema-differs  b2  t_add_index_ix\n"
        f"  {PATH}:9\n"
        "  after the downgrade the catalogue is not what it was before the upgrade:\n"
        "    index t.ix is left behind\n"
        "      after   KEY `ix` (`a`)\n"
        "    column t.a is gone\n"
        "      before  varchar(40) NOT NULL\n"
        "    column t.b has changed\n"
        "      before  timestamp(6)\n"
        "      after   timestamp\n"
        "  to do: drop it\n"
        "\n"
        "failed · 1 revision: 1 schema-differs · 12.3 s\n"
    )


def test_rows_that_were_put_in_are_said() -> None:
    told = text(report(revision(Verdict.ok), facts={"rows": {"count": 20, "added": {"t": 3, "u": 9}, "lacking": {}}}))
    assert "  rows: up to 20 in each of 2 tables\n" in told


def test_revisions_that_are_ok_are_counted_and_not_listed() -> None:
    told = text(report(revision(Verdict.ok, ident="a1"), revision(Verdict.ok)))
    assert told == (
        "asterisk · mysql:9.7 · MySQL 9.7.4 (docker: migkit/mysql:9.7)\n\npassed · 2 revisions: 2 ok · 12.3 s\n"
    )


@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if verdict is not Verdict.ok])
def test_every_verdict_has_its_words(verdict: Verdict) -> None:
    told = text(report(revision(verdict, message="why it is so"), findings=(finding(verdict),)))
    assert f"{verdict}  b2" in told
    assert "    why it is so\n" in told
    assert "to do: drop it" in told
    assert told.splitlines()[-1].startswith("failed" if verdict.severity is Severity.error else "passed")


def test_the_sides_of_a_second_upgrade_are_named_as_such() -> None:
    told = text(report(revision(Verdict.reupgrade_differs, CHANGED, LEFT)))
    assert "1st up  timestamp(6)\n      2nd up  timestamp\n" in told
    assert "is new after the second upgrade" in told


def test_an_order_is_told_with_both_orders() -> None:
    order = Difference("t", "order", "a, b", "b, a", order_only=True)
    told = text(report(revision(Verdict.order_differs, order)))
    assert "    the order in t\n      before  a, b\n      after   b, a\n" in told


def test_a_definition_of_many_lines_is_told_as_a_diff() -> None:
    view = Difference("v", "view", "SELECT a,\n  b\nFROM t", "SELECT a,\n  c\nFROM t")
    told = text(report(revision(Verdict.schema_differs, view)))
    assert "      -  b\n      +  c\n" in told


def test_what_the_baseline_knows_is_one_line() -> None:
    told = text(report(revision(Verdict.schema_differs, LEFT, baseline=True), revision(Verdict.ok, ident="a1")))
    assert "known, and accepted by the baseline:\n  schema-differs  b2  t_add_index_ix\n" in told
    assert "left behind" not in told
    assert told.endswith("passed · 2 revisions: 1 ok, 1 schema-differs (1 known) · 12.3 s\n")


def test_other_findings_follow_and_verdicts_are_not_told_twice() -> None:
    other = Finding("engine-substituted", Severity.warning, "MariaDB stands in", "inv mig.images")
    told = text(report(revision(Verdict.schema_differs, LEFT), findings=(finding(Verdict.schema_differs), other)))
    assert told.count("schema-differs  b2") == 1
    assert "! engine-substituted\n  MariaDB stands in\n  to do: inv mig.images\n" in told


def test_fail_on_decides_the_last_word() -> None:
    warned = report(findings=(Finding("x", Severity.warning, "m"),))
    assert text(warned).splitlines()[-1].startswith("passed")
    assert text(warned, fail_on=Severity.warning).splitlines()[-1].startswith("failed")
    ok = [json.loads(renderer("json").report(warned, fail_on=level))["ok"] for level in (Severity.error, Severity.note)]
    assert ok == [True, False]


def test_a_flood_of_differences_is_cut_and_says_so() -> None:
    many = tuple(Difference(f"t.c{n}", "column", None, "int") for n in range(60))
    told = text(report(revision(Verdict.schema_differs, *many)))
    assert told.count("is left behind") == 50
    assert "… and 10 more: --format json has all" in told


def test_nothing_in_a_definition_acts_on_the_terminal_or_is_markup() -> None:
    evil = Difference("t.[red]x", "column", None, "COMMENT '\x1b]0;owned\x07 :smile: [bold]'")
    for color in (False, True):
        told = text(report(revision(Verdict.schema_differs, evil)), color=color)
        assert "␛]0;owned␇ :smile: [bold]" in told
        assert "t.[red]x" in told
        assert ("\x1b" in told) is color


def test_long_lines_are_not_broken() -> None:
    long = Difference("t.c", "column", None, "x" * 500)
    assert "x" * 500 in text(report(revision(Verdict.schema_differs, long)), width=80, color=True)


def test_json_of_a_round_trip_has_the_published_fields_in_order() -> None:
    one = revision(Verdict.schema_differs, LEFT, message="why", seconds=Timing(0.123456, 1, 2))
    told = json.loads(renderer("json").report(report(one, findings=(finding(Verdict.schema_differs),))))
    assert list(told) == [
        "version", "command", "schema", "engine", "server", "ok", "findings", "seconds", "error", "revisions",
    ]  # fmt: skip
    assert (told["version"], told["ok"], told["error"]) == (1, False, None)
    assert told["revisions"] == [
        {
            "revision": "b2",
            "title": "t_add_index_ix",
            "path": PATH,
            "verdict": "schema-differs",
            "baseline": False,
            "message": "why",
            "objects": ["t.ix"],
            "differences": [{"object": "t.ix", "kind": "index", "before": None, "after": "KEY `ix` (`a`)"}],
            "lost": [],
            "seconds": {"upgrade": 0.1235, "downgrade": 1, "snapshot": 2},
        }
    ]
    assert told["findings"] == [
        {
            "rule": "schema-differs",
            "severity": "error",
            "message": "the downgrade is empty",
            "remedy": "drop it",
            "path": PATH,
            "line": 9,
            "revision": "b2",
            "object": None,
        }
    ]


def test_json_of_a_round_trip_without_revisions_says_so() -> None:
    assert json.loads(renderer("json").report(report()))["revisions"] == []


@pytest.mark.parametrize(
    ("error", "kind", "lines"),
    [
        (ConfigError("no such key", remedy="drop it"), "configuration", ["error: no such key", "  to do: drop it"]),
        (
            HistoryError("syntax error", remedy="mend it", path=Path("/v/a.py"), line=3),
            "history",
            ["error: syntax error", "  at /v/a.py:3", "  to do: mend it"],
        ),
        (
            ConfigError("pyproject.toml: x: unknown key", remedy="r", path=Path("/p/pyproject.toml")),
            "configuration",
            ["error: pyproject.toml: x: unknown key", "  to do: r"],
        ),
        (
            ServerError("it died", remedy="look", log="one\ntwo\x1b[2J\n"),
            "server",
            ["error: it died", "  the end of the log:", "    one", "    two␛[2J", "  to do: look"],
        ),
        (
            StepFailed("boom", revision="b2", direction="upgrade", statement="DROP t", output="hello", remedy="r"),
            "step",
            ["error: boom", "  statement:", "    DROP t", "  printed:", "    hello", "  to do: r"],
        ),
    ],
)
def test_an_error_says_what_where_and_what_to_do(error: ConfigError, kind: str, lines: list[str]) -> None:
    assert renderer("text").failure(error, command="roundtrip") == "\n".join(lines) + "\n"
    told = json.loads(renderer("json").failure(error, command="roundtrip", schema="s"))
    assert (told["version"], told["command"], told["schema"], told["ok"], told["findings"]) == (
        1,
        "roundtrip",
        "s",
        False,
        [],
    )
    assert (told["error"]["kind"], told["error"]["message"], told["error"]["remedy"]) == (
        kind,
        error.message,
        error.remedy,
    )


def test_every_format_is_whole() -> None:
    for name in FORMATS:
        assert renderer(name).report(report(revision(Verdict.ok))).endswith("\n")
        assert renderer(name).failure(ConfigError("m"), command="create").endswith("\n")


def test_a_listing_is_a_table_and_what_is_wrong_with_it() -> None:
    rows = [
        {"image": "migkit/mysql:9.7", "last_built": None, "built": True, "heads": ["a", "b"]},
        {"image": "x", "last_built": "[b]", "built": False, "heads": []},
    ]
    wrong = Finding("history-error", Severity.error, "no such thing", "make it", "/v/a.py", 3, object="x")
    told = text(Report(command="images", facts={"images": rows}, findings=(wrong,)))
    assert told == (
        "image             last built  built  heads\n"
        "migkit/mysql:9.7  -           yes    a, b\n"
        "x                 [b]         -      -\n"
        "\n"
        "✗ x: no such thing\n"
        "  /v/a.py:3\n"
        "  to do: make it\n"
    )
