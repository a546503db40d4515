"""The server is killed before and after each statement, and started again on what it had written."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.server.faults import story
from tests.server.faults.conftest import ENGINES, Lastingly, Undisturbed
from tests.server.faults.judging import Judge
from tests.server.faults.lasting import Lasting
from tests.server.faults.launching import Ending, Launcher
from tests.server.faults.rows import CUTS, Cut, ids
from tests.server.faults.stage import staged

APART = 7.0  # seconds: starts of a MySQL server that are nearer to each other are one to the kit, session ids too


@dataclass(frozen=True)
class Crashed:
    """A release that stood at a point when its server was killed, and how it ended."""

    judge: Judge
    ending: Ending


@pytest.fixture(scope="module")
def crashes(
    lastingly: Lastingly, launch: Launcher, undisturbed: Undisturbed, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], dict[str, Crashed]]]:
    """Give by point what became of the releases that stood at each of them when one `docker kill` ended the server."""
    found: dict[str, dict[str, Crashed]] = {}
    with ExitStack() as stack:

        def get(name: str) -> dict[str, Crashed]:
            if name not in found:
                crashed = _crashed(lastingly(name), launch, undisturbed, tmp_path_factory.mktemp("crashed"))
                found[name] = stack.enter_context(crashed)
            return found[name]

        yield get


@contextmanager
def _crashed(one: Lasting, launch: Launcher, undisturbed: Undisturbed, folder: Path) -> Iterator[dict[str, Crashed]]:
    ready = time.monotonic()
    with ExitStack() as stack:
        reference, judges = undisturbed(one.server), {}
        for number, cut in enumerate(CUTS):
            stage = stack.enter_context(staged(one.server, folder / str(number)))
            judges[cut.point] = Judge(stage, launch, reference)
        releases = {point: judge.released(point) for point, judge in judges.items()}
        for point, release in releases.items():
            release.arrives(point)
        time.sleep(max(0.0, ready + APART - time.monotonic()))
        one.kill()
        endings = {}
        for point, release in releases.items():
            release.go()
            endings[point] = release.ends()
            judges[point].keeps(release)
        one.start()
        yield {point: Crashed(judges[point], ending) for point, ending in endings.items()}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("cut", CUTS, ids=ids(CUTS))
def test_server_killed(cut: Cut, engine: str, crashes: Callable[[str], dict[str, Crashed]]) -> None:
    crashed = crashes(engine)[cut.point]
    ending, judge = crashed.ending, crashed.judge
    assert judge.truth() == cut.committed(judge.stage.family)
    if cut.point == f"kept:{story.SECOND}":
        assert ending.code == 0, ending.traceback  # all of it was committed
        return
    assert ending.error in ("StepFailed", "TargetError"), ending.traceback
    assert ending.code in (6, 7)
    assert ending.remedy
    judge.ends_well()
