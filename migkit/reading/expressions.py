"""What an expression comes to: constants folded, names followed, texts put together with holes for the rest."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from migkit.reading import conditions
from migkit.reading.arithmetic import binary, same
from migkit.reading.containers import assign, comprehended, mapping, sequence, subscript
from migkit.reading.run import Run, SpentError
from migkit.reading.values import (
    UNKNOWN,
    Klass,
    Local,
    Member,
    Scalar,
    Sym,
    Text,
    Unknown,
    Value,
    hole,
    joined,
    merged,
    text,
    written,
)


def fold(run: Run, node: ast.expr) -> Value:
    """Give what an expression comes to; what it calls is sent on the way."""
    run.fuel -= 1
    if run.fuel < 0:
        raise SpentError
    known = _FOLDS.get(type(node))
    return known(run, node) if known else _unread(run, node)


def _constant(_run: Run, node: ast.Constant) -> Value:
    value = node.value
    if isinstance(value, str):
        return text(value, node)
    return value if isinstance(value, Scalar) else UNKNOWN


def _name(run: Run, node: ast.Name) -> Value:
    return run.name(node.id)


def _attribute(run: Run, node: ast.Attribute) -> Value:
    return attribute(run, fold(run, node.value), node)


def attribute(run: Run, base: Value, node: ast.Attribute) -> Value:
    """Give what stands behind a dot."""
    name = node.attr
    if isinstance(base, Sym):
        return _of_path(run, base, name, node)
    if isinstance(base, Klass):
        value = base.names.get(name, UNKNOWN)
        if isinstance(value, Sym) and value.last in ("Column", "mapped_column"):
            return Sym(f"{base.node.name}.c.{name}", node, base)
        return Member(name, value) if base.enum and not isinstance(value, Local) else value
    if isinstance(base, Member):
        return base.value if name == "value" else text(base.name, node) if name == "name" else UNKNOWN
    return base if isinstance(base, Unknown) else UNKNOWN


def _of_path(run: Run, base: Sym, name: str, node: ast.Attribute) -> Value:
    """Give a name of a module's, or of what a call gave: the dialect's name and the inspector's answers are known."""
    if name == "name" and base.last in ("dialect", "engine"):
        return conditions.dialect(run.family, node)
    if base.path in conditions.INSPECTORS:
        return Unknown(asks=run.source.span(node), catalogue=True)
    if name == "as_sql" and base.last == "get_context":
        return conditions.OFFLINE
    return Sym(f"{base.path}.{name}" if len(base.path) < 200 else f"….{name}", node, base)  # noqa: PLR2004


def _joined(run: Run, node: ast.JoinedStr) -> Value:
    parts: list[Text] = []
    size = 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            value = str(part.value)
            parts.append(Text(value, ((0, node, size),)))
            size += len(value)
        elif isinstance(part, ast.FormattedValue):
            parts.append(_formatted(run, part))
            size += 2
    return joined(parts)


def _formatted(run: Run, node: ast.FormattedValue) -> Text:
    value = fold(run, node.value)
    if node.format_spec is not None or node.conversion not in (-1, ord("s")):
        return hole(node.value)
    return written(value, node.value)


def _unary(run: Run, node: ast.UnaryOp) -> Value:
    value = fold(run, node.operand)
    if isinstance(node.op, ast.Not):
        return conditions.negated(value)
    if isinstance(node.op, ast.USub) and isinstance(value, int | float):
        return -value
    return value if isinstance(node.op, ast.UAdd) or isinstance(value, Unknown) else UNKNOWN


def _boolean(run: Run, node: ast.BoolOp) -> Value:
    """Fold `and`, `or`: what decides by itself ends it, as it does for Python."""
    decides = isinstance(node.op, ast.Or)
    rest: list[Value] = []
    for each in node.values:
        value = fold(run, each)
        known = conditions.truth(value)
        if known is decides and not (isinstance(value, Unknown) and value.offline):
            return value if not rest else conditions.both(rest, truth=decides)
        if known is None or isinstance(value, Unknown):
            rest.append(value)
        last = value
    return conditions.both(rest) if rest else last


def _compare(run: Run, node: ast.Compare) -> Value:
    values = [fold(run, each) for each in (node.left, *node.comparators)]
    found = [
        conditions.compared(run, one, values[place], values[place + 1], node) for place, one in enumerate(node.ops)
    ]
    return found[0] if len(found) == 1 else conditions.both(found)


def _either(run: Run, node: ast.IfExp) -> Value:
    test = fold(run, node.test)
    known = conditions.truth(test)
    if known is not None:
        return fold(run, node.body if known else node.orelse)
    condition = test if isinstance(test, Unknown) else UNKNOWN
    with run.under(condition):
        one = fold(run, node.body)
    with run.under(conditions.negation(condition)):
        other = fold(run, node.orelse)
    return one if same(one, other) else merged((test, one, other))


def _named(run: Run, node: ast.NamedExpr) -> Value:
    value = fold(run, node.value)
    assign(run, node.target, value)
    return value


def _lambda(run: Run, node: ast.Lambda) -> Value:
    return Local(node, run.frame)


def _yielded(run: Run, node: ast.Yield) -> Value:
    value = fold(run, node.value) if node.value is not None else None
    if run.calls and run.calls[-1].yields:
        run.calls[-1].yields(value)
    return UNKNOWN


def _call(run: Run, node: ast.Call) -> Value:
    return run.calling(run, node)


def _awaited(run: Run, node: ast.Await) -> Value:
    return fold(run, node.value)


def _unread(run: Run, node: ast.expr) -> Value:
    """Go through anything else for what it calls."""
    return merged([fold(run, each) for each in ast.iter_child_nodes(node) if isinstance(each, ast.expr)])


_FOLDS: dict[type[ast.AST], Callable[[Run, Any], Value]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.JoinedStr: _joined,
    ast.BinOp: binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.Compare: _compare,
    ast.IfExp: _either,
    ast.List: sequence,
    ast.Tuple: sequence,
    ast.Set: sequence,
    ast.Dict: mapping,
    ast.Subscript: subscript,
    ast.ListComp: comprehended,
    ast.SetComp: comprehended,
    ast.GeneratorExp: comprehended,
    ast.DictComp: comprehended,
    ast.NamedExpr: _named,
    ast.Lambda: _lambda,
    ast.Yield: _yielded,
    ast.Call: _call,
    ast.Await: _awaited,
}
