"""The kit's own guarded operations: what each does, the guard comparing shape."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from migkit import sql as reader
from migkit.model.script import Act, ColumnSpec, Guard, KeySpec, Kind, Reading, Statement
from migkit.reading import elements, sending
from migkit.reading.run import Run
from migkit.reading.values import Map, Seq, Sym, Text, Unknown, Value, plain, string, strings
from migkit.sql.spelling import normal

_SIGNATURES: Mapping[str, tuple[str, ...]] = {
    "add_column_if_missing": ("table", "column", "definition"),
    "add_enum_value_if_missing": ("enum", "value"),
    "alter_column_to": ("table", "column", "definition"),
    "create_check_constraint_if_missing": ("name", "table", "condition"),
    "create_constraint_if_missing": ("name", "table", "definition"),
    "create_enum_if_missing": ("name", "values"),
    "create_extension_if_missing": ("name",),
    "create_foreign_key_if_missing": ("name", "source", "referent", "local_cols", "remote_cols"),
    "create_index_if_missing": ("name", "table", "columns"),
    "create_table_if_missing": ("name",),
    "create_unique_constraint_if_missing": ("name", "table", "columns"),
    "delete_inserted": ("table", "rows", "key"),
    "drop_column_if_exists": ("table", "name"),
    "drop_constraint_if_exists": ("name", "table", "type_"),
    "drop_enum_if_exists": ("name",),
    "drop_enum_value_if_exists": ("enum", "value"),
    "drop_extension_if_exists": ("name",),
    "drop_index_if_exists": ("name", "table"),
    "drop_table_if_exists": ("name",),
    "insert_if_missing": ("table", "rows", "key"),
    "rename_column_if_exists": ("table", "old", "new"),
    "rename_table_if_exists": ("old", "new"),
}
_ALTER = "ALTER TABLE t "


def knows(name: str) -> bool:
    """Whether an operation is one of the kit's."""
    return name in _SIGNATURES


def done(run: Run, made: Sym, node: ast.Call) -> Value:
    """Go through a guarded operation."""
    name = made.last
    if name not in _SIGNATURES:
        return Unknown()
    names = _SIGNATURES[name]
    said = dict(zip(names, made.args, strict=False)) | dict(made.kwargs)
    call = _Call(run, said, made.args[len(names) :], node)
    acts = tuple(replace(act, guard=Guard.shape) for act in _BUILT[name](call))
    arguments = {key: value for key, given in said.items() if not isinstance(value := plain(given), Unknown)}
    sending.keep(
        run,
        Statement(
            f"migkit.ops.{name}",
            run.source.span(node),
            acts=acts,
            reading=Reading.whole if all(act.table or act.name for act in acts) and acts else Reading.nothing,
            names=frozenset(act.table for act in acts if act.table),
            guard=Guard.shape,
            data=name in ("insert_if_missing", "delete_inserted"),
            arguments=arguments,
        ),
    )
    return None


class _Call:
    def __init__(self, run: Run, said: Mapping[str, Value], rest: Sequence[Value], node: ast.Call) -> None:
        self.run, self.said, self.rest = run, said, rest
        self.span = run.source.span(node)

    def text(self, name: str) -> str:
        return string(self.said.get(name))

    def table(self, name: str = "table", schema: str = "schema") -> str:
        given = self.text(name)
        return normal(given, self.run.family, self.text(schema), quoted=True) if given else ""

    def read(self, sql: Text, before: str) -> tuple[Act, ...]:
        """Read SQL that stands behind words which the operation sets before it."""
        place = sending.placed(self.run, sql, self.span)
        moved = len(before)
        found = reader.read(
            before + sql.value, self.run.family, lambda start, end: place(max(0, start - moved), max(0, end - moved))
        )
        return tuple(act for one in found for act in one.acts)


def _column(call: _Call) -> ColumnSpec | None:
    """Give the column of `add_column_if_missing`: its name and SQL, or a sa.Column."""
    given = call.said.get("column")
    if isinstance(given, Sym):
        spec, _ = elements.column(call.run, given)
        return elements.settled(spec)
    definition = call.said.get("definition")
    if not string(given) or not isinstance(definition, Text):
        return ColumnSpec(string(given), span=call.span) if string(given) else None
    acts = call.read(definition, f"{_ALTER}ADD COLUMN c ")
    found = next((act.column for act in acts if act.column is not None), None)
    return replace(found or ColumnSpec(""), name=string(given))


def _add_column(call: _Call) -> list[Act]:
    spec = _column(call)
    words: frozenset[str] = frozenset()
    after = call.text("after")
    if "after" in call.said and call.said["after"] is not None:
        words = frozenset({"after" if after else "first"})
    name = spec.name if spec else ""
    return [Act(Kind.add_column, call.table(), name, column=spec, options=words, after=after, span=call.span)]


def _alter_column(call: _Call) -> list[Act]:
    spec = _column(call)
    said = frozenset({"type", "nullable", "default"})
    return [Act(Kind.alter_column, call.table(), spec.name if spec else "", column=spec, said=said, span=call.span)]


def _create_table(call: _Call) -> list[Act]:
    table = call.table("name")
    if len(call.rest) == 1 and isinstance(call.rest[0], Text):
        acts = call.read(call.rest[0], "")
        return [replace(act, table=table or act.table) if act.kind is Kind.create_table else act for act in acts]
    return list(elements.create_table(call.run, table, call.rest, call.said, Guard.shape, call.span))


