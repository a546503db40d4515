"""What other programs read: each format held against its schema, a real parser or another program that writes it."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import github_action_utils
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from invoke.exceptions import Exit
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite
from sarif_kit import validation_errors

from migkit.errors import ConfigError, HistoryError, MigkitError, ServerError
from migkit.model import Difference, Finding, Report, RevisionReport, Severity, Timing, Verdict
from migkit.render import renderer
from migkit.render.rules import RULES, advised, described
from migkit.shell import Call, run

PATH = "db/versions/b2 ä.py"
DIFFERS = Finding("schema-differs", Severity.error, "t.a is gone", "give it back", PATH, 9, "b2", "t.a")
LEFT = Finding("rows-left", Severity.warning, "two rows are left", "delete them", PATH, None, "b2", "t")
SERVER = Finding("engine-substituted", Severity.warning, "MariaDB stands in", "start Docker")
OLD = Finding("downgrade-fails", Severity.error, "no such table", "mend it", PATH, 3, "c3")
GONE = Difference("t.a", "column", "varchar(40)", None)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
ANYTHING = st.builds(
    Finding,
    st.sampled_from(sorted(RULES)),
    st.sampled_from(Severity),
    ANY.filter(bool),
    ANY,
    st.none() | st.just(PATH),
    st.none() | st.integers(1, 999),
    st.none() | st.sampled_from(["a1", "b2", "zz"]),
    st.none() | ANY,
)
NASTY = replace(DIFFERS, object="a:b,c=d%2C\r\n::e", message="<!\x00\x1b[2J\ufffe]]>%0A\n::error::", path=f"{PATH},:%")
ERRORS: tuple[MigkitError, ...] = (
    ConfigError("no such key", remedy="drop it", path=Path("/p/migkit.toml")),
    HistoryError("syntax error", remedy="mend it", path=Path("/v/a.py"), line=3),
    ServerError("it died", remedy="look", log="one\ntwo\x1b[2J\n"),
)


def report(*findings: Finding, known: tuple[Finding, ...] = (), **fields: Any) -> Report:
    judged = (
        RevisionReport("a1", "one", "db/versions/a1.py", Verdict.ok, seconds=Timing(1, 0.5, 0.25)),
        RevisionReport("b2", "two", PATH, Verdict.schema_differs, differences=(GONE,)),
        RevisionReport("c3", "three", PATH, Verdict.downgrade_fails, baseline=True),
    )
    return Report(
        **{
            "command": "roundtrip",
            "schema": "omni",
            "engine": {"family": "postgresql", "version": "15.20", "wanted": "postgresql:15"},
            "server": {"kind": "docker", "product": "PostgreSQL", "origin": "migkit/postgis:15"},
            "revisions": judged,
            "seconds": 1234.5678,
        }
        | fields,
        findings=findings,
        known=known,
    )


def sarif(one: Report, fail_on: Severity = Severity.error) -> Any:
    log = json.loads(renderer("sarif").report(one, fail_on=fail_on))
    assert validation_errors(log) == []
    (run,) = log["runs"]
    return run


def suite(text: str) -> TestSuite:
    """Read JUnit's XML; what it counts of itself must be what stands in it."""
    whole = JUnitXml.fromstring(text.encode())
    (only,) = whole
    counted = [whole.tests, whole.failures, whole.errors, only.tests, only.failures, only.errors, only.skipped]
    whole.update_statistics()
    assert counted == [whole.tests, whole.failures, whole.errors, only.tests, only.failures, only.errors, only.skipped]
    assert isinstance(only, TestSuite)
    return only


