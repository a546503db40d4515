"""A session that env.py has opened: bounded, known to be at work, and with the server that was looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from migkit.alembic_io.cursors import keep_alive
from migkit.errors import TargetError
from migkit.gate import Denied
from migkit.model.release import lock_name
from migkit.servers import login
from migkit.targets import Declared
from migkit.values import dataclass

KEY = "migkit_session"
SILENT = 30  # seconds after which a connection without an answer to a probe is dead
IDLE = 3600.0  # seconds for which code of a revision may leave its session alone; the server ends it then


@dataclass(frozen=True, slots=True)
class Session:
    """A session of a migration: the server's `id` of it, and whether a lock time-out takes back its transaction."""

    id: str = ""
    whole: bool = True


def bounded(connection: Any, found: Declared, server: str) -> Session:
    """Bound a session by its driver's connection. Raises TargetError where it is with another server than `server`."""
    keep_alive(connection, SILENT)
    lease, target = login.console(found.engine).lease(), found.target
    told = lease.bounds(target.lock_timeout, target.statement_timeout)
    cursor = connection.cursor()
    try:
        for statement in (*told, *lease.leaves(max(IDLE, target.statement_timeout))):
            cursor.execute(statement)
        ident, whole = _row(cursor, lease.own_sql)
        for question in lease.working(lock_name(found.address.database)):
            if _row(cursor, question)[0] == 1:
                break
        if server:
            _recognize(cursor, found, server)
    finally:
        cursor.close()
    connection.commit()
    return Session(str(ident), bool(int(whole)))


def own(connection: Any) -> Session:
    """Give what is known of the session of SQLAlchemy's connection."""
    found = connection.connection.info.get(KEY)
    return found if isinstance(found, Session) else Session()


def _recognize(cursor: Any, found: Declared, server: str) -> None:
    def ask(sql: str) -> Sequence[Sequence[Any]]:
        try:
            cursor.execute(sql)
            return list(cursor.fetchall())
        except Exception as error:
            raise Denied(str(error)) from error

    try:
        its = login.console(found.engine).gate().server_id(ask)
    except Denied:
        return
    if its != server:
        raise TargetError(
            f"refused: env.py's session is with the server {its}, and {server} was looked at",
            remedy="look what stands between here and the target: a proxy may lead to several servers",
        )


def _row(cursor: Any, question: str) -> Sequence[Any]:
    cursor.execute(question)
    return list(cursor.fetchall()[0])
