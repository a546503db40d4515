"""What the server says of the objects that a statement names, before it and afterwards, and of its session."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from migkit.model import Engine
from migkit.servers import login

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


class Eyes:
    """What the kit's own session sees; without one, or where it may not look, nothing is guessed."""

    def __init__(self, engine: Engine, connection: Connection | None) -> None:
        self._engine = engine
        self._ledger = login.console(engine).ledger
        self._connection = connection
        self._sessions: dict[int, str] = {}

    def commits(self, sql: str) -> bool:
        """Whether the server commits a statement by itself, whatever transaction is open."""
        return self._ledger.commits(sql)

    def session(self, number: int | None) -> str:
        """Give the name of the server's session `number`, which no later one will have; "" where it is not known."""
        if number is None or self._connection is None:
            return "" if number is None else str(number)
        if number not in self._sessions:
            self._sessions[number] = str(number)
            with contextlib.suppress(Exception):  # it may not look
                self._sessions[number] = self._ledger.session(self.ask, number)
        return self._sessions[number]

    def before(self, sql: str) -> Mapping[str, str | None]:
        """Give what the objects that a statement names look like now, None for those that are not there."""
        del sql
        return {}

    def ask(self, sql: str) -> Sequence[Sequence[Any]]:
        """Give the rows of an answer. Raises whatever the driver does."""
        assert self._connection is not None
        with contextlib.closing(self._connection.connection.cursor()) as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())
