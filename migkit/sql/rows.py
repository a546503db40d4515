"""INSERT, UPDATE, DELETE and the like: whose rows they change, and whether a condition stands there."""

from __future__ import annotations

from migkit.model.script import Act, ColumnSpec, Kind
from migkit.sql.cursor import Cursor
from migkit.sql.parts import column_names

_PRIORITY = frozenset({"LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "QUICK", "IGNORE"})
_ENDS = frozenset({"SET", "WHERE", "FROM", "JOIN", "USING", "ORDER", "LIMIT", "RETURNING", "AS", "VALUES"})


def insert(cursor: Cursor, options: set[str]) -> list[Act]:
    """Read what follows INSERT or REPLACE. Raises Unread."""
    while word := cursor.take_any(_PRIORITY):
        options.add(word.lower())
    if cursor.take("OR"):
        options.add(cursor.up.lower())
        cursor.skip()
    cursor.take("INTO")
    table = cursor.table()
    _alias(cursor)
    names: tuple[str, ...] = ()
    if cursor.up == "(" and cursor.ahead().up not in ("SELECT", "WITH", "("):
        names = column_names(cursor)
    elif cursor.take("SET"):
        names, _ = _assigned(Cursor(cursor.scan, cursor.at, cursor.end), {})
    _tail(cursor, options)
    return [_act(Kind.insert, cursor, table, options, names)]


def _tail(cursor: Cursor, options: set[str]) -> None:
    """Note what the rest of an INSERT says."""
    for at in range(cursor.at, cursor.end):
        up = cursor.tokens[at].up
        if up == "SELECT":
            options.add("select")
        elif up == "CONFLICT" and cursor.tokens[at - 1].up == "ON":
            options.add("on conflict")
        elif up == "DUPLICATE" and cursor.tokens[at - 1].up == "ON":
            options.add("on duplicate")


def update(cursor: Cursor, options: set[str]) -> list[Act]:
    """Read what follows UPDATE, of several tables too. Raises Unread."""
    while word := cursor.take_any(_PRIORITY):
        options.add(word.lower())
    if cursor.take("OR"):
        cursor.skip()
    cursor.take("ONLY")
    begin = cursor.at
    cursor.skip_to(("SET",))
    tables = _sources(Cursor(cursor.scan, begin, cursor.at))
    cursor.take("SET")
    begin = cursor.at
    cursor.skip_to(("WHERE", "FROM", "ORDER", "LIMIT", "RETURNING"))
    names, targets = _assigned(Cursor(cursor.scan, begin, cursor.at), tables)
    where = _conditions(cursor, options) or (len(tables) > 1 and "join" in options)
    targets = targets or [next(iter(tables.values()), "")]
    return [_act(Kind.update, cursor, table, options, names, where=where) for table in targets]


def _assigned(cursor: Cursor, tables: dict[str, str]) -> tuple[tuple[str, ...], list[str]]:
    """Give the columns that SET names, and the tables whose they are where that is said."""
    names, targets = [], []
    for piece in cursor.pieces():
        if piece.up == "(":
            names += list(column_names(piece))
            continue
        if not piece.names_here():
            piece.doubt()
            continue
        parts = piece.dotted()
        names.append(parts[-1] if parts else "")
        if len(parts) > 1 and parts[-2].lower() in tables:
            targets.append(tables[parts[-2].lower()])
    return tuple(names), list(dict.fromkeys(targets))


def delete(cursor: Cursor, options: set[str]) -> list[Act]:
    """Read what follows DELETE, of several tables too. Raises Unread."""
    while word := cursor.take_any(_PRIORITY):
        options.add(word.lower())
    wanted = _wanted(cursor)
    cursor.take("FROM")
    cursor.take("ONLY")
    begin = cursor.at
    cursor.skip_to(("USING", "WHERE", "ORDER", "LIMIT", "RETURNING"))
    tables = _sources(Cursor(cursor.scan, begin, cursor.at))
    if cursor.take("USING"):
        options.add("join")
        wanted = wanted or list(tables) if cursor.mysql else wanted
        begin = cursor.at
        cursor.skip_to(("WHERE", "ORDER", "LIMIT", "RETURNING"))
        others = _sources(Cursor(cursor.scan, begin, cursor.at))
        tables |= others if cursor.mysql else {}
    where = _conditions(cursor, options)
    first = [next(iter(tables.values()), "")]
    targets = [tables.get(name.lower(), name) for name in wanted] or first
    joined = len(tables) > 1 and "join" in options
    return [_act(Kind.delete, cursor, table, options, where=where or joined) for table in targets]


def _wanted(cursor: Cursor) -> list[str]:
    """Take the names before FROM, whose rows MySQL deletes."""
    names = []
    while cursor and cursor.up != "FROM":
        parts = cursor.dotted()
        names.append(parts[-1] if parts else "")
        if cursor.take("."):
            cursor.take("*")
        if not cursor.take(","):
            break
    return names


def _sources(cursor: Cursor) -> dict[str, str]:
    """Give the tables that stand here by what they are called, aliases too; `join` is left to the caller's eyes."""
    found: dict[str, str] = {}
    expects = True
    while cursor:
        up = cursor.up
        if up in (",", "JOIN"):
            expects = True
            cursor.at += 1
        elif expects and cursor.names_here() and up not in ("LATERAL", "SELECT"):
            table = cursor.table()
            found[_alias(cursor) or table.rsplit(".", 1)[-1].lower()] = table
            expects = False
        else:
            cursor.skip()
    return found


_NO_ALIAS = _ENDS | {"INNER", "LEFT", "RIGHT", "CROSS", "ON", "STRAIGHT_JOIN", "NATURAL", "FULL", "SELECT", "PARTITION"}
_NO_ALIAS |= {"DEFAULT", "OVERRIDING", "VALUE", "WITH", "WHEN", "FORCE", "USE", "IGNORE"}


def _alias(cursor: Cursor) -> str:
    """Take an alias, if one stands here; give it in lower case."""
    if cursor.up == "*":
        cursor.at += 1
    said = cursor.take("AS")
    if cursor.names_here() and (said or cursor.up not in _NO_ALIAS):
        return cursor.identifier().lower()
    return ""


def _conditions(cursor: Cursor, options: set[str]) -> bool:
    """Note LIMIT and joins of the whole statement; give whether a condition stands outside of parentheses."""
    where = False
    walk = Cursor(cursor.scan, cursor.begin, cursor.end)
    while walk:
        up = walk.up
        where = where or up == "WHERE"
        if up == "JOIN":
            options.add("join")
        elif up == "LIMIT":
            options.add("limit")
        walk.skip()
    return where


def truncate(cursor: Cursor, options: set[str]) -> list[Act]:
    """Read what follows TRUNCATE. Raises Unread."""
    cursor.take("TABLE")
    cursor.take("ONLY")
    names = [cursor.table()]
    while cursor.take(","):
        cursor.take("ONLY")
        names.append(cursor.table())
    while cursor:
        if cursor.up == "CASCADE":
            options.add("cascade")
        cursor.skip()
    return [_act(Kind.truncate, cursor, name, options) for name in names]


def merge(cursor: Cursor, options: set[str]) -> list[Act]:
    """Read what follows MERGE. Raises Unread."""
    cursor.take("INTO")
    cursor.take("ONLY")
    options.add("merge")
    return [_act(Kind.update, cursor, cursor.table(), options, where=True)]


def copy(cursor: Cursor, options: set[str]) -> list[Act]:
    """Read what follows COPY. Raises Unread."""
    if cursor.up == "(":
        return [_act(Kind.select, cursor, "", options)]
    table = cursor.table()
    names = column_names(cursor)
    options.add("copy")
    return [_act(Kind.insert if cursor.up == "FROM" else Kind.select, cursor, table, options, names)]


def load(cursor: Cursor, options: set[str]) -> list[Act]:
    """Read what follows LOAD DATA. Raises Unread."""
    if cursor.now.kind == "string":
        return [Act(Kind.other, item="load", span=cursor.span())]  # a library, on PostgreSQL
    cursor.skip_to(("TABLE",))
    cursor.at += 1
    options.add("load")
    return [_act(Kind.insert, cursor, cursor.table(), options)]


def _act(
    kind: Kind, cursor: Cursor, table: str, options: set[str], names: tuple[str, ...] = (), *, where: bool = False
) -> Act:
    columns = tuple(ColumnSpec(name, span=cursor.span()) for name in names)
    return Act(kind, table, columns=columns, options=frozenset(options), where=where, span=cursor.span())
