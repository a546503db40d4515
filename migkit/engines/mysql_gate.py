"""What MySQL and MariaDB are asked before a release: who they are, whether they may be written, who works there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from migkit.engines.mysql_needs import lacking, mariadb, needed
from migkit.gate import Ask, Denied, Gate, Hold

_OFF = frozenset({"0", "OFF", "", "NONE"})
_READ_ONLY = "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('read_only', 'super_read_only', 'innodb_read_only', \
'transaction_read_only', 'tx_read_only', 'offline_mode')"
_DUMPS = ("mysqldump", "mariadb-dump", "mydumper", "mysqlpump", "xtrabackup", "mariabackup", "mysqlbackup")
_DUMPED = "SELECT /*!40001 SQL_NO_CACHE */"  # what mysqldump and mydumper read tables with
# trx_started is in the zone of the server's system, whatever a session's is. Of a zone by name whose tables are gone
# CONVERT_TZ gives NULL.
_AGE = """TIMESTAMPDIFF(SECOND, x.trx_started,
    COALESCE(CONVERT_TZ(NOW(), @@session.time_zone, 'SYSTEM'), NOW()))"""
_LOCKED = f"""
SELECT t.processlist_id, t.processlist_user, t.processlist_host, m.object_type, m.object_name, t.processlist_info,
  GREATEST(COALESCE({_AGE}, 0), COALESCE(t.processlist_time, 0)),
  (SELECT a.attr_value FROM performance_schema.session_connect_attrs a
   WHERE a.processlist_id = t.processlist_id AND a.attr_name = 'program_name' LIMIT 1)
FROM performance_schema.metadata_locks m
JOIN performance_schema.threads t ON t.thread_id = m.owner_thread_id
LEFT JOIN information_schema.innodb_trx x ON x.trx_mysql_thread_id = t.processlist_id
WHERE m.lock_status = 'GRANTED' AND t.processlist_id <> CONNECTION_ID() AND (
  (m.object_type = 'TABLE' AND m.object_schema = :database)
  OR (m.object_type IN ('GLOBAL', 'BACKUP LOCK') AND m.lock_duration = 'EXPLICIT'))
"""  # noqa: S608  # a constant of this file
_TRANSACTIONS = f"""
SELECT p.id, p.user, p.host, p.info, {_AGE}
FROM information_schema.innodb_trx x JOIN information_schema.processlist p ON p.id = x.trx_mysql_thread_id
WHERE p.db = :database AND p.id <> CONNECTION_ID()
UNION
SELECT p.id, p.user, p.host, p.info, p.time FROM information_schema.processlist p
WHERE p.db = :database AND p.info LIKE 'SELECT /*!40001 SQL_NO_CACHE */%'
"""  # noqa: S608  # as above
_NO_VARIABLE = "1193"  # ER_UNKNOWN_SYSTEM_VARIABLE
_VISIBLE = "SELECT COUNT(*) FROM information_schema.innodb_trx"  # a join that finds no session never asks for it
_INSTRUMENTED = """
SELECT enabled FROM performance_schema.setup_instruments
WHERE name = 'wait/lock/metadata/sql/mdl' AND @@performance_schema = 1
"""


def server_id(ask: Ask) -> str:
    """Give MySQL's server_uuid. MariaDB has none: its server_uid follows from the machine and the port.

    That is there in later versions of each series (10.11.19 and 11.8 were seen); those that have none are known by
    their host name, port, server_id and data directory. Raises Denied where the server refuses to say.
    """
    for variable in ("server_uuid", "server_uid"):
        try:
            return str(ask(f"SELECT @@{variable}")[0][0])
        except Denied as denied:
            if _NO_VARIABLE not in str(denied):
                raise
    return " ".join(map(str, ask("SELECT @@hostname, @@port, @@server_id, @@datadir")[0]))


def _called(ask: Ask) -> str:
    host, port = ask("SELECT @@hostname, @@port")[0]
    return f"{host}:{port}"


def _database(ask: Ask) -> str:
    return str(ask("SELECT DATABASE()")[0][0] or "")


def _login(ask: Ask) -> str:
    return str(ask("SELECT CURRENT_USER()")[0][0])


def _unwritable(ask: Ask) -> tuple[str, ...]:
    """The variables are global ones: the kit's own session is read-only by itself."""
    found = [(str(name), str(value)) for name, value in ask(_READ_ONLY)]
    return tuple(f"{name} is {value}" for name, value in found if value.upper() not in _OFF)


