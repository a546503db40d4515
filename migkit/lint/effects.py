"""Whether an act certainly changes anything where it stands (pure)."""

from __future__ import annotations

from collections.abc import Callable

from migkit.lint import compared
from migkit.lint.case import Case, Deed
from migkit.lint.others import key_of
from migkit.lint.state import member, spelt
from migkit.lint.tables import with_altered
from migkit.model.script import Guard, Kind

_UNHELD = frozenset(
    {Kind.alter_table, Kind.add_value, Kind.rename_value, Kind.rename_type, Kind.create_other, Kind.drop_other}
)
_REBUILT = frozenset({"auto_increment", "engine", "engine=innodb", "force", "keys", "order"})  # changes no schema
ROWS = frozenset({Kind.insert, Kind.update, Kind.delete, Kind.truncate})
_MUTE = frozenset({Kind.select, Kind.setting, Kind.transaction, Kind.other, Kind.validate_constraint})


def effective(deed: Deed, case: Case) -> bool:
    """Whether an act changes the schema, or rows; of one that passes where its object is there, if it is not."""
    act, statement = deed.act, deed.statement
    if act.kind in _MUTE or act.item == "extension" or statement.conditional:
        return False
    if act.kind is Kind.alter_table and act.options and act.options <= _REBUILT:
        return False
    if act.kind is Kind.alter_column and _same(deed, case):
        return False
    if act.guard is statement.guard is Guard.none or act.kind in ROWS:
        return True
    if Guard.unknown in (act.guard, statement.guard):
        return False
    known = _GUARDED.get(act.kind)
    return known is not None and known(deed, case)


def modelled(deed: Deed) -> bool:
    """Whether what an act changes is something that the model of the schema holds, and is known of its table."""
    if deed.act.kind is Kind.alter_column:
        return known_before(deed) and _told(deed)
    if deed.act.kind in _UNHELD:
        return False
    return bool(deed.act.table) or deed.table is not None or deed.act.kind is Kind.create_type


def known_before(deed: Deed) -> bool:
    """Whether it is known what a column was before it is altered."""
    spec = deed.table.column(deed.act.name) if deed.table else None
    return spec is not None and bool(spec.type)


def _same(deed: Deed, case: Case) -> bool:
    """Whether a column is known to be already what the act makes of it."""
    before = deed.table.column(deed.act.name) if deed.table else None
    if deed.table is None or before is None or not before.type or deed.act.new or not deed.act.said:
        return False
    after = with_altered(deed.table, deed.act).column(deed.act.name)
    family = case.engine.family
    vague = after is None or not after.type or compared.HOLE in after.type
    return not vague and after is not None and not compared.column(before, after, family) and _told(deed)


def _told(deed: Deed) -> bool:
    """Whether all that the act says is compared."""
    return deed.act.said <= {"type", "nullable", "default", "comment", "autoincrement"}


def _makes_table(deed: Deed, case: Case) -> bool:
    return deed.table is None and case.before.closed


def _takes_table(deed: Deed, _case: Case) -> bool:
    return deed.table is not None and deed.table.sure


def _makes_column(deed: Deed, _case: Case) -> bool:
    return deed.table is not None and deed.table.lacks(deed.act.name or (deed.act.column or deed.act).name)


def _takes_column(deed: Deed, _case: Case) -> bool:
    table = deed.table
    spec = table.column(deed.act.name) if table else None
    return table is not None and table.sure and spec is not None and spec.name not in table.doubtful


def _makes_key(deed: Deed, _case: Case) -> bool:
    name = deed.act.name or (deed.act.key.name if deed.act.key else "")
    return deed.table is not None and deed.table.sure and deed.table.whole and deed.table.key(name) is None


def _takes_key(deed: Deed, _case: Case) -> bool:
    table = deed.table
    if table is None or table.key(deed.act.name) is None:
        return False
    return table.sure and member(spelt(table.keys, deed.act.name)) not in table.doubtful


def _makes_other(deed: Deed, case: Case) -> bool:
    return case.before.closed and key_of(deed.act, case.engine.family) not in case.before.others


def _makes_value(deed: Deed, case: Case) -> bool:
    made = case.before.others.get(key_of(deed.act, case.engine.family))
    return made is not None and made.sure and bool(made.values) and deed.act.new not in made.values


def _takes_other(deed: Deed, case: Case) -> bool:
    made = case.before.others.get(key_of(deed.act, case.engine.family))
    return made is not None and made.sure


_GUARDED: dict[Kind, Callable[[Deed, Case], bool]] = {
    Kind.create_table: _makes_table,
    Kind.drop_table: _takes_table,
    Kind.rename_table: _takes_table,
    Kind.add_column: _makes_column,
    Kind.drop_column: _takes_column,
    Kind.rename_column: _takes_column,
    Kind.create_index: _makes_key,
    Kind.add_constraint: _makes_key,
    Kind.drop_index: _takes_key,
    Kind.drop_constraint: _takes_key,
    Kind.add_value: _makes_value,
    Kind.create_type: _makes_other,
    Kind.create_other: _makes_other,
    Kind.drop_type: _takes_other,
    Kind.drop_other: _takes_other,
}
