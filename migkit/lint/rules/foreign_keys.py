"""What a server refuses of a foreign key: a parent that does not fit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migkit.lint import charsets, columntypes
from migkit.lint.brought import Key, deeds, goes_down, keys
from migkit.lint.case import Case
from migkit.lint.options import table_charset
from migkit.lint.rule import Found, Rule
from migkit.lint.state import TableModel
from migkit.lint.written import written
from migkit.model import Severity
from migkit.model.script import Act, ColumnSpec, Kind

_NUMBERS = frozenset({"integer", "decimal", "float"})
_KEYS = frozenset({Kind.create_table, Kind.add_column, Kind.add_constraint})
_UNIQUE = frozenset({"unique", "primary"})
_PARENT = re.compile(r"\breferences\s+[\w.`\"]+\s*(\()?", re.IGNORECASE)


def _types(case: Case) -> Iterator[Found]:
    for key in keys(case):
        if key.spec.kind != "foreign" or len(key.spec.columns) != len(key.spec.refers_columns):
            continue
        for name, parent in zip(key.spec.columns, key.spec.refers_columns, strict=True):
            column, others = key.column(name), _parents(case, key, parent)
            if column is None or not others:
                continue
            if all(_apart(case, key, column, other, table) for other, table in others):
                other = others[0][0].type
                what = f"{key.deed.act.table}.{name} is {column.type}, and {key.spec.refers}.{parent} is {other}"
                yield Found(what, key.span, f"give both columns one type: {other}", key.name)


def _parents(case: Case, key: Key, name: str) -> list[tuple[ColumnSpec, TableModel]]:
    """Give what the parent's column is, as it was before the function and as it is behind it."""
    found = []
    for table in _parent(case, key):
        column = table.column(name)
        if column is None or not column.type or column.name in table.doubtful:
            return []
        found.append((column, table))
    return found


def _parent(case: Case, key: Key) -> list[TableModel]:
    states = (case.after, case.undone) if goes_down(case, key.deed) else (case.before, case.after)
    found = [table for table in (state.table(key.spec.refers) for state in states) if table is not None]
    return found if all(table.sure for table in found) else []


def _apart(case: Case, key: Key, one: ColumnSpec, other: ColumnSpec, table: TableModel) -> bool:
    """Whether two columns certainly cannot be the ends of a foreign key."""
    family = case.engine.family
    first, second = columntypes.parse(one.type, family), columntypes.parse(other.type, family)
    if first is None or second is None or not first.group or not second.group:
        return False
    if family == "postgresql":
        return _kind(first.group) != _kind(second.group) and "enum" not in (first.group, second.group)
    if first.group == second.group == "integer":
        return (first.base, first.unsigned) != (second.base, second.unsigned)
    if first.group == second.group == "char":
        made = key.deed.act if key.deed.act.kind is Kind.create_table else None
        here = charsets.charset(one, key.deed.table, made, case)
        there = charsets.charset(other, table, None, case)
        return _said(one, made, key.deed.table) and _said(other, None, table) and here != there
    return first.group != second.group or (first.group in ("float", "time") and first.base != second.base)


def _said(column: ColumnSpec, made: Act | None, table: TableModel | None) -> bool:
    """Whether a charset is said, and not the server's default."""
    said = column.charset or charsets.of_collation(column.collation)
    if made is not None:
        return bool(said or table_charset(made.options))
    return bool(said or (table is not None and table.charset))


def _kind(group: str) -> str:
    if group in _NUMBERS:
        return "number"
    return "text" if group in ("char", "text") else group


def _parent_key(case: Case) -> Iterator[Found]:
    for key in keys(case):
        wanted = [name.lower() for name in key.spec.refers_columns]
        tables = _parent(case, key) if key.spec.kind == "foreign" and wanted else []
        if not tables or not all(table.whole and not _doubt(table) for table in tables):
            continue
        if all(not _serves(case, table, wanted) for table in tables):
            columns = ", ".join(key.spec.refers_columns)
            what = f"{key.deed.act.table} refers to {key.spec.refers} ({columns}), which has no unique key on that"
            if case.engine.family == "mariadb":
                what = f"{key.deed.act.table} refers to {key.spec.refers} ({columns}), which has no index on that"
            yield Found(what, key.span, f"make {columns} of {key.spec.refers} UNIQUE, or its primary key", key.name)


def _serves(case: Case, table: TableModel, wanted: list[str]) -> bool:
    for key in table.keys.values():
        columns = [name.lower() for name in key.columns]
        if case.engine.family == "mariadb" and key.kind in _UNIQUE | {"index"} and columns[: len(wanted)] == wanted:
            return True
        if key.kind in _UNIQUE and not key.where and sorted(columns) == sorted(wanted):
            return True
    return False


def _doubt(table: TableModel) -> bool:
    return any(one.startswith("key ") for one in table.doubtful)


def _inline(case: Case) -> Iterator[Found]:
    for deed in deeds(case, frozenset({Kind.create_table, Kind.add_column})):
        specs = deed.act.columns if deed.act.kind is Kind.create_table else (deed.act.column,)
        for spec in specs if deed.statement.sql else ():
            if spec is None or not spec.references:
                continue
            match = _PARENT.search(written(case.source, spec.span))
            if match and not match[1]:
                what = f"{deed.act.table}.{spec.name} refers to {spec.references} without a column"
                yield Found(
                    what, spec.span, f"write REFERENCES {spec.references} (id)", f"{deed.act.table}.{spec.name}"
                )


RULES = (
    Rule(
        "foreign-key-type",
        "acceptance",
        Severity.error,
        "the columns of a foreign key must have one type, or the server refuses it (3780 of MySQL, 1005 of MariaDB,"
        " 42804 of PostgreSQL)",
        _types,
        on=("mysql", "mariadb", "postgresql"),
        kinds=_KEYS,
        remedy="give both columns one type, sign and charset included",
    ),
    Rule(
        "foreign-key-parent",
        "acceptance",
        Severity.error,
        "a foreign key must refer to columns that are unique together, or the server refuses it (6125 of MySQL 9,"
        " 42830 of PostgreSQL; MariaDB wants an index, 1005)",
        _parent_key,
        on=("mysql>=9", "mariadb", "postgresql"),
        kinds=_KEYS,
        remedy="make the columns UNIQUE, or refer to the primary key",
    ),
    Rule(
        "inline-references",
        "acceptance",
        Severity.error,
        "MariaDB refuses REFERENCES without a column with 1005, where MySQL 9 takes the primary key",
        _inline,
        on=("mariadb",),
        kinds=frozenset({Kind.create_table, Kind.add_column}),
        remedy="name the column",
    ),
)
