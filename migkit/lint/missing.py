"""What a revision's downgrade does not undo: the schema before the upgrade against the one after the way back (pure).

What is not certain on one of the two sides is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from migkit.lint import charsets, columntypes, compared
from migkit.lint.case import Case
from migkit.lint.keys import MYSQL
from migkit.lint.state import Made, State, TableModel, any_case, member
from migkit.model.script import ColumnSpec, KeySpec, Kind
from migkit.product import Family
from migkit.values import dataclass

VALUE = "value"  # of an enum
_COLLATIONS = {"postgresql": "default", "sqlite": "binary"}  # what a catalogue holds where none is said
_ALIASES = {"utf8": "utf8mb3"}
_KINDS = {
    "": "key",
    "primary": "primary key",
    "unique": "unique key",
    "foreign": "foreign key",
    "check": "check constraint",
    "exclude": "exclusion constraint",
    "fulltext": "fulltext index",
    "spatial": "spatial index",
}


class Fault(StrEnum):
    """How an object differs after the way back."""

    left = "left"  # it is there, and was not before
    lost = "lost"  # it was there before, and the upgrade took it
    taken = "taken"  # it was there before, and the downgrade alone took it
    altered = "altered"  # it is not what it was


@dataclass(frozen=True, slots=True)
class Missing:
    """One object that is not as it was: a `kind` of thing, its table ("" of a table itself, and of a type), its name.

    `difference` says what is altered; `new` is the name under which something renamed still stands; `implied` is
    whether the server made it, or took it away with something else, without being told.
    """

    fault: Fault
    kind: str
    table: str
    name: str
    difference: str = ""
    new: str = ""
    implied: bool = False


def missing(case: Case) -> tuple[Missing, ...]:
    """Give what differs for certain; nothing where either function may do what cannot be read."""
    if "missing" not in case.memo:
        case.memo["missing"] = tuple(_missing(case))
    found: tuple[Missing, ...] = case.memo["missing"]
    return found


def _missing(case: Case) -> Iterator[Missing]:
    if case.up.opaque or case.down.opaque:
        return
    before = case.up.presumed
    if case.undone.tables == before.tables and case.undone.others == before.others:
        return
    yield from _tables(case, before)
    yield from _others(case, before)


def _tables(case: Case, before: State) -> Iterator[Missing]:
    blurred = {name.lower() for name in case.up.blurred | case.down.blurred}
    left = [one for one in case.undone.tables.values() if one.sure and any_case(before.tables, one.name) is None]
    lost = [one for one in before.tables.values() if one.sure and any_case(case.undone.tables, one.name) is None]
    views = {name for state in (before, case.undone) for item, name in state.others if item.endswith("view")}
    left, lost = ([one for one in some if one.name.lower() not in views] for some in (left, lost))
    for one in _gone(case, [table for table in left if _fresh(case, before, table)], lost):
        if one.name.lower() not in blurred and one.new.lower() not in blurred:
            yield one
    for name, table in case.undone.tables.items():
        if table is before.tables.get(name):
            continue  # as it was: tables are replaced where they change
        was = any_case(before.tables, table.name)
        if was is not None and was.sure and table.sure and table.name.lower() not in blurred:
            yield from _Members(case, was, table).all()


def _fresh(case: Case, before: State, table: TableModel) -> bool:
    """Whether it is certain that there was no such table before."""
    return table.name not in case.up.guessed and (before.closed or not table.guarded)


def _gone(case: Case, left: list[TableModel], lost: list[TableModel]) -> Iterator[Missing]:
    """Give the tables that are there and were not, or were and are not; one with two names once."""
    for table in left:
        was = next((one for one in lost if one.by == table.by != case.script.id and _alike(one, table)), None)
        if was is not None:
            lost.remove(was)
            yield Missing(Fault.altered, "table", "", was.name, new=table.name)
        elif table.by == case.script.id or _is_new_name(case, table.name):
            yield Missing(Fault.left, "table", "", table.name)
    for table in lost:
        yield Missing(_fault(case.after.table(table.name)), "table", "", table.name)


def _is_new_name(case: Case, name: str) -> bool:
    return any(deed.act.kind is Kind.rename_table and deed.act.new.lower() == name.lower() for deed in case.upgrade)


def _alike(one: TableModel, other: TableModel) -> bool:
    return set(one.columns) == set(other.columns) or not (one.whole and other.whole)


def _fault(there: object | None) -> Fault:
    """Tell who took what is gone: the upgrade, if it was gone after it already."""
    return Fault.lost if there is None else Fault.taken


class _Members:
    """The columns and keys of one table, before and after."""

    def __init__(self, case: Case, before: TableModel, undone: TableModel) -> None:
        self.case, self.before, self.undone = case, before, undone
        self.after = case.after.table(before.name)
        self.family: Family = case.engine.family
        self.remade = undone.by == case.script.id != before.by

    def all(self) -> Iterator[Missing]:
        """Give what differs; what goes with a column is told with the column."""
        columns = list(self._columns())
        yield from columns
        gone = {name.lower() for one in columns if one.fault is not Fault.altered for name in (one.name, one.new)}
        moved = {one.new.lower() for one in columns if one.new}
        for one in self._keys():
            key = self.undone.keys.get(one.name) or self.before.keys.get(one.name)
            named = {column.lower() for column in key.columns} if key is not None else set()
            if gone.isdisjoint(named) and not (one.fault is Fault.altered and named & moved):
                yield one

    def _columns(self) -> Iterator[Missing]:
        before, undone = self.before.columns, self.undone.columns
        left = [name for name in undone if any_case(before, name) is None and self._left(name)]
        lost = [name for name in before if any_case(undone, name) is None and self._lost(name)]
        renamed = dict(self._renamed(lost, left))
        for name in lost:
            new = renamed.get(name, "")
            fault = Fault.altered if new else _fault(self.after and self.after.column(name))
            yield Missing(fault, "column", self.undone.name, name, new=new)
        for name in left:
            if name not in renamed.values():
                yield Missing(Fault.left, "column", self.undone.name, name)
        for name, spec in undone.items():
            was = any_case(before, name)
            if was is not None and name not in self.undone.doubtful and was.name not in self.before.doubtful:
                difference = compared.column(was, spec, self.family) or self._collated(was, spec)
                if difference:
                    yield Missing(Fault.altered, "column", self.undone.name, name, difference)

    def _keys(self) -> Iterator[Missing]:
        before, undone = self.before.keys, self.undone.keys
        left = [name for name in undone if any_case(before, name) is None and self._left(member(name))]
        lost = [name for name in before if any_case(undone, name) is None and self._lost(member(name))]
        for name in list(lost):
            twin = next((one for one in left if compared.same_key(before[name], undone[one])), None)
            if twin is not None:
                left.remove(twin)
                lost.remove(name)
        for name in lost:
            if before[name].kind or not self._adds_keys():
                fault = _fault(self.after and self.after.keys.get(name))
                yield Missing(fault, _kind(before[name]), self.undone.name, name)
        for name in left:
            implied = member(name) in self.undone.implied
            yield Missing(Fault.left, _kind(undone[name]), self.undone.name, name, implied=implied)
        yield from self._altered_keys()

    def _altered_keys(self) -> Iterator[Missing]:
        for name, key in self.undone.keys.items():
            was = self.before.keys.get(name)
            if was is not None and member(name) not in self.undone.doubtful | self.before.doubtful:
                difference = compared.key(was, key)
                if difference:
                    yield Missing(Fault.altered, _kind(key), self.undone.name, name, difference)

    def _collated(self, was: ColumnSpec, spec: ColumnSpec) -> str:
        """Say how the collation, or the charset, of a column's text differs, as far as both are known."""
        tables = ((one.charset, one.collation) for one in (self.before, self.undone))
        if was is spec and len(set(tables)) == 1:
            return ""
        if not (was.type and spec.type) or (self.family in MYSQL and not columntypes.textual(spec.type, self.family)):
            return ""
        before, after = self._collation(was, self.before), self._collation(spec, self.undone)
        if before and after and before != after:
            return f"{after}, and was {before}"
        first, second = self._charset(was, self.before), self._charset(spec, self.undone)
        return f"{second}, and was {first}" if first and second and first != second else ""

    def _collation(self, column: ColumnSpec, table: TableModel) -> str:
        """Give the collation of a column: where none is said it is the table's, and that is the database's."""
        usual = _COLLATIONS.get(self.family, self.case.schema.server.collation)
        own = column.collation.strip("'\"").lower()
        return own or ("" if column.charset else table.collation or ("" if table.charset else usual))

    def _charset(self, column: ColumnSpec, table: TableModel) -> str:
        if self.family not in MYSQL:
            return ""
        return _ALIASES.get(said := charsets.charset(column, table, None, self.case), said)

    def _left(self, name: str) -> bool:
        """Whether it is certain that it was not there before, and is now."""
        if name in self.undone.doubtful or f"{self.undone.name}.{name}" in self.case.up.guessed:
            return False
        if self.before.whole:
            return True
        if name.startswith(member("")) and f"{self.undone.name}.{member('')}" in self.case.up.guessed:
            return False  # the upgrade took a key whose name is not known
        ours = self.undone.origin.get(name) == self.case.script.id
        return ours and name not in self.undone.met and not self.remade

    def _lost(self, name: str) -> bool:
        """Whether it is certain that it was there before, and is not now."""
        return name not in self.before.doubtful and (self.undone.whole or not self.before.whole)

    def _renamed(self, lost: list[str], left: list[str]) -> Iterator[tuple[str, str]]:
        for deed in self.case.upgrade:
            if deed.act.new and deed.act.name in lost and deed.act.new in left:
                yield deed.act.name, deed.act.new

    def _adds_keys(self) -> bool:
        return any(deed.act.key is not None for deed in self.case.downgrade)


