"""ALTER TABLE: each of its actions is an act; MySQL's ALGORITHM and LOCK hold for all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from migkit.model.script import Act, Guard, Kind
from migkit.sql import altered, dropped, partitions
from migkit.sql.columns import Column, read_column
from migkit.sql.cursor import Cursor, Unread
from migkit.sql.keys import begins_key, read_key
from migkit.sql.tables import guarded, table_options

_ALL = frozenset({"type", "nullable", "default", "comment", "autoincrement"})
_LISTS = frozenset({"partition", "order"})  # whose names have commas between them
_MANNER = frozenset({"ALGORITHM", "LOCK"})


def alter_table(cursor: Cursor, options: set[str]) -> list[Act]:
    """Read what follows ALTER TABLE. Raises Unread where not even the table is there."""
    guard = guarded(cursor)
    if cursor.take("ONLY"):
        options.add("only")
    table = cursor.table()
    cursor.take("*")
    if cursor.mysql:
        while cursor.take_any(("WAIT", "NOWAIT")):
            if cursor.now.kind == "number":
                cursor.skip()
    acts: list[Act] = []
    said = {"ALGORITHM": "", "LOCK": ""}
    for piece in cursor.pieces():
        if not (acts and acts[-1].options & _LISTS and piece.up not in _ACTIONS and piece.up not in _MANNER):
            acts += _action(piece, table, said)
    if not acts and any(said.values()):
        acts.append(Act(Kind.alter_table, table, span=cursor.span()))
    acts.sort(key=lambda act: act.kind is Kind.rename_table)  # the table has its old name for all the other actions
    return [_settled(act, options, said, guard) for act in acts]


def _settled(act: Act, options: set[str], said: dict[str, str], guard: Guard) -> Act:
    """Give an act what holds for all of its statement."""
    return replace(
        act,
        options=act.options | options,
        algorithm=said["ALGORITHM"],
        lock=said["LOCK"],
        guard=act.guard or guard,
    )


def _action(piece: Cursor, table: str, said: dict[str, str]) -> list[Act]:
    """Read one action; what is not known of it leaves a doubt, and what is known of it stays."""
    while word := piece.take_any(_MANNER):
        piece.take("=")
        said[word] = piece.up
        piece.at += 1
    if not piece:
        return []
    reader = _ACTIONS.get(piece.up, _options)
    if reader is not _options:
        piece.at += 1
    try:
        acts = reader(piece, table)
    except Unread:
        piece.doubt()
        return []
    if piece:
        piece.doubt()
        return []
    return acts


def _add(piece: Cursor, table: str) -> list[Act]:
    if piece.up == "PARTITION":
        return partitions.altered(piece, table, "add partition")
    if begins_key(piece) or (piece.up == "CONSTRAINT"):
        return [added_key(piece, table)]
    if piece.family == "postgresql" and piece.up == "NOT":
        return [added_key(piece, table)]
    if piece.mysql and (piece.take("SYSTEM", "VERSIONING") or piece.take("PERIOD", "FOR")):
        piece.at = piece.end
        return [Act(Kind.alter_table, table, options=frozenset({"versioning"}), span=piece.span())]
    piece.take("COLUMN")
    guard = guarded(piece, "NOT")
    if piece.up != "(":
        return [_added(piece, table, guard)]
    body = piece.inside()
    assert body is not None
    return [added_key(one, table) if begins_key(one) else _added(one, table, guard) for one in body.pieces()]


def added_key(piece: Cursor, table: str) -> Act:
    """Read a constraint or an index behind ADD. Raises Unread."""
    key = read_key(piece)
    plain = key.kind in ("index", "fulltext", "spatial")
    index = plain or (piece.mysql and key.kind == "unique" and not key.constraint)
    guard = Guard.name if "if not exists" in key.options else Guard.none
    spec = key.spec(piece)
    name = "PRIMARY" if piece.mysql and key.kind == "primary" else key.name
    kind = Kind.create_index if index else Kind.add_constraint
    options = frozenset(key.options - {"bare", "if not exists"})
    return Act(kind, table, name, key=spec, options=options, guard=guard, span=piece.span())


def _added(piece: Cursor, table: str, guard: Guard) -> Act:
    column = read_column(piece)
    return Act(
        Kind.add_column,
        table,
        column.spec.name,
        column=column.spec,
        keys=column.keys,
        options=column.options,
        after=column.after,
        guard=guard,
        span=piece.span(),
    )


def _modify(piece: Cursor, table: str) -> list[Act]:
    piece.take("COLUMN")
    guard = guarded(piece)
    column = read_column(piece)
    return [_changed(piece, table, column.spec.name, column, guard)]


def _change(piece: Cursor, table: str) -> list[Act]:
    piece.take("COLUMN")
    guard = guarded(piece)
    old = piece.identifier()
    return [_changed(piece, table, old, read_column(piece), guard)]


def _changed(piece: Cursor, table: str, old: str, column: Column, guard: Guard) -> Act:
    """Make the act of MODIFY or CHANGE, which say all of a column again."""
    new = column.spec.name if column.spec.name != old else ""
    said = _ALL | ({"name"} if new else set())
    said |= {"collation"} if column.spec.collation or column.spec.charset else set()
    return Act(
        Kind.alter_column,
        table,
        old,
        new,
        column=column.spec,
        keys=column.keys,
        said=frozenset(said),
        options=column.options | {"modify"},
        after=column.after,
        guard=guard,
        span=piece.span(),
    )


def _alter(piece: Cursor, table: str) -> list[Act]:
    if (piece.up == "CONSTRAINT" or (piece.mysql and piece.up in ("INDEX", "KEY", "CHECK"))) and piece.ahead().kind in (
        "word",
        "name",
    ):
        item = piece.up.lower()
        piece.at += 1
        guarded(piece)
        name = piece.identifier()
        piece.at = piece.end
        return [Act(Kind.alter_table, table, name, item=item, options=frozenset({item}), span=piece.span())]
    piece.take("COLUMN")
    guarded(piece)
    return [altered.altered(piece, table)]


def _validate(piece: Cursor, table: str) -> list[Act]:
    if not piece.take("CONSTRAINT"):
        raise Unread(piece.now.text)
    return [Act(Kind.validate_constraint, table, piece.identifier(), span=piece.span())]


def _set(piece: Cursor, table: str) -> list[Act]:
    if piece.take("SCHEMA"):
        schema = piece.identifier()
        last = table.rsplit(".", 1)[-1]
        new = (last if schema == "public" else f"{schema}.{last}") if schema and table else ""
        return [Act(Kind.rename_table, table, new=new, options=frozenset({"schema"}), span=piece.span())]
    return _word(piece, table, "storage" if piece.up == "(" else piece.up.lower())


def _convert(piece: Cursor, table: str) -> list[Act]:
    if not piece.take("TO"):
        raise Unread(piece.now.text)
    return _options(piece, table, {"convert"})


def _default(piece: Cursor, table: str) -> list[Act]:
    return _options(piece, table, set())


def _options(piece: Cursor, table: str, options: set[str] | None = None) -> list[Act]:
    """Read what ALTER says of the table itself: engine, character set, comment, partitions."""
    found = partitions.said(piece.up) if piece.up in partitions.WORDS else set(options or ())
    table_options(piece, found)
    found -= {"as"}
    if not found:
        raise Unread(piece.whole())
    return [Act(Kind.alter_table, table, options=frozenset(found), span=piece.span())]


def _word(piece: Cursor, table: str, word: str) -> list[Act]:
    piece.at = piece.end
    return [Act(Kind.alter_table, table, options=frozenset({word}), span=piece.span())]


def _said(word: str) -> Callable[[Cursor, str], list[Act]]:
    return lambda piece, table: _word(piece, table, word)


def _switch(piece: Cursor, table: str) -> list[Act]:
    """ENABLE and DISABLE: row security, triggers, MySQL's keys."""
    security = any(token.up == "SECURITY" for token in piece.tokens[piece.at : piece.end])
    last = "row security" if security else "keys" if piece.up == "KEYS" else "trigger"
    return _word(piece, table, last)


_ACTIONS: dict[str, Callable[[Cursor, str], list[Act]]] = {
    "ADD": _add,
    "MODIFY": _modify,
    "CHANGE": _change,
    "DROP": dropped.dropped,
    "RENAME": dropped.renamed,
    "ALTER": _alter,
    "VALIDATE": _validate,
    "SET": _set,
    "RESET": _said("storage"),
    "CONVERT": _convert,
    "DEFAULT": _default,
    "OWNER": _said("owner"),
    "ENABLE": _switch,
    "DISABLE": _switch,
    "FORCE": lambda piece, table: _switch(piece, table) if piece else _word(piece, table, "force"),
    "NO": _said("inherit"),
    "INHERIT": _said("inherit"),
    "OF": _said("of"),
    "CLUSTER": _said("cluster"),
    "REPLICA": _said("replica identity"),
    "ORDER": _said("order"),
    "ATTACH": lambda piece, table: partitions.altered(piece, table, "attach partition"),
    "DETACH": lambda piece, table: partitions.altered(piece, table, "detach partition"),
    "WITH": _said("validation"),
    "WITHOUT": _said("validation"),
    "IMPORT": _said("tablespace"),
    "DISCARD": _said("tablespace"),
}
