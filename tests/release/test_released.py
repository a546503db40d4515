"""The text of a release: all of it for whoever reads it later, and at a terminal nothing twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from migkit.model import Report, Severity
from migkit.render.page import Page
from migkit.render.released import given, question, released
from migkit.render.standing import standing

STATEMENT = {
    "number": 1,
    "sql": "ALTER TABLE calls ADD note int",
    "line": 9,
    "table": "calls",
    "rows": 3,
    "bytes": 9,
    "blocks": "",
    "applied": False,
    "findings": [],
    "preconditions": [],
}
PENDING = {"revision": "b2", "title": "calls_add_column_note", "direction": "upgrade", "unknown": "", "findings": []}
CHECKS = [
    {"check": "network: name", "ok": True, "message": "db.internal is 10.126.5.1", "remedy": ""},
    {"check": "git: clean", "ok": True, "message": "as it was committed", "remedy": ""},
]
WRONG = {"check": "git: clean", "ok": False, "message": "?? migkit.toml", "remedy": "commit it"}
RUN = {
    "id": "20261123T120643.087155Z-f64a3e",
    "operator": "ann",
    "host": "laptop",
    "server": "97511b69",
    "plan": "08a00833",
    "migkit": "0.1.0",
    "approved_by": "Jane",
    "resumes": "20261123T110000.000000Z-aaaaaa",
}
APPLIED = {"revision": "b2", "title": "calls_add_column_note", "statements": 1, "passed": 0, "seconds": 0.2}
LEFT = {"said": "upgrade of revision b2: statement 1 of 2 applied, 2 not started", "remedy": "inv mig.prod --resume"}


def report(**changed: Any) -> Report:
    facts = {
        "target": "production",
        "direction": "upgrade",
        "operator": "ann",
        "host": "laptop",
        "mode": "apply",
        "result": "applied",
        "given": {"to": "b2", "verify": False, "resume": True, "unknown": "", "allow_blocking": ["calls"]},
        "began": "2026-11-23T12:06:43.087+00:00",
        "ended": "2026-11-23T12:06:47.558+00:00",
        "preflight": CHECKS,
        "pending": [{**PENDING, "statements": [STATEMENT]}],
        "from": ["a1"],
        "to": ["b2"],
        "destroyed": [],
        "asked": True,
        "consent": {"operator": "ann", "typed": True, "approved_by": ""},
        "run": RUN,
        "applied": [APPLIED],
        "verified": [],
        "unfinished": [],
        "journal": "journal/app.jsonl",
        "record": "journal/run.txt",
        "current": ["b2"],
    }
    server = {"kind": "target", "origin": "db.internal:3306/shop", "product": "MySQL"}
    return Report("prod", "app", {"version": "9.7.4"}, server, facts=facts | changed, seconds=4.5)


def text(one: Report, width: int = 0) -> str:
    page = Page(color=False, width=width)
    released(one, page, Severity.error)
    return page.text()


def test_who_reads_it_later_is_told_who_when_from_where_what_and_what_held() -> None:
    told = text(report())
    for part in (
        RUN["id"],
        "ann@laptop, approved by Jane",
        "began    2026-11-23T12:06:43.087+00:00",
        "ended    2026-11-23T12:06:47.558+00:00",
        "given    --to b2 --resume --allow-blocking calls",
        "resumes  20261123T110000.000000Z-aaaaaa",
        "from     a1\nto       b2\n",
        "97511b69",
        "08a00833",
        "db.internal is 10.126.5.1",
        "ALTER TABLE calls ADD note int",
        "↑ b2  calls_add_column_note  1 statement  0.20 s",
    ):
        assert part in told


def test_what_was_read_above_the_question_is_not_told_again_at_that_terminal() -> None:
    told = text(report(), width=100)
    assert "ALTER TABLE" not in told
    assert "0.20 s" not in told  # a line for each revision stood there as it was done
    assert "preflight: 2 checks hold" in told
    assert "passed · 1 revision · 1 statement" in told


@pytest.mark.parametrize("result", ["failed", "interrupted"])
def test_what_was_applied_is_told_again_where_it_did_not_come_to_the_end(result: str) -> None:
    told = text(report(result=result, unfinished=[LEFT]), width=100)
    assert "↑ b2  calls_add_column_note  1 statement  0.20 s" in told
    assert "ALTER TABLE" not in told


@pytest.mark.parametrize("result", ["refused", "interrupted"])
def test_nor_is_it_where_the_word_was_not_given(result: str) -> None:
    told = text(report(result=result, consent=None, run=None, applied=[], current=["a1"]), width=100)
    assert "ALTER TABLE" not in told
    assert f"{result}: nothing was applied" in told


def test_a_terminal_at_which_nobody_was_asked_gets_all_of_it() -> None:
    told = text(report(asked=False, consent={"operator": "ann", "typed": False, "approved_by": "Jane"}), width=100)
    assert "ALTER TABLE" in told
    assert "0.20 s" in told


def test_a_record_of_a_refusal_says_who_and_when_too() -> None:
    told = text(report(result="refused", asked=False, preflight=[*CHECKS, WRONG], run=None, consent=None, applied=[]))
    for part in (
        "by       ann@laptop\n",
        "began    2026-11-23T12:06:43.087+00:00",
        "given    --to b2",
        "to       b2\n",
    ):
        assert part in told
    assert "began" not in text(report(result="checked", run=None, record="", consent=None, applied=[]))


def test_the_last_line_names_what_does_not_hold() -> None:
    told = text(report(result="refused", asked=False, preflight=[*CHECKS, WRONG], run=None, consent=None, applied=[]))
    assert told.splitlines()[-1] == "refused: nothing was applied · ✗ git: clean · 4.5 s"
    assert told.count("commit it") == 1


def test_what_to_do_about_what_is_left_comes_once_with_the_error() -> None:
    assert LEFT["remedy"] not in text(report(result="failed", unfinished=[LEFT]))
    assert LEFT["remedy"] in text(report(result="refused", unfinished=[LEFT]))


def test_what_it_comes_to_stands_right_above_the_question() -> None:
    last = question(report()).splitlines()[-2:]
    assert last[0] == "upgrade of production (db.internal:3306/shop) from a1 to b2: 1 revision, 1 statement"
    assert last[1] == "! calls may be blocked meanwhile: --allow-blocking"


LOST = {"revision": "b2", "table": "calls", "column": "", "rows": None, "why": "DELETE changes its rows"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "what it destroys: nothing that is counted"),
        ({"destroyed": [LOST]}, "DELETE changes its rows"),
        ({"result": "planned", "run": None}, "what it destroys: nothing that is counted"),
    ],
)
def test_a_rollback_says_what_it_destroys_also_where_that_is_nothing(changed: dict[str, Any], said: str) -> None:
    told = report(direction="downgrade", **changed)
    assert said in text(told)
    assert said in question(replace(told, facts=told.facts | {"result": ""}))


@pytest.mark.parametrize(
    "changed",
    [{"direction": "upgrade"}, {"result": "refused", "run": None}, {"result": "interrupted", "run": None}],
)
def test_where_that_was_not_looked_at_it_is_not_said(changed: dict[str, Any]) -> None:
    assert "what it destroys" not in text(report(**({"direction": "downgrade"} | changed)))


def test_a_narrow_terminal_breaks_between_words() -> None:
    check = {**WRONG, "message": "whether it replicates from another one cannot be seen: access denied"}
    told = text(report(result="refused", asked=False, preflight=[check], run=None, consent=None, applied=[]), width=40)
    assert "✗ git: clean  whether it replicates from\n              another one cannot be\n" in told
    assert max(map(len, told.splitlines())) <= 40


@pytest.mark.parametrize("width", [1, 8, 20])
def test_no_terminal_is_too_narrow(width: int) -> None:
    assert "refused" in "".join(text(report(result="refused"), width=width).split())


def test_flags_are_told_as_they_are_typed() -> None:
    assert given({"to": "-1", "verify": True, "allow_blocking": ("a", "b")}) == (
        "--to -1 --verify --allow-blocking a --allow-blocking b"
    )
    assert given({"to": "", "verify": False, "allow_blocking": ()}) == ""


def status(ended: str, **changed: Any) -> str:
    run = {"run": "r1", "direction": "upgrade", "operator": "ann", "host": "laptop", "approved_by": ""}
    last = run | {"began": "09:47", "last": "09:48", "ended": ended}
    target = {"target": "production", "address": "db:3306/shop", "current": ["a1"], "head": ["b2"], "pending": 0}
    facts = target | {"revisions": [], "last_run": last, "working": [], "unfinished": []} | changed
    page = Page(color=False, width=0)
    standing(Report("status", "app", facts={"targets": [facts]}), page, Severity.error)
    return next(line for line in page.text().splitlines() if "last run" in line).partition("09:48: ")[2]


def test_how_the_last_run_ended_is_told_once_and_in_whole_words() -> None:
    failed = {"number": 1, "fate": "failed", "why": "1062 Duplicate", "sql": "INSERT"}
    left = [{"direction": "upgrade", "revision": "b2", "statements": [failed]}]
    assert status("finished") == "finished"
    assert status("failed: b2 failed: 1062 Duplicate", unfinished=left) == "failed"
    assert status("interrupted: interrupted: stopped before b2") == "interrupted: stopped before b2"
    assert status(f"failed: {'x' * 200}").endswith("x…")
    assert status("") == "it never said its end"
    assert status("", working=["session 7"]) == "it is at work"
