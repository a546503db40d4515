"""A SQLite table as a value: read from its CREATE TABLE, and as it is after a change (pure)."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from migkit.catalog.sqlite_tables import table_objects
from migkit.ddl.lexis import renamed
from migkit.errors import ConfigError
from migkit.model import Alter, CatalogObject, Change, Column, Constraint, Create, Drop, Index, Rename, Snapshot, Table
from migkit.product import quoted

_Named = TypeVar("_Named", Index, Constraint)


def read(table: Table) -> Table:
    """Give a table in its parts, whether it came in them or as its CREATE TABLE."""
    if table.columns or not table.definition:
        return table
    columns, constraints, options = [], [], ""
    for one in table_objects(table.name, table.definition):
        own = one.name[len(table.name) + 1 :]
        if one.kind == "column":
            columns.append(Column(table.name, own, one.definition))
        elif one.kind == "constraint":
            constraints.append(Constraint(table.name, own, one.definition))
        else:
            options = one.definition
    if not columns:
        raise ConfigError(f"the definition of {table.name} cannot be read", remedy="write the change by hand")
    return replace(table, columns=tuple(columns), constraints=tuple(constraints), options=options, definition="")


def applied(table: Table, change: Change) -> Table:
    """Give the table as it is after a change of one of its parts."""
    if isinstance(change, Rename):
        if change.kind == "table":
            return replace(table, name=change.new)
        return _renamed(table, change.old, change.new)
    part = change.part
    if isinstance(part, Column):
        return replace(table, columns=_columns(table, change, part))
    if isinstance(part, Index):
        return replace(table, indexes=_named(table.indexes, change, part))
    if isinstance(part, Constraint):
        return replace(table, constraints=_named(table.constraints, change, part))
    return table


def _renamed(table: Table, old: str, new: str) -> Table:
    """Give a table whose column has another name, in what is said of it too, as SQLite's RENAME COLUMN does."""

    def said(sql: str) -> str:
        return renamed(sql, "sqlite", old, quoted(new))

    names = {one.name: new if one.name == old else one.name for one in table.columns}
    return replace(
        table,
        columns=tuple(replace(one, name=names[one.name], definition=said(one.definition)) for one in table.columns),
        constraints=tuple(replace(one, definition=said(one.definition)) for one in table.constraints),
        indexes=tuple(
            replace(one, parts=tuple(map(said, one.parts)), where=said(one.where), definition=said(one.definition))
            for one in table.indexes
        ),
    )


def _columns(table: Table, change: Create | Drop | Alter, part: Column) -> tuple[Column, ...]:
    place = next((at for at, one in enumerate(table.columns) if one.name == part.name), None)
    columns = [one for one in table.columns if one.name != part.name]
    if isinstance(change, Drop):
        return tuple(columns)
    if part.after:
        at = next((at + 1 for at, one in enumerate(columns) if one.name == part.after), len(columns))
    elif part.after == "":
        at = 0
    else:
        at = len(columns) if place is None or isinstance(change, Create) else place
    return (*columns[:at], part, *columns[at:])


def _named(present: tuple[_Named, ...], change: Create | Drop | Alter, part: _Named) -> tuple[_Named, ...]:
    gone = change.was.name if isinstance(change, Alter) and isinstance(change.was, Index | Constraint) else part.name
    found: list[_Named] = [one for one in present if one.name != gone]
    if not isinstance(change, Drop):
        found.append(part)
    return tuple(found)


def tables(snapshot: Snapshot) -> tuple[Table, ...]:
    """Give the tables of a catalogue, whole; virtual ones are no tables that could be made anew."""
    parts: dict[tuple[str, str], list[CatalogObject]] = {}
    for one in sorted(snapshot.objects.values(), key=lambda one: one.position):
        parts.setdefault((one.owner, one.kind), []).append(one)
    return tuple(
        Table(
            one.name,
            tuple(Column(one.name, _own(each), each.definition) for each in parts.get((one.name, "column"), ())),
            tuple(
                Constraint(one.name, _own(each), each.definition) for each in parts.get((one.name, "constraint"), ())
            ),
            tuple(
                Index(one.name, each.name, definition=each.definition) for each in parts.get((one.name, "index"), ())
            ),
            one.definition,
            triggers=tuple(_trigger(each) for each in parts.get((one.name, "trigger"), ())),
        )
        for one in parts.get(("", "table"), ())
        if (one.name, "column") in parts
    )


def _trigger(one: CatalogObject) -> str:
    return f"CREATE TRIGGER {quoted(one.name)} {one.definition.removeprefix('TRIGGER ')}"


def _own(one: CatalogObject) -> str:
    return one.name[len(one.owner) + 1 :]
