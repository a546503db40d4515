"""The network between a release and its server fails: a proxy on the loopback drops, delays, resets, half-closes."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

import pytest

from migkit.model import Server
from migkit.model.release import Fate
from tests.server.faults import story
from tests.server.faults.conftest import Staged
from tests.server.faults.holding import gone
from tests.server.faults.proxy import proxied

POINTS = ("sent:2", "sent:3", "sent:5", f"commit:{story.FIRST}", f"commit:{story.SECOND}")


@pytest.mark.parametrize(
    ("way", "point"),
    [*itertools.product(("reset", "deaf"), POINTS), *itertools.product(("closed", "half"), ("sent:2", "sent:5"))],
)
def test_connection_lost(way: str, point: str, server: Server, judged: Staged) -> None:
    with proxied(server.host, server.port) as proxy:
        judge = judged(port=proxy.port)
        release = judge.released(point)
        release.arrives(point)
        proxy.fail(way)
        release.go()
        ending = release.ends()
        assert (ending.error, ending.code) == ("StepFailed", 7), ending.traceback
        assert ending.remedy
        if point.startswith("commit"):  # it was sent, and the server may have done it
            assert "no answer came" in ending.message
            assert "mig.status" in ending.remedy
        judge.keeps(release)
        proxy.heal()
        judge.truth()
        judge.ends_well()


@pytest.mark.parametrize("point", ["sent:2", "sent:5"])
def test_nothing_passes_any_more(point: str, server: Server, judged: Staged) -> None:
    with proxied(server.host, server.port) as proxy:
        judge = judged(port=proxy.port, statement_timeout="2s", connect_timeout="1s")
        release = judge.released(point, patience=1.0)
        release.arrives(point)
        proxy.fail("silent")
        release.go()
        ending = release.ends(seconds=30)
        assert (ending.error, ending.code) == ("StepFailed", 7), ending.traceback
        proxy.heal()
        judge.keeps(release)
        judge.truth()
        judge.ends_well()


@pytest.mark.parametrize("point", ["next:2", "sent:5"])
def test_network_forgets_a_release(point: str, server: Server, judged: Staged) -> None:
    """The server is not told that its client is gone: what it ends by itself, and when, is up to its bounds."""
    with proxied(server.host, server.port) as proxy:
        judge = judged(port=proxy.port, statement_timeout="3s")
        release = judge.released(point, idle=3.0)
        release.arrives(point)
        proxy.fail("forgotten")
        release.kill()
        began = time.monotonic()
        judge.keeps(release)
        said = judge.said()
        if point == "sent:5":
            assert said[5] is Fate.running
        for resume in (False, True):
            refused = judge.released(resume=resume).ends()
            assert (refused.error, refused.code) == ("TargetError", 6), refused.traceback
            assert ("pg_terminate_backend(" if judge.stage.family == "postgresql" else "KILL ") in refused.remedy
        assert gone(judge.stage, 12), "the server keeps what nobody uses"
        assert time.monotonic() - began < 15
        judge.truth()
        judge.ends_well()


def test_slow_network(server: Server, judged: Staged) -> None:
    with proxied(server.host, server.port) as proxy:
        judge = judged(port=proxy.port)
        proxy.fail("slow")
        release = judge.released()
        judge.ended_well(release, release.ends())


@pytest.mark.parametrize("way", ["reset", "closed", "silent"])
def test_not_reached_at_all(way: str, server: Server, judged: Staged, tmp_path: Path) -> None:
    with proxied(server.host, server.port) as proxy:
        judge = judged(port=proxy.port, connect_timeout="1s")
        proxy.fail(way)
        ending = judge.released().ends(seconds=15)
        assert (ending.error, ending.code) == ("TargetError", 6), ending.traceback
        proxy.heal()
        assert judge.truth() == ()
        judge.ends_well()
