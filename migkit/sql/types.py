"""A type as it is written behind a column's name: in capitals, without blanks around its arguments."""

from __future__ import annotations

from migkit.sql.cursor import Cursor
from migkit.sql.tokens import HOLE, Token, unquoted

_SECOND = {
    "DOUBLE": ("PRECISION",),
    "CHARACTER": ("VARYING", "LARGE"),
    "CHAR": ("VARYING",),
    "NCHAR": ("VARYING", "VARCHAR"),
    "BIT": ("VARYING",),
    "NATIONAL": ("CHARACTER", "CHAR", "VARCHAR", "VARCHARACTER"),
    "LONG": ("VARCHAR", "VARBINARY", "CHAR"),
    "VARYING": (),
    "LARGE": ("OBJECT",),
}
_MODIFIERS = frozenset({"UNSIGNED", "SIGNED", "ZEROFILL"})
_FIELDS = frozenset({"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "TO"})
_NO_TYPE = frozenset(
    {"NOT", "NULL", "DEFAULT", "PRIMARY", "UNIQUE", "CHECK", "REFERENCES", "CONSTRAINT", "COLLATE", "GENERATED", "AS"}
)


def column_type(cursor: Cursor) -> str:
    """Take a type; "" where none stands there or it is not constant. Raises Unread."""
    up = cursor.up
    if not cursor or (up in _NO_TYPE and cursor.family == "sqlite") or cursor.now.kind not in ("word", "name"):
        return _odd(cursor)
    if HOLE in cursor.now.text:
        cursor.at += 1
        _arguments(cursor)
        return ""
    words = [_base(cursor)]
    while cursor.up in _SECOND.get(words[-1], ()):
        words.append(cursor.up)
        cursor.at += 1
    text = " ".join(words) + _arguments(cursor) + _suffixes(cursor, words[-1])
    return "" if HOLE in text else text


def _odd(cursor: Cursor) -> str:
    if cursor.family != "sqlite":
        cursor.doubt()
    return ""


def _base(cursor: Cursor) -> str:
    """Take the name of a type, with its schema where one is said that is not the usual one."""
    found: list[str] = []
    while True:
        token = cursor.now
        found.append(token.up or token.text)
        cursor.at += 1
        if cursor.up != "." or cursor.ahead().kind not in ("word", "name"):
            usual = cursor.family == "postgresql" and found[0] in ("PUBLIC", "PG_CATALOG", '"public"')
            return ".".join(found[1:] if usual and found[1:] else found)
        cursor.at += 1


def _arguments(cursor: Cursor) -> str:
    group = cursor.inside() if cursor.up == "(" else None
    if group is None:
        return ""
    return "(" + "".join(_argument(token) for token in group.tokens[group.at : group.end]) + ")"


def _argument(token: Token) -> str:
    if token.kind == "string":
        return "'" + unquoted(token.text).replace("'", "''") + "'"
    return token.up or token.text


def _suffixes(cursor: Cursor, base: str) -> str:
    found = ""
    while cursor:
        if cursor.up in _MODIFIERS:
            found += " " + cursor.up
            cursor.at += 1
        elif base in ("TIME", "TIMESTAMP") and cursor.up in ("WITH", "WITHOUT") and cursor.ahead().up == "TIME":
            found += f" {cursor.up} TIME ZONE"
            cursor.at += 3
        elif base == "INTERVAL" and cursor.up in _FIELDS:
            found += " " + cursor.up
            cursor.at += 1
            found += _arguments(cursor)
        elif cursor.up in ("[", "ARRAY"):
            found += "" if found.endswith("[]") else "[]"
            if cursor.take("ARRAY") and cursor.up != "[":
                continue
            cursor.skip()
        else:
            break
    return found
