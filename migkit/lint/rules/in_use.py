"""What a server refuses to drop or to alter, since a foreign key or a column needs it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from migkit.lint import columntypes
from migkit.lint.brought import companions, place
from migkit.lint.case import Case, Deed
from migkit.lint.once import once
from migkit.lint.rule import Found, Rule
from migkit.lint.standing import type_before, unchecked
from migkit.lint.state import State, TableModel, member
from migkit.model import DIRECTIONS, Direction, Severity
from migkit.model.script import Act, Kind

_DROPS = frozenset({Kind.drop_index, Kind.drop_constraint})
_TOUCHING = frozenset({Kind.drop_table, Kind.rename_table, Kind.drop_constraint, Kind.drop_column})
_COLUMNS = frozenset({Kind.drop_column, Kind.rename_column, Kind.alter_column})
_OTHER_KEYS = frozenset({"unique", "check", "primary", "index"})


def _column_in_use(case: Case) -> Iterator[Found]:
    for direction in DIRECTIONS:
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
    for direction in DIRECTIONS:
        if unchecked(case, direction) or not _readable(case, direction):
            continue
        early = [(deed, *found) for deed in case.deeds(direction) if (found := _first_referring(case, deed, direction))]
        if early:
            deed, table, name = early[0]
            what = f"{deed.act.table} is dropped, and the foreign key {name} of {table} refers to it"
            others = ", ".join(dict.fromkeys(one.act.table for one, *_found in early[1:]))
            more = f"; so it is with {others}" if others else ""
            yield Found(what + more, place(deed), f"drop {table}, or {name}, before it", deed.act.table)


def _first_referring(case: Case, deed: Deed, direction: Direction) -> tuple[str, str] | None:
    """Give a table, and its foreign key, that still refers to the one that a deed drops; None where nothing does."""
    if deed.act.kind is not Kind.drop_table or "cascade" in deed.act.options or deed.statement.conditional:
        return None
    return next(_referring(case, deed, direction), None)


def _type_in_use(case: Case) -> Iterator[Found]:
    told: set[str] = set()  # what the upgrade cannot do the downgrade need not undo
    for direction in DIRECTIONS:
        if unchecked(case, direction):
            continue
        for deed in case.deeds(direction):
            table = deed.table
            if deed.act.kind is not Kind.alter_column or table is None or deed.statement.conditional:
                continue
            name = _refused_type(case, deed) and (_own(case, deed, table) or _foreign(case, deed, direction))
            column = f"{table.name}.{deed.act.name}"
            if name and column not in told:
                told.add(column)
                what = f"{column} gets another type, and the foreign key {name} is on it"
                yield Found(what, place(deed), f"drop {name}, change both columns, and add it again", column)


def _refused_type(case: Case, deed: Deed) -> bool:
    """Whether a column certainly gets a type that no column of a foreign key may be given."""
    if "type" not in deed.act.said or deed.act.column is None:
        return False
    family = case.engine.family
    was = columntypes.parse(type_before(deed), family)
    now = columntypes.parse(deed.act.column.type, family)
    if was is None or now is None or columntypes.same(type_before(deed), deed.act.column.type, family):
        return False
    longer = was.group == now.group and was.group in ("char", "binary") and (now.size or 0) >= (was.size or 0)
    return not longer and bool(was.group and now.group)


def _own(case: Case, deed: Deed, table: TableModel) -> str:
    """Give the foreign key of the same table that a column belongs to, and that the statement does not drop."""
    gone = {one.act.name.lower() for one in companions(case, deed) if one.act.kind in _DROPS}
    for name, key in table.keys.items():
        holds = deed.act.name.lower() in (column.lower() for column in key.columns)
        if key.kind == "foreign" and holds and name.lower() not in gone and member(name) not in table.doubtful:
            return key.name or name
    return ""


def _foreign(case: Case, deed: Deed, direction: Direction) -> str:
    """Give the foreign key of another table that refers to a column."""
    if not _readable(case, direction):
        return ""
    for table, name in _referring(case, deed, direction, deed.act.name):
        return f"{name} of {table}"
    return ""


def _referring(case: Case, deed: Deed, direction: Direction, column: str = "") -> Iterator[tuple[str, str]]:
    """Give the foreign keys that refer to a deed's table, or to a column of it, just then, and whose they are."""
    (touched,) = _touched(case, direction)
    (known,) = _foreign_keys(case, direction)
    position = next(at for at, one in _numbered(case, deed, direction) if one is deed)
    wanted = deed.act.table.lower()
    for table, name, columns in known.get(wanted, ()):
        if table.lower() == wanted or (column and column.lower() not in columns):
            continue
        number, at = touched.get(table.lower(), (deed.number + 1, 0))
        same = number == deed.number and (case.engine.family != "mariadb" or at < position)
        if not same and number >= deed.number:
            yield table, name


