"""Values that a column may need in order to fulfil a check: those that the check names, and their neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from random import Random

from migkit.rows import patterns
from migkit.rows.kinds import EDGES
from migkit.rows.lexis import literals
from migkit.rows.schema import Check, Column, Value
from migkit.rows.values import fits, kind, read

_LONGEST = 4096
_USUAL = 6
_DRAWN = 10  # texts for a regular expression: some are too long
_LIKE, _REGULAR = re.compile(r"[%_]"), re.compile(r"[\^$\[\]+*?\\(){}|]")


def candidates(column: Column, checks: Iterable[Check], rng: Random) -> list[Value]:
    """Give values of a column to try against checks, the likeliest first, each once."""
    texts = [text for check in checks for text in literals(check.text)]
    found: dict[tuple[str, Value], None] = {}
    for value in (*_named(column, texts, rng), *_usual(column, rng)):
        if fits(column, value):
            found[type(value).__name__, value] = None
    return [value for _, value in found]


def _named(column: Column, texts: Iterable[str], rng: Random) -> Iterator[Value]:
    for text in texts:
        for value in read(column, [text]):
            yield value
            if isinstance(value, int | Decimal) and not isinstance(value, bool):
                yield from read(column, [str(value + 1), str(value - 1)])
        if column.kind == "text":
            yield from read(column, _texts(text, rng))


def _texts(text: str, rng: Random) -> Iterator[str]:
    if text.isdigit():
        for length in (int(text), int(text) + 1, int(text) - 1):
            if 0 <= length <= _LONGEST:
                yield from ("".join(rng.choices(signs, k=length)) for signs in ("abcdef", "123456789"))
    if _REGULAR.search(text):
        for _ in range(_DRAWN):
            try:
                yield patterns.regular(text, rng)
            except ValueError:
                break
    if _LIKE.search(text):
        yield patterns.like(text, rng)


def _usual(column: Column, rng: Random) -> Iterator[Value]:
    it = kind(column)
    for _ in range(_USUAL):
        yield it.usual(column, rng)
    yield from (it.edge(column, edge) for edge in EDGES)
    if column.kind == "json":
        yield from ("[]", "null", '""')
    if column.nullable:
        yield None
