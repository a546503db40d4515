"""What a snapshot holds, by table: the parts of each under their bare names, in their order (pure)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from typing import TypeVar

from migkit.model import CatalogObject, Snapshot
from migkit.values import dataclass

Item = TypeVar("Item")
Parts = dict[str, CatalogObject]


@dataclass(frozen=True, slots=True)
class Held:
    """One table: its own definition, and its parts by kind."""

    name: str
    definition: str
    parts: Mapping[str, Parts] = field(default_factory=dict)

    def of(self, kind: str) -> Parts:
        """Give the parts of one kind by bare name."""
        return self.parts.get(kind, {})


def tables(snapshot: Snapshot, bare: Callable[[CatalogObject], str]) -> dict[str, Held]:
    """Give the tables of a snapshot; `bare` gives the name of a part without its table's."""
    found: dict[str, Held] = {}
    for one in snapshot.objects.values():
        if one.kind == "table":
            found[one.name] = Held(one.name, one.definition, {})
    parts: dict[str, dict[str, list[CatalogObject]]] = {}
    for one in snapshot.objects.values():
        if one.owner in found and one.kind != "table":
            parts.setdefault(one.owner, {}).setdefault(one.kind, []).append(one)
    for name, kinds in parts.items():
        held = {kind: {bare(one): one for one in sorted(every, key=_place)} for kind, every in kinds.items()}
        found[name] = Held(name, found[name].definition, held)
    return found


def of_kind(snapshot: Snapshot, *kinds: str) -> Parts:
    """Give the objects of some kinds by name."""
    return {one.name: one for one in snapshot.objects.values() if one.kind in kinds}


def sorted_by(items: Iterable[Item], needs: Callable[[Item, Item], bool]) -> list[Item]:
    """Give items so that each stands after those that it needs, as far as that goes; else as they come."""
    waiting, done = list(items), list[Item]()
    while waiting:
        free = [one for one in waiting if not any(needs(one, other) for other in waiting if other is not one)]
        taken = free or waiting[:1]  # a circle is cut at its first
        done += taken
        waiting = [one for one in waiting if not any(one is each for each in taken)]
    return done


def mentions(text: str, name: str) -> bool:
    """Whether a text names something, as a whole word."""
    return re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text) is not None


def kept_in_order(wanted: Sequence[str], present: Sequence[str]) -> frozenset[str]:
    """Give the longest run of names that stand in the same order on both sides: those need not be moved."""
    place = {name: at for at, name in enumerate(present)}
    best: list[tuple[int, list[str]]] = []
    for name in wanted:
        if name not in place:
            continue
        before = [run for last, run in best if last < place[name]]
        best.append((place[name], [*_longest(before), name]))
    return frozenset(_longest([run for _last, run in best]))


def _longest(runs: Sequence[list[str]]) -> list[str]:
    return max(runs, key=len) if runs else []


def _place(one: CatalogObject) -> tuple[int, str]:
    return one.position, one.name
