"""The values of a column: usual ones, those at the edges, those that are new, and those that a history knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random

from migkit.rows.kinds import EDGES, HIGH, LOW, Kind
from migkit.rows.meanings import meant
from migkit.rows.numbers import NUMBERS
from migkit.rows.schema import Column, Value
from migkit.rows.texts import TEXTS
from migkit.rows.times import TIMES


class _Array(Kind):
    """Arrays of `element`."""

    def usual(self, column: Column, rng: Random) -> Value:
        inner = _element(column)
        return tuple(kind(inner).usual(inner, rng) for _ in range(rng.randint(1, 3)))

    def edge(self, column: Column, edge: str) -> Value:
        inner = _element(column)
        if edge == HIGH:
            return tuple(kind(inner).edge(inner, each) for each in EDGES)
        return (kind(inner).edge(inner, LOW),) if edge == LOW else ()

    def nth(self, column: Column, number: int) -> Value:
        inner = _element(column)
        return (kind(inner).nth(inner, number),)

    def read(self, column: Column, text: str) -> Value:  # no text of one is known here
        if text != "{}":
            raise ValueError(text)
        return ()


def kind(column: Column) -> Kind:
    """Give what makes the values of a column: by its name, or else by its type."""
    return meant(column, _KINDS[column.kind])


def read(column: Column, texts: Iterable[str]) -> list[Value]:
    """Give the values that the texts of literals stand for in a column, each once; what does not fit is passed over."""
    found: dict[tuple[str, Value], None] = {}
    for text in texts:
        try:
            value = kind(column).read(column, text)
        except (ValueError, ArithmeticError):
            continue
        found[type(value).__name__, value] = None
    return [value for _, value in found]


def fits(column: Column, value: Value) -> bool:
    """Whether a column can hold a value of another one that is of its kind."""
    if isinstance(value, str | bytes) and column.kind in ("text", "bytes"):
        return column.size is None or len(value) <= column.size
    if isinstance(value, int) and column.kind == "integer":
        return (column.low is None or column.low <= value) and (column.high is None or value <= column.high)
    return True


def few(column: Column) -> Sequence[Value]:
    """Give all values of a column that has few; none of the others."""
    it = kind(column)
    if not it.few:
        return ()
    length = 2 if column.kind == "boolean" else len(column.choices)
    return [it.nth(column, number) for number in range(length)]


_KINDS = {**NUMBERS, **TIMES, **TEXTS, "array": _Array()}


def _element(column: Column) -> Column:
    if column.element is None:
        raise ValueError(column.name)
    return column.element
