"""What a change does to the rows that are there, and to the code that still runs beside it."""

from __future__ import annotations

from collections.abc import Iterator

from migkit.lint.case import Case, Deed
from migkit.lint.fitting import narrower
from migkit.lint.rule import Found, Rule
from migkit.lint.standing import existing, named, type_before
from migkit.model import Severity
from migkit.model.script import ColumnSpec, Guard, KeySpec, Kind
from migkit.product import Family

_NO_COLUMN: dict[Family, str] = {
    "mysql": "error 1054",
    "mariadb": "error 1054",
    "postgresql": "error 42703",
    "sqlite": "no such column",
}
_NO_TABLE: dict[Family, str] = {
    "mysql": "error 1146",
    "mariadb": "error 1146",
    "postgresql": "error 42P01",
    "sqlite": "no such table",
}
_DOUBLED: dict[Family, str] = {
    "mysql": "error 1062",
    "mariadb": "error 1062",
    "postgresql": "error 23505",
    "sqlite": "UNIQUE constraint failed",
}
_VALUELESS: dict[Family, str] = {
    "mysql": "the rows that are there get the type's zero ('' or 0) in silence, and a date is refused with error 1292",
    "mariadb": "the rows that are there get the type's zero ('', 0 or 0000-00-00) in silence",
    "postgresql": "PostgreSQL refuses it with error 23502 as soon as the table has a row",
    "sqlite": "SQLite refuses it as soon as the table has a row",
}
_CUT: dict[Family, str] = {
    "mysql": "a value that does not fit is refused (errors 1264, 1265), or cut and rounded without a word",
    "mariadb": "a value that does not fit is refused (errors 1264, 1265), or cut and rounded without a word",
    "postgresql": "a value that does not fit is refused (errors 22001, 22003), a fraction is rounded without a word",
}
_BATCH = "_alembic_tmp_"  # what Alembic calls the table that it copies into on SQLite


def _not_null(case: Case) -> Iterator[Found]:
    emptied: set[str] = set()
    for deed in existing(case):
        act, column = deed.act, deed.act.column
        if act.kind is Kind.truncate or (act.kind is Kind.delete and not act.where):
            emptied.add(named(deed))
        if act.kind is not Kind.add_column or column is None or named(deed) in emptied or not _wants_value(column):
            continue
        yield Found(
            f"{named(deed)}.{act.name or column.name} is added NOT NULL without a default",
            act.span,
            "give it a DEFAULT, or add it nullable, fill it, and set NOT NULL afterwards",
            f"{named(deed)}.{column.name}",
            _VALUELESS[case.engine.family],
        )


def _wants_value(column: ColumnSpec) -> bool:
    said = column.default is None or column.default.upper() == "NULL"
    serial = column.type.endswith("SERIAL")
    return column.nullable is False and said and not column.generated and not column.primary_key and not serial


def _unique(case: Case) -> Iterator[Found]:
    added: dict[tuple[str, str], ColumnSpec] = {}
    cleaned: set[str] = set()
    for deed in existing(case):
        act = deed.act
        if act.kind in (Kind.delete, Kind.truncate):
            cleaned.add(named(deed))  # somebody has thought of the doubles
        if _drops_a_key(deed):
            cleaned.add(named(deed))  # what it held unique is not known
        key = _unique_key(deed)
        if key and named(deed) not in cleaned and not _already(case, deed, key) and not _apart(deed, key, added):
            yield _doubled(case, deed, key)
        if act.kind is Kind.add_column and act.column is not None:
            added[named(deed), act.column.name.lower()] = act.column


def _unique_key(deed: Deed) -> KeySpec | None:
    act = deed.act
    if act.kind in (Kind.create_index, Kind.add_constraint) and act.key and "using index" not in act.options:
        return act.key if act.key.kind in ("unique", "primary") else None
    column = act.column if act.kind is Kind.add_column else None
    if column and (column.unique or column.primary_key) and column.default not in (None, "NULL"):
        return KeySpec("unique", columns=(column.name,))
    return None


def _drops_a_key(deed: Deed) -> bool:
    """Whether a key goes of which nothing is known: the one that follows may hold what it held."""
    known = deed.table.key(deed.act.name) if deed.table else None
    return deed.act.kind in (Kind.drop_constraint, Kind.drop_index) and not (known and known.columns)


def _already(case: Case, deed: Deed, key: KeySpec) -> bool:
    """Whether another key, there now or when the function began, holds some of the columns unique already."""
    wanted = {column.lower() for column in key.columns}
    tables = (deed.table, case.before.table(named(deed)))
    keys = [one for table in tables if table for one in table.keys.values()]
    return any(
        one.kind in ("unique", "primary")
        and one.columns
        and not one.where
        and {c.lower() for c in one.columns} <= wanted
        for one in keys
    )


def _apart(deed: Deed, key: KeySpec, added: dict[tuple[str, str], ColumnSpec]) -> bool:
    """Whether a column of the key is new, and NULL or another value in each row."""
    new = [added[named(deed), column.lower()] for column in key.columns if (named(deed), column.lower()) in added]
    return any(column.default in (None, "NULL") or "(" in (column.default or "") for column in new)


