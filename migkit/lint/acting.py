"""The fold itself: each act, by its kind, applied to the schema as it is known so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from migkit.lint import keys, others, tables
from migkit.lint.folding import Fold
from migkit.lint.state import TableModel, member, spelt
from migkit.model.script import Act, ColumnSpec, Guard, Kind


def apply(fold: Fold, act: Act, guard: Guard) -> None:
    """Do to the schema what an act does; one under a condition that cannot be read leaves doubt."""
    made = _MADE.get(act.kind)
    if made is not None:
        made(fold, act, guard)
        return
    change = _CHANGES.get(act.kind)
    if change is None:
        return
    table = fold.owner(act)
    if table is not None and guard is Guard.none and not table.sure:
        table = fold.vouch(table)  # or else it fails
    if table is not None or act.table:
        change(fold, table or fold.stub(act.table, guard), act, guard)
    elif act.kind not in (Kind.drop_index, Kind.rename_index):
        fold.somewhere(act)


def _create_table(fold: Fold, act: Act, guard: Guard) -> None:
    if not act.table:
        fold.closed = False  # a name that is not known
        return
    there = fold.find(act.table)
    made = tables.created(act, act.table, fold.by, fold.family)
    if guard is Guard.none:
        if there is not None:
            fold.contradict(there)
        fold.make(made)
    elif there is None:
        sure = guard is Guard.name
        fold.make(replace(made, guarded=True, whole=made.whole and sure and fold.closed, sure=sure))
    elif not there.sure:
        fold.put(replace(tables.blurred(there), sure=guard is Guard.name))


def _drop_table(fold: Fold, act: Act, guard: Guard) -> None:
    if not act.table:
        fold.blur_all()
        return
    there = fold.find(act.table)
    if there is None:
        if guard is Guard.none:
            fold.stub(act.table, guard)
            fold.forget(act.table)
        elif not fold.closed:
            fold.guessed.add(act.table)
        return
    if guard is Guard.unknown:
        for one in [there, *(part for part in fold.tables.values() if part.parent == there.name)]:
            fold.put(tables.blurred(one, sure=False))
        return
    _taken(fold, act, there, guard)


def _taken(fold: Fold, act: Act, there: TableModel, guard: Guard) -> None:
    """Let go of a table that is dropped for certain."""
    if guard is Guard.none and not there.sure:
        fold.vouch(there)  # or else it fails
    fold.forget(there.name)
    if "cascade" in act.options:
        _cascaded(fold, there.name)


def _cascaded(fold: Fold, name: str) -> None:
    """Do what CASCADE does where a table goes: the foreign keys that refer to it go too."""
    others.loosened(fold)
    for other in [one for one in fold.tables.values() if any(key.refers == name for key in one.keys.values())]:
        fold.put(tables.without_keys(other, [one for one, key in other.keys.items() if key.refers == name]))


def _rename_table(fold: Fold, table: TableModel, act: Act, guard: Guard) -> None:
    if guard is Guard.unknown or not act.new:
        fold.blur([table.name, *([act.new] if act.new else [])])
        if not act.new:
            fold.closed = False
        return
    fold.rename(table, act.new)


def _add_column(fold: Fold, table: TableModel, act: Act, guard: Guard) -> None:
    name = act.name or (act.column.name if act.column else "")
    if not name:
        fold.blur([table.name])
        return
    there = table.column(name)
    if there is not None and guard is not Guard.none:
        if guard is Guard.name:
            fold.put(replace(table, doubtful=table.doubtful - {there.name}))
        return
    if there is not None:
        fold.contradict(table, there.name)
    after = tables.with_column(table, act.column or ColumnSpec(name), fold.by, fold.family, act.keys)
    for key in act.keys:
        after = tables.with_key(after, key, fold.by, fold.family)
    fold.put(_marked(after, set(after.origin) - set(table.origin) | {name}, guard))


def _drop_column(fold: Fold, table: TableModel, act: Act, guard: Guard) -> None:
    if not act.name:
        fold.blur([table.name])
        return
    there = table.column(act.name)
    if guard is Guard.unknown:
        fold.put(tables.doubted(table, [there.name] if there else []))
        return
    if guard is Guard.none:
        fold.presume(table, column=act.name)
    elif there is None and not table.whole:
        fold.guessed.add(f"{table.name}.{act.name}")
    fold.put(tables.without_column(table, act.name, fold.family))


def _alter_column(fold: Fold, table: TableModel, act: Act, guard: Guard) -> None:
    if not act.name:
        fold.blur([table.name])
        return
    if table.lacks(act.name):
        return  # it fails, or passes
    if guard is Guard.none:
        fold.presume(table, column=act.name)
    after = tables.with_altered(table, act)
    if guard is Guard.unknown:
        spec = after.column(act.name)
        assert spec is not None  # with_altered puts it
        after = replace(after, columns={**after.columns, spec.name: replace(spec, type="")})
        if table.column(act.name) is None:
            after = tables.doubted(after, [spec.name])
    else:
        after = replace(after, doubtful=after.doubtful - {spelt(after.columns, act.name)})
    if act.new and act.new.lower() != act.name.lower():
        after = tables.with_column_renamed(after, act.name, act.new)
    fold.put(_with_clauses(fold, after, act, guard))


def _with_clauses(fold: Fold, table: TableModel, act: Act, guard: Guard) -> TableModel:
    """Give the table with what MODIFY's own UNIQUE and PRIMARY KEY make, each time anew."""
    if act.column is None or "modify" not in act.options:
        return table
    column = replace(act.column, name=spelt(table.columns, act.new or act.name), references="", check="")
    after = tables.with_inline(table, column, fold.by, fold.family, act.keys)
    for key in act.keys:
        after = tables.with_key(after, key, fold.by, fold.family)
    return _marked(after, set(after.origin) - set(table.origin), guard) if after is not table else table


