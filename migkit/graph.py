"""The graph that revision files form, held against what Alembic needs (pure): every fault at once, each at its word.

One head, unique ids, parents that are there, no cycle. Nodes come in the order of their age, as far as it is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from migkit.branching import ancestors, heads
from migkit.model import Severity
from migkit.values import dataclass

_MANY = 2
WHY = {
    "duplicate-id": "Alembic only warns, takes one of the two files and never runs the other",
    "unknown-parent": "no command of Alembic's can load the history",
    "cycle": "Alembic loads no history that has no beginning",
    "multiple-heads": "`alembic upgrade head` refuses a history that has several",
}
_GUESSED = 20  # names for which a near one is looked for: each is held against every id


class Node(Protocol):
    """A revision file as far as the graph goes: a Script, or an entry of a survey."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def path(self) -> Path:
        """Its file."""

    @property
    def parents(self) -> tuple[str, ...]:
        """What it follows."""

    @property
    def depends_on(self) -> tuple[str, ...]:
        """What must be there before it: ids, beginnings of ids, branches, places in branches."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The branches that begin with it."""


Of = TypeVar("Of", bound=Node)


@dataclass(frozen=True, slots=True)
class Fault(Generic[Of]):
    """What is wrong with a file's place in the graph: what is seen, why that matters, and one thing to do.

    `word` is the name in the file that says it: revision, down_revision or depends_on.
    """

    rule: str
    node: Of
    word: str
    what: str
    why: str
    remedy: str
    severity: Severity = Severity.error


def faults(nodes: Sequence[Of], schema: str) -> Iterator[Fault[Of]]:
    """Give everything that is wrong with a `schema`'s graph."""
    yield from duplicates(nodes)
    yield from unknown(nodes)
    yield from cycles(nodes)
    yield from surplus_heads(nodes, schema)


def duplicates(nodes: Sequence[Of]) -> Iterator[Fault[Of]]:
    """Give a fault for each file that has an id which an older one has."""
    known = _known(nodes)
    for node in nodes:
        first = known[node.id]
        if node is not first:
            what = f"the id {node.id} is {first.path.name}'s already"
            remedy = "give this one an id of its own, and mend the down_revision of what follows it"
            yield Fault("duplicate-id", node, "revision", what, WHY["duplicate-id"], remedy)


def unknown(nodes: Sequence[Of]) -> Iterator[Fault[Of]]:
    """Give a fault for each parent and each dependency that is not there."""
    known = _known(nodes)
    meant = _guesses(known)
    for node in nodes:
        missing = [("down_revision", name) for name in node.parents if name not in known]
        missing += [("depends_on", name) for name in node.depends_on if not _resolved(name, known)]
        for word, name in missing:
            near = meant(name, node.id)
            what = f"its {word} {name} is not in the history"
            remedy = f"did you mean {near}?" if near else f"add the missing file, or mend {word}"
            yield Fault("unknown-parent", node, word, what, WHY["unknown-parent"], remedy)


def cycles(nodes: Sequence[Of]) -> Iterator[Fault[Of]]:
    """Give a fault for each circle, at the oldest revision that follows a newer one."""
    known = _known(nodes)
    age = {ident: number for number, ident in enumerate(known)}
    edges = _knot({ident: {one for one in _below(node, known) if one in known} for ident, node in known.items()})
    while edges:
        ident = next(iter(edges))
        circle = (_reached(ident, edges) & _reached(ident, _turned(edges))) | {ident}
        if ident in _reached(ident, edges):
            yield _circle(circle, edges, known, age)
        edges = _knot({one: below - circle for one, below in edges.items() if one not in circle})


def surplus_heads(nodes: Sequence[Of], schema: str) -> Iterator[Fault[Of]]:
    """Give a fault for each head but one, where its branch begins; a parent that is misspelled counts as meant."""
    known = _known(nodes)
    followed = _followed(known)
    if followed is None:
        return  # what follows what is not known
    tips = heads(followed.values())
    if len(tips) < _MANY:
        return
    under = {tip: ancestors(followed, [tip]) for tip in tips}
    age = {ident: number for number, ident in enumerate(known)}
    main = min(tips, key=lambda tip: (-len(under[tip]), age[tip]))
    labelled = all(_labelled(tip, under, known) for tip in tips)
    for tip in tips:
        if tip != main:
            branch = under[tip] - under[main]
            roots = [one for one in branch if branch.isdisjoint(followed[one].parents)]
            first = known[min(roots, key=age.__getitem__)]
            yield _head(tip, main, first, schema, labelled=labelled)


@dataclass(frozen=True, slots=True)
class _Followed:
    """A node with the parents that are meant."""

    id: str
    parents: tuple[str, ...]
    depends_on: tuple[str, ...] = ()


