"""The real schema, asked by name: what a Snapshot says of a table, its columns, indexes and constraints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from migkit.ddl.names import Names
from migkit.errors import ConfigError
from migkit.model import CatalogObject, Column, Engine, Snapshot

_KEYS = ("index", "key")
_QUOTED = re.compile(r"'((?:[^']|'')*)'")
_REFERS = re.compile(r"""\bREFERENCES ((?:"(?:[^"]|"")*"|`(?:[^`]|``)*`|[\w$.])+)""", re.IGNORECASE)
_SHOWN = 12  # names that an error lists where none is near


class Present:
    """A schema as it stands. Names are those of the title; what is found has the server's own."""

    def __init__(self, snapshot: Snapshot, engine: Engine) -> None:
        self._names = Names(engine)
        self._owned: dict[str, list[CatalogObject]] = {}
        self._objects = snapshot.objects
        self.tables = sorted(snapshot.tables())
        for each in snapshot.objects.values():
            self._owned.setdefault(each.owner, []).append(each)

    def table(self, name: str) -> str:
        """Give a table's qualified name; ConfigError with the nearest ones where there is none."""
        found = self.find_table(name)
        if found is None:
            raise missing("table", name, self.tables, "the schema at the head")
        return found

    def find_table(self, name: str) -> str | None:
        """Give a table's qualified name: in the default schema, else in the only one that has it."""
        if ("table", name) in self._objects:
            return name
        return _one([table for table in self.tables if self._names.parts(table)[-1].lower() == name.lower()])

    def columns(self, table: str) -> dict[str, CatalogObject]:
        """Give a table's columns by name, in their order."""
        found = [each for each in self._owned.get(table, ()) if each.kind == "column"]
        return {self.own(each): each for each in sorted(found, key=lambda each: each.position)}

    def column(self, table: str, name: str) -> tuple[str, CatalogObject]:
        """Give a column by its name; ConfigError with the nearest ones where there is none."""
        return _chosen("column", name, self.columns(table), table)

    def indexes(self, table: str) -> dict[str, CatalogObject]:
        """Give a table's indexes by name."""
        return {self.own(each): each for each in self._owned.get(table, ()) if each.kind in _KEYS}

    def constraints(self, table: str) -> dict[str, CatalogObject]:
        """Give a table's constraints by name; a unique or primary key of MySQL is one."""
        found = (each for each in self._owned.get(table, ()) if each.kind == "constraint" or _is_unique_key(each))
        return {self.own(each): each for each in found}

    def index(self, table: str, name: str) -> tuple[str, CatalogObject]:
        """Give an index by its name, of the table or (`table` is "") of the only one that has it."""
        if table:
            found = self.indexes(table)
            if name not in found and name in self.constraints(table):
                raise ConfigError(f"{name} of {table} is a constraint", remedy=f'name it as one: "constraint {name}"')
            return _chosen("index", name, found, table)
        owners = [owner for owner in self.tables if name in self.indexes(owner)]
        if len(owners) > 1:
            raise ConfigError(f"several tables have an index {name}: {', '.join(owners)}", remedy="name the table too")
        known = {each: entry for owner in self.tables for each, entry in self.indexes(owner).items()}
        return _chosen("index", name, known, "")

    def constraint(self, table: str, name: str) -> tuple[str, CatalogObject]:
        """Give a constraint by its name; ConfigError with the nearest ones where there is none."""
        found = self.constraints(table)
        if name not in found and name in self.indexes(table):
            raise ConfigError(f"{name} of {table} is an index", remedy=f'name it as one: "index {name}"')
        return _chosen("constraint", name, found, table)

    def referring(self, table: str) -> Iterator[tuple[str, str]]:
        """Give the foreign keys of other tables that refer to a table: each one's table and name."""
        wanted = self._referred(table, "")
        for owner in self.tables:
            for name, each in self.constraints(owner).items():
                found = _REFERS.search(each.definition) if owner != table else None
                if found and self._referred(found[1], owner) == wanted:
                    yield owner, name

    def enum(self, name: str) -> CatalogObject | None:
        """Give an enum type by its name, None where there is none."""
        return self._objects.get(("enum", name))

    def of_type(self, name: str) -> tuple[Column, ...]:
        """Give the columns whose type is that one, or an array of it."""
        typed = re.compile(rf"{re.escape(self._names.table(name))}(\[\])?(?!\w)")
        return tuple(
            Column(table, column, each.definition)
            for table in self.tables
            for column, each in self.columns(table).items()
            if typed.match(each.definition)
        )

    def enums(self) -> list[str]:
        """Name the enum types."""
        return [name for kind, name in self._objects if kind == "enum"]

    def has(self, kind: str, name: str) -> bool:
        """Whether an object of a kind and a qualified name is there."""
        return (kind, name) in self._objects

    def _referred(self, name: str, owner: str) -> tuple[str, ...]:
        """Give the parts of a table's name in a definition of `owner`; the schema public goes without saying."""
        *schema, bare = self._names.parts(name.lower())
        return (*(one for one in schema or self._names.parts(owner.lower())[:-1] if one != "public"), bare)

    def own(self, each: CatalogObject) -> str:
        """Give an object's own name, without its table's or its schema's."""
        prefix = f"{each.owner}."
        if each.name.startswith(prefix):
            inner = self._names.parts(each.name.removeprefix(prefix))
            return inner[0] if len(inner) == 1 else each.name.removeprefix(prefix)
        return self._names.parts(each.name)[-1]


def values(definition: str) -> tuple[str, ...]:
    """Give the values of an enum's definition: `ENUM ('a', 'b')`, `enum('a','b') NOT NULL`."""
    return tuple(match[1].replace("''", "'") for match in _QUOTED.finditer(_inner(definition)))


def missing(kind: str, name: str, known: Iterable[str], where: str) -> ConfigError:
    """Make the error about a name that is not there, with the nearest ones."""
    names = list(known)
    near = get_close_matches(name, names, 3, 0.5)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    listed = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    text = f"no {kind} {name} in {where}" if where else f"there is no {kind} {name}"
    return ConfigError(f"{text}{hint}", remedy=f"name one of {listed}" if names else f"it has no {kind}")


def _inner(definition: str) -> str:
    start = definition.find("(")
    depth, quoted = 0, False
    for at in range(start, len(definition)):
        char = definition[at]
        quoted ^= char == "'"
        depth += 0 if quoted else {"(": 1, ")": -1}.get(char, 0)
        if depth == 0:
            return definition[start:at]
    return ""


def _is_unique_key(each: CatalogObject) -> bool:
    return each.kind == "key" and each.definition.upper().startswith(("UNIQUE", "PRIMARY"))


def _chosen(kind: str, name: str, known: dict[str, CatalogObject], table: str) -> tuple[str, CatalogObject]:
    if name in known:
        return name, known[name]
    folded = _one([each for each in known if each.lower() == name.lower()])
    if folded is None:
        raise missing(kind, name, known, table)
    return folded, known[folded]


def _one(found: list[str]) -> str | None:
    return found[0] if len(found) == 1 else None
