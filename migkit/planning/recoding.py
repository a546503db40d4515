"""What another charset, collation or type of a column makes of its text, and of the keys that it is in (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from migkit.lint.case import Deed
from migkit.lint.charsets import of_collation
from migkit.lint.columntypes import parse, textual
from migkit.lint.fitting import Fit, fit
from migkit.lint.state import TableModel
from migkit.lint.tables import with_charset
from migkit.model.release import Precondition
from migkit.model.script import ColumnSpec, Kind
from migkit.planning.asking_sql import Ground, exact, rows, unasked
from migkit.planning.doubles import apart
from migkit.product import Family

_WIDE = frozenset({"utf8mb4", "utf16", "utf16le", "utf32"})
_THREE = frozenset({"utf8", "utf8mb3", "ucs2"})
Found = tuple[Precondition, tuple[str, ...]]


def recoded(ground: Ground, deed: Deed, table: str) -> Iterator[Found]:
    """Ask for text that another charset has no characters for, and for values that become the same under a key.

    Each question comes with the columns that it is about.
    """
    before = deed.table
    if before is None or ground.there(table) is None:
        return
    changed = {one.name.lower(): (one, new) for one, new in _changed(deed, before)}
    after = with_charset(before, deed.act.options) if deed.act.kind is Kind.alter_table else before
    instead: dict[str, str] = {}
    for name, (old, new) in changed.items():
        column = ground.column(table, old.name)
        yield from _lost(ground, table, (old, before), (new, after))
        sql = _compared(ground, deed, column, (old, before), (new, after))
        if sql is not None:
            instead[name] = sql
    yield from _same(ground, deed, table, instead)


def _changed(deed: Deed, before: TableModel) -> Iterator[tuple[ColumnSpec, ColumnSpec]]:
    """Give the columns that an act changes: as they are, and as they will be."""
    act = deed.act
    if act.kind is Kind.alter_table:
        if "convert" in act.options:
            yield from ((one, replace(one, charset="", collation="")) for one in before.columns.values())
        return
    old = before.column(act.name)
    if old is not None and act.column is not None and ("type" in act.said or "collation" in act.said):
        yield old, act.column


def _charset(column: ColumnSpec, table: TableModel) -> str:
    said = column.charset or of_collation(column.collation) or table.charset
    return {"utf8": "utf8mb3"}.get(said.lower(), said.lower())


def _collation(column: ColumnSpec, table: TableModel) -> str:
    return (column.collation or ("" if column.charset else table.collation)).lower()


def _lost(
    ground: Ground, table: str, was: tuple[ColumnSpec, TableModel], now: tuple[ColumnSpec, TableModel]
) -> Iterator[Found]:
    """Ask for characters that a charset does not have."""
    (old, _), (new, _), family = was, now, ground.engine.family
    if not (textual(old.type, family) and textual(new.type or old.type, family)):
        return
    one, other = _charset(*was), _charset(*now)
    if not one or not other or one == other or other in _WIDE or (other in _THREE and one not in _WIDE):
        return
    condition = ground.questions.recoded(ground.column(table, old.name), other)
    if condition and one not in ("ascii", "binary"):
        what = f"values of {table}.{old.name} have characters that {other} does not"
        yield rows(ground, "unfit", table, [old.name], condition, what), (old.name,)


def _compared(
    ground: Ground,
    deed: Deed,
    column: str,
    was: tuple[ColumnSpec, TableModel],
    now: tuple[ColumnSpec, TableModel],
) -> str | None:
    """Give the SQL of what a key compares once a column is changed: None where it is as before, "" if not known."""
    (old, _), (new, _), act, family = was, now, deed.act, ground.engine.family
    fits = act.kind is Kind.alter_table or _fits(old.type, new.type or old.type, family)
    texts = textual(old.type, family) and textual(new.type or old.type, family)
    if ground.questions.tries("", ""):
        told = f"({exact(deed.statement.sql, act.conversion)})" if act.conversion else column
        sql = told if fits and not act.conversion else ground.questions.tries(told, new.type)
        named = exact(deed.statement.sql, new.collation)
        return ground.questions.collated(sql, "", named) if named else (None if sql == column else sql)
    if not texts:
        return None if fits else ""
    pair = (_charset(*now), _collation(*now))
    return None if pair == (_charset(*was), _collation(*was)) else ground.questions.collated(column, *pair)


def _fits(old: str, new: str, family: Family) -> bool:
    """Whether values that differ stay so; blanks at the end of a CHAR are no part of it."""
    was, now = parse(old, family), parse(new, family)
    blanks = was is not None and now is not None and was.base != now.base == "char"
    return fit(old, new, family) in (Fit.same, Fit.wider) and not blanks


def _same(ground: Ground, deed: Deed, table: str, instead: Mapping[str, str]) -> Iterator[Found]:
    """Ask for rows that are the same under each key of changed columns."""
    for key in deed.table.keys.values() if deed.table else ():
        mine = [one for one in key.columns if one.lower() in instead]
        if key.kind not in ("unique", "primary") or not mine:
            continue
        what = f"values of {table} ({', '.join(key.columns)}) are the same once {' and '.join(mine)} is changed"
        if all(instead[one.lower()] for one in mine):
            yield from ((one, key.columns) for one in apart(ground, deed, key, table, instead, what))
        else:
            yield unasked("duplicates", table, what, "no question tells how each value is converted"), key.columns
