"""How a release has a MySQL or MariaDB database for itself.

GET_LOCK's locks belong to the server and go with their session (MySQL manual, Locking Functions); a session whose
client is gone ends no earlier than its statement.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace

from migkit.lease import Lease

_SLOTS = 8  # sessions of env.py that say that they are at work; GET_LOCK's locks cannot be shared
_LONGEST = 64  # characters of a lock's name (MySQL manual, GET_LOCK)
_DEADLOCK = 1213
_BUSY = frozenset({1205, _DEADLOCK, 3572})  # lock wait timeout, deadlock, NOWAIT
_CLIENT = range(2000, 3000)  # what a client library says by itself
_ENDED = frozenset({0, 1053, 1152, 1158, 1159, 1160, 1161, 1184, 1927, 3032, 4031})  # session or server is going
_WAITS = """
SELECT DISTINCT t.PROCESSLIST_ID, t.PROCESSLIST_USER, t.PROCESSLIST_HOST, t.PROCESSLIST_INFO, t.PROCESSLIST_TIME
FROM performance_schema.threads mine
JOIN performance_schema.metadata_locks w ON w.OWNER_THREAD_ID = mine.THREAD_ID AND w.LOCK_STATUS = 'PENDING'
JOIN performance_schema.metadata_locks g ON g.OBJECT_TYPE = w.OBJECT_TYPE AND g.OBJECT_SCHEMA = w.OBJECT_SCHEMA
  AND g.OBJECT_NAME = w.OBJECT_NAME AND g.LOCK_STATUS = 'GRANTED' AND g.OWNER_THREAD_ID <> w.OWNER_THREAD_ID
JOIN performance_schema.threads t ON t.THREAD_ID = g.OWNER_THREAD_ID
WHERE mine.PROCESSLIST_ID = {session}
"""
_ROW_WAITS = """
SELECT DISTINCT t.PROCESSLIST_ID, t.PROCESSLIST_USER, t.PROCESSLIST_HOST, t.PROCESSLIST_INFO, t.PROCESSLIST_TIME
FROM performance_schema.threads mine
JOIN performance_schema.data_lock_waits w ON w.REQUESTING_THREAD_ID = mine.THREAD_ID
JOIN performance_schema.threads t ON t.THREAD_ID = w.BLOCKING_THREAD_ID
WHERE mine.PROCESSLIST_ID = {session}
"""
_MARIADB_ROW_WAITS = """
SELECT DISTINCT p.ID, p.USER, p.HOST, p.INFO, p.TIME FROM information_schema.INNODB_TRX mine
JOIN information_schema.INNODB_LOCK_WAITS w ON w.requesting_trx_id = mine.trx_id
JOIN information_schema.INNODB_TRX b ON b.trx_id = w.blocking_trx_id
JOIN information_schema.PROCESSLIST p ON p.ID = b.trx_mysql_thread_id
WHERE mine.trx_mysql_thread_id = {session}
"""
_MARIADB_WAITS = """
SELECT DISTINCT p.ID, p.USER, p.HOST, p.INFO, p.TIME FROM information_schema.METADATA_LOCK_INFO l
JOIN information_schema.PROCESSLIST p ON p.ID = l.THREAD_ID
WHERE l.TABLE_SCHEMA = DATABASE() AND l.THREAD_ID NOT IN ({session}, CONNECTION_ID())
"""
_SESSIONS = """
SELECT l.id, p.USER, p.HOST, p.INFO, p.TIME FROM ({used}) l
LEFT JOIN information_schema.PROCESSLIST p ON p.ID = l.id WHERE l.id IS NOT NULL
"""
_OTHERS = """
SELECT ID, USER, HOST, INFO, TIME FROM information_schema.PROCESSLIST
WHERE DB = DATABASE() AND ID NOT IN ({session}, CONNECTION_ID()) ORDER BY TIME DESC LIMIT 3
"""


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _slots(name: str) -> tuple[str, ...]:
    short = name if len(name) <= _LONGEST - 2 else f"migkit:{hashlib.sha256(name.encode()).hexdigest()[:40]}"
    return tuple(_literal(f"{short}#{number}") for number in range(1, _SLOTS + 1))


def _lock(name: str) -> str:
    return f"SELECT GET_LOCK({_literal(name)}, 0)"


def _held(name: str) -> str:
    return f"SELECT IS_USED_LOCK({_literal(name)}) <=> CONNECTION_ID()"


def _working(name: str) -> tuple[str, ...]:
    return tuple(f"SELECT GET_LOCK({slot}, 0)" for slot in _slots(name))


def _sessions(locks: tuple[str, ...]) -> str:
    used = " UNION ".join(f"SELECT IS_USED_LOCK({lock}) AS id" for lock in locks)
    return _SESSIONS.format(used=used)


def _holders(name: str) -> str:
    return _sessions((_literal(name),))


def _workers(name: str) -> str:
    return _sessions(_slots(name))


def _bounds(lock: float, _statement: float) -> tuple[str, ...]:
    """Bound what waits for a lock; for statements MySQL has a bound of SELECT alone."""
    seconds = max(1, math.ceil(lock))
    return (f"SET SESSION lock_wait_timeout = {seconds}, innodb_lock_wait_timeout = {seconds}",)


def _mariadb_bounds(lock: float, statement: float) -> tuple[str, ...]:
    return (f"{_bounds(lock, statement)[0]}, max_statement_time = {max(0.001, statement)}",)


def _keeps(idle: float) -> tuple[str, ...]:
    return (f"SET SESSION wait_timeout = {max(1, math.ceil(idle))}",)


def _leaves(idle: float) -> tuple[str, ...]:
    seconds = f"CAST(LEAST(@@SESSION.wait_timeout, {max(1, math.ceil(idle))}) AS UNSIGNED)"
    return (f"SET SESSION wait_timeout = {seconds}",)


def _stop(session: str) -> str:
    return f"KILL QUERY {int(session)}"


def _end(session: str) -> str:
    return f"KILL {int(session)}"


def _blockers(session: str) -> tuple[str, ...]:
    return tuple(each.format(session=int(session)) for each in (_WAITS, _ROW_WAITS))


def _mariadb_blockers(session: str) -> tuple[str, ...]:
    return tuple(each.format(session=int(session)) for each in (_MARIADB_ROW_WAITS, _MARIADB_WAITS))


def _others(session: str) -> str:
    return _OTHERS.format(session=int(session))


def _code(error: BaseException) -> int:
    code = error.args[0] if error.args else 0
    return code if isinstance(code, int) else 0


def _answered(error: BaseException) -> bool:
    code = _code(error)
    return code not in _CLIENT and code not in _ENDED


def _busy(error: BaseException) -> bool:
    return _code(error) in _BUSY


def _undone(error: BaseException, whole: bool) -> bool:  # noqa: FBT001  # a field's type
    return whole or _code(error) == _DEADLOCK


def _repeats(_statement: str) -> bool:
    return True


MYSQL = Lease(
    keeps=_keeps,
    leaves=_leaves,
    lock=_lock,
    held=_held,
    working=_working,
    holders=_holders,
    workers=_workers,
    bounds=_bounds,
    own_sql="SELECT CONNECTION_ID(), @@innodb_rollback_on_timeout",
    stop=_stop,
    end=_end,
    blockers=_blockers,
    others=_others,
    answered=_answered,
    undone=_undone,
    busy=_busy,
    repeats=_repeats,
)
MARIADB = replace(MYSQL, bounds=_mariadb_bounds, blockers=_mariadb_blockers)
