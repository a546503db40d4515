"""`mig.prod` and `mig.rollback` from end to end, as an operator and as a script runs them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.conftest import Serve
from tests.server.releasing import WORD, Place, proven

pytestmark = pytest.mark.server
ENGINES = ("mysql:9.7", "mariadb:10.11", "postgresql:15")


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest, serve: Serve, tmp_path: Path) -> Iterator[Place]:
    with proven(serve(request.param), tmp_path, request.param) as made:
        yield made


def test_a_release_applies_what_is_pending_and_says_so(place: Place) -> None:
    done = place.release()
    assert done.returncode == 0, done.stdout + done.stderr
    assert place.current() == ["c3"]
    for said in (
        "a1  item",
        "b2  price and note",
        "c3  bill",
        "approved by Ann",
        "stands at c3",
        "3 revisions · 5 statements",
    ):
        assert said in done.stdout
    again = place.release()
    assert again.returncode == 0, again.stdout + again.stderr
    assert "nothing to do" in again.stdout


def test_the_preflight_and_the_plan_change_nothing(place: Place) -> None:
    checked = place.told("prod", "--check")
    assert checked["ok"], checked["error"]
    assert checked["result"] == "checked"
    assert all(one["ok"] is not False for one in checked["preflight"])
    planned = place.told("prod", "--dry-run")
    assert planned["ok"], planned["error"]
    assert [one["revision"] for one in planned["pending"]] == ["a1", "b2", "c3"]
    assert planned["result"] == "planned"
    assert place.ask(LISTED) == []
    assert not (place.folder / ".migkit").exists()


LISTED = (
    "SELECT table_name FROM information_schema.tables WHERE table_schema NOT IN "
    "('information_schema', 'pg_catalog', 'mysql', 'sys', 'performance_schema') "
    "AND table_name IN ('item', 'bill', 'alembic_version', 'migkit_journal')"
)


def test_nobody_agreed_so_nothing_is_applied(place: Place) -> None:
    done = place.run("prod")
    assert done.returncode == 6
    assert "nobody agreed to it" in done.stderr
    assert place.current() == []


def test_a_coding_agent_is_stopped_before_the_target_is_looked_for(place: Place) -> None:
    done = place.release(CLAUDECODE="1", SHOP_URL="mysql://nobody@nowhere.invalid/none")
    assert done.returncode == 6
    assert "Claude Code" in done.stderr
    assert "nowhere" not in done.stderr


def test_what_does_not_hold_is_told_with_all_that_does(place: Place) -> None:
    (place.versions / "a1_item.py").write_text((place.versions / "a1_item.py").read_text() + "\n# edited\n")
    done = place.release()
    assert done.returncode == 6
    assert done.stdout.count("✓") > 5
    assert "✗ git" in done.stdout or "✗ tree" in done.stdout
    assert "to do:" in done.stdout
    told = place.told("prod", "--check")
    assert not told["ok"]
    assert told["error"]["kind"] == "target"
    assert any(one["ok"] is False for one in told["preflight"])
    assert place.current() == []


def test_a_release_goes_as_far_as_it_is_told(place: Place) -> None:
    assert place.release("--to", "b2").returncode == 0
    assert place.current() == ["b2"]
    assert place.release().returncode == 0
    assert place.current() == ["c3"]


def test_a_rollback_counts_what_it_destroys_and_wants_the_harder_word(place: Place) -> None:
    assert place.release().returncode == 0
    place.ask_and_keep("INSERT INTO item (id, name, price) VALUES (1, 'a', 10), (2, 'b', NULL), (3, 'c', 30)")
    planned = place.told("rollback", "--to", "a1", "--dry-run")
    assert planned["ok"], planned["error"]
    counted = {(one["table"], one["column"]): one["rows"] for one in planned["destroyed"]}
    assert counted == {("bill", ""): 0, ("item", "note"): 0, ("item", "price"): 2}
    soft = place.run("rollback", "--to", "a1", "--confirm", WORD, MIGKIT_APPROVED_BY="Ann")
    assert soft.returncode == 6
    assert place.current() == ["c3"]
    hard = place.run("rollback", "--to", "a1", "--confirm", f"{WORD} rollback a1", MIGKIT_APPROVED_BY="Ann")
    assert hard.returncode == 0, hard.stdout + hard.stderr
    assert place.current() == ["a1"]


def test_a_rollback_must_be_told_where_to(place: Place) -> None:
    done = place.run("rollback")
    assert done.returncode == 3
    assert "--to" in done.stderr


def test_a_statement_that_fails_says_where_and_resume_goes_on(place: Place) -> None:
    place.revision(
        "d4", "c3", "CREATE TABLE one (id INT PRIMARY KEY)\nINSERT INTO bill (id, item) VALUES (1, 1)\n"
        "CREATE TABLE two (id INT PRIMARY KEY)", "DROP TABLE two\nDELETE FROM bill\nDROP TABLE one", "two more"
    )  # fmt: skip
    place.prove()
    assert place.release("--to", "c3").returncode == 0
    place.ask_and_keep("INSERT INTO bill (id, item) VALUES (1, 7)")
    failed = place.told("prod", "--confirm", WORD, MIGKIT_APPROVED_BY="Ann")
    assert failed["error"]["kind"] == "step"
    assert failed["result"] == "failed"
    assert "d4" in failed["error"]["message"]
    assert "inv mig.prod --schema shop --target production" in failed["error"]["remedy"]
    assert failed["error"]["remedy"] == failed["unfinished"][0]["remedy"]
    assert "Running upgrade" not in failed["error"]["output"]
    place.ask_and_keep("DELETE FROM bill")
    words = ["--resume"] if place.server.engine.family != "postgresql" else []
    again = place.release(*words)
    assert again.returncode == 0, again.stdout + again.stderr
    assert place.current() == ["d4"]
    assert place.ask("SELECT item FROM bill") == [(1,)]


def test_what_a_drivers_own_cursor_may_have_done_is_not_gone_over(place: Place) -> None:
    path = place.revision("d4", "c3", "CREATE\nINSERT INTO bill (id, item) VALUES (1, 1)", "DELETE FROM bill", "bare")
    bare = "op.get_bind().connection.cursor().execute('INSERT INTO item (id) VALUES (5)')"
    text = path.read_text(encoding="utf-8").replace("op.execute('CREATE')", bare)
    path.write_text(
        text.replace("op.execute('DELETE FROM bill')", "op.execute('DELETE FROM bill'); op.execute('DELETE FROM item')")
    )
    place.prove()
    assert place.release("--to", "c3").returncode == 0
    place.ask_and_keep("INSERT INTO bill (id, item) VALUES (1, 7)")
    assert place.release().returncode == 7
    place.ask_and_keep("DELETE FROM bill")
    again = place.release()
    if place.server.engine.transactional_ddl:
        assert again.returncode == 0, again.stdout + again.stderr
    else:
        assert again.returncode == 6, again.stdout + again.stderr
        assert "takes a driver's own cursor" in again.stdout
        assert place.current() == ["c3"]


def test_a_rollback_that_stopped_half_way_is_resumed_and_goes_no_further(place: Place) -> None:
    down = "ALTER TABLE bill DROP COLUMN late\nINSERT INTO item (id) VALUES (7)\nDELETE FROM item WHERE id = 7"
    place.revision("d4", "c3", "ALTER TABLE bill ADD late INT", down, "late")
    place.prove()
    assert place.release().returncode == 0
    place.ask_and_keep("INSERT INTO item (id) VALUES (7)")
    word = ("--confirm", f"{WORD} rollback c3")
    failed = place.told("rollback", "--to", "-1", *word, MIGKIT_APPROVED_BY="Ann")
    assert failed["result"] == "failed", failed["error"]
    assert "inv mig.rollback --schema shop --target production" in failed["error"]["remedy"]
    place.ask_and_keep("DELETE FROM item")
    again = place.run("rollback", "--resume", *word, MIGKIT_APPROVED_BY="Ann")
    assert again.returncode == 0, again.stdout + again.stderr
    assert place.current() == ["c3"]
    further = place.run("rollback", "--resume", "--confirm", f"{WORD} rollback b2", MIGKIT_APPROVED_BY="Ann")
    assert further.returncode == 6, further.stdout + further.stderr
    assert "nothing is left to finish, and this would take back c3" in further.stdout
    assert place.current() == ["c3"]


def test_the_rows_are_asked_where_everything_else_holds_and_not_by_check(place: Place) -> None:
    place.revision(
        "d4", "c3", "CREATE UNIQUE INDEX named_once ON item (name)", DROPPED[place.server.engine.dialect], "named once"
    )
    place.prove()
    assert place.release("--to", "c3").returncode == 0
    place.ask_and_keep("INSERT INTO item (id, name) VALUES (1, 'a'), (2, 'a')")
    checked = place.told("prod", "--check")
    assert checked["ok"], checked["error"]
    (rows,) = [one for one in checked["preflight"] if one["check"].startswith("plan")]
    assert (rows["check"], rows["ok"]) == ("plan: rows", None)
    assert question(checked)["message"].startswith("not asked: values of item (name)")
    held = place.told("prod", "--dry-run")
    assert held["error"]["kind"] == "target"
    assert [one["check"] for one in held["preflight"] if one["ok"] is False] == ["plan: rows"]
    assert (question(held)["ok"], question(held)["count"]) == (False, 1)
    place.git("switch", "-q", "-c", "elsewhere")
    refused = place.told("prod", "--dry-run")
    assert [one["check"] for one in refused["preflight"] if one["ok"] is False] == ["git: branch"]
    assert question(refused)["message"].startswith("not asked")


DROPPED = {"mysql": "DROP INDEX named_once ON item", "postgresql": "DROP INDEX named_once"}


def question(told: dict[str, Any]) -> dict[str, Any]:
    (revision,) = told["pending"]
    one: dict[str, Any] = revision["statements"][0]["preconditions"][0]
    return one


def test_a_word_that_is_not_the_one_leaves_its_record(place: Place) -> None:
    told = place.told("prod", "--confirm", "other", MIGKIT_APPROVED_BY="Ann")
    assert told["result"] == "refused"
    (kept,) = (place.folder / ".migkit/journal").glob("*.json")
    record = json.loads(kept.read_text(encoding="utf-8"))
    assert record["preflight"] == told["preflight"]
    assert record["error"]["message"] == told["error"]["message"]
    assert not list(kept.parent.glob("*.jsonl"))


def test_each_run_leaves_its_report_beside_the_journal(place: Place) -> None:
    told = place.told("prod", "--confirm", WORD, MIGKIT_APPROVED_BY="Ann")
    assert told["result"] == "applied", told["error"]
    folder = place.folder / ".migkit/journal"
    kept = sorted(one.suffix for one in folder.iterdir() if one.suffix)
    assert kept == [".json", ".jsonl", ".txt"]
    text = next(folder.glob("*.txt")).read_text(encoding="utf-8")
    for part in ("approved by Ann", told["run"]["id"], told["began"], "git: clean", "CREATE TABLE item", "to       c3"):
        assert part in text
    kept_too = json.loads(next(folder.glob("*.json")).read_text(encoding="utf-8"))
    for name in ("run", "given", "began", "preflight", "pending", "from", "to", "consent", "applied", "record"):
        assert kept_too[name] == told[name], name
    assert all(one.stat().st_mode & 0o077 == 0 for one in folder.iterdir() if one.suffix)
