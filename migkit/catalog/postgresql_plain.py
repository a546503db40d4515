"""A PostgreSQL catalogue as an ordinary login sees it: all of it, since everybody may read the system's tables."""

from __future__ import annotations

from typing import Any

from migkit.catalog.postgresql import SPOKEN, snapshot_of
from migkit.catalog.postgresql_queries import snapshot_sql
from migkit.catalog.seen import Seen


def read(session: Any, lock: int, statement: int) -> Seen:
    """Read it over a session of psycopg or psycopg2, seconds bound each wait."""
    with session.cursor() as cursor:
        cursor.execute(f"{SPOKEN}; SET lock_timeout = '{lock}s'; SET statement_timeout = '{statement}s'")
        cursor.execute("SHOW server_version_num")
        major = int(cursor.fetchone()[0]) // 10000
        cursor.execute(snapshot_sql(major, plain=True))
        return Seen(snapshot_of(cursor.fetchall()))
