"""One table, changed: what each kind of act makes of a TableModel (pure)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from migkit.lint import keys as named
from migkit.lint.options import table_charset, table_collation
from migkit.lint.state import TableModel, any_case, member, spelt
from migkit.model.script import Act, ColumnSpec, KeySpec
from migkit.product import Family

_SAID = {
    "type": ("type", "collation", "charset", "renewed"),  # a type without a collation has its usual one again
    "nullable": ("nullable",),
    "default": ("default",),
    "autoincrement": ("generated",),
    "generated": ("generated",),
    "comment": ("comment",),
    "collation": ("collation", "charset"),
}


def created(act: Act, name: str, by: str, family: Family) -> TableModel:
    """Give the table that a CREATE TABLE makes; one whose columns are not said (LIKE, AS SELECT) is not whole."""
    whole = bool(act.columns) and not act.options & {"like", "as"}
    primary = {one.lower() for key in act.keys if key.kind == "primary" for one in key.columns}
    columns = {one.name: _settled(one, hard=one.name.lower() in primary) for one in act.columns}
    origin = dict.fromkeys(columns, by)
    charset, collation = table_charset(act.options), table_collation(act.options)
    table = TableModel(name, columns, origin=origin, by=by, whole=whole, charset=charset, collation=collation)
    if "partition of" in act.options:
        table = replace(table, parent=act.name)
    together = _together(act)
    for column in act.columns:
        table = with_inline(table, column, by, family, (*act.keys, *together))
    if together and not primary:
        names = tuple(one for key in together for one in key.columns)
        table = with_key(table, replace(together[0], columns=names), by, family)
    for key in sorted(act.keys, key=lambda key: key.kind == "foreign"):  # the indexes first: see `_served`
        table = with_key(table, key, by, family)
    return table


def _together(act: Act) -> list[KeySpec]:
    """Give the primary keys of several columns that each say one, which SQLAlchemy makes one key of."""
    clauses = [key for column in act.columns for key in named.inline(column) if key.kind == "primary"]
    return clauses if len(clauses) > 1 else []


def with_column(
    table: TableModel, column: ColumnSpec, by: str, family: Family, named_keys: Collection[KeySpec] = ()
) -> TableModel:
    """Give the table with a new column, and the keys that its own clauses make; `named_keys` are made besides."""
    columns, origin = {**table.columns, column.name: _settled(column)}, {**table.origin, column.name: by}
    return with_inline(replace(table, columns=columns, origin=origin), column, by, family, named_keys)


def with_inline(
    table: TableModel, column: ColumnSpec, by: str, family: Family, named_keys: Collection[KeySpec]
) -> TableModel:
    """Give the table with the keys that a column's own clauses make and `named_keys` are not."""
    for key in named.inline(column):
        if not any((key.kind, key.columns) == (one.kind, one.columns) for one in named_keys):
            table = with_key(table, key, by, family)
    return table


def _settled(column: ColumnSpec, *, hard: bool = False) -> ColumnSpec:
    """Give a column whose `nullable` is said: a primary key's (`hard`) never is."""
    nullable = not (hard or column.primary_key) if hard or column.nullable is None else column.nullable
    return column if nullable is column.nullable else replace(column, nullable=nullable)


def without_column(table: TableModel, name: str, family: Family) -> TableModel:
    """Give the table without a column, and what goes with it."""
    name = spelt(table.columns, name)
    columns = {one: spec for one, spec in table.columns.items() if one != name}
    vague = [one for one, key in table.keys.items() if key.kind == "check" and not (key.columns or key.expression)]
    kept = named.without(table.keys, name, family)
    return _tidy(doubted(replace(table, columns=columns, keys=kept), map(member, vague)))


def with_altered(table: TableModel, act: Act) -> TableModel:
    """Give the table with a column as an ALTER makes it, which stays what it was in all that is not said."""
    name = spelt(table.columns, act.name)
    before = table.columns.get(name) or ColumnSpec(name)
    changed: dict[str, Any] = {
        one: getattr(act.column, one) for word in act.said for one in _SAID.get(word, ()) if act.column is not None
    }
    if not act.said:
        changed = {"type": ""}
    if changed.get("nullable") and _primary(table, name):
        changed["nullable"] = False
    return replace(table, columns={**table.columns, name: replace(before, **changed)})


def _primary(table: TableModel, column: str) -> bool:
    """Whether a column is one of the primary key, which no ALTER makes NULL."""
    low = column.lower()
    return any(key.kind == "primary" and low in map(str.lower, key.columns) for key in table.keys.values())


def with_column_renamed(table: TableModel, name: str, new: str) -> TableModel:
    """Give the table with another name for a column, in its place."""
    name = spelt(table.columns, name)
    spec = table.columns.get(name) or ColumnSpec(name)
    columns = {**table.columns, name: spec}
    return replace(
        table,
        columns={
            new if one == name else one: replace(spec, name=new) if one == name else spec
            for one, spec in columns.items()
        },
        keys=named.renamed(table.keys, name, new),
        origin=_renamed(table.origin, name, new),
        doubtful=_swapped(table.doubtful, name, new),
        met=_swapped(table.met, name, new),
    )


