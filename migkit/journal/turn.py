"""Whose turn it is to use the kit's own session: an answer may be on its way to what was sent beside a statement."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_KEY = "migkit_turn"


class Turn:
    """The turn of one connection: whoever has it (`with`) finds nothing unread there."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owed: Callable[[], None] | None = None

    def owes(self, read: Callable[[], None]) -> None:
        """Let what has the turn next read an answer first; `read` raises nothing."""
        self._owed = read

    def __enter__(self) -> None:
        self._lock.acquire()
        read, self._owed = self._owed, None
        if read is not None:
            read()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()


def turn(connection: Connection) -> Turn:
    """Give the turn of a connection, which whoever asks it something has for as long."""
    its: Turn = connection.info.setdefault(_KEY, Turn())
    return its
