"""A release, or its server, is killed before and after each statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.server.faults import story
from tests.server.faults.conftest import ENGINES, Lastingly, Staged, Undisturbed
from tests.server.faults.judging import Judge
from tests.server.faults.lasting import Lasting
from tests.server.faults.launching import Ending, Launcher
from tests.server.faults.rows import CUTS, Cut, ids, some
from tests.server.faults.stage import staged


@pytest.mark.parametrize("cut", CUTS, ids=ids(CUTS))
def test_kit_killed(cut: Cut, judged: Staged) -> None:
    judge = judged()
    judge.cut(cut.point)
    assert judge.truth() == cut.committed(judge.stage.family)
    judge.ends_well()


@pytest.mark.parametrize("cut", some("answered:2", "sent:3", "next:5"), ids=ids(some("answered:2", "sent:3", "next:5")))
def test_kit_killed_again_as_it_resumes(cut: Cut, judged: Staged) -> None:
    judge = judged()
    judge.cut("next:1")
    judge.cut(cut.point, resume=True)
    assert judge.truth() == cut.committed(judge.stage.family)
    judge.ends_well()


@pytest.mark.parametrize("point", ["sent:2", "next:2", "settled:4", "next:6"])
def test_kit_killed_without_the_table(point: str, judged: Staged) -> None:
    """A commit that nobody heard of is not taken for one that never was."""
    judge = judged(table="false")
    family = judge.stage.family
    if point == "settled:4" and family != "postgresql":
        point = "next:4"  # nothing commits there before a statement that does so itself
    judge.cut(point)
    number = int(point[-1])
    doubt = (number,) if point.startswith("settled") or (point.startswith("next") and family != "postgresql") else ()
    applied = number in judge.truth(doubt=doubt)
    if doubt:
        refused = judge.released(resume=True).ends()
        assert (refused.error, refused.code) == ("TargetError", 6), refused.traceback
        assert "nothing tells" in refused.message
    judge.ends_well(unknown="applied" if applied else "gone")


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
    with ExitStack() as stack:
        reference, judges = undisturbed(one.server), {}
        for number, cut in enumerate(CUTS):
            stage = stack.enter_context(staged(one.server, folder / str(number)))
            judges[cut.point] = Judge(stage, launch, reference)
        releases = {point: judge.released(point) for point, judge in judges.items()}
        for point, release in releases.items():
            release.arrives(point)
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
