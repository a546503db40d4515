"""What a foreign key does when the row that it refers to goes or changes."""

from __future__ import annotations

from collections.abc import Mapping

from migkit.reading.values import Value, string


def actions(named: Mapping[str, Value]) -> frozenset[str] | None:
    """Give the actions that `ondelete` and `onupdate` name; None where they are not constant."""
    found = {when: named.get(key) for when, key in (("on delete", "ondelete"), ("on update", "onupdate"))}
    said = {when: string(value).lower() for when, value in found.items() if value is not None}
    if not all(said.values()):
        return None
    return frozenset(f"{when} {action}" for when, action in said.items() if action != "no action")
