"""What brings one table of MySQL or MariaDB back: its columns with their places, keys, checks and options (pure)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from migkit.catalog.mysql_ddl import (
    is_generated,
    quote,
    unquote,
    with_inherited_collation,
)
from migkit.inverse.held import Held, kept_in_order
from migkit.inverse.mysql_options import clauses, collation
from migkit.model import (
    Alter,
    CatalogObject,
    Change,
    Column,
    Constraint,
    Create,
    Drop,
    Index,
    Other,
    Table,
)

_NAME = r"`(?:[^`]|``)*`"
_LISTED = re.compile(_NAME)
_REFERENCES = re.compile(rf"FOREIGN KEY \(([^)]*)\) REFERENCES ((?:{_NAME}\.)?{_NAME}) \(([^)]*)\)")
_UNUSED = re.compile(r" (?:/\*!\d+ )?(INVISIBLE|IGNORED)(?: \*/)?")
_SPLIT = re.compile(r" (?:DEFAULT|COMMENT|ON UPDATE) ")


def named(table: str) -> str:
    """Write a table's name as changes do: quoted where a dot in it would part schema and table."""
    return quote(table) if "." in table else table


def bare(one: CatalogObject) -> str:
    """Give the name of a part of a table, as `mysql_ddl.qualified` joined it."""
    prefix = f"{named(one.owner)}."
    rest = one.name.removeprefix(prefix)
    return unquote(rest) if rest.startswith("`") and "." in rest else rest


def columns_of(definition: str) -> tuple[str, ...]:
    """Give the names that stand in the first parentheses of a key or a foreign key."""
    start = definition.find("(")
    end = definition.find(") REFERENCES", start)
    return tuple(unquote(name) for name in _LISTED.findall(definition[start : end if end > 0 else None]))


def referenced(definition: str) -> str:
    """Give the table that a foreign key leads to; "" for what is none."""
    found = _REFERENCES.search(definition)
    return unquote(_LISTED.findall(found[2])[-1]) if found else ""


def referenced_columns(definition: str) -> tuple[str, ...]:
    """Give the columns that a foreign key leads to."""
    found = _REFERENCES.search(definition)
    return tuple(unquote(name) for name in _LISTED.findall(found[3])) if found else ()


def is_foreign(one: CatalogObject) -> bool:
    """Whether a constraint is a foreign key."""
    return one.definition.startswith("FOREIGN KEY")


def type_of(definition: str) -> str:
    """Give what of a column's definition a foreign key looks at."""
    return _SPLIT.split(definition, maxsplit=1)[0]


def constraint(name: str, one: CatalogObject) -> Constraint:
    """Give a constraint, or the primary key, as a change's part."""
    return Constraint(named(one.owner), name, one.definition)


def key(name: str, one: CatalogObject) -> Index | Constraint:
    """Give a key as a change's part: the primary one is a constraint."""
    if one.definition.startswith("PRIMARY KEY"):
        return constraint(name, one)
    unique = one.definition.startswith("UNIQUE")
    return Index(named(one.owner), name, unique=unique, definition=one.definition)


def column(held: Held, name: str, after: str | None = None) -> Column:
    """Give a column as a change's part, without a collation that is its table's."""
    definition = with_inherited_collation(held.of("column")[name].definition, collation(held.definition))
    return Column(named(held.name), name, definition, after)


def altered(wanted: Held, present: Held) -> Iterator[Change]:
    """Give what makes `wanted` of `present`, foreign keys apart: all of it can be one ALTER TABLE."""
    anew = _anew(wanted, present)
    first, last = clauses(wanted.definition, present.definition)
    if first:
        yield Alter(Table(named(wanted.name), options=first))
    yield from _columns(wanted, present, anew)
    yield from _keys(wanted, present, anew)
    for name, one in _checks(wanted).items():
        was = _checks(present).get(name)
        if was is None:
            yield Create(constraint(name, one))
        elif was.definition != one.definition:
            yield Alter(constraint(name, one), constraint(name, was))
    yield from _dropped(wanted, present)
    if last:
        yield Alter(Table(named(wanted.name), options=last))


def _anew(wanted: Held, present: Held) -> frozenset[str]:
    """Give the columns that no server alters into what is wanted: it is, or was, a virtual generated one."""
    found = set()
    for name, one in wanted.of("column").items():
        was = present.of("column").get(name)
        if was and was.definition != one.definition and _virtual(was.definition) != _virtual(one.definition):
            found.add(name)
    return frozenset(found)


def _virtual(definition: str) -> bool:
    return is_generated(definition) and not re.search(r"\) (?:STORED|PERSISTENT)\b", definition)


