"""SET, PRAGMA, transactions, and what else a script sends that changes no schema."""

from __future__ import annotations

from migkit.model.script import Act, Kind
from migkit.sql.cursor import Cursor
from migkit.sql.parts import tidy
from migkit.sql.tokens import HOLE

SETTINGS = frozenset({"SET", "PRAGMA", "RESET", "USE"})
TRANSACTIONS = frozenset(
    {"BEGIN", "START", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "END", "ABORT", "LOCK", "UNLOCK"}
)
# What reads, or keeps a server in order.
RUNS = frozenset(
    {"GRANT", "REVOKE", "ANALYZE", "ANALYSE", "VACUUM", "REINDEX", "CLUSTER", "REFRESH", "OPTIMIZE", "REPAIR", "FLUSH"}
    | {"SHOW", "EXPLAIN", "DESCRIBE", "DESC", "NOTIFY", "LISTEN", "CHECKPOINT", "DISCARD", "SECURITY", "REASSIGN"}
    | {"DO", "CHECK", "CHECKSUM", "ATTACH", "DETACH", "KILL", "DEALLOCATE", "CLOSE", "FETCH", "UNLISTEN"}
)
_SCOPES = frozenset({"LOCAL", "SESSION", "GLOBAL", "PERSIST", "PERSIST_ONLY"})


def setting(cursor: Cursor) -> list[Act]:
    """Read SET, RESET, PRAGMA, USE: `name` is the variable in lower case, `new` what it becomes."""
    word = cursor.up
    cursor.at += 1
    if word == "SET" and cursor.up == "TRANSACTION":
        return [Act(Kind.transaction, name="set transaction", span=cursor.span())]
    return [_set(piece, word) for piece in cursor.pieces()] if word == "SET" and cursor.mysql else [_set(cursor, word)]


def _set(piece: Cursor, word: str) -> Act:
    scope = piece.take_any(_SCOPES).lower()
    if piece.take("TIME", "ZONE"):
        return Act(Kind.setting, name="timezone", new=piece.text(piece.at, piece.end), span=piece.span())
    begin = piece.at
    if word == "USE":
        return Act(Kind.setting, name="database", new=piece.text(begin, piece.end), span=piece.span())
    while piece and piece.up not in ("=", ":=", "TO", "("):
        if piece.at > begin and piece.tokens[piece.at - 1].kind == "word" and piece.now.kind != "op":
            break
        piece.at += 1
    name = piece.text(begin).lower()
    name = "" if HOLE in name else name
    if name.startswith("@@"):
        name = name[2:]
        first, _, last = name.partition(".")
        scope, name = (first, last) if last else (scope, name)
    piece.take_any(("=", ":=", "TO"))
    new = tidy(piece.text(piece.at, piece.end)) if piece else ""
    piece.at = piece.end
    return Act(Kind.setting, name=name, new=new, options=frozenset({scope} - {""}), span=piece.span())


def transaction(cursor: Cursor) -> list[Act]:
    """Read what begins and ends a transaction, and LOCK: `name` is its first word in lower case."""
    word = cursor.up.lower()
    cursor.at += 1
    cursor.take_any(("TABLE", "TABLES"))
    table = cursor.table() if word == "lock" and cursor.names_here() else ""
    return [Act(Kind.transaction, table, word, span=cursor.span())]


def other(cursor: Cursor) -> list[Act]:
    """Read what changes no schema: `item` is its first word, `concurrently` and `full` are told."""
    item = cursor.up.lower()
    options = {token.up.lower() for token in cursor.tokens if token.up in ("CONCURRENTLY", "FULL")}
    return [Act(Kind.other, item=item, options=frozenset(options), span=cursor.span())]
