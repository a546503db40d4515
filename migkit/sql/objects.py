"""Types, views, triggers, functions, extensions: CREATE, ALTER and DROP of what is no table and no index."""

from __future__ import annotations

from migkit.model.script import Act, ColumnSpec, Kind
from migkit.sql.cursor import Cursor, Unread, joined
from migkit.sql.tables import guarded
from migkit.sql.tokens import HOLE

_LONG = (
    ("MATERIALIZED", "VIEW"),
    ("ACCESS", "METHOD"),
    ("EVENT", "TRIGGER"),
    ("FOREIGN", "DATA", "WRAPPER"),
    ("OPERATOR", "CLASS"),
    ("OPERATOR", "FAMILY"),
    ("TEXT", "SEARCH", "CONFIGURATION"),
    ("TEXT", "SEARCH", "DICTIONARY"),
    ("USER", "MAPPING"),
    ("DEFAULT", "PRIVILEGES"),
    ("CONSTRAINT", "TRIGGER"),
    ("AGGREGATE", "FUNCTION"),
)
_UNNAMED = frozenset({"cast", "operator"})  # known by what they take
_NAMELESS = frozenset({"database", "system", "default privileges", "role", "user", "server", "instance"})
_ON_TABLE = frozenset({"trigger", "policy", "rule"})
_MODIFIERS = frozenset({"TRUSTED", "PROCEDURAL", "RECURSIVE", "TEMP", "TEMPORARY", "UNDO", "FORCE"})


def take_item(cursor: Cursor) -> str:
    """Take the words for what an object is: view, materialized view, function … Raises Unread."""
    for words in _LONG:
        if cursor.take(*words):
            return " ".join(words).lower().removeprefix("aggregate ").removeprefix("constraint ")
    if not cursor.up or cursor.now.kind != "word":
        raise Unread(cursor.now.text)
    cursor.at += 1
    return cursor.tokens[cursor.at - 1].up.lower()


def create_type(cursor: Cursor, item: str, options: set[str]) -> list[Act]:
    """Read what follows CREATE TYPE, or CREATE DOMAIN. Raises Unread."""
    name = cursor.table()
    values: tuple[str, ...] = ()
    what = item if item == "domain" else "shell"
    if cursor.take("AS", "ENUM"):
        what = "enum"
        values = _labels(cursor)
    elif item != "domain" and cursor:
        cursor.take("AS")
        what = {"(": "composite", "RANGE": "range"}.get(cursor.up, "base")
    cursor.at = cursor.end
    act = Act(Kind.create_type, name=name, item=what, values=values, options=frozenset(options), span=cursor.span())
    return [act]


def _labels(cursor: Cursor) -> tuple[str, ...]:
    body = cursor.inside()
    if body is None:
        raise Unread(cursor.now.text)
    found = []
    for piece in body.pieces():
        if piece.now.kind != "string":
            piece.doubt()
            continue
        found.append(_said(piece))
    return () if HOLE in body.whole() else tuple(found)


def alter_type(cursor: Cursor, item: str) -> list[Act]:
    """Read what follows ALTER TYPE. Raises Unread."""
    name = cursor.table()
    if cursor.take("ADD", "VALUE"):
        guard = guarded(cursor, "NOT")
        value = _said(cursor)
        place = cursor.take_any(("BEFORE", "AFTER")).lower()
        cursor.at = cursor.end
        options = frozenset({place} if place else ())
        return [Act(Kind.add_value, name=name, new=value, options=options, guard=guard, span=cursor.span())]
    if cursor.take("RENAME", "VALUE"):
        old = _said(cursor)
        if not cursor.take("TO"):
            raise Unread(cursor.now.text)
        return [Act(Kind.rename_value, name=name, new=_said(cursor), values=(old,), span=cursor.span())]
    if cursor.take("RENAME", "TO"):
        return [Act(Kind.rename_type, name=name, new=_beside(name, cursor.identifier()), item=item, span=cursor.span())]
    if cursor.take("SET", "SCHEMA"):
        new = joined((cursor.identifier(), name.rsplit(".", 1)[-1]), cursor.family)
        return [Act(Kind.rename_type, name=name, new=new, item=item, span=cursor.span())]
    cursor.at = cursor.end
    return [Act(Kind.other, name=name, item=item, span=cursor.span())]


def _beside(old: str, new: str) -> str:
    return f"{old.rsplit('.', 1)[0]}.{new}" if "." in old and new else new


