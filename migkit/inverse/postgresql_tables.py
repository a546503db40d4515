"""Tables of PostgreSQL: their columns, indexes and constraints, in an order that the server accepts (pure)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from migkit.ddl.names import Names
from migkit.inverse.held import Held, mentions, sorted_by
from migkit.inverse.postgresql_parents import attached
from migkit.inverse.postgresql_words import parted, qualified
from migkit.model import Alter, CatalogObject, Change, Column, Constraint, Create, Drop, Index, Other, Table

Tables = Mapping[str, Held]
_INHERITED = re.compile(r" INHERITED(?= |\Z)| PARTITION OF ")
_FOREIGN = re.compile(r"\AFOREIGN |TABLE OF ")
_KEYS = ("PRIMARY KEY", "UNIQUE")
_TYPE = re.compile(
    r" (?:COLLATE|NOT NULL|CONSTRAINT|DEFAULT|GENERATED|STORAGE|COMPRESSION|STATISTICS|WITH|COMMENT|ACL) "
)


class TableChanges:
    """What makes the tables of `wanted` of those of `present`; `swapped` are types that another takes the place of."""

    def __init__(self, wanted: Tables, present: Tables, names: Names, swapped: Collection[str] = ()) -> None:
        self._names = names
        self._swapped = swapped
        self._wanted = wanted
        self._present = present
        self.doomed = sorted_by([one for n, one in present.items() if n not in wanted], lambda p, c: self._leads(c, p))
        self.new = sorted_by([one for n, one in wanted.items() if n not in present], self._leads)
        self._stay = [(one, present[name]) for name, one in wanted.items() if name in present]

    def dropped(self) -> Iterator[Change]:
        """Give what goes before columns change: foreign keys, then other constraints and indexes, then tables."""
        for foreign in (True, False):
            yield from (
                change for one, was in self._stay for change in self._constraints_gone(one, was, foreign=foreign)
            )
        for one, was in self._stay:
            for name, each in _own(was, "index"):
                if self._index_goes(one, was, name):
                    yield Drop(_index(was, name, each))
        for at, held in enumerate(self.doomed):
            yield from self._circles(held, self.doomed[:at])
        yield from (Drop(Table(held.name)) for held in self.doomed)

    def altered(self) -> Iterator[Change]:
        """Give what changes tables and columns, and makes the new ones, foreign keys apart."""
        for one, was in self._stay:
            yield from attached(one, was, self._names)
            if _FOREIGN.search(one.definition) and one.definition != was.definition:
                yield Create(Other("table", one.name))
                continue
            yield from self._columns(one, was)
            if one.definition != was.definition:
                yield Alter(Table(one.name, options=one.definition), Table(one.name, options=was.definition))
        for held in self.new:
            yield Create(self._table(held))

    def made(self) -> Iterator[Change]:
        """Give what comes back when all columns are there: indexes, keys and checks, then foreign keys."""
        for one, was in self._stay:
            for name, each in _own(one, "index"):
                if name not in was.of("index") or self._index_goes(one, was, name):
                    yield Create(_index(one, name, each))
        for foreign in (False, True):
            yield from (change for pair in self._stay for change in self._constraints(*pair, foreign=foreign))
        for held in self.new:
            keys = [(name, each) for name, each in _own(held, "constraint") if _is_foreign(each)]
            yield from (Create(_constraint(held, name, each)) for name, each in keys)

    def retyped(self) -> Iterator[tuple[str, str]]:
        """Give table and column of each column whose type changes, or that is gone: no view may look at it then."""
        for one, was in self._stay:
            for name, each in was.of("column").items():
                wanted = one.of("column").get(name)
                if wanted is None or type_of(wanted) != type_of(each) or _is_made_anew(wanted, each):
                    yield one.name, name

    def _constraints_gone(self, one: Held, was: Held, *, foreign: bool) -> Iterator[Change]:
        for name, each in _own(was, "constraint"):
            if _is_foreign(each) is foreign and self._goes(one, was, name):
                yield Drop(_constraint(was, name, each))

    def _circles(self, held: Held, gone: Sequence[Held]) -> Iterator[Change]:
        """Give the foreign keys of a table to drop that lead to one which is dropped before it."""
        for name, each in _own(held, "constraint"):
            if _is_foreign(each) and any(self._names_table(each, other.name) for other in gone):
                yield Drop(_constraint(held, name, each))

    def _columns(self, one: Held, was: Held) -> Iterator[Change]:
        target, there = dict(_own(one, "column")), dict(_own(was, "column"))
        if " PARTITION OF " in one.definition:
            return  # the parent's columns are its
        anew = {name for name in target if name in there and _is_made_anew(target[name], there[name])}
        for name, each in there.items():
            if name not in one.of("column") or name in anew:
                yield Drop(_column(was, name, each))
        for name, each in target.items():
            before = there.get(name)
            if before is None or name in anew:
                yield Create(_column(one, name, each))
            elif _unmarked(before) != _unmarked(each):
                yield Alter(_column(one, name, each), _column(was, name, before))

    def _constraints(self, one: Held, was: Held, *, foreign: bool) -> Iterator[Change]:
        for name, each in _own(one, "constraint"):
            if _is_foreign(each) is not foreign:
                continue
            if name not in was.of("constraint") or self._goes(one, was, name):
                yield Create(_constraint(one, name, each))

    def _goes(self, one: Held, was: Held, name: str) -> bool:
        """Whether a constraint is dropped: gone, changed, or it hangs on what is."""
        wanted, present = one.of("constraint").get(name), was.of("constraint")[name]
        if wanted is None or wanted.definition != present.definition or self._names_anew(one, was, present):
            return True
        return _is_foreign(present) and self._loses_its_key(present)

    def _loses_its_key(self, foreign: CatalogObject) -> bool:
        """Whether the key that a foreign key leads to is dropped."""
        for one, was in self._stay:
            if self._names_table(foreign, one.name):
                return any(
                    each.definition.startswith(_KEYS)
                    and (name not in one.of("constraint") or self._goes(one, was, name))
                    for name, each in was.of("constraint").items()
                )
        return False

    def _index_goes(self, one: Held, was: Held, name: str) -> bool:
        wanted, present = one.of("index").get(name), was.of("index").get(name)
        if present is None:
            return False
        return wanted is None or wanted.definition != present.definition or self._names_anew(one, was, present)

    def _names_anew(self, one: Held, was: Held, part: CatalogObject) -> bool:
        """Whether an index or constraint names a column that is made anew, or a type that is, and goes with it."""
        if any(mentions(part.definition, kind) for kind in self._swapped):
            return True
        for name, each in was.of("column").items():
            wanted = one.of("column").get(name)
            if wanted is not None and _is_made_anew(wanted, each) and mentions(part.definition, self._names.name(name)):
                return True
        return False

    def _table(self, held: Held) -> Table | Other:
        if _FOREIGN.search(held.definition):
            return Other("table", held.name)  # of another server, or of a type
        columns = tuple(_column(held, name, each) for name, each in _own(held, "column"))
        own = [(name, each) for name, each in _own(held, "constraint") if not _is_foreign(each)]
        indexes = tuple(_index(held, name, each) for name, each in _own(held, "index"))
        return Table(
            held.name, columns, tuple(_constraint(held, *each) for each in own), indexes, options=held.definition
        )

    def _leads(self, one: Held, other: Held) -> bool:
        texts = [one.definition, *(each.definition for each in one.of("constraint").values() if _is_foreign(each))]
        return any(mentions(text, qualified(self._names, other.name)) for text in texts)

    def _names_table(self, foreign: CatalogObject, table: str) -> bool:
        return mentions(foreign.definition, qualified(self._names, table))


def type_of(one: CatalogObject) -> str:
    """Give a column's type with its collation."""
    found = re.search(r" COLLATE (\S+)", one.definition)
    return _TYPE.split(f"{one.definition} ", maxsplit=1)[0].strip() + (f" {found[1]}" if found else "")


