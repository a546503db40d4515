"""What a function of a revision does, statement by statement: loops unrolled, its file's own helpers gone into."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any

from migkit.reading import conditions
from migkit.reading.arithmetic import added, same
from migkit.reading.containers import assign
from migkit.reading.expressions import fold
from migkit.reading.imports import bound
from migkit.reading.run import DEEPEST, Call, Run
from migkit.reading.unrolled import MOST, elements
from migkit.reading.values import (
    UNKNOWN,
    Fact,
    Frame,
    Klass,
    Local,
    Map,
    Seq,
    Sym,
    Unknown,
    Value,
    merged,
)

_ENUMS = frozenset({"Enum", "StrEnum", "IntEnum"})


class Flow(Enum):
    """How a block ends."""

    on = "on"
    returned = "returned"
    raised = "raised"
    next = "next"  # continue, break


def block(run: Run, body: Sequence[ast.stmt]) -> Flow:
    """Go through statements until one ends the block."""
    for node in body:
        act = _ACTS.get(type(node))
        if act is None:
            continue
        flow = act(run, node)
        if flow is not None and flow is not Flow.on:
            return flow
    return Flow.on


def _expression(run: Run, node: ast.Expr) -> None:
    if not isinstance(node.value, ast.Constant):
        fold(run, node.value)


def _assignment(run: Run, node: ast.Assign) -> None:
    value = fold(run, node.value)
    for target in node.targets:
        assign(run, target, value)


def _annotated(run: Run, node: ast.AnnAssign) -> None:
    if node.value is not None:
        assign(run, node.target, fold(run, node.value))


def _augmented(run: Run, node: ast.AugAssign) -> None:
    value = fold(run, node.value)
    if isinstance(node.target, ast.Name):
        before = run.name(node.target.id)
        made = added(before, value, node.value) if isinstance(node.op, ast.Add) else merged((before, value))
        run.frame.names[node.target.id] = made


def _returned(run: Run, node: ast.Return) -> Flow:
    value = fold(run, node.value) if node.value is not None else None
    if run.calls:
        call = run.calls[-1]
        call.returns.append((value, tuple(run.conditions[call.conditions :])))
    return Flow.returned


def _raised(run: Run, node: ast.Raise) -> Flow:
    raised = node.exc
    for each in raised.args if isinstance(raised, ast.Call) else ():
        fold(run, each)
    return Flow.raised


def _leaves(_run: Run, _node: ast.stmt) -> Flow:
    return Flow.next


def _if(run: Run, node: ast.If) -> Flow:
    test = fold(run, node.test)
    known = conditions.truth(test)
    if known is not None:
        return _decided(run, node, test, known)
    condition = test if isinstance(test, Unknown) else UNKNOWN
    before = dict(run.frame.names)
    with run.under(condition):
        first = block(run, node.body)
    after = run.frame.names
    run.frame.names = before
    with run.under(conditions.negation(condition)):
        second = block(run, node.orelse)
    _join_names(run, after, first, second, condition)
    return _join_flows(run, first, second, condition)


def _decided(run: Run, node: ast.If, test: Value, known: bool) -> Flow:  # noqa: FBT001  # what the test comes to
    """Go the one way that is gone; that is_offline_mode() was asked stays with what follows."""
    body = node.body if known else node.orelse
    if not (isinstance(test, Unknown) and test.offline):
        return block(run, body)
    asked = Unknown(offline=True, truth=True)
    with run.under(asked):
        flow = block(run, body)
    if flow is Flow.on:
        quiet, run.quiet = run.quiet, True
        names = dict(run.frame.names)
        other = block(run, node.orelse if known else node.body)
        run.quiet, run.frame.names = quiet, names
        if other is not Flow.on:
            run.conditions.append(asked)
    return flow


def _join_names(run: Run, after: dict[str, Value], first: Flow, second: Flow, condition: Unknown) -> None:
    """Keep what names stand for after both ways: what differs is not known."""
    other = run.frame.names
    if second is not Flow.on and first is Flow.on:
        run.frame.names = after
        return
    if first is not Flow.on:
        return
    for name in after.keys() | other.keys():
        one, two = after.get(name, UNKNOWN), other.get(name, UNKNOWN)
        if not same(one, two):
            other[name] = _either(one, two, condition)


def _either(one: Value, two: Value, condition: Unknown) -> Value:
    """Give a name's value after two ways; a truth that was set in one of them is the condition's."""
    if isinstance(one, bool) and isinstance(two, bool):
        return condition if one else conditions.negation(condition)
    if isinstance(one, Sym) and isinstance(two, Sym):  # a query that one of the ways adds to
        longer, shorter = (one, two) if len(one.path) >= len(two.path) else (two, one)
        if longer.path.startswith(shorter.path) and shorter.path.endswith("()"):
            return longer
    return merged((condition, one, two))


def _join_flows(run: Run, first: Flow, second: Flow, condition: Unknown) -> Flow:
    if first is Flow.on and second is Flow.on:
        return Flow.on
    if first is not Flow.on and second is not Flow.on:
        return Flow.raised if first is second is Flow.raised else first if first is not Flow.raised else second
    left = first if first is not Flow.on else second
    if left is not Flow.raised:
        run.conditions.append(conditions.negation(condition) if first is not Flow.on else condition)
    return Flow.on


def _for(run: Run, node: ast.For) -> Flow:
    source = fold(run, node.iter)
    items = elements(run, source)
    before = len(run.conditions)
    if items is None or len(items) > MOST:
        return _looped(run, node, merged((source,)))
    for item in items:
        assign(run, node.target, item)
        flow = block(run, node.body)
        if flow in (Flow.returned, Flow.raised):
            return flow
        if flow is Flow.next and _breaks(node.body):
            break
        del run.conditions[before:]
    return block(run, node.orelse)


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
        item = fold(run, node.test)
    else:
        assign(run, node.target, item)
    run.repeated += 1
    try:
        if isinstance(item, Unknown) and item.asks:
            run.conditions.append(item.told(()))
        block(run, node.body)
    finally:
        run.repeated -= 1
        del run.conditions[before:]
    return block(run, node.orelse)


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
    return _stored(node) - (built - others)


def _stored(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}


def _while(run: Run, node: ast.While) -> Flow:
    if isinstance(node.test, ast.Constant) and not node.test.value:
        return block(run, node.orelse)
    return _looped(run, node, UNKNOWN)


def _async_for(run: Run, node: ast.AsyncFor) -> Flow:
    fold(run, node.iter)
    return _looped(run, node, UNKNOWN)


def _with(run: Run, node: ast.With | ast.AsyncWith) -> Flow | None:
    from migkit.reading.managers import entered

    return entered(run, node, 0, lambda: block(run, node.body))


def _try(run: Run, node: ast.Try) -> Flow:
    """Go through an attempt, what it does where it fails, and what it does at last."""
    swallows = bool(node.handlers) and any(not _raises(handler.body) for handler in node.handlers)
    run.attempts += swallows
    flow = block(run, node.body)
    run.attempts -= swallows
    names = dict(run.frame.names)
    for handler in node.handlers:
        if handler.name:
            run.frame.names[handler.name] = UNKNOWN
        with run.under(UNKNOWN):
            block(run, handler.body)
    for name, value in names.items():
        if not same(run.frame.names.get(name), value):
            run.frame.names[name] = merged((value,)) if name not in _stored(node) else UNKNOWN
    if flow is Flow.on:
        flow = block(run, node.orelse)
    last = block(run, node.finalbody)
    return last if last is not Flow.on else flow if not swallows else Flow.on


def _raises(body: Sequence[ast.stmt]) -> bool:
    return any(isinstance(each, ast.Raise) for each in body)


def _match(run: Run, node: ast.Match) -> Flow:
    subject = fold(run, node.subject)
    condition = merged((subject,))
    for case in node.cases:
        for each in ast.walk(case.pattern):
            if isinstance(each, ast.MatchAs | ast.MatchStar) and each.name:
                run.frame.names[each.name] = UNKNOWN
        with run.under(condition):
            block(run, case.body)
    return Flow.on


def _function(run: Run, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    run.frame.names[node.name] = Local(node, run.frame)


def _class(run: Run, node: ast.ClassDef) -> None:
    outer = run.frame
    inner = Frame({}, outer)
    run.frame = inner
    try:
        block(run, node.body)
    finally:
        run.frame = outer
    bases = {each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "") for each in node.bases}
    outer.names[node.name] = Klass(node, inner.names, enum=bool(bases & _ENUMS))


def _import(run: Run, node: ast.Import | ast.ImportFrom) -> None:
    run.bind(bound(node))


def _deleted(run: Run, node: ast.Delete) -> None:
    for target in node.targets:
        if isinstance(target, ast.Name):
            run.frame.names.pop(target.id, None)


def expanded(run: Run, given: Local, args: Sequence[Value], named: Mapping[str, Value], node: ast.Call) -> Value:
    """Go through a function of the file with its arguments; gives what it returns."""
    if len(run.calls) >= DEEPEST or any(call.node is given.node for call in run.calls):
        run.unclear(node)
        return merged((*args, *named.values()))
    frame = Frame(_arguments(run, given, args, named), given.frame)
    if isinstance(given.node, ast.Lambda):
        outer, run.frame = run.frame, frame
        try:
            return fold(run, given.node.body)
        finally:
            run.frame = outer
    if _manages(given.node):
        from migkit.reading.managers import Managed

        return Managed(given, frame)
    return entire(run, given.node, frame)


def entire(run: Run, node: Any, frame: Frame, yields: Callable[[Value], None] | None = None) -> Value:
    """Go through a function's body in a frame of its own."""
    call = Call(node, len(run.conditions), yields=yields)
    outer, run.frame = run.frame, frame
    run.calls.append(call)
    try:
        flow = block(run, node.body)
        if flow is Flow.on:
            call.returns.append((None, tuple(run.conditions[call.conditions :])))
    finally:
        run.calls.pop()
        run.frame = outer
        del run.conditions[call.conditions :]
    return _result(call.returns)


