"""What a kind of column must be able to give: usual values, values at the edges, ever new ones, and one from a text."""

from __future__ import annotations

from random import Random

from migkit.rows.schema import Column, Value

HIGH, LOW, ZERO = "high", "low", "zero"
EDGES = (HIGH, LOW, ZERO)


class Kind:
    """One kind of column. A value that a column cannot hold is never given; ValueError says that there is none."""

    few = False  # whether the values can be told one by one: `nth` then gives all of them

    def usual(self, column: Column, rng: Random) -> Value:
        """Give a value as rows usually have it."""
        raise NotImplementedError

    def edge(self, column: Column, edge: str) -> Value:
        """Give the longest or highest value, the lowest, or one that is like zero."""
        raise NotImplementedError

    def nth(self, column: Column, number: int) -> Value:
        """Give a value that no other number has, within `column.size`; ValueError where there are not so many."""
        raise NotImplementedError

    def read(self, column: Column, text: str) -> Value:
        """Give the value that a literal's text stands for; ValueError where the column has no such value."""
        raise NotImplementedError

    def same(self, value: Value) -> Value:
        """Give what is equal for all values that a key may take for equal."""
        return value


def among(number: int, values: range) -> int:
    """Give the value of a number in a range; ValueError where it is not so long."""
    try:
        return values[number]
    except IndexError:
        raise ValueError(number) from None