def _is_made_anew(wanted: CatalogObject, present: CatalogObject) -> bool:
    """Whether no ALTER makes a column what is wanted: it is generated, or another expression is."""
    one, was = _expression(wanted), _expression(present)
    return one != was and bool(one)


def _expression(one: CatalogObject) -> str:
    found = re.search(r"GENERATED ALWAYS AS \(.*\) (?:STORED|VIRTUAL)", one.definition, re.DOTALL)
    return found[0] if found else ""


def _own(held: Held, kind: str) -> Iterator[tuple[str, CatalogObject]]:
    """Give the parts of a table that are not its parent's."""
    for name, one in held.of(kind).items():
        if not _INHERITED.search(parted(one.definition).body):
            yield name, one


def _unmarked(one: CatalogObject) -> str:
    return one.definition.replace(" INHERITED", "")


def _is_foreign(one: CatalogObject) -> bool:
    return one.definition.startswith("FOREIGN KEY")


def _column(held: Held, name: str, one: CatalogObject) -> Column:
    return Column(held.name, name, one.definition)


def _index(held: Held, name: str, one: CatalogObject) -> Index:
    unique = one.definition.startswith("CREATE UNIQUE")
    return Index(held.name, name, unique=unique, definition=one.definition)


def _constraint(held: Held, name: str, one: CatalogObject) -> Constraint:
    return Constraint(held.name, name, one.definition)
