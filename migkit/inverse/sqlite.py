"""What brings a SQLite catalogue back (pure).

What ALTER TABLE does there is done so; every other table is made anew, which keeps its rows and sets the order of its
columns. Its triggers go with it, and come back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from migkit.catalog.sqlite_text import folded
from migkit.ddl.names import Names
from migkit.ddl.sqlite import tables
from migkit.inverse.held import Held, mentions, of_kind, sorted_by
from migkit.inverse.held import tables as held_tables
from migkit.inverse.renames import renamed_column, renamed_table
from migkit.model import (
    Alter,
    CatalogObject,
    Change,
    Column,
    Create,
    Drop,
    Engine,
    Other,
    Rename,
    Snapshot,
    Table,
)

_UNADDABLE = re.compile(r"NOT NULL(?!.* DEFAULT (?!NULL))|\bSTORED\b|DEFAULT (?![-+]?[\d.]|X?'|NULL|TRUE|FALSE)")
_PROGRAMS = ("trigger", "view")
Tables = Mapping[str, Table]


def inverse(wanted: Snapshot, present: Snapshot, engine: Engine) -> tuple[Change, ...]:
    """Give the changes that make `wanted` of `present`."""
    names = Names(engine)
    renames, now = _renamed(wanted, present)
    target, there = ({one.name: one for one in tables(side)} for side in (wanted, now))
    anew = {name for name, one in target.items() if name in there and _is_made_anew(one, there[name], _texts(now))}
    stale = {(one.kind, one.name) for one in _programs(present) if not _same(one, wanted)}
    return (
        *(Drop(_program(one, names)) for one in _going(present, stale)),
        *renames,
        *_virtual(wanted, now, names),
        *_tables(target, there, anew),
        *(Create(_program(one, names)) for one in _coming(wanted, present, stale, anew)),
    )


def _tables(wanted: Tables, present: Tables, anew: set[str]) -> Iterator[Change]:
    doomed = [one for name, one in present.items() if name not in wanted]
    yield from (Drop(Table(one.name)) for one in sorted_by(doomed, lambda parent, child: _leads(child, parent)))
    for name, one in wanted.items():
        was = present.get(name)
        if was is not None and name in anew:
            yield Alter(one, was)
        elif was is not None:
            yield from _parts(one, was)
    yield from (Create(one) for one in sorted_by([o for n, o in wanted.items() if n not in present], _leads))


def _parts(one: Table, was: Table) -> Iterator[Change]:
    """Give what changes in place: indexes, columns at the end, columns that nothing names."""
    indexes = {index.name: index for index in one.indexes}
    old = {index.name: index for index in was.indexes}
    yield from (Drop(index) for name, index in old.items() if indexes.get(name) != index)
    there = {column.name for column in one.columns}
    yield from (Drop(column) for column in was.columns if column.name not in there)
    here = {column.name for column in was.columns}
    yield from (Create(column) for column in one.columns if column.name not in here)
    yield from (Create(index) for name, index in indexes.items() if old.get(name) != index)


def _is_made_anew(one: Table, was: Table, texts: Sequence[tuple[str, str]]) -> bool:
    if {(c.name, c.definition) for c in one.constraints} != {(c.name, c.definition) for c in was.constraints}:
        return True
    if one.options != was.options:
        return True
    gone = [column for column in was.columns if column not in one.columns]
    kept = [column for column in was.columns if column in one.columns]
    added = list(one.columns[len(kept) :])
    if list(one.columns[: len(kept)]) != kept or {c.name for c in gone} & {c.name for c in one.columns}:
        return True
    return any(_UNADDABLE.search(column.definition) for column in added) or any(
        _is_named(column, was.name, texts) for column in gone
    )


def _is_named(column: Column, table: str, texts: Sequence[tuple[str, str]]) -> bool:
    """Whether a key, an index, an expression, a view or a trigger names a column: it cannot be dropped alone then."""
    own = {f"{table}.{column.name}"}
    return any(mentions(text, folded(column.name)) for name, text in texts if name not in own)


def _texts(snapshot: Snapshot) -> list[tuple[str, str]]:
    """Give every definition that may name a column, under its object's name: an index that goes first does not."""
    return [(one.name, one.definition) for one in snapshot.objects.values() if one.kind != "table"]


def _leads(one: Table, other: Table) -> bool:
    return any(f"REFERENCES {folded(other.name)} " in f"{key.definition} " for key in one.constraints)


