"""The kit's own session on a target: it holds the release's lock for as long as it lives."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from migkit.address import masked_text
from migkit.alembic_io.cursors import driver_connection, keep_alive
from migkit.alembic_io.statements import OWN
from migkit.applying.bounding import SILENT
from migkit.errors import TargetError
from migkit.journal.turn import turn
from migkit.lease import Lease
from migkit.model.release import lock_name
from migkit.servers import login
from migkit.targets import Declared

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.engine import Engine as Connector

_ON_LOOPBACK = False  # with TLS, where the target has it, wherever it is
_ANSWER_SECONDS = 30  # how long an answer to the kit's own session may take, where its driver can be told
_SHOWN = 120  # characters of a statement
IDLE = 180.0  # seconds after which the server ends a session that says nothing: `beating` does, more often


@contextmanager
def session(found: Declared) -> Iterator[Connection]:
    """Log in with the release's lock, each statement its own transaction; the lock goes with the session.

    Raises TargetError at once where another session holds it, or where one of a killed run is still at work, and names
    that one; and where the target does not answer.
    """
    with connected(found) as connection:
        try:
            _take(found, connection)
        except Exception as error:
            raise refused(found, error) from None
        yield connection


@contextmanager
def connected(found: Declared) -> Iterator[Connection]:
    """Log in to the target as the kit itself, each statement its own transaction; TargetError where that fails."""
    engine = _engine(found)
    try:
        try:
            connection = engine.connect()
        except Exception as error:
            raise refused(found, error) from None
        keep_alive(driver_connection(connection), SILENT)
        try:
            yield connection
        finally:
            with suppress(Exception):  # a connection that is lost says so when it is closed too
                connection.close()
    finally:
        engine.dispose()


def _engine(found: Declared) -> Connector:
    """Make the engine of the kit's own sessions on a target."""
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    seconds = max(1, math.ceil(found.target.connect_timeout))
    own = login.console(found.engine).connect_args(found.url.get_driver_name(), _ON_LOOPBACK, seconds)
    arguments = own | dict(found.arguments)
    arguments |= {key: _ANSWER_SECONDS for key in ("read_timeout", "write_timeout") if key in arguments}
    told = {"connect_args": arguments, "execution_options": {OWN: True}}
    engine = create_engine(found.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", **told)
    event.listen(engine, "do_connect", _marked)
    return engine


def _marked(_dialect: Any, record: Any, _cargs: Any, _cparams: Any) -> None:
    """Let what listens to all connections know that it is one of the kit's own."""
    record.info[OWN] = True


def holds(found: Declared, connection: Connection) -> bool:
    """Whether the kit's own session is still there, with the lock."""
    try:
        with turn(connection):
            row = connection.exec_driver_sql(_lease(found).held(_name(found))).first()
    except Exception:  # whatever class the driver uses
        return False
    return bool(row and row[0])


def refused(found: Declared, error: Exception) -> TargetError:
    """Say what kept the kit from its own session."""
    if isinstance(error, TargetError):
        return error
    said = masked_text(login.said(error))
    message = f"target {found.target.name} at {found.address}: {said}"
    return TargetError(message, remedy="look at its address, its login and the network")


def described(row: Sequence[Any]) -> str:
    """Say which session a row of `Lease.holders` is, and what it runs."""
    number, user, host, statement, seconds = row
    who = f" ({user}@{host or 'local'})" if user else ""
    text = " ".join(masked_text(str(statement)).split()) if statement else ""
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    since = f", for {int(seconds)} s" if seconds is not None and shown else ""
    return f"session {number}{who}{': ' if shown else ''}{shown}{since}"


def _take(found: Declared, connection: Connection) -> None:
    lease, name = _lease(found), _name(found)
    for statement in (*lease.keeps(IDLE), *lease.bounds(found.target.lock_timeout, _ANSWER_SECONDS)):
        connection.exec_driver_sql(statement)
    if connection.exec_driver_sql(lease.lock(name)).scalar() != 1:
        held = connection.exec_driver_sql(lease.holders(name)).fetchall()
        who = f": {described(held[0])}" if held else ""
        raise TargetError(
            f"target {found.target.name}: another release is at work on {found.address}{who}",
            remedy="wait until it has ended; `inv mig.status` says what it does" + _ended(lease, held),
        )
    working = connection.exec_driver_sql(lease.workers(name)).fetchall()
    if working:
        raise TargetError(
            f"target {found.target.name}: a session of an earlier run is still at work on {found.address}: "
            f"{described(working[0])}",
            remedy=f"wait until it has ended, or end what it runs: {lease.stop(str(working[0][0]))}"
            + _ended(lease, working),
        )


def _ended(lease: Lease, rows: Sequence[Sequence[Any]]) -> str:
    """Say how a session is ended that nobody uses any more, as it is where a network went away without a word."""
    return f"; where nobody is at it any more, end the session: {lease.end(str(rows[0][0]))}" if rows else ""


def _lease(found: Declared) -> Lease:
    return login.console(found.engine).lease()


def _name(found: Declared) -> str:
    return lock_name(found.address.database)
