"""What a statement leaves that goes with its session: nothing else is to be made again when a release goes on (pure).

A setting, a savepoint, a prepared statement is sent again by each run, as what only reads is, and has no number. A
temporary table is lost with its session too, and what was put into it came from a database that was another one then.
"""

from __future__ import annotations

import re

_BLANK = r"(?:\s|/\*(?!!).*?\*/|--[^\n]*(?:\n|\Z)|#[^\n]*(?:\n|\Z))*"
_SESSION = re.compile(
    _BLANK + r"(?:USE\s|SAVEPOINT\s|RELEASE\s+(?!ALL)|ROLLBACK\b(?!\s+PREPARED)|BEGIN\b(?!\s+NOT)|START\s+TRANSACTION\b"
    r"|PREPARE\s+(?!TRANSACTION)|DEALLOCATE\b|DROP\s+PREPARE\b|DECLARE\s|CLOSE\s|MOVE\s|FETCH\s"
    r"|LOCK\s+TABLES?\b|UNLOCK\s+TABLES?\b|RESET\s+(?!MASTER|REPLICA|SLAVE|PERSIST|BINARY)|DISCARD\s|(?:UN)?LISTEN\s"
    r"|(?:SELECT|DO)\b(?=.*\b(?:GET_LOCK|RELEASE_LOCK|RELEASE_ALL_LOCKS|set_config|pg_(?:try_)?advisory\w*lock\w*)\s*\()"
    r"|SELECT\b(?=.*\bINTO\s+@))[^;]*;?\s*\Z",
    re.IGNORECASE | re.DOTALL,
)
_STAYS = re.compile(
    _BLANK + r"SET\s+(?:PASSWORD|DEFAULT\s+ROLE|GLOBAL|PERSIST|@@\s*(?:GLOBAL|PERSIST))", re.IGNORECASE | re.DOTALL
)
_INNOCENT = re.compile(_BLANK + r"(?:USE|SAVEPOINT|RELEASE|PREPARE|DEALLOCATE|SELECT)\b", re.IGNORECASE | re.DOTALL)
_NAME = r"((?:[`\"][^`\"]+[`\"]|[\w$]+)(?:\s*\.\s*(?:[`\"][^`\"]+[`\"]|[\w$]+))?)"
_MADE = re.compile(
    _BLANK + r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:(?:LOCAL|GLOBAL)\s+)?TEMP(?:ORARY)?\s+(?:TABLE|VIEW|SEQUENCE)\s+"
    r"(?:IF\s+NOT\s+EXISTS\s+)?" + _NAME,
    re.IGNORECASE | re.DOTALL,
)
_CHANGED = re.compile(
    _BLANK + r"(?:(?:INSERT|REPLACE)\s+(?:LOW_PRIORITY\s+|DELAYED\s+|HIGH_PRIORITY\s+|IGNORE\s+)*(?:INTO\s+)?"
    r"|UPDATE\s+(?:ONLY\s+)?|DELETE\s+FROM\s+(?:ONLY\s+)?|TRUNCATE\s+(?:TABLE\s+)?|ANALYZE\s+(?:TABLE\s+)?"
    r"|ALTER\s+TABLE\s+|DROP\s+(?:TEMPORARY\s+)?TABLE\s+(?:IF\s+EXISTS\s+)?"
    r"|CREATE\s+(?:UNIQUE\s+)?INDEX\b[^(]*?\sON\s+)" + _NAME,
    re.IGNORECASE | re.DOTALL,
)
_GIVES = re.compile(r"\A\s*(?:SELECT|WITH|VALUES|TABLE|CALL)\b|\bRETURNING\b", re.IGNORECASE)
_DROPPED = re.compile(_BLANK + r"DROP\s", re.IGNORECASE | re.DOTALL)


def stays(statement: str) -> bool:
    """Whether a statement that sets something sets it for others too."""
    return bool(_STAYS.match(statement))


def of_session(statement: str) -> bool:
    """Whether a statement changes nothing but its session or its transaction: each run is to send it."""
    return bool(_SESSION.match(statement))


def may_commit(statement: str) -> bool:
    """Whether one of its session may commit what is open, on one product or another."""
    return not _INNOCENT.match(statement)


def gives(statement: str) -> bool:
    """Whether a statement gives rows to the code that sends it."""
    return bool(_GIVES.search(statement))


def temporary(statement: str) -> str:
    """Name the temporary table that a statement makes; "" where it makes none."""
    found = _MADE.match(statement)
    return _bare(found[1]) if found else ""


def changed(statement: str) -> str:
    """Name the table that a statement changes; "" where that is not seen."""
    found = _CHANGED.match(statement)
    return _bare(found[1]) if found else ""


def drops(statement: str) -> bool:
    """Whether it drops something."""
    return bool(_DROPPED.match(statement))


def _bare(name: str) -> str:
    return name.replace("`", "").replace('"', "").rpartition(".")[2].strip().lower()
