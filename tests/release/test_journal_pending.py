"""Whether a transaction is open, as far as PyMySQL's last packets tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from migkit.alembic_io.cursors import pending

IN, OUT = 1, 2  # of the server's status: SERVER_STATUS_IN_TRANS, SERVER_STATUS_AUTOCOMMIT
ROWS = (("id",),)


@dataclass
class Result:
    """A result of PyMySQL's."""

    description: Any = None
    has_next: bool = False
    unbuffered_active: bool = False


@dataclass(eq=False)
class Connection:
    """A connection of PyMySQL's: a status of the last OK, and the last result, None behind an error."""

    server_status: int
    _result: Result | None = None


@pytest.mark.parametrize(
    ("status", "result", "said"),
    [
        (IN, Result(), True),
        (OUT, Result(), False),
        (IN, Result(ROWS), True),
        (OUT, Result(ROWS), None),
        (OUT, Result(has_next=True), None),
        (IN, Result(has_next=True), None),
        (OUT, Result(unbuffered_active=True), None),
        (OUT, None, False),
        (IN, None, True),
    ],
)
def test_what_a_packet_does_not_say_is_not_guessed(status: int, result: Result | None, said: bool | None) -> None:
    assert pending(Connection(status, result)) is said


def test_behind_an_error_that_stands_which_stood_before() -> None:
    connection = Connection(OUT, Result(ROWS))
    assert pending(connection) is None
    connection._result = None
    assert pending(connection) is None
    connection._result = Result()
    assert pending(connection) is False
    connection._result = None
    assert pending(connection) is False
