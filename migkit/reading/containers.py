"""Lists, dictionaries and comprehensions of a revision; what is taken out of them, and names that are assigned to."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from migkit.reading import conditions
from migkit.reading.run import Run
from migkit.reading.unrolled import elements
from migkit.reading.values import (
    UNKNOWN,
    Frame,
    Klass,
    Map,
    Member,
    Seq,
    Sym,
    Text,
    Unknown,
    Value,
    merged,
    plain,
)


def sequence(run: Run, node: ast.List | ast.Tuple | ast.Set) -> Value:
    """Fold a list, a tuple or a set."""
    items, whole = starred(run, node.elts)
    return Seq(items, whole, run.depth)


def starred(run: Run, nodes: Sequence[ast.expr]) -> tuple[list[Value], bool]:
    """Fold arguments or items, `*these` taken apart; and whether all of them are there."""
    items: list[Value] = []
    whole = True
    for each in nodes:
        if isinstance(each, ast.Starred):
            inner = elements(run, run.fold(run, each.value))
            whole = whole and inner is not None
            items += inner or ()
        else:
            items.append(run.fold(run, each))
    return items, whole


def mapping(run: Run, node: ast.Dict) -> Value:
    """Fold a dictionary."""
    found = Map({}, depth=run.depth)
    for key, each in zip(node.keys, node.values, strict=True):
        value = run.fold(run, each)
        given = run.fold(run, key) if key is not None else UNKNOWN
        name = given.last if isinstance(given, Sym) and ".c." in given.path else plain(given)
        if key is None and isinstance(value, Map):
            found.items.update(value.items)
            found.whole = found.whole and value.whole
        elif isinstance(name, Unknown) or not _hashable(name):
            found.whole = False
        else:
            found.items[name] = value
    return found


def _hashable(value: object) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def subscript(run: Run, node: ast.Subscript) -> Value:
    """Give what stands in brackets behind a list, a dictionary, a text, an enum."""
    base = run.fold(run, node.value)
    if isinstance(node.slice, ast.Slice):
        return _sliced(run, base, node.slice)
    key = plain(run.fold(run, node.slice))
    if isinstance(base, Map) and not isinstance(key, Unknown) and _hashable(key):
        return base.items.get(key, UNKNOWN) if base.whole or key in base.items else UNKNOWN
    if isinstance(base, Seq) and isinstance(key, int) and base.whole and -len(base.items) <= key < len(base.items):
        return base.items[key]
    if isinstance(base, Klass) and base.enum and isinstance(key, str) and key in base.names:
        return Member(key, base.names[key])
    return base if isinstance(base, Unknown) else UNKNOWN


def _sliced(run: Run, base: Value, node: ast.Slice) -> Value:
    bounds = [run.fold(run, each) if each is not None else None for each in (node.lower, node.upper, node.step)]
    if not all(each is None or isinstance(each, int) for each in bounds) or bounds[2] == 0:
        return merged((base,))
    cut = slice(*bounds)
    if isinstance(base, Seq) and base.whole:
        return Seq(base.items[cut], depth=run.depth)
    if isinstance(base, Text) and not base.holes and cut.step in (None, 1):
        from migkit.reading.formats import part

        return part(base, *cut.indices(len(base.value))[:2])
    return merged((base,))


def comprehended(run: Run, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Value:
    """Fold a comprehension over what is known; over anything else once, for the questions in it."""
    found: list[tuple[Value, Value]] = []
    outer = run.frame
    run.frame = Frame({}, outer)
    try:
        hung = _generated(run, node, 0, found)
    finally:
        run.frame = outer
    if hung is not None:
        return merged((hung, *(value for _, value in found)))
    if not isinstance(node, ast.DictComp):
        return Seq([value for _, value in found], depth=run.depth)
    keyed = [(plain(key), value) for key, value in found]
    items = {key: value for key, value in keyed if not isinstance(key, Unknown) and _hashable(key)}
    return Map(items, len(keyed) == len(found), run.depth)


def _generated(run: Run, node: Any, place: int, found: list[tuple[Value, Value]]) -> Unknown | None:
    """Run the loops of a comprehension from the one at `place`; gives on what it hangs if that is not known."""
    if place == len(node.generators):
        if isinstance(node, ast.DictComp):
            found.append((run.fold(run, node.key), run.fold(run, node.value)))
        else:
            found.append((None, run.fold(run, node.elt)))
        return None
    loop = node.generators[place]
    source = run.fold(run, loop.iter)
    items = elements(run, source)
    hung: Unknown | None = None if items is not None else merged((source,))
    for item in [hung] if items is None else items:
        assign(run, loop.target, item)
        tests = [run.fold(run, each) for each in loop.ifs]
        known = [conditions.truth(each) for each in tests]
        if False in known:
            continue
        if None in known:
            hung = merged((hung, *tests))
        hung = _generated(run, node, place + 1, found) or hung
    return hung


def assign(run: Run, target: ast.expr, value: Value) -> None:
    """Let what is assigned to stand for a value; a tuple is taken apart."""
    if isinstance(target, ast.Name):
        run.frame.names[target.id] = value
    elif isinstance(target, ast.Tuple | ast.List):
        items = elements(run, value) if isinstance(value, Seq) else None
        fits = items is not None and len(items) == len(target.elts)
        for place, each in enumerate(target.elts):
            if isinstance(each, ast.Starred):
                assign(run, each.value, UNKNOWN)
            else:
                assign(run, each, items[place] if fits and items else merged((value,)))
    elif isinstance(target, ast.Subscript):
        _put(run, target, value)


def _put(run: Run, target: ast.Subscript, value: Value) -> None:
    base = run.fold(run, target.value)
    key = plain(run.fold(run, target.slice)) if not isinstance(target.slice, ast.Slice) else UNKNOWN
    if isinstance(base, Map) and not isinstance(key, Unknown) and _hashable(key) and run.depth <= base.depth:
        base.items[key] = value
    elif isinstance(base, Map | Seq):
        base.whole = False
