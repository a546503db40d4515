"""What Ctrl-C, SIGTERM and SIGHUP do while a release is applied: it ends after the statement that runs.

A handler that only remembers interrupts nothing: no socket is left in the middle of an answer.
"""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
_TICK = 0.1  # how long a pause goes on after it was interrupted, at most


class Stop:
    """How often the operator has asked for the end: once after the statement that runs, twice for its end too."""

    def __init__(self) -> None:
        self.asked = 0

    @property
    def wanted(self) -> bool:
        """Whether nothing more is to be sent."""
        return self.asked > 0

    @property
    def urgent(self) -> bool:
        """Whether the statement that runs is to be ended too."""
        return self.asked > 1

    def ask(self, *_signal: Any) -> None:
        """Ask once more."""
        self.asked += 1

    def pause(self, seconds: float) -> None:
        """Wait, unless the end is asked for."""
        until = time.monotonic() + seconds
        while not self.wanted and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _TICK))


@contextlib.contextmanager
def stopping() -> Iterator[Stop]:
    """Remember the signals for the time of this block; only the main thread of a process gets any."""
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    kept = {number: signal.signal(number, stop.ask) for number in _SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