def _virtual(wanted: Snapshot, present: Snapshot, names: Names) -> Iterator[Change]:
    """Give what changes of virtual tables, whose contents go with them."""
    target, there = (
        {name: one for name, one in of_kind(side, "table").items() if one.definition.startswith("VIRTUAL TABLE")}
        for side in (wanted, present)
    )
    for name, one in there.items():
        if name not in target or target[name].definition != one.definition:
            yield Drop(Other("table", name, drop=(f"DROP TABLE {names.name(name)}",)))
    for name, one in target.items():
        if name not in there or there[name].definition != one.definition:
            made = one.definition.replace("VIRTUAL TABLE", f"CREATE VIRTUAL TABLE {names.name(name)}", 1)
            yield Create(Other("table", name, (made,)))


def _programs(snapshot: Snapshot) -> list[CatalogObject]:
    return [one for kind in _PROGRAMS for one in of_kind(snapshot, kind).values()]


def _same(one: CatalogObject, snapshot: Snapshot) -> bool:
    other = snapshot.objects.get((one.kind, one.name))
    return other is not None and (other.definition, other.owner) == (one.definition, one.owner)


def _going(present: Snapshot, stale: set[tuple[str, str]]) -> list[CatalogObject]:
    return [one for one in _programs(present) if (one.kind, one.name) in stale]


def _coming(wanted: Snapshot, present: Snapshot, stale: set[tuple[str, str]], anew: set[str]) -> list[CatalogObject]:
    """Give the views, then the triggers, that are missing by then: those of a table that was made anew are too."""
    fresh = [
        one
        for one in reversed(_programs(wanted))
        if (one.kind, one.name) in stale
        or (one.kind, one.name) not in present.objects
        or (one.kind == "trigger" and one.owner in anew)
    ]
    views = [one for one in fresh if one.kind == "view"]
    ordered = sorted_by(views, lambda one, other: mentions(one.definition, folded(other.name)))
    return [*ordered, *(one for one in fresh if one.kind == "trigger")]


def _program(one: CatalogObject, names: Names) -> Other:
    word, name = one.kind.upper(), names.name(one.name)
    made = f"CREATE {word} {name} {one.definition.removeprefix(word).strip()}"
    return Other(one.kind, one.name, (made,), (f"DROP {word} {name}",))


def _renamed(wanted: Snapshot, present: Snapshot) -> tuple[list[Rename], Snapshot]:
    """Give the renames that bring names back, and what is present once they are done."""
    renames = []
    for old, new in renamed_table(_held(wanted), _held(present)).items():
        renames.append(Rename(old, old, new, "table"))
        present = _with_table(present, old, new)
    target, there = _held(wanted), _held(present)
    for table in [name for name in target if name in there]:
        found = renamed_column(target[table].of("column"), there[table].of("column"))
        if found:
            renames.append(Rename(table, *found))
            present = _with_column(present, table, *found)
    return renames, present


def _held(snapshot: Snapshot) -> dict[str, Held]:
    return held_tables(snapshot, lambda one: one.name[len(one.owner) + 1 :] if one.kind != "index" else one.name)


def _with_table(present: Snapshot, old: str, new: str) -> Snapshot:
    """Follow a table's new name: in its parts, its indexes, and the foreign keys that lead to it."""
    found = []
    for one in present.objects.values():
        text = _swapped(one.definition, f"REFERENCES {folded(old)} ", f"REFERENCES {folded(new)} ")
        if one.owner == old:
            name = one.name if one.kind in ("index", "trigger") else new + one.name[len(old) :]
            text = _swapped(text, f" ON {folded(old)} ", f" ON {folded(new)} ")
            found.append(replace(one, owner=new, name=name, definition=text))
        else:
            called = new if (one.kind, one.name) == ("table", old) else one.name
            found.append(replace(one, name=called, definition=text))
    return Snapshot({(one.kind, one.name): one for one in found})


def _with_column(present: Snapshot, table: str, old: str, new: str) -> Snapshot:
    """Follow a column's new name in the parts of its table; what else names it follows in the server."""
    word = re.compile(rf"(?<![\w$.]){re.escape(folded(old))}(?![\w$])")
    found = []
    for one in present.objects.values():
        if one.owner != table or one.kind not in ("column", "constraint", "index"):
            found.append(one)
            continue
        name = f"{table}.{new}" if one.name == f"{table}.{old}" else one.name
        if one.kind == "constraint" and not one.definition.startswith("CONSTRAINT"):
            name = word.sub(lambda _: folded(new), name)  # it is called by what it says
        found.append(replace(one, name=name, definition=word.sub(lambda _: folded(new), one.definition)))
    return Snapshot({(one.kind, one.name): one for one in found})


def _swapped(text: str, old: str, new: str) -> str:
    return text.replace(old, new)
