"""CREATE INDEX and DROP INDEX."""

from __future__ import annotations

from dataclasses import replace

from migkit.model.script import Act, Kind
from migkit.sql.cursor import Cursor, Unread
from migkit.sql.keys import key_options
from migkit.sql.parts import Key, listed
from migkit.sql.tables import guarded


def create_index(cursor: Cursor, options: set[str], kind: str = "index") -> list[Act]:
    """Read what follows CREATE … INDEX. Raises Unread."""
    if cursor.take("CONCURRENTLY"):
        options.add("concurrently")
    guard = guarded(cursor, "NOT")
    key = Key(kind, _name(cursor))
    _using(cursor, key)
    if not cursor.take("ON"):
        raise Unread(cursor.now.text)
    if cursor.take("ONLY"):
        options.add("only")
    table = cursor.table()
    _using(cursor, key)
    listed(cursor, key)
    manner = _manner(cursor, key)
    spec, kept = key.spec(cursor), frozenset(options | key.options)
    act = Act(Kind.create_index, table, key.name, key=spec, options=kept, guard=guard, span=spec.span)
    return [replace(act, algorithm=manner[0], lock=manner[1])]


def _name(cursor: Cursor) -> str:
    """Take the name of an index that is made, if it has one; a schema before it is that of its table."""
    if cursor.up == "ON":
        return ""
    name = cursor.identifier()
    return cursor.identifier() if cursor.take(".") else name


def _using(cursor: Cursor, key: Key) -> None:
    if cursor.take_any(("USING", "TYPE")):
        key.using = cursor.identifier().lower()


def _manner(cursor: Cursor, key: Key) -> tuple[str, str]:
    """Take what follows the parts; give MySQL's algorithm and lock."""
    said = {"ALGORITHM": "", "LOCK": ""}
    while cursor:
        word = cursor.take_any(("ALGORITHM", "LOCK"))
        if word:
            cursor.take("=")
            said[word] = cursor.up
            cursor.skip()
            continue
        before = cursor.at
        key_options(cursor, key)
        if cursor.at == before:
            cursor.rest_known()
    return said["ALGORITHM"], said["LOCK"]


def drop_index(cursor: Cursor, options: set[str]) -> list[Act]:
    """Read what follows DROP INDEX: with its table on MySQL, alone elsewhere. Raises Unread."""
    if cursor.take("CONCURRENTLY"):
        options.add("concurrently")
    guard = guarded(cursor)
    names = [cursor.table()]
    while cursor.take(","):
        names.append(cursor.table())
    table = cursor.table() if cursor.take("ON") else ""
    if cursor.take("CASCADE"):
        options.add("cascade")
    cursor.take("RESTRICT")
    algorithm, lock = _manner(cursor, Key("index"))
    act = Act(Kind.drop_index, table, options=frozenset(options), guard=guard, span=cursor.span())
    return [replace(act, name=name, algorithm=algorithm, lock=lock) for name in names]