def _dropped(wanted: Held, present: Held) -> Iterator[Change]:
    """Give what is too much. It goes last: one by one, a foreign key may need an index until another one is there."""
    for name, one in present.of("key").items():
        if name not in wanted.of("key"):
            yield Drop(key(name, one))
    for name, one in _checks(present).items():
        if name not in _checks(wanted):
            yield Drop(constraint(name, one))
    for name in present.of("column"):
        if name not in wanted.of("column"):
            yield Drop(column(present, name))


def _columns(wanted: Held, present: Held, anew: frozenset[str]) -> Iterator[Change]:
    """Give the changes of columns: each comes to its place, from left to right."""
    target, there = wanted.of("column"), present.of("column")
    yield from (Drop(column(present, name)) for name in there if name in anew)
    stay = [name for name in there if name in target and name not in anew]
    still = kept_in_order(list(target), stay)
    last = max((at for at, name in enumerate(target) if name in still), default=-1)
    before = ""
    for at, name in enumerate(target):
        if name not in stay:
            yield Create(column(wanted, name, None if at > last else before))
        elif name not in still:
            yield Alter(column(wanted, name, before), column(present, name))
        elif target[name].definition != there[name].definition:
            yield Alter(column(wanted, name), column(present, name))
        before = name


def _keys(wanted: Held, present: Held, anew: frozenset[str]) -> Iterator[Change]:
    for name, one in wanted.of("key").items():
        was = present.of("key").get(name)
        if was is None:
            yield Create(key(name, one))
        elif anew & set(columns_of(one.definition)) or _seen(was) != _seen(one):
            yield Alter(key(name, one), key(name, was))
        elif was.definition != one.definition:
            yield Create(_visible(name, one, was))


def _seen(one: CatalogObject) -> str:
    return _UNUSED.sub("", one.definition)


def _visible(name: str, one: CatalogObject, was: CatalogObject) -> Other:
    """Give what shows an index to the optimizer, or hides it: made anew under its name, MySQL 9.7 keeps it hidden."""
    found = _UNUSED.search(one.definition)
    word = found[1] if found else "NOT IGNORED" if "IGNORED" in was.definition else "VISIBLE"
    statement = f"ALTER TABLE {quote(one.owner)} ALTER INDEX {quote(name)} {word}"
    return Other("index", f"{named(one.owner)}.{name}", (statement,))


def _checks(held: Held) -> dict[str, CatalogObject]:
    return {name: one for name, one in held.of("constraint").items() if not is_foreign(one)}


def created(held: Held, without: Collection[str] = ()) -> Create:
    """Give the whole table as SHOW CREATE TABLE prints it, without the foreign keys named in `without`.

    A key that a foreign key makes by itself is left to it, where it then stands at the same place.
    """
    keys, constraints = held.of("key"), {n: o for n, o in held.of("constraint").items() if n not in without}
    own = _generated(keys, constraints)
    items = [f"  {quote(name)} {column(held, name).definition}" for name in held.of("column")]
    items += [_key_line(name, one) for name, one in keys.items() if name not in own]
    items += [f"  CONSTRAINT {quote(name)} {one.definition}" for name, one in constraints.items()]
    items += [f"  {one.definition}" for one in held.of("period").values()]
    text = f"CREATE TABLE {quote(held.name)} (\n" + ",\n".join(items) + f"\n) {held.definition}"
    return Create(Table(named(held.name), definition=text.rstrip()))


def _key_line(name: str, one: CatalogObject) -> str:
    if one.definition.startswith("PRIMARY KEY"):
        return f"  {one.definition}"
    words, _, rest = one.definition.partition("(")
    return f"  {words.rstrip()} {quote(name)} ({rest}"


def _generated(keys: Mapping[str, CatalogObject], constraints: Mapping[str, CatalogObject]) -> frozenset[str]:
    """Give the keys that foreign keys make by themselves, if those are the last ones."""
    foreign = {name: f"KEY ({_inside(one)})" for name, one in constraints.items() if is_foreign(one)}
    found = {name for name, one in keys.items() if one.definition == foreign.get(name)}
    return frozenset(found) if set(list(keys)[len(keys) - len(found) :]) == found else frozenset()


def _inside(one: CatalogObject) -> str:
    """Give the columns of a foreign key as a key lists them."""
    found = _REFERENCES.search(one.definition)
    return found[1].replace("`, `", "`,`") if found else ""


def with_column(definition: str, own: bool, parent: str, old: str, new: str) -> str:  # noqa: FBT001  # which side
    """Give a foreign key once the column `old` of `parent` is called `new`; `own` is whether it is that table's."""
    found = _REFERENCES.match(definition)
    if found is None:
        return definition
    here, there = found[1], found[3]
    here = here.replace(quote(old), quote(new)) if own else here
    there = there.replace(quote(old), quote(new)) if referenced(definition) == parent else there
    return f"FOREIGN KEY ({here}) REFERENCES {found[2]} ({there}){definition[found.end() :]}"
