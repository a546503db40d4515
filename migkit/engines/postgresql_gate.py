"""What PostgreSQL is asked before a release: who it is, whether it may be written, who is at work there."""

from __future__ import annotations

from collections.abc import Collection

from migkit.engines.postgresql_needs import lacking, needed
from migkit.gate import Ask, Denied, Gate, Hold

_DUMPS = ("pg_dump", "pg_dumpall", "pg_restore")
_READ_ONLY = """
SELECT pg_is_in_recovery(), (SELECT reset_val FROM pg_settings WHERE name = 'default_transaction_read_only')
"""  # the kit's own session is read-only by itself: what a new one would be is the value that RESET gives
_REPLICAS = """
SELECT coalesce(nullif(application_name, ''), host(client_addr), 'a replica'), state,
  extract(epoch FROM replay_lag), pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)
FROM pg_stat_replication
"""
_HOLDS = """
SELECT coalesce(CAST(l.pid AS text), 'prepared'), coalesce(a.usename, 'another login'),
  coalesce(host(a.client_addr), 'local'), c.relname, max(a.query), max(a.application_name),
  max(extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, p.prepared))), bool_or(l.pid IS NULL),
  max(p.gid)
FROM pg_locks l
JOIN pg_class i ON i.oid = l.relation
LEFT JOIN pg_index x ON x.indexrelid = i.oid
JOIN pg_class c ON c.oid = coalesce(x.indrelid, i.oid)
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_stat_activity a ON a.pid = l.pid
LEFT JOIN pg_prepared_xacts p ON l.pid IS NULL AND l.virtualtransaction = '-1/' || CAST(p.transaction AS text)
WHERE l.locktype = 'relation' AND l.granted AND l.pid IS DISTINCT FROM pg_backend_pid()
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (c.relname = ANY (CAST(:tables AS text[])) OR n.nspname || '.' || c.relname = ANY (CAST(:tables AS text[])))
  AND (coalesce(a.backend_type, '') <> 'autovacuum worker' OR a.query LIKE '%to prevent wraparound%')
GROUP BY 1, 2, 3, 4
"""  # an autovacuum gives way to a statement that waits for it, but not one against wraparound


def server_id(ask: Ask) -> str:
    """Give the cluster's system_identifier: its physical replicas have it too, and they are in recovery."""
    return str(ask("SELECT system_identifier FROM pg_control_system()")[0][0])


def _called(ask: Ask) -> str:
    host, port = ask("SELECT coalesce(host(inet_server_addr()), 'local'), inet_server_port()")[0]
    return f"{host}:{port}"


def _database(ask: Ask) -> str:
    return str(ask("SELECT current_database()")[0][0])


def _login(ask: Ask) -> str:
    return str(ask("SELECT current_user")[0][0])


def _unwritable(ask: Ask) -> tuple[str, ...]:
    recovering, read_only = ask(_READ_ONLY)[0]
    found = ("it is in recovery, a standby",) if recovering else ()
    return (*found, *(("default_transaction_read_only is on",) if read_only == "on" else ()))


def _source(_ask: Ask) -> str:
    """A physical standby cannot be written, which is said already; a subscriber is a primary of its own."""
    return ""


def _lag(ask: Ask) -> tuple[tuple[str, float | None], ...]:
    """A login that may not see more than its own sessions sees replicas without their state."""
    rows = ask(_REPLICAS)
    if rows and all(row[1] is None for row in rows):
        raise Denied("pg_stat_replication shows no more than that there are some")
    return tuple((str(row[0]), _seconds(row[2], row[3])) for row in rows)


def _seconds(lag: object, behind: object) -> float | None:
    """Where nothing was written lately there is no time to tell, and none to catch up with."""
    if lag is not None:
        return float(str(lag))
    return 0.0 if behind is not None and not float(str(behind)) else None


def _holds(ask: Ask, _database: str, tables: Collection[str]) -> tuple[Hold, ...]:
    """Locks are shown to every login; since when, and what for, to those that may read all of pg_stat_activity."""
    if not tables:
        return ()
    found = []
    for pid, user, host, table, doing, program, seconds, prepared, gid in ask(_HOLDS, tables=sorted(tables)):
        session, who = (f"prepared {gid}", "a prepared transaction") if prepared else (str(pid), f"{user}@{host}")
        age = None if seconds is None else float(seconds)
        found.append(Hold(session, who, age, str(table), str(doing or ""), str(program or "") in _DUMPS))
    return tuple(found)


def _free(_ask: Ask) -> None:
    return None


def _end(session: str) -> str:
    if session.startswith("prepared "):
        return f"ROLLBACK PREPARED '{session.removeprefix('prepared ')}'"
    return f"SELECT pg_terminate_backend({session})"


GATE = Gate(
    server_id=server_id,
    called=_called,
    database=_database,
    login=_login,
    unwritable=_unwritable,
    source=_source,
    lag=_lag,
    needed=needed,
    lacking=lacking,
    holds=_holds,
    free=_free,
    end=_end,
    refusals=(
        (
            r"authentication failed|no password supplied|role \S+ does not exist|is not permitted to log in",
            "correct the login or its password",
        ),
        (
            r"database \S+ does not exist|permission denied for database",
            "correct the database's name, or let the login use it",
        ),
        (
            r"no pg_hba\.conf entry",
            "let pg_hba.conf take this login from here, with TLS or without as it asks",
        ),
        (r"too many connections|remaining connection slots", "wait until a connection is free"),
        (r"SSL|certificate", "say in the target's URL what TLS it is: sslmode=… and sslrootcert=…"),
    ),
    seeing="GRANT pg_read_all_stats TO its login",
)
