"""Loops of a function: unrolled where it is known what they meet, else gone through once."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from migkit.reading import statements
from migkit.reading.containers import assign
from migkit.reading.flow import Flow
from migkit.reading.run import Run
from migkit.reading.unrolled import MOST, elements
from migkit.reading.values import UNKNOWN, Unknown, Value, merged


def known(run: Run, node: ast.For) -> Flow:
    """Go through a `for`, once for each item where they are known."""
    source = run.fold(run, node.iter)
    items = elements(run, source)
    before = len(run.conditions)
    if items is None or len(items) > MOST:
        return _looped(run, node, merged((source,)))
    for item in items:
        assign(run, node.target, item)
        flow = statements.block(run, node.body)
        if flow in (Flow.returned, Flow.raised):
            return flow
        if flow is Flow.next and _breaks(node.body):
            break
        del run.conditions[before:]
    return statements.block(run, node.orelse)


def _breaks(body: Sequence[ast.stmt]) -> bool:
    """Whether the statement that always ends a block is a break."""
    return isinstance(body[-1], ast.Break)


def _looped(run: Run, node: ast.For | ast.AsyncFor | ast.While, item: Value) -> Flow:
    """Go once through a loop of which it is not known how often it is run."""
    for name in _changed(node):
        if name in run.frame.names:
            run.frame.names[name] = UNKNOWN
    before = len(run.conditions)
    if isinstance(node, ast.While):
        item = run.fold(run, node.test)
    else:
        assign(run, node.target, item)
    run.repeated += 1
    try:
        if isinstance(item, Unknown) and item.asks:
            run.conditions.append(item.told(()))
        statements.block(run, node.body)
    finally:
        run.repeated -= 1
        del run.conditions[before:]
    return statements.block(run, node.orelse)


def _changed(node: ast.AST) -> set[str]:
    """Give the names that a loop assigns, without those that it only builds upon: `query = query.where(…)`."""
    built: set[str] = set()
    others: set[str] = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Assign) and len(each.targets) == 1 and isinstance(each.targets[0], ast.Name):
            root: ast.AST = each.value
            while isinstance(root, ast.Attribute | ast.Call):
                root = root.value if isinstance(root, ast.Attribute) else root.func
            name = each.targets[0].id
            (built if isinstance(root, ast.Name) and root.id == name else others).add(name)
    return stored(node) - (built - others)


def stored(node: ast.AST) -> set[str]:
    """Give the names that are assigned anywhere in a node."""
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}


def repeated(run: Run, node: ast.While) -> Flow:
    """Go through a `while`."""
    if isinstance(node.test, ast.Constant) and not node.test.value:
        return statements.block(run, node.orelse)
    return _looped(run, node, UNKNOWN)


def awaited(run: Run, node: ast.AsyncFor) -> Flow:
    """Go through an `async for`."""
    run.fold(run, node.iter)
    return _looped(run, node, UNKNOWN)
