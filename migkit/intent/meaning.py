"""Reads a title into changes, by the grammar and the conventions alone.

An item is added, removed or updated, a table created or dropped. `update` gives a column another type (and keeps what
is not named), an index or a constraint another definition, and an enum further values. `add enum` makes the enum: a
type of its own on PostgreSQL, a column on MySQL and MariaDB; where it is there already, it gets the values.
"""

from __future__ import annotations

from collections.abc import Callable

from migkit.ddl.names import Names
from migkit.errors import ConfigError
from migkit.intent import conventions as agreed
from migkit.model import (
    Alter,
    Change,
    Column,
    Constraint,
    Conventions,
    Create,
    Drop,
    Engine,
    Enum,
    EnumValue,
    Index,
    Rename,
    Table,
)
from migkit.title import Check, ForeignKey, Indexed, Key, Named, Renamed, Title, Unique, Values

_CHANGED: dict[str, type[Create | Drop | Alter]] = {"add": Create, "remove": Drop, "update": Alter}


def intended(title: Title, engine: Engine, conventions: Conventions) -> tuple[Change, ...]:
    """Give the changes that a title speaks of; () where it says too little.

    What nobody knows yet is "": the definition of a column without a type that no convention fills, of a constraint
    that is only named; an index whose name alone is given has no parts. Raises ConfigError for what the product does
    not have.
    """
    if title.action == "rename":
        return _renamed(title)
    if title.item == "table":
        return _table(title, engine, conventions)
    reader = _READERS.get(title.item)
    return reader(title, engine, conventions) if reader and title.action in _CHANGED else ()


def needs_schema(title: Title) -> bool:
    """Whether only the real schema can say what belongs into the revision: for its downgrade, or for its upgrade."""
    if not title.item or (title.item not in _READERS and title.item != "table"):
        return False
    if title.action in ("remove", "update", "drop", "rename") or title.item == "enum":
        return True
    if isinstance(title.clause, ForeignKey):  # MySQL makes an index for it where there is none, and keeps that
        return True
    return title.action == "add" and title.item == "index" and title.clause is None


def _renamed(title: Title) -> tuple[Change, ...]:
    if not isinstance(title.clause, Renamed):
        return ()
    return (Rename(title.table, title.names[0].name, title.clause.name, title.item),)


def _table(title: Title, engine: Engine, conventions: Conventions) -> tuple[Change, ...]:
    if title.action == "create":
        return (Create(agreed.new_table(title.table, conventions, engine)),)
    return (Drop(Table(title.table)),) if title.action == "drop" else ()


def _columns(title: Title, engine: Engine, conventions: Conventions) -> tuple[Change, ...]:
    change = _CHANGED[title.action]
    if title.action == "remove":
        return tuple(Drop(Column(title.table, named.name)) for named in title.names)
    return tuple(change(_column(title, named, engine, conventions)) for named in title.names)


def _column(title: Title, named: Named, engine: Engine, conventions: Conventions) -> Column:
    if named.after is not None and not engine.columns.places:
        raise ConfigError(
            f"{engine.product} puts a new column at the end: {named.name} cannot stand elsewhere",
            remedy="leave after= and first out",
        )
    type_ = _geometry(named, engine) if title.item == "geometry" else named.type
    type_ = type_ or agreed.type_of(named.name, conventions)
    if not type_:
        return Column(title.table, named.name, "", named.after)
    default = named.default
    if default is None and title.action == "add":
        default = agreed.default_of(named.name, conventions, engine)
    words = [type_, named.collate and f"COLLATE {named.collate}", _null(named.null), default and f"DEFAULT {default}"]
    return Column(title.table, named.name, " ".join(word for word in words if word), named.after)


def _geometry(named: Named, engine: Engine) -> str:
    spell = engine.columns.geometry
    if spell is None:
        raise ConfigError(
            f"{engine.product} has no geometries", remedy="write the revision by hand, for the extension that has them"
        )
    return spell(named.type, named.srid) if named.type else ""


def _null(null: bool | None) -> str:  # noqa: FBT001  # what was said of it, if anything
    return "" if null is None else "NULL" if null else "NOT NULL"


def _index(title: Title, engine: Engine, _conventions: Conventions) -> tuple[Change, ...]:
    name = title.names[0].name
    if title.action == "remove":
        return (Drop(Index(title.table, name)),)
    clause = title.clause if isinstance(title.clause, Indexed) else Indexed()
    names = Names(engine)
    index = Index(
        title.table,
        name,
        parts=tuple(_part(key, names) for key in clause.keys),
        unique=clause.unique or name.startswith(("uq_", "ux_", "uidx_", "uniq_", "unique_")),
        where=clause.where,
        using=clause.using,
        concurrently=clause.concurrently,
    )
    return (_CHANGED[title.action](index),)


def _part(key: Key, names: Names) -> str:
    column = names.name(key.column) if key.column else ""
    length = f"({key.length})" if key.length else ""
    return f"{column}{length}{key.expression}{' DESC' if key.descending else ''}"


def _constraint(title: Title, engine: Engine, _conventions: Conventions) -> tuple[Change, ...]:
    part = Constraint(title.table, title.names[0].name, _definition(title, Names(engine)))
    return (_CHANGED[title.action](part),)


def _definition(title: Title, names: Names) -> str:
    def listed(columns: tuple[str, ...]) -> str:
        return f"({', '.join(map(names.name, columns))})"

    match title.clause:
        case Unique(columns):
            return f"UNIQUE {listed(columns)}"
        case ForeignKey(columns, table, referenced, rules):
            target = f"REFERENCES {names.name(table)} {listed(referenced)}"
            return " ".join(["FOREIGN KEY", listed(columns), target, *([rules] if rules else [])])
        case Check(condition):
            return f"CHECK ({condition})"
    return ""


def _enum(title: Title, engine: Engine, _conventions: Conventions) -> tuple[Change, ...]:
    name, kind = title.names[0].name, engine.columns.enums
    values = title.clause.values if isinstance(title.clause, Values) else ()
    if not kind:
        raise ConfigError(
            f"{engine.product} has no enums", remedy=f"add a column and a constraint: check {name} in ('a', 'b')"
        )
    if not values and title.action != "remove":
        raise ConfigError(f"enum {name}: no value is named", remedy=f'for example "enum {name} cancelled"')
    table = title.table if kind == "column" else ""
    if title.action == "update":
        return tuple(Create(EnumValue(name, value, table=table)) for value in values)
    if title.action == "remove" and values:
        return tuple(Drop(EnumValue(name, value, table=table)) for value in values)
    if kind == "type":
        return (_CHANGED[title.action](Enum(name, values)),)
    definition = f"ENUM({', '.join(map(Names(engine).literal, values))})" if values else ""
    return (_CHANGED[title.action](Column(table, name, definition)),)


_READERS: dict[str, Callable[[Title, Engine, Conventions], tuple[Change, ...]]] = {
    "column": _columns,
    "geometry": _columns,
    "index": _index,
    "constraint": _constraint,
    "enum": _enum,
}
