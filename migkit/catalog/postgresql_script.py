"""Runs a file of SQL as psql would: one statement after the other, COPY blocks with their data."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from migkit.errors import ConfigError
from migkit.values import dataclass

if TYPE_CHECKING:
    from psycopg import Connection

# What may stand between two statement ends: comments, strings of every kind, meta-commands, words, the rest.
_TOKEN = re.compile(
    r"""(?P<line>--[^\n]*)
    | (?P<block>/\*)
    | (?P<escaped>[eE]'(?:[^'\\]|''|\\.)*')
    | (?P<string>'(?:[^']|'')*')
    | (?P<identifier>"(?:[^"]|"")*")
    | (?P<dollar>\$(?:[^\W\d]\w*)?\$)
    | (?P<meta>\\[^\n]*)
    | (?P<word>[^\W\d][\w$]*)
    | (?P<end>;)
    | (?P<open>\()
    | (?P<close>\))
    | (?P<other>\d[\w.]*|\s+|.)""",
    re.VERBOSE | re.DOTALL,
)
_IGNORED = re.compile(r"\\(?:un)?restrict\b|\\\.\s*$")  # pg_dump's own, since its 2025 releases; a stray end of data
_COPY = re.compile(r"COPY\b.*\bFROM\s+STDIN\b", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"--[^\n]*\n?|/\*.*?\*/", re.DOTALL)
_DATA_END = re.compile(r"^\\\.[ \t\r]*(?:\n|\Z)", re.MULTILINE)
_BRACKETS = re.compile(r"/\*|\*/")
_DEPTH = {"open": 1, "close": -1}
_ATOMIC = re.compile(r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|PROCEDURE)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """One statement of a file, the line it begins on, and its COPY data if it has any."""

    sql: str
    line: int
    data: str | None = None


def run(session: Connection[Any], text: str) -> None:
    """Run `text` in a session that commits each statement; raises ConfigError for the first that fails."""
    from psycopg import Error

    for piece in split(text):
        try:
            with session.cursor() as cursor:
                if piece.data is None:
                    cursor.execute(piece.sql.encode())
                else:
                    with cursor.copy(piece.sql.encode()) as copy:
                        copy.write(piece.data)
        except Error as error:
            said = " ".join(str(error).split())
            raise ConfigError(
                f"the SQL file fails at line {piece.line}: {said}",
                remedy="it must load into an empty database, as the kit's own login",
                line=piece.line,
            ) from error


def split(text: str) -> Iterator[Piece]:
    """Give the statements of a psql file; raises ConfigError for a meta-command."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    lines = [mark.start() for mark in re.finditer("\n", text)]
    start = at = depth = begun = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        assert token is not None
        kind, at = token.lastgroup, _past(token)
        depth += _DEPTH.get(kind or "", 0)
        begun = _begun(begun, token[0].upper(), text, start) if kind == "word" else begun
        if kind == "meta":
            _check_meta(token[0], bisect_left(lines, token.start()) + 1)
            start = at
        elif kind == "end" and depth <= 0 and not begun:
            found, at = _piece(text, lines, start, at)
            yield from found
            start, depth = at, 0
    yield from _piece(text, lines, start, len(text))[0]


def _piece(text: str, lines: list[int], start: int, end: int) -> tuple[list[Piece], int]:
    """Give the statement between two places, and where the next begins: after the data, if it is a COPY."""
    sql = text[start:end]
    bare = _COMMENT.sub(" ", sql).strip(" \t\n\f\v;")
    if not bare:
        return [], end
    begin = start + len(sql) - len(sql.lstrip())
    line = bisect_left(lines, begin) + 1
    if not _COPY.match(bare):
        return [Piece(sql.strip(), line)], end
    data = text.find("\n", end) + 1 or len(text)
    stop = _DATA_END.search(text, data)
    if stop is None:
        raise ConfigError(
            f"the SQL file has COPY data without an end, from line {line}", remedy=r"end it with a line of \."
        )
    return [Piece(sql.strip(), line, text[data : stop.start()])], stop.end()


def _begun(begun: int, word: str, text: str, start: int) -> int:
    """Count how deep in a routine body of standard SQL (BEGIN ATOMIC … END) a statement stands."""
    if begun:
        return begun + (word == "CASE") - (word == "END")
    if word == "ATOMIC" and _ATOMIC.match(_COMMENT.sub(" ", text[start:]).lstrip()):
        return 1
    return 0


def _check_meta(command: str, line: int) -> None:
    if not _IGNORED.match(command):
        raise ConfigError(
            f"the SQL file has a psql meta-command at line {line}: {command.strip()}",
            remedy="take it out; the file is loaded without psql",
            line=line,
        )


def _past(token: re.Match[str]) -> int:
    """Give where a token ends; what it opens, and may hold anything, ends with its mate."""
    text, at = token.string, token.end()
    if token.lastgroup == "dollar":
        found = text.find(token[0], at)
        return len(text) if found < 0 else found + len(token[0])
    if token.lastgroup != "block":
        return at
    depth = 1
    for mark in _BRACKETS.finditer(text, at):
        depth += 1 if mark[0] == "/*" else -1
        if not depth:
            return mark.end()
    return len(text)
