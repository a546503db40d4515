"""The Nox session that a team imports, run by Nox, on SQLite: what is run, and the table at the end."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.conftest import ENV, lacking
from tests.nox_project import RIGHT, WRONG, NoxProject, table


@pytest.fixture
def project(tmp_path: Path) -> NoxProject:
    return NoxProject(tmp_path)


def test_the_run_ends_with_one_table_of_all_pairs(project: NoxProject) -> None:
    project.add("calls")
    project.add("pbx")
    done = project.nox()
    assert done.returncode == 0, done.stderr
    rows = table(done.stdout)
    assert [(row[0], row[1], row[3], row[4]) for row in rows] == [
        ("calls", "sqlite", "passed", "1 ok"),
        ("pbx", "sqlite", "passed", "1 ok"),
    ]
    assert all(float(row[5]) > 0 for row in rows)
    assert all(re.fullmatch(r"SQLite [\d.]+ \(file\)", row[2]) for row in rows)
    assert done.stdout.count("\nschema ") == 1
    assert re.fullmatch(r"passed · 2 pairs: 2 passed · 0 servers shared · [\d.]+ s", done.stdout.splitlines()[-1])
    assert "\x1b" not in done.stdout
    assert project.left() == []


def test_a_pair_that_fails_stands_in_the_table_and_the_others_are_run(project: NoxProject) -> None:
    project.add("calls", WRONG)
    project.add("pbx", RIGHT)
    done = project.nox()
    assert done.returncode == 1
    assert [(row[0], row[3], row[4]) for row in table(done.stdout)] == [
        ("calls", "failed", "1 downgrade-fails"),
        ("pbx", "passed", "1 ok"),
    ]
    assert done.stdout.splitlines()[-1].startswith("failed · 2 pairs: 1 passed, 1 failed")


def test_a_round_trip_that_cannot_be_done_stands_in_the_table_with_its_reason(project: NoxProject) -> None:
    project.add("calls", "def upgrade(:\n")
    done = project.nox()
    assert done.returncode == 1
    (row,) = table(done.stdout)
    assert row[3] == "error"
    assert "first_calls.py:" in row[4]


def test_a_round_trip_that_dies_stands_in_the_table(project: NoxProject) -> None:
    project.add("calls", env="import os\nos._exit(9)\n")
    (row,) = table(project.nox().stdout)
    assert row[3:5] == ["error", "the session failed: Returned code 9"]


def test_one_pair_is_chosen_by_its_name(project: NoxProject) -> None:
    project.add("calls")
    project.add("pbx")
    done = project.nox("-s", "migrations(pbx, sqlite)")
    assert [row[0] for row in table(done.stdout)] == ["pbx"]


def test_the_words_after_the_dashes_narrow_the_pairs(project: NoxProject) -> None:
    project.add("calls")
    project.add("pbx")
    project.add("crm", engine="postgresql:15")
    assert [row[0] for row in table(project.nox("-s", "migrations", "--", "--schema", "pbx").stdout)] == ["pbx"]
    done = project.nox("-s", "migrations", "--", "--engine", "sqlite")
    assert [row[0] for row in table(done.stdout)] == ["calls", "pbx"]


def test_other_words_go_on_to_the_round_trip(project: NoxProject) -> None:
    project.add("calls", WRONG, baseline="known.json")
    assert project.nox("-s", "migrations", "--", "--write-baseline").returncode == 0
    done = project.nox()
    assert table(done.stdout)[0][4] == "1 downgrade-fails (1 known)"
    assert project.nox("-s", "migrations", "--", "--no-baseline").returncode == 1


def test_a_name_that_is_none_is_told_without_a_traceback(project: NoxProject) -> None:
    project.add("calls")
    done = project.nox("-s", "migrations", "--", "--schema", "call")
    assert done.returncode != 0
    assert 'no schema "call"' in done.stderr
    assert "Traceback" not in done.stderr


def test_nox_lists_every_pair_and_leaves_nothing(project: NoxProject) -> None:
    project.add("calls", engine="mysql:9.7", engines=["mysql:9.7", "mariadb:10.11", "mariadb:11.8"])
    done = project.nox("-l")
    for engine in ("mysql:9.7", "mariadb:10.11", "mariadb:11.8"):
        assert f"migrations(calls, {engine}) -> " in done.stdout
    assert "\nschema " not in done.stdout
    assert project.left() == []


@pytest.mark.parametrize(("ci", "strict"), [("true", True), ("", False)])
def test_ci_takes_no_substitute(project: NoxProject, ci: str, strict: bool) -> None:
    project.add("calls")
    assert ("--strict-engine" in project.nox(CI=ci).stderr) is strict


def test_a_password_of_a_server_by_url_is_not_shown(project: NoxProject) -> None:
    project.add("calls", engine="mysql:9.7")
    url = "mysql://root:secret@127.0.0.1:1/"
    for done in (project.nox("-s", "migrations", "--", "--server", url), project.nox(MIGKIT_SERVER=url)):
        assert done.returncode == 1
        assert table(done.stdout)[0][3] == "error"
        assert "127.0.0.1:1" in done.stdout + done.stderr
        assert "secret" not in done.stdout + done.stderr


def test_a_format_holds_for_the_table_too(project: NoxProject) -> None:
    project.add("calls")
    done = project.nox("-s", "migrations", "--", "--format", "json")
    own, summary = (json.loads(text) for text in re.split(r"(?m)(?<=^\}\n)", done.stdout, maxsplit=1))
    assert own["command"] == "roundtrip"
    assert summary["command"] == "migrations"
    assert [pair["result"] for pair in summary["pairs"]] == ["passed"]


def test_a_rehearsal_is_a_session_beside_the_round_trip_with_a_table_of_its_own(project: NoxProject) -> None:
    project.add("calls")
    done = project.nox("-s", "migrations", "rehearse")
    assert done.returncode == 0, done.stderr
    first, _, second = done.stdout.rpartition("\nschema ")
    assert first.endswith("rehearse")
    assert "\nmigrations\nschema " in first
    assert "migkit roundtrip --schema calls" in done.stderr
    assert "migkit test --schema calls" in done.stderr
    rows = [table(text) for text in (first, f"\nschema {second}")]
    assert [[row[0], row[3], row[4]] for (row,) in rows] == [["calls", "passed", "1 ok"]] * 2
    assert project.left() == []


def test_a_rehearsal_is_not_run_unless_it_is_asked_for(project: NoxProject) -> None:
    project.add("calls")
    listed = project.nox("-l").stdout
    assert "* migrations(calls, sqlite)" in listed
    assert "- rehearse(calls, sqlite)" in listed


def test_each_pair_writes_a_file_of_its_own(project: NoxProject) -> None:
    project.add("calls")
    project.add("pbx", WRONG)
    done = project.nox("-s", "migrations", "--", "--format", "junit", "--output", "out/reports")
    assert [row[3] for row in table(done.stdout)] == ["passed", "failed"]
    told = {path.name: path.read_text() for path in (project.root / "out" / "reports").iterdir()}
    assert sorted(told) == ["migrations-calls-sqlite.xml", "migrations-pbx-sqlite.xml"]
    assert "<failure" in told["migrations-pbx-sqlite.xml"]
    assert "<failure" not in told["migrations-calls-sqlite.xml"]


def test_a_format_that_is_none_is_told_by_the_round_trip(project: NoxProject) -> None:
    project.add("calls")
    done = project.nox("-s", "migrations", "--", "--format", "jsn")
    assert table(done.stdout)[0][4] == '--format: "jsn" is not valid'
    assert "Traceback" not in done.stderr


def test_an_interrupted_run_ends_with_its_table_and_leaves_nothing(project: NoxProject) -> None:
    both = "for one in (os.getppid(), os.getpid()):\n    os.kill(one, signal.SIGINT)\n"  # as a terminal does
    project.add("calls", env=f"import os, signal\n{both}{ENV}")
    project.add("pbx")
    done = project.nox()
    assert done.returncode == 130
    assert [(row[0], row[3], row[4]) for row in table(done.stdout)] == [("calls", "error", "interrupted")]
    assert project.left() == []


def test_sessions_in_parallel_have_one_table_too(project: NoxProject) -> None:
    if "--parallel" not in project.nox("--help").stdout:
        lacking("this Nox runs one session at a time")
    project.add("calls")
    project.add("pbx", WRONG)
    done = project.nox("-s", "migrations", "-j", "2")
    assert done.returncode == 1
    assert [(row[0], row[3]) for row in table(done.stdout)] == [("calls", "passed"), ("pbx", "failed")]
    assert done.stdout.count("\nschema ") == 1
    assert project.left() == []