def _rename_column(fold: Fold, table: TableModel, act: Act, guard: Guard) -> None:
    if guard is Guard.unknown or not (act.name and act.new):
        fold.blur([table.name])
        return
    if guard is Guard.name and table.column(act.name) is None:
        if not table.whole:
            fold.blur([table.name])
        return
    if table.lacks(act.name):
        fold.blur([table.name])
        return
    if guard is Guard.none:
        fold.presume(table, column=act.name)
    fold.put(tables.with_column_renamed(table, act.name, act.new))


def _add_key(fold: Fold, table: TableModel, act: Act, guard: Guard) -> None:
    if act.key is None:
        fold.blur([table.name])
        return
    key = act.key if act.key.name or not act.name else replace(act.key, name=act.name)
    if "using index" in act.options:
        table, key = tables.taken_over(table, key)
    there = table.key(key.name) if key.name else None
    if there is not None and guard is not Guard.none:
        if guard is Guard.name:
            fold.put(replace(table, doubtful=table.doubtful - {member(spelt(table.keys, key.name))}))
        return
    if there is not None and there.kind == key.kind:
        fold.contradict(table, member(spelt(table.keys, key.name)))
    after = tables.with_key(table, key, fold.by, fold.family)
    made = set(after.origin) - set(table.origin)
    fold.put(_marked(after, made, Guard.unknown if any(map(table.lacks, filter(None, key.columns))) else guard))


def _drop_key(fold: Fold, table: TableModel, act: Act, guard: Guard) -> None:
    found = keys.meant(table.keys, act)
    name = act.name or (act.key.name if act.key else "")
    bare = name.rpartition(".")[2]
    if not bare and act.item != "primary":
        fold.guessed.add(f"{table.name}.{member('')}")  # whichever it was
        fold.put(tables.doubted(replace(table, whole=False), map(member, keys.fitting(table.keys, act))))
        return
    exact = len(found) == 1 and (found[0] == spelt(table.keys, bare) or not bare)
    ours = [one for one in found if table.origin.get(member(one)) == fold.by]
    if guard is Guard.unknown or (found and not exact and len(ours or found) > 1):
        fold.put(tables.doubted(table, map(member, found)))
    elif found:
        fold.put(tables.without_keys(table, (ours or found)[:1]))
    elif guard is Guard.none and bare:
        fold.presume(table, key=bare)
    elif not table.whole:
        fold.guessed.add(f"{table.name}.{member(bare)}")


def _rename_key(fold: Fold, table: TableModel, act: Act, guard: Guard) -> None:
    if guard is not Guard.none or not (act.name and act.new):
        fold.blur([table.name])
        return
    found = keys.meant(table.keys, act)
    bare = act.name.rpartition(".")[2]
    if not found:
        fold.presume(table, key=bare)
    fold.put(tables.with_key_renamed(table, found[0] if len(found) == 1 else bare, act.new))


def _alter_table(fold: Fold, table: TableModel, act: Act, guard: Guard) -> None:
    if guard is Guard.unknown:
        return
    fold.put(tables.with_charset(table, act.options))
    part = fold.find(act.name) if act.name and "partition" in act.options else None
    if part is not None:
        fold.put(replace(part, parent=table.name if "attach partition" in act.options else ""))


def _marked(table: TableModel, members: Iterable[str], guard: Guard) -> TableModel:
    if guard is Guard.none:
        doubtful = table.doubtful.difference(members)
        return replace(table, doubtful=doubtful) if doubtful != table.doubtful else table
    if guard is Guard.unknown:
        return tables.doubted(table, members)
    return replace(table, met=table.met | frozenset(members))


_MADE: dict[Kind, Callable[[Fold, Act, Guard], None]] = {
    Kind.create_table: _create_table,
    Kind.drop_table: _drop_table,
    **others.KINDS,
}
_CHANGES: dict[Kind, Callable[[Fold, TableModel, Act, Guard], None]] = {
    Kind.rename_table: _rename_table,
    Kind.alter_table: _alter_table,
    Kind.add_column: _add_column,
    Kind.drop_column: _drop_column,
    Kind.alter_column: _alter_column,
    Kind.rename_column: _rename_column,
    Kind.create_index: _add_key,
    Kind.add_constraint: _add_key,
    Kind.drop_index: _drop_key,
    Kind.drop_constraint: _drop_key,
    Kind.rename_index: _rename_key,
}
