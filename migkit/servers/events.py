"""Progress of a server's start, told to whoever asked for it."""

from __future__ import annotations

from collections.abc import Callable

from migkit.model import Event

OnEvent = Callable[[Event], None]


def ignore(_event: Event) -> None:
    """Tell nobody."""
