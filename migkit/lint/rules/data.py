"""What a change does to the rows that are there: what it wants of them, refuses, and cuts."""

from __future__ import annotations

from collections.abc import Iterator

from migkit.lint.case import Case, Deed
from migkit.lint.fitting import narrower
from migkit.lint.rule import Found, Rule
from migkit.lint.standing import existing, named, type_before
from migkit.model import Severity
from migkit.model.script import ColumnSpec, KeySpec, Kind
from migkit.product import Family

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
)
