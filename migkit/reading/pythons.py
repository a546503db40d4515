"""Functions of Python's own that migrations put texts and lists together with."""

from __future__ import annotations

import ast
import json
import textwrap
from collections.abc import Callable

from migkit.reading.methods import Args, Named, stripped
from migkit.reading.run import Run
from migkit.reading.unrolled import elements
from migkit.reading.values import (
    UNKNOWN,
    Map,
    Seq,
    Text,
    Unknown,
    Value,
    hole,
    joined,
    keep,
    merged,
    plain,
    written,
)

_MOST = 1_000


def function(run: Run, name: str, args: Args, named: Named, node: ast.Call) -> Value:
    """Give what a function of Python's own gives: a builtin by its name, another by its path."""
    known = _FUNCTIONS.get(name)
    if known is None:
        return merged(args)
    return known(run, args, named, node)


def _length(run: Run, args: Args, _named: Named, _node: ast.Call) -> Value:
    if isinstance(args[0], Text):
        return UNKNOWN if args[0].holes else len(args[0].value)
    items = elements(run, args[0])
    return merged(args) if items is None else len(items)


def _range(run: Run, args: Args, _named: Named, _node: ast.Call) -> Value:
    if not all(isinstance(each, int) for each in args) or not 1 <= len(args) <= 3:  # noqa: PLR2004
        return UNKNOWN
    try:
        counted = range(*args)
        return Seq(list(counted), depth=run.depth) if len(counted) <= _MOST else UNKNOWN
    except (ValueError, OverflowError):
        return UNKNOWN


def _listed(run: Run, args: Args, _named: Named, _node: ast.Call) -> Value:
    if not args:
        return Seq([], depth=run.depth)
    items = elements(run, args[0])
    return merged(args) if items is None else Seq(items, depth=run.depth)


def _sorted(run: Run, args: Args, named: Named, _node: ast.Call) -> Value:
    items = elements(run, args[0])
    known = [plain(each) for each in items or ()]
    if items is None or named.keys() - {"reverse"} or any(isinstance(each, Unknown) for each in known):
        return merged(args)
    try:
        order = sorted(range(len(items)), key=known.__getitem__, reverse=named.get("reverse") is True)
    except TypeError:
        return UNKNOWN
    return Seq([items[place] for place in order], depth=run.depth)


def _reversed(run: Run, args: Args, _named: Named, _node: ast.Call) -> Value:
    items = elements(run, args[0])
    return merged(args) if items is None else Seq(items[::-1], depth=run.depth)


def _enumerated(run: Run, args: Args, named: Named, _node: ast.Call) -> Value:
    items = elements(run, args[0])
    first = args[1] if len(args) > 1 else named.get("start", 0)
    if items is None or not isinstance(first, int):
        return merged(args)
    return Seq([Seq([place, item]) for place, item in enumerate(items, first)], depth=run.depth)


def _zipped(run: Run, args: Args, _named: Named, _node: ast.Call) -> Value:
    found = [elements(run, each) for each in args]
    known = [each for each in found if each is not None]
    if len(known) < len(found):
        return merged(args)
    return Seq([Seq([*each]) for each in zip(*known, strict=False)], depth=run.depth)


def _dictionary(run: Run, args: Args, named: Named, _node: ast.Call) -> Value:
    made = Map({}, depth=run.depth)
    for each in args:
        if isinstance(each, Map):
            made.items.update(each.items)
            made.whole = made.whole and each.whole
        else:
            made.whole = False
    made.items.update(named)
    return made


def _string(_run: Run, args: Args, _named: Named, node: ast.Call) -> Value:
    return written(args[0], node) if args else Text("")


def _number(_run: Run, args: Args, _named: Named, _node: ast.Call) -> Value:
    value = plain(args[0])
    if isinstance(value, int):
        return int(value)
    short = isinstance(value, str) and len(value) < 20 and value.isdecimal()  # noqa: PLR2004
    return int(value) if short else merged(args)


def _dedented(_run: Run, args: Args, _named: Named, node: ast.Call) -> Value:
    """Give textwrap.dedent(): each line keeps its place."""
    if not isinstance(args[0], Text):
        return hole(node)
    source = args[0]
    changed = textwrap.dedent(source.value)
    cut = changed.split("\n")
    parts: list[Text] = []
    place = 0
    for line, short in zip(source.value.split("\n"), cut, strict=True):
        parts.append(keep(source, place + len(line) - len(short), place + len(line)) if short else Text(""))
        place += len(line)
        parts.append(keep(source, place, place + 1))
        place += 1
    return joined(parts[:-1])


def _cleaned(run: Run, args: Args, named: Named, node: ast.Call) -> Value:
    made = _dedented(run, args, named, node)
    return stripped(made, (), left=True, right=True) if isinstance(made, Text) else made


def _dumped(_run: Run, args: Args, _named: Named, node: ast.Call) -> Value:
    known = plain(args[0])
    if isinstance(known, Unknown):
        return hole(node)
    try:
        return Text(json.dumps(known), ((0, node, 0),))
    except (TypeError, ValueError):
        return hole(node)


def _any(_run: Run, args: Args, _named: Named, _node: ast.Call) -> Value:
    return merged(args[0].items if isinstance(args[0], Seq) else args)


def _first(_run: Run, args: Args, _named: Named, _node: ast.Call) -> Value:
    return args[0].items[0] if isinstance(args[0], Seq) and args[0].whole and args[0].items else merged(args)


def _instance(_run: Run, _args: Args, _named: Named, _node: ast.Call) -> Value:
    return UNKNOWN


def _same(_run: Run, args: Args, _named: Named, _node: ast.Call) -> Value:
    return args[0]


_FUNCTIONS: dict[str, Callable[[Run, Args, Named, ast.Call], Value]] = {
    "len": _length,
    "range": _range,
    "list": _listed,
    "tuple": _listed,
    "set": _listed,
    "frozenset": _listed,
    "iter": _listed,
    "sorted": _sorted,
    "reversed": _reversed,
    "enumerate": _enumerated,
    "zip": _zipped,
    "dict": _dictionary,
    "str": _string,
    "int": _number,
    "any": _any,
    "all": _any,
    "next": _first,
    "bool": _same,
    "isinstance": _instance,
    "textwrap.dedent": _dedented,
    "inspect.cleandoc": _cleaned,
    "json.dumps": _dumped,
    "copy.copy": _same,
    "copy.deepcopy": _same,
    "typing.cast": lambda _run, args, _named, _node: args[-1],
}
ZERO = frozenset({"dict", "str", "list", "tuple", "set", "frozenset", "isinstance"})


def knows(name: str, args: Args) -> bool:
    """Whether `function` can be asked."""
    return name in _FUNCTIONS and bool(args or name in ZERO)