def with_key(table: TableModel, key: KeySpec, by: str, family: Family) -> TableModel:
    """Give the table with an index or a constraint more; the columns of a primary key hold no NULL then."""
    name = named.given(table.name, key, table.keys, family)
    columns = dict(table.columns)
    if key.kind == "primary":
        for one in key.columns:
            spec = any_case(columns, one)
            if spec is not None:
                columns[spec.name] = replace(spec, nullable=False)
    keys = named.placed(table.keys, name, key)
    origin = {**table.origin, **{member(one): by for one in keys if keys[one] is key}}
    return _served(replace(table, columns=columns, keys=keys, origin=origin), key, by, family)


def _served(table: TableModel, key: KeySpec, by: str, family: Family) -> TableModel:
    """Do what MySQL does: a foreign key gets an index where none begins with its columns, until there is one."""
    if family not in named.MYSQL or not table.whole or not key.columns:
        return table
    if key.kind == "foreign" and not named.covered(table.keys, key.columns):
        own = KeySpec("index", key.name, key.columns, span=key.span)
        name = named.given(table.name, own, table.keys, family)
        keys = named.placed(table.keys, name, own)
        made = next(member(one) for one in keys if keys[one] is own)
        return replace(table, keys=keys, origin={**table.origin, made: by}, implied=table.implied | {made})
    for name in [one for one in table.keys if member(one) in table.implied and table.keys[one] is not key]:
        rest = {one: kept for one, kept in table.keys.items() if one != name}
        if named.covered(rest, table.keys[name].columns):
            return _tidy(replace(table, keys=rest))
    return table


def without_keys(table: TableModel, names: Collection[str]) -> TableModel:
    """Give the table without some of its indexes and constraints, as they are spelt there."""
    return _tidy(replace(table, keys={one: key for one, key in table.keys.items() if one not in names}))


def taken_over(table: TableModel, key: KeySpec) -> tuple[TableModel, KeySpec]:
    """Give the table without the index that PostgreSQL's USING INDEX makes a constraint's own, and that constraint."""
    name = spelt(table.keys, key.expression)
    index = table.keys.get(name)
    if index is None:
        return table, replace(key, expression="")
    own = replace(key, columns=index.columns, parts=index.parts, expression="")
    return without_keys(table, (name,)), own


def with_key_renamed(table: TableModel, name: str, new: str) -> TableModel:
    """Give the table with another name for a key, in its place."""
    name = spelt(table.keys, name)
    key = table.keys.get(name) or KeySpec("", name)
    keys: dict[str, KeySpec] = {}
    for one, kept in {**table.keys, name: key}.items():
        keys = named.placed(keys, new if one == name else one, replace(key, name=new) if one == name else kept)
    old, now = member(name), member(next(one for one in keys if keys[one].name == new and keys[one].kind == key.kind))
    return replace(
        table,
        keys=keys,
        origin=_renamed(table.origin, old, now),
        doubtful=_swapped(table.doubtful, old, now),
        met=_swapped(table.met, old, now),
    )


def with_charset(table: TableModel, options: frozenset[str]) -> TableModel:
    """Give the table with the charset that MySQL's options say; CONVERT gives it to the columns too."""
    said = table_charset(options)
    if not said:
        return table
    if "convert" not in options:
        return replace(table, charset=said, collation="")  # columns that are there keep theirs
    columns = {name: replace(one, charset="", collation="") for name, one in table.columns.items()}
    return replace(table, columns=columns, charset=said, collation=table_collation(options))


def blurred(table: TableModel, *, sure: bool | None = None) -> TableModel:
    """Give the table as it is once something that cannot be read may have changed it."""
    members = frozenset([*table.columns, *map(member, table.keys)])
    vague = {name: replace(spec, type="") for name, spec in table.columns.items()}
    return replace(table, columns=vague, whole=False, sure=table.sure if sure is None else sure, doubtful=members)


def doubted(table: TableModel, names: Iterable[str]) -> TableModel:
    """Give the table with doubt whether those columns and keys are there."""
    return replace(table, doubtful=table.doubtful | frozenset(names))


def _tidy(table: TableModel) -> TableModel:
    """Forget what was known of members that are gone."""
    members = {*table.columns, *map(member, table.keys)}
    return replace(
        table,
        origin={one: by for one, by in table.origin.items() if one in members},
        doubtful=table.doubtful & members,
        met=table.met & members,
        implied=table.implied & members,
    )


def _renamed(named: Mapping[str, str], old: str, new: str) -> dict[str, str]:
    return {new if one == old else one: by for one, by in named.items()}


def _swapped(names: frozenset[str], old: str, new: str) -> frozenset[str]:
    return names - {old} | {new} if old in names else names
