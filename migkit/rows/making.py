"""The rows of all tables: how many each wants, in which order they are made, and what becomes of what was refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from migkit.model.rehearsal import Rows
from migkit.rows import order
from migkit.rows.choosing import Shape, shapes
from migkit.rows.references import NoRow, References
from migkit.rows.schema import Column, Held, Row, Table, Value
from migkit.rows.store import Put
from migkit.rows.table import TableRows
from migkit.rows.values import read


class Making:
    """Makes rows for `tables`, as many as `wants` says of each, given what they hold.

    A row that was made counts as there until it is refused. `short` says why a table got fewer, and `full` are those
    in which there is no room for more.
    """

    def __init__(
        self, tables: Mapping[str, Table], wants: Mapping[str, int], held: Mapping[str, Held], rows: Rows
    ) -> None:
        self.wants = wants
        self.short: dict[str, str] = {}
        self.full: set[str] = set()
        self._tables = order.narrowed(tables)
        self._held = held
        self._rows = rows
        self._supposed = order.supposed(self._tables)
        self._made: dict[str, list[Row]] = {name: [] for name in tables}
        self._makers: dict[str, TableRows] = {}
        self._references: dict[str, References] = {}

    def puts(self) -> Iterator[tuple[tuple[str, ...], Put]]:
        """Make the rows that the tables want, parents first; give each group of tables with its rows."""
        for group in order.groups(self._tables, self._supposed):
            if not any(self.wants.get(name) for name in group):
                continue
            rows: dict[str, list[Row]] = {}
            for place, name in enumerate(group):
                self._open(name, later=frozenset(group[place + 1 :]))
                rows[name] = self._filled(name)
            if len(group) > 1:
                self._close(rows)
            if any(rows.values()):
                yield group, Put({name: made for name, made in rows.items() if made}, circle=len(group) > 1)

    def has_enough(self, name: str, added: int) -> bool:
        """Whether a table holds all the rows that were asked for, or all that there is room for."""
        count = self._held.get(name, Held()).count + added
        return count >= self._rows.count or (count > 0 and name in self.full)

    def can_search(self, name: str) -> bool:
        """Whether a row that the server refuses may be mended: there are checks, and it alone may understand them."""
        return bool(self._tables[name].checks)

    def withdraw(self, group: Sequence[str]) -> None:
        """Take the rows of refused tables for not made, and make them anew as if no table came later."""
        for name in group:
            self._made[name] = []
            self._open(name)

    def one(self, name: str, shape: Shape, *, search: bool) -> Row | None:
        """Make one more row of a table; None where there is none."""
        try:
            return self._add(name, self._makers[name].make(shape, search=search))
        except NoRow as why:
            self.short[name] = str(why)
            if why.full:
                self.full.add(name)
            return None

    def keep(self, name: str, rows: Sequence[Row]) -> None:
        """Take these rows of a table for all that were made."""
        self._made[name] = list(rows)
        self._makers[name].withdraw(rows)

    def _filled(self, name: str) -> list[Row]:
        rows: list[Row] = []
        for shape in shapes(self.wants.get(name, 0)):
            row = self.one(name, shape, search=False) or self.one(name, Shape.MIXED, search=True)
            if row is not None:
                rows.append(row)
        return rows

    def _close(self, rows: Mapping[str, Sequence[Row]]) -> None:
        for name, made in rows.items():
            try:
                self._references[name].closed([row for row in made if isinstance(row, dict)])
            except NoRow as why:
                self.short[name] = str(why)

    def _open(self, name: str, later: frozenset[str] = frozenset()) -> None:
        table = self._tables[name]
        self._references[name] = References(table, self._supposed.get(name, ()), self._of, later)
        writable = [column for column in table.columns if not column.generated]
        inserted = {column.name: self._read(column, self._rows.inserted, also="") for column in writable}
        in_keys = {name for key in table.keys for name in (*key.columns, *key.apart)}
        known = {
            column.name: [
                value
                for value in self._read(column, self._rows.compared, default=True)
                if column.name not in in_keys or value not in inserted[column.name]
            ]
            for column in writable
        }
        held = self._held.get(name, Held())
        seed = f"{self._rows.seed}/{name}/{held.count}"
        self._makers[name] = TableRows(table, self._references[name], known, inserted, held, seed)

    def _read(
        self, column: Column, texts: Mapping[str, Sequence[str]], *, also: str | None = None, default: bool = False
    ) -> list[Value]:
        names = (column.name.lower(), *(() if also is None else (also,)))
        found = [text for name in names for text in texts.get(name, ())]
        return read(column, [*([column.default] if default and column.default is not None else []), *found])

    def _of(self, name: str) -> Sequence[Row]:
        held = self._held.get(name, Held())
        return [*held.rows, *self._made.get(name, ())] if held.rows else self._made.get(name, ())

    def _add(self, name: str, row: Row) -> Row:
        self._made[name].append(row)
        return row
