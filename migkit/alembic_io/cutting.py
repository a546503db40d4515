"""A cut: every session of a step ends after one of its statements, as if its process had been killed.

That is right before the next one, or before Alembic writes the version: what commits in between (an autocommit block,
`connection.commit()`) was done. The server ends the sessions, so that no driver has to be known, and rolls an open
transaction back as it does for a process that died; SQLite has none, and SQLAlchemy closes the connection without a
commit. From then on nothing of the step reaches a database, whatever its `except` and `finally` try.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from typing import Any


class Lost(BaseException):  # says what happened
    """The connection is gone. No Exception: a revision that passes over errors is not told that it may go on."""


class Cutting:
    """A cut that is to be made after statement number `after` of the next step; `made` once it was.

    `held` says whether it is code of the user's that runs: what the kit itself says to the server meanwhile (that a
    login has a privilege no longer) goes through.
    """

    def __init__(self, after: int, end: Callable[[], None], held: Callable[[], bool] = lambda: True) -> None:
        self.made = False
        self._begun = False
        self._after = after
        self._end = end
        self._held = held

    def begin(self) -> None:
        """Count from here: the revision's own code runs now."""
        self._begun = True

    def before(self, sent: int, connections: Iterable[Any]) -> None:
        """Make the cut if so many statements were sent, and another is to follow; raise Lost from then on.

        What commits between two statements is done by then, as `connections` were used by the step.
        """
        if self._begun and sent == self._after and not self.made:
            self.made = True
            self._end()
            for connection in connections:
                with contextlib.suppress(Exception):  # it may be closed already
                    connection.invalidate()
        self.refuse()

    def refuse(self) -> None:
        """Raise Lost once the cut was made."""
        if self.made and self._held():
            raise Lost("the connection was cut here, as a rehearsal asked for")
