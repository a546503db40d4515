"""What a revision's source sends past SQLAlchemy: by a driver's own cursor, which no listener sees (pure)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from migkit.model import Direction

_DRIVERS = frozenset({"raw_connection", "driver_connection", "dbapi_connection"})
_OTHER = {"upgrade": "downgrade", "downgrade": "upgrade"}


def bare(source: bytes, direction: Direction) -> int:
    """Give the line at which a revision takes a driver's own connection or cursor in this direction; 0 for none.

    It is code that is looked at: the word in a text or a comment is none. Source that is none has no such line.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return 0
    return min((node.lineno for node in _nodes(tree, _OTHER[direction]) if _takes(node)), default=0)


def _nodes(tree: ast.Module, left: str) -> Iterator[ast.expr]:
    """Give the expressions of a module, but for those of one function."""
    for top in tree.body:
        if not (isinstance(top, ast.FunctionDef) and top.name == left):
            yield from (node for node in ast.walk(top) if isinstance(node, ast.expr))


def _takes(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr == "cursor"
    return isinstance(node, ast.Attribute) and node.attr in _DRIVERS
