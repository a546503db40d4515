"""What an expression comes to: constants folded, names followed, texts put together with holes for the rest."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Sequence
from typing import Any

from migkit.model.script import Span
from migkit.reading import conditions
from migkit.reading.run import Run, SpentError
from migkit.reading.unrolled import elements
from migkit.reading.values import (
    LONGEST,
    UNKNOWN,
    Frame,
    Klass,
    Local,
    Map,
    Member,
    Scalar,
    Seq,
    Sym,
    Text,
    Unknown,
    Value,
    hole,
    joined,
    merged,
    plain,
    text,
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
_UNROLLED = 50


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
        if name == "name" and base.last == "dialect":
            return conditions.dialect(run.family, node)
        if base.path in conditions.INSPECTORS:
            return Unknown(asks=run.source.span(node), catalogue=True)
        if name == "as_sql" and base.last == "get_context":
            return conditions.OFFLINE
        return Sym(f"{base.path}.{name}" if len(base.path) < 200 else f"….{name}", node, base)  # noqa: PLR2004
    if isinstance(base, Klass):
        value = base.names.get(name, UNKNOWN)
        return Member(name, value) if base.enum and not isinstance(value, Local) else value
    if isinstance(base, Member):
        return base.value if name == "value" else text(base.name, node) if name == "name" else UNKNOWN
    return base if isinstance(base, Unknown) else UNKNOWN


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


def _binary(run: Run, node: ast.BinOp) -> Value:
    """Fold a sum from the left, however long it is, without going deeper for each of its terms."""
    terms = [node]
    while isinstance(terms[-1].left, ast.BinOp):
        terms.append(terms[-1].left)
    value = fold(run, terms[-1].left)
    for term in reversed(terms):
        value = _operated(run, term, value, fold(run, term.right))
    return value


def _operated(run: Run, node: ast.BinOp, left: Value, right: Value) -> Value:
    if isinstance(node.op, ast.Add):
        return added(left, right, node)
    if isinstance(node.op, ast.Mod) and isinstance(left, Text):
        from migkit.reading.formats import percent

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
        return joined(each if isinstance(each, Text) else hole(node) for each in (left, right))
    if isinstance(left, Seq) and isinstance(right, Seq):
        return Seq([*left.items, *right.items][: LONGEST // 100], left.whole and right.whole)
    numbers = isinstance(left, int | float) and isinstance(right, int | float)
    return left + right if numbers and abs(left) < _LARGE > abs(right) else merged((left, right))


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


def same(one: Value, other: Value) -> bool:
    """Whether two values are known to be the same."""
    if one is other:
        return True
    known = plain(one), plain(other)
    return not isinstance(known[0], Unknown) and type(known[0]) is type(known[1]) and known[0] == known[1]


def _sequence(run: Run, node: ast.List | ast.Tuple | ast.Set) -> Value:
    items, whole = starred(run, node.elts)
    return Seq(items, whole, run.depth)


def starred(run: Run, nodes: Sequence[ast.expr]) -> tuple[list[Value], bool]:
    """Fold arguments or items, `*these` taken apart; and whether all of them are there."""
    items: list[Value] = []
    whole = True
    for each in nodes:
        if isinstance(each, ast.Starred):
            inner = elements(run, fold(run, each.value))
            whole = whole and inner is not None
            items += inner or ()
        else:
            items.append(fold(run, each))
    return items, whole


def _mapping(run: Run, node: ast.Dict) -> Value:
    found = Map({}, depth=run.depth)
    for key, each in zip(node.keys, node.values, strict=True):
        value = fold(run, each)
        name = plain(fold(run, key)) if key is not None else UNKNOWN
        if key is None and isinstance(value, Map):
            found.items.update(value.items)
            found.whole = found.whole and value.whole
        elif isinstance(name, Unknown) or not _hashable(name):
            found.whole = False
        else:
            found.items[name] = value
    return found


def _hashable(value: object) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _subscript(run: Run, node: ast.Subscript) -> Value:
    base = fold(run, node.value)
    if isinstance(node.slice, ast.Slice):
        return _sliced(run, base, node.slice)
    key = plain(fold(run, node.slice))
    if isinstance(base, Map) and not isinstance(key, Unknown) and _hashable(key):
        return base.items.get(key, UNKNOWN) if base.whole or key in base.items else UNKNOWN
    if isinstance(base, Seq) and isinstance(key, int) and base.whole and -len(base.items) <= key < len(base.items):
        return base.items[key]
    if isinstance(base, Klass) and base.enum and isinstance(key, str) and key in base.names:
        return Member(key, base.names[key])
    return base if isinstance(base, Unknown) else UNKNOWN


def _sliced(run: Run, base: Value, node: ast.Slice) -> Value:
    bounds = [fold(run, each) if each is not None else None for each in (node.lower, node.upper, node.step)]
    if not all(each is None or isinstance(each, int) for each in bounds) or bounds[2] == 0:
        return merged((base,))
    cut = slice(*bounds)
    if isinstance(base, Seq) and base.whole:
        return Seq(base.items[cut], depth=run.depth)
    if isinstance(base, Text) and not base.holes and cut.step in (None, 1):
        from migkit.reading.formats import part

        return part(base, *cut.indices(len(base.value))[:2])
    return merged((base,))


def _comprehended(run: Run, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Value:
    """Fold a comprehension over what is known; over anything else once, for the questions in it."""
    found: list[tuple[Value, Value]] = []
    outer = run.frame
    run.frame = Frame({}, outer)
    try:
        hung = _generated(run, node, 0, found)
    finally:
        run.frame = outer
    if hung is not None:
        return merged((hung, *(value for _, value in found)))
    if not isinstance(node, ast.DictComp):
        return Seq([value for _, value in found], depth=run.depth)
    keyed = [(plain(key), value) for key, value in found]
    items = {key: value for key, value in keyed if not isinstance(key, Unknown) and _hashable(key)}
    return Map(items, len(keyed) == len(found), run.depth)


def _generated(run: Run, node: Any, place: int, found: list[tuple[Value, Value]]) -> Unknown | None:
    """Run the loops of a comprehension from the one at `place`; gives on what it hangs if that is not known."""
    if place == len(node.generators):
        if isinstance(node, ast.DictComp):
            found.append((fold(run, node.key), fold(run, node.value)))
        else:
            found.append((None, fold(run, node.elt)))
        return None
    loop = node.generators[place]
    source = fold(run, loop.iter)
    items = elements(run, source)
    hung: Unknown | None = None if items is not None else merged((source,))
    for item in [hung] if items is None else items:
        assign(run, loop.target, item)
        tests = [fold(run, each) for each in loop.ifs]
        known = [conditions.truth(each) for each in tests]
        if False in known:
            continue
        if None in known:
            hung = merged((hung, *tests))
        hung = _generated(run, node, place + 1, found) or hung
    return hung


def assign(run: Run, target: ast.expr, value: Value) -> None:
    """Let what is assigned to stand for a value; a tuple is taken apart."""
    if isinstance(target, ast.Name):
        run.frame.names[target.id] = value
    elif isinstance(target, ast.Tuple | ast.List):
        items = elements(run, value) if isinstance(value, Seq) else None
        fits = items is not None and len(items) == len(target.elts)
        for place, each in enumerate(target.elts):
            if isinstance(each, ast.Starred):
                assign(run, each.value, UNKNOWN)
            else:
                assign(run, each, items[place] if fits and items else merged((value,)))
    elif isinstance(target, ast.Subscript):
        _put(run, target, value)


def _put(run: Run, target: ast.Subscript, value: Value) -> None:
    base = fold(run, target.value)
    key = plain(fold(run, target.slice)) if not isinstance(target.slice, ast.Slice) else UNKNOWN
    if isinstance(base, Map) and not isinstance(key, Unknown) and _hashable(key) and run.depth <= base.depth:
        base.items[key] = value
    elif isinstance(base, Map | Seq):
        base.whole = False


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


def spot(run: Run, node: ast.expr) -> Span:
    """Give where an expression stands."""
    return run.source.span(node)


_FOLDS: dict[type[ast.AST], Callable[[Run, Any], Value]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.JoinedStr: _joined,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.Compare: _compare,
    ast.IfExp: _either,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.Set: _sequence,
    ast.Dict: _mapping,
    ast.Subscript: _subscript,
    ast.ListComp: _comprehended,
    ast.SetComp: _comprehended,
    ast.GeneratorExp: _comprehended,
    ast.DictComp: _comprehended,
    ast.NamedExpr: _named,
    ast.Lambda: _lambda,
    ast.Yield: _yielded,
    ast.Call: _call,
    ast.Await: _awaited,
}
