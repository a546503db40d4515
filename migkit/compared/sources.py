"""A revision's source, read for its SQL and for comparisons in Python: names are followed, nothing is run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from migkit.compared import statements
from migkit.compared.asked import asked
from migkit.compared.bindings import Bindings
from migkit.compared.found import Found
from migkit.compared.holes import Holes
from migkit.product import Family

_OPERATORS: dict[type[ast.cmpop], str] = {ast.Gt: ">", ast.GtE: ">", ast.Lt: "<", ast.LtE: "<"}
_TURNED = str.maketrans("<>", "><")
_COMPARING = {"in_": "=", "notin_": "=", "not_in": "=", "is_": "=", "isnot": "=", "is_not": "=", "between": "="}
_MATCHING = {"like": "like", "ilike": "like", "contains": "=", "startswith": "=", "endswith": "=", "op": "="}
_METHODS = _COMPARING | _MATCHING
_OF_A_COLUMN = frozenset({"lower", "upper", "trim", "coalesce", "cast", "label", "as_string", "strip", "length"})
_NAMES_A_COLUMN = frozenset({"column", "literal_column", "Column", "get"})
_OUTSIDE = frozenset({"dialect", "op", "context", "config", "os", "sys", "environ"})
_FILE = re.compile(r"[\w./-]+\.sql")


def read(tree: ast.Module, folder: Path, family: Family, found: Found) -> None:
    """Put into `found` what a revision says; SQL files that it names are looked for in `folder` and above."""
    nodes = list(ast.walk(tree))
    bindings = Bindings(nodes)
    down = [node for node in tree.body if _is_downgrade(node)]
    up = [node for node in tree.body if node not in down]
    for part, into in ((up, found), (down, found.undoing())):
        body = ast.Module(part, [])
        for text, holes in _texts(body, bindings):
            for sql in _contents(text, folder) or (text,):
                statements.read(sql, family, into, holes.filled, bindings.bound)
        _read_python(ast.walk(body), bindings, into)


def _is_downgrade(node: ast.stmt) -> bool:
    """Whether a statement of a module is its downgrade, or a text for it."""
    if isinstance(node, ast.Assign):
        return any(isinstance(each, ast.Name) and "down" in each.id.lower() for each in node.targets)
    return isinstance(node, ast.FunctionDef) and "downgrade" in node.name


def _read_python(nodes: Iterable[ast.AST], bindings: Bindings, found: Found) -> None:
    for node in nodes:
        if isinstance(node, ast.Compare):
            _compare(node, bindings, found)
        elif isinstance(node, ast.Call):
            _call(node, bindings, found)
        elif isinstance(node, ast.Dict):
            _row(node, bindings, found)
        elif isinstance(node, ast.List | ast.Tuple):
            _cells(node, found)


def _texts(tree: ast.Module, bindings: Bindings) -> Iterator[tuple[str, Holes]]:
    """Give each text of the source that is not part of a larger one, without docstrings."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        holes = Holes(bindings)
        text = holes.template(node) if isinstance(node, ast.expr) else None
        if text is None:
            waiting += ast.iter_child_nodes(node)
        elif len(text) > 1:
            yield text, holes


def _contents(text: str, folder: Path) -> list[str]:
    """Give the contents of the SQL file that a text names, if it does."""
    if not _FILE.fullmatch(text):
        return []
    for place in (folder, folder.parent, folder.parent.parent):
        path = place / text
        if path.is_file():
            return [path.read_text(encoding="utf-8", errors="replace")]
    return []


def _compare(node: ast.Compare, bindings: Bindings, found: Found) -> None:
    left = node.left
    for compared, right in zip(node.ops, node.comparators, strict=True):
        operator = _OPERATORS.get(type(compared), "=")
        for side, other, sign in ((left, right, operator), (right, left, operator.translate(_TURNED))):
            column = _column(side)
            if column and not isinstance(side, ast.Constant):
                found.compare(column, (each for text in bindings.values(other) for each in asked(sign, text)))
        left = right


def _call(node: ast.Call, bindings: Bindings, found: Found) -> None:
    """Read `column.in_(…)` and its like, `filter_by(…)`, and the values of rows that are made."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in _METHODS and isinstance(node.func, ast.Attribute):
        column = _column(node.func.value)
        texts = [text for arg in node.args for text in bindings.values(arg)]
        found.compare(column, (each for text in texts for each in asked(_METHODS[name], text))) if column else None
        return
    given = found.assign if "update" in _root_words(node.func) else found.insert
    put = found.compare if name == "filter_by" else given
    if name in ("filter_by", "values", "dict") or (isinstance(node.func, ast.Name) and name[:1].isupper()):
        for keyword in node.keywords:
            if keyword.arg:
                put(keyword.arg, bindings.values(keyword.value))


def _row(node: ast.Dict, bindings: Bindings, found: Found) -> None:
    """Read a dictionary as a row that is inserted: what it is not harms nothing."""
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            found.insert(key.value, bindings.values(value))


def _cells(node: ast.List | ast.Tuple, found: Found) -> None:
    """Read a list of constants as cells of rows, of whichever columns."""
    cells = [each.value for each in node.elts if isinstance(each, ast.Constant)]
    found.insert("", (str(cell) for cell in cells if isinstance(cell, str | int) and not isinstance(cell, bool)))


def _column(node: ast.expr) -> str:
    """Give the name of the column that an expression may be: `t.c.name`, `row["name"]`, `func.lower(Model.name)`."""
    if isinstance(node, ast.Name):
        return "" if node.id in _OUTSIDE else node.id
    if isinstance(node, ast.Subscript):
        return node.slice.value if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str) else ""
    if isinstance(node, ast.Attribute):
        return "" if _root_words(node.value) & _OUTSIDE else node.attr
    return _of_call(node) if isinstance(node, ast.Call) else ""


def _of_call(node: ast.Call) -> str:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    first = node.args[0] if node.args else None
    if name in _NAMES_A_COLUMN and isinstance(first, ast.Constant) and isinstance(first.value, str):
        return first.value
    if name in _OF_A_COLUMN:
        if first is not None and not isinstance(first, ast.Constant):
            return _column(first)
        return _column(node.func.value) if isinstance(node.func, ast.Attribute) else ""
    return ""


def _root_words(node: ast.expr) -> set[str]:
    words: set[str] = set()
    inner: Iterable[ast.AST] = ast.walk(node)
    for each in inner:
        if isinstance(each, ast.Attribute):
            words.add(each.attr)
        elif isinstance(each, ast.Name):
            words.add(each.id)
    return words
