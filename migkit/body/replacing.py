"""A function's body put into the source of a revision file, by the places that Python's own parser gives.

Decorators, signature and docstring stay, and so does everything outside of the function. Comments in the old body go
with it, those behind its last statement too where they are indented as it is.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Sequence

from migkit.body import Body
from migkit.errors import ConfigError

_INDENT = "    "
_OP = "from alembic import op"

Function = ast.FunctionDef | ast.AsyncFunctionDef


def replaced(source: str, function: str, new: Body) -> str:
    """Give the source with another body of `function`, which is added where it is missing, and with its imports."""
    ends = "\r\n" if "\r\n" in source else "\n"
    text = source.replace("\r\n", "\n")
    tree = _tree(text)
    found = next((node for node in reversed(tree.body) if isinstance(node, Function) and node.name == function), None)
    text = _added(text, tree, function, new) if found is None else _swapped(text, found, new)
    text = _with_imports(text, _needed(new))
    _tree(text)
    return text.replace("\n", ends)


def settled(source: str, function: str, new: Body) -> str:
    """Give the source with the body in its function: as it is, but for imports, where the function holds it already."""
    if not _holds(source, function, new):
        return replaced(source, function, new)
    return _with_imports(source, _needed(new))


def _holds(source: str, function: str, new: Body) -> bool:
    """Whether a function's statements have the new ones among them, one after the other."""
    wanted = [_meant(one) for one in ast.parse(new.text("")).body]
    for node in _tree(source).body:
        if isinstance(node, Function) and node.name == function:
            own = [_meant(one) for one in node.body]
            return any(own[at : at + len(wanted)] == wanted for at in range(len(own)))
    return False


def _meant(node: ast.stmt) -> str:
    """Write a statement so that the depth to which its texts are indented means nothing."""
    return re.sub(r"(\\[nt]|\s)+", " ", ast.unparse(node))


def _needed(new: Body) -> Sequence[str]:
    return (_OP, *new.imports) if any("op." in line for line in new.lines) else new.imports


def _tree(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise ConfigError(
            f"the revision is no Python: {getattr(error, 'msg', error)}", remedy="mend its syntax first", line=line
        ) from error


def _swapped(text: str, node: Function, new: Body) -> str:
    lines = text.split("\n")
    row, column = _head(text, node)
    head = [*lines[: row - 1], lines[row - 1][:column].rstrip() + _comment(lines[row - 1][column:])]
    own = node.body
    if ast.get_docstring(node, clean=False) is not None:
        words = own[0]
        assert words.end_lineno is not None
        if words.lineno > row:
            head += [*lines[row : words.end_lineno - 1], lines[words.end_lineno - 1][: _column(lines, words)]]
        own = own[1:]
    last = node.body[-1].end_lineno
    assert last is not None
    indent = _indent(lines, node, own, row)
    while last < len(lines) and lines[last].startswith(indent) and lines[last].lstrip().startswith("#"):
        last += 1
    return "\n".join((*head, new.text(indent), *lines[last:]))


def _column(lines: Sequence[str], node: ast.stmt) -> int:
    """Give the place in characters where a statement ends; the parser counts bytes."""
    assert node.end_lineno is not None
    return len(lines[node.end_lineno - 1].encode()[: node.end_col_offset].decode())


def _head(text: str, node: Function) -> tuple[int, int]:
    """Give the row and the column behind the colon that ends the signature."""
    depth = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.start[0] < node.lineno or token.type != tokenize.OP:
            continue
        depth += (token.string in "([{") - (token.string in ")]}")
        if token.string == ":" and not depth:
            return token.end
    raise ConfigError(f"{node.name}() has no body", remedy="write the revision by hand")


def _comment(rest: str) -> str:
    """Keep a comment that stands behind the signature."""
    return f"  {rest.strip()}" if rest.lstrip().startswith("#") else ""


def _indent(lines: Sequence[str], node: Function, own: Sequence[ast.stmt], row: int) -> str:
    for statement in (*own, *node.body):
        if statement.lineno > row:
            match = re.match(r"\s*", lines[statement.lineno - 1])
            return match[0] if match else _INDENT
    return _INDENT


def _added(text: str, tree: ast.Module, function: str, new: Body) -> str:
    annotated = any(isinstance(node, Function) and node.returns is not None for node in tree.body)
    return f"{text.rstrip()}\n\n\ndef {function}(){' -> None' if annotated else ''}:\n{new.text()}\n"


def _with_imports(text: str, needed: Sequence[str]) -> str:
    """Add what is missing behind the imports that are there, else behind the docstring."""
    tree = _tree(text)
    own = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    there = {name for node in own for name in _names(node)}
    missing = [one for one in needed if not {name for node in _tree(one).body for name in _names(node)} <= there]
    if not missing:
        return text
    docstring = tree.body[:1] if ast.get_docstring(tree, clean=False) is not None else []
    behind = own[-1] if own else docstring[0] if docstring else None
    ends = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(ends)
    at = behind.end_lineno if behind is not None and behind.end_lineno is not None else 0
    return ends.join((*lines[:at], *missing, *lines[at:]))


def _names(node: ast.stmt) -> set[str]:
    """Give what an import makes known: modules whole, names as they are called here."""
    if isinstance(node, ast.Import):
        return {f"{one.name} as {one.asname}" if one.asname else one.name for one in node.names}
    if isinstance(node, ast.ImportFrom):
        return {f"{one.asname or one.name}" for one in node.names}
    return set()
