"""CREATE TABLE, DROP TABLE and RENAME TABLE."""

from __future__ import annotations

from dataclasses import replace

from migkit.model.script import Act, ColumnSpec, Guard, KeySpec, Kind
from migkit.sql.columns import read_column
from migkit.sql.cursor import Cursor, Unread
from migkit.sql.keys import begins_key, read_key

_BEFORE = frozenset({"TEMPORARY", "TEMP", "UNLOGGED", "GLOBAL", "LOCAL", "FOREIGN", "VIRTUAL"})
_OPTION = frozenset({"ENGINE", "CHARSET", "COLLATE", "ROW_FORMAT", "AUTO_INCREMENT", "COMMENT", "TABLESPACE"})
_ELSEWHERE = frozenset({"as", "like", "inherits", "partition of"})  # where the columns come from
_VALUED = frozenset({"ENGINE", "CHARSET", "COLLATE", "ROW_FORMAT"})


def guarded(cursor: Cursor, *words: str) -> Guard:
    """Take IF [NOT] EXISTS where it stands."""
    return Guard.name if cursor.take("IF", *words, "EXISTS") else Guard.none


def create_table(cursor: Cursor, options: set[str]) -> list[Act]:
    """Read what follows CREATE … TABLE. Raises Unread."""
    guard = guarded(cursor, "NOT")
    table = cursor.table()
    found = _Table()
    name = _likeness(cursor, options)
    if cursor.up == "(" and not _queried(cursor):
        body = cursor.inside()
        assert body is not None
        name = _body(body, found, options) or name
    table_options(cursor, options)
    if not (found.columns or found.keys or name or options & _ELSEWHERE):
        cursor.doubt()
    act = Act(
        Kind.create_table,
        table,
        name,
        columns=found.settled(),
        keys=tuple(found.keys),
        options=frozenset(options),
        guard=guard,
        span=cursor.span(),
    )
    return [act]


class _Table:
    """The columns and keys that were read so far."""

    def __init__(self) -> None:
        self.columns: list[ColumnSpec] = []
        self.keys: list[KeySpec] = []

    def settled(self) -> tuple[ColumnSpec, ...]:
        """Give the columns; what a primary key holds cannot be null."""
        primary = {name.lower() for key in self.keys if key.kind == "primary" for name in key.columns}
        return tuple(replace(one, nullable=False) if one.name.lower() in primary else one for one in self.columns)


def _likeness(cursor: Cursor, options: set[str]) -> str:
    """Take LIKE x, or PARTITION OF x; give that table."""
    if cursor.take("LIKE"):
        options.add("like")
        return cursor.table()
    if cursor.take("PARTITION", "OF"):
        options.add("partition of")
        return cursor.table()
    if cursor.up == "(" and cursor.mysql and cursor.ahead().up == "LIKE":
        options.add("like")
        body = cursor.inside()
        assert body is not None
        body.at += 1
        return body.table()
    return ""


def _queried(cursor: Cursor) -> bool:
    return cursor.ahead().up in ("SELECT", "WITH", "TABLE")


def _body(body: Cursor, found: _Table, options: set[str]) -> str:
    """Read columns and keys; give the table that PostgreSQL's LIKE names."""
    like = ""
    for piece in body.pieces():
        if piece.take("LIKE"):
            options.add("like")
            like = piece.table()
        else:
            _piece(piece, found)
    return like


def _piece(piece: Cursor, found: _Table) -> None:
    try:
        if begins_key(piece):
            key = read_key(piece)
            piece.rest_known()
            found.keys.append(key.spec(piece))
        elif piece.take("PERIOD", "FOR"):
            pass
        else:
            column = read_column(piece)
            if column.spec.name:
                found.columns.append(column.spec)
            found.keys += column.keys
    except Unread:
        piece.doubt()


def table_options(cursor: Cursor, options: set[str]) -> None:
    """Take what follows the columns: engine, character set, partitions, a query."""
    while cursor:
        word = cursor.take_any(_OPTION)
        if word:
            _option(cursor, word, options)
        elif cursor.take("CHARACTER", "SET"):
            _option(cursor, "CHARSET", options)
        elif cursor.up == "PARTITION":
            options.add("partition")
            cursor.at = cursor.end
        elif cursor.up in ("AS", "SELECT", "WITH") or (cursor.up == "(" and _queried(cursor)):
            if cursor.up != "WITH" or cursor.ahead().up != "(":
                options.add("as")
                cursor.at = cursor.end
            cursor.at += 1
        elif cursor.up in ("INHERITS", "OF", "USING"):
            options.add("inherits" if cursor.up == "INHERITS" else "as")
            cursor.at += 2
        else:
            cursor.skip()


def _option(cursor: Cursor, word: str, options: set[str]) -> None:
    cursor.take("=")
    said = word.lower()
    options.add("collation" if said == "collate" else said)
    if word in _VALUED and cursor.names_here():
        options.add(f"{'collation' if said == 'collate' else said}={cursor.now.text.lower()}")
    cursor.skip()


def drop_tables(cursor: Cursor, options: set[str]) -> list[Act]:
    """Read what follows DROP TABLE. Raises Unread."""
    guard = guarded(cursor)
    pieces = list(_names(cursor, options))
    return [
        Act(Kind.drop_table, piece.table(), options=frozenset(options), guard=guard, span=cursor.span())
        for piece in pieces
    ]


def _names(cursor: Cursor, options: set[str]) -> list[Cursor]:
    """Take names up to CASCADE, RESTRICT or the end."""
    begin = cursor.at
    cursor.skip_to(("CASCADE", "RESTRICT"))
    listed = Cursor(cursor.scan, begin, cursor.at)
    if cursor.take("CASCADE"):
        options.add("cascade")
    return list(listed.pieces())


def rename_tables(cursor: Cursor) -> list[Act]:
    """Read what follows RENAME TABLE of MySQL. Raises Unread."""
    acts = []
    cursor.take("IF", "EXISTS")
    for piece in cursor.pieces():
        old = piece.table()
        if not piece.take("TO"):
            raise Unread(piece.now.text)
        acts.append(Act(Kind.rename_table, old, new=piece.table(), span=piece.span()))
    return acts