@once
def _foreign_keys(case: Case, direction: Direction) -> Iterator[dict[str, list[tuple[str, str, frozenset[str]]]]]:
    """Give the foreign keys that are there when a function begins: to each table those of table, name, to columns."""
    start = case.before if direction == "upgrade" else case.after
    found: dict[str, list[tuple[str, str, frozenset[str]]]] = {}
    for table in start.tables.values():
        for name, key in table.keys.items() if table.sure else ():
            if key.kind == "foreign" and member(name) not in table.doubtful:
                columns = frozenset(one.lower() for one in key.refers_columns)
                found.setdefault(key.refers.lower(), []).append((table.name, name, columns))
    yield found


@once
def _touched(case: Case, direction: Direction) -> Iterator[dict[str, tuple[int, int]]]:
    """Give where each table is first touched in a way that may take a foreign key: the statement, the place in it.

    On MariaDB a table that stands behind another one in the same DROP TABLE is still there when that one goes.
    """
    found: dict[str, tuple[int, int]] = {}
    for at, deed in enumerate(case.deeds(direction)):
        if deed.act.kind in _TOUCHING and deed.act.item not in _OTHER_KEYS:
            for name in (deed.act.table.lower(), deed.act.new.lower()):
                found.setdefault(name, (deed.number, at))
    yield found


def _numbered(case: Case, deed: Deed, direction: Direction) -> Iterator[tuple[int, Deed]]:
    """Give the deeds of a deed's statement, and the place of each in its function."""
    listed = case.deeds(direction)
    at = bisect_left(listed, deed.number, key=lambda one: one.number)
    while at < len(listed) and listed[at].number == deed.number:
        yield at, listed[at]
        at += 1


def _readable(case: Case, direction: Direction) -> bool:
    """Whether nothing in the function may drop what cannot be seen."""
    passage = case.up if direction == "upgrade" else case.down
    return passage is not None and not passage.opaque and not passage.blurred


def _type_still_used(case: Case) -> Iterator[Found]:
    for direction in DIRECTIONS:
        if not _readable(case, direction):
            continue
        start = case.before if direction == "upgrade" else case.after
        for deed in case.deeds(direction):
            act = deed.act
            if act.kind is not Kind.drop_type or not act.name or "cascade" in act.options or deed.statement.conditional:
                continue
            earlier = [one.act for one in case.deeds(direction) if one.number < deed.number]
            if not any(one.kind is Kind.rename_type for one in earlier):
                yield from _users(deed, start, earlier)


def _users(deed: Deed, start: State, earlier: Sequence[Act]) -> Iterator[Found]:
    """Tell the first column that has a type, and that nothing has touched since the function began."""
    touched = {one.table.lower() for one in earlier if one.kind in (Kind.drop_table, Kind.rename_table)}
    changed = {(one.table.lower(), one.name.lower()) for one in earlier if one.kind in _COLUMNS}
    for table in start.tables.values() if deed.act.name else ():
        for spec in table.columns.values() if table.sure and table.name.lower() not in touched else ():
            known = spec.name not in table.doubtful and (table.name.lower(), spec.name.lower()) not in changed
            if known and _bare(spec.type) == _bare(deed.act.name):
                what = f"the type {deed.act.name} is dropped, and {table.name}.{spec.name} has it"
                remedy = f"drop {table.name}.{spec.name}, or give it another type, before it"
                yield Found(what, place(deed), remedy, deed.act.name)
                return


def _bare(name: str) -> str:
    """Give a type's name as PostgreSQL folds it, without its schema, and without the brackets of an array."""
    last = name.removesuffix("[]").rpartition(".")[2]
    return last[1:-1] if last[:1] == '"' else last.lower()


RULES = (
    Rule(
        "drop-type-in-use",
        "acceptance",
        Severity.error,
        "PostgreSQL refuses with 2BP01 to drop a type that a column has",
        _type_still_used,
        on=("postgresql",),
        kinds=frozenset({Kind.drop_type}),
        remedy="drop the column, or give it another type, before the type",
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
    Rule(
        "alter-column-in-use",
        "acceptance",
        Severity.error,
        "the server refuses another type of a column that a foreign key is on (3780 or 1833 of MySQL, 1832 or 1833 of"
        " MariaDB)",
        _type_in_use,
        on=("mysql", "mariadb"),
        kinds=frozenset({Kind.alter_column}),
        remedy="drop the foreign key, change both columns, and add it again",
    ),
)
