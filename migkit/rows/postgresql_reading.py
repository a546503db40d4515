"""The tables of a PostgreSQL database, read from its catalogue as what rows have to fit."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from migkit.product import quoted
from migkit.rows.postgresql_queries import query
from migkit.rows.postgresql_types import Type, Types, apart, domains, typed
from migkit.rows.schema import Check, Column, ForeignKey, Key, Table
from migkit.values import dataclass

_LITERAL = re.compile(
    r"\(?(?:'((?:[^']|'')*)'(?:::[\w .\"\[\](),]+)?|(-?\d+(?:\.\d+)?)|(true|false))\)?(?:::[\w .\"]+)?"
)
_WITH_DEFAULT = frozenset({"text", "integer", "decimal", "float", "boolean", "enum", "json", "uuid", "date", "choice"})
_RANGES = re.compile(r"range\b")


@dataclass(frozen=True, slots=True)
class Relation:
    """A table of the catalogue: its qualified name as in a snapshot, and as the session has to write it.

    `strategy` says that it is partitioned, and how (h, l, r); a partition has a `parent` and its `bounds`, over the
    columns in `partitioned`.
    """

    oid: int
    name: str
    written: str
    kind: str
    parent: int | None
    strategy: str | None
    is_default: bool
    bounds: str | None
    partitioned: tuple[str, ...]
    is_extension: bool

    @property
    def source(self) -> str:
        """What a SELECT of its own rows reads: not those of tables that inherit from it."""
        return self.written if self.kind == "p" else f"ONLY {self.written}"


def relations(session: Any, exclude: Collection[str]) -> tuple[Relation, ...]:
    """Read the tables, without those in `exclude`; partitions by hash are filled through their parent."""
    rows = session.execute(query("tables", _major(session))).fetchall()
    every = {row[0]: _relation(row) for row in sorted(rows, key=lambda row: row[1])}
    return tuple(one for one in every.values() if one.name not in exclude and not _is_hashed(one, every))


def tables(session: Any, wanted: Collection[Relation]) -> Mapping[str, Table]:
    """Read what rows of the tables have to fit."""
    major, oids = _major(session), [one.oid for one in wanted]
    columns = session.execute(query("columns", major), (oids,)).fetchall()
    types = _types(session, [row[3] for row in columns])
    keys = session.execute(query("keys", major), (oids,)).fetchall()
    constraints = session.execute(query("constraints", major), (oids,)).fetchall()
    reading = _Reading(wanted, columns, types, keys, constraints)
    return {one.name: reading.table(one) for one in wanted}


class _Reading:
    def __init__(
        self, wanted: Collection[Relation], columns: list[Any], types: Types, keys: list[Any], constraints: list[Any]
    ) -> None:
        self._wanted = {one.oid: one for one in wanted}
        self._columns = _by_relation(columns)
        self._numbers = {(row[0], row[1]): row[2] for row in columns}
        self._types = types
        self._keys = _by_relation(keys)
        self._constraints = _by_relation(constraints)

    def table(self, one: Relation) -> Table:
        rows = self._columns.get(one.oid, [])
        columns = {row[2]: _column(row, self._types) for row in rows}
        keys = [key for row in self._keys.get(one.oid, []) if (key := self._key(row, columns))]
        columns |= {name: apart(columns[name]) for key in keys for name in key.apart if _is_ranged(columns[name])}
        constraints = self._constraints.get(one.oid, [])
        return Table(
            name=one.name,
            columns=tuple(columns.values()),
            keys=tuple(keys),
            foreign=tuple(foreign for row in constraints if row[2] == "f" for foreign in self._foreign(row)),
            checks=(*self._checks(one, constraints), *self._of_domains(rows), *self._of_partition(one)),
            unfit=self._unfit(one),
        )

    def _names(self, oid: int, numbers: Collection[int] | None) -> tuple[str, ...]:
        found = (self._numbers.get((oid, number)) for number in numbers or ())
        return tuple(name for name in found if name)

    def _key(self, row: Any, columns: Mapping[str, Column]) -> Key | None:
        """Give a unique index or an exclusion: of that one column has to differ in every row, so that all do."""
        oid, name, numbers, nulls_equal, inside, operators, condition = row
        where = _escaped(condition or "")
        plain, read = self._names(oid, numbers), self._names(oid, inside)
        if operators is None:
            computed = read if 0 in numbers else ()
            return Key(name, plain, apart=computed, nulls_equal=bool(nulls_equal), where=where)
        ranged = [column for column in plain if _is_ranged(columns[column])]
        equal = [column for column, sign in zip(plain, operators, strict=False) if sign == "="]
        chosen = (ranged or equal or [*plain, *read])[:1]
        return Key(name, (), apart=tuple(chosen), where=where) if chosen else None

    def _foreign(self, row: Any) -> Iterator[ForeignKey]:
        oid, name, _kind, columns, other, parents, whole, _text = row
        if other in self._wanted:
            parent = self._wanted[other].name
            yield ForeignKey(name, self._names(oid, columns), parent, self._names(other, parents), whole)
        else:
            yield ForeignKey(name, self._names(oid, columns), "", (), whole)

    def _checks(self, one: Relation, constraints: list[Any]) -> Iterator[Check]:
        for row in constraints:
            if row[2] == "c":
                yield Check(row[1], _escaped(row[7]), self._names(one.oid, row[3]))

    def _of_domains(self, rows: list[Any]) -> Iterator[Check]:
        for row in rows:
            for domain in domains(row[3], self._types):
                for text in domain.checks:
                    about = re.sub(r"\bVALUE\b", lambda _mark: quoted(row[2]), text)  # noqa: B023  # used at once
                    yield Check(domain.name, _escaped(about), (row[2],))

    def _of_partition(self, one: Relation) -> Iterator[Check]:
        """Give the bounds of a partition; rows of a partitioned table itself go into its first one."""
        place = one if one.bounds else self._first(one)
        if place is not None and place.bounds:
            yield Check("partition bounds", _escaped(place.bounds), place.partitioned)

    def _first(self, one: Relation) -> Relation | None:
        """Give the partition of a table that takes rows by bounds which can be met, as deep as there is one."""
        below = [each for each in self._wanted.values() if each.parent == one.oid and each.kind != "f"]
        if one.strategy in (None, "h") or not below:
            return one if one.parent else None
        chosen = min(below, key=lambda each: each.is_default)
        return self._first(chosen) if chosen.kind == "p" else chosen

    def _unfit(self, one: Relation) -> str:
        if one.is_extension:
            return "it belongs to an extension"
        if one.kind == "f":
            return "it is a foreign table: its rows are on another server"
        hashed = one.strategy == "h"
        if one.kind == "p" and not hashed and not any(each.parent == one.oid for each in self._wanted.values()):
            return "it has no partition"
        return ""


def _relation(row: Any) -> Relation:
    oid, name, written, kind, parent, strategy, is_default, bounds, partitioned, is_extension = row
    columns = tuple(partitioned or ())
    return Relation(oid, name, written, kind, parent, strategy, bool(is_default), bounds, columns, is_extension)


def _column(row: Any, types: Types) -> Column:
    _oid, _number, name, type_oid, modifier, not_null, generated, counter, default, spelling, reads = row
    column = typed(Column(name, "", nullable=True, spelling=spelling), type_oid, modifier, types)
    return replace(
        column,
        nullable=column.nullable and not not_null,
        generated=generated,
        reads=tuple(reads or ()),
        counter=counter,
        default=_default(default) if column.kind in _WITH_DEFAULT else None,
    )


def _escaped(text: str) -> str:
    """Give a condition in which a backslash escapes, as it does not here."""
    return text.replace("\\", "\\\\")


def _is_ranged(column: Column) -> bool:
    return column.kind == "choice" and bool(_RANGES.search(column.spelling))


def _default(text: str | None) -> str | None:
    """Give a literal default without its quotes."""
    found = _LITERAL.fullmatch(text or "")
    if not found:
        return None
    return found[1].replace("''", "'") if found[1] is not None else found[2] or found[3]


def _types(session: Any, oids: Collection[int]) -> dict[int, Type]:
    rows = session.execute(query("types", _major(session)), (list(set(oids)),)).fetchall()
    found = {}
    for oid, name, category, base, modifier, element, not_null, spelling, labels, subtype, parts, checks in rows:
        composed = tuple((part[0], part[1], part[2]) for part in parts or ())
        found[oid] = Type(
            oid, name, category, base, modifier, element, not_null, spelling,
            tuple(labels or ()), subtype, composed, tuple(checks or ()),
        )  # fmt: skip
    return found


def _is_hashed(one: Relation, every: Mapping[int, Relation]) -> bool:
    """Whether it is a partition by hash, at any depth: its rows come through the table above."""
    while one.parent is not None and one.parent in every:
        one = every[one.parent]
        if one.strategy == "h":
            return True
    return False


def _by_relation(rows: list[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found


def _major(session: Any) -> int:
    return int(session.info.server_version) // 10000
