"""The graph that revision files form, held against what Alembic needs: every fault at once, each on its line.

One head, unique ids, parents that are there, no cycle. The files are read as source; nothing of them runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from difflib import get_close_matches

from migkit.alembic_io.graph import Entry
from migkit.alembic_io.source import said
from migkit.branching import ancestors, heads
from migkit.model import Finding, Severity

_MANY = 2


def findings(entries: Sequence[Entry], schema: str) -> tuple[Finding, ...]:
    """Say what is wrong with the graph of a `schema`'s revision files; () for none, and for files that say no ids."""
    ordered = sorted(entries, key=_age)
    known: dict[str, Entry] = {}
    for entry in ordered:
        known.setdefault(entry.id, entry)
    found = [*_duplicates(ordered, known), *_unknown(ordered, known), *_cycles(known)]
    return (*found, *_heads(ordered, known, schema))


def _age(entry: Entry) -> tuple[str, str]:
    """Order by the date in the docstring, where there is one, then by the file's name."""
    try:
        created = said(entry.path.read_text(encoding="utf-8", errors="replace")).created
    except (OSError, SyntaxError, ValueError):
        created = ""
    return created, str(entry.path)


def _duplicates(ordered: Sequence[Entry], known: Mapping[str, Entry]) -> Iterator[Finding]:
    for entry in ordered:
        first = known[entry.id]
        if entry is not first:
            what = f"the id {entry.id} is {first.path.name}'s already"
            remedy = "give this one an id of its own, and mend the down_revision of what follows it"
            yield _finding("duplicate-id", entry, "revision", what, remedy)


def _unknown(ordered: Sequence[Entry], known: Mapping[str, Entry]) -> Iterator[Finding]:
    for entry in ordered:
        for parent in entry.parents:
            if parent not in known:
                yield _no_such(entry, "down_revision", parent, known)
        for name in entry.depends_on:
            if not _resolved(name, known):
                yield _no_such(entry, "depends_on", name, known)


def _no_such(entry: Entry, word: str, name: str, known: Mapping[str, Entry]) -> Finding:
    near = _near(entry, name, known)
    remedy = f"did you mean {near[0]}?" if near else f"add the missing file, or mend {word}"
    return _finding("unknown-parent", entry, word, f"its {word} {name} is not in the history", remedy)


def _near(entry: Entry, name: str, known: Mapping[str, Entry]) -> list[str]:
    return get_close_matches(name, [one for one in known if one != entry.id], 1)


def _resolved(name: str, known: Mapping[str, Entry]) -> tuple[str, ...]:
    """Give the ids that a dependency can mean: an id, the beginning of one, a branch, or a place in a branch."""
    label, _at, rest = name.partition("@")
    if name in known:
        return (name,)
    branches = [entry.id for entry in known.values() if label in entry.labels]
    if branches:
        return tuple(branches) if not rest else (rest,)
    return tuple(ident for ident in known if ident.startswith(name))


def _cycles(known: Mapping[str, Entry]) -> Iterator[Finding]:
    """Give a finding for each circle, at the oldest revision that follows a newer one."""
    age = {ident: number for number, ident in enumerate(known)}
    edges = _knot({ident: {one for one in _below(entry, known) if one in known} for ident, entry in known.items()})
    while edges:
        ident = next(iter(edges))
        circle = {ident, *(one for one in _reached(ident, edges) if ident in _reached(one, edges))}
        if ident in _reached(ident, edges):
            yield _circle(circle, edges, known, age)
        edges = _knot({one: below for one, below in edges.items() if one not in circle})


def _circle(
    circle: AbstractSet[str], edges: Mapping[str, AbstractSet[str]], known: Mapping[str, Entry], age: Mapping[str, int]
) -> Finding:
    guilty = min(
        (one for one in circle if any(age[parent] >= age[one] for parent in edges[one] & circle)), key=age.__getitem__
    )
    entry = known[guilty]
    word = "depends_on" if circle.isdisjoint(entry.parents) else "down_revision"
    what = f"it stands on itself: {', '.join(sorted(circle, key=age.__getitem__))} follow each other in a circle"
    return _finding("cycle", entry, word, what, "name what was there before it, or None for the first revision")


def _knot(edges: Mapping[str, AbstractSet[str]]) -> dict[str, AbstractSet[str]]:
    """Take away whatever stands on nothing that is left, again and again; nothing is left where there is no circle."""
    left, before = dict(edges), -1
    while len(left) != before:
        before = len(left)
        for one in list(left):  # in the order of age: mostly one pass is enough
            if left[one].isdisjoint(left):
                del left[one]
    return left


def _below(entry: Entry, graph: Mapping[str, Entry]) -> tuple[str, ...]:
    dependencies = [names[0] for name in entry.depends_on if len(names := _resolved(name, graph)) == 1]
    return (*entry.parents, *dependencies)


def _reached(ident: str, edges: Mapping[str, AbstractSet[str]]) -> AbstractSet[str]:
    found: set[str] = set()
    waiting = list(edges.get(ident, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += edges.get(one, ())
    return found


def _heads(ordered: Sequence[Entry], known: Mapping[str, Entry], schema: str) -> Iterator[Finding]:
    """Give a finding for each head but one, where its branch begins; a parent that is misspelled counts as meant."""
    meant = {ident: _meant(entry, known) for ident, entry in known.items()}
    if None in meant.values():
        return  # what follows what is not known
    graph = {ident: entry for ident, entry in meant.items() if entry is not None}
    tips = heads(graph.values())
    if len(tips) < _MANY:
        return
    under = {tip: ancestors(graph, [tip]) for tip in tips}
    age = {entry.id: number for number, entry in reversed(list(enumerate(ordered)))}
    main = min(tips, key=lambda tip: (-len(under[tip]), age[tip]))
    own = {tip: under[tip].difference(*(under[other] for other in tips if other != tip)) for tip in tips}
    labelled = all(any(graph[one].labels for one in own[tip]) for tip in tips)
    for tip in tips:
        if tip != main:
            yield _head(tip, main, graph, under[tip] - under[main], schema, labelled=labelled)


def _head(
    tip: str, main: str, graph: Mapping[str, Entry], branch: frozenset[str], schema: str, *, labelled: bool
) -> Finding:
    first = next(one for one in branch if not branch.intersection(graph[one].parents))
    text = f"the history has a second head: {tip} beside {main}"
    if labelled:
        what = f"{text}, each in a branch with a label: only `alembic upgrade heads` takes both"
        return _finding(
            "multiple-heads", graph[first], "down_revision", what, "nothing, where that is meant", Severity.note
        )
    what = f"{text}, and `alembic upgrade head` refuses it"
    return _finding("multiple-heads", graph[first], "down_revision", what, f"inv mig.merge --schema {schema}")


def _meant(entry: Entry, known: Mapping[str, Entry]) -> Entry | None:
    """Give the entry with the parents that are meant; None where one of them is anybody's guess."""
    parents = []
    for parent in entry.parents:
        near = [parent] if parent in known else _near(entry, parent, known)
        if not near:
            return None
        parents += near
    return Entry(entry.id, tuple(parents), entry.path, (), entry.labels, entry.lines)


def _finding(
    rule: str, entry: Entry, word: str, what: str, remedy: str, severity: Severity = Severity.error
) -> Finding:
    return Finding(rule, severity, what, remedy, str(entry.path), entry.lines.get(word), entry.id)
