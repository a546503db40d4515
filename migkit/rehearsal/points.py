"""After which statements a cut leaves something of its own, and which cuts come to the same (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from migkit.model.rehearsal import Sent
from migkit.reads import reads


def points(sent: Sequence[Sent]) -> tuple[int, ...]:
    """Give for each statement the point to which a cut after it takes the database back: equal points, equal cuts.

    Point 0 is where the step began, point n right after statement n is kept. A statement that only reads adds nothing
    to the one before it.
    """
    whole = [0]
    for number, one in enumerate(sent, 1):
        whole.append(whole[-1] if reads(one.statement) else number)
    return tuple(whole[number if one.kept is None else one.kept] for number, one in enumerate(sent, 1))


def end(sent: Sequence[Sent]) -> int:
    """Give the point at which all is kept that a step sent."""
    return max((number for number, one in enumerate(sent, 1) if not reads(one.statement)), default=0)
