"""Which of a branch's own revisions must follow another one, so that the history is one line again (pure).

Own revisions are those that the main branch does not have. The lowest of them follow the head of the main branch that
they branched from; a second chain follows the first, and a merge of the own ones with the main branch loses what it
merged. Nothing else is touched: one chain costs one edit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from migkit.branching import Node, ancestors, heads
from migkit.errors import HistoryError
from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Move:
    """A revision that gets other parents."""

    revision: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def moved(revisions: Iterable[Node], made: Iterable[Move]) -> dict[str, tuple[str, ...]]:
    """Give the parents of each revision as they are after the moves."""
    return {one.id: one.parents for one in revisions} | {move.revision: move.after for move in made}


def moves(revisions: Sequence[Node], own: Collection[str], created: Mapping[str, str]) -> tuple[Move, ...]:
    """Give the moves that put `own` behind the main branch's head, one chain behind the other.

    `created` is when a revision was made, as sortable text: the older chain goes first, unless it depends on another.
    A main branch of several heads is several lines, and a chain stays on its own. Raises HistoryError where it cannot
    be told what is to follow what.
    """
    known = {one.id: one for one in revisions}
    main = {one.id: one for one in revisions if one.id not in own}
    lines = [_Line(head, head, set(ancestors(main, [head]))) for head in heads(main.values())]
    waiting = {head: ancestors(known, [head]) - set(main) for head in heads(revisions) if head in own}
    made: list[Move] = []
    while waiting:
        head, line = _next(known, waiting, lines, created)
        chain = waiting.pop(head)
        made += _chained(known, chain, line.tip)
        line.tip, line.below = head, line.below | chain
        waiting = {other: below - chain for other, below in waiting.items()}
    return tuple(made)


@dataclass(slots=True)
class _Line:
    """A head of the main branch, what stands on top of it by now, and all that is below that."""

    main: str
    tip: str
    below: set[str]


def _next(
    known: Mapping[str, Node], waiting: Mapping[str, frozenset[str]], lines: Sequence[_Line], created: Mapping[str, str]
) -> tuple[str, _Line]:
    """Give the own head whose chain comes next, and its line: a chain that stands where it should, then the oldest."""
    ready = [head for head in waiting if not _missing(known, waiting, head)]
    if not ready:
        raise HistoryError(
            f"the chains below {', '.join(sorted(waiting))} depend on each other (depends_on)",
            remedy="join them with a merge revision: inv mig.merge",
        )

    def order(found: tuple[str, _Line]) -> tuple[bool, str, str]:
        head, line = found
        edited = bool(_chained(known, waiting[head], line.tip))
        return edited, min((created.get(one, "") for one in waiting[head]), default=""), head

    return min(((head, _line(known, waiting[head], lines)) for head in ready), key=order)


def _missing(known: Mapping[str, Node], waiting: Mapping[str, frozenset[str]], head: str) -> bool:
    """Whether a chain depends on a revision of another chain that still waits; depends_on may shorten an id."""
    wanted = {each for ident in waiting[head] for each in known[ident].depends_on}
    others = {ident for below in waiting.values() for ident in below} - waiting[head]
    return any(ident.startswith(each) for each in wanted for ident in others)


def _line(known: Mapping[str, Node], chain: Collection[str], lines: Sequence[_Line]) -> _Line:
    """Give the line that a chain branched from."""
    outside = {parent for ident in chain for parent in known[ident].parents} - set(chain)
    mains = ", ".join(line.main for line in lines)
    if not outside:
        first = min(ident for ident in chain if not known[ident].parents)
        raise HistoryError(
            f"revision {first} begins a history of its own: its down_revision is None",
            remedy=f"write the main branch's head {mains} there, or join both with inv mig.merge",
        )
    found = [line for line in lines if outside <= line.below]
    if len(found) != 1:
        raise HistoryError(
            f"it cannot be told which head the revisions are to follow: the main branch itself has {mains}",
            remedy="join those first, on the main branch: inv mig.merge",
        )
    return found[0]


def _chained(known: Mapping[str, Node], chain: Collection[str], tip: str) -> list[Move]:
    """Put the lowest of a chain behind `tip`; what stands on another of the chain is behind it by that."""
    made = []
    for ident in sorted(chain):
        before = known[ident].parents
        after = tuple(parent for parent in before if parent in chain) or (tip,)
        if after != before:
            made.append(Move(ident, before, after))
    return made
