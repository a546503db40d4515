"""Whose turn it is to use the kit's own session: a line goes into the table beside the statement that it is about."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_KEY = "migkit_turn"


def turn(connection: Connection) -> threading.Lock:
    """Give the lock of a connection, which whoever takes it holds for as long as it is asked something."""
    lock: threading.Lock = connection.info.setdefault(_KEY, threading.Lock())
    return lock
