"""What is dropped or renamed while the code of before still runs."""

from __future__ import annotations

from collections.abc import Iterator

from migkit.lint.case import Case, Deed
from migkit.lint.rule import Found, Rule
from migkit.lint.standing import existing, named
from migkit.model import Severity
from migkit.model.script import Guard, Kind
from migkit.product import Family

_NO_COLUMN: dict[Family, str] = {
    "mysql": "error 1054",
    "mariadb": "error 1054",
    "postgresql": "error 42703",
    "sqlite": "the error “no such column”",
}
_NO_TABLE: dict[Family, str] = {
    "mysql": "error 1146",
    "mariadb": "error 1146",
    "postgresql": "error 42P01",
    "sqlite": "the error “no such table”",
}
_BATCH = "_alembic_tmp_"  # what Alembic calls the table that it copies into on SQLite


def _drop_column(case: Case) -> Iterator[Found]:
    added: set[tuple[str, str]] = set()
    for deed in existing(case):
        act, table = deed.act, named(deed)
        if act.kind is Kind.add_column:
            added.add((table, act.name.lower()))
        if act.kind is not Kind.drop_column or act.guard is Guard.unknown or (table, act.name.lower()) in added:
            continue
        fails = f"code that still runs and names it gets {_NO_COLUMN[case.engine.family]}"
        lost, code = not _computed(deed), not _has_column(case, table, act.name)
        if lost or code:  # the values of a generated column come back with it
            yield Found(
                f"{table}.{act.name} is dropped{' with its values' if lost else ''}",
                act.span,
                "release the code that does not name it first, and drop it in a later revision",
                f"{table}.{act.name}",
                ", and ".join([fails] * code + ["a downgrade brings no value back"] * lost),
            )


def _drop_table(case: Case) -> Iterator[Found]:
    for deed in existing(case):
        act = deed.act
        if act.kind is not Kind.drop_table or act.guard is Guard.unknown or _by_alembic(act.table):
            continue
        if _takes_its_place(case, act.table):
            continue  # it was copied into another one first, as SQLite wants it
        code = f"code that still runs and names it gets {_NO_TABLE[case.engine.family]}, and "
        yield Found(
            f"{act.table} is dropped with its rows",
            act.span,
            "release the code that does not name it first; rename it, and drop it in a later revision",
            act.table,
            f"{'' if _called(case, act.table) else code}a downgrade brings no row back",
        )


def _rename_column(case: Case) -> Iterator[Found]:
    added: set[tuple[str, str]] = set()
    for deed in existing(case):
        act, table = deed.act, named(deed)
        if act.kind is Kind.add_column:
            added.add((table, act.name.lower()))
        renamed = act.kind is Kind.rename_column or (act.kind is Kind.alter_column and "name" in act.said)
        if not renamed or not act.new or act.new.lower() == act.name.lower():
            continue
        own = (table, act.name.lower()) in added
        added.add((table, act.new.lower()))
        if own or _has_column(case, table, act.name):
            continue
        yield Found(
            f"{table}.{act.name} is renamed to {act.new}",
            act.span,
            "add the new column, write both, copy, read the new one, and drop the old one in a later revision",
            f"{table}.{act.name}",
            f"code that still runs gets {_NO_COLUMN[case.engine.family]} from the moment that it is committed",
        )


def _rename_table(case: Case) -> Iterator[Found]:
    for deed in existing(case):
        act = deed.act
        if act.kind is Kind.rename_table and act.new and not _by_alembic(act.table) and not _called(case, act.table):
            yield Found(
                f"{act.table} is renamed to {act.new}",
                act.span,
                f"leave a view called {act.table} behind for as long as old code runs",
                act.table,
                f"code that still runs gets {_NO_TABLE[case.engine.family]} from the moment that it is committed",
            )


def _by_alembic(table: str) -> bool:
    return table.startswith(_BATCH)


def _computed(deed: Deed) -> bool:
    spec = deed.table.column(deed.act.name) if deed.table else None
    return spec is not None and spec.generated in ("stored", "virtual")


def _has_column(case: Case, table: str, name: str) -> bool:
    """Whether there is a column of that name again once the upgrade is over."""
    found = case.after.table(table)
    return found is not None and found.column(name) is not None


def _called(case: Case, name: str) -> bool:
    """Whether a table, or a view, has that name once the upgrade is over."""
    return case.after.table(name) is not None or any(_is_view(deed, name) for deed in case.upgrade)


def _is_view(deed: Deed, name: str) -> bool:
    return deed.act.kind is Kind.create_other and deed.act.item == "view" and deed.act.name.lower() == name.lower()


def _takes_its_place(case: Case, name: str) -> bool:
    """Whether another table gets the name: rows go along where it was made from this one."""
    low = name.lower()
    return any(deed.act.kind is Kind.rename_table and deed.act.new.lower() == low for deed in case.upgrade)


RULES = (
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
