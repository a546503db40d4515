"""What a row refers to: rows of its parents, itself, an earlier row of its own table, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from random import Random

from migkit.rows.choosing import Shape
from migkit.rows.schema import Column, ForeignKey, Row, Table, Value
from migkit.rows.values import fits

_SUPPOSED_SHARE = {Shape.KNOWN: 0.6, Shape.HIGH: 0.0, Shape.LOW: 0.0, Shape.ZERO: 0.0, Shape.SOME: 0.5}
_NULL_SHARE = {Shape.NULLS: 1.0, Shape.KNOWN: 0.3, Shape.MIXED: 0.2}


class NoRow(Exception):  # noqa: N818  # says what the matter is
    """There is no more row of a table; the text says why, and `full` whether it has all that there can be."""

    def __init__(self, why: str, *, full: bool = False) -> None:
        super().__init__(why)
        self.full = full


class References:
    """The foreign keys of one table, and those that nobody declared.

    `rows_of` gives a table's rows as far as they are known, `later` are the tables of the same circle whose rows are
    not made yet: what refers to them is NULL until `closed`.
    """

    def __init__(
        self,
        table: Table,
        supposed: Sequence[ForeignKey],
        rows_of: Callable[[str], Sequence[Row]],
        later: frozenset[str] = frozenset(),
    ) -> None:
        self._table = table.name
        self._columns = {column.name: column for column in table.columns}
        written = [key for key in table.foreign if not any(self._columns[name].generated for name in key.columns)]
        self._keys = sorted((key for key in written if key.parent not in later), key=lambda key: -len(key.columns))
        self._later = [key for key in written if key.parent in later]
        self._supposed = supposed
        self._rows_of = rows_of
        self._known: dict[ForeignKey, tuple[int, list[tuple[Value, ...]], set[tuple[Value, ...]]]] = {}
        self.columns = frozenset(name for key in (*self._keys, *self._later) for name in key.columns)

    def assigned(self, shape: Shape, rng: Random) -> dict[str, Value]:
        """Give the columns of a row that refer to others; those that will refer to the row itself are left out."""
        row: dict[str, Value] = {name: None for key in self._later for name in key.columns}
        for key in self._keys:
            self._assign(row, key, rng, empty=rng.random() < _NULL_SHARE.get(shape, 0))
        for key in self._supposed:
            (name,) = key.columns
            found = self._parents(key)
            if name not in row and found and rng.random() < _SUPPOSED_SHARE.get(shape, 0.8):
                empty = self._columns[name].nullable and rng.random() < _NULL_SHARE.get(shape, 0)
                row[name] = None if empty else rng.choice(found)[0]
        return row

    def completed(self, row: dict[str, Value]) -> dict[str, Value]:
        """Let a row refer to itself where it must refer to one of its own table and there is none yet."""
        for key in self._keys:
            if key.parent == self._table and not self._parents(key):
                pairs = zip(key.columns, key.parent_columns, strict=True)
                row.update({name: row[parent] for name, parent in pairs if not self._columns[name].nullable})
        return row

    def closed(self, rows: Sequence[dict[str, Value]]) -> None:
        """Let rows refer to the tables whose rows were made later."""
        for key in self._later:
            found = self._parents(key)
            for place, row in enumerate(rows):
                if found and not (place % 5 == 3 and self._can_be_null(key)):  # noqa: PLR2004  # some stay NULL
                    row.update(zip(key.columns, found[place % len(found)], strict=True))
                elif not self._can_be_null(key):
                    raise NoRow(f"{key.parent}, which it refers to, has no rows")

    def hold(self, row: Row) -> bool:
        """Whether all that a row refers to is there."""
        for key in self._keys:
            values = tuple(row[name] for name in key.columns)
            itself = key.parent == self._table and values == tuple(row[name] for name in key.parent_columns)
            if None not in values and not itself and values not in self._told(key)[2]:
                return False
        return True

    def choices(self, columns: Iterable[str], row: Row) -> list[list[dict[str, Value]]]:
        """Give for each foreign key with one of the columns all that it can refer to, the row itself too."""
        wanted = set(columns)
        found = [(key, list(self._parents(key))) for key in self._keys if wanted & set(key.columns)]
        for key, parents in found:
            if key.parent == self._table:
                parents.append(tuple(row[name] for name in key.parent_columns))
        return [[dict(zip(key.columns, each, strict=True)) for each in parents] for key, parents in found if parents]

    def other(self, row: Row, rng: Random) -> dict[str, Value]:
        """Give other rows that a row may refer to."""
        found: dict[str, Value] = {}
        for key in self._keys:
            if all(row[name] is not None for name in key.columns):
                self._assign(found, key, rng, empty=False)
        return found

    def _assign(self, row: dict[str, Value], key: ForeignKey, rng: Random, *, empty: bool) -> None:
        """Choose what a key refers to, such that it agrees with what is in the row already."""
        set_already = [place for place, name in enumerate(key.columns) if name in row]
        if any(row[key.columns[place]] is None for place in set_already):
            return self._leave(row, key)
        if empty and self._can_be_null(key, row):
            return self._leave(row, key)
        found: Sequence[tuple[Value, ...]] = self._parents(key)
        if set_already:
            found = [each for each in found if all(each[place] == row[key.columns[place]] for place in set_already)]
        if found:
            row.update(zip(key.columns, rng.choice(found), strict=True))
            return None
        if self._can_be_null(key, row):
            return self._leave(row, key)
        if key.parent != self._table:
            raise NoRow(f"{key.parent}, which it refers to, has no rows for it")
        return None

    def _leave(self, row: dict[str, Value], key: ForeignKey) -> None:
        """Let a key refer to nothing."""
        row.update({name: None for name in key.columns if name not in row and self._columns[name].nullable})

    def _can_be_null(self, key: ForeignKey, row: Row | None = None) -> bool:
        free = [name for name in key.columns if row is None or name not in row]
        able = [name for name in free if self._columns[name].nullable]
        return able == list(key.columns) if key.whole else bool(able)

    def _parents(self, key: ForeignKey) -> list[tuple[Value, ...]]:
        return self._told(key)[1]

    def _told(self, key: ForeignKey) -> tuple[int, list[tuple[Value, ...]], set[tuple[Value, ...]]]:
        rows = self._rows_of(key.parent)
        known = self._known.get(key)
        if known is None or known[0] != len(rows):
            columns: list[Column] = [self._columns[name] for name in key.columns]
            told = [tuple(row.get(name) for name in key.parent_columns) for row in rows]
            found = [values for values in dict.fromkeys(told) if None not in values and all(map(fits, columns, values))]
            known = self._known[key] = (len(rows), found, set(found))
        return known
