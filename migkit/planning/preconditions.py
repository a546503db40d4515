"""What the rows of a target must be for a statement to pass, as questions to it (pure).

    doubles.py   duplicates under a new unique key
    fits.py      values that a narrower type or an enum does not take
    this one     NULLs, orphans, and rows that break a CHECK; and what of an act asks for which

What the release itself changes first is not asked about: the rows of today do not tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from migkit.lint.case import Deed
from migkit.lint.columntypes import parse
from migkit.lint.keys import inline
from migkit.lint.standing import named
from migkit.model.release import Precondition
from migkit.model.script import Act, ColumnSpec, Guard, KeySpec, Kind
from migkit.planning.asking_sql import Ground, exact, rows, unasked
from migkit.planning.brought import words
from migkit.planning.doubles import unique
from migkit.planning.fits import narrower
from migkit.planning.recoding import recoded
from migkit.planning.unaskable import unaskable

_FULL = re.compile(r"\bMATCH\s+FULL\b", re.IGNORECASE)
_LATER = frozenset({"not valid", "not enforced", "using index"})  # no row is looked at
_IGNORE = "IGNORE drops or changes such rows without a word"
_UNTOLD = "no question tells what the product makes of it"
_CONDITION = "it runs under a condition that the database answers"


def preconditions(ground: Ground, deed: Deed) -> Iterator[Precondition]:
    """Give the questions that an act asks for, those that cannot be asked with why in their message."""
    asked = _QUESTIONS.get(deed.act.kind)
    table = named(deed)
    yield from unaskable(deed, table)
    if asked is None or not table or _met(deed):
        return
    why = _CONDITION if deed.statement.conditional or deed.act.guard is Guard.unknown else ""
    why = why or (_IGNORE if "ignore" in deed.act.options else "")
    for one in asked(ground, deed, table):
        yield replace(one, query="", sample_query="", message=_not(one, why)) if why and one.query else one


def _met(deed: Deed) -> bool:
    """Whether a guarded act finds what it would make."""
    act, table = deed.act, deed.table
    if table is None or Guard.none is act.guard is deed.statement.guard:
        return False
    if act.kind is Kind.add_column:
        return table.column(act.name or (act.column.name if act.column else "")) is not None
    name = (act.key.name if act.key else "") or act.name
    return act.kind in (Kind.create_index, Kind.add_constraint) and bool(name) and table.key(name) is not None


def _not(one: Precondition, why: str) -> str:
    return f"not asked whether {one.message}: {why}"


def _settled(
    ground: Ground, one: Precondition, *about: tuple[str, tuple[str, ...]], alone: bool = False
) -> Iterator[Precondition]:
    """Give a question, or why it is not asked yet, or nothing of a table that is new and empty."""
    for table, columns in about:
        why = ground.traces.why_not(table, columns, alone=alone, nulls=one.kind == "nulls")
        if ground.traces.new(table) and not ground.traces.filled(table) and table == one.table:
            return
        if not why and ground.there(table) is None:
            why = f"there is no table {table} there"
        if why:
            yield unasked(one.kind, one.table, one.message, why)
            return
    yield one


def _new(ground: Ground, table: str, columns: Iterable[str]) -> str:
    """Say which column the release makes of which it is not known what it holds; "" where there is none."""
    for one in columns:
        new = ground.traces.brought(table, one)
        if new is not None and ground.held(new) is None:
            return f"{table}.{one} is new in this release"
    return ""


def _add_key(ground: Ground, deed: Deed, table: str) -> Iterator[Precondition]:
    key = deed.act.key
    if key is not None and not deed.act.options & _LATER:
        yield from _keyed(ground, deed, key, table)


def _keyed(ground: Ground, deed: Deed, key: KeySpec, table: str) -> Iterator[Precondition]:
    if key.kind in ("unique", "primary"):
        columns = (*filter(None, key.columns), *_columns(ground, table, f"{key.where} {' '.join(key.parts)}"))
        for one in unique(ground, deed, key, table):
            yield from _settled(ground, one, (table, columns))
    elif key.kind == "foreign":
        yield from _foreign(ground, deed, key, table)
    elif key.kind == "check" and key.expression:
        yield from _check(ground, deed, key.expression, table)


def _foreign(ground: Ground, deed: Deed, key: KeySpec, table: str) -> Iterator[Precondition]:
    """Ask for rows whose parent is missing: with MATCH SIMPLE those that have no NULL in the key."""
    parent, referred = key.refers, key.refers_columns or ground.primary(key.refers)
    if ground.traces.unchecked or not key.columns or not parent:
        return
    if any((new := ground.traces.brought(table, one)) and ground.held(new) == "NULL" for one in key.columns):
        return  # in each row
    what = f"rows of {table} refer to no row of {parent}"
    why = _new(ground, table, key.columns) or _new(ground, parent, referred)
    if why or len(referred) != len(key.columns):
        yield unasked("orphans", table, what, why or f"it is not known which columns of {parent} are meant")
        return
    pairs = [
        (f"c.{ground.column(table, one)}", f"p.{ground.column(parent, other)}")
        for one, other in zip(key.columns, referred, strict=True)
    ]
    joined = " AND ".join(f"{theirs} = {ours}" for ours, theirs in pairs)
    full = _FULL.search(deed.statement.sql) is not None
    given = (
        f"NOT ({' AND '.join(f'{ours} IS NULL' for ours, _ in pairs)})"
        if full
        else " AND ".join(f"{ours} IS NOT NULL" for ours, _ in pairs)
    )
    condition = f"{given} AND NOT EXISTS (SELECT 1 FROM {ground.source(parent, '', own=True)} AS p WHERE {joined})"  # noqa: S608  # names are quoted
    one = rows(ground, "orphans", table, key.columns, condition, what, alias="c", own=True)
    yield from _settled(ground, one, (table, key.columns), (parent, referred))


def _check(ground: Ground, deed: Deed, expression: str, table: str) -> Iterator[Precondition]:
    """Ask for the rows for which a CHECK is false; where it is NULL, it is met."""
    columns = _columns(ground, table, expression)
    text = exact(deed.statement.sql, expression)
    what = f"rows of {table} break CHECK ({expression})"
    if why := _new(ground, table, columns):
        yield unasked("check", table, what, why)
        return
    shown = ground.primary(table) or columns
    own = "no inherit" in deed.act.options
    one = rows(ground, "check", table, shown, f"NOT ({text})", what, own=own)
    yield from _settled(ground, one, (table, columns))


def _columns(ground: Ground, table: str, expression: str) -> tuple[str, ...]:
    """Give the columns of a table whose names stand in an expression, those that the release changes among them."""
    known = ground.there(table)
    low, traces = table.lower(), ground.traces
    ours = {name for of, name in (*traces.columns, *traces.added) if of == low}
    return tuple(one for one in sorted(words(expression)) if (known and known.column(one)) or one in ours)


def _add_column(ground: Ground, deed: Deed, table: str) -> Iterator[Precondition]:
    column = deed.act.column
    if column is None:
        return
    column = _spelt(deed, column)
    ground.traces.bring(table, column)
    said = {key.kind for key in deed.act.keys}
    for key in (*deed.act.keys, *(one for one in inline(column) if one.kind not in said)):
        if key.kind != "check" or ground.questions.checks_new:
            yield from _keyed(ground, deed, key, table)
    condition = _valueless(ground, column)
    if condition:
        what = f"rows of {table} get no value for {column.name}, which is NOT NULL"
        yield from _settled(ground, rows(ground, "nulls", table, (), condition, what), (table, ()))
    elif column.computed and column.generated in ("stored", "virtual"):
        yield from _computed(ground, table, column)


def _spelt(deed: Deed, column: ColumnSpec) -> ColumnSpec:
    """Give a column with its expressions as they are written."""
    sql = deed.statement.sql
    return replace(column, computed=exact(sql, column.computed), default=column.default and exact(sql, column.default))


def _computed(ground: Ground, table: str, column: ColumnSpec) -> Iterator[Precondition]:
    """Ask what a generated column is to be in the rows that are there."""
    uses = _columns(ground, table, column.computed)
    if column.nullable is False and (column.generated == "stored" or not ground.questions.makes_up):
        what = f"rows of {table} get NULL in {column.name}, which is NOT NULL"
        condition = f"{ground.engine.quote(column.name)} IS NULL"
        yield from _settled(ground, rows(ground, "nulls", table, uses, condition, what), (table, uses))
    if column.generated == "stored":
        what = f"each value of {column.computed} fits {column.type}"
        tried = ground.questions.tries(f"({column.computed})", column.type)
        query = f"SELECT COUNT({tried}) FROM {ground.table(table)}"  # noqa: S608  # names are quoted
        one = Precondition(
            "unfit", table, query, f"values of {column.computed} cannot become {column.type}", tries=True
        )
        yield from _settled(ground, one, (table, uses)) if tried else (unasked("unfit", table, what, _UNTOLD),)


def _valueless(ground: Ground, column: ColumnSpec) -> str:
    """Give the condition under which a new column refuses each row that is there: it has no value, and gets none."""
    bare = column.default is None or column.default.upper() == "NULL"
    serial = column.type.upper().endswith("SERIAL")
    if column.nullable is not False or not bare or column.generated or serial:
        return ""
    kind = parse(column.type, ground.engine.family)
    return ground.questions.unmade.get(kind.base if kind else "", "") if ground.questions.makes_up else "TRUE"


def _alter_column(ground: Ground, deed: Deed, table: str) -> Iterator[Precondition]:
    act, old = deed.act, _before(deed)
    if act.column is None or not act.name:
        return
    for one in (*_nulled(ground, deed, old, table), *_retyped(ground, deed, old, table)):
        why = _new(ground, table, [act.name]) if one.query else ""
        if why:
            yield unasked(one.kind, table, one.message, why)
        else:
            yield from _settled(ground, one, (table, (act.name,)), alone=True) if one.query else (one,)
    yield from _recoded(ground, deed, table)
    for key in inline(replace(act.column, name=act.name, references="", check="")) if "modify" in act.options else ():
        yield from _keyed(ground, deed, key, table)


def _nulled(ground: Ground, deed: Deed, old: ColumnSpec | None, table: str) -> Iterator[Precondition]:
    act = deed.act
    if "nullable" in act.said and act.column and act.column.nullable is False and not (old and old.nullable is False):
        what = f"rows of {table} hold NULL in {act.name}"
        yield rows(ground, "nulls", table, [act.name], f"{ground.column(table, act.name)} IS NULL", what)


def _retyped(ground: Ground, deed: Deed, old: ColumnSpec | None, table: str) -> Iterator[Precondition]:
    act = deed.act
    if "type" not in act.said or act.column is None:
        return
    if ground.there(table) is None and not ground.traces.new(table):
        what = f"each value of {table}.{act.name} fits {act.column.type}"
        yield unasked("out-of-range", table, what, f"there is no table {table} there")
    elif old is not None and old.type:
        conversion = exact(deed.statement.sql, act.conversion)
        yield from narrower(ground, table, old, act.column, conversion, using="using" in act.options)


def _recoded(ground: Ground, deed: Deed, table: str) -> Iterator[Precondition]:
    """Ask what another charset, collation or type makes of a column's text and of the keys that it is in."""
    for one, columns in recoded(ground, deed, table):
        yield from _settled(ground, one, (table, columns), alone=True) if one.query else (one,)


def _before(deed: Deed) -> ColumnSpec | None:
    known = deed.table.column(deed.act.name) if deed.table else None
    return known or deed.act.existing


def _validate(ground: Ground, deed: Deed, table: str) -> Iterator[Precondition]:
    """Ask what a constraint that was NOT VALID asks for."""
    key = deed.table.key(deed.act.name) if deed.table else None
    if key is not None:
        yield from _keyed(ground, deed, key, table)


_QUESTIONS: Mapping[Kind, Callable[[Ground, Deed, str], Iterator[Precondition]]] = {
    Kind.create_index: _add_key,
    Kind.add_constraint: _add_key,
    Kind.add_column: _add_column,
    Kind.alter_column: _alter_column,
    Kind.validate_constraint: _validate,
    Kind.alter_table: _recoded,
}


def labelled(ground: Ground, act: Act) -> None:
    """Remember the labels that an act gives to an enum of the database."""
    name = act.name.lower()
    if act.kind is Kind.create_type and act.values:
        ground.types[name] = act.values
    elif act.kind is Kind.add_value and name in ground.types:
        ground.types[name] += (act.new,)
    elif act.kind is Kind.rename_type and name in ground.types:
        ground.types[act.new.lower()] = ground.types.pop(name)
