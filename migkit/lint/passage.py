"""One function of a revision, folded onto a schema: what each of its acts stands on, and where it ends."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from migkit.lint import tables
from migkit.lint.acting import apply
from migkit.lint.case import Deed, Passage
from migkit.lint.folding import Fold
from migkit.lint.state import State
from migkit.model.script import Act, Function, Guard, Kind, Reading, Statement
from migkit.product import Family

_TEXTS = re.compile(r"'[^']*'")
_INNER = re.compile(r"\([^()]*\)")
_ROWS = frozenset({Kind.insert, Kind.update, Kind.delete, Kind.truncate, Kind.select, Kind.setting, Kind.transaction})
_USUAL = frozenset({"", "public", "$user", "default", "pg_catalog"})


def passage(function: Function, before: State, by: str, family: Family) -> Passage:
    """Fold what a function does onto the schema that it stands on; where the fold breaks, it may have done anything."""
    try:
        return _folded(function, before, by, family)
    except Exception as error:  # whatever it is, the other revisions are judged
        return Passage((), before, opened(before), opaque=True, fault=at(error))


def at(error: Exception) -> str:
    """Say what a fault of the kit is, and where."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}: {error}"


def opened(state: State) -> State:
    """Give a schema to which anything may have been done."""
    vague = {name: tables.blurred(table, sure=False) for name, table in state.tables.items()}
    return replace(state, tables=vague, closed=False)


def _folded(function: Function, before: State, by: str, family: Family) -> Passage:
    fold = Fold(before, by, family)
    if function.dynamic:
        fold.blur_all()
    deeds = [deed for number, statement in enumerate(function.statements) for deed in _deeds(fold, statement, number)]
    return Passage(
        tuple(deeds), fold.presumed(), fold.state(), frozenset(fold.blurred), fold.opaque, frozenset(fold.guessed)
    )


def _deeds(fold: Fold, statement: Statement, number: int) -> Iterator[Deed]:
    fold.text = statement.sql
    for each in statement.acts:
        act = _placed(fold, each) if fold.path else each
        if act.kind is Kind.setting and act.name == "search_path":
            fold.path = _first(act.new)
        table = fold.owner(act)
        yield Deed(statement, act, table, table is not None and table.name in fold.new, number)
        apply(fold, act, _guard(statement, act))
        made = fold.owner(act) if act.kind is Kind.create_table and statement.reading is not Reading.whole else None
        if made is not None:
            fold.put(replace(made, whole=False))
    if not harmless(statement):
        fold.blur(statement.names)


def _first(path: str) -> str:
    """Give the schema that a search_path begins with; "" for the usual one."""
    first = path.partition(",")[0].strip(" '\"")
    return "" if first.lower() in _USUAL else first


def _placed(fold: Fold, act: Act) -> Act:
    """Give an act with the schema of its table, which search_path says."""
    if not act.table or "." in act.table:
        return act
    named = f"{fold.path}.{act.table}"
    elsewhere = act.kind is not Kind.create_table and fold.find(named) is None and fold.find(act.table) is not None
    return act if elsewhere else replace(act, table=named)


def harmless(statement: Statement) -> bool:
    """Whether what cannot be read of a statement changes no schema; of an operation all that it does are its acts."""
    if statement.reading is Reading.whole or (statement.acts and not statement.sql):
        return True
    kinds = {act.kind for act in statement.acts}
    return bool(kinds) and (kinds <= _ROWS or (statement.reading is Reading.part and confined(statement.sql)))


def confined(sql: str) -> bool:
    """Whether what is not known of a statement stands within its parentheses and texts: a length, a value."""
    return "{}" not in _nested(_TEXTS.sub("", sql))


def _nested(sql: str) -> str:
    while (shorter := _INNER.sub("", sql)) != sql:
        sql = shorter
    return sql


def _guard(statement: Statement, act: Act) -> Guard:
    """Give what an act depends on, at the most."""
    guards = {statement.guard, act.guard}
    if statement.conditional or statement.repeated or Guard.unknown in guards:
        return Guard.unknown
    return Guard.name if guards - {Guard.none} else Guard.none
