"""Holds changes against the real schema: refuses what is not there or there already, and completes what is.

What is dropped or changed gets its present definition. Whatever a name alone cannot tell, the server says when the
revision's SQL is run on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from migkit.ddl.names import Names
from migkit.errors import ConfigError
from migkit.intent import definitions
from migkit.intent.present import Present, missing, values
from migkit.intent.segments import columns_of
from migkit.model import (
    Alter,
    CatalogObject,
    Change,
    Column,
    Constraint,
    Create,
    Drop,
    Engine,
    Enum,
    EnumValue,
    Index,
    Rename,
    Snapshot,
    Table,
)

_COLUMN = re.compile(r"""([A-Za-z_]\w*|"(?:[^"]|"")+"|`(?:[^`]|``)+`)(?:\(\d+\))?(?: (?:ASC|DESC))?""")


def resolved(changes: Sequence[Change], snapshot: Snapshot, engine: Engine) -> tuple[Change, ...]:
    """Give the changes as they are to be made in a schema that stands like this.

    Raises ConfigError, with the nearest names: a table, column, index or constraint that is not there, or is there.
    """
    work = _Resolving(Present(snapshot, engine), engine)
    if changes and all(_is_value(change) for change in changes):  # of one enum: a title names no other
        return work.values(changes)
    return tuple(found for change in changes for found in work.change(change))


