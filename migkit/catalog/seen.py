"""What a login sees of a catalogue, as a value."""

from __future__ import annotations

from migkit.model import Snapshot
from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Seen:
    """What a login sees: `unread` are the objects, by kind and name, whose definition it may not read.

    `blind` are the kinds of objects of which it may not even know that they are there.
    """

    snapshot: Snapshot
    unread: frozenset[tuple[str, str]] = frozenset()
    blind: frozenset[str] = frozenset()
