"""What this process made and has to put away: whatever an interrupt at the worst moment left goes at its exit."""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable
from functools import cache
from typing import Any


def live(remove: Callable[[Any], object]) -> set[Any]:
    """Give the set of this process's things of one kind; `remove` is called with each that is in it at the exit."""
    return _live(remove, os.getpid())


@cache
def _live(remove: Callable[[Any], object], process: int) -> set[Any]:
    found: set[Any] = set()

    def clean() -> None:
        if os.getpid() == process:  # a forked child leaves its parent's alone
            for thing in sorted(found):
                remove(thing)

    atexit.register(clean)
    return found
