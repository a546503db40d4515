"""Which rows a table's unique keys leave room for, and which column makes a new row differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from zlib import crc32

from migkit.rows.conditions import fulfilled
from migkit.rows.schema import Column, Key, Row, Table, Value
from migkit.rows.values import kind

_STARTS, _APART = 900, 10_000
_TRIED = 10_000  # values that other rows have
_LIKED = ("integer", "uuid", "bytes", "text", "datetime", "decimal")


class Keys:
    """A table's unique keys over the columns that are written, and what is taken in each.

    New values start elsewhere in every table, so that rows can be copied from one to another.
    """

    def __init__(self, table: Table, referring: frozenset[str], avoided: Mapping[str, Sequence[Value]]) -> None:
        self._columns = {column.name: column for column in table.columns}
        self._avoided = avoided
        self._start = crc32(table.name.encode()) % _STARTS * _APART
        self.keys = tuple(sorted(_written(table), key=lambda key: (len(key.columns), key.name)))
        self.leads = self._chosen(referring)
        self.single = frozenset(
            name for key in self.keys for name in (*key.apart, *(key.columns if len(key.columns) == 1 else ()))
        )
        self.columns = frozenset(name for key in self.keys for name in (*key.columns, *key.apart))
        self._taken: dict[tuple[str, tuple[str, ...]], set[Any]] = {}
        self._numbers: dict[str, int] = {}
        self.forget()

    def forget(self) -> None:
        """Take every value for free, but those that are to be avoided."""
        self._taken = {(key.name, part): set() for key in self.keys for part in _parts(key)}
        for key in self.keys:
            for part in _parts(key):
                if len(part) == 1:
                    values = self._avoided.get(part[0], ())
                    self._taken[key.name, part] |= {self._same(key, part, {part[0]: value}) for value in values}

    def take(self, row: Row) -> None:
        """Hold what a row has for taken; columns that it does not tell make no difference."""
        for key in self.keys:
            for part in _parts(key):
                if row.keys() >= set(part):
                    self._taken[key.name, part].add(self._same(key, part, row))

    def broken(self, row: Row) -> Key | None:
        """Give the first key that another row has already as this one has it."""
        return next((key for key in self.keys for part in _parts(key) if self._is_taken(key, part, row)), None)

    def new(self, column: Column) -> Value:
        """Give a value of a column that no row has; ValueError where there are no more."""
        alone = [key for key in self.keys if (column.name,) in _parts(key)]
        cuts = [key.prefixes[column.name] for key in self.keys if column.name in key.prefixes]
        short = replace(column, size=min([*cuts, *([] if column.size is None else [column.size])])) if cuts else column
        for _ in range(_TRIED):
            number = self._numbers.get(column.name, 0)
            self._numbers[column.name] = number + 1
            value = self._nth(short, number)
            if not any(self._is_taken(key, (column.name,), {column.name: value}) for key in alone):
                return value
        raise ValueError(column.name)

    def _nth(self, column: Column, number: int) -> Value:
        try:
            return kind(column).nth(column, self._start + number)
        except ValueError:
            return kind(column).nth(column, number)

    def _is_taken(self, key: Key, part: tuple[str, ...], row: Row) -> bool:
        same = self._same(key, part, row)
        return same is not None and same in self._taken[key.name, part]

    def _same(self, key: Key, part: tuple[str, ...], row: Row) -> Any:
        """Give what equals that of another row where the key takes the two for equal; None where it never does."""
        values = [row[name] for name in part]
        if None in values and not key.nulls_equal:
            return None
        if key.where and not fulfilled(key.where, row):  # UNKNOWN is taken for true
            return None
        return tuple(
            None if value is None else kind(self._columns[name]).same(_cut(value, key.prefixes.get(name)))
            for name, value in zip(part, values, strict=True)
        )

    def _chosen(self, referring: frozenset[str]) -> frozenset[str]:
        """Choose the columns that are ever new: one of each key, if it has one that can be."""
        leads: set[str] = {name for key in self.keys for name in key.apart}
        for key in self.keys:
            able = [name for name in key.columns if name not in referring and not self._is_small(self._columns[name])]
            if able and not leads & set(key.columns):
                leads.add(min(able, key=lambda name: self._rank(self._columns[name])))
        return frozenset(leads)

    @staticmethod
    def _rank(column: Column) -> tuple[bool, int, str]:
        return not column.counter, _LIKED.index(column.kind) if column.kind in _LIKED else len(_LIKED), column.name

    @staticmethod
    def _is_small(column: Column) -> bool:
        return kind(column).few or column.kind in ("year", "bit", "set")


def _parts(key: Key) -> Sequence[tuple[str, ...]]:
    """Give the groups of columns of which no two rows may have the same."""
    if key.apart:
        return [(name,) for name in key.apart]
    return [key.columns] if key.columns else []


def _written(table: Table) -> Iterable[Key]:
    """Give the keys without the columns that the server computes: those that they are computed from stand for them."""
    columns = {column.name: column for column in table.columns}
    for key in table.keys:
        computed = [name for name in key.columns if columns[name].generated]
        own = tuple(name for name in key.columns if name not in computed)
        apart = [name for name in key.apart if not columns[name].generated]
        if not own:
            apart += [read for name in computed for read in columns[name].reads if not columns[read].generated]
        if own or apart:
            prefixes = {name: size for name, size in key.prefixes.items() if name in own}
            yield Key(key.name, own, prefixes, tuple(dict.fromkeys(apart)), key.nulls_equal, key.where)


def _cut(value: Value, size: int | None) -> Value:
    return value[:size] if size is not None and isinstance(value, str | bytes) else value
