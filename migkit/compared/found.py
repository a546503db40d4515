"""What was found of a history's values, by column: gathered, with columns that are joined given each other's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace

from migkit.values import dataclass

_MOST = 40  # values of a column: a list of thousands teaches nothing more
_LONGEST = 2000
_SHARED = "1"  # what joined columns have in common where nothing else is known: it fits numbers and texts

Values = dict[str, dict[str, None]]


@dataclass(slots=True)
class Found:
    """Values by column, in the order in which they were found; columns are told apart without case."""

    _compared: Values = field(default_factory=dict)
    _inserted: Values = field(default_factory=dict)
    _assigned: Values = field(default_factory=dict)
    _undone: Values = field(default_factory=dict)
    _joined: list[tuple[str, str]] = field(default_factory=list)

    def compare(self, column: str, texts: Iterable[str]) -> None:
        """Note the values with which a column is compared."""
        _put(self._compared, column, texts, _MOST)

    def insert(self, column: str, texts: Iterable[str]) -> None:
        """Note the values that the history puts into a column; "" is whichever column it may be."""
        _put(self._inserted, column, texts, _LONGEST)

    def assign(self, column: str, texts: Iterable[str]) -> None:
        """Note the values that the history gives a column of rows that are there: some may have them already."""
        _put(self._assigned, column, texts, _LONGEST)

    def join(self, one: str, other: str) -> None:
        """Note that two columns are held against each other."""
        self._joined.append((one.lower(), other.lower()))

    def undoing(self) -> Found:
        """Give what takes the values of a downgrade: what it puts in stood there before, and is in nobody's way.

        What it compares is what an upgrade brought, where one inserts that: no row has it before.
        """
        return replace(self, _compared=self._undone, _inserted={}, _assigned={})

    def compared(self) -> Mapping[str, tuple[str, ...]]:
        """Give the values that are compared; two columns that are joined share theirs."""
        shared = {column: dict(texts) for column, texts in self._compared.items()}
        for column, texts in self._undone.items():
            brought = self._inserted.get(column, {}).keys() | self._inserted.get("", {}).keys()
            _put(shared, column, [text for text in texts if text not in brought], _MOST)
        for pair in self._joined:
            union = [text for column in pair for text in self._compared.get(column, ())] or [_SHARED]
            for column in pair:
                _put(shared, column, union, _MOST)
        return {column: tuple(texts) for column, texts in sorted(shared.items())}

    def inserted(self) -> Mapping[str, tuple[str, ...]]:
        """Give the values that are inserted, or given to rows: what is unique may have none of them before."""
        columns = sorted({*self._inserted, *self._assigned})
        both = {name: {**self._inserted.get(name, {}), **self._assigned.get(name, {})} for name in columns}
        return {column: tuple(texts) for column, texts in both.items()}


def _put(values: Values, column: str, texts: Iterable[str], most: int) -> None:
    held = values.setdefault(column.lower(), {})
    for text in texts:
        if len(held) < most and len(text) <= _LONGEST:
            held.setdefault(text)
    if not held:
        del values[column.lower()]
