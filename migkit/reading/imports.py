"""What the imports of a file make its names stand for."""

from __future__ import annotations

import ast

from migkit.reading.values import Sym, Value

_SAME = {
    "alembic.operations.op": "alembic.op",
    "alembic.op": "alembic.op",
    "sqlalchemy.sql.text": "sqlalchemy.text",
    "sqlalchemy.sql.expression.text": "sqlalchemy.text",
}


def bound(node: ast.Import | ast.ImportFrom) -> dict[str, Value]:
    """Give the names that an import binds, each as its dotted path; of `*` none."""
    if isinstance(node, ast.Import):
        whole = [(each.asname or each.name.partition(".")[0], each) for each in node.names]
        return {name: Sym(each.name if each.asname else name) for name, each in whole}
    module = "." * node.level + (node.module or "")
    paths = {each.asname or each.name: f"{module}.{each.name}" for each in node.names if each.name != "*"}
    return {name: Sym(_SAME.get(path, path)) for name, path in paths.items()}
