"""Revision files, read as source: titles, statements, operations, and the columns that they make. None is run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from migkit.starting.environment import modules
from migkit.starting.repository import text
from migkit.values import dataclass

_CREATES = re.compile(r"\b(?:create\s+table|add\s)", re.IGNORECASE)
_TABLE = re.compile(r"\bcreate\s+table\s+(?:if\s+not\s+exists\s+)?([\w.`\"\[\]]+)", re.IGNORECASE)
_RAW = "execute"
_ASSIGNED = ("revision", "down_revision")


@dataclass(frozen=True, slots=True)
class Made:
    """A column that a revision makes: its type and default as SQL, or as the source spells them."""

    table: str
    name: str
    type: str
    default: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What one revision file says. `operations` are the names of `op`'s that the upgrade calls, `sql` what it executes.

    `tables` are those that it makes.
    """

    path: Path
    title: str
    merge: bool
    source: str
    modules: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    sql: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    columns: tuple[Made, ...] = ()


def revisions(folders: Iterable[Path], dialect: str | None) -> tuple[Read, ...]:
    """Read every revision of the folders; what is no Python, or no revision, is left out.

    `dialect` is that of its SQL, as sqlglot calls it; with None, columns are not looked for.
    """
    paths = sorted({path.resolve() for folder in folders for path in folder.rglob("*.py")})
    return tuple(read for path in paths if (read := _read(path, dialect)))


def _read(path: Path, dialect: str | None) -> Read | None:
    source = text(path)
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return None
    values = dict(_assigned(tree))
    if "revision" not in values:
        return None
    parents = values.get("down_revision")
    merge = isinstance(parents, ast.Tuple | ast.List) and len(parents.elts) > 1
    operations = list(_operations(tree))
    sql = tuple(found for name, node in operations if name == _RAW for found in _sql(node.args[:1]))
    columns = [] if dialect is None else [*_columns(operations), *_columns_of_sql(sql, dialect)]
    made = [first for name, node in operations if name.startswith("create_table") and (first := _text(node.args[:1]))]
    return Read(
        path,
        _title(tree),
        merge,
        source,
        tuple(modules(tree)),
        tuple(name for name, _node in operations),
        sql,
        tuple(dict.fromkeys([*made, *_tables_of_sql(sql)])),
        tuple(columns),
    )


def _operations(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Give the operations that the upgrade calls, by their names."""
    upgrade = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade"]
    for node in (node for function in upgrade for node in ast.walk(function)):
        if isinstance(node, ast.Call) and (name := _operation(node.func)):
            yield name, node


def _assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        for target in targets:
            if isinstance(target, ast.Name) and target.id in _ASSIGNED and value is not None:
                yield target.id, value


def _title(tree: ast.Module) -> str:
    """Give what Alembic takes for the message: the docstring up to its first empty line, in one line."""
    return " ".join(re.split(r"\n\s*\n", (ast.get_docstring(tree) or "").strip())[0].split())


def _operation(function: ast.expr) -> str:
    """Give the name of an operation that is called, `create_table` of `op.create_table`; "" for anything else."""
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return function.attr if function.value.id in ("op", "batch_op", "ops") else ""
    return ""


def _text(args: Iterable[ast.expr]) -> str:
    return next((arg.value for arg in args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)), "")


def _sql(args: Iterable[ast.expr]) -> Iterator[str]:
    """Give the statement that is executed, also within `text(…)`; one that is computed is ""."""
    for arg in args:
        inner = arg.args[0] if isinstance(arg, ast.Call) and arg.args else arg
        yield _text([inner])


def _columns(operations: Iterable[tuple[str, ast.Call]]) -> Iterator[Made]:
    for name, node in operations:
        if name.startswith(("create_table", "add_column")):
            table = _text(node.args[:1])
            yield from (made for arg in node.args for made in _column(table, arg))


def _column(table: str, arg: ast.expr) -> Iterator[Made]:
    if not isinstance(arg, ast.Call) or not ast.unparse(arg.func).endswith("Column") or not arg.args:
        return
    name = _text(arg.args[:1])
    types = [ast.unparse(each) for each in arg.args[1:2]] + [
        ast.unparse(k.value) for k in arg.keywords if k.arg == "type_"
    ]
    default = next((ast.unparse(k.value) for k in arg.keywords if k.arg == "server_default"), "")
    if name and types:
        yield Made(table, name, types[0], default)


def _tables_of_sql(sql: Iterable[str]) -> Iterator[str]:
    for statement in sql:
        for found in _TABLE.finditer(statement):
            yield found[1].strip('`"[]').rpartition(".")[2].strip('`"[]')


def _columns_of_sql(sql: Iterable[str], dialect: str) -> Iterator[Made]:
    statements = [each for each in sql if _CREATES.search(each)]
    if not statements:
        return
    import logging

    import sqlglot
    from sqlglot import exp

    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)  # what it cannot read is passed over
    for statement in statements:
        with suppress(Exception):  # a parser of foreign text may fail in any way; nothing depends on one statement
            for tree in sqlglot.parse(statement, dialect=dialect or None, error_level=sqlglot.ErrorLevel.IGNORE):
                table = tree.find(exp.Table) if tree else None
                if tree is not None and table is not None:
                    yield from (_made(table.name, column, dialect) for column in tree.find_all(exp.ColumnDef))


def _made(table: str, column: Any, dialect: str) -> Made:
    from sqlglot import exp

    default = column.find(exp.DefaultColumnConstraint)
    sql = [each.sql(dialect=dialect or None) if each else "" for each in (column.kind, default and default.this)]
    return Made(table, column.name, *sql)
