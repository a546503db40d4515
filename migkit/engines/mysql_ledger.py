"""How MySQL and MariaDB keep a release's journal, and what they know of its sessions and statements."""

from __future__ import annotations

import re

from migkit.ledger import Ask, Ledger, several

_COUNTER = re.compile(r" AUTO_INCREMENT=\d+")
_BLANK = r"(?:\s|\(|/\*(?!!).*?\*/|--[ \t][^\n]*\n|#[^\n]*\n)*"
_ROWS = re.compile(
    _BLANK + r"(INSERT|UPDATE|DELETE|REPLACE|WITH|SELECT|TABLE|VALUES|LOAD(?!\s+INDEX)|CALL|DO|EXECUTE|HANDLER"
    r"|(CREATE(\s+OR\s+REPLACE)?|DROP)\s+TEMPORARY)\b",
    re.IGNORECASE | re.DOTALL,
)
_CALLS = re.compile(_BLANK + r"(CALL|EXECUTE|BEGIN\s+NOT\s+ATOMIC)\b", re.IGNORECASE | re.DOTALL)
_BODY = re.compile(
    _BLANK + r"(CREATE|ALTER)\b[^;]*?\b(TRIGGER|PROCEDURE|FUNCTION|EVENT|PACKAGE)\b", re.IGNORECASE | re.DOTALL
)
_LOOSE = (
    "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' "
    "AND engine NOT IN ('InnoDB', 'ndbcluster', 'ROCKSDB', 'TokuDB')"
)
_MISSING = frozenset({1049, 1146})  # ER_BAD_DB_ERROR, ER_NO_SUCH_TABLE
_NEAR = 5  # seconds by which two answers about the server's start may differ: its clock is set now and then
_WHOLE = {"mysql": (8, 0), "mariadb": (10, 6)}  # since when DDL is atomic (the manuals' "Atomic DDL")
_MARIADB = 10  # MySQL's numbers went from 5 to 8 and 9, MariaDB's from 5 to 10


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _create(place: str, name: str) -> str:
    """Give a table without AUTO_INCREMENT, so that a row of it does not touch LAST_INSERT_ID()."""
    return (
        f"CREATE TABLE IF NOT EXISTS {_quoted(place)}.{_quoted(name)} ("
        "run VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, seq INT NOT NULL, "
        "at VARCHAR(32) NOT NULL, kind VARCHAR(16) NOT NULL, revision VARCHAR(255) NOT NULL, number INT NOT NULL, "
        "hash VARCHAR(64) NOT NULL, sql_text LONGTEXT NOT NULL, message LONGTEXT NOT NULL, facts LONGTEXT NOT NULL, "
        "PRIMARY KEY (run, seq)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='releases by migkit'"
    )


def _text(value: str) -> str:
    """Write a text in hexadecimal: what a backslash is depends on the session's sql_mode."""
    return f"CONVERT(X'{value.encode('utf-8', 'replace').hex()}' USING utf8mb4)"


def _start(ask: Ask) -> int:
    """Give the second at which the server started, by its own clock: connection ids begin anew with it."""
    now = int(ask("SELECT UNIX_TIMESTAMP()")[0][0])
    return now - int(ask("SHOW GLOBAL STATUS LIKE 'Uptime'")[0][1])


def _session(ask: Ask, number: int) -> str:
    return f"{number} since {_start(ask)}"


def _doing(ask: Ask, session: str) -> str | None:
    number, _since, start = session.partition(" since ")
    if not start or abs(_start(ask) - int(start)) > _NEAR:
        return None
    for row in ask("SHOW FULL PROCESSLIST"):
        if str(row[0]) == number:
            return str(row[7] or "") if row[4] == "Query" else ""
    return None


def _numbered(number: int) -> str:
    return f"SET last_insert_id = {int(number)}"


def _missing(error: BaseException) -> bool:
    return bool(error.args) and error.args[0] in _MISSING


def _half(_text: str) -> tuple[str, ...]:
    """Nothing: what is not finished is not there."""
    return ()


def _commits(statement: str) -> bool:
    """Whether the server commits before and after it: all that is not known to change rows alone."""
    return not _ROWS.match(statement)


def _parts(statement: str) -> bool:
    """Whether it may commit a part of what it does: code on the server, or several statements in one."""
    return bool(_CALLS.match(statement)) or (several(statement) and not _BODY.match(statement))


def _whole(version: str) -> bool:
    numbers = tuple(int(part) for part in version.split(".")[:2])
    return numbers >= _WHOLE["mariadb" if numbers[0] >= _MARIADB else "mysql"]


def _normal(text: str) -> str:
    """Leave out the counter, which moves with the rows."""
    return _COUNTER.sub("", text)


LEDGER = Ledger(
    place_sql="SELECT DATABASE()",
    create=_create,
    text=_text,
    session=_session,
    doing=_doing,
    looks={
        "table": "SHOW CREATE TABLE {quoted}",
        "trigger": "SELECT 1, event_manipulation, action_timing, event_object_table, action_statement "
        "FROM information_schema.triggers WHERE trigger_schema = {place} AND trigger_name = {name}",
        "routine": "SELECT 1, routine_type, dtd_identifier, routine_definition FROM information_schema.routines "
        "WHERE routine_schema = {place} AND routine_name = {name} ORDER BY 2",
        "event": "SELECT 1, status, interval_value, interval_field, event_definition FROM information_schema.events "
        "WHERE event_schema = {place} AND event_name = {name}",
    },
    whole=_whole,
    commits=_commits,
    parts=_parts,
    numbered=_numbered,
    loose_sql=_LOOSE,
    missing=_missing,
    half=_half,
    normal=_normal,
)
