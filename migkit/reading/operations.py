"""Alembic's operations, in a batch or not: what each does to a schema."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from migkit.model.script import Act, ColumnSpec, KeySpec, Kind, Reading, Statement
from migkit.reading import altered, elements, guarded, plugins, referential, sending, tables
from migkit.reading.run import Run
from migkit.reading.signatures import SIGNATURES, Op, bound
from migkit.reading.values import HOLE, UNKNOWN, Map, Seq, Sym, Unknown, Value, plain, strings

_OP = "alembic.op."
_BATCH = "alembic.op.batch_alter_table()."
_ALONE = frozenset({"f", "inline_literal", "get_bind", "get_context", "batch_alter_table", "invoke", "run_async"})


def knows(made: Sym) -> bool:
    """Whether a call is an operation of Alembic's, or a guarded one of the kit's."""
    return made.path.startswith((_OP, "migkit.ops."))


def done(run: Run, made: Sym, node: ast.Call) -> Value:
    """Go through an operation; gives what it returns."""
    batch = made.path.startswith(_BATCH) and made.path.count(".") == 3  # noqa: PLR2004  # alembic.op.batch….NAME
    if made.path.startswith("migkit.ops.") or guarded.knows(made.last):
        return guarded.done(run, made, node)
    if made.path.count(".") != 2 and not batch:  # noqa: PLR2004  # alembic.op.NAME
        return _beyond(run, made, node)
    name = plugins.same(made.last)
    if name in _ALONE:
        return _alone(run, made, name, node)
    if name == "execute":
        return sending.sent(run, name, made.args, made.kwargs, node)
    signature = SIGNATURES.get(name)
    if signature is None:
        return _other(run, made, name, node)
    op = bound(run, made, name, signature, node, batch=batch)
    keep(op, _BUILT[name](op))
    return tables.returned(run, made, name)


def _alone(run: Run, made: Sym, name: str, node: ast.Call) -> Value:
    if name in ("invoke", "run_async"):
        run.unclear(node)
    if name == "f" and made.args:
        return made.args[0]
    return made


def _beyond(run: Run, made: Sym, node: ast.Call) -> Value:
    """Give what is called on what an operation returns: `op.get_bind().execute(…)`, `op.get_context()…`."""
    last = made.last
    if last in ("execute", "exec_driver_sql", "scalar", "scalars") and sending.may_be_sent(made.args, made.kwargs):
        return sending.sent(run, last, made.args, made.kwargs, node)
    from migkit.reading.calls import beyond

    return beyond(run, made, node)


def _other(run: Run, made: Sym, name: str, node: ast.Call) -> Value:
    """Note an operation that a plug-in registered: what it does is not known."""
    acts = plugins.acts(run, name, made, run.source.span(node))
    if acts is None:
        run.unclear(node)
        reading, acts = Reading.nothing, ()
    else:
        reading = Reading.whole
    sending.keep(run, Statement(sending.via(node), run.source.span(node), acts=acts, reading=reading))
    return UNKNOWN


def keep(op: Op, acts: Sequence[Act]) -> None:
    """Note an operation as a statement."""
    named = {act.table for act in acts if act.table} | {act.new for act in acts if act.kind is Kind.rename_table}
    reading = Reading.whole if acts and all(_clear(act) for act in acts) else Reading.part
    if not acts or not any(act.table or act.name for act in acts):
        reading = Reading.nothing
    arguments = {key: value for key, given in op.said.items() if not isinstance(value := plain(given), Unknown)}
    if op.batch:
        acts = [replace(act, options=act.options | {"batch"}) for act in acts]
    statement = Statement(
        sending.via(op.node),
        op.span,
        acts=tuple(acts),
        reading=reading,
        names=frozenset(named),
        data=op.name == "bulk_insert",
        arguments=arguments,
    )
    sending.keep(op.run, statement)


def _clear(act: Act) -> bool:
    """Whether everything is known that says which object an act is about."""
    if "part" in act.options or act.name == HOLE:
        return False
    if act.kind in (Kind.add_column, Kind.drop_column, Kind.alter_column, Kind.rename_column, Kind.drop_constraint):
        return bool(act.table and act.name)
    if act.kind in (Kind.drop_index, Kind.create_type):
        return bool(act.name)
    if act.kind is Kind.create_table:
        return bool(act.table) and all(each.name for each in act.columns)
    return bool(act.table)


def _add_column(op: Op) -> list[Act]:
    given = op.said.get("column")
    table = op.table()
    if not isinstance(given, Sym) or given.last != "Column":
        return [Act(Kind.add_column, table, guard=op.guard, span=op.span)]
    spec, keys = elements.column(op.run, given)
    spec = elements.settled(spec)
    words = frozenset({"first"} if op.true("mysql_first") else ())
    after = op.text("mysql_after", "insert_after")
    inline = op.true("inline_references")
    if inline:
        foreign = next((key for key in keys if key.kind == "foreign"), None)
        spec = replace(spec, references=foreign.refers) if foreign else spec
        keys = tuple(key for key in keys if key.kind != "foreign")
    acts = [Act(Kind.add_column, table, spec.name, column=spec, options=words, guard=op.guard, span=op.span)]
    if after:
        acts[0] = replace(acts[0], options=words | {"after"}, after=after)
    for key in keys:
        if elements.own_index(key):
            acts.append(elements.index_act(table, key, op.guard, op.span))
        else:
            acts.append(Act(Kind.add_constraint, table, key.name, key=key, span=op.span))
    return acts


def _create_table(op: Op) -> list[Act]:
    return list(elements.create_table(op.run, op.table(), op.rest, op.said, op.guard, op.span))


def _create_index(op: Op) -> list[Act]:
    items = op.said.get("columns")
    given = items.items if isinstance(items, Seq) else [items]
    name = op.text("index_name")
    key = elements.index_key(op.run, name, given, op.said, op.span)
    if isinstance(items, Seq) and not items.whole:
        key = replace(key, columns=(), parts=())
    words = frozenset({"concurrently"} if op.true("postgresql_concurrently") else ())
    words |= {"only"} if op.true("postgresql_only") else frozenset()
    return [Act(Kind.create_index, op.table(), name, key=key, options=words, guard=op.guard, span=op.span)]


def _drop_index(op: Op) -> list[Act]:
    words = frozenset({"concurrently"} if op.true("postgresql_concurrently") else ())
    return [Act(Kind.drop_index, op.table(), op.text("index_name"), options=words, guard=op.guard, span=op.span)]


def _constrained(op: Op, key: KeySpec, table: str = "") -> list[Act]:
    words = {"not valid"} if op.true("postgresql_not_valid") else set()
    words |= {
        f"{said} {op.text(name).lower()}"
        for said, name in (("on delete", "ondelete"), ("on update", "onupdate"))
        if op.text(name)
    }
    words |= {"deferrable"} if op.true("deferrable") else set()
    options = frozenset(words)
    return [Act(Kind.add_constraint, table or op.table(), key.name, key=key, options=options, span=op.span)]


def _create_unique(op: Op) -> list[Act]:
    kind = "unique" if op.name == "create_unique_constraint" else "primary"
    items = op.said.get("columns")
    names, parts = elements.named_parts(items.items if isinstance(items, Seq) else [items])
    name = op.text("constraint_name")
    if kind == "primary" and op.run.family in ("mysql", "mariadb"):
        name = "PRIMARY"
    return _constrained(op, KeySpec(kind, name, names, parts, span=op.span))


def _create_foreign_key(op: Op) -> list[Act]:
    local, remote = strings(op.said.get("local_cols")), strings(op.said.get("remote_cols"))
    refers = op.table("referent_table", "referent_schema")
    acts = referential.actions(op.said)
    key = KeySpec("foreign", op.text("constraint_name"), local, local, refers, remote, span=op.span, actions=acts)
    return _constrained(op, key, op.table("source_table", "source_schema"))


def _create_check(op: Op) -> list[Act]:
    sql = elements.sql(op.said.get("condition"))
    return _constrained(op, KeySpec("check", op.text("constraint_name"), expression=sql, span=op.span))


def _create_exclude(op: Op) -> list[Act]:
    return _constrained(op, KeySpec("exclude", op.text("constraint_name"), span=op.span))


def _drop_column(op: Op) -> list[Act]:
    return [Act(Kind.drop_column, op.table(), op.text("column_name"), guard=op.guard, span=op.span)]


def _drop_constraint(op: Op) -> list[Act]:
    item = {"foreignkey": "foreign"}.get(op.text("type_"), op.text("type_"))
    name = op.text("constraint_name")
    if item == "primary" and op.run.family in ("mysql", "mariadb"):
        name = "PRIMARY"
    return [Act(Kind.drop_constraint, op.table(), name, item=item, guard=op.guard, span=op.span)]


def _drop_table(op: Op) -> list[Act]:
    return [Act(Kind.drop_table, op.table(), guard=op.guard, span=op.span)]


def _rename_table(op: Op) -> list[Act]:
    old, new = op.table("old_table_name"), op.table("new_table_name")
    return [Act(Kind.rename_table, old, new=new, span=op.span)]


def _comment(op: Op) -> list[Act]:
    return [Act(Kind.alter_table, op.table(), options=frozenset({"comment"}), span=op.span)]


def _bulk_insert(op: Op) -> list[Act]:
    table, rows = op.said.get("table"), op.said.get("rows")
    first = rows.items[0] if isinstance(rows, Seq) and rows.items else None
    names = [key for key in first.items if isinstance(key, str)] if isinstance(first, Map) else []
    columns = tuple(ColumnSpec(name) for name in names)
    name = tables.name_of(table, op.run.family) or tables.of_class(table)
    return [Act(Kind.insert, name, columns=columns, span=op.span)]


def _alter_column(op: Op) -> list[Act]:
    return altered.acts(op.run, op.table(), op.text("column_name"), op.said, op.span)


_BUILT: Mapping[str, Callable[[Op], list[Act]]] = {
    "add_column": _add_column,
    "alter_column": _alter_column,
    "bulk_insert": _bulk_insert,
    "create_check_constraint": _create_check,
    "create_exclude_constraint": _create_exclude,
    "create_foreign_key": _create_foreign_key,
    "create_index": _create_index,
    "create_primary_key": _create_unique,
    "create_table": _create_table,
    "create_table_comment": _comment,
    "create_unique_constraint": _create_unique,
    "drop_column": _drop_column,
    "drop_constraint": _drop_constraint,
    "drop_index": _drop_index,
    "drop_table": _drop_table,
    "drop_table_comment": _comment,
    "rename_table": _rename_table,
}
