"""What sqlglot says of a statement, in the same short words as the kit's own reading: the tests' second opinion."""

from __future__ import annotations

import ast
import logging
from collections.abc import Iterator
from pathlib import Path

import sqlglot
from sqlglot import exp

from migkit.model.script import Act, Kind
from migkit.product import Family
from migkit.sql.cursor import joined

DIALECTS: dict[Family, str] = {"mysql": "mysql", "mariadb": "mysql", "postgresql": "postgres", "sqlite": "sqlite"}


def texts(file: Path) -> Iterator[str]:
    """Give the constant SQL that a revision file sends; what is put in is a hole."""
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            found = _constant(node.args[0])
            if node.func.attr in ("execute", "exec_driver_sql") and any(map(str.isalpha, found)):
                yield found.replace("\\:", ":")


def _constant(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(_constant(one) if isinstance(one, ast.Constant) else "{}" for one in node.values)
    if isinstance(node, ast.Call) and node.args:
        return _constant(node.args[0])
    return ""


def parsed(sql: str, family: Family) -> exp.Expression | None:
    """Give sqlglot's tree of one statement; None where it knows it not."""
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    try:
        trees = [one for one in sqlglot.parse(sql, dialect=DIALECTS[family]) if one is not None]
    except sqlglot.errors.SqlglotError:
        return None
    return trees[0] if len(trees) == 1 and not isinstance(trees[0], exp.Command) else None


def seen(tree: exp.Expression, family: Family) -> list[tuple[str, ...]]:
    """Give what sqlglot says that a statement does: (kind, table, name …); nothing for what it is not asked about."""
    if isinstance(tree, exp.Create):
        return _created(tree, family)
    if isinstance(tree, exp.Drop):
        kinds = {"TABLE": "drop table", "INDEX": "drop index", "VIEW": "drop view"}
        return [(kinds[tree.kind], _table(one, family)) for one in _gone(tree)] if tree.kind in kinds else []
    if isinstance(tree, exp.Alter) and tree.kind == "TABLE":
        table = _table(tree.this, family)
        return [one for action in tree.args["actions"] for one in _altered(action, table, family)]
    for node, kind in ((exp.Insert, "insert"), (exp.Update, "update"), (exp.Delete, "delete")):
        if isinstance(tree, node):
            where = "where" if tree.args.get("where") else ""
            return [(kind, _table(tree.find(exp.Table), family), where)]
    return []


def ours(act: Act) -> tuple[str, ...] | None:
    """Give our own act in the words of `seen`; None for what sqlglot is not asked about."""
    where = "where" if act.where and act.kind is not Kind.insert else ""
    words: dict[Kind, tuple[str, ...]] = {
        **dict.fromkeys((Kind.insert, Kind.update, Kind.delete), (act.table, where)),
        **dict.fromkeys((Kind.add_column, Kind.drop_column, Kind.rename_column), (act.table, act.name)),
        Kind.create_table: (act.table, *(column.name.lower() for column in act.columns)),
        Kind.create_index: (act.table, act.name),
        Kind.drop_table: (act.table,),
        Kind.drop_index: (act.name,),
        Kind.rename_table: (act.table, act.new),
    }
    if act.item == "view" and act.kind in (Kind.create_other, Kind.drop_other):
        return (act.kind.value.replace("other", "view"), act.name)
    return (act.kind.value, *words[act.kind]) if act.kind in words else None


def _gone(tree: exp.Drop) -> list[exp.Expression]:
    """Give what a DROP drops: sqlglot has several of them since its version 30."""
    return tree.args.get("tables") or ([tree.this] if tree.this else [])


def _created(tree: exp.Create, family: Family) -> list[tuple[str, ...]]:
    if tree.kind == "INDEX":
        index = tree.this
        return [("create index", _table(index.args["table"], family), _name(index.this, family) if index.this else "")]
    if tree.kind == "VIEW":
        return [("create view", _table(tree.this.find(exp.Table), family))]
    if tree.kind != "TABLE":
        return []
    columns = [one.name.lower() for one in tree.this.expressions if isinstance(one, exp.ColumnDef)]
    return [("create table", _table(tree.this.find(exp.Table), family), *columns)]


def _altered(action: exp.Expression, table: str, family: Family) -> list[tuple[str, ...]]:
    if isinstance(action, exp.ColumnDef):
        return [("add column", table, _name(action.this, family))]
    if isinstance(action, exp.Drop) and action.kind == "COLUMN":
        return [("drop column", table, _name(one, family)) for one in _gone(action)]
    if isinstance(action, exp.RenameColumn):
        return [("rename column", table, _name(action.this, family))]
    if isinstance(action, exp.AlterRename):
        return [("rename table", table, _table(action.this, family))]
    return []


def _table(node: exp.Expression | None, family: Family) -> str:
    if node is None:
        return ""
    table = node if isinstance(node, exp.Table) else node.find(exp.Table)
    return joined([_name(part, family) for part in table.parts], family) if table is not None else ""


def _name(node: exp.Expression, family: Family) -> str:
    node = node.find(exp.Identifier) or node
    return node.name.lower() if family == "postgresql" and not node.args.get("quoted") else node.name


def types(tree: exp.Expression, family: Family) -> dict[str, str]:
    """Give the type of each column that a statement makes."""
    dialect = DIALECTS[family]
    return {
        one.name.lower(): one.kind.sql(dialect=dialect) for one in tree.find_all(exp.ColumnDef) if one.kind is not None
    }
