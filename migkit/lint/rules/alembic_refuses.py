"""What Alembic itself refuses on a product, before a server is asked."""

from __future__ import annotations

from collections.abc import Iterator

from migkit.lint.brought import deeds, place
from migkit.lint.case import Case, Deed
from migkit.lint.rule import Found, Rule
from migkit.model import Severity
from migkit.model.script import Kind

_ALTER = frozenset({Kind.alter_column})
_DROP = frozenset({Kind.drop_constraint})
_SQLITE = frozenset({Kind.alter_column, Kind.add_constraint, Kind.drop_constraint})


def _needs_type(case: Case) -> Iterator[Found]:
    for deed in _operations(case, _ALTER, "alter_column"):
        column, existing = deed.act.column, deed.act.existing
        if "modify" not in deed.act.options or column is None or column.type or (existing and existing.type):
            continue
        said = deed.statement.arguments
        if "type_" in said or "existing_type" in said or "existing_type" in _text(case, deed):
            continue
        name = f"{deed.act.table}.{deed.act.name}"
        yield Found(f"{name} is altered without its type", place(deed), "give existing_type=…", name)


def _needs_kind(case: Case) -> Iterator[Found]:
    for deed in _operations(case, _DROP, "drop_constraint"):
        if not deed.act.item and "type_" not in deed.statement.arguments and "type_" not in _text(case, deed):
            name = deed.act.name or "a constraint"
            remedy = 'give type_="foreignkey", "unique", "check" or "primary"'
            yield Found(f"{name} of {deed.act.table} is dropped without its kind", place(deed), remedy, deed.act.name)


def _sqlite(case: Case) -> Iterator[Found]:
    for deed in deeds(case, _SQLITE):
        via = deed.statement.via
        if not via.startswith("op.") or deed.statement.sql or "batch" in deed.act.options:
            continue
        if via in ("op.alter_column", "op.drop_constraint", "op.add_column") or via.startswith("op.create_"):
            what = f"{via} alters {deed.act.table} outside of a batch"
            remedy = f'with op.batch_alter_table("{deed.act.table}") as batch: batch.{via.partition(".")[2]}(…)'
            yield Found(what, place(deed), remedy, deed.act.table)


def _operations(case: Case, kinds: frozenset[Kind], name: str) -> Iterator[Deed]:
    """Give the deeds of an operation of Alembic, not of SQL."""
    return (deed for deed in deeds(case, kinds) if not deed.statement.sql and deed.statement.via.endswith(f".{name}"))


def _text(case: Case, deed: Deed) -> str:
    from migkit.lint.written import written

    return written(case.source, deed.statement.span)


RULES = (
    Rule(
        "alter-without-type",
        "acceptance",
        Severity.error,
        "MySQL's MODIFY says all of a column again, and Alembic fails with CommandError where it is not told the type",
        _needs_type,
        on=("mysql", "mariadb"),
        kinds=_ALTER,
        remedy="give existing_type",
    ),
    Rule(
        "drop-constraint-without-type",
        "acceptance",
        Severity.error,
        "each kind of constraint is dropped by a word of its own on MySQL, and Alembic fails with NotImplementedError"
        " where it is not told which",
        _needs_kind,
        on=("mysql", "mariadb"),
        kinds=_DROP,
        remedy="give type_",
    ),
    Rule(
        "sqlite-alter",
        "acceptance",
        Severity.error,
        "SQLite alters no column and no constraint: Alembic fails with NotImplementedError, or SQLite with an error",
        _sqlite,
        on=("sqlite",),
        kinds=_SQLITE,
        remedy="use op.batch_alter_table, which builds the table anew",
    ),
)
