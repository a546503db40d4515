"""Methods and functions of Python's own that migrations put texts and lists together with."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from migkit.reading import formats
from migkit.reading.run import Run
from migkit.reading.unrolled import elements, keyed, members
from migkit.reading.values import (
    HOLE,
    LONGEST,
    UNKNOWN,
    Klass,
    Map,
    Member,
    Seq,
    Text,
    Unknown,
    Value,
    hole,
    joined,
    keep,
    plain,
    written,
)

Args = Sequence[Value]
Named = Mapping[str, Value]
_MOST = 1_000
_SAME_TEXT = frozenset({"upper", "lower", "title", "capitalize", "casefold", "expandtabs", "swapcase"})
_SIDES = {"strip": (True, True), "lstrip": (True, False), "rstrip": (False, True)}
_TESTS = frozenset({"startswith", "endswith", "isdigit", "isalpha", "isupper", "islower", "isidentifier"})


def of_text(run: Run, source: Text, name: str, args: Args, named: Named, node: ast.Call) -> Value:
    """Give what a method of a text gives."""
    made = _put_together(run, source, name, args, named, node)
    if made is not None:
        return made
    if source.holes:
        return hole(node)
    given = [plain(each) for each in args]
    if any(isinstance(each, Unknown) for each in given) or len(source.value) > LONGEST:
        return hole(node)
    return _own(source, name, given)


def _put_together(run: Run, source: Text, name: str, args: Args, named: Named, node: ast.Call) -> Value | None:
    """Give what a method makes of a text that may have holes; None of any other method."""
    if name == "format":
        return formats.formatted(source, args, named, node)
    if name == "join" and args:
        return _join(run, source, args[0], node)
    if name in _SIDES:
        return stripped(source, args, *_SIDES[name])
    return _split(run, source, name, args) if name in ("split", "splitlines") else None


def _own(source: Text, name: str, given: list[Any]) -> Value:
    """Ask Python itself for what a method gives that makes texts no longer."""
    if name in _SAME_TEXT and not given:
        changed = str(getattr(source.value, name)())
        same = len(changed) == len(source.value)
        return Text(changed, source.pieces if same else source.pieces[:1])
    try:
        if name in ("replace", "removeprefix", "removesuffix") and all(isinstance(each, str) for each in given):
            longer = max((len(each) for each in given[1:]), default=0)
            if name != "replace" or len(source.value) * max(1, longer) < LONGEST:
                return Text(getattr(source.value, name)(*given), source.pieces[:1])
        if name in _TESTS or name in ("count", "find", "index"):
            return getattr(source.value, name)(*given)
    except (TypeError, ValueError):
        pass
    return Text(HOLE, source.pieces[:1], holes=True) if name in ("center", "ljust", "rjust", "zfill") else UNKNOWN


def _join(run: Run, between: Text, given: Value, node: ast.Call) -> Value:
    items = elements(run, given)
    if items is None:
        return hole(node)
    parts: list[Text] = []
    for item in items:
        parts += [between, written(item, node)] if parts else [written(item, node)]
    return joined(parts)


def stripped(source: Text, args: Args, left: bool, right: bool) -> Value:  # noqa: FBT001  # which sides
    """Give strip(), lstrip() or rstrip() of a text."""
    marks = plain(args[0]) if args else None
    if not isinstance(marks, str | None):
        return source
    value = source.value
    start = len(value) - len(value.lstrip(marks)) if left else 0
    end = len(value.rstrip(marks)) if right else len(value)
    return keep(source, start, max(start, end))


def _split(run: Run, source: Text, name: str, args: Args) -> Value:
    """Give the parts of a text, each with its place."""
    mark = plain(args[0]) if args else None
    if not isinstance(mark, str | None) or mark == "" or len(args) > 1 or source.holes:
        return UNKNOWN
    words = source.value.splitlines() if name == "splitlines" else source.value.split(mark)
    parts: list[Value] = []
    place = 0
    for word in words[:_MOST]:
        place = source.value.find(word, place)
        parts.append(keep(source, place, place + len(word)))
        place += len(word)
    return Seq(parts, len(words) <= _MOST, run.depth)


def of_sequence(run: Run, source: Seq, name: str, args: Args) -> Value:
    """Give what a method of a list gives, and do what it does; what is done under a condition leaves it unsure."""
    if name in ("append", "add", "extend", "update", "insert"):
        added = elements(run, args[-1]) if args and name in ("extend", "update") else list(args[-1:])
        if run.depth > source.depth or added is None or len(source.items) > LONGEST // 10:
            source.whole = False
        elif name == "insert":
            place = args[0] if isinstance(args[0], int) else 0
            source.items[place:place] = added
        else:
            source.items += added
        return None
    if name in ("copy", "union"):
        more = [elements(run, each) for each in args]
        items = [item for each in more for item in each or ()]
        return Seq([*source.items, *items], source.whole and None not in more, run.depth)
    if name in ("index", "count"):
        return UNKNOWN
    source.whole = False
    return UNKNOWN


def of_mapping(run: Run, source: Map, name: str, args: Args, named: Named) -> Value:
    """Give what a method of a dictionary gives."""
    if name in ("items", "keys", "values"):
        pairs = [(keyed(key), value) for key, value in source.items.items()]
        made = {"items": [Seq([*pair]) for pair in pairs], "keys": [one for one, _ in pairs]}
        return Seq(made.get(name, [value for _, value in pairs]), source.whole, run.depth)
    if name == "get" and args:
        key = plain(args[0])
        if isinstance(key, str | int) and source.whole:
            return source.items.get(key, args[1] if len(args) > 1 else None)
        return UNKNOWN
    if name == "copy":
        return Map(dict(source.items), source.whole, run.depth)
    if name == "update" and args and isinstance(args[0], Map) and run.depth <= source.depth:
        source.items.update(args[0].items)
        source.items.update(named)
        source.whole = source.whole and args[0].whole
        return None
    source.whole = False
    return UNKNOWN


def enum_of(value: Value) -> tuple[str, ...]:
    """Give the labels that sa.Enum makes of an enum of the file's own: the names of its members."""
    return tuple(each.name for each in members(value) if isinstance(each, Member)) if isinstance(value, Klass) else ()
