"""The program itself is killed, with its gate and its report, and goes on as an operator lets it."""

from __future__ import annotations

import pytest

from tests.server.faults.conftest import Staged
from tests.server.faults.rows import Cut, ids, some
from tests.server.faults.whole import RELEASE, begun, ended, furnish, typed, unfinished

POINTS = some("answered:2", "next:5")
REFUSED, FOUND = 6, 2  # exit codes


@pytest.mark.parametrize("cut", POINTS, ids=ids(POINTS))
def test_program_killed(cut: Cut, judged: Staged) -> None:
    judge = judged()
    family = judge.stage.family
    furnish(judge.stage)
    release = begun(judge, *RELEASE, stops=[cut.point])
    release.arrives(cut.point)
    release.kill()
    judge.keeps(release)
    partial = bool(cut.committed(family))
    assert judge.truth(unfinished(judge, FOUND if partial else 0)) == cut.committed(family)
    if partial:
        ended(judge, *RELEASE, code=REFUSED)
    typed(judge.stage, *RELEASE, *(["--resume"] if partial else []))
    judge.at_head()
    assert not unfinished(judge, 0)
