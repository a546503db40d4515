"""The rows of one table, one by one: values, what they refer to, what the checks and the unique keys ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from math import prod
from random import Random

from migkit.rows.candidates import candidates, guess
from migkit.rows.choosing import Shape, chosen
from migkit.rows.conditions import fulfilled
from migkit.rows.keys import Keys
from migkit.rows.references import NoRow, References
from migkit.rows.schema import Check, Column, Held, Key, Row, Table, Value
from migkit.rows.values import few

_TRIED = 600  # combinations of values, for one check or key
_ROUNDS = 4


class TableRows:
    """Makes rows of a table that no check, as far as it is understood, and no key speaks against."""

    def __init__(
        self,
        table: Table,
        references: References,
        known: Mapping[str, Sequence[Value]],
        avoided: Mapping[str, Sequence[Value]],
        held: Held,
        seed: str,
    ) -> None:
        self.table = table
        self.columns = [column for column in table.columns if not column.generated]
        self._by_name = {column.name: column for column in self.columns}
        self._references = references
        self._known = known
        self._unmet = {name: iter(values) for name, values in known.items()}
        self._keys = Keys(table, references.columns, avoided)
        self._seed = seed
        self._held = held
        self._first: Row | None = None
        self._kept: Sequence[Row] = ()
        self._made = 0
        self._again()

    def make(self, shape: Shape, *, search: bool = False) -> Row:
        """Make one more row, NoRow where there is no more; with `search` what the checks read is tried at random."""
        self._made += 1
        rng = Random(f"{self._seed}/{self._made}")  # noqa: S311  # the same rows again
        drawn = self._drawn(shape, rng)
        if search:
            drawn.update(self._searched(rng))
        row = self._settled(drawn, shape, rng, search=search)
        self._keys.take(row)
        if self._first is None and shape is Shape.PLAIN:
            self._first = row
        return row

    def withdraw(self, kept: Sequence[Row]) -> None:
        """Take all rows for not made but those that are `kept`."""
        self._kept = kept
        self._first = next(iter(kept), None)
        self._again()
        for row in kept:
            self._keys.take(row)

    def _again(self) -> None:
        self._keys.forget()
        for row in self._held.rows:
            self._keys.take(row)

    # --- a row as it is drawn -----------------------------------------------------------------------------

    def _drawn(self, shape: Shape, rng: Random) -> dict[str, Value]:
        if shape in (Shape.TWIN, Shape.OTHER) and self._first is not None:
            renewed = self._keys.leads if shape is Shape.TWIN else self._keys.leads & self._keys.single
            changed = {name: self._new(self._by_name[name], shape) for name in sorted(renewed)}
            return {**self._first, **changed}
        row = self._references.assigned(shape, rng)
        for column in self.columns:
            if column.name not in row:
                row[column.name] = self._value(column, shape, rng)
        return self._references.completed(row)

    def _searched(self, rng: Random) -> dict[str, Value]:
        """Give values at random to what checks read, every other time those of a row that was taken."""
        columns = self._checkable(self.table.checks)
        if self._kept and rng.random() < 0.5:  # noqa: PLR2004  # half of the time
            row = rng.choice(self._kept)
            return {column.name: row[column.name] for column in columns}
        return {column.name: guess(column, self._about({column.name}), rng) for column in columns}

    def _value(self, column: Column, shape: Shape, rng: Random) -> Value:
        if column.name not in self._keys.leads:
            return chosen(column, shape, self._known.get(column.name, ()), rng)
        if shape is Shape.NULLS and column.nullable:
            return None
        if shape in (Shape.KNOWN, Shape.MIXED) and column.name in self._unmet:
            value = next(self._unmet[column.name], None)
            if value is not None:
                return value
        return self._new(column, shape)

    def _new(self, column: Column, shape: Shape) -> Value:
        try:
            value = self._keys.new(column)
        except ValueError:
            raise NoRow(f"there are no more values for the key column {column.name}", full=True) from None
        longer = shape is Shape.HIGH and column.kind == "text" and isinstance(value, str)
        return value.ljust(min(column.size or 0, 4096), "x") if longer and isinstance(value, str) else value

    # --- and as it is taken ---------------------------------------------------------------------------------

    def _settled(self, row: dict[str, Value], shape: Shape, rng: Random, *, search: bool) -> Row:
        """Change a row until nothing speaks against it."""
        for _ in range(_ROUNDS + len(self._keys.keys)):
            wrong = [check for check in self.table.checks if fulfilled(check.text, row) is False]
            if wrong:
                about = self._about({name for check in wrong for name in check.columns})
                found = self._first_good(self._checked(row, about, rng))
                found = found or next((each for each in self._checked(row, about, rng) if self._fulfils(each)), None)
                row = found or self._refuse(f"no row fulfils {wrong[0].name}")
            key = self._keys.broken(row)
            if key is None:
                return row
            beside = self._about({*key.columns, *key.apart}) if search else []
            found = self._first_good(self._checked(row, beside, rng), key) if beside else None
            row = found or self._distinct(row, key, shape, rng)
        return self._refuse("its keys and checks leave no room for another row", full=True)

    def _distinct(self, row: dict[str, Value], key: Key, shape: Shape, rng: Random) -> dict[str, Value]:
        """Change what a key looks at: the column that is ever new, or for the other twin any column but that."""
        leads = [name for name in (*key.columns, *key.apart) if name in self._keys.leads]
        renewed = {**row, **{name: self._new(self._by_name[name], shape) for name in leads}} if leads else None
        if renewed is not None and shape is not Shape.OTHER and self._stands(renewed, key):
            return renewed
        found = self._first_good(self._varied(row, key, leads, rng), key)
        if found is None and renewed is not None and self._stands(renewed, key):
            found = renewed
        if found is None:
            found = self._first_good(self._checked(row, self._about({*key.columns, *key.apart}), rng), key)
        return found or self._refuse(f"its key {key.name} leaves no room for another row", full=True)

    def _checked(self, row: dict[str, Value], checks: Sequence[Check], rng: Random) -> Iterator[dict[str, Value]]:
        """Give the row with other values for what the checks read."""
        tried = {name: [value for value in values if value is not None] for name, values in self._tried(checks, rng)}
        if tried and prod(map(len, tried.values())) <= _TRIED:
            for values in product(*(rng.sample(values, len(values)) for values in tried.values())):
                yield {**row, **dict(zip(tried, values, strict=True))}
        for _ in range(_TRIED if tried and all(tried.values()) else 0):
            yield {**row, **{name: rng.choice(values) for name, values in tried.items()}}
        yield {**row, **{name: None for name in tried if self._by_name[name].nullable}}
        for _ in range(_TRIED // 10):
            yield {**row, **self._references.other(row, rng)}

    def _varied(self, row: dict[str, Value], key: Key, leads: Sequence[str], rng: Random) -> Iterator[dict[str, Value]]:
        """Give the row with other values for what a key looks at, all there are: of parents, and of small columns."""
        groups = self._references.choices(key.columns, row)
        referring = {name for group in groups for name in group[0]}
        for name in key.columns:
            if name in referring or name in leads or name not in self._by_name:
                continue
            column = self._by_name[name]
            values = list(few(column)) or [chosen(column, Shape.MIXED, (), rng) for _ in range(20)]
            groups.append([{name: value} for value in values if value is not None])
        for group in groups:
            rng.shuffle(group)
        for changes in islice(product(*groups), _TRIED * 10) if groups else ():
            merged: dict[str, Value] = {}
            if all(merged.setdefault(name, value) == value for change in changes for name, value in change.items()):
                yield {**row, **merged}

    def _tried(self, checks: Sequence[Check], rng: Random) -> Iterator[tuple[str, list[Value]]]:
        return ((column.name, candidates(column, checks, rng)) for column in self._checkable(checks))

    def _checkable(self, checks: Sequence[Check]) -> list[Column]:
        """Give the columns that checks read and no parent decides on."""
        names = dict.fromkeys(name for check in checks for name in check.columns)
        columns = [self._by_name[name] for name in names if name in self._by_name]
        return [column for column in columns if column.name not in self._references.columns]

    def _about(self, names: set[str]) -> list[Check]:
        return [check for check in self.table.checks if names & set(check.columns)]

    def _first_good(self, rows: Iterator[dict[str, Value]], key: Key | None = None) -> dict[str, Value] | None:
        return next((row for row in rows if self._stands(row, key)), None)

    def _stands(self, row: Row, key: Key | None = None) -> bool:
        """Whether nothing speaks against a row; with a `key`, whether only keys that are looked at after it do."""
        broken = self._keys.broken(row)
        if broken is not None and (key is None or self._keys.keys.index(broken) <= self._keys.keys.index(key)):
            return False
        return self._fulfils(row)

    def _fulfils(self, row: Row) -> bool:
        """Whether a row refers to what is there and no check speaks against it."""
        holds = self._references.hold(row)
        return holds and all(fulfilled(check.text, row) is not False for check in self.table.checks)

    @staticmethod
    def _refuse(why: str, *, full: bool = False) -> dict[str, Value]:
        raise NoRow(why, full=full)
