"""upgrade() and downgrade(): what each of them is, and what it does when it is gone through."""

from __future__ import annotations

import ast

from migkit.model.history import Direction
from migkit.model.script import Function, Span
from migkit.product import Family
from migkit.reading import expansion, statements
from migkit.reading.calls import call
from migkit.reading.expressions import fold
from migkit.reading.run import Run, SpentError
from migkit.reading.source import Source
from migkit.reading.values import Frame, Local, Sym

Definition = ast.FunctionDef | ast.AsyncFunctionDef


def module(tree: ast.Module, source: Source, family: Family) -> Frame:
    """Go through a module for what its names stand for; nothing is sent."""
    frame = Frame({})
    run = Run(source, family, frame, call, fold, quiet=True)
    for node in tree.body:
        try:
            statements.block(run, (node,))
        except (SpentError, RecursionError):
            continue
    return frame


def read(direction: Direction, frame: Frame, source: Source, family: Family) -> Function:
    """Read one of a revision's two functions."""
    found = frame.names.get(direction)
    if not isinstance(found, Local) or isinstance(found.node, ast.Lambda):
        unread = found is not None
        return Function(direction, present=unread, empty=not unread, dynamic=(Span(1),) if unread else ())
    node = found.node
    run = Run(source, family, frame, call, fold)
    try:
        expansion.entire(run, node, Frame({}, frame))
    except (SpentError, RecursionError):
        run.dynamic.append(source.span(node))
    return Function(
        direction,
        present=True,
        span=_header(node, source),
        empty=all(_nothing(each) for each in node.body),
        raises=_raises(node, frame),
        statements=tuple(run.statements),
        dynamic=tuple(run.dynamic),
    )


def _header(node: Definition, source: Source) -> Span:
    """Give the place of a definition from `def` on."""
    whole = source.span(node)
    return Span(node.lineno, whole.column, whole.end_line, whole.end_column)


def _nothing(node: ast.stmt) -> bool:
    if isinstance(node, ast.Pass | ast.Global | ast.Nonlocal):
        return True
    if isinstance(node, ast.Return):
        return node.value is None or isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _raises(node: Definition, frame: Frame) -> str:
    """Give what a function raises before it does anything, "" if it does not."""
    first = next((each for each in node.body if not _nothing(each)), None)
    if not isinstance(first, ast.Raise) or first.exc is None:
        return ""
    raised = first.exc.func if isinstance(first.exc, ast.Call) else first.exc
    parts: list[str] = []
    while isinstance(raised, ast.Attribute):
        parts.append(raised.attr)
        raised = raised.value
    if not isinstance(raised, ast.Name):
        return ".".join(reversed(parts))
    meant = frame.names.get(raised.id)
    root = meant.path if isinstance(meant, Sym) else raised.id
    return ".".join((root, *reversed(parts)))
