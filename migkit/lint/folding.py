"""A schema that acts change, as far as it is known: what the fold of one function holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from migkit.lint import keys, tables
from migkit.lint.state import Made, State, TableModel, member
from migkit.model.script import Act, ColumnSpec, Guard, KeySpec, Kind
from migkit.product import Family


class Fold:
    """A schema that acts change, within one function of one revision.

    `new` are the tables that the function made. A table that nobody is known to have made is met as a stub, which is
    not whole: an act without a guard would fail if it were not there.
    """

    def __init__(self, before: State, by: str, family: Family) -> None:
        """Begin with a schema; what is made from here on is made by the revision `by`."""
        self.before, self.by, self.family = before, by, family
        self.tables = dict(before.tables)
        self.others = dict(before.others)
        self.gone = dict(before.gone)
        self.closed = before.closed
        self.new: set[str] = set()
        self.blurred: set[str] = set()
        self.opaque = False
        self.guessed: set[str] = set()
        self.text = ""  # of the statement that is applied
        self.path = ""  # the schema in which search_path makes what is named without one, "" for the usual
        self._spelt: dict[str, str] = {}  # names by their small letters, once they are asked for
        self._stubs: dict[str, TableModel] = {}
        self._first = {name: name for name in before.tables}  # what a table was called when the function began
        self.made: dict[tuple[str, str], Made] = {}
        self._known = set(before.tables)  # those of which something is known: the others are blurred already

    def state(self) -> State:
        """Give the schema as it is now."""
        return State(self.tables, self.others, self.gone, self.closed)

    def presumed(self) -> State:
        """Give the schema as it must have been before."""
        return replace(
            self.before, tables={**self.before.tables, **self._stubs}, others={**self.before.others, **self.made}
        )

    def find(self, name: str) -> TableModel | None:
        """Give a table by its name, whatever its case."""
        found = self.tables.get(name)
        if found is None:
            if not self._spelt:
                self._spelt = {one.lower(): one for one in self.tables}
            found = self.tables.get(self._spelt.get(name.lower(), ""))
        return found

    def owner(self, act: Act) -> TableModel | None:
        """Give the table that an act is about, as it is now; PostgreSQL drops an index by its name alone."""
        if act.table:
            return self.find(act.table)
        if act.kind in (Kind.drop_index, Kind.rename_index) and act.name:
            bare = act.name.rpartition(".")[2].lower()
            owned = (table for table in self.tables.values() for one in table.keys if one.lower() == bare)
            return next(owned, None)
        return None

    def blur(self, names: Iterable[str]) -> None:
        """Take it that something unreadable changed those tables, or any one where none is named."""
        listed = list(names)
        if not listed:
            self.blur_all()
        for name in listed:
            table = self.find(name) or TableModel(name, sure=False)
            self.blurred.add(table.name)
            self.put(tables.blurred(table, sure=False))

    def somewhere(self, act: Act) -> None:
        """Take it that an act was done to a table whose name is not known."""
        if act.kind is Kind.rename_table:
            self.blur_all()
            return
        for table in list(self.tables.values()):
            table = replace(table, whole=False)  # noqa: PLW2901  # the table as it may be now
            spec = table.column(act.name) if act.name else None
            if spec is not None:
                columns = {**table.columns, spec.name: replace(spec, type="")}
                table = tables.doubted(replace(table, columns=columns), [spec.name])  # noqa: PLW2901  # as above
            self.put(table)

    def blur_all(self) -> None:
        """Take it that anything may have been done."""
        self.opaque, self.closed = True, False
        for name in self._known & self.tables.keys():
            self.tables[name] = tables.blurred(self.tables[name], sure=False)
        self._known.clear()
        self.others = {name: replace(made, sure=False) for name, made in self.others.items()}

    def put(self, table: TableModel) -> None:
        """Keep a table as it is now."""
        self.tables[table.name] = table
        self._known.add(table.name)
        if self._spelt:
            self._spelt[table.name.lower()] = table.name

    def contradict(self, table: TableModel, name: str = "") -> None:
        """Take what is made without a guard though it is there as a sign that something is not as it is known."""
        if table.sure and name not in table.doubtful:
            self.blurred.add(table.name)

    def presume(self, table: TableModel, *, column: str = "", key: str = "") -> None:
        """Note that a column or a key of a table that is not whole must have been there when the function began."""
        name = self._first.get(table.name)
        if name is None:
            return
        stub = self._stubs.get(name) or self.before.tables.get(name) or TableModel(name, whole=False)
        if column and stub.column(column) is None and table.column(column) is None:
            stub = replace(stub, columns={**stub.columns, column: ColumnSpec(column)})
        if key and stub.key(key) is None and table.key(key) is None:
            stub = replace(stub, keys={**stub.keys, key: KeySpec("", key)})
        self._stubs[name] = stub

    def rename(self, table: TableModel, new: str) -> None:
        """Give a table another name, in what refers to it too."""
        old = table.name
        del self.tables[old]
        self.put(replace(table, name=new))
        if old in self._first:
            self._first[new] = self._first.pop(old)
        if old in self.new:
            self.new = self.new - {old} | {new}
        self.gone[old] = self.by
        self.gone.pop(new, None)
        for other in list(self.tables.values()):
            if any(key.refers == old for key in other.keys.values()):
                moved = {one: replace(key, refers=new) if key.refers == old else key for one, key in other.keys.items()}
                self.put(replace(other, keys=moved))

    def retype(self, old: str, new: str) -> None:
        """Give a type another name, in the columns that have it."""
        spelt = {old.upper() + end: new.upper() + end for end in ("", "[]")}
        for table in list(self.tables.values()):
            found = {name: spec for name, spec in table.columns.items() if spec.type.upper() in spelt}
            if found:
                known = {name: replace(spec, type=spelt[spec.type.upper()]) for name, spec in found.items()}
                self.put(replace(table, columns={**table.columns, **known}))

    def shake(self, name: str) -> None:
        """Take it that a CASCADE took what may stand on a routine or a type of that name; "" is on anything."""
        for table in list(self.tables.values()):
            columns = [one.name for one in table.columns.values() if keys.columned(one, name)]
            stand = [
                one for one, key in table.keys.items() if keys.worked_out(key, name) or {*key.columns} & {*columns}
            ]
            members = [*columns, *map(member, stand)]
            if members:
                self.put(tables.doubted(table, members))

    def forget(self, name: str) -> None:
        """Let go of a table."""
        self.tables.pop(name, None)
        self._first.pop(name, None)
        for part in [one.name for one in self.tables.values() if one.parent == name]:
            self.forget(part)
        self.new.discard(name)
        self.gone[name] = self.by
        if any(made.table == name for made in self.others.values()):
            kept = self.others.items()
            self.others = {key: made for key, made in kept if made.table != name or made.item == "sequence"}

    def make(self, table: TableModel) -> None:
        """Keep a table that the function made."""
        self._first.pop(table.name, None)
        self.new.add(table.name)
        self.gone.pop(table.name, None)
        self.put(table)

    def vouch(self, table: TableModel) -> TableModel:
        """Take a table as one that is there: an act without a guard is done to it."""
        name = self._first.get(table.name)
        if name is not None:
            known = self._stubs.get(name) or self.before.tables.get(name) or TableModel(name, whole=False)
            self._stubs[name] = replace(known, sure=True)
        sure = replace(table, sure=True)
        self.put(sure)
        return sure

    def stub(self, name: str, guard: Guard) -> TableModel:
        """Meet a table that nobody is known to have made; an act without a guard shows that it is there."""
        if any((item, name.lower()) in self.others for item in ("materialized view", "view")):
            self.put(viewed := TableModel(name, by=self.by, whole=False))
            return viewed  # an index on it, or a comment: it is there as the view is
        stub = TableModel(name, whole=False, sure=guard is Guard.none)
        self._first[name] = name
        if guard is Guard.none:
            self._stubs[name] = stub
        self.put(stub)
        return stub