def _kind(key: KeySpec) -> str:
    """Give what people call it."""
    return _KINDS.get(key.kind, key.kind)


def _others(case: Case, before: State) -> Iterator[Missing]:
    undone, ident = case.undone, case.script.id
    for key, made in undone.others.items():
        was = before.others.get(key)
        if was is None:
            ours = made.by == ident or (before.closed and _is_new_type(case, made))
            certain = made.sure and ours and (before.closed or not made.guarded)
            if certain and made.item != "extension" and f"{key[0]} {key[1]}" not in case.up.guessed:
                yield Missing(Fault.left, _item(made), made.table, made.name)
        elif made.sure and was.sure and was.values and made.values:
            yield from (
                Missing(Fault.left, VALUE, made.name, value) for value in made.values if value not in was.values
            )
            then = case.after.others.get(key)
            yield from (
                Missing(_fault(value if then and value in then.values else None), VALUE, made.name, value)
                for value in was.values
                if value not in made.values
            )
        elif made.sure and was.sure and compared.other(was, made):
            yield Missing(Fault.altered, _item(made), made.table, made.name, "another text than before")
    for key, made in before.others.items():
        with_table = made.table and case.before.table(made.table) and not undone.table(made.table)
        if made.sure and key not in undone.others and not with_table:
            yield Missing(_fault(case.after.others.get(key)), _item(made), made.table, made.name)


def _is_new_type(case: Case, made: Made) -> bool:
    """Whether a type got the name that it has now in this revision."""
    deeds = (*case.upgrade, *case.downgrade)
    return any(deed.act.kind is Kind.rename_type and deed.act.new == made.name for deed in deeds)


def _item(made: Made) -> str:
    return made.item or "type"
