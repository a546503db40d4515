"""Which rows an UPDATE or a DELETE reaches, as far as its text shows: all of them, or some (pure)."""

from __future__ import annotations

import re

from migkit.lint.case import Deed
from migkit.model.script import Kind, Reading

# Patterns that `re` compiles and keeps when the first UPDATE is met: most revisions have none.
_LITERAL = r"(?s)'(?:[^'\\]|''|\\.)*+(?:'|\\?\Z)|--[^\n]*|/\*.*?(?:\*/|\Z)"  # one that is not closed goes to the end
_UNEQUAL = r"<>|!="
_PICKS = r"(?i)[=<>~]|\b(?:IN|LIKE|ILIKE|REGEXP|RLIKE|BETWEEN|EXISTS|SIMILAR|ANY|MATCH|AGAINST)\b"
_WHERE = r"(?i)\bWHERE\b"
_LONGEST = 20_000  # characters of SQL that are looked at


def sweeps(deed: Deed) -> bool:
    """Whether an UPDATE or a DELETE reaches every row, or all that are NULL or not: not those that it picks by a value.

    What a loop, a LIMIT, a join or a text with a hole reaches is not known: no.
    """
    act = deed.act
    if act.kind not in (Kind.update, Kind.delete) or not _plain(deed) or act.options & {"limit", "join", "merge"}:
        return False
    if not act.where:
        return True
    sql = re.sub(_LITERAL, "''", deed.statement.sql[:_LONGEST])
    wheres = re.split(_WHERE, sql)
    return len(wheres) == 2 and not re.search(_PICKS, re.sub(_UNEQUAL, "", wheres[1]))  # noqa: PLR2004  # before it, behind it


def assigned(deed: Deed) -> frozenset[str]:
    """Give the columns that an UPDATE sets, in small letters."""
    return frozenset(column.name.lower() for column in deed.act.columns)


def _plain(deed: Deed) -> bool:
    """Whether a statement runs once, as it stands."""
    statement = deed.statement
    return statement.reading is Reading.whole and not statement.repeated and "{}" not in statement.sql
