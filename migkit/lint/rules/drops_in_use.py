"""What a server refuses to drop, since a foreign key needs it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migkit.lint.brought import companions, place
from migkit.lint.case import Case, Deed
from migkit.lint.rule import Found, Rule
from migkit.lint.state import State, TableModel, member
from migkit.model import Direction, Severity
from migkit.model.script import KeySpec, Kind

_DROPS = frozenset({Kind.drop_index, Kind.drop_constraint})
_UNIQUE = frozenset({"unique", "primary"})
_OFF = re.compile(r"\bforeign_key_checks\s*=\s*(?:0|off)\b", re.IGNORECASE)
_TOUCHING = frozenset({Kind.drop_table, Kind.rename_table, Kind.drop_constraint, Kind.drop_column, Kind.drop_index})
_DIRECTIONS: tuple[Direction, ...] = ("upgrade", "downgrade")


def _index_in_use(case: Case) -> Iterator[Found]:
    for direction in _DIRECTIONS:
        checks = _unchecked(case, direction)
        for deed in () if checks else case.deeds(direction):
            table = deed.table
            if deed.act.kind not in _DROPS or deed.statement.conditional or table is None or not table.whole:
                continue
            key = table.key(deed.act.name)
            if key is None or key.kind not in _UNIQUE | {"index"} or _doubt(table):
                continue
            needing = _needing(case, deed, table, key)
            if needing:
                what = f"{deed.act.name} of {table.name} is dropped, and the foreign key {needing} needs it"
                yield Found(what, place(deed), "drop the foreign key first, or in the same ALTER TABLE", table.name)


def _needing(case: Case, deed: Deed, table: TableModel, key: KeySpec) -> str:
    """Give the name of a foreign key of the same table that no other index serves."""
    gone = {deed.act.name.lower()} | {one.act.name.lower() for one in companions(case, deed) if one.act.kind in _DROPS}
    coming = [one.act.key for one in companions(case, deed) if one.act.key is not None]
    rest = [one for name, one in table.keys.items() if name.lower() not in gone]
    for name, foreign in table.keys.items():
        if foreign.kind != "foreign" or name.lower() in gone or member(name) in table.doubtful:
            continue
        if _leads(key, foreign) and not any(_leads(other, foreign) for other in (*rest, *coming)):
            return name
    return ""


def _leads(key: KeySpec, foreign: KeySpec) -> bool:
    """Whether an index begins with the columns of a foreign key."""
    if key.kind not in _UNIQUE | {"index"}:
        return False
    columns = [name.lower() for name in foreign.columns]
    return bool(columns) and [name.lower() for name in key.columns[: len(columns)]] == columns


def _column_in_use(case: Case) -> Iterator[Found]:
    for direction in _DIRECTIONS:
        for deed in case.deeds(direction):
            table = deed.table
            if deed.act.kind is not Kind.drop_column or table is None or deed.statement.conditional:
                continue
            gone = {one.act.name.lower() for one in companions(case, deed) if one.act.kind in _DROPS}
            for name, key in table.keys.items():
                own = deed.act.name.lower() in (column.lower() for column in key.columns)
                if key.kind == "foreign" and own and name.lower() not in gone and member(name) not in table.doubtful:
                    what = f"{table.name}.{deed.act.name} is dropped, and the foreign key {name} needs it"
                    remedy = f"drop {name} first, or in the same ALTER TABLE"
                    yield Found(what, place(deed), remedy, f"{table.name}.{deed.act.name}")
                    break


def _table_in_use(case: Case) -> Iterator[Found]:
    for direction in _DIRECTIONS:
        if _unchecked(case, direction) or not _readable(case, direction):
            continue
        for deed in case.deeds(direction):
            if deed.act.kind is not Kind.drop_table or "cascade" in deed.act.options or deed.statement.conditional:
                continue
            for table, name in _referring(case, deed, direction):
                what = f"{deed.act.table} is dropped, and the foreign key {name} of {table} refers to it"
                yield Found(what, place(deed), f"drop {table}, or {name}, before it", deed.act.table)
                break


def _referring(case: Case, deed: Deed, direction: Direction) -> Iterator[tuple[str, str]]:
    """Give the foreign keys that refer to a table when it is dropped, and whose they are."""
    start = case.before if direction == "upgrade" else case.after
    listed = case.deeds(direction)
    earlier = [one for one in listed if one.number < deed.number or _before(case, deed, one)]
    for table in _standing(start, earlier):
        for name, key in table.keys.items():
            if key.kind != "foreign" or key.refers.lower() != deed.act.table.lower() or not table.sure:
                continue
            if table.name.lower() != deed.act.table.lower() and member(name) not in table.doubtful:
                yield table.name, name


def _before(case: Case, deed: Deed, one: Deed) -> bool:
    """Whether another drop of the same statement counts as done: on MariaDB that which stands before it."""
    if one.number != deed.number or one is deed:
        return False
    listed = [other for other in (*case.upgrade, *case.downgrade) if other is one or other is deed]
    return case.engine.family != "mariadb" or listed[0] is one


def _standing(start: State, earlier: list[Deed]) -> Iterator[TableModel]:
    """Give the tables that are there, without those that an earlier deed touched in any way that may matter."""
    touched = {deed.act.table.lower() for deed in earlier if deed.act.kind in _TOUCHING}
    renamed = {deed.act.new.lower() for deed in earlier if deed.act.kind is Kind.rename_table}
    for table in start.tables.values():
        if table.name.lower() not in touched | renamed:
            yield table


def _readable(case: Case, direction: Direction) -> bool:
    """Whether nothing in the function may drop what cannot be seen."""
    passage = case.up if direction == "upgrade" else case.down
    return passage is not None and not passage.opaque and not passage.blurred


def _unchecked(case: Case, direction: Direction) -> bool:
    """Whether the function turns foreign_key_checks off."""
    function = case.script.upgrade if direction == "upgrade" else case.script.downgrade
    return any(_OFF.search(statement.sql) for statement in function.statements if "checks" in statement.sql.lower())


def _doubt(table: TableModel) -> bool:
    return any(one.startswith("key ") for one in table.doubtful)


RULES = (
    Rule(
        "drop-index-in-use",
        "acceptance",
        Severity.error,
        "the server refuses to drop the only index that serves a foreign key with 1553",
        _index_in_use,
        on=("mysql", "mariadb"),
        kinds=_DROPS,
        remedy="drop the foreign key first, or in the same ALTER TABLE",
    ),
    Rule(
        "drop-column-in-use",
        "acceptance",
        Severity.error,
        "the server refuses to drop a column of a foreign key with 1828, and MariaDB with 1553 where it is indexed",
        _column_in_use,
        on=("mysql", "mariadb"),
        kinds=frozenset({Kind.drop_column}),
        remedy="drop the foreign key first, or in the same ALTER TABLE",
    ),
    Rule(
        "drop-table-in-use",
        "acceptance",
        Severity.error,
        "the server refuses to drop a table that a foreign key of another one refers to (3730 of MySQL, 1451 of"
        " MariaDB, 2BP01 of PostgreSQL)",
        _table_in_use,
        on=("mysql", "mariadb", "postgresql"),
        kinds=frozenset({Kind.drop_table}),
        remedy="drop the tables in the other order, or the foreign key first",
    ),
)