def create_other(cursor: Cursor, options: set[str]) -> list[Act]:
    """Read what follows CREATE, of a view, a trigger, a function, an extension … Raises Unread."""
    while word := cursor.take_any(_MODIFIERS):
        options.add(word.lower())
    item = take_item(cursor)
    if item in ("user", "role", "server", "publication", "subscription", "tablespace", "database"):
        return [Act(Kind.other, item=item, span=cursor.span())]
    guard = guarded(cursor, "NOT")
    name = "" if item in _UNNAMED or cursor.up == "AUTHORIZATION" else _object(cursor)
    table = _owner(cursor) if item in _ON_TABLE else ""
    act = Act(Kind.create_other, table, name, item=item, options=frozenset(options), guard=guard, span=cursor.span())
    cursor.at = cursor.end
    return [act]


def _object(cursor: Cursor) -> str:
    return _said(cursor) if cursor.now.kind == "string" else cursor.table()


def _said(cursor: Cursor) -> str:
    """Take a string; "" where a part of it is not constant."""
    text = cursor.string()
    if HOLE not in text:
        return text
    cursor.scan.hole = True
    return ""


def _owner(cursor: Cursor) -> str:
    """Find the table behind ON: that of a trigger, a policy, a rule."""
    while cursor and not cursor.take("ON"):
        cursor.skip()
    if cursor.up in ("INSERT", "UPDATE", "DELETE", "SELECT") and cursor.ahead().up == "TO":
        cursor.at += 2  # a rule's
    return cursor.table() if cursor.names_here() else ""


def drop_other(cursor: Cursor, options: set[str]) -> list[Act]:
    """Read what follows DROP, of anything but a table and an index. Raises Unread."""
    item = take_item(cursor)
    guard = guarded(cursor)
    if item in ("owned", "user", "role", "server", "database"):
        return [Act(Kind.other, item=item, span=cursor.span())]
    names = [""] if item in _UNNAMED else _dropped(cursor)
    table = cursor.table() if item in _ON_TABLE and cursor.take("ON") else ""
    cursor.skip_to(("CASCADE",))
    if cursor.take("CASCADE"):
        options.add("cascade")
    kind = Kind.drop_type if item in ("type", "domain") else Kind.drop_other
    kept = frozenset(options)
    return [Act(kind, table, name, item=item, options=kept, guard=guard, span=cursor.span()) for name in names]


def _dropped(cursor: Cursor) -> list[str]:
    names = []
    while True:
        names.append(_object(cursor))
        if cursor.up == "(":
            cursor.skip()
        if not cursor.take(","):
            return names


def alter_other(cursor: Cursor) -> list[Act]:
    """Read what follows ALTER, of anything but a table and a type. Raises Unread."""
    item = take_item(cursor)
    guard = guarded(cursor)
    if item in _NAMELESS | _UNNAMED or not cursor.names_here():
        return [Act(Kind.other, item=item, span=cursor.span())]
    name = cursor.table()
    if cursor.up == "(":
        cursor.skip()
    new = _beside(name, cursor.identifier()) if cursor.take("RENAME", "TO") else ""
    if cursor.mysql and item == "view" and cursor.take("AS"):  # MySQL's way to say CREATE OR REPLACE
        cursor.at = cursor.end
        return [Act(Kind.create_other, "", name, item=item, options=frozenset({"or replace"}), span=cursor.span())]
    kind = Kind.rename_index if item == "index" and new else Kind.other
    table = cursor.table() if item in _ON_TABLE and cursor.take("ON") else ""
    options = frozenset({"owned"} if item == "sequence" and _is_owned(cursor) else ())
    cursor.at = cursor.end
    return [
        Act(
            kind,
            table,
            name,
            new,
            item="" if kind is Kind.rename_index else item,
            options=options,
            guard=guard,
            span=cursor.span(),
        )
    ]


def _is_owned(cursor: Cursor) -> bool:
    """Whether a sequence becomes a column's, with which it goes."""
    while cursor and not cursor.take("OWNED", "BY"):
        cursor.skip()
    return bool(cursor) and cursor.up != "NONE"


def comment_on(cursor: Cursor) -> list[Act]:
    """Read what follows COMMENT ON. Raises Unread."""
    if cursor.take("TABLE"):
        return [Act(Kind.alter_table, cursor.table(), options=frozenset({"comment"}), span=cursor.span())]
    if not cursor.take("COLUMN"):
        return [Act(Kind.other, item="comment", span=cursor.span())]
    parts = cursor.dotted()
    table, name = (joined(parts[:-1], cursor.family), parts[-1]) if len(parts) > 1 else ("", "")
    column = ColumnSpec(name, comment=not cursor.take("IS", "NULL"), span=cursor.span())
    said = frozenset({"comment"})
    return [Act(Kind.alter_column, table, name, column=column, said=said, span=cursor.span())]