def _source(ask: Ask) -> str:
    """SHOW SLAVE STATUS is older than the other word, and gone from MySQL 8.4 on."""
    try:
        rows = ask("SHOW REPLICA STATUS")
    except Denied as denied:
        if "1064" not in str(denied):
            raise
        rows = ask("SHOW SLAVE STATUS")
    return ", ".join(sorted({str(row[1]) for row in rows}))


def _lag(ask: Ask) -> tuple[tuple[str, float | None], ...]:
    """A source knows its replicas by name, and not how far behind they are."""
    for statement in ("SHOW REPLICAS", "SHOW SLAVE HOSTS"):
        try:
            rows = ask(statement)
        except Denied as denied:
            if "1064" not in str(denied):
                raise
            continue
        return tuple((str(row[1]) or f"server {row[0]}", None) for row in rows)
    return ()


def _holds(ask: Ask, database: str, tables: Collection[str]) -> tuple[Hold, ...]:
    """Where it is not written down who holds what (MariaDB, unless it is told to), any transaction may hold a table."""
    ask(_VISIBLE)
    wanted = {name.rpartition(".")[2].lower() for name in tables}
    if _instrumented(ask):
        rows = ask(_LOCKED, database=database)
        return tuple(_hold(row) for row in rows if row[3] != "TABLE" or str(row[4]).lower() in wanted)
    return tuple(
        Hold(str(row[0]), f"{row[1]}@{row[2]}", float(row[4] or 0), "", str(row[3] or ""), _is_dump(str(row[3] or "")))
        for row in ask(_TRANSACTIONS, database=database)
    )


def _instrumented(ask: Ask) -> bool:
    try:
        return ("YES",) in [tuple(map(str, row)) for row in ask(_INSTRUMENTED)]
    except Denied:
        return False


def _hold(row: Sequence[Any]) -> Hold:
    session, user, host, kind, table, doing, seconds, program = row
    dump = kind != "TABLE" or str(program or "") in _DUMPS or _is_dump(str(doing or ""))
    name = str(table) if kind == "TABLE" else ""
    return Hold(str(session), f"{user}@{host}", float(seconds), name, str(doing or ""), dump)


def _is_dump(doing: str) -> bool:
    return doing.startswith(_DUMPED)


def _free(ask: Ask) -> int | None:
    """Only MariaDB's plugin `disks` shows it."""
    try:
        data = str(ask("SELECT @@datadir")[0][0])
        rows = ask("SELECT path, available FROM information_schema.disks")
    except Denied:
        return None
    near = [(len(str(path)), int(size)) for path, size in rows if data.startswith(str(path).rstrip("/") + "/")]
    return max(near)[1] * 1024 if near else None


def _end(session: str) -> str:
    return f"KILL {session}"


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
            r"\b1045\b|\b1698\b",
            "correct the login or its password; if both are right and the URL asks for no TLS, the account may want it",
        ),
        (r"\b1044\b|\b1049\b", "correct the database's name, or let the login use it"),
        (r"\b1040\b|\b1203\b|\b1226\b", "wait until a connection is free"),
        (r"\b3159\b|SSL", "ask for TLS in the target's URL: ssl_ca=…, or tls=true in a Go DSN"),
    ),
    seeing="GRANT PROCESS, REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO its login, "
    "and SELECT ON performance_schema.*",
)
MARIADB = replace(
    GATE,
    needed=mariadb,
    seeing="GRANT PROCESS, REPLICA MONITOR, REPLICATION MASTER ADMIN ON *.* TO its login, "
    "and SELECT ON performance_schema.*",
)
