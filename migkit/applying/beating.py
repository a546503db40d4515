"""Keeps the kit's own session alive while a migration's statement runs for hours: it asks something now and then.

So neither the server nor what stands between takes it for one that nobody uses any more. What it then has of the server
is a bound: where the network goes away without a word, the session ends with the release's lock in it.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from migkit.journal.turn import turn

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

EACH = 20.0  # seconds; `session.IDLE` is many of them
_GRACE = 10.0  # seconds for an answer that is on its way at the end


@contextlib.contextmanager
def beating(own: Connection) -> Iterator[None]:
    """Ask the server something each `EACH` seconds of this block, between what others ask in the session `own`."""
    over = threading.Event()
    thread = threading.Thread(target=_beat, args=(own, over), name="migkit-beating", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(_GRACE)


def _beat(own: Connection, over: threading.Event) -> None:
    while not over.wait(EACH):
        try:
            with turn(own), contextlib.closing(own.connection.cursor()) as cursor:
                cursor.execute("SELECT 1")
                cursor.fetchall()
        except Exception:  # whatever class the driver uses: the release looks for its lock itself
            return
