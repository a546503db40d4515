"""SQLite in a script: its SQL has IF NOT EXISTS for tables and indexes, and no other condition on DDL.

What is there with another shape fails a check whose name says so; the statement behind it does nothing then. A
downgrade could not ask the marks before it drops: that, and what has no IF NOT EXISTS, is NotGuarded.
"""

from __future__ import annotations

import re

from migkit import ddl
from migkit.catalog import MARKS
from migkit.engines import SQLITE
from migkit.model.changes import Create, Drop, Index, Rename, Table
from migkit.ops.acts import Act, NotGuarded, Piece, Row, named, subject
from migkit.ops.sqlite_words import NAMES, condition, created, dropped
from migkit.ops.where import Where

MARKS_TABLE = f"""CREATE TABLE IF NOT EXISTS {MARKS} (
  revision TEXT NOT NULL,
  place INTEGER NOT NULL,
  verb TEXT NOT NULL,
  object TEXT NOT NULL,
  state TEXT NOT NULL,
  undone INTEGER NOT NULL,
  PRIMARY KEY (revision, verb, object)
)"""
_FIRST = """ON CONFLICT (revision, verb, object) DO UPDATE SET state = excluded.state
  WHERE excluded.state IN ('made', 'dropped')"""
_HEAD = re.compile(r"\s*CREATE\s+(UNIQUE\s+)?(TABLE|INDEX)\s+(?:IF\s+NOT\s+EXISTS\s+)?", re.IGNORECASE)
_TWIN = "migkit_wanted"
_COLUMNS = "SELECT lower(name), type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo({}, '{}')"


def guarded(where: Where, act: Act) -> tuple[str, ...]:
    """Give the statements of one act."""
    piece, down = act.piece, where.direction == "downgrade"
    if isinstance(piece, Row):
        return _row(where, act, piece)
    if act.replace or not isinstance(piece, Table | Index) or act.verb not in ("create", "drop"):
        raise _refused(piece, "SQLite has no condition for it")
    if down:
        raise _refused(piece, "SQLite cannot ask first whether the upgrade found it there")
    name = f"name = {NAMES.literal(piece.name)} COLLATE NOCASE"
    there = f"EXISTS (SELECT 1 FROM sqlite_master WHERE {name})"  # noqa: S608  # a literal
    if act.verb == "drop":
        (drop,) = ddl.statements((Drop(piece),), SQLITE)
        marks = _marked(where, "drop", piece, f"CASE WHEN {there} THEN 'dropped' ELSE 'absent' END")
        return (*marks, re.sub(r"^DROP (\w+) ", r"DROP \1 IF EXISTS ", drop))
    made = [_if_missing(sql) for sql in ddl.statements((Create(piece),), SQLITE)]
    marks = _marked(where, "create", piece, f"CASE WHEN {there} THEN 'found' ELSE 'made' END")
    return (*marks, *made, *(_compared(piece, made[0]) if isinstance(piece, Table) else ()))


def _row(where: Where, act: Act, piece: Row) -> tuple[str, ...]:
    there = f"EXISTS (SELECT 1 FROM {NAMES.table(piece.table)} WHERE {condition(piece)})"  # noqa: S608  # quoted
    if act.verb == "create":
        marks = _marked(where, "create", piece, f"CASE WHEN {there} THEN 'found' ELSE 'made' END")
        return (*marks, *_unless(where, "drop", piece, "absent", created(piece)[0], " WHERE "))
    marks = _marked(where, "drop", piece, f"CASE WHEN {there} THEN 'dropped' ELSE 'absent' END")
    return (*marks, *_unless(where, "create", piece, "found", dropped(piece)[0], " AND "))


def _unless(where: Where, verb: str, piece: Row, state: str, sql: str, glue: str) -> tuple[str, ...]:
    """Give a statement on a row that does nothing in a downgrade where the mark says so; the marks are undone then."""
    if where.direction != "downgrade":
        return (sql,)
    mine = f"revision = {NAMES.literal(where.revision)}"
    mark = f"{mine} AND verb = '{verb}' AND object = {NAMES.literal(subject(piece))} AND state = '{state}'"
    unless = f"NOT EXISTS (SELECT 1 FROM {MARKS} WHERE {mark})"  # noqa: S608  # literals
    if glue == " WHERE ":
        head, _, tail = sql.partition(") VALUES (")
        values, _, conflict = tail.rpartition(") ON CONFLICT")
        sql = f"{head}) SELECT {values} WHERE {unless} ON CONFLICT{conflict}"
    else:
        sql = f"{sql} AND {unless}"
    return (MARKS_TABLE, f"UPDATE {MARKS} SET undone = 1 WHERE {mine} AND undone = 0", sql)  # noqa: S608  # literals


def _marked(where: Where, verb: str, piece: Piece, state: str) -> tuple[str, ...]:
    """Write a mark in an upgrade; the first one stays, but for what is done now."""
    if where.direction != "upgrade":
        return ()
    mine = f"revision = {NAMES.literal(where.revision)}"
    same = f"{mine} AND verb = '{verb}' AND object = {NAMES.literal(subject(piece))}"
    place = f"(SELECT coalesce(max(place), 0) + 1 FROM {MARKS} WHERE {mine} AND undone = 0)"  # noqa: S608  # literals
    values = ", ".join((NAMES.literal(where.revision), place, f"'{verb}'", NAMES.literal(subject(piece)), state, "0"))
    insert = f"INSERT INTO {MARKS} (revision, place, verb, object, state, undone) SELECT {values} WHERE true {_FIRST}"
    return (MARKS_TABLE, f"DELETE FROM {MARKS} WHERE {same} AND undone = 1", insert)  # noqa: S608  # literals


def _if_missing(sql: str) -> str:
    return _HEAD.sub(lambda head: f"CREATE {(head[1] or '').upper()}{head[2].upper()} IF NOT EXISTS ", sql, count=1)


def _compared(piece: Table, made: str) -> tuple[str, ...]:
    """Compare the columns of a table with those of a temporary one; the check that fails has the message for a name."""
    body = made[made.index("(") :]
    here = _COLUMNS.format(NAMES.literal(piece.name), "main")
    wanted = _COLUMNS.format(f"'{_TWIN}'", "temp")
    says = SQLITE.quote(f"ShapeDiffers: {subject(piece)} is there with other columns")
    return (
        f"CREATE TEMP TABLE {_TWIN} {body}",
        f"CREATE TEMP TABLE migkit_guard (differs INTEGER CONSTRAINT {says} CHECK (differs = 0))",
        f"INSERT INTO migkit_guard SELECT count(*) FROM (SELECT * FROM ({wanted}) EXCEPT SELECT * FROM ({here}))",  # noqa: S608  # literals
        f"DROP TABLE temp.{_TWIN}",
        "DROP TABLE temp.migkit_guard",
    )


def _refused(piece: Piece, why: str) -> NotGuarded:
    name = named(piece, piece.old) if isinstance(piece, Rename) else subject(piece)
    return NotGuarded(f"{name} cannot be guarded in a script: {why}; run it on the database")
