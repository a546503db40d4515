"""Rules about what is not there: tables, columns, indexes and constraints, where it is certain."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from itertools import count

from migkit.lint import keys
from migkit.lint.brought import companions, place
from migkit.lint.case import Case
from migkit.lint.certain import NEW_KEYS, Certain, certain
from migkit.lint.effects import ROWS
from migkit.lint.once import once
from migkit.lint.rule import Found, Rule
from migkit.lint.state import TableModel, any_case, spelt
from migkit.model import Direction, Severity
from migkit.model.script import Act, Kind

_TABLES = ROWS | {
    Kind.alter_table, Kind.add_column, Kind.drop_column, Kind.alter_column, Kind.rename_column, Kind.create_index,
    Kind.drop_index, Kind.add_constraint, Kind.drop_constraint, Kind.rename_table, Kind.drop_table, Kind.rename_index,
}  # fmt: skip
_COLUMNS = frozenset({Kind.drop_column, Kind.alter_column, Kind.rename_column})
_OLD_KEYS = frozenset({Kind.drop_index, Kind.drop_constraint, Kind.rename_index})
_GUESSED = 20  # names for which a near one is looked for: each is held against all that there are
_HIDDEN = frozenset({"rowid", "oid", "_rowid_", "ctid", "xmin", "tableoid"})


def _unknown_table(case: Case) -> Iterator[Found]:
    told: set[str] = set()
    for one in certain(case):
        table = one.act.table
        if one.deed.table is not None or one.act.kind not in _TABLES or not table or not one.before.closed:
            continue
        if table.lower() in told or _elsewhere(table, one, case) or _root_told(case, told):
            continue
        near = _near(table, one.before.tables, len(told))
        told.add(table.lower())
        remedy = f"did you mean {near}?" if near else _none(case)
        yield Found(_no_table(table, one, case), place(one.deed), remedy, table)


def _unknown_column(case: Case) -> Iterator[Found]:
    asked = count()
    for one in certain(case):
        table = one.deed.table
        if table is None or not (table.sure and table.whole):
            continue
        for name in _columns(one):
            if table.column(name) is None and name.lower() not in _HIDDEN and not _added(name, one, case):
                near = _near(name, table.columns, next(asked))
                remedy = f"did you mean {near}?" if near else f"name one that it has: {_listed(table.columns)}"
                yield Found(f"{table.name} has no column {name}", place(one.deed), remedy, f"{table.name}.{name}")


def _unknown_key(case: Case) -> Iterator[Found]:
    asked = count()
    for one in certain(case):
        table, name = one.deed.table, one.act.name.rpartition(".")[2]
        if one.act.kind not in _OLD_KEYS or table is None or not (table.sure and table.whole) or not name:
            continue
        if keys.meant(table.keys, one.act) or spelt(table.keys, name) in table.keys or _uncertain(table, one.act):
            continue
        what = f"{table.name} has no {'index' if one.act.kind is not Kind.drop_constraint else 'constraint'} {name}"
        near = _near(name, table.keys, next(asked))
        remedy = f"did you mean {near}?" if near else "leave it out, or name the one that is there"
        yield Found(what, place(one.deed), remedy, f"{table.name}.{name}")


def _elsewhere(table: str, one: Certain, case: Case) -> bool:
    """Whether the name may be that of something that is no table of this schema, or was made a moment ago."""
    low = table.lower()
    parts = low.rpartition(".")
    (names,) = _other_names(case, one.direction)
    schemas, others, first = names
    if parts[0] and parts[0] not in schemas:
        return True
    if low.startswith(("pg_", "sqlite_", "information_schema", "alembic_version", "mysql.")):
        return True
    return low in others or parts[2] in others or first.get(low, one.deed.number) < one.deed.number


@once
def _other_names(case: Case, direction: Direction) -> Iterator[tuple[Collection[str], Collection[str], dict[str, int]]]:
    """Give schemas, what is no table or blurred, and which statement is the first to make a table of a name."""
    before, passage = (case.before, case.up) if direction == "upgrade" else (case.after, case.down)
    schemas = {name.lower().rpartition(".")[0] for name in before.tables}
    others = {made.name.lower() for made in (*before.others.values(), *case.up.end.others.values())}
    first: dict[str, int] = {}
    for deed in passage.deeds:
        if deed.act.kind in (Kind.create_table, Kind.rename_table):
            for name in deed.statement.names:
                first.setdefault(name.lower(), deed.number)
    yield schemas, others | {name.lower() for name in passage.blurred}, first


def _root_told(case: Case, told: Collection[str]) -> bool:
    """Whether this is the first revision, and it was told already that it stands on something."""
    return not case.script.parents and bool(told)


def _no_table(table: str, one: Certain, case: Case) -> str:
    gone = any_case(one.before.gone, table)
    if gone:
        return f"there is no table {table} any more, since {gone}"
    if not case.script.parents:
        return f"no revision made the table {table}, and this is the first"
    return f"no revision made the table {table}"


def _near(name: str, known: Iterable[str], asked: int) -> str:
    """Give the name that is nearest; where very many are wrong, of the first ones alone."""
    return next(iter(get_close_matches(name, list(known), 1)), "") if asked < _GUESSED else ""


def _none(case: Case) -> str:
    """Say what to do about a table that has no near name."""
    if not case.script.parents:
        return "say in base_sql of the schema what stands before the first revision"
    return "mend the name, or make the table before; base_sql of the schema says what stands before the first revision"


def _columns(one: Certain) -> Iterator[str]:
    act = one.act
    if act.kind in _COLUMNS and act.name:
        yield act.name
    if act.kind in NEW_KEYS and act.key is not None:
        yield from (name for name in act.key.columns if name and "{}" not in name)


def _added(name: str, one: Certain, case: Case) -> bool:
    """Whether the same statement adds the column: a server takes the actions of an ALTER in an order of its own."""
    return any(
        deed.act.kind in (Kind.add_column, Kind.alter_column, Kind.rename_column)
        and name.lower() in (deed.act.name.lower(), deed.act.new.lower())
        and deed.act is not one.act
        for deed in companions(case, one.deed)
    )


def _uncertain(table: TableModel, act: Act) -> bool:
    """Whether it may be the name of a key that got none: the server's, or that of env.py's naming convention."""
    primary = "pk" in act.name.lower() or "primary" in act.name.lower()
    nameless = [key for key in table.keys.values() if not key.name and (primary or key.kind != "primary")]
    return act.kind is Kind.drop_constraint and bool(nameless)


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    return ", ".join(found[:8]) + (f" and {len(found) - 8} more" if len(found) > 8 else "")  # noqa: PLR2004  # a line


RULES: tuple[Rule, ...] = (
    Rule(
        "unknown-table",
        "conventions",
        Severity.error,
        "an upgrade from an empty database ends there (MySQL 1146, PostgreSQL 42P01)",
        judge=_unknown_table,
        kinds=_TABLES,
        remedy="mend the name, or say in base_sql what stands before the first revision",
    ),
    Rule(
        "unknown-column",
        "acceptance",
        Severity.error,
        "the server refuses it (MySQL 1054, 1072 and 1091, PostgreSQL 42703)",
        judge=_unknown_column,
        kinds=_COLUMNS | NEW_KEYS,
        remedy="mend the name",
    ),
    Rule(
        "unknown-index",
        "acceptance",
        Severity.error,
        "the server refuses it (MySQL 1091 and 3940, PostgreSQL 42704)",
        judge=_unknown_key,
        kinds=_OLD_KEYS,
        remedy="mend the name, or leave it out",
    ),
)
