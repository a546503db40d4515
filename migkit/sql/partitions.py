"""What ALTER TABLE does with partitions."""

from __future__ import annotations

from migkit.model.script import Act, Kind
from migkit.sql.cursor import Cursor

WORDS = frozenset({"PARTITION", "TRUNCATE", "COALESCE", "REORGANIZE", "EXCHANGE", "ANALYZE", "CHECK", "OPTIMIZE"})
WORDS |= {"REBUILD", "REPAIR", "REMOVE"}

_TAKES = frozenset({"TRUNCATE", "EXCHANGE"})  # rows, as DROP PARTITION does
_MOVES = frozenset({"attach partition", "detach partition"})  # their `name` is the table that is one, or was


def said(word: str) -> set[str]:
    """Give the options of an ALTER TABLE of partitions that begins with a word of WORDS."""
    return {"partition", f"{word.lower()} partition"} if word in _TAKES else {"partition"}


def altered(piece: Cursor, table: str, what: str) -> list[Act]:
    """Make the act of ALTER … PARTITION; `concurrently` is PostgreSQL's DETACH that waits for nobody."""
    options = {"partition", what}
    if any(token.up == "CONCURRENTLY" for token in piece.tokens[piece.at : piece.end]):
        options.add("concurrently")
    piece.take("PARTITION")
    name = piece.table() if what in _MOVES and piece.names_here() else ""
    piece.at = piece.end
    return [Act(Kind.alter_table, table, name, options=frozenset(options), span=piece.span())]
