"""Duplicates under a new unique key, and NULLs under a primary one (pure).

GROUP BY compares as a unique index does: by the column's collation, and of a key part by its first characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from migkit.lint.case import Deed
from migkit.model.release import Precondition
from migkit.model.script import ColumnSpec, KeySpec
from migkit.planning.asking_sql import SHOWN, Ground, exact, rows

_PREFIX = re.compile(r".*\((\d+)\)(?:\s+(?:ASC|DESC))?\s*", re.IGNORECASE | re.DOTALL)
_ORDER = re.compile(r"(?:\s+(?:ASC|DESC))?(?:\s+NULLS\s+(?:FIRST|LAST))?\s*\Z", re.IGNORECASE)
_CLASS = re.compile(r"\s+\w+_ops\s*\Z", re.IGNORECASE)
_COLLATE = re.compile(r"\bCOLLATE\b", re.IGNORECASE)


def unique(ground: Ground, deed: Deed, key: KeySpec, table: str) -> Iterator[Precondition]:
    """Ask for rows that are the same under a key; where it is a primary one, for NULLs too."""
    known = ground.there(table)
    if key.kind == "primary":
        for name in key.columns:
            spec = known.column(name) if known else None
            if spec is not None and spec.nullable is not False:
                column = ground.column(table, name)
                yield rows(ground, "nulls", table, [name], f"{column} IS NULL", f"rows of {table} hold NULL in {name}")
    parts: list[str] = []
    for name, part in zip(key.columns, key.parts or key.columns, strict=False):
        new = ground.traces.brought(table, name) if name else None
        if new is None:
            parts.append(_part(ground, deed, table, name, part))
        elif not _constant(new):
            return  # NULL in each row, or another value
    yield _grouped(ground, deed, key, table, parts)


def alone(ground: Ground, table: str, column: ColumnSpec) -> Iterator[Precondition]:
    """Ask whether there is more than one row, where a new column that is unique has the same value in each."""
    if _constant(column):
        yield _lonely(ground, table, f"rows of {table} get the same value in {column.name}")


def _grouped(ground: Ground, deed: Deed, key: KeySpec, table: str, parts: list[str]) -> Precondition:
    said = ", ".join(one or part for one, part in zip(key.columns, key.parts or key.columns, strict=False))
    if not parts:
        return _lonely(ground, table, f"rows of {table} get the same in ({said})")
    conditions = [f"({exact(deed.statement.sql, key.where)})"] if key.where else []
    if key.kind != "primary" and "nulls not distinct" not in deed.act.options:
        conditions += [f"{part} IS NOT NULL" for part in parts]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    listed = ", ".join(parts)
    groups = f"FROM {ground.table(table)}{where} GROUP BY {listed} HAVING COUNT(*) > 1"
    return Precondition(
        "duplicates",
        table,
        f"SELECT COUNT(*) FROM (SELECT 1 AS one {groups}) AS doubled",  # noqa: S608  # names are quoted
        f"values of {table} ({said}) stand in more than one row",
        sample_query=f"SELECT {listed}, COUNT(*) {groups} LIMIT {SHOWN}",  # as above
    )


def _lonely(ground: Ground, table: str, what: str) -> Precondition:
    query = f"SELECT CASE WHEN COUNT(*) > 1 THEN COUNT(*) ELSE 0 END FROM {ground.table(table)}"  # noqa: S608  # quoted
    return Precondition("duplicates", table, query, what)


def _part(ground: Ground, deed: Deed, table: str, name: str, part: str) -> str:
    """Write a part of a key as an expression."""
    bare = _CLASS.sub("", _ORDER.sub("", part)).strip()
    if not name or _COLLATE.search(bare):
        text = exact(deed.statement.sql, bare)
        return text if text.startswith("(") else f"({text})"
    column = ground.column(table, name)
    length = _PREFIX.fullmatch(part)
    return ground.questions.part(column, int(length[1])) if length and not name.endswith(")") else column


def _constant(column: ColumnSpec) -> bool:
    """Whether a new column holds the same value in each row that is there."""
    if column.generated or "(" in (column.default or ""):
        return False
    return column.default not in (None, "NULL") or column.nullable is False