def _result(returns: Sequence[tuple[Value, tuple[Unknown, ...]]]) -> Value:
    """Give what a call comes to: of several returns what they have in common, and what decided between them."""
    if not returns:
        return UNKNOWN
    first, under = returns[0]
    if len(returns) == 1 and not under:
        return first
    if all(same(first, value) for value, _ in returns[1:]) and not isinstance(first, Unknown):
        return first
    hung = merged([*(each for _, conditions_ in returns for each in conditions_), *(value for value, _ in returns)])
    truths = [(value, conditions_) for value, conditions_ in returns if isinstance(value, bool)]
    if len(truths) == len(returns) and under:
        facts = tuple(fact for each in under for fact in each.facts)
        return hung.told(facts if first else tuple(Fact(each.names, not each.there) for each in facts))
    return hung


def _arguments(run: Run, given: Local, args: Sequence[Value], named: Mapping[str, Value]) -> dict[str, Value]:
    """Bind a function's parameters."""
    said = given.node.args
    names = [each.arg for each in (*said.posonlyargs, *said.args)]
    found: dict[str, Value] = dict(zip(names, args, strict=False))
    only = [each.arg for each in said.kwonlyargs]
    rest = {name: value for name, value in named.items() if name not in names and name not in only}
    found.update((name, value) for name, value in named.items() if name not in rest)
    defaults = [*zip(names[len(names) - len(said.defaults) :], said.defaults, strict=True)]
    defaults += [(name, each) for name, each in zip(only, said.kw_defaults, strict=True) if each is not None]
    for name, each in defaults:
        if name not in found:
            found[name] = fold(run, each)
    if said.vararg:
        found[said.vararg.arg] = Seq(list(args[len(names) :]), depth=run.depth)
    if said.kwarg:
        found[said.kwarg.arg] = Map(dict(rest), depth=run.depth)
    return {name: found.get(name, UNKNOWN) for name in {*names, *only, *found}}


def _manages(node: ast.AST) -> bool:
    """Whether a function is a context manager by its decorator."""
    given = getattr(node, "decorator_list", ())
    return any("contextmanager" in (getattr(each, "attr", "") or getattr(each, "id", "")) for each in given)


_ACTS: dict[type[ast.stmt], Callable[[Run, Any], Flow | None]] = {
    ast.Expr: _expression,
    ast.Assign: _assignment,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Return: _returned,
    ast.Raise: _raised,
    ast.Break: _leaves,
    ast.Continue: _leaves,
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _async_for,
    ast.While: _while,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.Match: _match,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.Delete: _deleted,
}
