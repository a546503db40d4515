"""Where one statement of a text ends and the next begins: at semicolons outside of quotes and of bodies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from migkit.product import Family
from migkit.sql.tokens import Token

_BODIES = frozenset({"PROCEDURE", "FUNCTION", "TRIGGER", "EVENT"})
_OPENS = frozenset({"BEGIN", "CASE"})
_AT_A_START = frozenset({"IF", "LOOP", "WHILE", "REPEAT", "FOR"})
_STARTS = frozenset({";", "BEGIN", "THEN", "ELSE", "DO", "LOOP", "REPEAT", ":", "ATOMIC"})
_ENDED = frozenset({"IF", "CASE", "LOOP", "WHILE", "REPEAT", "FOR"})
_HEAD = 12  # tokens in which CREATE says what it makes: CREATE OR REPLACE DEFINER = `a`@`b` AGGREGATE FUNCTION


def statements(tokens: Sequence[Token], family: Family) -> Iterator[list[Token]]:
    """Give the tokens of each statement, without its semicolon."""
    begin = 0
    while begin < len(tokens):
        body = _has_body(tokens, begin, family)
        end = _body_end(tokens, begin) if body else _end(tokens, begin)
        if end > begin:
            yield list(tokens[begin:end])
        begin = end + 1


def _end(tokens: Sequence[Token], begin: int) -> int:
    for at in range(begin, len(tokens)):
        if tokens[at].up == ";":
            return at
    return len(tokens)


def _has_body(tokens: Sequence[Token], begin: int, family: Family) -> bool:
    """Whether a statement may hold statements: a routine that the server keeps, a block of MariaDB's."""
    first = tokens[begin].up
    if first == "BEGIN":
        return family == "mariadb" and begin + 2 < len(tokens) and tokens[begin + 1].up == "NOT"
    if first != "CREATE":
        return False
    head = [token.up for token in tokens[begin : begin + _HEAD]]
    return any(word in _BODIES for word in head)


def _body_end(tokens: Sequence[Token], begin: int) -> int:
    """Find the semicolon that stands outside of BEGIN … END and of what is like it."""
    depth = 0
    at = begin
    while at < len(tokens):
        up = tokens[at].up
        if up == ";" and depth <= 0:
            return at
        if up == "END":
            depth -= 1
            at += at + 1 < len(tokens) and tokens[at + 1].up in _ENDED
        elif up in _OPENS or (up in _AT_A_START and depth and tokens[at - 1].up in _STARTS):
            depth += 1
        at += 1
    return len(tokens)
