"""CREATE INDEX and DROP INDEX."""

from __future__ import annotations

from migkit.model.script import Act, Kind
from migkit.reading.sqlcursor import Cursor, Unread
from migkit.reading.sqlkeys import Key, key_options, listed
from migkit.reading.sqltables import guarded


def create_index(cursor: Cursor, options: set[str], kind: str = "index") -> list[Act]:
    """Read what follows CREATE … INDEX. Raises Unread."""
    if cursor.take("CONCURRENTLY"):
        options.add("concurrently")
    guard = guarded(cursor, "NOT")
    key = Key(kind)
    if cursor.up != "ON":
        key.name = cursor.identifier()
        if cursor.up == ".":
            cursor.at += 1
            key.name = cursor.identifier()
    _using(cursor, key)
    if not cursor.take("ON"):
        raise Unread(cursor.now.text)
    if cursor.take("ONLY"):
        options.add("only")
    table = cursor.table()
    _using(cursor, key)
    listed(cursor, key)
    algorithm, lock = _manner(cursor, key)
    options |= key.options
    spec = key.spec(cursor)
    kept = frozenset(options)
    act = Act(
        Kind.create_index,
        table,
        key.name,
        key=spec,
        options=kept,
        algorithm=algorithm,
        lock=lock,
        guard=guard,
        span=spec.span,
    )
    return [act]


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
    return [
        Act(
            Kind.drop_index,
            table,
            name,
            options=frozenset(options),
            algorithm=algorithm,
            lock=lock,
            guard=guard,
            span=cursor.span(),
        )
        for name in names
    ]
