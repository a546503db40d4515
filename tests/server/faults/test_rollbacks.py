"""A release that goes back is killed before and after each statement, and goes on."""

from __future__ import annotations

import pytest

from migkit.catalog import Reading
from migkit.model.release import Fate
from tests.server.faults import story
from tests.server.faults.conftest import Staged
from tests.server.faults.holding import gone
from tests.server.faults.judging import Judge

REVISION_OF = {7: story.SECOND, 8: story.SECOND, 9: story.SECOND, 10: story.FIRST, 11: story.FIRST}
POINTS = [f"{what}:{number}" for number in REVISION_OF for what in ("sent", "answered", "next")]
POINTS += [f"{what}:{to}" for to in (story.FIRST, story.BASE) for what in ("commit", "kept")]


@pytest.mark.parametrize("point", POINTS)
def test_rollback_killed(point: str, judged: Staged) -> None:
    judge = judged()
    base = judge.stage.reading()
    release = judge.released()
    judge.ended_well(release, release.ends())
    judge.cut(point, to=story.BASE)
    _truth(judge)
    resumed = judge.released(to=story.BASE, resume=True)
    ending = resumed.ends()
    assert ending.code == 0, f"{ending.message} ({ending.remedy})\n{ending.traceback}"
    judge.keeps(resumed)
    _at_base(judge, base)


def _truth(judge: Judge) -> None:
    """Hold that nobody is there, and that the kit says of each statement what the server says."""
    assert gone(judge.stage), "a session or a lock is left"
    counts, said = judge.stage.applied(), _said(judge)
    assert set(counts.values()) <= {0, 1}, f"taken back more than once, or in part: {counts}"
    for number, taken in story.UNDONE.items():
        back = not any(counts[one] for one in taken)
        assert said[number] is not Fate.unknown, f"statement {number}: {back} in truth"
        assert (said[number] is Fate.applied) == back, f"statement {number} is {said[number]}, and {back} in truth"


def _said(judge: Judge) -> dict[int, Fate]:
    version = judge.stage.version()
    said = {number: Fate.applied if of > version else Fate.waiting for number, of in REVISION_OF.items()}
    for one in judge.unfinished():
        assert one.direction == "downgrade"
        assert one.revision <= version
        said |= {story.number(each.sql): each.fate for each in one.statements}
    return said


def _at_base(judge: Judge, base: Reading) -> None:
    assert judge.stage.version() == story.BASE
    assert not any(judge.stage.applied().values())
    assert not judge.unfinished()
    assert judge.stage.reading() == base
