"""What a statement takes for granted and the target's catalogue denies: it is there already, or it is not (pure).

Only what is certain is said: of a statement without a guard or a condition, on a table that could be read whole. Where
a statement that fails leaves the earlier ones of its revision applied, it ends a release; elsewhere it is told alone,
since a session of env.py may look for its tables in another place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from migkit.lint.case import Deed
from migkit.lint.standing import named
from migkit.lint.state import TableModel
from migkit.model.release import Precondition
from migkit.model.script import Act, Function, Guard, Kind
from migkit.planning.asking_sql import Ground
from migkit.planning.sketches import Sent, holds


def granted(ground: Ground, deed: Deed) -> Iterator[Precondition]:
    """Give what an act takes for granted and is not so."""
    found = _denied(ground, deed)
    if found:
        ok = None if ground.engine.transactional_ddl else False
        yield Precondition("catalogue", named(deed), "", found, ok=ok)


def certain(function: Function, sent: Sent) -> bool:
    """Whether a statement is sent whatever the database holds, as far as the file tells."""
    if function.dynamic or any(one.offline or one.asks for one in function.statements):
        return False
    near = [one for one in function.statements if holds(one.span, sent.line)]
    own = sent.statement
    return bool(near) and not any(one.conditional or one.guard is not Guard.none for one in (own, *near))


def _denied(ground: Ground, deed: Deed) -> str:
    act, table = deed.act, deed.table
    if act.guard is not Guard.none or ground.traces.anything or _twice(deed):
        return ""
    if act.kind is Kind.create_table:
        there = table is not None and table.sure and not table.guarded
        return f"there is a table {table.name} already" if there and table else ""
    if act.kind not in (*_LOOKS, Kind.drop_table) or not act.table:
        return ""
    if table is None:
        gone = ground.there(ground.traces.before(act.table)) is None and not ground.traces.new(act.table)
        return f"there is no table {act.table}" if gone else ""
    look = _LOOKS.get(act.kind)
    return look(act, table) if look and table.whole and table.sure and not table.doubtful else ""


def _twice(deed: Deed) -> bool:
    """Whether another part of the same statement speaks of the same name."""
    names = [name.lower() for act in deed.statement.acts for name in (act.name, act.new) if name]
    return names.count(deed.act.name.lower()) > 1


def _taken(act: Act, table: TableModel) -> str:
    return f"{table.name}.{act.name} is there already" if act.name and table.column(act.name) else ""


def _missing(act: Act, table: TableModel) -> str:
    return f"there is no column {table.name}.{act.name}" if act.name and table.column(act.name) is None else ""


def _keyed(act: Act, table: TableModel) -> str:
    if act.key is None or act.key.kind in ("foreign", "check"):
        return ""
    if act.key.kind == "primary":
        held = any(key.kind == "primary" for key in table.keys.values())
        return f"{table.name} has a primary key already" if held else ""
    name = act.key.name or act.name
    mine = {key.kind for key in table.keys.values() if key.name.lower() == name.lower() != ""}
    implied = "foreign" in mine  # the index that the server made for a foreign key gives way to one of its name
    return f"{table.name} has an index {name} already" if mine - {"check"} and not implied else ""


def _unkeyed(act: Act, table: TableModel) -> str:
    return f"{table.name} has no index {act.name}" if act.name and table.key(act.name) is None else ""


_LOOKS: Mapping[Kind, Callable[[Act, TableModel], str]] = {
    Kind.add_column: _taken,
    Kind.drop_column: _missing,
    Kind.alter_column: _missing,
    Kind.rename_column: _missing,
    Kind.create_index: _keyed,
    Kind.add_constraint: _keyed,
    Kind.drop_index: _unkeyed,
}
