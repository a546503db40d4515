"""A catalogue as it would be after changes, supposed: for an inverse where nothing can be tried (pure)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from migkit.catalog.mysql_ddl import qualified
from migkit.ddl.names import Names
from migkit.inverse.held import mentions
from migkit.model import (
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
    Other,
    Rename,
    Snapshot,
    Table,
)

Objects = dict[tuple[str, str], CatalogObject]
_VALUES = re.compile(r"(enum\s*\()((?:'(?:[^'\\]|\\.|'')*'(?:,\s*)?)*)\)", re.IGNORECASE)
_VALUE = re.compile(r"'(?:[^'\\]|\\.|'')*'")
_UNKNOWN = "?"


def supposed(changes: Iterable[Change], snapshot: Snapshot, engine: Engine) -> Snapshot:
    """Give the catalogue after `changes`; what only the server could say is in the words of the change."""
    after = _After(snapshot, Names(engine), mysql=engine.quote("") == "``")
    for change in changes:
        after.apply(change)
    return Snapshot(after.objects)


class _After:
    """A catalogue while changes are supposed."""

    def __init__(self, snapshot: Snapshot, names: Names, *, mysql: bool) -> None:
        self.objects: Objects = dict(snapshot.objects)
        self._names = names
        self._mysql = mysql

    def apply(self, change: Change) -> None:
        if isinstance(change, Rename):
            self._rename(change)
            return
        part = change.part
        steps: dict[type, Callable[[Change, Any], None]] = {
            Table: self._table,
            Column: self._column,
            Index: self._key,
            Constraint: self._key,
            Enum: self._enum,
            EnumValue: self._value,
        }
        if not isinstance(part, Other):
            steps[type(part)](change, part)

    def _table(self, change: Change, part: Table) -> None:
        name = self._raw(part.name)
        if isinstance(change, Drop):
            self._forget(lambda one: one.owner == name or (one.kind, one.name) == ("table", name))
            return
        self._add(CatalogObject("table", name, part.options or _UNKNOWN))
        for column in part.columns:
            self._column(Create(column), column)
        for key in part.constraints:
            self._key(Create(key), key)
        for index in part.indexes:
            self._key(Create(index), index)

    def _column(self, change: Change, part: Column) -> None:
        table, name = self._raw(part.table), self._part(part.table, part.name)
        was = self.objects.get(("column", name))
        if isinstance(change, Drop):
            self.objects.pop(("column", name), None)
            self._without(table, part.name)
        elif was is not None:
            self._add(replace(was, definition=part.definition or _UNKNOWN))
        else:
            last = max((one.position for one in self._owned(table, "column")), default=0)
            self._add(CatalogObject("column", name, part.definition or _UNKNOWN, table, last + 1))

    def _without(self, table: str, column: str) -> None:
        """Drop what names a column with it; MySQL's keys lose a part, and the last one takes the key with it."""
        written = self._names.engine.quote(column) if self._mysql else self._names.name(column)
        for one in [each for each in self.objects.values() if each.owner == table]:
            if one.kind not in ("key", "index", "constraint", "sequence") or not self._says(one, written, column):
                continue
            left = re.sub(rf"{re.escape(written)}(?:\(\d+\))?(?: DESC)?,?", "", one.definition).replace(",)", ")")
            shrinks = one.kind == "key" and "()" not in left
            self.objects.pop((one.kind, one.name))
            if shrinks:
                self._add(replace(one, definition=left))

    def _says(self, one: CatalogObject, written: str, column: str) -> bool:
        if one.kind == "sequence":
            return one.definition.endswith(f" {one.owner}.{column}")
        return written in one.definition if self._mysql else mentions(one.definition, written)

    def _key(self, change: Change, part: Index | Constraint) -> None:
        table = self._raw(part.table)
        names = {
            "key": self._part(part.table, part.name),
            "constraint": self._part(part.table, part.name),
            "index": part.name,
        }
        found = [(kind, name) for kind, name in names.items() if (kind, name) in self.objects]
        for key in found:
            if isinstance(change, Drop):
                del self.objects[key]
            else:
                self._add(replace(self.objects[key], definition=part.definition or _UNKNOWN))
        if not found and not isinstance(change, Drop):
            keyed = isinstance(part, Index) or part.kind in ("unique", "primary key")
            kind = ("key" if keyed else "constraint") if self._mysql else _kind(part)
            self._add(CatalogObject(kind, names[kind], part.definition or _UNKNOWN, table, 99))

    def _enum(self, change: Change, part: Enum) -> None:
        if isinstance(change, Drop):
            self.objects.pop(("enum", part.name), None)
        else:
            self._add(CatalogObject("enum", part.name, f"ENUM ({', '.join(map(self._names.literal, part.values))})"))

    def _value(self, change: Change, part: EnumValue) -> None:
        key = ("column", self._part(part.table, part.enum)) if part.table else ("enum", part.enum)
        one = self.objects.get(key)
        if one is not None:
            values = _VALUE.findall(one.definition) if not part.table else _VALUE.findall(_inside(one.definition))
            now = ", ".join(self._values(values, change, part))
            text = f"ENUM ({now})" if not part.table else _VALUES.sub(lambda found: f"{found[1]}{now})", one.definition)
            self._add(replace(one, definition=text))

    def _values(self, values: list[str], change: Change, part: EnumValue) -> Iterator[str]:
        literal = self._names.literal
        if isinstance(change, Drop):
            yield from (value for value in values if value != literal(part.value))
            return
        beside = part.before or part.after
        if not beside:
            yield from (*values, literal(part.value))
            return
        for value in values:
            here = value == literal(beside)
            yield from (literal(part.value), value) if here and part.before else (value,)
            yield from (literal(part.value),) if here and not part.before else ()

    def _rename(self, change: Rename) -> None:
        if change.kind == "table":
            old, new = self._raw(change.old), self._raw(change.new)
            for one in list(self.objects.values()):
                if one.owner == old:
                    del self.objects[one.kind, one.name]
                    name = new + one.name[len(old) :] if one.name.startswith(f"{old}.") else one.name
                    self._add(replace(one, owner=new, name=name))
            self._add(replace(self.objects.pop(("table", old)), name=new))
            return
        one = self.objects.pop(("column", self._part(change.table, change.old)))
        self._add(replace(one, name=self._part(change.table, change.new)))

    def _add(self, one: CatalogObject) -> None:
        self.objects[one.kind, one.name] = one

    def _forget(self, gone: Callable[[CatalogObject], bool]) -> None:
        self.objects = {key: one for key, one in self.objects.items() if not gone(one)}

    def _owned(self, table: str, kind: str) -> Iterator[CatalogObject]:
        return (one for one in self.objects.values() if (one.owner, one.kind) == (table, kind))

    def _raw(self, table: str) -> str:
        return ".".join(self._names.parts(table))

    def _part(self, table: str, name: str) -> str:
        return qualified(self._raw(table), name) if self._mysql else f"{self._raw(table)}.{name}"


def _kind(part: Index | Constraint) -> str:
    return "index" if isinstance(part, Index) else "constraint"


def _inside(definition: str) -> str:
    found = _VALUES.search(definition)
    return found[2] if found else ""
