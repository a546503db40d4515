"""The matrix: which pairs are run, with which words, and the table of what they came to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from migkit import matrix
from migkit.errors import ConfigError
from migkit.matrix import Outcome, Words
from migkit.model import Compose, Project, Schema
from migkit.render import renderer


def schema(name: str, *engines: str) -> Schema:
    here = Path(__file__).parent
    return Schema(name, here, here / "alembic.ini", name, engines[0], engines)


PROJECT = Project(
    Path(),
    Path("migkit.toml"),
    {
        "calls": schema("calls", "mysql:9.7", "mariadb:10.11", "mariadb:11.8"),
        "pbx": schema("pbx", "mysql:9.7"),
        "crm": schema("crm", "postgresql:15"),
        "files": schema("files", "sqlite"),
    },
)


def report(*verdicts: str, ok: bool = True, **more: object) -> dict[str, object]:
    revisions = [{"verdict": verdict, "baseline": verdict.endswith("!")} for verdict in verdicts]
    for one in revisions:
        one["verdict"] = str(one["verdict"]).rstrip("!")
    return {
        "ok": ok,
        "error": None,
        "engine": {"family": "mysql", "version": "9.7.4", "wanted": "mysql:9.7"},
        "server": {"kind": "docker", "product": "MySQL", "origin": "migkit/mysql:9.7"},
        "findings": [],
        "revisions": revisions,
        "seconds": 3.21,
        **more,
    }


def text(*outcomes: Outcome, color: bool = False) -> str:
    return renderer("text").report(matrix.summary(outcomes, servers=2, seconds=12.34), color=color)


def test_every_schema_goes_with_each_of_its_engines() -> None:
    assert matrix.pairs(PROJECT) == [
        ("calls", "mysql:9.7"),
        ("calls", "mariadb:10.11"),
        ("calls", "mariadb:11.8"),
        ("pbx", "mysql:9.7"),
        ("crm", "postgresql:15"),
        ("files", "sqlite"),
    ]


def test_an_engine_named_twice_is_one_pair() -> None:
    project = Project(Path(), Path("migkit.toml"), {"calls": schema("calls", "mysql:9.7", "mysql:9.7")})
    assert matrix.pairs(project) == [("calls", "mysql:9.7")]


@pytest.mark.parametrize(
    ("engine", "schemas"),
    [
        ("mysql:8.4", ["calls", "pbx"]),
        ("mariadb:11.8", ["calls", "pbx"]),  # the same dialect: it was asked for
        ("postgresql:18", ["crm"]),
        ("sqlite", ["files"]),
    ],
)
def test_an_engine_goes_with_the_schemas_that_speak_its_dialect(engine: str, schemas: list[str]) -> None:
    assert matrix.pairs(PROJECT, engine=engine) == [(name, engine) for name in schemas]


def test_a_schema_and_an_engine_that_are_both_named_go_together() -> None:
    assert matrix.pairs(PROJECT, "crm", "sqlite") == [("crm", "sqlite")]


def test_an_engine_that_no_schema_speaks_is_told() -> None:
    project = Project(Path(), Path("migkit.toml"), {"crm": schema("crm", "postgresql:15")})
    with pytest.raises(ConfigError, match=r"no schema is made for mysql:9\.7"):
        matrix.pairs(project, engine="mysql:9.7")


@pytest.mark.parametrize("wrong", [{"schema": "call"}, {"engine": "mysq:9.7"}])
def test_a_name_that_is_none_is_told(wrong: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        matrix.pairs(PROJECT, **wrong)


def test_the_words_of_the_matrix_are_told_from_those_of_the_round_trip() -> None:
    given = matrix.words(["--since", "origin/main", "--engine=mysql:9.7", "--schema", "pbx", "--no-baseline"])
    assert given == Words("pbx", "mysql:9.7", since="origin/main", rest=("--no-baseline",))
    assert matrix.arguments(("pbx", "mysql:9.7"), given, ci="")[4:] == ["--no-baseline", "--since", "origin/main"]


def test_a_word_without_its_value_is_told() -> None:
    with pytest.raises(ConfigError, match="--engine"):
        matrix.words(["--engine"])


def test_a_server_is_no_word_of_a_command_line_that_nox_prints() -> None:
    given = matrix.words(["--server", "mysql://root:secret@db/", "--quiet"])
    assert given.server == "mysql://root:secret@db/"
    assert matrix.arguments(("pbx", "mysql:9.7"), given, ci="") == [
        "--schema",
        "pbx",
        "--engine",
        "mysql:9.7",
        "--quiet",
    ]


@pytest.mark.parametrize(
    ("engine", "choice", "shared"),
    [
        ("mysql:9.7", "auto", True),
        ("mysql:9.7", "local", True),
        ("mysql:9.7", "mysql://root:secret@db/", False),
        ("sqlite", "auto", False),
    ],
)
def test_a_server_is_shared_where_the_kit_starts_one(engine: str, choice: str, shared: bool) -> None:
    assert matrix.shares(PROJECT.schemas["calls"], engine, choice) is shared


def test_a_server_beside_a_compose_service_is_not_shared() -> None:
    inside = replace(PROJECT.schemas["calls"], compose=Compose("app"))
    assert not matrix.shares(inside, "mysql:9.7", "auto")


@pytest.mark.parametrize(("ci", "strict"), [("true", 1), ("1", 1), ("", 0), ("false", 0), ("0", 0)])
def test_ci_takes_no_substitute(ci: str, strict: int) -> None:
    assert matrix.arguments(("pbx", "mysql:9.7"), Words(), ci=ci).count("--strict-engine") == strict


def test_strict_is_said_once() -> None:
    given = Words(rest=("--strict-engine",))
    assert matrix.arguments(("pbx", "mysql:9.7"), given, ci="true").count("--strict-engine") == 1


def test_a_format_goes_to_the_round_trip_too() -> None:
    given = matrix.words(["--format", "json"])
    assert matrix.arguments(("pbx", "mysql:9.7"), given, ci="")[-2:] == ["--format", "json"]


def test_the_table_has_a_row_for_each_pair_and_a_line_of_sums() -> None:
    told = text(
        Outcome("calls", "mysql:9.7", report("ok", "irreversible", "ok"), passed=True),
        Outcome("calls", "mariadb:10.11", report("ok", "schema-differs", ok=False, seconds=0.84)),
    )
    assert told == (
        "schema  engine         ran on                result  verdicts                seconds\n"
        "calls   mysql:9.7      MySQL 9.7.4 (docker)  passed  2 ok, 1 irreversible    3.2\n"
        "calls   mariadb:10.11  MySQL 9.7.4 (docker)  failed  1 ok, 1 schema-differs  0.8\n"
        "\n"
        "failed · 2 pairs: 1 passed, 1 failed · 2 servers shared · 12.3 s\n"
    )


def test_the_table_is_coloured_on_a_terminal_alone() -> None:
    outcome = Outcome("calls", "mysql:9.7", report("ok"), passed=True)
    assert "\x1b[" not in text(outcome)
    assert "\x1b[32mpassed" in text(outcome, color=True)


def test_known_verdicts_are_counted_as_known() -> None:
    outcome = Outcome("calls", "mysql:9.7", report("ok", "schema-differs!"), passed=True)
    assert "passed  1 ok, 1 schema-differs (1 known)  3.2" in text(outcome)


def test_what_failed_a_pair_beside_its_verdicts_is_named() -> None:
    findings = [
        {"rule": "engine-substituted", "severity": "error"},
        {"rule": "rows-left", "severity": "warning"},
        {"rule": "rows-left", "severity": "warning"},
        {"rule": "sample-ini", "severity": "note"},
        {"rule": "schema-differs", "severity": "error"},  # the verdict, which is counted already
    ]
    outcome = Outcome("calls", "mysql:9.7", report("ok", "schema-differs", ok=False, findings=findings))
    assert "failed  1 ok, 1 schema-differs; 1 engine-substituted, 2 rows-left  3.2" in text(outcome)


def test_a_round_trip_that_could_not_be_done_says_why() -> None:
    error = {"kind": "server", "message": "no server for mysql:9.7: docker: none\nmore", "remedy": "start Docker"}
    bare = {"ok": False, "error": error, "engine": {}, "server": {}, "findings": [], "seconds": 0.0}
    told = text(Outcome("calls", "mysql:9.7", bare))
    assert "calls   mysql:9.7  -       error   no server for mysql:9.7: docker: none  -\n" in told


def test_a_session_without_a_round_trip_says_why() -> None:
    told = text(Outcome("calls", "mysql:9.7", {}, said="the session failed: pip"), Outcome("pbx", "mysql:9.7", {}))
    assert "calls   mysql:9.7  -       error   the session failed: pip" in told
    assert f"pbx     mysql:9.7  -       error   {matrix.UNFINISHED}" in told


def test_a_rehearsal_is_counted_by_revisions_without_a_finding() -> None:
    revisions = [{"revision": ident, "known": ["rerun-fails"] if ident == "c" else []} for ident in "abcd"]
    findings = [
        {"rule": "retry-fails", "severity": "warning", "revision": "a"},
        {"rule": "retry-fails", "severity": "warning", "revision": "a"},
        {"rule": "upgrade-fails", "severity": "error", "revision": "b"},
        {"rule": "rerun-fails", "severity": "note", "revision": "d"},
    ]
    done = report(command="test", revisions=revisions, findings=findings, ok=False)
    outcome = Outcome("calls", "mysql:9.7", done, session="rehearse")
    assert "failed  2 ok (1 known); 2 retry-fails, 1 upgrade-fails  3.2" in text(outcome)
    bare = Outcome("calls", "mysql:9.7", report(command="test"), passed=True, session="rehearse")
    assert "passed  no revisions  3.2" in text(bare)


def test_a_summary_is_of_its_session() -> None:
    made = matrix.summary([Outcome("calls", "mysql:9.7", {}, session="rehearse")], session="rehearse")
    assert (made.command, [finding.rule for finding in made.findings]) == ("rehearse", ["rehearse"])
    assert renderer("text").report(made).startswith("schema  engine")


@pytest.mark.parametrize(
    ("shape", "file"),
    [("junit", "out/rehearse-pbx-mysql-9.7.xml"), ("sarif", "out/rehearse-pbx-mysql-9.7.sarif")],
)
def test_each_pair_has_a_file_in_the_folder_for_the_output(shape: str, file: str) -> None:
    given = matrix.words(["--format", shape, "--output", "out"])
    told = matrix.arguments(("pbx", "mysql:9.7"), given, ci="", session="rehearse")
    assert told[-4:] == ["--format", shape, "--output", file]


def test_the_summary_as_json_has_the_pairs() -> None:
    outcome = Outcome("calls", "mysql:9.7", report("ok"), passed=True, seconds=9.5)
    made = matrix.summary([outcome], servers=1)
    assert made.findings == ()
    assert made.facts["pairs"] == [
        {
            "schema": "calls",
            "engine": "mysql:9.7",
            "server": "MySQL 9.7.4 (docker)",
            "result": "passed",
            "verdicts": "1 ok",
            "seconds": 3.21,
            "session_seconds": 9.5,
        }
    ]
