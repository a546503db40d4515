"""The text of a rehearsal: what is told in full, what is folded, and the words of each check."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

from migkit.model import Finding, Report, Severity
from migkit.model.rehearsal import Cut, RevisionRehearsal
from migkit.render import renderer

CHECKS = ["graph", "oneshot", "idempotent", "crash", "models"]
SOUND = RevisionRehearsal("a1", "t_create_table", "v/a1.py", oneshot="ok", idempotent="ok", crash=())
CUTS = (
    Cut(1, "ALTER TABLE t\n  ADD COLUMN b INT", 21, True, False, "(1060, \"Duplicate column name 'b'\")"),
    Cut(2, "UPDATE t SET b = 1", 22, True, True),
)
BROKEN = RevisionRehearsal("b2", "t_add_column_b", "v/b2.py", oneshot="ok", idempotent="fails", crash=CUTS)
RETRY = Finding("retry-fails", Severity.warning, "the retry fails: 1060", "guard it", "v/b2.py", 21, "b2", "t")
RERUN = Finding("rerun-fails", Severity.note, "run again it fails", "guard it", "v/b2.py", 21, "b2")


def report(*revisions: RevisionRehearsal, findings: tuple[Finding, ...] = (), **facts: Any) -> Report:
    usual = {"checks": CHECKS, "not_made": {"effects": "it needs rows: --rows 20"}, "rows": None}
    return Report(
        "test",
        "asterisk",
        {"family": "mysql", "version": "9.7.4", "wanted": "mysql:9.7"},
        {"kind": "docker", "product": "MySQL", "origin": "migkit/mysql:9.7"},
        findings=findings,
        facts=usual | {"revisions": [asdict(one) for one in revisions]} | facts,
        seconds=12.3,
    )


def text(one: Report, **options: Any) -> str:
    return renderer("text").report(one, **options)


def many(finding: Finding, count: int) -> tuple[list[RevisionRehearsal], tuple[Finding, ...]]:
    revisions = [replace(BROKEN, revision=f"r{n:03}", crash=()) for n in range(count)]
    return revisions, tuple(replace(finding, revision=one.revision) for one in revisions)


def test_a_rehearsal_tells_findings_cuts_and_what_each_check_came_to() -> None:
    told = text(report(SOUND, BROKEN, findings=(RERUN, RETRY)))
    assert told == (
        "asterisk · mysql:9.7 · MySQL 9.7.4 (docker: migkit/mysql:9.7)\n"
        "  not made: effects (it needs rows: --rows 20)\n"
        "\n"
        "! retry-fails  b2  t_add_column_b  t\n"
        "  v/b2.py:21\n"
        "  the retry fails: 1060\n"
        "  to do: guard it\n"
        "\n"
        "· rerun-fails  b2  t_add_column_b\n"
        "  v/b2.py:21\n"
        "  run again it fails\n"
        "  to do: guard it\n"
        "  cut after a statement, and run again:\n"
        "    1  retry fails  ALTER TABLE t ADD COLUMN b INT\n"
        "       (1060, \"Duplicate column name 'b'\")\n"
        "    2  retry works  UPDATE t SET b = 1\n"
        "\n"
        "revision  idempotent  crash                title\n"
        "b2        fails       1 of 2 retries fail  t_add_column_b\n"
        "\n"
        "graph ok · oneshot 2 ok · idempotent 1 ok, 1 fails · crash 2 cuts, 1 of the retries fail · models ok\n"
        "\n"
        "passed · 2 revisions · 1 warning, 1 note · 12.3 s\n"
    )


def test_a_sound_history_is_three_lines() -> None:
    told = text(report(SOUND, not_made={}))
    assert told == (
        "asterisk · mysql:9.7 · MySQL 9.7.4 (docker: migkit/mysql:9.7)\n"
        "\n"
        "graph ok · oneshot 1 ok · idempotent 1 ok · crash 0 cuts · models ok\n"
        "\n"
        "passed · 1 revision · nothing found · 12.3 s\n"
    )


def test_many_notes_of_a_kind_are_one_paragraph() -> None:
    revisions, findings = many(RERUN, 300)
    told = text(report(*revisions, findings=findings))
    assert told.count("rerun-fails") == 1
    assert "· rerun-fails  300 times\n" in told
    assert "r008, r009, … and 290 more: --format json has all\n" in told
    assert told.count("to do: guard it") == 1
    other = replace(findings[0], remedy="another")
    assert "to do: Guard what the revision does" in text(report(*revisions, findings=(*findings[1:], other)))
    assert len(told.splitlines()) < 60
    assert len(json.loads(renderer("json").report(report(*revisions, findings=findings)))["findings"]) == 300


def test_the_first_of_many_warnings_are_told_in_full_and_the_rest_by_name() -> None:
    revisions, findings = many(RETRY, 30)
    told = text(report(*revisions, findings=findings))
    assert told.count("to do: guard it") == 21
    assert "! retry-fails  10 times\n" in told
    assert "r020, r021" in told


def test_what_the_baseline_accepts_is_counted_and_not_listed() -> None:
    told = text(replace(report(SOUND, BROKEN), known=(RERUN, RETRY)))
    assert "known, and accepted by the baseline: 1 rerun-fails, 1 retry-fails\n" in told
    assert "revision  " not in told
    assert told.endswith("passed · 2 revisions · nothing found (2 known) · 12.3 s\n")
    half = text(replace(report(SOUND, BROKEN, findings=(RETRY,)), known=(RERUN,)))
    assert "revision  crash                title\nb2        1 of 2" in half


def test_an_upgrade_that_fails_stands_in_the_table() -> None:
    failed = replace(SOUND, upgrade="fails-with-rows", oneshot=None, idempotent=None, crash=None)
    fails = Finding("upgrade-fails", Severity.error, "1062", "mend it", "v/a1.py", 9, "a1")
    told = text(report(failed, findings=(fails,)))
    assert "revision  upgrade          title\na1        fails-with-rows  t_create_table\n" in told
    assert "fails-with-rows" not in text(replace(report(failed), known=(fails,)))


def test_what_was_filled_and_what_was_not_asked_for_is_said() -> None:
    rows = {"count": 20, "seed": 0, "added": {"t": 40, "u": 20}, "lacking": {}}
    asked = {"graph": "not named by --only", "models": "not named by --only"}
    told = text(report(SOUND, rows=rows, not_made=asked, checks=["crash"]))
    assert "  rows: up to 20 in each of 2 tables\n  not made: graph, models (not named by --only)\n" in told


def test_a_check_that_finds_something_of_the_whole_is_not_ok() -> None:
    differs = Finding("models-differ", Severity.error, "no column b in t", "mig.revise", "env.py", 3, object="t.b")
    told = text(report(SOUND, findings=(differs,)))
    assert "crash 0 cuts · models 1 found\n" in told
    assert "✗ models-differ  t.b\n  env.py:3\n" in told
    assert told.splitlines()[-1].startswith("failed · 1 revision · 1 error")


def test_an_error_that_a_finding_tells_is_not_told_again_with_each_cut() -> None:
    cuts = tuple(replace(CUTS[0], statement=number) for number in range(1, 15))
    failed = replace(RETRY, message=f"cut after statements 1, 2, 3 … of 14: {CUTS[0].error}")
    told = text(report(replace(BROKEN, crash=(*cuts, replace(CUTS[1], committed=False))), findings=(failed,)))
    assert told.count("Duplicate column") == 1
    assert told.count("retry fails  ALTER") == 10
    assert "    … and 5 more: --format json has all\n" in told
    few = text(report(replace(BROKEN, crash=(cuts[0], replace(CUTS[1], committed=False))), findings=(failed,)))
    assert "    2  nothing stays  UPDATE" in few


def test_a_check_that_no_revision_had_is_not_told_as_passed() -> None:
    failed = replace(SOUND, upgrade="fails", oneshot=None, idempotent=None, crash=None)
    off = text(report(SOUND, not_made={"offline": "the policy is off"}))
    assert "not made: offline (the policy is off)" in off
    assert "oneshot of no revision · idempotent of no revision · crash of no revision" in text(report(failed))


def test_a_broken_graph_is_told_and_nothing_is_said_of_what_was_not_tried() -> None:
    twice = Finding("duplicate-id", Severity.error, "the id b2 is b2.py's already", "change it", "v/c.py", 3, "b2")
    told = text(replace(report(findings=(twice,), checks=["graph"]), server={}))
    assert "\n\ngraph 1 found\n\nfailed · 1 error" in told


def test_a_long_statement_is_cut_and_a_terminal_is_not_acted_upon() -> None:
    cuts = (Cut(1, f"SELECT '\x1b[2J', {'x' * 300}", 3, False, False, "no\x07"),)
    told = text(report(replace(BROKEN, crash=cuts), findings=(RETRY,)))
    assert "retry fails  SELECT '␛[2J'," in told
    assert max(map(len, told.splitlines())) < 160
    assert "no␇" in told


def test_a_revision_is_a_test_case_of_junit() -> None:
    told = renderer("junit").report(report(SOUND, BROKEN, findings=(RETRY,)), fail_on=Severity.warning)
    assert 'name="a1 t_create_table"' in told
    assert '<failure type="retry-fails" message="the retry fails: 1060">' in told
