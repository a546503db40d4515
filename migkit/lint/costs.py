"""What an ALTER of a table with rows costs on MySQL and MariaDB: the least ALGORITHM and LOCK that are accepted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from migkit.lint.brought import companions, place
from migkit.lint.case import Case, Deed
from migkit.lint.rule import Found, Rule
from migkit.lint.standing import existing, named
from migkit.model import Severity
from migkit.model.script import Kind
from migkit.values import dataclass

COPIES = ("mysql", "mariadb<11.2")  # from 11.2 on MariaDB copies a table while it is written to
ELSEWHERE = (
    "on a large table add a new column or table, fill it in batches and swap, or use gh-ost or pt-online-schema-change"
)
_ALGORITHMS = ("INSTANT", "NOCOPY", "INPLACE", "COPY")
_LOCKS = ("NONE", "SHARED", "EXCLUSIVE")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a deed costs: the least `algorithm` and `lock`, and how a finding tells of it."""

    deed: Deed
    what: str
    remedy: str
    algorithm: str = "COPY"
    lock: str = "SHARED"
    why: str = ""
    severity: Severity | None = None


Find = Callable[[Case], Iterator[Cost]]


def rule(
    name: str, severity: Severity, why: str, find: Find, kinds: Iterable[Kind], on: tuple[str, ...], remedy: str
) -> Rule:
    """Make the rule that tells of what a function finds, unless the statement itself asks for it."""

    def judge(case: Case) -> Iterator[Found]:
        for cost in find(case):
            if not _asked(cost):
                yield Found(
                    cost.what, place(cost.deed), cost.remedy, named(cost.deed), cost.why, severity=cost.severity
                )

    return Rule(name, "locks", severity, why, judge, on=on, kinds=frozenset(kinds), remedy=remedy)


def changed(case: Case) -> Iterator[Deed]:
    """Give the deeds of the upgrade that concern a table which was there before, whatever the product is."""
    return (deed for deed in existing(case) if not deed.statement.conditional)


def together(case: Case, deed: Deed, kinds: Iterable[Kind]) -> tuple[Deed, ...]:
    """Give the other deeds of a deed's statement that are of those kinds."""
    wanted = frozenset(kinds)
    return tuple(one for one in companions(case, deed) if one is not deed and one.act.kind in wanted)


def refused(cost: Cost) -> str:
    """Give what a statement asks for and its server cannot do: `ALGORITHM=INSTANT`, or ""."""
    act = cost.deed.act
    if act.algorithm in _ALGORITHMS and _ALGORITHMS.index(act.algorithm) < _ALGORITHMS.index(cost.algorithm):
        return f"ALGORITHM={act.algorithm}"
    if act.lock in _LOCKS and _LOCKS.index(act.lock) < _LOCKS.index(cost.lock):
        return f"LOCK={act.lock}"
    return ""


def _asked(cost: Cost) -> bool:
    """Whether a statement says itself what it costs, or asks for less and is refused."""
    return cost.deed.act.algorithm == cost.algorithm or bool(refused(cost))
