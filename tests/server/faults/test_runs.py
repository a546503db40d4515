"""Other runs at the same time, sessions that an administrator ends, and an operator who stops it."""

from __future__ import annotations

import signal

import pytest

from migkit.model.release import Kind
from tests.server.faults.conftest import Staged
from tests.server.faults.holding import end, sessions
from tests.server.faults.judging import Judge
from tests.server.faults.rows import Cut, ids, some


def test_second_run_is_refused(judged: Staged) -> None:
    judge = judged()
    first = judge.released("sent:3")
    first.arrives("sent:3")
    for resume, said in {False: "another release is at work", True: "is still running"}.items():
        refused = judge.released(resume=resume).ends()
        assert (refused.error, refused.code) == ("TargetError", 6), refused.traceback
        assert said in refused.message
        assert "session" in refused.message
    first.go()
    judge.ended_well(first, first.ends())


def test_five_runs_at_once(judged: Staged) -> None:
    judge = judged()
    releases = [judge.released("locks") for _ in range(5)]
    for release in releases:
        release.arrives("locks")
    for release in releases:
        release.go()
    endings = [release.ends() for release in releases]
    assert sorted(ending.code for ending in endings) == [0, 6, 6, 6, 6], [ending.traceback for ending in endings]
    first = next(number for number, ending in enumerate(endings) if not ending.code)
    judge.ended_well(releases[first], endings[first])


@pytest.mark.parametrize("which", ["its own", "the migration's"])
@pytest.mark.parametrize("point", ["sent:2", "sent:5"])
def test_session_ended_by_an_administrator(point: str, which: str, judged: Staged) -> None:
    judge = judged()
    release = judge.released(point)
    release.arrives(point)
    working = _session(judge)
    others = [one.id for one in sessions(judge.stage) if one.id != working]
    assert others
    for one in others if which == "its own" else [working]:
        end(judge.stage, one)
    release.go()
    ending = release.ends()
    judge.keeps(release)
    if ending.code == 0:
        assert which == "its own"
        judge.ended_well(release, ending)
        return
    assert ending.error in ("StepFailed", "TargetError"), ending.traceback
    judge.truth()
    judge.ends_well()


def _session(judge: Judge) -> int:
    """Give the session that sent the last statement, as the journal has it."""
    sent = [one for one in judge.stage.entries() if one.kind is Kind.sent]
    return int(str(sent[-1].facts["session"]).split()[0])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda one: one.name)
@pytest.mark.parametrize("cut", some("next:2", "next:5"), ids=ids(some("next:2", "next:5")))
def test_operator_stops_it(cut: Cut, number: signal.Signals, judged: Staged) -> None:
    """The statement that runs ends, and no other one is sent."""
    judge = judged()
    point = cut.point.replace("next", "sent")
    release = judge.released(point)
    release.arrives(point)
    release.send(number)
    release.go()
    ending = release.ends()
    assert (ending.error, ending.code) == ("Interrupted", 130), ending.traceback
    judge.keeps(release)
    assert judge.truth() == cut.committed(judge.stage.family)
    judge.ends_well()
