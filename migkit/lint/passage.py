"""One function of a revision, folded onto a schema: what each of its acts stands on, and where it ends."""

from __future__ import annotations

from collections.abc import Iterator

from migkit.lint.acting import apply
from migkit.lint.case import Deed, Passage
from migkit.lint.folding import Fold
from migkit.lint.state import State
from migkit.model.script import Act, Function, Guard, Kind, Reading, Statement
from migkit.product import Family

_ROWS = frozenset({Kind.insert, Kind.update, Kind.delete, Kind.truncate, Kind.select, Kind.setting, Kind.transaction})


def passage(function: Function, before: State, by: str, family: Family) -> Passage:
    """Fold what a function does onto the schema that it stands on."""
    fold = Fold(before, by, family)
    if function.dynamic:
        fold.blur_all()
    deeds = [deed for number, statement in enumerate(function.statements) for deed in _deeds(fold, statement, number)]
    return Passage(tuple(deeds), fold.presumed(), fold.state(), frozenset(fold.blurred), fold.opaque)


def _deeds(fold: Fold, statement: Statement, number: int) -> Iterator[Deed]:
    fold.text = statement.sql
    for act in statement.acts:
        table = fold.owner(act)
        yield Deed(statement, act, table, table is not None and table.name in fold.new, number)
        apply(fold, act, _guard(statement, act))
    if not harmless(statement):
        fold.blur(statement.names)


def harmless(statement: Statement) -> bool:
    """Whether what cannot be read of a statement changes no schema."""
    if statement.reading is Reading.whole:
        return True
    kinds = {act.kind for act in statement.acts}
    return bool(kinds) and kinds <= _ROWS


def _guard(statement: Statement, act: Act) -> Guard:
    """Give what an act depends on, at the most."""
    guards = {statement.guard, act.guard}
    if statement.conditional or statement.repeated or Guard.unknown in guards:
        return Guard.unknown
    return Guard.name if guards - {Guard.none} else Guard.none
