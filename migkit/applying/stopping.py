"""What Ctrl-C, SIGTERM and SIGHUP do while a release is applied: it ends after the statement that runs.

A signal is only heard, and interrupts nothing: no socket is left in the middle of an answer. It is heard by whoever
looks, in any thread, since a driver written in C may not come back to Python while a statement runs.
"""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
_TICK = 0.1  # how long a pause goes on after it was interrupted, at most
_MOST = 64  # signals that are read at once


class Stop:
    """How often the operator has asked for the end: once after the statement that runs, twice for its end too."""

    def __init__(self, ear: socket.socket | None = None) -> None:
        self._ear, self._asked, self._turn = ear, 0, threading.Lock()

    @property
    def wanted(self) -> bool:
        """Whether nothing more is to be sent."""
        return self._heard() > 0

    @property
    def urgent(self) -> bool:
        """Whether the statement that runs is to be ended too."""
        return self._heard() > 1

    def pause(self, seconds: float) -> None:
        """Wait, unless the end is asked for."""
        until = time.monotonic() + seconds
        while not self.wanted and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _TICK))

    def _heard(self) -> int:
        """Count the signals; Python writes the number of each one, as a byte, when it comes."""
        with self._turn:
            if self._ear is not None:
                with contextlib.suppress(BlockingIOError):
                    self._asked += sum(number in _SIGNALS for number in self._ear.recv(_MOST))
            return self._asked


@contextlib.contextmanager
def stopping() -> Iterator[Stop]:
    """Hear the signals for the time of this block; only the main thread of a process gets any."""
    if threading.current_thread() is not threading.main_thread():
        yield Stop()
        return
    ear, mouth = socket.socketpair()
    with ear, mouth:
        ear.settimeout(0)
        mouth.settimeout(0)
        before = signal.set_wakeup_fd(mouth.fileno(), warn_on_full_buffer=False)
        kept = {number: signal.signal(number, _nothing) for number in _SIGNALS}
        try:
            yield Stop(ear)
        finally:
            for number, handler in kept.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(before)


def _nothing(*_signal: Any) -> None:
    """Take a signal that was written down already."""
