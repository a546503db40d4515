"""The statements that a revision sends, seen at the cursor, and which of them matter to the driver."""

from __future__ import annotations

import contextlib
import re
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

_SESSION_NEUTRAL = re.compile(
    r"(\s|/\*(?!!).*?\*/|--[ \t][^\n]*\n|#[^\n]*\n)*"
    r"(CREATE(?!\s+TEMPORARY)|ALTER|DROP|RENAME|TRUNCATE|INSERT|UPDATE|DELETE|REPLACE"
    r"|SELECT(?!.*(@|\bGET_LOCK\b|\bSQL_)))\b",
    re.IGNORECASE | re.DOTALL,
)
_SESSION_STATE = re.compile(r"@|\b(TEMPORARY|GET_LOCK|DATABASE|SCHEMA|LAST_INSERT_ID)\b", re.IGNORECASE)
_BARE_DRIVER = re.compile(rb"\bcursor\b|raw_connection|driver_connection|dbapi_connection")


class Recorder:
    """Collects what is executed while `recording` is on; `engines` are those that executed anything."""

    def __init__(self) -> None:
        self.recording = False
        self.statements: list[str] = []
        self.engines: weakref.WeakSet[Any] = weakref.WeakSet()

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        """Listen on every engine, sync and async, whenever it was made."""
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        def before_cursor_execute(conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            self.engines.add(conn.engine)
            if self.recording:
                self.statements.append(statement)

        event.listen(Engine, "before_cursor_execute", before_cursor_execute)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", before_cursor_execute)

    @contextlib.contextmanager
    def tolerant(self) -> Iterator[list[str]]:
        """Pass over each statement that the server refuses while recording; give what the server said of them."""
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        refused: list[str] = []

        def do_execute(cursor: Any, statement: str, parameters: Any, _context: Any) -> bool:
            if not self.recording:
                return False
            saved = _savepoint(cursor)
            try:
                cursor.execute(statement, parameters)
            except Exception as error:  # whatever class the driver uses
                refused.append(str(error))
                if saved:
                    with contextlib.suppress(Exception):  # MySQL commits before DDL, and the savepoint went with that
                        cursor.execute("ROLLBACK TO SAVEPOINT migkit_statement")
            return True

        event.listen(Engine, "do_execute", do_execute)
        try:
            yield refused
        finally:
            event.remove(Engine, "do_execute", do_execute)


def _savepoint(cursor: Any) -> bool:
    """Set a savepoint where there is a transaction to save: on PostgreSQL a failed statement ends it otherwise."""
    try:
        cursor.execute("SAVEPOINT migkit_statement")
    except Exception:  # autocommit: nothing is lost by a failed statement
        return False
    return True


def leave_no_trace(statements: Sequence[str], path: Path) -> bool:
    """Whether a step that sent `statements` leaves its MySQL session as it was, so that the next may share it.

    What is not known to be neutral (SET, USE, temporary tables, locks, calls, several statements in one, a bare
    cursor) is not.
    """
    if not all(_SESSION_NEUTRAL.match(s) and ";" not in s.rstrip("; \n\t") for s in statements):
        return False
    if any(_SESSION_STATE.search(s) for s in statements):
        return False
    return not _BARE_DRIVER.search(path.read_bytes())
