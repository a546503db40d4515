"""How PostgreSQL is asked what a statement holds up: in a transaction that stays open, whose locks can be seen."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy.exc import DBAPIError

from tests.server.facts.measuring import answered, refusal

_MODES = (
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
)
_FILES = """
SELECT oid, relname, relkind::text, pg_relation_filenode(oid) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'i')
"""
_LOCKS = "SELECT relation, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted"
_SCANS = "SELECT relid, seq_scan FROM pg_stat_xact_user_tables"
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")


def held(connection: Any, sql: str) -> str:
    """Run statements in one transaction; give the locks that it then holds, and what was read or written whole.

    Of tables that were there before: `ACCESS EXCLUSIVE on notes; writes notes anew; reads notes whole`. Locks that a
    SELECT takes are left out. An error is given as it is said.
    """
    connection.exec_driver_sql("BEGIN")
    try:
        files, scans = _files(connection), _scans(connection)
        tables = {oid: name for oid, (name, kind, _) in files.items() if kind != "i"}
        connection.exec_driver_sql(sql)
        now = _files(connection)
        read = {oid for oid, number in _scans(connection).items() if number > scans.get(oid, 0)}
        anew = [name for oid, name in tables.items() if oid in now and now[oid][2] != files[oid][2]]
        whole = [name for oid, name in tables.items() if oid in read]
        said = [f"{mode} on {tables[oid]}" for oid, mode in _locks(connection).items() if oid in tables]
    except DBAPIError as error:
        return refusal(error)
    finally:
        connection.exec_driver_sql("ROLLBACK")
    said.sort()
    said += [f"writes {name} anew" for name in sorted(anew)]
    said += [f"reads {name} whole" for name in sorted(whole)]
    return "; ".join(said) or "accepted"


def again(connection: Any, sql: str) -> str:
    """Run a statement that makes an index twice; give both answers, and whether the index is valid then."""
    first, second = answered(connection, sql), answered(connection, sql)
    valid = connection.exec_driver_sql("SELECT bool_and(indisvalid) FROM pg_index WHERE NOT indisprimary").scalar()
    return f"{first}; run again: {second}; indisvalid: {valid}"


def _files(connection: Any) -> dict[int, tuple[str, str, int]]:
    return {oid: (name, kind, file) for oid, name, kind, file in connection.exec_driver_sql(_FILES)}


def _scans(connection: Any) -> dict[int, int]:
    """Give how often this backend has read each table from end to end; it counts on until a transaction ends."""
    return dict(connection.exec_driver_sql(_SCANS).all())


def _locks(connection: Any) -> dict[int, str]:
    """Give the strongest lock on each relation, in the words of the manual."""
    strongest: dict[int, int] = {}
    for oid, mode in connection.exec_driver_sql(_LOCKS):
        if mode in _MODES:
            strongest[oid] = max(strongest.get(oid, 0), _MODES.index(mode))
    return {oid: _said(_MODES[mode]) for oid, mode in strongest.items()}


def _said(mode: str) -> str:
    return _WORDS.sub(" ", mode.removesuffix("Lock")).upper()
