"""What a revision's statements do to a table, as far as their text tells without parsing it (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from migkit.model.rehearsal import Sent

_COMMENT = re.compile(r"/\*(?!!).*?\*/|--[ \t][^\n]*|#[^\n]*", re.DOTALL)
_TEXT = re.compile(r"'(?:[^'\\]|\\.|'')*'", re.DOTALL)
_PARENTHESIS = re.compile(r"\([^()]*\)")
_CHANGES = re.compile(
    r"\b(?:UPDATE(?!\s+(?:CASCADE|RESTRICT|NO\s|SET\s))|MERGE|REPLACE|CALL|DO|EXECUTE)\b", re.IGNORECASE
)
_REPLACES = re.compile(r"\s*REPLACE\b", re.IGNORECASE)
_DELETE = re.compile(r"\b(?:DELETE(?!\s+(?:CASCADE|RESTRICT|NO\s|SET\s))|TRUNCATE)\b", re.IGNORECASE)
_DELETES = re.compile(r"\b(?:DELETE|TRUNCATE|REPLACE|MERGE|CALL|DO|DROP)\b", re.IGNORECASE)
_ASSIGNED = re.compile(r"\b(?:SET|KEY\s+UPDATE)\b(.*?)(?=\b(?:WHERE|FROM|SET)\b|;|\Z)", re.IGNORECASE | re.DOTALL)
_LISTED = re.compile(r"\bSET\s*\(([^()]*)\)\s*=", re.IGNORECASE)


def changes_values(statement: str) -> bool:
    """Whether a statement may change values in place, of whatever table."""
    return _CHANGES.search(_bare(statement)) is not None


def deletes(statement: str, table: str) -> bool:
    """Whether a statement deletes rows of a table, by what it says itself."""
    bare = _bare(statement)
    return _DELETE.search(bare) is not None and _names(bare, table)


def updates(statement: str, table: str, column: str) -> bool:
    """Whether a statement changes the values of a column of a table, by what it says itself."""
    bare = _bare(statement)
    if not _CHANGES.search(bare) or not _names(bare, table):
        return False
    if _REPLACES.match(bare):
        return True
    return any(_names(listed, column) for listed in _LISTED.findall(bare)) or any(
        re.search(rf"(?<!\w){re.escape(column)}[\"`\]]?\s*=", assigned, re.IGNORECASE)
        for assigned in _ASSIGNED.findall(_flat(bare))
    )


def line_of(sent: Sequence[Sent], table: str, column: str | None = None, *, written: bool = False) -> int | None:
    """Give the line of the last statement that may have changed a table's rows, or the values of a column.

    Values that were `written` are changed by an UPDATE. Where no statement names the table, it is the only one's line.
    """
    lines = [(one.line, _bare(one.statement)) for one in sent if one.line is not None]
    named = [(line, text) for line, text in lines if _names(text, table)]
    wanted = [line for line, text in named if (_names(text, column) if column else _DELETES.search(text))]
    if written and column:
        wanted = [line for line, text in named if updates(text, table, column)] or wanted
    alone = [lines[0][0]] if len(sent) == len(lines) == 1 else []
    return [*alone, *(line for line, _text in named), *wanted][-1] if alone or named else None


@lru_cache(maxsize=1024)
def _bare(statement: str) -> str:
    """Leave comments and texts out."""
    return _TEXT.sub("''", _COMMENT.sub(" ", statement))


def _flat(bare: str) -> str:
    """Leave out whatever stands in parentheses: the WHERE of a subquery is not the statement's."""
    while (shorter := _PARENTHESIS.sub(" ", bare)) != bare:
        bare = shorter
    return bare


def _names(text: str, name: str) -> bool:
    last = name.rpartition(".")[2]
    return re.search(rf"(?<!\w){re.escape(last)}(?!\w)", text, re.IGNORECASE) is not None
