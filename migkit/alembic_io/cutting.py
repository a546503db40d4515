"""A cut: every session of a step ends right after one of its statements, as if its process had been killed.

The server ends the sessions, so that no driver has to be known, and an open transaction is rolled back by the server as
it is for a process that died. SQLite has no server: SQLAlchemy closes the connection without a commit. From then on
nothing of the step reaches a database, whatever its `except` and `finally` try.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any


class Lost(BaseException):  # says what happened
    """The connection is gone. No Exception: a revision that passes over errors is not told that it may go on.

    SQLAlchemy drops a connection in whose use such a thing is raised, without another word to the server.
    """


class Cutting:
    """A cut that is to be made after statement number `after` of the next step; `made` once it was."""

    def __init__(self, after: int, end: Callable[[], None]) -> None:
        self.made = False
        self._after = after
        self._end = end

    def sent(self, number: int, cursor: Any) -> None:
        """Make the cut if this statement, which ran to its end, is the one: raises Lost."""
        if number == self._after and not self.made:
            _drain(cursor)
            self.made = True
            self._end()
            self.refuse()

    def refuse(self, *_whatever: Any) -> None:
        """Raise Lost once the cut was made."""
        if self.made:
            raise Lost("the connection was cut here, as a rehearsal asked for")


def _drain(cursor: Any) -> None:
    """Let the rest of several statements in one run: MySQL answers them one by one."""
    real = getattr(cursor, "_cursor", cursor)
    with contextlib.suppress(Exception):  # the last one may fail, and other drivers have no further answers
        while getattr(real, "_result", None) is not None and real._result.has_next and real.nextset():
            pass
