"""Whether a pool stands between: something that gives the session of one login to the statements of another.

A lock that is held by a session, its time-outs and that it cannot write are then anybody's: pgbouncer in transaction
mode would hand the kit's read-only session on to the application. So nothing may be set before this was looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from migkit.alembic_io.cursors import session_number
from migkit.errors import TargetError
from migkit.targets import wires
from migkit.targets.declaring import Declared

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_NUMBERS = 1 << 32  # MySQL's greeting has four bytes for the number of a session
_TURNS = 3


class PooledError(TargetError):
    """Statements of one login run in more than one session, or those of two in one."""


def between(connection: Connection, found: Declared) -> bool:
    """Whether the number of the session that the login was told is not the one that the server gives it."""
    told = session_number(connection)
    return told is not None and told % _NUMBERS != _number(connection, found) % _NUMBERS


def held(connection: Connection, found: Declared, another: Callable[[], Connection]) -> None:
    """Raise PooledError where a session is not the login's alone; nothing is set, and `another` is closed again.

    What stands between is asked only where there is something. A proxy that keeps a session for each login passes.
    """
    if not between(connection, found):
        return
    with another() as other:
        mine = [_number(connection, found)]
        for _turn in range(_TURNS):
            its = _number(other, found)
            mine.append(_number(connection, found))
            if its in mine or len(set(mine)) > 1:
                raise _pooled(found)


def _number(connection: Connection, found: Declared) -> int:
    return int(connection.exec_driver_sql(wires.wire(found).SESSION_SQL).scalar_one())


def _pooled(found: Declared) -> PooledError:
    said = "a pool answers there, which gives one session to several logins (pgbouncer: pool_mode=transaction)"
    return PooledError(
        f"target {found.target.name} at {found.address}: {said}: no lock, time-out or read-only session would hold",
        remedy="let the target's URL lead to the server itself, or to a pool that keeps a session for each login",
    )
