"""A release is killed before and after each statement."""

from __future__ import annotations

import pytest

from tests.server.faults.conftest import Staged
from tests.server.faults.rows import CUTS, Cut, ids, some


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
