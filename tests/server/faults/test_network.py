"""The network between a release and its server fails: a proxy on the loopback drops, delays, resets, half-closes."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from migkit.model import Server
from tests.server.faults import story
from tests.server.faults.conftest import Staged
from tests.server.faults.proxy import proxied

POINTS = ("sent:2", "sent:3", "sent:5", f"commit:{story.SECOND}")


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
