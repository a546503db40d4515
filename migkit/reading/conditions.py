"""What a condition is known to be, and which questions to the database it hangs on."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence

from migkit.product import Family
from migkit.reading.run import Run
from migkit.reading.values import (
    UNKNOWN,
    Fact,
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
    merged,
    plain,
    texts_in,
)

OFFLINE = Unknown(offline=True, truth=False)
INSPECTORS = frozenset(
    {
        "sqlalchemy.inspect()",
        "sqlalchemy.Inspector()",
        "sqlalchemy.Inspector.from_engine()",
        "sqlalchemy.engine.reflection.Inspector()",
        "sqlalchemy.engine.reflection.Inspector.from_engine()",
        "sqlalchemy.engine.Inspector.from_engine()",
        "sqlalchemy.engine.Inspector()",
        "sqlalchemy.reflection.Inspector.from_engine()",
        "sqlalchemy.inspection.inspect()",
    }
)
_NAMES: dict[Family, Text | Unknown] = {
    "mysql": Text("mysql"),
    "mariadb": Unknown(choices=frozenset({"mysql", "mariadb"})),  # by the URL's first word
    "postgresql": Text("postgresql"),
    "sqlite": Text("sqlite"),
}
_ORDER: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: lambda one, other: one < other,
    ast.LtE: lambda one, other: one <= other,
    ast.Gt: lambda one, other: one > other,
    ast.GtE: lambda one, other: one >= other,
}
_LAST = 16


def dialect(family: Family, node: ast.expr) -> Value:
    """Give the name of the dialect that migrations of a family run with."""
    known = _NAMES[family]
    return Text(known.value, ((0, node, 0),)) if isinstance(known, Text) else known


def truth(value: Value) -> bool | None:
    """Say whether a value counts as true; None where that cannot be told."""
    if isinstance(value, Unknown):
        return value.truth
    if isinstance(value, Text):
        return True if value.value and not value.holes else None if value.holes else False
    if isinstance(value, Seq | Map):
        return bool(value.items) if value.whole else None
    if isinstance(value, Local | Klass | Member):
        return True
    return bool(value) if isinstance(value, Scalar) else None


def negated(value: Value) -> Value:
    """Give `not value`."""
    if isinstance(value, Unknown):
        return negation(value)
    known = truth(value)
    return UNKNOWN if known is None else not known


def negation(value: Unknown) -> Unknown:
    """Turn a condition round: what was there is not."""
    if value is UNKNOWN:
        return value
    facts = tuple(Fact(fact.names, not fact.there) for fact in value.facts)
    return value.told(facts, None if value.truth is None else not value.truth)


def both(values: Sequence[Value], *, truth: bool | None = None) -> Unknown:
    """Give what several conditions come to together: the questions of all of them.

    What is_offline_mode() says counts as known, but its having been asked stays.
    """
    found = merged(values)
    open_ones = [each for each in values if not isinstance(each, Unknown) or each.truth is None]
    known = [each.truth for each in values if isinstance(each, Unknown) and each.truth is not None]
    if truth is None and not open_ones and known:
        truth = known[-1]
    return found.told(found.facts, truth) if truth is not None else found


def compared(run: Run, operator: ast.cmpop, left: Value, right: Value, node: ast.expr) -> Value:
    """Give what a comparison comes to."""
    del run, node
    if isinstance(operator, ast.In | ast.NotIn):
        found = _within(left, right)
        return negated(found) if isinstance(operator, ast.NotIn) else found
    equal = isinstance(operator, ast.Eq | ast.Is)
    if equal or isinstance(operator, ast.NotEq | ast.IsNot):
        found = _equal(left, right)
        return found if equal else negated(found)
    return _ordered(operator, left, right)


def _within(left: Value, right: Value) -> Value:
    name = plain(left)
    if isinstance(left, Unknown) and left.choices and isinstance(right, Seq):
        inside = left.choices & set(texts_in(right))
        return True if inside == left.choices else UNKNOWN if inside else False
    if isinstance(right, Unknown):
        return _asked(right, left)
    known = plain(right)
    if isinstance(name, Unknown) or isinstance(known, Unknown):
        return merged((left, right))
    try:
        return name in known
    except (TypeError, ValueError):  # `300 in b"x"`
        return UNKNOWN


def _asked(answer: Unknown, about: Value) -> Unknown:
    """Give the question whether a name is among what the database said."""
    if not answer.catalogue:
        return answer if answer is UNKNOWN else answer.told(answer.facts, answer.truth)
    names = frozenset(each.lower() for each in texts_in(about))
    known = frozenset(name for fact in answer.facts for name in fact.names)
    return answer.told((Fact(known | names, there=True),), answer.truth)


def _equal(left: Value, right: Value) -> Value:
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Unknown) and one.choices and isinstance(other, Text):
            return UNKNOWN if other.value in one.choices else False
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Unknown) and (one.asks or one.offline):
            return _answered(one, other)
    known = plain(left), plain(right)
    if any(isinstance(each, Unknown) for each in known):
        return False if _never_none(left, right) or _never_none(right, left) else UNKNOWN
    return bool(known[0] == known[1])


def _never_none(one: Value, other: Value) -> bool:
    return other is None and isinstance(one, Text | Seq | Map | Sym | Local | Klass)


def _answered(answer: Unknown, other: Value) -> Unknown:
    """Give what it means that an answer is a certain one: of nothing, that it is not there."""
    if isinstance(other, Text):
        return _asked(answer, other)
    return negation(answer) if not isinstance(other, Unknown) and not truth(other) else answer


def _ordered(operator: ast.cmpop, left: Value, right: Value) -> Value:
    numbers = all(isinstance(each, int | float) for each in (left, right))
    if numbers and type(operator) in _ORDER:
        return bool(_ORDER[type(operator)](left, right))
    if isinstance(left, Unknown) and left.asks:
        few = isinstance(operator, ast.Lt | ast.LtE) and right in (0, 1) and not isinstance(right, bool)
        return negation(left) if few else left
    return merged((left, right))


def names_in(values: Iterable[Value]) -> frozenset[str]:
    """Give the names that a question mentions, in small letters."""
    return frozenset(each.lower() for value in values for each in texts_in(value) if each)
