"""What a function of a revision does, statement by statement: loops unrolled, its file's own helpers gone into."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

from migkit.reading import conditions, loops, managers
from migkit.reading.arithmetic import added, same
from migkit.reading.containers import assign
from migkit.reading.expressions import fold
from migkit.reading.flow import Flow, join_flows, join_names
from migkit.reading.imports import bound
from migkit.reading.run import Run
from migkit.reading.values import (
    UNKNOWN,
    Frame,
    Klass,
    Local,
    Unknown,
    Value,
    merged,
)

_ENUMS = frozenset({"Enum", "StrEnum", "IntEnum"})


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
    join_names(run, after, first, second, condition)
    return join_flows(run, first, second, condition)


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


def _with(run: Run, node: ast.With | ast.AsyncWith) -> Flow | None:
    return managers.entered(run, node, 0, lambda: block(run, node.body))


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
            run.frame.names[name] = merged((value,)) if name not in loops.stored(node) else UNKNOWN
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
    ast.For: loops.known,
    ast.AsyncFor: loops.awaited,
    ast.While: loops.repeated,
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