def _create_index(call: _Call) -> list[Act]:
    items = call.said.get("columns")
    given = items.items if isinstance(items, Seq) else [items] if items is not None else []
    key = elements.index_key(call.run, call.text("name"), given, call.said, call.span)
    where = elements.sql(call.said.get("where"))
    key = replace(key, where=where or key.where, using=call.text("using").lower() or key.using)
    apart = any(plain(call.said.get(each)) is True for each in ("concurrently", "postgresql_concurrently"))
    words = frozenset({"concurrently"} if apart else ())
    return [Act(Kind.create_index, call.table(), key.name, key=key, options=words, span=call.span)]


def _create_constraint(call: _Call) -> list[Act]:
    definition, name = call.said.get("definition"), call.text("name")
    key = None
    if isinstance(definition, Text):
        acts = call.read(definition, f"{_ALTER}ADD CONSTRAINT c ")
        key = next((act.key for act in acts if act.key is not None), None)
    key = replace(key, name=name) if key else KeySpec("", name, span=call.span)
    return [Act(Kind.add_constraint, call.table(), name, key=key, span=call.span)]


def _create_unique(call: _Call) -> list[Act]:
    names, name = strings(call.said.get("columns")), call.text("name")
    key = KeySpec("unique", name, names, names, span=call.span)
    return [Act(Kind.add_constraint, call.table(), name, key=key, span=call.span)]


def _create_check(call: _Call) -> list[Act]:
    name = call.text("name")
    key = KeySpec("check", name, expression=elements.sql(call.said.get("condition")), span=call.span)
    return [Act(Kind.add_constraint, call.table(), name, key=key, span=call.span)]


def _create_foreign_key(call: _Call) -> list[Act]:
    local, remote = strings(call.said.get("local_cols")), strings(call.said.get("remote_cols"))
    refers, name = call.table("referent", "referent_schema"), call.text("name")
    key = KeySpec("foreign", name, local, local, refers, remote, span=call.span)
    return [Act(Kind.add_constraint, call.table("source", "source_schema"), name, key=key, span=call.span)]


def _named(kind: Kind, item: str = "", table: str = "") -> Callable[[_Call], list[Act]]:
    """Make what reads an operation on an object that its name alone tells."""

    def act(call: _Call) -> list[Act]:
        own = call.table(table) if table else ""
        name = call.table("name") if kind in (Kind.create_type, Kind.drop_type) else call.text("name")
        values = strings(call.said.get("values"))
        said = {"foreignkey": "foreign"}.get(call.text("type_"), call.text("type_")) or item
        return [Act(kind, own, name, item=said, values=values, span=call.span)]

    return act


def _drop_table(call: _Call) -> list[Act]:
    return [Act(Kind.drop_table, call.table("name"), span=call.span)]


def _rename_column(call: _Call) -> list[Act]:
    return [Act(Kind.rename_column, call.table(), call.text("old"), new=call.text("new"), span=call.span)]


def _rename_table(call: _Call) -> list[Act]:
    return [Act(Kind.rename_table, call.table("old"), new=call.table("new"), span=call.span)]


def _add_value(call: _Call) -> list[Act]:
    if call.text("table"):
        said = frozenset({"type"})
        return [Act(Kind.alter_column, call.table(), call.text("enum"), said=said, span=call.span)]
    return [Act(Kind.add_value, name=call.table("enum"), new=call.text("value"), span=call.span)]


def _drop_value(call: _Call) -> list[Act]:
    if call.text("table"):
        return _add_value(call)
    return [Act(Kind.other, name=call.table("enum"), item="drop value", span=call.span)]


def _rows(kind: Kind) -> Callable[[_Call], list[Act]]:
    def act(call: _Call) -> list[Act]:
        rows = call.said.get("rows")
        first = rows.items[0] if isinstance(rows, Seq) and rows.items else None
        names = [key for key in first.items if isinstance(key, str)] if isinstance(first, Map) else []
        columns = tuple(ColumnSpec(name) for name in names) if kind is Kind.insert else ()
        return [Act(kind, call.table(), columns=columns, where=kind is Kind.delete, span=call.span)]

    return act


_BUILT: Mapping[str, Callable[[_Call], list[Act]]] = {
    "add_column_if_missing": _add_column,
    "add_enum_value_if_missing": _add_value,
    "alter_column_to": _alter_column,
    "create_check_constraint_if_missing": _create_check,
    "create_constraint_if_missing": _create_constraint,
    "create_enum_if_missing": _named(Kind.create_type, "enum"),
    "create_extension_if_missing": _named(Kind.create_other, "extension"),
    "create_foreign_key_if_missing": _create_foreign_key,
    "create_index_if_missing": _create_index,
    "create_table_if_missing": _create_table,
    "create_unique_constraint_if_missing": _create_unique,
    "delete_inserted": _rows(Kind.delete),
    "drop_column_if_exists": _named(Kind.drop_column, table="table"),
    "drop_constraint_if_exists": _named(Kind.drop_constraint, table="table"),
    "drop_enum_if_exists": _named(Kind.drop_type, "enum"),
    "drop_enum_value_if_exists": _drop_value,
    "drop_extension_if_exists": _named(Kind.drop_other, "extension"),
    "drop_index_if_exists": _named(Kind.drop_index, table="table"),
    "drop_table_if_exists": _drop_table,
    "insert_if_missing": _rows(Kind.insert),
    "rename_column_if_exists": _rename_column,
    "rename_table_if_exists": _rename_table,
}
