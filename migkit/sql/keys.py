"""Constraints and indexes as they stand in CREATE TABLE, behind ADD, and in CREATE INDEX."""

from __future__ import annotations

from migkit.sql.cursor import Cursor, Unread
from migkit.sql.parts import Key, column_names, listed, tidy

_STARTS = frozenset({"CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK"})
_MYSQL_STARTS = _STARTS | {"INDEX", "KEY", "FULLTEXT", "SPATIAL"}
_ACTIONS = (("SET", "NULL"), ("SET", "DEFAULT"), ("NO", "ACTION"), ("CASCADE",), ("RESTRICT",))


def begins_key(cursor: Cursor) -> bool:
    """Whether a constraint or an index stands here, and not a column."""
    up = cursor.up
    if up in (_MYSQL_STARTS if cursor.mysql else _STARTS):
        return True
    return up == "EXCLUDE" and cursor.family == "postgresql" and cursor.ahead().up in ("USING", "(")


def read_key(cursor: Cursor) -> Key:
    """Read a constraint or an index. Raises Unread."""
    name, constraint = "", False
    if cursor.take("CONSTRAINT"):
        constraint = True
        cursor.take("IF", "NOT", "EXISTS")
        if not begins_key(cursor) and cursor.up != "NOT":
            name = cursor.identifier()
    word = cursor.take_any(frozenset(_READERS))
    if not word:
        raise Unread(cursor.now.text)
    key = _READERS[word](cursor)
    key.name = name or key.name
    key.constraint = constraint
    key_options(cursor, key)
    return key


def references(cursor: Cursor, key: Key) -> None:
    """Take what follows the word REFERENCES. Raises Unread."""
    key.refers = cursor.table()
    if cursor.up == "(":
        key.refers_columns = column_names(cursor)
    while True:
        if cursor.take("MATCH"):
            cursor.skip()
        elif cursor.take("ON", "DELETE"):
            _action(cursor, key, "on delete")
        elif cursor.take("ON", "UPDATE"):
            _action(cursor, key, "on update")
        else:
            return


def _action(cursor: Cursor, key: Key, when: str) -> None:
    for words in _ACTIONS:
        if cursor.take(*words):
            key.options.add(f"{when} {' '.join(words).lower()}")
            if cursor.up == "(":
                cursor.skip()
            return


def _primary(cursor: Cursor) -> Key:
    if not cursor.take("KEY"):
        raise Unread(cursor.now.text)
    key = Key("primary")
    if cursor.mysql and cursor.names_here() and cursor.up not in ("USING", "CLUSTERED", "NONCLUSTERED"):
        cursor.identifier()  # MySQL takes a name there, and forgets it
    return _body(cursor, key)


def _unique(cursor: Cursor) -> Key:
    key = Key("unique")
    if not cursor.take_any(("KEY", "INDEX")):
        key.options.add("bare")
    return _named(cursor, key)


def _index(cursor: Cursor) -> Key:
    return _named(cursor, Key("index"))


def _fulltext(cursor: Cursor) -> Key:
    cursor.take_any(("KEY", "INDEX"))
    return _named(cursor, Key("fulltext"))


def _spatial(cursor: Cursor) -> Key:
    cursor.take_any(("KEY", "INDEX"))
    return _named(cursor, Key("spatial"))


def _named(cursor: Cursor, key: Key) -> Key:
    if cursor.take("IF", "NOT", "EXISTS"):
        key.options.add("if not exists")
    if cursor.mysql and cursor.names_here() and cursor.up != "USING":
        key.name = cursor.identifier()
    return _body(cursor, key)


def _body(cursor: Cursor, key: Key) -> Key:
    if cursor.take("NULLS", "NOT", "DISTINCT"):
        key.options.add("nulls not distinct")
    elif cursor.take("NULLS", "DISTINCT"):
        pass
    if cursor.take("USING", "INDEX"):
        key.options.add("using index")
        key.expression = cursor.identifier()
        return key
    if cursor.take_any(("USING", "TYPE")):
        key.using = cursor.identifier().lower()
    listed(cursor, key)
    return key


def _foreign(cursor: Cursor) -> Key:
    if not cursor.take("KEY"):
        raise Unread(cursor.now.text)
    key = Key("foreign")
    if cursor.take("IF", "NOT", "EXISTS"):
        key.options.add("if not exists")
    if cursor.names_here():
        key.name = cursor.identifier()  # the name of its index on MySQL, and its own where CONSTRAINT gives none
    listed(cursor, key)
    if cursor.take("REFERENCES"):
        references(cursor, key)
    else:
        cursor.doubt()
    return key


def _check(cursor: Cursor) -> Key:
    key = Key("check")
    group = cursor.inside()
    if group is None:
        raise Unread(cursor.now.text)
    key.expression = tidy(group.whole())
    return key


def _exclude(cursor: Cursor) -> Key:
    key = Key("exclude")
    if cursor.take("USING"):
        key.using = cursor.identifier()
    listed(cursor, key)
    return key


def _not_null(cursor: Cursor) -> Key:
    """PostgreSQL 18: a NOT NULL with a name, which can be NOT VALID at first."""
    if not cursor.take("NULL"):
        raise Unread(cursor.now.text)
    column = cursor.identifier()
    return Key("check", columns=(column,), expression=f"{column} IS NOT NULL")


_READERS = {
    "PRIMARY": _primary,
    "UNIQUE": _unique,
    "INDEX": _index,
    "KEY": _index,
    "FULLTEXT": _fulltext,
    "SPATIAL": _spatial,
    "FOREIGN": _foreign,
    "CHECK": _check,
    "EXCLUDE": _exclude,
    "NOT": _not_null,
}

_FLAGS = (
    ("NOT", "VALID"),
    ("NOT", "ENFORCED"),
    ("NOT", "DEFERRABLE"),
    ("DEFERRABLE",),
    ("INITIALLY", "DEFERRED"),
    ("INITIALLY", "IMMEDIATE"),
    ("NO", "INHERIT"),
    ("ENFORCED",),
    ("INVISIBLE",),
    ("VISIBLE",),
    ("IGNORED",),
    ("NOT", "IGNORED"),
    ("NULLS", "NOT", "DISTINCT"),
)
_VALUED = frozenset(
    {"COMMENT", "KEY_BLOCK_SIZE", "WITH", "TABLESPACE", "PARSER", "ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE"}
)


def key_options(cursor: Cursor, key: Key) -> None:
    """Take what follows a key: USING, INCLUDE, WHERE, NOT VALID, COMMENT …"""
    while cursor and (_flag(cursor, key) or _clause(cursor, key)):
        pass


def _flag(cursor: Cursor, key: Key) -> bool:
    for words in _FLAGS:
        if cursor.take(*words):
            key.options.add(" ".join(words).lower())
            return True
    return False


def _clause(cursor: Cursor, key: Key) -> bool:
    if cursor.take("WHERE"):
        begin = cursor.at
        cursor.skip_to(("ALGORITHM", "LOCK") if cursor.mysql else ())
        key.where = tidy(cursor.text(begin))
    elif cursor.take("INCLUDE"):
        key.options.add("include")
        cursor.skip()
    elif cursor.take("USING", "INDEX", "TABLESPACE") or cursor.take("ON", "CONFLICT"):
        cursor.skip()
    elif cursor.take("USING"):
        key.using = cursor.identifier().lower()
    elif cursor.take_any(_VALUED):
        cursor.take("PARSER")
        cursor.take("=")
        cursor.skip()
    else:
        return False
    return True
