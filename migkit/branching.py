"""The graph of a history (pure): its heads, what they stand on, and what several of them mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from migkit.model import Finding, Severity


class Node(Protocol):
    """A revision in a graph: a Revision does."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def parents(self) -> tuple[str, ...]:
        """What it follows."""

    @property
    def depends_on(self) -> tuple[str, ...]:
        """What must be there before it."""


_Node = TypeVar("_Node", bound=Node)


def heads(revisions: Iterable[Node]) -> tuple[str, ...]:
    """Give the revisions that no other one follows, sorted."""
    listed = list(revisions)
    followed = {parent for one in listed for parent in one.parents}
    return tuple(sorted(one.id for one in listed if one.id not in followed))


def ancestors(revisions: Mapping[str, Node], tips: Iterable[str], *, dependencies: bool = False) -> frozenset[str]:
    """Give the revisions that `tips` stand on, and themselves; unknown ones are left out."""
    found: set[str] = set()
    waiting = list(tips)
    while waiting:
        ident = waiting.pop()
        if ident in revisions and ident not in found:
            found.add(ident)
            waiting += revisions[ident].parents
            waiting += revisions[ident].depends_on if dependencies else ()
    return frozenset(found)


def in_order(revisions: Mapping[str, _Node]) -> tuple[_Node, ...]:
    """Give them so that each comes after what it stands on; those that could change places stay as they are."""
    placed: dict[str, _Node] = {}
    waiting = [(ident, False) for ident in reversed(list(revisions))]
    opened: set[str] = set()
    while waiting:
        ident, below_is_placed = waiting.pop()
        one = revisions[ident]
        if below_is_placed:
            placed.setdefault(ident, one)
        elif ident not in opened:
            opened.add(ident)
            needed = (name for name in reversed((*one.parents, *one.depends_on)) if name in revisions)
            waiting += [(ident, True), *((name, False) for name in needed if name not in opened)]
    return tuple(placed.values())


def multiple_heads(schema: str, found: Sequence[str]) -> tuple[Finding, ...]:
    """Give a finding where a schema's history has more heads than one: `alembic upgrade head` refuses it."""
    if len(found) < 2:  # noqa: PLR2004  # two are one too many
        return ()
    text = f"{len(found)} heads: {', '.join(sorted(found))}"
    remedy = f"inv mig.merge --schema {schema}"
    return (Finding("multiple-heads", Severity.warning, text, remedy, object=schema),)
