"""Duplicates under a new unique key, and NULLs under a primary one (pure).

GROUP BY compares as a unique index does: by the column's collation, and of a key part by its first characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from migkit.lint.case import Deed
from migkit.model.release import Precondition
from migkit.model.script import KeySpec
from migkit.planning.asking_sql import SHOWN, Ground, exact, rows
from migkit.planning.brought import constant

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
        if new is None or (new.generated and ground.held(new) is not None):
            parts.append(_part(ground, deed, table, name, part))
        elif not constant(new) and not (_nulls_count(key, deed) and ground.held(new) == "NULL"):
            return  # NULL in each row, or another value
    yield _grouped(ground, deed, key, table, parts)


def apart(
    ground: Ground, deed: Deed, key: KeySpec, table: str, instead: Mapping[str, str], what: str
) -> Iterator[Precondition]:
    """Ask for rows that are the same under a key that is there, once its columns are `instead`, by lower-case name."""
    parts = []
    for name, part in zip(key.columns, key.parts or key.columns, strict=False):
        found = instead.get(name.lower())
        length = _PREFIX.fullmatch(part)
        cut = ground.questions.part(found, int(length[1])) if found and length else found
        parts.append(cut or _part(ground, deed, table, name, part))
    yield replace(_grouped(ground, deed, replace(key, where=""), table, parts), message=what)


def _nulls_count(key: KeySpec, deed: Deed) -> bool:
    return key.kind == "primary" or "nulls not distinct" in deed.act.options


def _grouped(ground: Ground, deed: Deed, key: KeySpec, table: str, parts: list[str]) -> Precondition:
    said = ", ".join(one or part for one, part in zip(key.columns, key.parts or key.columns, strict=False))
    if not parts:
        return _lonely(ground, table, f"rows of {table} get the same in ({said})")
    conditions = [f"({exact(deed.statement.sql, key.where)})"] if key.where else []
    if not _nulls_count(key, deed):
        conditions += [f"{part} IS NOT NULL" for part in parts]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    listed = ", ".join(parts)
    source = ground.source(table, f"{listed}{where}", own=True)
    groups = f"FROM {source}{where} GROUP BY {listed} HAVING COUNT(*) > 1"
    return Precondition(
        "duplicates",
        table,
        f"SELECT COUNT(*) FROM (SELECT 1 AS one {groups}) AS doubled",  # noqa: S608  # names are quoted
        f"values of {table} ({said}) stand in more than one row",
        sample_query=f"SELECT {listed}, COUNT(*) {groups} LIMIT {SHOWN}",  # as above
        grouped=True,
    )


def _lonely(ground: Ground, table: str, what: str) -> Precondition:
    query = f"SELECT CASE WHEN COUNT(*) > 1 THEN COUNT(*) ELSE 0 END FROM {ground.source(table, '', own=True)}"  # noqa: S608  # quoted
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
