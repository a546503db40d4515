"""What stands in a dump, or a client's script, and is no SQL: rows of COPY, commands of psql, DELIMITER of mysql."""

from __future__ import annotations

import re

from migkit.product import Family

_COPIED = re.compile(
    r"(^COPY\s[^;]*\sFROM\s+stdin[^;\n]*;[^\n]*\n)(.*?)(^\\\.\s*?$|\Z)", re.DOTALL | re.MULTILINE | re.IGNORECASE
)
_COMMAND = re.compile(r"^\\[^\n]*", re.MULTILINE)
_DELIMITER = re.compile(r"^[ \t]*DELIMITER[ \t]+(\S+)[^\n]*", re.MULTILINE | re.IGNORECASE)


def plain(sql: str, family: Family) -> str:
    """Give a text of the same length in which blanks stand for what is no SQL."""
    if family == "postgresql" and "\\" in sql:
        if "stdin" in sql.lower():
            sql = _COPIED.sub(lambda found: found[1] + _blank(found[2]) + _blank(found[3]), sql)
        sql = _COMMAND.sub(lambda found: _blank(found[0]), sql)
    elif family in ("mysql", "mariadb") and "delimiter" in sql.lower():
        sql = _delimited(sql)
    return sql


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _delimited(sql: str) -> str:
    """Put semicolons where another delimiter stands."""
    pieces, at, delimiter = [], 0, ";"
    for found in [*_DELIMITER.finditer(sql), None]:
        piece = sql[at : found.start() if found else len(sql)]
        pieces.append(piece if delimiter == ";" else piece.replace(delimiter, ";".ljust(len(delimiter))))
        if found:
            pieces.append(_blank(found[0]))
            at, delimiter = found.end(), found[1]
    return "".join(pieces)
