"""Texts that Python puts together: `%`, `.format()`, slices; what comes into them unknown leaves a hole."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from migkit.reading.values import HOLE, Map, Seq, Text, Value, hole, joined, keep, written

_CONVERSION = re.compile(r"%(?:\((\w+)\))?([#0\- +]*)(\*|\d+)?(?:\.(\*|\d+))?([a-zA-Z%])")
_FIELD = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")


def part(source: Text, start: int, end: int) -> Text:
    """Cut a piece out of a text, which keeps its places."""
    return keep(source, start, max(start, end))


def percent(source: Text, given: Value, node: ast.expr) -> Text:
    """Give `source % given`."""
    values: Iterator[Value] = iter(given.items if isinstance(given, Seq) else (given,))
    named: Mapping[object, Value] = given.items if isinstance(given, Map) else {}

    def filled(match: re.Match[str]) -> Text:
        if match[5] == "%":
            return Text("%")
        value = named.get(match[1], _MISSING) if match[1] else next(values, _MISSING)
        plain = not (match[2] or match[3] or match[4])
        known = value is not _MISSING and plain and (match[5] == "s" or isinstance(value, int))
        return written(value, node) if known and match[5] in "sdi" else hole(node)

    return joined(_replaced(source, _CONVERSION, filled))


def formatted(source: Text, args: Sequence[Value], named: Mapping[str, Value], node: ast.expr) -> Text:
    """Give `source.format(…)`."""
    counted = iter(range(len(args)))

    def filled(match: re.Match[str]) -> Text:
        if match[1] is None:
            return Text(match[0][0])
        name = match[1]
        place = int(name) if name.isdigit() and len(name) < 4 else next(counted, -1) if not name else -1  # noqa: PLR2004
        if 0 <= place < len(args):
            return written(args[place], node)
        return written(named[name], node) if name in named else hole(node)

    return joined(_replaced(source, _FIELD, filled))


def _replaced(source: Text, pattern: re.Pattern[str], filled: object) -> Iterator[Text]:
    """Give the parts of a text with each match made into another; a hole that stands there already stays one."""
    assert callable(filled)
    place = 0
    for match in pattern.finditer(source.value):
        if source.holes and match[0] == HOLE:
            continue
        if match.start() > place:
            yield keep(source, place, match.start())
        yield filled(match)
        place = match.end()
    yield keep(source, place, len(source.value))


_MISSING = object()
