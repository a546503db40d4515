"""Runs a file of SQL as the command line clients of MySQL and MariaDB do, DELIMITER included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from migkit.catalog.mysql_session import Refused, Session
from migkit.errors import ConfigError

_COMMENT = r"--(?=\s|\Z)[^\n]*|#[^\n]*"
_SPAN = r"'(?:[^'\\]|\\.|'')*(?:'|\Z)|\"(?:[^\"\\]|\\.|\"\")*(?:\"|\Z)|`(?:[^`]|``)*(?:`|\Z)|/\*.*?(?:\*/|\Z)"
_LINE_COMMENT = re.compile(_COMMENT)
_DELIMITER = re.compile(r"delimiter[ \t]+(\S+)[^\n]*", re.IGNORECASE)
_ELSEWHERE = re.compile(r"(?:/\*M?!\d*\s*)?(use|(?:create|drop|alter)\s+(?:database|schema))\b", re.IGNORECASE)


def run_script(session: Session, sql: str) -> None:
    """Run the statements of `sql` one after the other.

    Raises ConfigError, with the line, for a statement that the server refuses or that would leave the database
    (USE, CREATE DATABASE): a file that does so could reach databases that are not the kit's.
    """
    for line, statement in statements(sql):
        if _ELSEWHERE.match(statement):
            raise ConfigError(
                f"line {line}: {_start(statement)}: the file leaves the database that it is loaded into",
                remedy="take USE and CREATE DATABASE out of the file (mysqldump without --databases)",
                line=line,
            )
        try:
            session.rows(statement)
        except Refused as error:
            raise ConfigError(
                f"line {line}: {_start(statement)}: {error.message}",
                remedy="mend this statement, or load the file by hand to see what it needs",
                line=line,
            ) from error


def statements(sql: str) -> Iterator[tuple[int, str]]:
    """Split a file into statements with the line each begins in; comments before a statement are left out."""
    position, line, delimiter = 0, 1, ";"
    while position < len(sql):
        skipped = _blank(sql, position)
        line += sql.count("\n", position, skipped)
        position = skipped
        command = _DELIMITER.match(sql, position)
        if command:
            delimiter, position = command.group(1), command.end()
            continue
        end = _end(sql, position, delimiter)
        statement = sql[position:end].strip()
        if statement:
            yield line, statement
        following = end + len(delimiter)
        line += sql.count("\n", position, following)
        position = following


def _blank(sql: str, position: int) -> int:
    """Give the position after blanks and plain comments; `/*!` and `/*M!` hold statements."""
    while position < len(sql):
        comment = _LINE_COMMENT.match(sql, position)
        if sql[position].isspace() or sql[position] == "\ufeff":
            position += 1
        elif comment:
            position = comment.end()
        elif sql.startswith("/*", position) and not sql.startswith(("/*!", "/*M!"), position):
            end = sql.find("*/", position)
            position = len(sql) if end < 0 else end + 2
        else:
            break
    return position


def _end(sql: str, position: int, delimiter: str) -> int:
    """Give the position of the delimiter that ends the statement at `position`."""
    for match in _pieces(delimiter).finditer(sql, position):
        if match.group("end"):
            return match.start()
    return len(sql)


@lru_cache(maxsize=16)
def _pieces(delimiter: str) -> re.Pattern[str]:
    """Find a delimiter, and what may hold one that is none."""
    return re.compile(f"(?P<end>{re.escape(delimiter)})|{_SPAN}|{_COMMENT}", re.DOTALL)


def _start(statement: str) -> str:
    words = " ".join(statement.split())
    return words if len(words) <= 60 else f"{words[:57]}..."  # noqa: PLR2004  # as much as a line of a terminal holds
