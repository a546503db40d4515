"""Rules about what is there: not made twice, and not dropped from under what needs it, where it is certain."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from migkit.lint import keys
from migkit.lint.brought import companions, place
from migkit.lint.case import Case
from migkit.lint.certain import NEW_KEYS, Certain, certain
from migkit.lint.rule import Found, Rule
from migkit.lint.state import TableModel, member, spelt
from migkit.model import Severity
from migkit.model.script import Act, KeySpec, Kind


def _already_there(case: Case) -> Iterator[Found]:
    for one in certain(case):
        table, act = one.deed.table, one.act
        if table is None or not table.sure:
            continue
        name = _made(table, act)
        if name and not _dropped(name, one, case):
            by = table.by if act.kind is Kind.create_table else table.origin.get(name, "")
            made = f", since {by}" if by and by != case.script.id else ""
            what = f"{_called(table, act)} is there already{made}"
            yield Found(what, place(one.deed), "leave it out, or give it another name", table.name)


def _needed_index(case: Case) -> Iterator[Found]:
    for one in certain(case):
        table, act = one.deed.table, one.act
        if act.kind is not Kind.drop_index or table is None or not table.sure:
            continue
        found = keys.meant(table.keys, act)
        key = table.keys[found[0]] if len(found) == 1 else None
        if key is None or member(found[0]) in table.doubtful:
            continue
        for name in _left_without(table, found[0], key):
            if not _dropped(member(name), one, case) and not _covers(one, case, table.keys[name].columns):
                what = f"{table.name}.{found[0]} is the only index under the foreign key {name}"
                remedy = f"drop the foreign key {name} first, or make another index that begins with its columns"
                yield Found(what, place(one.deed), remedy, f"{table.name}.{found[0]}")


def _dropped(name: str, one: Certain, case: Case) -> bool:
    """Whether the same statement drops it too."""
    low = name.removeprefix("key ").lower()
    kinds = (Kind.drop_column, Kind.drop_index, Kind.drop_constraint, Kind.rename_column, Kind.alter_column)
    return any(
        deed.act.kind in kinds and deed.act.name.lower() == low and deed.act is not one.act
        for deed in companions(case, one.deed)
    )


def _made(table: TableModel, act: Act) -> str:
    """Give what an act makes that is in a table for certain: its `member`, the table's own name, or ""."""
    if act.kind is Kind.create_table:
        return table.name
    if act.kind is Kind.add_column:
        spec = table.column(act.name or (act.column.name if act.column else ""))
        return spec.name if spec is not None and spec.name not in table.doubtful else ""
    if act.kind in NEW_KEYS and act.key is not None and act.key.name and "using index" not in act.options:
        found = spelt(table.keys, act.key.name)
        there = table.keys.get(found)
        same = there is not None and there.name and keys.apart(there) == keys.apart(act.key)
        implied = member(found) in table.implied
        return member(found) if same and not implied and member(found) not in table.doubtful else ""
    return ""


def _called(table: TableModel, act: Act) -> str:
    if act.kind is Kind.create_table:
        return f"the table {table.name}"
    name = act.name or (act.column.name if act.column else "") or (act.key.name if act.key else "")
    return f"{table.name}.{name}"


def _left_without(table: TableModel, dropped: str, key: KeySpec) -> Iterator[str]:
    """Give the foreign keys that no other index serves."""
    rest = {name: one for name, one in table.keys.items() if name != dropped}
    for name, one in table.keys.items():
        if one.kind == "foreign" and member(name) not in table.doubtful:
            served = keys.covered({dropped: key}, one.columns)
            if served and table.whole and not keys.covered(rest, one.columns):
                yield name


def _covers(one: Certain, case: Case, columns: Collection[str]) -> bool:
    """Whether the same statement makes an index that serves."""
    made = {str(at): deed.act.key for at, deed in enumerate(companions(case, one.deed)) if deed.act.key is not None}
    return keys.covered(made, tuple(columns))


RULES: tuple[Rule, ...] = (
    Rule(
        "already-there",
        "acceptance",
        Severity.error,
        "the server refuses to make it twice (MySQL 1050, 1060 and 1061, PostgreSQL 42P07 and 42701)",
        judge=_already_there,
        kinds=NEW_KEYS | {Kind.create_table, Kind.add_column},
        remedy="leave it out, or give it another name",
    ),
    Rule(
        "index-under-foreign-key",
        "acceptance",
        Severity.error,
        "a foreign key needs an index that begins with its columns, and the server does not drop the last one (1553)",
        judge=_needed_index,
        on=("mysql", "mariadb"),
        kinds=frozenset({Kind.drop_index}),
        remedy="drop the foreign key first",
    ),
)
