"""A session on a target that refuses to write."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from migkit import guard
from migkit.address import masked_text
from migkit.alembic_io.cursors import driver_connection, keep_alive
from migkit.errors import TargetError
from migkit.model import Target
from migkit.servers import login
from migkit.targets import pooling, wires
from migkit.targets.declaring import Declared

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.exc import DBAPIError

_ANSWER_SECONDS = 30.0
_GRACE_SECONDS = 10.0  # the server ends what it was told to bound, and says so
_SILENT_SECONDS = 30
_ASTRAY = "unset what leads the driver there: PGHOSTADDR, PGSERVICE and the like"
_ON_LOOPBACK = False  # a target is connected to with TLS, where it has it, wherever it is


@contextmanager
def reading(found: Declared, *, patient: bool = False) -> Iterator[Connection]:
    """Log in for the time of this block, each statement its own transaction, in which the server refuses to write.

    The guard holds the process to the target's address meanwhile. Raises TargetError where no login is done within
    the target's `connect_timeout`, for what the server refuses, and for a pool that shares sessions. An answer may then
    take half a minute, or, where rows are read (`patient`), as long as its `statement_timeout`; a network that is gone
    is noticed before that.
    """
    from sqlalchemy import create_engine
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.pool import NullPool

    spoken = login.console(found.engine)
    seconds = max(1, math.ceil(found.target.connect_timeout))
    arguments = spoken.connect_args(found.url.get_driver_name(), _ON_LOOPBACK, seconds) | dict(found.arguments)
    engine = create_engine(found.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=arguments)
    with guard.installed(found.address, what="the target", remedy=_ASTRAY, plain=False) as guarded, guarded.enforced():
        try:
            with engine.connect() as connection:
                pooling.held(connection, found, engine.connect)
                _lengthen(found, connection, patient=patient)
                for statement in spoken.read_only_sql:
                    connection.exec_driver_sql(statement)
                yield connection
        except DBAPIError as error:
            raise _refused(found, error) from None
        finally:
            engine.dispose()


def _lengthen(found: Declared, connection: Connection, *, patient: bool) -> None:
    """Let answers take their time: the login had the deadline of the way there."""
    seconds = found.target.statement_timeout + _GRACE_SECONDS if patient else 0.0
    its = driver_connection(connection)
    keep_alive(its, _SILENT_SECONDS)
    wires.wire(found).wait_for_answers(its, max(_ANSWER_SECONDS, seconds))


def _refused(found: Declared, error: DBAPIError) -> TargetError:
    message = f"target {found.target.name} at {found.address}: {masked_text(login.said(error))}"
    return TargetError(message, remedy=wires.remedy(found, error.orig or error) or _remedy(found.target))


def _remedy(target: Target) -> str:
    return "connect to the VPN" if target.vpn else "look at its address, its login and the network"
