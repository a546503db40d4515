"""Sums, products and what `%` puts together."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from migkit.reading.formats import percent
from migkit.reading.run import Run
from migkit.reading.values import (
    LONGEST,
    UNKNOWN,
    Seq,
    Text,
    Unknown,
    Value,
    hole,
    joined,
    merged,
    plain,
    written,
)

_LARGE = 10**18
_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
}


def binary(run: Run, node: ast.BinOp) -> Value:
    """Fold a sum from the left, however long it is, without going deeper for each of its terms."""
    terms = [node]
    while isinstance(terms[-1].left, ast.BinOp):
        terms.append(terms[-1].left)
    value = run.fold(run, terms[-1].left)
    for term in reversed(terms):
        value = _operated(run, term, value, run.fold(run, term.right))
    return value


def _operated(run: Run, node: ast.BinOp, left: Value, right: Value) -> Value:
    if isinstance(node.op, ast.Add):
        return added(left, right, node)
    if isinstance(node.op, ast.Mod) and isinstance(left, Text):
        return percent(left, right, node.right)
    if isinstance(left, Text) and isinstance(node.op, ast.Mult) and isinstance(right, int):
        return joined([left] * max(0, right)) if len(left.value) * right < LONGEST and right < LONGEST else hole(node)
    return _arithmetic(node, left, right)


def _arithmetic(node: ast.BinOp, left: Value, right: Value) -> Value:
    act = _ARITHMETIC.get(type(node.op))
    if act and isinstance(left, int | float) and isinstance(right, int | float) and abs(left) < _LARGE > abs(right):
        try:
            return act(left, right)
        except ArithmeticError:
            return UNKNOWN
    return merged((left, right))


def added(left: Value, right: Value, node: ast.expr) -> Value:
    """Give `left + right`: texts with holes for what is not known, lists, numbers."""
    if isinstance(left, Text) or isinstance(right, Text):
        if isinstance(left, Text) and isinstance(right, Text):
            return joined((left, right))
        return joined(written(each, node) for each in (left, right))
    if isinstance(left, Seq) and isinstance(right, Seq):
        return Seq([*left.items, *right.items][: LONGEST // 100], left.whole and right.whole)
    numbers = isinstance(left, int | float) and isinstance(right, int | float)
    return left + right if numbers and abs(left) < _LARGE > abs(right) else merged((left, right))


def same(one: Value, other: Value) -> bool:
    """Whether two values are known to be the same."""
    if one is other:
        return True
    known = plain(one), plain(other)
    return not isinstance(known[0], Unknown) and type(known[0]) is type(known[1]) and known[0] == known[1]
