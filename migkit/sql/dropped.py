"""DROP and RENAME as actions of ALTER TABLE."""

from __future__ import annotations

from migkit.model.script import Act, Guard, Kind
from migkit.sql import partitions
from migkit.sql.cursor import Cursor, Unread
from migkit.sql.tables import guarded

_DROPS = (
    (("FOREIGN", "KEY"), Kind.drop_constraint, "foreign"),
    (("CONSTRAINT",), Kind.drop_constraint, ""),
    (("CHECK",), Kind.drop_constraint, "check"),
    (("INDEX",), Kind.drop_index, ""),
    (("KEY",), Kind.drop_index, ""),
)
_NAMED = ("word", "name")
_RENAMES = {
    "INDEX": (Kind.rename_index, ""),
    "KEY": (Kind.rename_index, ""),
    "CONSTRAINT": (Kind.rename_index, "constraint"),
    "COLUMN": (Kind.rename_column, ""),
}


def dropped(piece: Cursor, table: str) -> list[Act]:
    """Read what follows DROP. Raises Unread."""
    for words, kind, item in _DROPS:
        if (piece.mysql or words == ("CONSTRAINT",)) and piece.ahead(len(words)).kind in _NAMED and piece.take(*words):
            return [_dropped(piece, table, kind, item)]
    if piece.take("PRIMARY", "KEY"):
        return [Act(Kind.drop_constraint, table, "PRIMARY", item="primary", span=piece.span())]
    if piece.take("PARTITION"):
        return partitions.altered(piece, table, "drop partition")
    if piece.take("SYSTEM", "VERSIONING") or piece.take("PERIOD", "FOR"):
        piece.at = piece.end
        return [Act(Kind.alter_table, table, options=frozenset({"versioning"}), span=piece.span())]
    piece.take("COLUMN")
    return [_dropped(piece, table, Kind.drop_column, "")]


def _dropped(piece: Cursor, table: str, kind: Kind, item: str) -> Act:
    guard = guarded(piece)
    name = piece.identifier()
    options = frozenset({"cascade"}) if piece.take("CASCADE") else frozenset()
    piece.take("RESTRICT")
    return Act(kind, table, name, item=item, options=options, guard=guard, span=piece.span())


def renamed(piece: Cursor, table: str) -> list[Act]:
    """Read what follows RENAME. Raises Unread."""
    kind, item = _RENAMES.get(piece.up, (None, ""))
    if (
        kind is None
        or (piece.up in ("INDEX", "KEY") and not piece.mysql)
        or piece.ahead().up == "TO"
        or piece.ahead().kind not in _NAMED
    ):
        return _table(piece, table)
    piece.at += 1
    guard = guarded(piece)
    return [_pair(piece, table, kind, item, guard)]


def _table(piece: Cursor, table: str) -> list[Act]:
    """RENAME TO x, RENAME x (MySQL), RENAME a TO b (PostgreSQL, SQLite)."""
    if not piece.take_any(("TO", "AS", "=")) and piece.ahead().up == "TO":
        return [_pair(piece, table, Kind.rename_column, "", Guard.none)]
    new = piece.table()
    if piece.family == "postgresql" and "." in table and new and "." not in new:
        new = f"{table.rsplit('.', 1)[0]}.{new}"
    return [Act(Kind.rename_table, table, new=new, span=piece.span())]


def _pair(piece: Cursor, table: str, kind: Kind, item: str, guard: Guard) -> Act:
    old = piece.identifier()
    if not piece.take("TO"):
        raise Unread(piece.now.text)
    return Act(kind, table, old, piece.identifier(), item, guard=guard, span=piece.span())
