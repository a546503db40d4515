"""What a loop meets, where that is known."""

from __future__ import annotations

from migkit.reading.run import Run
from migkit.reading.values import Klass, Local, Map, Member, Seq, Text, Unknown, Value

MOST = 50


def elements(run: Run, value: Value) -> list[Value] | None:
    """Give the items of a sequence, None where they are not known."""
    del run
    if isinstance(value, Seq):
        return list(value.items) if value.whole else None
    if isinstance(value, Map):
        return [keyed(key) for key in value.items] if value.whole else None
    if isinstance(value, Klass) and value.enum:
        return members(value)
    return None


def keyed(key: object) -> Value:
    """Give a dictionary's key as a value."""
    if isinstance(key, str):
        return Text(key)
    return Seq([keyed(each) for each in key]) if isinstance(key, tuple) else key


def members(value: Klass) -> list[Value]:
    """Give the members of an enum of the file's own."""
    kept = {name: each for name, each in value.names.items() if not name.startswith("_")}
    return [Member(name, each) for name, each in kept.items() if not isinstance(each, Local | Unknown)]
