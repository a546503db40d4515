"""Which revisions a release takes, in which order, and where the version table stands before and after each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from migkit.alembic_io.driver import Driver, Step
from migkit.alembic_io.history import History
from migkit.errors import ConfigError, HistoryError, TargetError
from migkit.model import Direction, Revision
from migkit.values import dataclass

_STEPS = re.compile(r"[+-]\d+")
_TOPS = ("", "head", "heads")


@dataclass(frozen=True, slots=True)
class Way:
    """The steps of a release, and the version table's rows before each of them and at the end."""

    direction: Direction
    revisions: tuple[Revision, ...]
    stands: tuple[tuple[str, ...], ...]

    @property
    def to(self) -> tuple[str, ...]:
        """Where it ends."""
        return self.stands[-1]


def way(driver: Driver, current: Sequence[str], direction: Direction, to: str) -> Way:
    """Find the steps from `current` to `to`: a revision, "" for the head, "base", or a number of steps (+2, -1).

    Raises TargetError where `current` is not of this history, HistoryError where it has no one head or no revision
    `to`, ConfigError where `to` leads the other way.
    """
    history = driver.history
    _known(history, current)
    revisions = (_up if direction == "upgrade" else _down)(history, tuple(current), to)
    return along(driver, current, direction, revisions)


def along(driver: Driver, current: Sequence[str], direction: Direction, revisions: tuple[Revision, ...]) -> Way:
    """Give the way over those revisions."""
    stands = [tuple(sorted(current))]
    for revision in revisions:
        stands.append(driver.heads_after(Step(revision, direction), stands[-1]))
    return Way(direction, revisions, tuple(stands))


def _known(history: History, current: Sequence[str]) -> None:
    known = {one.id for one in history.revisions}
    strange = [one for one in current if one not in known]
    if strange:
        raise TargetError(
            f"the target stands at {', '.join(strange)}, which is not in this history",
            remedy="check out the branch that it was released from",
        )


def _up(history: History, current: tuple[str, ...], to: str) -> tuple[Revision, ...]:
    applied = {one.id for one in history.below(current)}
    if _STEPS.fullmatch(to):
        _one_head(history)
        pending = [one for one in history.revisions if one.id not in applied]
        return tuple(pending[: _count(to, "+")])
    tips = history.heads if to in _TOPS else (history.revision(to, "--to").id,)
    if to in _TOPS:
        _one_head(history)
    wanted = history.below(tips)
    if to not in _TOPS and tips[0] in applied and tips[0] not in current:
        raise ConfigError(f"--to {to} is applied already", remedy="mig.rollback goes down")
    return tuple(one for one in wanted if one.id not in applied)


def _one_head(history: History) -> None:
    if len(history.heads) > 1:
        raise HistoryError(
            f"schema {history.schema.name} has {len(history.heads)} heads: {', '.join(sorted(history.heads))}",
            remedy="give it one again with mig.merge",
        )


def _down(history: History, current: tuple[str, ...], to: str) -> tuple[Revision, ...]:
    """Give what is undone, the last first: all that follows `to`, as Alembic does."""
    applied = history.below(current)
    if not to:
        raise ConfigError("a rollback needs to be told where it goes", remedy="add --to REV, or --to -1")
    if _STEPS.fullmatch(to):
        if len(current) > 1:
            raise ConfigError(
                f"--to {to}: the target stands at {len(current)} revisions", remedy="name the revision to go back to"
            )
        return tuple(reversed(applied[len(applied) - _count(to, "-") :] if _count(to, "-") else ()))
    if to == "base":
        return tuple(reversed(applied))
    stays = history.revision(to, "--to")
    if stays.id not in {one.id for one in applied}:
        raise ConfigError(f"--to {to} is not applied there", remedy="name a revision that is applied")
    after = {stays.id}
    undone = []
    for one in applied:
        if one.id not in after and after & {*one.parents, *one.depends_on}:
            after.add(one.id)
            undone.append(one)
    return tuple(reversed(undone))


def _count(to: str, sign: str) -> int:
    if to[0] != sign:
        raise ConfigError(f"--to {to} leads the other way", remedy=f"write {sign}{to[1:]}")
    return int(to[1:])
