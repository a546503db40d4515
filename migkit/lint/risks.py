"""What of a revision fails where it was done already: statements without a guard, and from where on that matters."""

from __future__ import annotations

from collections.abc import Iterator

from migkit.lint.case import Whole
from migkit.model.script import Act, Function, Guard, Kind, Span, Statement
from migkit.values import dataclass

CREATES = {
    Kind.create_table: "table",
    Kind.add_column: "column",
    Kind.create_index: "index",
    Kind.add_constraint: "constraint",
    Kind.create_type: "type",
    Kind.add_value: "value",
    Kind.create_other: "",
}
_DROPS = {
    Kind.drop_table: "table",
    Kind.drop_column: "column",
    Kind.drop_index: "index",
    Kind.drop_constraint: "constraint",
    Kind.drop_type: "type",
    Kind.drop_other: "",
}
_RENAMES = {
    Kind.rename_table: "table",
    Kind.rename_column: "column",
    Kind.rename_index: "index",
    Kind.rename_type: "type",
    Kind.rename_value: "value",
}
_ADDS = frozenset({Kind.add_column, Kind.add_constraint, Kind.add_value})
ONCE = frozenset({*CREATES, *_DROPS, *_RENAMES})  # what fails where it was done already
DDL = ONCE | {Kind.alter_table, Kind.alter_column, Kind.validate_constraint}
ROWS = frozenset({Kind.insert, Kind.update, Kind.delete})
_REPLACING = frozenset({"or replace", "replace", "temporary"})


@dataclass(frozen=True, slots=True)
class Risk:
    """A statement that fails where it ran before; `number` is its place in the function."""

    number: int
    statement: Statement
    act: Act

    @property
    def what(self) -> str:
        """Say what it does: `adds the column notes.body`."""
        kind = CREATES.get(self.act.kind) or _DROPS.get(self.act.kind) or _RENAMES.get(self.act.kind) or self.act.item
        verb = "creates" if self.act.kind in CREATES else "drops" if self.act.kind in _DROPS else "renames"
        verb = "adds" if self.act.kind in _ADDS else verb
        name = named(self.act)
        return f"{verb} the {kind or 'object'} {name}" if name else f"{verb} a {kind or 'thing'}"

    @property
    def span(self) -> Span:
        """Give where it stands."""
        return self.act.span if self.act.span.line else self.statement.span


def named(act: Act) -> str:
    """Give the name of what an act is about, with its table's where it has one."""
    name = act.name or (act.key.name if act.key else "") or (act.column.name if act.column else "")
    of_table = act.kind in (Kind.add_column, Kind.drop_column, Kind.rename_column) and act.table and name
    if name or act.kind in _ADDS:
        return f"{act.table}.{name}" if of_table else name
    return act.table


def risks(function: Function) -> Iterator[Risk]:
    """Give the statements that are not guarded and fail where they ran before, the first act of each."""
    cleared: set[tuple[str, str]] = set()
    for number, statement in enumerate(function.statements):
        found = None
        for act in statement.acts:
            key = ((CREATES | _DROPS).get(act.kind, "") or act.item, named(act).lower())
            free = act.kind not in ONCE or act.options & _REPLACING or statement.conditional
            if guard(statement, act) is not Guard.none:
                if act.kind in _DROPS:
                    cleared.add(key)  # DROP … IF EXISTS, and then CREATE: that can be run again
            elif not (found or free or (act.kind in CREATES and key in cleared)):
                found = Risk(number, statement, act)
        if found:
            yield found


def guard(statement: Statement, act: Act) -> Guard:
    """Give what keeps an act from failing: its own guard, or its statement's."""
    return act.guard if act.guard is not Guard.none else statement.guard


def since(whole: Whole, first: str) -> frozenset[str]:
    """Give the ids from revision `first` on, as `mig.test` counts them; all of them for ""."""
    ids = [script.id for script in whole.order]
    found = [at for at, ident in enumerate(ids) if ident == first] or [
        at for at, ident in enumerate(ids) if first and ident.startswith(first)
    ]
    return frozenset(ids[found[0] if found else 0 :])
