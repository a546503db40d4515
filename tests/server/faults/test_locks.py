"""Locks that other sessions hold, while a release wants them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from migkit.model.release import Fate, Kind
from tests.server.faults import story
from tests.server.faults.conftest import Staged
from tests.server.faults.holding import at_work, eventually, holding, sessions
from tests.server.faults.judging import Judge
from tests.server.faults.launching import Release

TABLE = "SELECT count(*) FROM account"
HELD = {  # what another session does, and the statement that then has to wait
    "table": (TABLE, 3),
    "rows": ("UPDATE account SET name = name WHERE id = 1", 4),
    "index": (TABLE, 5),
}
WRITER = "LOCK TABLE account IN ROW EXCLUSIVE MODE"  # what CREATE INDEX CONCURRENTLY waits for: whoever may write
KINDS = ("table", "rows")


@contextmanager
def _waiting(judge: Judge, kind: str, **arguments: Any) -> Iterator[tuple[Release, int, Any]]:
    """Give a release that goes on to a statement which has to wait, its number, and the session that holds the lock."""
    sql, number = HELD[kind]
    release = judge.released(f"sent:{number}", **arguments)
    release.arrives(f"sent:{number}")
    writes = kind == "index" and judge.stage.family == "postgresql"
    with holding(judge.stage, WRITER if writes else sql) as held:
        release.go()
        yield release, number, held


@pytest.mark.parametrize("kind", HELD)
def test_lock_held_for_long(kind: str, judged: Staged) -> None:
    judge = judged(lock_timeout="1s")
    with _waiting(judge, kind, pauses=(0.1, 0.1)) as (release, number, held):
        ending = release.ends()
        assert (ending.error, ending.code) == ("StepFailed", 7), ending.traceback
        judge.keeps(release)
        assert eventually(lambda: len(sessions(judge.stage)) == 1), "more than the one that holds the lock is there"
        said = judge.said()
        assert said[number] is not Fate.applied
        held.rollback()
    assert number not in judge.truth()
    assert bool(judge.dropped()) == (kind == "index" and judge.stage.family == "postgresql")
    judge.ends_well()


@pytest.mark.parametrize("kind", KINDS)
def test_lock_let_go_in_time(kind: str, judged: Staged) -> None:
    judge = judged()
    with _waiting(judge, kind) as (release, number, held):
        assert at_work(judge.stage, number)
        held.rollback()
        ending = release.ends()
    judge.ended_well(release, ending)


@pytest.mark.parametrize("kind", KINDS)
def test_lock_let_go_after_a_time_out(kind: str, judged: Staged) -> None:
    judge = judged(lock_timeout="1s")
    with _waiting(judge, kind) as (release, number, held):
        assert eventually(lambda: _failed(judge, number)), "it never timed out"
        held.rollback()
        ending = release.ends()
    judge.ended_well(release, ending)


def _failed(judge: Judge, number: int) -> bool:
    told = judge.stage.entries() if judge.stage.journal_file().exists() else ()
    return any(one.kind is Kind.failed and story.number(one.sql or _sent(told, one)) == number for one in told)


def _sent(told: object, one: object) -> str:
    found = [other.sql for other in told if other.kind is Kind.sent]  # type: ignore[attr-defined]  # entries
    return found[-1] if found else ""


@pytest.mark.parametrize("kind", HELD)
def test_kit_killed_as_the_server_waits(kind: str, judged: Staged) -> None:
    judge = judged(lock_timeout="60s")
    with _waiting(judge, kind) as (release, number, held):
        assert at_work(judge.stage, number)
        release.kill()
        judge.keeps(release)
        assert judge.said()[number] is Fate.running
        refused = judge.released(resume=True).ends()
        assert (refused.error, refused.code) == ("TargetError", 6), refused.traceback
        held.rollback()
    judge.truth()
    judge.ends_well()
