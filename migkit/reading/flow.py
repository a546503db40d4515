"""How a block of a function ends, and what is known after two ways of which one was gone."""

from __future__ import annotations

from enum import Enum

from migkit.reading import conditions
from migkit.reading.arithmetic import same
from migkit.reading.run import Run
from migkit.reading.values import UNKNOWN, Sym, Unknown, Value, merged


class Flow(Enum):
    """How a block ends."""

    on = "on"
    returned = "returned"
    raised = "raised"
    next = "next"  # continue, break


def join_names(run: Run, after: dict[str, Value], first: Flow, second: Flow, condition: Unknown) -> None:
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


def join_flows(run: Run, first: Flow, second: Flow, condition: Unknown) -> Flow:
    """Say how both ways end; the one that leaves makes the rest hang on the other's condition."""
    if first is Flow.on and second is Flow.on:
        return Flow.on
    if first is not Flow.on and second is not Flow.on:
        return Flow.raised if first is second is Flow.raised else first if first is not Flow.raised else second
    left = first if first is not Flow.on else second
    if left is not Flow.raised:
        run.conditions.append(conditions.negation(condition) if first is not Flow.on else condition)
    return Flow.on
