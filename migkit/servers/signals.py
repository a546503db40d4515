"""Ctrl-C and SIGTERM around a running server: they end the work in order, and never in the middle of a clean-up."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PATIENCE = 3  # signals until an impatient operator is obeyed at once


@contextmanager
def orderly() -> Iterator[None]:
    """Let SIGTERM and SIGHUP raise SystemExit, so that what was started is stopped; a program's own handlers stay."""
    if not _in_main_thread():
        yield
        return
    taken = [number for number in _ENDING if signal.getsignal(number) == signal.SIG_DFL]
    for number in taken:
        signal.signal(number, _leave)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)


@contextmanager
def held() -> Iterator[None]:
    """Hold signals back until this block is done; the third one breaks it."""
    if not _in_main_thread():
        yield
        return
    pending: list[int] = []
    before = {number: signal.getsignal(number) for number in _ENDING}

    def note(number: int, frame: FrameType | None) -> None:
        pending.append(number)
        handler = before[signal.Signals(number)]
        if len(pending) >= _PATIENCE and callable(handler):
            handler(number, frame)

    # what was not set from Python cannot be put back, and what is ignored stays ignored
    caught = [number for number, handler in before.items() if handler not in (None, signal.SIG_IGN)]
    try:
        for number in caught:
            signal.signal(number, note)
        yield
    finally:
        for number in caught:
            signal.signal(number, before[number])
        if 0 < len(pending) < _PATIENCE:
            signal.raise_signal(pending[0])


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)
