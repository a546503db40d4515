"""Changes turned round: what undoes them by their own words, and what they come to where nobody can say more (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from migkit.model import (
    Alter,
    Change,
    Column,
    Create,
    Drop,
    Engine,
    EnumValue,
    Rename,
)


def contrary(changes: Sequence[Change]) -> tuple[Change, ...] | None:
    """Give what undoes the changes by their own words; None where they do not say it."""
    found: list[Change] = []
    for change in reversed(changes):
        if isinstance(change, Create):
            found.append(Drop(change.part))
        elif isinstance(change, Alter) and change.was is not None:
            found.append(Alter(change.was, change.part))
        elif isinstance(change, Rename):
            table = change.new if change.kind == "table" else change.table
            found.append(Rename(table, change.new, change.old, change.kind))
        else:
            return None
    return tuple(found)


def forgetful(change: Change, engine: Engine) -> Change:
    """Leave open what a column is to be where a change of its type would forget what is not said again."""
    if isinstance(change, Rename) or not engine.columns.forgets:
        return change
    if isinstance(change, Alter) and isinstance(change.part, Column):
        return Alter(replace(change.part, definition=""))
    if isinstance(change.part, EnumValue):
        return Alter(Column(change.part.table, change.part.enum))
    return change