class _Resolving:
    """One title's changes, in order: those before have `made` columns, and indexes are `gone`."""

    def __init__(self, present: Present, engine: Engine) -> None:
        self.present = present
        self.engine = engine
        self.names = Names(engine)
        self.made: set[tuple[str, str]] = set()
        self.gone: set[tuple[str, str]] = set()

    def change(self, change: Change) -> tuple[Change, ...]:
        if isinstance(change, Rename):
            return (self._rename(change),)
        found = _READERS[type(change), type(change.part)](self, change.part)
        return found if isinstance(found, tuple) else (found,)

    # --- tables ---------------------------------------------------------------------------------------

    def create_table(self, part: Table) -> Change:
        found = self.present.find_table(part.name)
        if found is not None:
            raise ConfigError(f"the table {found} is there already", remedy="name another, or add to it")
        return Create(part)

    def drop_table(self, part: Table) -> Change:
        table = self.present.table(part.name)
        for owner, name in self.present.referring(table):
            raise ConfigError(
                f"the constraint {name} of {owner} refers to {table}",
                remedy=f"remove that first: {owner} remove constraint {name}",
            )
        return Drop(replace(part, name=table))

    def _rename(self, change: Rename) -> Rename:
        table = self.present.table(change.table)
        if change.kind == "table":
            if self.present.find_table(change.new) is not None:
                raise ConfigError(f"the table {change.new} is there already", remedy="name another")
            return replace(change, table=table, old=table)
        name, _found = self.present.column(table, change.old)
        if change.new in self.present.columns(table):
            raise ConfigError(f"{table} has a column {change.new} already", remedy="name another")
        return replace(change, table=table, old=name)

    # --- columns --------------------------------------------------------------------------------------

    def create_column(self, part: Column) -> Change | tuple[Change, ...]:
        table = self.present.table(part.table)
        there = self.present.columns(table).get(part.name)
        if there is not None:
            return self._more_values(replace(part, table=table), there)
        after = self._after(table, part.after)
        self.made.add((table, part.name))
        return Create(replace(part, table=table, after=after))

    def drop_column(self, part: Column) -> Change | tuple[Change, ...]:
        table = self.present.table(part.table)
        name, found = self.present.column(table, part.name)
        dropped = Drop(replace(part, table=table, name=name, definition=self._plain(found)))
        return dropped if self.engine.columns.frees else (*self._indexes_on(table, name), dropped)

    def _indexes_on(self, table: str, column: str) -> Iterator[Change]:
        """Drop the indexes that name a column, each once: SQLite would refuse to drop it."""
        quoted = re.escape(self.names.name(column))
        for name, found in self.present.indexes(table).items():
            if (table, name) not in self.gone and re.search(rf"(?<![\w'\"]){quoted}(?![\w'\"])", found.definition):
                self.gone.add((table, name))
                yield Drop(Index(table, name, definition=found.definition))

    def alter_column(self, part: Column) -> Change:
        table = self.present.table(part.table)
        name, found = self.present.column(table, part.name)
        wanted = definitions.merged(found.definition, part.definition, self.engine) if part.definition else ""
        was = Column(table, name, self._plain(found))
        same = bool(wanted) and definitions.same(definitions.plain(wanted, self.engine), was.definition)
        if same and part.after is None:
            raise ConfigError(f"{table}.{name} is {was.definition} already", remedy="name what is to be different")
        return Alter(
            replace(part, table=table, name=name, definition=wanted, after=self._after(table, part.after)), was
        )

    def _after(self, table: str, after: str | None) -> str | None:
        if not after or (table, after) in self.made:
            return after
        return self.present.column(table, after)[0]

    def _plain(self, found: CatalogObject) -> str:
        return definitions.plain(found.definition, self.engine)

    # --- indexes and constraints ----------------------------------------------------------------------

    def create_index(self, part: Index) -> Change:
        table = self.present.table(part.table)
        if part.name in self.present.indexes(table) or part.name in self.present.constraints(table):
            raise ConfigError(f"{table} has an index {part.name} already", remedy="name another")
        return Create(self._index(replace(part, table=table)))

    def alter_index(self, part: Index) -> Change:
        name, found = self.present.index(part.table and self.present.table(part.table), part.name)
        was = Index(found.owner, name, definition=found.definition)
        return Alter(self._index(replace(part, table=found.owner, name=name)), was)

    def drop_index(self, part: Index) -> Change:
        name, found = self.present.index(part.table and self.present.table(part.table), part.name)
        return Drop(replace(part, table=found.owner, name=name, definition=found.definition))

    def _index(self, part: Index) -> Index:
        """Find the columns that its name spells, or see that those it names are there."""
        columns = self.present.columns(part.table)
        if not part.parts:
            spelled = columns_of(part.name, self.names.parts(part.table)[-1], columns)
            if not spelled:
                raise ConfigError(
                    f"the name {part.name} spells no columns of {part.table}",
                    remedy=f'name them: "index {part.name} on COL …"; it has {", ".join(columns)}',
                )
            return replace(part, parts=tuple(map(self.names.name, spelled)))
        for text in part.parts:
            found = _COLUMN.fullmatch(text)
            if found:
                self.present.column(part.table, self.names.parts(found[1])[0])
        return part

    def create_constraint(self, part: Constraint) -> Change:
        table = self.present.table(part.table)
        if part.name in self.present.constraints(table) or part.name in self.present.indexes(table):
            raise ConfigError(f"{table} has a constraint {part.name} already", remedy="name another")
        return Create(replace(part, table=table))

    def alter_constraint(self, part: Constraint) -> Change:
        table = self.present.table(part.table)
        name, found = self.present.constraint(table, part.name)
        return Alter(replace(part, table=table, name=name), Constraint(table, name, found.definition))

    def drop_constraint(self, part: Constraint) -> Change:
        table = self.present.table(part.table)
        name, found = self.present.constraint(table, part.name)
        return Drop(replace(part, table=table, name=name, definition=found.definition))

    # --- enums ----------------------------------------------------------------------------------------

    def create_enum(self, part: Enum) -> tuple[Change, ...]:
        if self.present.enum(part.name) is None:
            return (Create(part),)
        return self.values([Create(EnumValue(part.name, value)) for value in part.values])

    def drop_enum(self, part: Enum) -> Change:
        return Drop(replace(part, values=values(self._type(part.name).definition)))

    def values(self, changes: Sequence[Change]) -> tuple[Change, ...]:
        """Add values to an enum, or take them out: of a type, or of a column, whose whole definition then changes."""
        parts = [change.part for change in changes if not isinstance(change, Rename)]
        named = [part for part in parts if isinstance(part, EnumValue)]
        added = isinstance(changes[0], Create)
        if self.engine.columns.enums == "type":
            found = self._type(named[0].enum)
            known, wanted = self._wanted(named, values(found.definition), added=added)
            if added:
                return tuple(changes)
            users = self.present.of_type(named[0].enum)
            return (Alter(Enum(named[0].enum, wanted, users), Enum(named[0].enum, known, users)),)
        name, column = self._enum_column(named[0])
        known, wanted = self._wanted(named, values(column.definition), added=added)
        listed = f"ENUM({', '.join(map(self.names.literal, wanted))})"
        definition = definitions.merged(column.definition, listed, self.engine)
        was = Column(column.owner, name, self._plain(column))
        return (Alter(Column(column.owner, name, definition), was),)

    def _wanted(
        self, named: Sequence[EnumValue], known: tuple[str, ...], *, added: bool
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Give the values that there are, and those that there will be."""
        for part in named:
            if added and part.value in known:
                raise ConfigError(f"enum {part.enum} has the value {part.value} already", remedy="name another")
            if not added and part.value not in known:
                raise missing("value", part.value, known, f"enum {part.enum}")
        mentioned = [part.value for part in named]
        return known, (*known, *mentioned) if added else tuple(value for value in known if value not in mentioned)

    def _type(self, name: str) -> CatalogObject:
        found = self.present.enum(name)
        if found is None:
            raise missing("enum", name, self.present.enums(), "")
        return found

    def _enum_column(self, part: EnumValue) -> tuple[str, CatalogObject]:
        table = self.present.table(part.table) if part.table else self._table_of(part.enum)
        name, column = self.present.column(table, part.enum)
        if not _is_enum(column):
            raise ConfigError(f"{table}.{name} is no enum: {column.definition}", remedy="name a column that is one")
        return name, column

    def _table_of(self, enum: str) -> str:
        owners = [table for table in self.present.tables if _is_enum(self.present.columns(table).get(enum))]
        if len(owners) != 1:
            text = f"{len(owners)} tables have an enum {enum}: {', '.join(owners)}" if owners else f"no enum {enum}"
            raise ConfigError(text, remedy="say which column it is: change TABLE.COLUMN to enum('a','b')")
        return owners[0]

    def _more_values(self, part: Column, there: CatalogObject) -> tuple[Change, ...]:
        """Read `add "enum status cancelled"` where the column is there: it gets the values."""
        if not (_is_enum(there) and part.definition.upper().startswith("ENUM(")):
            raise ConfigError(
                f"{part.table} has a column {part.name} already: {there.definition}",
                remedy=f"to change it: {part.table} update column {part.name}:TYPE",
            )
        return self.values([Create(EnumValue(part.name, value, table=part.table)) for value in values(part.definition)])


def _is_value(change: Change) -> bool:
    return not isinstance(change, Rename) and isinstance(change.part, EnumValue)


def _is_enum(column: CatalogObject | None) -> bool:
    return column is not None and column.definition.lower().startswith("enum(")


_READERS: dict[tuple[type, type], Callable[[_Resolving, Any], Change | tuple[Change, ...]]] = {
    (Create, Table): _Resolving.create_table,
    (Drop, Table): _Resolving.drop_table,
    (Create, Column): _Resolving.create_column,
    (Drop, Column): _Resolving.drop_column,
    (Alter, Column): _Resolving.alter_column,
    (Create, Index): _Resolving.create_index,
    (Drop, Index): _Resolving.drop_index,
    (Alter, Index): _Resolving.alter_index,
    (Create, Constraint): _Resolving.create_constraint,
    (Drop, Constraint): _Resolving.drop_constraint,
    (Alter, Constraint): _Resolving.alter_constraint,
    (Create, Enum): _Resolving.create_enum,
    (Drop, Enum): _Resolving.drop_enum,
}
