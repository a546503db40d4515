"""What stands behind `with`: batches, autocommit blocks, sessions, the file's own context managers."""

from __future__ import annotations

import ast
from collections.abc import Callable

from migkit.reading import expansion
from migkit.reading.containers import assign
from migkit.reading.expressions import fold
from migkit.reading.flow import Flow
from migkit.reading.run import Run
from migkit.reading.values import Frame, Local, Sym, Value
from migkit.values import dataclass

Body = Callable[[], Flow]


@dataclass(frozen=True, slots=True, eq=False)
class Managed:
    """A context manager of the file's own, called and not yet entered."""

    given: Local
    frame: Frame


def entered(run: Run, node: ast.With | ast.AsyncWith, place: int, body: Body) -> Flow:
    """Enter the managers of a `with` from the one at `place`, go through the body, and leave them."""
    if place == len(node.items):
        return body()
    item = node.items[place]
    value = fold(run, item.context_expr)
    flows: list[Flow] = []

    def inner(given: Value) -> None:
        if item.optional_vars is not None:
            assign(run, item.optional_vars, given)
        flows.append(entered(run, node, place + 1, body))

    _managed(run, value, inner)
    return flows[0] if flows else Flow.on


def _managed(run: Run, value: Value, inner: Callable[[Value], None]) -> None:
    if isinstance(value, Managed) and not isinstance(value.given.node, ast.Lambda):
        _own(run, value, inner)
        return
    path = value.path if isinstance(value, Sym) else ""
    autocommit, attempt = path.endswith(".autocommit_block()"), path == "contextlib.suppress()"
    run.autocommit += autocommit
    run.attempts += attempt
    try:
        inner(value)
    finally:
        run.autocommit -= autocommit
        run.attempts -= attempt


def _own(run: Run, value: Managed, inner: Callable[[Value], None]) -> None:
    """Go through a generator; at its `yield` the body of the `with` runs, in the names around that."""
    outer = run.frame
    yielded: list[Value] = []

    def body(given: Value) -> None:
        if yielded:
            return
        yielded.append(given)
        call, frame = run.calls.pop(), run.frame
        run.frame = outer
        try:
            inner(given)
        finally:
            run.frame = frame
            run.calls.append(call)

    expansion.entire(run, value.given.node, value.frame, body)
    if not yielded:
        inner(None)
