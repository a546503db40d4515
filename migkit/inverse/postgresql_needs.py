"""What the tables of a PostgreSQL schema need: schemas, extensions, types, sequences, routines (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migkit.ddl.names import Names
from migkit.inverse.held import mentions, of_kind, sorted_by
from migkit.inverse.postgresql_programs import (
    other,
    owner_of,
    routine_kind,
    routine_name,
    sequence_options,
)
from migkit.inverse.postgresql_types import attributes, domain_changes
from migkit.inverse.postgresql_words import parted, qualified, remarks
from migkit.model import Alter, CatalogObject, Change, Column, Create, Drop, Enum, Other, Snapshot

_BEFORE = ("schema", "extension", "enum", "domain", "type", "sequence", "routine")
_USUAL = re.compile(
    r"AS \w+ START 1 INCREMENT 1 MINVALUE 1 MAXVALUE (?:32767|2147483647|9223372036854775807) CACHE 1 IDENTITY OF "
)
_LABEL = re.compile(r"E?'(?:[^']|'')*'")


class Needs:
    """What is made before tables change, settled when they are there, and dropped when none needs it any more."""

    def __init__(self, wanted: Snapshot, present: Snapshot, names: Names) -> None:
        self._names = names
        self._wanted, self._present = wanted, present

    def made(self) -> Iterator[Change]:
        """Give what comes before tables: what is missing, and what changes."""
        for kind in _BEFORE:
            there = of_kind(self._present, kind)
            for one in sorted_by(of_kind(self._wanted, kind).values(), self._uses):
                was = there.get(one.name)
                if was is None:
                    yield from self._created(one)
                elif was.definition != one.definition:
                    yield from self._altered(one, was)

    def swapped(self) -> Iterator[Change]:
        """Give the enum types of which a value goes: another type takes their place in each column."""
        for one, was in swaps(self._wanted, self._present):
            users = tuple(
                Column(each.owner, each.name.removeprefix(f"{each.owner}."), each.definition)
                for each in users_of(was, self._present, self._names)
            )
            yield Alter(Enum(one.name, _labels(one), users), Enum(one.name, _labels(was)))
            yield from self._remarked(one, None)

    def settled(self) -> Iterator[Change]:
        """Give what needs a table: the columns that sequences belong to, and what an identity counts by."""
        for one in of_kind(self._wanted, "sequence").values():
            was = of_kind(self._present, "sequence").get(one.name)
            (column, identity), name = owner_of(one), self._names.table(one.name)
            if identity:
                if (was is None and not _is_usual(one)) or (was and was.definition != one.definition):
                    yield Create(Other("sequence", one.name, (f"ALTER SEQUENCE {name} {sequence_options(one)}",)))
            elif column != (owner_of(was)[0] if was else ""):
                owner = ".".join(self._names.name(part) for part in column.rsplit(".", 1)) if column else "NONE"
                if column:
                    table, _, field = column.rpartition(".")
                    owner = f"{self._names.table(table)}.{self._names.name(field)}"
                yield Create(Other("sequence", one.name, (f"ALTER SEQUENCE {name} OWNED BY {owner}",)))

    def dropped(self) -> Iterator[Change]:
        """Give what no table needs any more."""
        for kind in reversed(_BEFORE):
            doomed = [
                one for one in of_kind(self._present, kind).values() if (kind, one.name) not in self._wanted.objects
            ]
            for one in sorted_by(doomed, lambda one, each: self._uses(each, one)):
                if kind != "sequence" or self._stays(one):
                    yield Drop(Enum(one.name, _labels(one)) if kind == "enum" else other(one, self._names))

    def _created(self, one: CatalogObject) -> Iterator[Change]:
        if one.kind == "enum":
            yield Create(Enum(one.name, _labels(one)))
            yield from self._remarked(one, None)
        elif one.kind != "sequence" or not owner_of(one)[1]:
            yield Create(other(one, self._names))

    def _altered(self, one: CatalogObject, was: CatalogObject) -> Iterator[Change]:
        if one.kind == "routine":
            yield from self._routine(one, was)
            return
        if parted(one.definition).body != parted(was.definition).body:
            if one.kind == "enum" and _relabelled(one, was):
                old, new = (self._names.literal(label) for label in _relabelled(one, was))
                statement = f"ALTER TYPE {self._names.table(one.name)} RENAME VALUE {old} TO {new}"
                yield Create(Other("enum", one.name, (statement,)))
            elif one.kind == "enum" and not is_swapped(one, was):
                yield Alter(Enum(one.name, _labels(one)), Enum(one.name, _labels(was)))
            elif one.kind != "enum":
                statements = tuple(self._statements(one, was))
                if statements or one.kind != "sequence":  # whose owner is settled when there are tables
                    yield Create(Other(one.kind, one.name, statements))
        if one.kind != "enum" or not is_swapped(one, was):
            yield from self._remarked(one, was)

    def _statements(self, one: CatalogObject, was: CatalogObject) -> Iterator[str]:
        """Give what alters a sequence, a domain, a type or an extension."""
        name, (body, before) = self._names.table(one.name), (parted(each.definition).body for each in (one, was))
        if one.kind == "sequence":
            if not owner_of(one)[1] and sequence_options(one) != sequence_options(was):
                yield f"ALTER SEQUENCE {name} {sequence_options(one)}"
        elif one.kind == "domain":
            statements = [*domain_changes(body, before, name)]
            yield from statements if "" not in statements else ()
        elif one.kind == "extension":
            version = re.search(r"VERSION (\S+)", body)
            if version:
                yield f"ALTER EXTENSION {self._names.name(one.name)} UPDATE TO '{version[1]}'"
        elif one.kind == "type" and body.startswith("TYPE (") and before.startswith("TYPE ("):
            yield from _attributes(name, attributes(body), attributes(before))
        elif one.kind == "type":
            new, old = other(one, self._names), other(was, self._names)
            yield from (*old.drop, *new.create) if new.create else ()

    def _routine(self, one: CatalogObject, was: CatalogObject) -> Iterator[Change]:
        if not routine_kind(one) or not routine_kind(was):
            yield Create(Other("routine", one.name))
            return
        if parted(one.definition).body != parted(was.definition).body:
            part = other(one, self._names)
            if _head(one) != _head(was):
                yield Drop(Other(part.kind, part.name, drop=part.drop))
                yield Create(part)
                return
            yield Create(Other(part.kind, part.name, (parted(one.definition).body.rstrip(),)))
        yield from self._remarked(one, was)

    def _remarked(self, one: CatalogObject, was: CatalogObject | None) -> Iterator[Change]:
        word, name = one.kind.upper(), self._names.table(one.name)
        if one.kind == "routine":
            word, name = routine_kind(one), routine_name(one, self._names)
        elif one.kind == "enum":
            word = "TYPE"
        statements = tuple(remarks(word, name, one.definition, was.definition if was else ""))
        if statements:
            yield Create(Other(one.kind, one.name, statements))

    def _uses(self, one: CatalogObject, other: CatalogObject) -> bool:
        name = qualified(self._names, other.name.partition("(")[0])
        return mentions(one.definition, name)

    def _stays(self, sequence: CatalogObject) -> bool:
        """Whether a sequence outlives the tables: one that belongs to a column goes with it."""
        column, _identity = owner_of(sequence)
        return not column or (("column", column) in self._wanted.objects and not _identity)


def swaps(wanted: Snapshot, present: Snapshot) -> Iterator[tuple[CatalogObject, CatalogObject]]:
    """Give the enum types of which a value goes, or that have another order, as wanted and as present."""
    there = of_kind(present, "enum")
    for one in of_kind(wanted, "enum").values():
        if one.name in there and is_swapped(one, there[one.name]):
            yield one, there[one.name]


def is_swapped(wanted: CatalogObject, present: CatalogObject) -> bool:
    """Whether no statement of its own makes an enum type what is wanted."""
    one, was = _labels(wanted), _labels(present)
    return [label for label in one if label in was] != list(was) and not _relabelled(wanted, present)


def users_of(enum: CatalogObject, snapshot: Snapshot, names: Names) -> tuple[CatalogObject, ...]:
    """Give the columns of tables that have an enum type."""
    kind = re.compile(rf"{re.escape(qualified(names, enum.name))}(\[\])*(?= |\Z)")
    columns = of_kind(snapshot, "column").values()
    return tuple(one for one in columns if ("table", one.owner) in snapshot.objects and kind.match(one.definition))


def _labels(enum: CatalogObject) -> tuple[str, ...]:
    body = parted(enum.definition).body
    return tuple(text.lstrip("E")[1:-1].replace("''", "'") for text in _LABEL.findall(body.removeprefix("ENUM ")))


def _relabelled(wanted: CatalogObject, present: CatalogObject) -> tuple[str, ...]:
    """Give the present and the wanted text of the one label that is called otherwise; () where that is not all."""
    one, was = _labels(wanted), _labels(present)
    pairs = [(before, now) for before, now in zip(was, one, strict=False) if before != now]
    alone = len(one) == len(was) and len(pairs) == 1 and pairs[0][1] not in was and pairs[0][0] not in one
    return pairs[0] if alone else ()


def _head(routine: CatalogObject) -> str:
    """Give what CREATE OR REPLACE must leave as it is: parameters and result."""
    return routine.definition.partition("\n LANGUAGE ")[0]


def _attributes(name: str, wanted: dict[str, str], present: dict[str, str]) -> Iterator[str]:
    for key in present:
        if key not in wanted:
            yield f"ALTER TYPE {name} DROP ATTRIBUTE {key}"
    for key, kind in wanted.items():
        if key not in present:
            yield f"ALTER TYPE {name} ADD ATTRIBUTE {key} {kind}"
        elif present[key] != kind:
            yield f"ALTER TYPE {name} ALTER ATTRIBUTE {key} TYPE {kind}"


def _is_usual(sequence: CatalogObject) -> bool:
    """Whether an identity counts as it does when nobody says how."""
    return _USUAL.match(sequence.definition) is not None
