"""How Alembic's operations are called: the names of their arguments, in a batch or not."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from migkit.model.script import Guard, Span
from migkit.reading.run import Run
from migkit.reading.values import Sym, Value, plain, string
from migkit.sql.spelling import normal
from migkit.values import dataclass

SIGNATURES: Mapping[str, tuple[str, ...]] = {
    "add_column": ("table_name", "column"),
    "alter_column": ("table_name", "column_name"),
    "bulk_insert": ("table", "rows"),
    "create_check_constraint": ("constraint_name", "table_name", "condition"),
    "create_exclude_constraint": ("constraint_name", "table_name"),
    "create_foreign_key": ("constraint_name", "source_table", "referent_table", "local_cols", "remote_cols"),
    "create_index": ("index_name", "table_name", "columns"),
    "create_primary_key": ("constraint_name", "table_name", "columns"),
    "create_table": ("table_name",),
    "create_table_comment": ("table_name", "comment"),
    "create_unique_constraint": ("constraint_name", "table_name", "columns"),
    "drop_column": ("table_name", "column_name"),
    "drop_constraint": ("constraint_name", "table_name", "type_"),
    "drop_index": ("index_name", "table_name"),
    "drop_table": ("table_name",),
    "drop_table_comment": ("table_name",),
    "execute": ("sqltext",),
    "rename_table": ("old_table_name", "new_table_name"),
}
_TABLES = frozenset({"table_name", "source_table"})


@dataclass(frozen=True, slots=True)
class Op:
    """One operation: its arguments by their names, the table it is about."""

    run: Run
    name: str
    said: Mapping[str, Value]
    rest: Sequence[Value]
    node: ast.Call
    span: Span
    batch: bool = False

    def text(self, *names: str) -> str:
        """Give the first of some arguments that is a text, "" if none is."""
        return next((found for name in names if (found := string(self.said.get(name)))), "")

    def true(self, name: str) -> bool:
        """Whether an argument is True."""
        return plain(self.said.get(name)) is True

    def table(self, name: str = "table_name", schema: str = "schema") -> str:
        """Give the name of the table, "" where it is not known."""
        given = self.text(name)
        return normal(given, self.run.family, self.text(schema), quoted=True) if given else ""

    @property
    def guard(self) -> Guard:
        """What `if_exists=True` or `if_not_exists=True` says."""
        found = [plain(self.said.get(name)) for name in ("if_exists", "if_not_exists")]
        return Guard.name if True in found else Guard.none


def bound(run: Run, made: Sym, name: str, signature: tuple[str, ...], node: ast.Call, *, batch: bool) -> Op:
    """Give a call as an operation, its arguments by their names; a batch gives the table."""
    said: dict[str, Value] = {}
    names = tuple(each for each in signature if each not in _TABLES) if batch else signature
    if batch and isinstance(made.base, Sym):
        of = made.base
        said["table_name"] = said["source_table"] = of.kwargs.get("table_name", of.args[0] if of.args else None)
        said["schema"] = of.kwargs.get("schema", of.args[1] if len(of.args) > 1 else None)
        said["source_schema"] = said["schema"]
    said.update(zip(names, made.args, strict=False))
    said.update(_renamed(made.kwargs))
    return Op(run, name, said, made.args[len(names) :], node, run.source.span(node), batch)


def _renamed(kwargs: Mapping[str, Value]) -> dict[str, Value]:
    """Give keywords as they are called today: releases before 0.9 had other names."""
    old = {"name": "constraint_name", "source": "source_table", "referent": "referent_table", "cols": "columns"}
    return {old.get(key, key): value for key, value in kwargs.items()}
