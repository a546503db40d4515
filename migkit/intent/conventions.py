"""What a team agreed on: the type of a column by its name, the columns of a new table, the prefixes of tables."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase

from migkit.ddl.names import Names
from migkit.model import Column, Constraint, Conventions, Create, Engine, Finding, Rename, Severity, Table
from migkit.model.changes import Change
from migkit.title.columns import value

_BARE = re.compile(r"[A-Za-z_]\w*(\(.*\))?|'.*'|\(.*\)|[+-]?\d+(\.\d+)?", re.DOTALL)


def type_of(name: str, conventions: Conventions) -> str:
    """Give the type that a column of that name has by convention; "" where there is none."""
    stamps = conventions.timestamps
    if stamps and (fnmatchcase(name, stamps.pattern) or _is_soft_delete(name, conventions)):
        return stamps.type
    return conventions.uuid_type if name == "id" or name.endswith("_id") else ""


def default_of(name: str, conventions: Conventions, engine: Engine) -> str:
    """Give the default that a column of that name has by convention, as SQL; "" where there is none."""
    if not conventions.soft_delete or not _is_soft_delete(name, conventions):
        return ""
    given = conventions.soft_delete.default
    return value(given) if _BARE.fullmatch(given) else Names(engine).literal(given)


def new_table(name: str, conventions: Conventions, engine: Engine) -> Table:
    """Give a new table: its primary key, then the timestamps and the soft delete column that are prescribed."""
    names = Names(engine)
    uuid = type_of("id", conventions)
    columns = [Column(name, "id", f"{uuid} NOT NULL" if uuid else "")]
    for stamp in _stamps(conventions):
        type_, default = type_of(stamp, conventions), default_of(stamp, conventions, engine)
        columns.append(Column(name, stamp, f"{type_} DEFAULT {default}" if type_ and default else type_))
    key = Constraint(name, "", f"PRIMARY KEY ({names.name('id')})")
    return Table(name, tuple(columns), (key,))


def departures(changes: Collection[Change], conventions: Conventions, known: Collection[str] = ()) -> Iterator[Finding]:
    """Give a warning for each table that the changes name, is none of the `known` ones, and has no agreed prefix."""
    prefixes = conventions.table_prefixes
    for table in dict.fromkeys(map(_table, changes)):
        bare = table.rpartition(".")[2]
        if not prefixes or not bare or table in known or bare.startswith(prefixes):
            continue
        yield Finding(
            "table-prefix",
            Severity.warning,
            f"the table {bare} begins with none of conventions.table_prefixes: {', '.join(prefixes)}",
            "name it by its service, or add its prefix to conventions.table_prefixes",
            object=bare,
        )


def _stamps(conventions: Conventions) -> list[str]:
    """Give the names of a new table's timestamps: tm_create and tm_update, or created_at and updated_at."""
    pattern = conventions.timestamps.pattern if conventions.timestamps else ""
    head, star, tail = pattern.partition("*")
    ending = "" if head else "d"
    found = [f"{head}{verb}{ending}{tail}" for verb in ("create", "update")] if star and (head or tail) else []
    delete = [conventions.soft_delete.column] if conventions.soft_delete else []
    return list(dict.fromkeys([*found, *delete]))


def _is_soft_delete(name: str, conventions: Conventions) -> bool:
    return conventions.soft_delete is not None and conventions.soft_delete.column == name


def _table(change: Change) -> str:
    if isinstance(change, Rename):
        return change.new if change.kind == "table" else change.table
    if isinstance(change.part, Table):
        return change.part.name if isinstance(change, Create) else ""
    return getattr(change.part, "table", "")
