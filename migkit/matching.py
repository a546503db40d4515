"""Matches the rows of two readings of a table by what identifies them in both, and counts what differs (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

Columns = Mapping[str, Sequence[int]]
Row = tuple[int, ...]


class Pairs:
    """The rows of two readings, each of the first beside what it is in the other.

    `names` says which columns have another name there. Where nothing identifies the rows, columns are compared as a
    whole.
    """

    def __init__(self, one: Columns, other: Columns, names: Mapping[str, str] | None = None) -> None:
        renamed = names or {}
        self._one = {name: values for name, values in one.items() if renamed.get(name, name) in other}
        self._other = {name: other[renamed.get(name, name)] for name in self._one}
        self._pairs = self._matched()

    def differing(self, column: str) -> int:
        """Count the rows whose value in `column` is another one in the other reading; a row that is gone has none."""
        if column not in self._one:
            return 0
        one, other = self._one[column], self._other[column]
        if self._pairs is not None:
            return sum(one[here] != other[there] for here, there in self._pairs)
        gone = max(len(one) - len(other), 0)
        return max((Counter(one) - Counter(other)).total() - gone, 0)

    def spoilt(self, column: str) -> int:
        """Count the rows of which no conversion gives the value back: it became NULL, or that of unlike rows."""
        if column not in self._one:
            return 0
        one, other = self._one[column], self._other[column]
        if self._pairs is None:
            return max(len(set(one)) - len(set(other)), 0)
        origins: dict[int, set[int]] = {}
        for here, there in self._pairs:
            origins.setdefault(other[there], set()).add(one[here])
        return sum(
            one[here] != other[there] and (not other[there] or len(origins[other[there]]) > 1)
            for here, there in self._pairs
        )

    def _matched(self) -> list[tuple[int, int]] | None:
        """Pair the rows by the first key that is unique in both readings and finds all rows of the smaller one."""
        for key in self._keys():
            here, there = _places(self._one, key), _places(self._other, key)
            if here is not None and there is not None and len(here.keys() & there.keys()) == min(len(here), len(there)):
                return [(place, there[value]) for value, place in here.items() if value in there]
        return None

    def _keys(self) -> Iterator[tuple[str, ...]]:
        """Give what may identify the rows: the columns that hold the same values, then each alone."""
        same = tuple(name for name in self._one if same_values(self._one[name], self._other[name]))
        if same:
            yield same
        yield from ((name,) for name in (*same, *(name for name in self._one if name not in same)))


def same_values(one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether two columns hold the same values, whatever the order of the rows."""
    return len(one) == len(other) and Counter(one) == Counter(other)


def _places(columns: Columns, key: tuple[str, ...]) -> dict[Row, int] | None:
    """Give the place of each row by its key; None where two rows have the same one."""
    rows = list(zip(*(columns[name] for name in key), strict=True))
    places = {row: place for place, row in enumerate(rows)}
    return places if len(places) == len(rows) else None
