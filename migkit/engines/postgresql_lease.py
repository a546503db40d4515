"""How a release has a PostgreSQL database for itself.

Advisory locks of a session belong to its database and go with it (PostgreSQL manual, 13.3.5); a backend whose client is
gone ends no earlier than its statement.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from migkit.lease import Lease

_BUSY = frozenset({"55P03", "40P01"})  # lock_not_available, deadlock_detected
_ENDED = frozenset({"57P01", "57P02", "57P03", "57P05"})  # the server or the session is going
_CONCURRENTLY = re.compile(r"\bCONCURRENTLY\b", re.IGNORECASE)  # what was begun stays, as an invalid index
_PROBES = {  # a client that a network has lost is gone after a minute (PostgreSQL manual, TCP Settings)
    "tcp_keepalives_idle": 30,
    "tcp_keepalives_interval": 10,
    "tcp_keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
_SET = """
SELECT set_config(s.name, v.value, false) FROM (VALUES {values}) AS v (name, value, always)
JOIN pg_settings s ON s.name = v.name WHERE v.always OR {where}
"""
_SESSIONS = """
SELECT l.pid, a.usename, CAST(a.client_addr AS text), CASE WHEN a.state = 'active' THEN a.query ELSE '' END,
  CAST(extract(epoch FROM now() - a.query_start) AS integer)
FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (CAST(l.classid AS bigint) << 32) | CAST(l.objid AS bigint) = {key}
"""
_BLOCKERS = """
SELECT pid, usename, CAST(client_addr AS text), query, CAST(extract(epoch FROM now() - query_start) AS integer)
FROM pg_stat_activity WHERE pid = ANY (pg_blocking_pids({session}))
"""


def _key(name: str) -> str:
    literal = "'" + name.replace("'", "''") + "'"
    return f"hashtextextended({literal}, 0)"


def _at_work(name: str) -> str:
    return _key(f"{name} at work")


def _lock(name: str) -> str:
    return f"SELECT CAST(pg_try_advisory_lock({_key(name)}) AS integer)"


def _held(name: str) -> str:
    return _SESSIONS.format(key=_key(name)) + "  AND l.pid = pg_backend_pid()"


def _working(name: str) -> tuple[str, ...]:
    return (f"SELECT CAST(pg_try_advisory_lock_shared({_at_work(name)}) AS integer)",)


def _holders(name: str) -> str:
    return _SESSIONS.format(key=_key(name))


def _workers(name: str) -> str:
    return _SESSIONS.format(key=_at_work(name))


def _bounds(lock: float, statement: float) -> tuple[str, ...]:
    return (
        f"SET lock_timeout = {max(1, round(lock * 1000))}",
        f"SET statement_timeout = {max(1, round(statement * 1000))}",
    )


def _keeps(idle: float) -> tuple[str, ...]:
    return _told({"idle_session_timeout": idle}, where="true")


def _leaves(idle: float) -> tuple[str, ...]:
    bounds = dict.fromkeys(("idle_session_timeout", "idle_in_transaction_session_timeout"), idle)
    return _told(bounds, where="s.setting = '0'")


def _told(bounds: Mapping[str, float], where: str) -> tuple[str, ...]:
    """Set what this server has of some settings, bounds in seconds among them: those, where something holds.

    The kernel's probes tell a network that is gone; the bounds also tell a client that does nothing any more.
    """
    probes = [f"('{name}', '{value}', true)" for name, value in _PROBES.items()]
    others = [f"('{name}', '{max(1, round(idle * 1000))}', false)" for name, idle in bounds.items()]
    values = ", ".join(probes + others)
    return (_SET.format(values=values, where=where),)


def _stop(session: str) -> str:
    return f"SELECT pg_cancel_backend({int(session)})"


def _end(session: str) -> str:
    return f"SELECT pg_terminate_backend({int(session)})"


def _blockers(session: str) -> tuple[str, ...]:
    return (_BLOCKERS.format(session=int(session)),)


def _others(_session: str) -> str:
    return ""


def _code(error: BaseException) -> str:
    return str(getattr(error, "sqlstate", None) or getattr(error, "pgcode", None) or "")


def _answered(error: BaseException) -> bool:
    code = _code(error)
    return bool(code) and code not in _ENDED and not code.startswith("08")


def _busy(error: BaseException) -> bool:
    return _code(error) in _BUSY


def _undone(_error: BaseException, _whole: bool) -> bool:  # noqa: FBT001  # a field's type
    return True


def _repeats(statement: str) -> bool:
    return not _CONCURRENTLY.search(statement)


POSTGRESQL = Lease(
    keeps=_keeps,
    leaves=_leaves,
    lock=_lock,
    held=_held,
    working=_working,
    holders=_holders,
    workers=_workers,
    bounds=_bounds,
    own_sql="SELECT pg_backend_pid(), 1",
    stop=_stop,
    end=_end,
    blockers=_blockers,
    others=_others,
    answered=_answered,
    undone=_undone,
    busy=_busy,
    repeats=_repeats,
)