def _doubled(case: Case, deed: Deed, key: KeySpec) -> Found:
    table, parts = named(deed), ", ".join(key.parts or key.columns)
    return Found(
        f"{table} ({parts}) becomes unique",
        deed.act.span,
        f"look for doubles first (GROUP BY {parts} HAVING COUNT(*) > 1), and settle them in a revision before this one",
        table,
        f"where two rows hold the same, the server refuses it ({_DOUBLED[case.engine.family]})",
    )


def _narrowing(case: Case) -> Iterator[Found]:
    family = case.engine.family
    for deed in existing(case):
        act, column, old = deed.act, deed.act.column, type_before(deed)
        if act.kind is Kind.alter_column and "type" in act.said and column and narrower(old, column.type, family):
            yield Found(
                f"{named(deed)}.{act.name} goes from {old} to {column.type}, which holds less",
                act.span,
                "look for values that do not fit first, and settle them in a revision before this one",
                f"{named(deed)}.{act.name}",
                _CUT[family],
            )


def _drop_column(case: Case) -> Iterator[Found]:
    for deed in existing(case):
        act = deed.act
        if act.kind is Kind.drop_column and not _own_column(case, deed) and act.guard is not Guard.unknown:
            yield Found(
                f"{named(deed)}.{act.name} is dropped with its values",
                act.span,
                "release the code that does not name it first, and drop it in a later revision",
                f"{named(deed)}.{act.name}",
                f"code that still runs and names it gets {_NO_COLUMN[case.engine.family]}, and a downgrade brings no "
                "value back",
            )


def _own_column(case: Case, deed: Deed) -> bool:
    """Whether this function added the column itself."""
    table = case.before.table(named(deed))
    return table is not None and table.lacks(deed.act.name)


def _drop_table(case: Case) -> Iterator[Found]:
    for deed in existing(case):
        act = deed.act
        if act.kind is Kind.drop_table and not act.table.startswith(_BATCH) and act.guard is not Guard.unknown:
            yield Found(
                f"{act.table} is dropped with its rows",
                act.span,
                "release the code that does not name it first; rename it, and drop it in a later revision",
                act.table,
                f"code that still runs and names it gets {_NO_TABLE[case.engine.family]}, and a downgrade brings no "
                "row back",
            )


def _rename_column(case: Case) -> Iterator[Found]:
    for deed in existing(case):
        act = deed.act
        renamed = act.kind is Kind.rename_column or (act.kind is Kind.alter_column and "name" in act.said)
        if renamed and act.new and act.new.lower() != act.name.lower() and not _own_column(case, deed):
            yield Found(
                f"{named(deed)}.{act.name} is renamed to {act.new}",
                act.span,
                "add the new column, write both, copy, read the new one, and drop the old one in a later revision",
                f"{named(deed)}.{act.name}",
                f"code that still runs gets {_NO_COLUMN[case.engine.family]} from the moment that it is committed",
            )


def _rename_table(case: Case) -> Iterator[Found]:
    for deed in existing(case):
        act = deed.act
        if act.kind is Kind.rename_table and act.new and not act.table.startswith(_BATCH):
            yield Found(
                f"{act.table} is renamed to {act.new}",
                act.span,
                f"leave a view called {act.table} behind for as long as old code runs",
                act.table,
                f"code that still runs gets {_NO_TABLE[case.engine.family]} from the moment that it is committed",
            )


RULES = (
    Rule(
        "add-not-null-without-default",
        "data",
        Severity.warning,
        "the rows that are there have no value for it",
        _not_null,
        kinds=frozenset({Kind.add_column}),
        remedy="give the column a DEFAULT, or add it nullable, fill it, and set NOT NULL afterwards",
    ),
    Rule(
        "add-unique-on-existing",
        "data",
        Severity.warning,
        "where two rows hold the same, the server refuses it",
        _unique,
        kinds=frozenset({Kind.create_index, Kind.add_constraint, Kind.add_column}),
        remedy="look for doubles first, and settle them in a revision before",
    ),
    Rule(
        "narrowing-type",
        "data",
        Severity.warning,
        "a value that does not fit is refused, or cut and rounded without a word",
        _narrowing,
        on=("mysql", "mariadb", "postgresql"),
        kinds=frozenset({Kind.alter_column}),
        remedy="look for values that do not fit first, and settle them in a revision before",
    ),
    Rule(
        "drop-column",
        "data",
        Severity.warning,
        "code that still runs and names the column fails, and a downgrade brings no value back",
        _drop_column,
        kinds=frozenset({Kind.drop_column}),
        remedy="release the code that does not name it first, and drop it in a later revision",
    ),
    Rule(
        "drop-table",
        "data",
        Severity.warning,
        "code that still runs and names the table fails, and a downgrade brings no row back",
        _drop_table,
        kinds=frozenset({Kind.drop_table}),
        remedy="release the code that does not name it first; rename it, and drop it in a later revision",
    ),
    Rule(
        "rename-column",
        "data",
        Severity.warning,
        "code that still runs and names the column fails from the moment that the new name is committed",
        _rename_column,
        kinds=frozenset({Kind.rename_column, Kind.alter_column}),
        remedy="add the new column, write both, copy, read the new one, and drop the old one in a later revision",
    ),
    Rule(
        "rename-table",
        "data",
        Severity.warning,
        "code that still runs and names the table fails from the moment that the new name is committed",
        _rename_table,
        kinds=frozenset({Kind.rename_table}),
        remedy="leave a view of the old name behind for as long as old code runs",
    ),
)
