"""Foreign keys of MySQL and MariaDB: which go before tables change, and which come back afterwards (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from migkit.inverse import mysql_table as table
from migkit.inverse.held import Held, sorted_by
from migkit.model import CatalogObject, Create, Drop

Tables = Mapping[str, Held]


class ForeignKeys:
    """The foreign keys of what is `wanted` and what is `present`; `doomed` and `new` are tables in a sound order."""

    def __init__(self, wanted: Tables, present: Tables) -> None:
        self._wanted = wanted
        self._present = present
        self.doomed = sorted_by([one for n, one in present.items() if n not in wanted], lambda p, c: _leads(c, p))
        self.new = sorted_by([one for n, one in wanted.items() if n not in present], _leads)
        self._stay = [name for name in wanted if name in present]

    def dropped(self) -> Iterator[Drop]:
        """Give those to drop first: gone, changed, in a column's way, or leading to a table that is dropped before."""
        for at, held in enumerate(self.doomed):
            gone = {one.name for one in self.doomed[:at]}
            for key, one in foreign(held).items():
                if table.referenced(one.definition) in gone:
                    yield Drop(table.constraint(key, one))
        for name in self._stay:
            wanted = foreign(self._wanted[name])
            for key, one in foreign(self._present[name]).items():
                if key not in wanted or wanted[key].definition != one.definition or self._is_touched(name, one):
                    yield Drop(table.constraint(key, one))

    def made(self) -> Iterator[Create]:
        """Give those to make last: what `dropped` took, and what the new tables came without."""
        for name in self._stay:
            present = foreign(self._present[name])
            for key, one in foreign(self._wanted[name]).items():
                if key not in present or present[key].definition != one.definition or self._is_touched(name, one):
                    yield Create(table.constraint(key, one))
        for held in self.new:
            for key in self.late(held):
                yield Create(table.constraint(key, foreign(held)[key]))

    def late(self, held: Held) -> tuple[str, ...]:
        """Give those of a new table that lead to one which is made after it."""
        later = {one.name for one in self.new[self.new.index(held) + 1 :]}
        return tuple(key for key, one in foreign(held).items() if table.referenced(one.definition) in later)

    def _is_touched(self, name: str, one: CatalogObject) -> bool:
        """Whether a column of the key, on either side, changes what a foreign key looks at."""
        parent, definition = table.referenced(one.definition), one.definition
        sides = ((name, table.columns_of(definition)), (parent, table.referenced_columns(definition)))
        return any(self._is_changed(side, column) for side, columns in sides for column in columns)

    def _is_changed(self, name: str, column: str) -> bool:
        if name not in self._wanted or name not in self._present:
            return False
        one, was = self._wanted[name].of("column").get(column), self._present[name].of("column").get(column)
        if one is None or was is None:
            return one is not was
        return table.type_of(one.definition) != table.type_of(was.definition)


def foreign(held: Held) -> dict[str, CatalogObject]:
    """Give the foreign keys of a table by name."""
    return {name: one for name, one in held.of("constraint").items() if table.is_foreign(one)}


def _leads(one: Held, other: Held) -> bool:
    return any(table.referenced(key.definition) == other.name for key in foreign(one).values())
