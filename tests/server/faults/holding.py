"""Sessions that hold locks, and what a server shows of its sessions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from migkit.servers import login
from tests.server.faults.stage import Stage

_MYSQL = (
    "SELECT id, COALESCE(info, '') FROM information_schema.processlist WHERE db = '{name}' AND id <> CONNECTION_ID()"
)
_POSTGRESQL = (
    "SELECT pid, CASE state WHEN 'active' THEN query ELSE '' END FROM pg_stat_activity "
    "WHERE datname = '{name}' AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
_ADVISORY = (
    "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database "
    "WHERE locktype = 'advisory' AND datname = '{name}'"
)


@dataclass(frozen=True)
class Session:
    """A session in the database, and what it does now ("" is nothing)."""

    id: int
    sql: str


def sessions(stage: Stage) -> list[Session]:
    """List the sessions in the stage's database, the one that asks apart."""
    sql = _POSTGRESQL if stage.family == "postgresql" else _MYSQL
    return [Session(int(row[0]), str(row[1])) for row in stage.asked(sql.format(name=stage.database.name))]


def eventually(holds: Callable[[], bool], seconds: float = 20) -> bool:
    """Wait until something holds; give whether it does."""
    deadline = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return held


def gone(stage: Stage, seconds: float = 20) -> bool:
    """Wait until nobody is in the database, and nothing is locked there any more."""
    return eventually(lambda: not sessions(stage) and not _advisory(stage), seconds)


def at_work(stage: Stage, number: int) -> bool:
    """Wait until the server works on, or holds back, one of the six statements."""
    from tests.server.faults import story

    return eventually(lambda: any(story.number(one.sql) == number for one in sessions(stage)))


def end(stage: Stage, session: int) -> None:
    """End a session, as an administrator does."""
    stage.does(f"SELECT pg_terminate_backend({session})" if stage.family == "postgresql" else f"KILL {session}")


def _advisory(stage: Stage) -> int:
    """Count what is locked by name; on MySQL such a lock goes with its session, which is looked for by itself."""
    if stage.family != "postgresql":
        return 0
    return int(stage.asked(_ADVISORY.format(name=stage.database.name))[0][0])


@contextmanager
def holding(stage: Stage, sql: str) -> Iterator[Any]:
    """Hold what a statement locks, in an open transaction, for the time of the block; `rollback()` lets it go."""
    url = login.address(stage.server, stage.database.name)
    arguments = login.console(stage.server.engine).connect_args(url.get_driver_name(), True, 60)
    engine = create_engine(url, poolclass=NullPool, connect_args=arguments)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(sql)
            yield connection
            connection.rollback()
    finally:
        engine.dispose()
