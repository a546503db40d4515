"""Which value a column has in a row of a shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import cycle, islice
from random import Random

from migkit.rows.kinds import EDGES, HIGH, LOW, ZERO
from migkit.rows.schema import Column, Value
from migkit.rows.values import kind


class Shape(StrEnum):
    """What is particular about a row.

    A twin equals the first row in all that need not differ; the other twin differs from it in another column of a key.
    """

    PLAIN = "plain"
    TWIN = "twin"
    OTHER = "other"
    NULLS = "nulls"
    HIGH = HIGH
    LOW = LOW
    ZERO = ZERO
    KNOWN = "known"
    MIXED = "mixed"
    SOME = "some"


_ALL = (Shape.PLAIN, Shape.TWIN, Shape.OTHER, Shape.NULLS, Shape.HIGH, Shape.LOW, Shape.ZERO)
_FEW = (Shape.PLAIN, Shape.TWIN, Shape.SOME, Shape.NULLS, Shape.KNOWN, Shape.SOME, Shape.HIGH)
_NULL_SHARE = {Shape.NULLS: 1.0, Shape.KNOWN: 0.5, Shape.MIXED: 0.2, Shape.SOME: 0.25}
_KNOWN_SHARE = {
    Shape.PLAIN: 0.5,
    Shape.TWIN: 0.5,
    Shape.OTHER: 0.5,
    Shape.NULLS: 0.5,
    Shape.KNOWN: 0.9,
    Shape.MIXED: 0.4,
    Shape.SOME: 0.4,
}
_EDGE_SHARE = {Shape.MIXED: 0.1, Shape.SOME: 0.6}
_EDGES = {Shape.HIGH: HIGH, Shape.LOW: LOW, Shape.ZERO: ZERO}


def shapes(count: int) -> Iterator[Shape]:
    """Give the shapes of so many rows: each edge has a row of its own where there are enough."""
    first = _ALL if count > len(_ALL) else _FEW
    return islice((*first, *islice(cycle((Shape.KNOWN, Shape.MIXED)), max(0, count - len(first)))), count)


def chosen(column: Column, shape: Shape, known: Sequence[Value], rng: Random) -> Value:
    """Choose a column's value in a row of a shape; `known` are those that the history knows of."""
    if shape in _EDGES:
        return kind(column).edge(column, _EDGES[shape])
    luck = rng.random()
    if column.nullable and luck < _NULL_SHARE.get(shape, 0) and not (known and shape is Shape.KNOWN):
        return None
    if known and rng.random() < _KNOWN_SHARE[shape]:
        return rng.choice(known)
    if rng.random() < _EDGE_SHARE.get(shape, 0):
        return kind(column).edge(column, rng.choice(EDGES))
    return kind(column).usual(column, rng)
