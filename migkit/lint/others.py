"""Types, views, triggers, functions, sequences: what each act makes of those that are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from migkit.lint.state import Made
from migkit.model.script import Act, Guard, Kind
from migkit.product import Family

Key = tuple[str, str]
_OF_A_TABLE = frozenset({"trigger", "policy", "rule"})
ROUTINES = frozenset({"function", "procedure", "aggregate", "routine"})
_VIEWS = frozenset({"view", "materialized view"})
_WIDE = frozenset({"extension", "schema", "operator", ""})
_HELD = frozenset({"type", "domain", "sequence"}) | _WIDE | ROUTINES


class Holder(Protocol):
    """What holds them: the fold does. `made` are those that must have been there before, `text` the statement's."""

    family: Family
    by: str
    text: str
    closed: bool
    guessed: set[str]
    others: dict[Key, Made]
    made: dict[Key, Made]

    def forget(self, name: str) -> None:
        """Let go of a table."""

    def retype(self, old: str, new: str) -> None:
        """Give a type another name, in the columns that have it."""

    def shake(self, name: str) -> None:
        """Take it that a CASCADE took what may stand on a thing of that name; "" is anything."""


def key_of(act: Act, family: Family) -> Key:
    """Give what a thing is known by: PostgreSQL's triggers have their names within their table."""
    if act.kind in _TYPES:
        return "type", act.name.lower()
    item = act.item.lower()
    own = item in _OF_A_TABLE and family == "postgresql"
    return item, (f"{act.table}.{act.name}" if own else act.name).lower()


def loosened(holder: Holder) -> None:
    """Take it that a CASCADE took what nobody names."""
    holder.others = {
        key: replace(made, sure=False) if made.item in ("view", "materialized view", "trigger", "policy") else made
        for key, made in holder.others.items()
    }


def _create(holder: Holder, act: Act, guard: Guard) -> None:
    if not act.name:
        holder.closed = False
        return
    key = key_of(act, holder.family)
    there = holder.others.get(key)
    item = act.item.lower() or ("enum" if act.values else "type")
    made = Made(item, act.name, act.values, holder.by, text=holder.text, table=act.table)
    replaces = bool({"or replace", "replace"} & act.options)
    if guard is Guard.none or replaces:
        overloaded = item in ROUTINES and there is not None
        made = replace(made, sure=guard is not Guard.unknown and not (overloaded and holder.family == "postgresql"))
        made = replace(made, by=there.by, guarded=there.guarded) if replaces and there else made
        holder.others[key] = replace(made, guarded=True) if replaces and not there else made
    elif there is None:
        holder.others[key] = replace(made, guarded=True, sure=guard is Guard.name)
    elif guard is Guard.name:
        holder.others[key] = replace(there, sure=True)


def _drop(holder: Holder, act: Act, guard: Guard) -> None:
    if not act.name:
        holder.others = {key: replace(made, sure=False) for key, made in holder.others.items()}
        return
    if "cascade" in act.options:
        _cascaded(holder, act)
    key = key_of(act, holder.family)
    there = holder.others.get(key)
    if guard is Guard.unknown:
        if there is not None:
            holder.others[key] = replace(there, sure=False)
        return
    if there is None and guard is Guard.none:
        holder.made.setdefault(key, Made(act.item.lower() or "type", act.name, table=act.table))
    if there is None and guard is Guard.name and not holder.closed:
        holder.guessed.add(f"{key[0]} {key[1]}")
    holder.others.pop(key, None)
    if key[0] in _VIEWS:
        holder.forget(act.name)  # with its indexes


def _cascaded(holder: Holder, act: Act) -> None:
    loosened(holder)
    item = act.item.lower()
    if item in _HELD:
        holder.shake("" if item in _WIDE else act.name.rpartition(".")[2])


def _rename(holder: Holder, act: Act, guard: Guard) -> None:
    key = key_of(act, holder.family)
    there = holder.others.get(key)
    if guard is Guard.unknown or there is None or not act.new:
        _doubt(holder, key)
        return
    del holder.others[key]
    holder.others[key[0], act.new.lower()] = replace(there, name=act.new)
    holder.retype(there.name, act.new)


def _values(holder: Holder, act: Act, guard: Guard) -> None:
    """Change an enum's labels; of one whose labels are not known, they stay so."""
    key = key_of(act, holder.family)
    there = holder.others.get(key)
    if there is None or not there.values:
        return
    if guard is Guard.unknown or not act.new:
        holder.others[key] = replace(there, values=())
    elif act.kind is Kind.add_value:
        holder.others[key] = replace(there, values=(*(one for one in there.values if one != act.new), act.new))
    elif len(act.values) == 1:
        holder.others[key] = replace(there, values=tuple(act.new if v == act.values[0] else v for v in there.values))
    else:
        holder.others[key] = replace(there, values=())


def _owned(holder: Holder, act: Act, _guard: Guard) -> None:
    """Note that a sequence goes with a column now."""
    if "owned" in act.options:
        _doubt(holder, key_of(act, holder.family))


def _doubt(holder: Holder, key: Key) -> None:
    there = holder.others.get(key)
    if there is not None:
        holder.others[key] = replace(there, sure=False)


_TYPES = frozenset({Kind.create_type, Kind.drop_type, Kind.rename_type, Kind.add_value, Kind.rename_value})
KINDS: dict[Kind, Callable[[Holder, Act, Guard], None]] = {
    Kind.create_type: _create,
    Kind.drop_type: _drop,
    Kind.rename_type: _rename,
    Kind.add_value: _values,
    Kind.rename_value: _values,
    Kind.create_other: _create,
    Kind.drop_other: _drop,
    Kind.other: _owned,
}
