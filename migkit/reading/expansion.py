"""A function of the file that is called: its parameters bound, its body gone through, what it returns."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from migkit.reading import managers, statements
from migkit.reading.arithmetic import same
from migkit.reading.flow import Flow
from migkit.reading.run import DEEPEST, Call, Run
from migkit.reading.values import UNKNOWN, Fact, Frame, Local, Map, Seq, Unknown, Value, merged


def expanded(run: Run, given: Local, args: Sequence[Value], named: Mapping[str, Value], node: ast.Call) -> Value:
    """Go through a function of the file with its arguments; gives what it returns."""
    if len(run.calls) >= DEEPEST or any(call.node is given.node for call in run.calls):
        run.unclear(node)
        return merged((*args, *named.values()))
    frame = Frame(_arguments(run, given, args, named), given.frame)
    if isinstance(given.node, ast.Lambda):
        outer, run.frame = run.frame, frame
        try:
            return run.fold(run, given.node.body)
        finally:
            run.frame = outer
    if _manages(given.node):
        return managers.Managed(given, frame)
    return entire(run, given.node, frame)


def entire(run: Run, node: Any, frame: Frame, yields: Callable[[Value], None] | None = None) -> Value:
    """Go through a function's body in a frame of its own."""
    call = Call(node, len(run.conditions), yields=yields)
    outer, run.frame = run.frame, frame
    run.calls.append(call)
    try:
        flow = statements.block(run, node.body)
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
            found[name] = run.fold(run, each)
    if said.vararg:
        found[said.vararg.arg] = Seq(list(args[len(names) :]), depth=run.depth)
    if said.kwarg:
        found[said.kwarg.arg] = Map(dict(rest), depth=run.depth)
    return {name: found.get(name, UNKNOWN) for name in {*names, *only, *found}}


def _manages(node: ast.AST) -> bool:
    """Whether a function is a context manager by its decorator."""
    given = getattr(node, "decorator_list", ())
    return any("contextmanager" in (getattr(each, "attr", "") or getattr(each, "id", "")) for each in given)
