"""What brings a catalogue back: the difference of two snapshots as changes, in an order that the server accepts (pure).

One module for each family, and `of` for the inverse of changes where nothing was tried yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Protocol, cast

from migkit.model import Alter, Change, Constraint, Create, Drop, Engine, Index, Other, Part, Rename, Snapshot

__all__ = ["inverse", "of", "unwritten"]

_FAMILIES = {"mysql": "mysql", "mariadb": "mysql", "postgresql": "postgresql", "sqlite": "sqlite"}


class _Family(Protocol):
    def inverse(self, wanted: Snapshot, present: Snapshot, engine: Engine) -> tuple[Change, ...]: ...


def inverse(before: Snapshot, after: Snapshot, engine: Engine) -> tuple[Change, ...]:
    """Give the changes that make `before` of `after`, in an order that the server accepts; () where they are equal.

    What no SQL expresses is an Other without any. Order that a product cannot set is left: of columns on PostgreSQL
    and SQLite, of keys on MySQL.
    """
    if before.objects == after.objects:
        return ()
    return _paired(_family(engine).inverse(before, after, engine))


def _family(engine: Engine) -> _Family:
    return cast("_Family", import_module(f"migkit.inverse.{_FAMILIES[engine.family]}"))


def unwritten(changes: Iterable[Change]) -> tuple[Other, ...]:
    """Give what of some changes no SQL expresses."""
    parts = [change.part for change in changes if not isinstance(change, Rename)]
    return tuple(part for part in parts if isinstance(part, Other) and not part.create and not part.drop)


def _paired(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Make one change of dropping an index or a constraint and making it again under its name, one after the other."""
    found: list[Change] = []
    for change in changes:
        last = found[-1] if found else None
        if isinstance(change, Create) and isinstance(last, Drop) and _is_one(last.part, change.part):
            found[-1] = Alter(change.part, last.part)
        else:
            found.append(change)
    return tuple(found)


def _is_one(one: Part, other: Part) -> bool:
    if not isinstance(one, Index | Constraint) or not isinstance(other, Index | Constraint):
        return False
    return (type(one), one.table, one.name) == (type(other), other.table, other.name)


def of(changes: Sequence[Change], snapshot: Snapshot, engine: Engine) -> tuple[Change, ...]:
    """Give what takes `changes` back from a catalogue in which they are not made yet: nothing was tried.

    What is dropped or altered comes back as `snapshot` has it, with the indexes and keys that go with it.
    """
    from migkit.inverse.supposed import supposed

    others = tuple(_contrary(change) for change in reversed(changes) if _is_other(change))
    return (*others, *inverse(snapshot, supposed(changes, snapshot, engine), engine))


def _is_other(change: Change) -> bool:
    return not isinstance(change, Rename) and isinstance(change.part, Other)


def _contrary(change: Change) -> Change:
    assert not isinstance(change, Rename)
    return Drop(change.part) if isinstance(change, Create) else Create(change.part)