class _Guess(Protocol):
    def __call__(self, name: str, own: str, /) -> str: ...


def _known(nodes: Sequence[Of]) -> dict[str, Of]:
    found: dict[str, Of] = {}
    for node in nodes:
        found.setdefault(node.id, node)
    return found


def _guesses(known: Mapping[str, Node]) -> _Guess:
    """Give what tells the id that is near a name; where very many are wrong, of the first ones alone."""
    asked = 0

    @cache
    def near(name: str, own: str) -> str:
        nonlocal asked
        asked += 1
        if asked > _GUESSED:
            return ""
        return next(iter(get_close_matches(name, [one for one in known if one != own], 1)), "")

    return near


def _resolved(name: str, known: Mapping[str, Node]) -> tuple[str, ...]:
    """Give the ids that a dependency can mean: an id, the beginning of one, a branch, or a place in a branch."""
    if name in known:
        return (name,)
    label, _at, rest = name.partition("@")
    branches = [node.id for node in known.values() if label in node.labels]
    if branches:
        return tuple(branches) if not rest else (rest,)
    return tuple(ident for ident in known if ident.startswith(name))


def _below(node: Node, known: Mapping[str, Node]) -> tuple[str, ...]:
    dependencies = [names[0] for name in node.depends_on if len(names := _resolved(name, known)) == 1]
    return (*node.parents, *dependencies)


def _circle(
    circle: AbstractSet[str], edges: Mapping[str, AbstractSet[str]], known: Mapping[str, Of], age: Mapping[str, int]
) -> Fault[Of]:
    guilty = min(
        (one for one in circle if any(age[parent] >= age[one] for parent in edges[one] & circle)), key=age.__getitem__
    )
    node = known[guilty]
    word = "depends_on" if circle.isdisjoint(node.parents) else "down_revision"
    listed = sorted(circle, key=age.__getitem__)
    each = f"{', '.join(listed)} follow each other in a circle" if len(listed) > 1 else f"{guilty} follows {guilty}"
    remedy = "name what was there before it, or None for the first revision"
    return Fault("cycle", node, word, f"it stands on itself ({each})", WHY["cycle"], remedy)


def _knot(edges: Mapping[str, AbstractSet[str]]) -> dict[str, AbstractSet[str]]:
    """Take away whatever stands on nothing that is left, again and again; nothing is left where there is no circle."""
    above = _turned(edges)
    lacking = {one: len(below) for one, below in edges.items()}
    ready = [one for one, count in lacking.items() if not count]
    gone: set[str] = set()
    while ready:
        one = ready.pop()
        gone.add(one)
        for follower in above.get(one, ()):
            lacking[follower] -= 1
            if not lacking[follower]:
                ready.append(follower)
    return {one: below - gone for one, below in edges.items() if one not in gone}


def _turned(edges: Mapping[str, AbstractSet[str]]) -> dict[str, set[str]]:
    """Give the edges the other way round."""
    found: dict[str, set[str]] = {}
    for one, below in edges.items():
        for other in below:
            found.setdefault(other, set()).add(one)
    return found


def _reached(ident: str, edges: Mapping[str, AbstractSet[str]]) -> AbstractSet[str]:
    found: set[str] = set()
    waiting = list(edges.get(ident, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += edges.get(one, ())
    return found


def _followed(known: Mapping[str, Node]) -> dict[str, _Followed] | None:
    """Give the graph with the parents that are meant; None where one of them is anybody's guess."""
    meant = _guesses(known)
    found = {}
    for ident, node in known.items():
        parents = tuple(one if one in known else meant(one, ident) for one in node.parents)
        if not all(parents):
            return None
        found[ident] = _Followed(ident, parents)
    return found


def _labelled(tip: str, under: Mapping[str, AbstractSet[str]], known: Mapping[str, Node]) -> bool:
    """Whether a branch of its own leads to a head, and has a label."""
    shared = frozenset[str]().union(*(nodes for other, nodes in under.items() if other != tip))
    return any(known[one].labels for one in under[tip] - shared)


def _head(tip: str, main: str, first: Of, schema: str, *, labelled: bool) -> Fault[Of]:
    what = f"the history has a second head, {tip} beside {main}"
    if labelled:
        why = "each stands in a branch with a label, and only `alembic upgrade heads` takes both"
        remedy = "nothing, where that is meant"
        return Fault("multiple-heads", first, "down_revision", what, why, remedy, Severity.note)
    remedy = f"inv mig.merge --schema {schema}"
    return Fault("multiple-heads", first, "down_revision", what, WHY["multiple-heads"], remedy)