def cases(one: Report, fail_on: Severity = Severity.error) -> dict[str, TestCase]:
    return {str(case.name): case for case in suite(renderer("junit").report(one, fail_on=fail_on))}


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Read workflow commands as the runner does: the command, its properties, its data."""

    def plain(text: str) -> str:
        for escape, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
            text = text.replace(escape, char)
        return text

    lines = [line for line in text.split("\n") if line.startswith("::")]
    heads = [(line[2:].partition("::")[0], line[2:].partition("::")[2]) for line in lines]
    parts = [(head.partition(" "), data) for head, data in heads]
    return [
        (name, {k: plain(v) for k, _, v in (each.partition("=") for each in given.split(","))}, plain(data))
        for (name, _, given), data in parts
    ]


def test_a_finding_in_a_file_is_a_result_at_its_line() -> None:
    run = sarif(report(DIFFERS, LEFT))
    first, second = run["results"]
    assert (first["ruleId"], first["level"]) == ("schema-differs", "error")
    assert first["message"]["text"] == "t.a is gone\nTo do: give it back"
    place = first["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "db/versions/b2%20%C3%A4.py"}, "region": {"startLine": 9}}
    assert first["locations"][0]["logicalLocations"] == [{"name": "b2", "kind": "revision"}]
    assert second["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}  # the file, where no line is known
    assert run["automationDetails"]["id"] == "migkit/roundtrip/omni/postgresql:15/"


def test_each_rule_that_was_found_is_explained_once() -> None:
    run = sarif(report(DIFFERS, replace(DIFFERS, revision="d4"), LEFT))
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["schema-differs", "rows-left"]
    assert [rules[one["ruleIndex"]]["id"] for one in run["results"]] == [one["ruleId"] for one in run["results"]]
    for rule in rules:
        assert rule["shortDescription"]["text"] == described(rule["id"])
        assert advised(rule["id"]) in rule["help"]["text"]


def test_a_finding_about_no_file_is_a_notification() -> None:
    run = sarif(report(SERVER))
    assert run["results"] == []
    (invocation,) = run["invocations"]
    (told,) = invocation["toolExecutionNotifications"]
    assert (told["level"], told["descriptor"]) == ("warning", {"id": "engine-substituted"})
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (True, 0)
    assert sarif(report(SERVER), Severity.warning)["invocations"][0]["exitCode"] == 2


def test_what_the_baseline_accepts_is_suppressed_and_the_rest_is_not() -> None:
    first, second = sarif(report(DIFFERS, known=(OLD,)))["results"]
    assert first["suppressions"] == []
    assert [one["kind"] for one in second["suppressions"]] == ["external"]
    assert all("suppressions" not in one for one in sarif(report(DIFFERS, LEFT))["results"])


def test_a_fingerprint_stays_while_lines_move_and_tells_findings_apart() -> None:
    def fingerprints(*findings: Finding) -> list[dict[str, str]]:
        return [one["partialFingerprints"] for one in sarif(report(*findings))["results"]]

    moved = replace(DIFFERS, line=40, message="t.a is gone, it seems")
    others = [replace(DIFFERS, **{name: "x"}) for name in ("rule", "revision", "object")]
    assert fingerprints(DIFFERS) == fingerprints(moved)
    told = fingerprints(DIFFERS, moved, *others)
    assert len({tuple(one.items()) for one in told}) == 5


def test_a_file_outside_the_folder_is_named_whole() -> None:
    (one,) = sarif(report(replace(DIFFERS, path="/elsewhere/b2.py")))["results"]
    assert one["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "file:///elsewhere/b2.py"}


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_is_a_notification_of_a_run_that_failed(error: MigkitError) -> None:
    log = json.loads(renderer("sarif").failure(error, command="roundtrip", schema="s"))
    assert validation_errors(log) == []
    (invocation,) = log["runs"][0]["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, error.exit_code)
    (told,) = invocation.get("toolExecutionNotifications") or invocation["toolConfigurationNotifications"]
    assert told["message"]["text"] == f"{error.message}\nTo do: {error.remedy}"


@example([NASTY], [NASTY])
@given(st.lists(ANYTHING, max_size=5), st.lists(ANYTHING, max_size=2))
def test_whatever_is_found_is_sarif(findings: list[Finding], known: list[Finding]) -> None:
    run = sarif(report(*findings, known=tuple(known)))
    assert len(run["results"]) == sum(one.path is not None for one in [*findings, *known])


def test_every_rule_of_the_source_is_described() -> None:
    def rules() -> Iterator[str]:
        for path in Path(described.__code__.co_filename).parents[1].rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding":
                    yield from (one.value for one in node.args[:1] if isinstance(one, ast.Constant))

    named = {*rules(), *(verdict.value for verdict in Verdict if verdict.severity)}
    assert len(named) > 20
    assert sorted(named - set(RULES)) == []


def test_an_annotation_stands_on_its_line_errors_first() -> None:
    text = renderer("github").report(report(SERVER, DIFFERS, known=(OLD,)))
    assert commands(text) == [
        (
            "error",
            {"title": "schema-differs b2 t.a", "file": PATH, "line": "9"},
            "t.a is gone\nto do: give it back",
        ),
        ("warning", {"title": "engine-substituted"}, "MariaDB stands in\nto do: start Docker"),
    ]
    last = "migkit roundtrip omni postgresql:15: failed, 1 error, 1 warning, 1 known"
    assert text.splitlines()[-1] == last
    assert renderer("github").report(report()) == "migkit roundtrip omni postgresql:15: passed, no findings\n"


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_is_one_annotation(error: MigkitError) -> None:
    ((name, given, data),) = commands(renderer("github").failure(error, command="roundtrip", schema="s"))
    assert (name, given["title"]) == ("error", f"migkit roundtrip s {error.kind}")
    assert given.get("file") == (str(error.path) if error.path else None)
    assert data == f"{error.message}\nto do: {error.remedy}"


@example(NASTY)
@given(ANYTHING)
def test_an_annotation_is_what_another_program_writes(finding: Finding) -> None:
    text = renderer("github").report(report(finding))
    line = text.split("\n")[0]
    ((_name, properties, data),) = commands(text)
    write = {"error": github_action_utils.error, "warning": github_action_utils.warning}
    write["note"] = github_action_utils.notice
    with redirect_stdout(StringIO()) as written:
        write[finding.severity.name](data, **properties)
    assert f"{line}\n" == written.getvalue()
    assert text.count("\n") == 2  # nothing that was found begins a line of its own


def test_each_revision_is_a_test_case() -> None:
    told = cases(report(DIFFERS, LEFT, known=(OLD,)))
    assert list(told) == ["a1 one", "b2 two", "c3 three"]
    assert (told["a1 one"].result, told["a1 one"].time) == ([], 1.75)
    (failed,) = told["b2 two"].result
    assert isinstance(failed, Failure)
    assert (failed.type, failed.message) == ("schema-differs", "t.a is gone")
    assert "column t.a is gone\n      before  varchar(40)" in failed.text
    assert "rows-left" in told["b2 two"].system_out
    assert "rows-left" not in failed.text
    element = told["b2 two"]._elem
    assert (element.get("file"), element.get("line")) == (PATH, "9")


def test_what_the_baseline_accepts_is_skipped_unless_more_fails() -> None:
    told = cases(report(known=(OLD,)))["c3 three"]
    (skipped,) = told.result
    assert isinstance(skipped, Skipped)
    assert skipped.message == "the baseline accepts downgrade-fails"
    assert "no such table" in told.system_out
    more = replace(DIFFERS, revision="c3")
    (failed,) = cases(report(more, known=(OLD,)))["c3 three"].result
    assert isinstance(failed, Failure)


def test_all_that_fails_a_case_stands_in_its_one_failure() -> None:
    told = cases(report(LEFT, DIFFERS), Severity.warning)["b2 two"]
    (failed,) = told.result
    assert (failed.type, failed.message) == ("schema-differs", "t.a is gone (and 1 more)")
    assert "two rows are left" in failed.text
    assert told.system_out is None


def test_a_finding_without_a_revision_is_a_case_of_its_own() -> None:
    heads = Finding("multiple-heads", Severity.error, "two heads", "merge them", object="omni")
    told = cases(report(SERVER, heads))
    assert told["engine-substituted"].result == []
    assert "MariaDB stands in" in told["engine-substituted"].system_out
    assert [one.type for one in told["multiple-heads omni"].result] == ["multiple-heads"]


def test_a_suite_says_where_it_ran() -> None:
    told = suite(renderer("junit").report(report()))
    assert told.name == "migkit roundtrip omni postgresql:15"
    assert 'time="1234.568"' in renderer("junit").report(report())
    assert {one.name: one.value for one in told.properties()}["server"] == "PostgreSQL 15.20"


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_is_the_error_of_one_case(error: MigkitError) -> None:
    (case,) = suite(renderer("junit").failure(error, command="roundtrip", schema="s"))
    (told,) = case.result
    assert isinstance(told, Error)
    assert (told.type, told.message) == (error.kind, error.message)
    assert f"to do: {error.remedy}" in told.text


@example([NASTY, replace(NASTY, message="\ud800")], [NASTY], Severity.note)
@given(st.lists(ANYTHING, max_size=4), st.lists(ANYTHING, max_size=2), st.sampled_from(Severity))
def test_whatever_is_found_is_xml(findings: list[Finding], known: list[Finding], fail_on: Severity) -> None:
    told = suite(renderer("junit").report(report(*findings, known=tuple(known)), fail_on=fail_on))
    failing = {one.revision or number for number, one in enumerate(findings) if one.severity >= fail_on}
    assert told.failures == len(failing)


@pytest.mark.parametrize("name", ["sarif", "github", "junit"])
def test_a_command_without_findings_is_whole_too(name: str) -> None:
    told = renderer(name).report(Report("schemas", facts={"schemas": [{"schema": "omni"}]}))
    assert told.endswith("\n")
    if name == "sarif":
        assert validation_errors(json.loads(told)) == []
    if name == "junit":
        assert suite(told).tests == 0


def read(name: str, text: str) -> None:
    """Hold a document against its format."""
    if name == "sarif":
        assert validation_errors(json.loads(text)) == []
    elif name == "junit":
        assert suite(text).errors == 1
    else:
        assert [command for command, _, _ in commands(text)] == ["error"]


@pytest.mark.parametrize("name", ["sarif", "github", "junit"])
def test_what_could_not_be_done_is_told_in_the_format_that_was_asked_for(name: str, tmp_path: Path) -> None:
    output = tmp_path / "report"

    def wrong(_tell: object) -> Report:
        raise ConfigError("no such key", remedy="drop it")

    def bug(_tell: object) -> Report:
        raise ZeroDivisionError("division by zero")

    with pytest.raises(Exit) as left:
        run(Call("roundtrip", "omni", name, str(output)), wrong)
    assert left.value.code == ConfigError.exit_code
    read(name, output.read_text())
    assert "no such key" in output.read_text()
    with pytest.raises(ZeroDivisionError):
        run(Call("roundtrip", "omni", name, str(output)), bug)
    read(name, output.read_text())
    assert "division by zero" in output.read_text()
