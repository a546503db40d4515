"""SQL, read for what it does to a schema, in the dialect of a family; what is not known is read for the names in it.

The grammar is the kit's own, from the servers' manuals. Of 757 statements in the histories of the examples, of mlflow
and of zou, sqlglot 30 gives 82 back unread (actions of ALTER TABLE, DO blocks, enums, RENAME TABLE) and this reader
only what no server knows; it keeps types and defaults as they are written, and where each column stands. Reading 300
statements takes it 0.03 s; importing sqlglot takes 0.14 s. What it does not know goes to sqlglot (foreign.py) before
it is read for names alone, and the tests hold it against sqlglot over all of those histories.

    dumps.py         what a dump and psql write beside SQL; split.py a text as its statements
    tokens.py        words, strings, comments; cursor.py reads one after the other
    tables.py        CREATE, DROP, RENAME TABLE: columns.py, types.py, keys.py, parts.py; partitions.py
    alter.py         ALTER TABLE: altered.py, dropped.py; indexes.py
    objects.py       views, types, routines …; blocks.py DO; calls.py; settings.py SET and transactions
    rows.py          INSERT, UPDATE, DELETE; names.py the tables that a text names; spelling.py how a name is spelt
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from migkit.model.script import Act, Kind, Reading, Span
from migkit.product import Family
from migkit.sql import blocks, calls, foreign, objects, rows
from migkit.sql.alter import alter_table
from migkit.sql.cursor import Cursor, Place, Scan, Unread
from migkit.sql.dumps import plain
from migkit.sql.indexes import create_index, drop_index
from migkit.sql.names import tables
from migkit.sql.settings import RUNS, SETTINGS, TRANSACTIONS, other, setting, transaction
from migkit.sql.split import statements
from migkit.sql.tables import create_table, drop_tables, rename_tables
from migkit.sql.tokens import Token, tokens
from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """One statement of a text: where it begins and ends in it, what it does, which tables it names."""

    start: int
    end: int
    acts: tuple[Act, ...] = ()
    reading: Reading = Reading.whole
    names: frozenset[str] = frozenset()


def read(sql: str, family: Family, place: Place) -> tuple[Sentence, ...]:
    """Read a text of one statement or several; a hole `{}` stands for what is not known of it.

    `place(start, end)` gives the place in the file of a piece of the text. Never raises for what stands in the text.
    A statement that is not whole may have acts: those of its parts that are known.
    """
    sql = plain(sql, family)
    return tuple(_sentence(sql, one, family, place) for one in statements(tokens(sql, family), family))


def _sentence(sql: str, found: Sequence[Token], family: Family, place: Place, *, block: bool = False) -> Sentence:
    scan = Scan(sql, found, family, place)
    scan.block = block
    first = found[0].up
    if first == "DO" and family == "postgresql":
        return _block(scan)
    if first in _OPAQUE:
        return Sentence(found[0].start, found[-1].end, (_unknown(scan),), Reading.nothing)
    acts: list[Act] = []
    try:
        acts = _statement(Cursor(scan))
    except Unread:
        scan.doubt = True
    names = tables(scan)
    if scan.doubt and not acts and not scan.hole and (known := foreign.asked(scan)):
        return Sentence(found[0].start, found[-1].end, tuple(known[0]), Reading.whole, known[1])
    names |= {act.table for act in acts if act.table}
    names |= {act.new for act in acts if act.kind is Kind.rename_table and act.new}
    names |= {act.name for act in acts if act.kind is Kind.create_table and act.name}
    reading = _reading(scan, acts, names)
    if scan.hole and (scan.blind or any(act.kind in _OF_TABLES and not act.table for act in acts)):
        names = frozenset()  # those that stand there are not all: any table may be meant
    return Sentence(found[0].start, found[-1].end, tuple(acts), reading, names)


def _unknown(scan: Scan) -> Act:
    """Make the act of what runs something that is not here; of CALL, `name` is what."""
    cursor = Cursor(scan, 1)
    name = cursor.table() if scan.tokens[0].up == "CALL" and cursor.names_here() else ""
    return Act(Kind.other, name=name, item=scan.tokens[0].up.lower(), span=Cursor(scan).span())


def _reading(scan: Scan, acts: list[Act], names: frozenset[str]) -> Reading:
    if scan.hole:
        return Reading.part if acts or names else Reading.nothing
    return Reading.names if scan.doubt else Reading.whole


def _block(scan: Scan) -> Sentence:
    """Read a DO block: its acts are those of the statements in it."""
    start, end = scan.tokens[0].start, scan.tokens[-1].end
    cursor = Cursor(scan, 1)
    try:
        block = blocks.read_block(cursor, _inner)
    except Unread:
        return Sentence(start, end, (_unknown(scan),), Reading.nothing)
    if block.opaque:
        return Sentence(start, end, tuple(block.acts), Reading.nothing)
    if block.blind:
        return Sentence(start, end, tuple(block.acts), Reading.part)
    reading = next((one for one in _WORST if one in block.readings), Reading.whole)
    return Sentence(start, end, tuple(block.acts), reading, frozenset(block.names))


def _inner(sql: str, found: Sequence[Token], place: Place) -> blocks.Read:
    if found[0].up == "DO":  # a block in a block: nobody writes one, and there is no end to them
        return blocks.Read((), Reading.nothing, frozenset())
    one = _sentence(sql, found, "postgresql", place, block=True)
    return blocks.Read(one.acts, one.reading, one.names)


_WORST = (Reading.nothing, Reading.names, Reading.part)
_OF_TABLES = frozenset({Kind.create_index, Kind.alter_table, Kind.alter_column, Kind.add_column, Kind.add_constraint})
_OPAQUE = frozenset({"CALL", "EXECUTE", "EXEC", "PREPARE"})  # what they run is not here


def _statement(cursor: Cursor) -> list[Act]:
    """Read one statement. Raises Unread."""
    word = cursor.up
    reader = _READERS.get(word)
    if reader is not None:
        cursor.at += 1
        return reader(cursor)
    if word in SETTINGS:
        return setting(cursor)
    if word in TRANSACTIONS:
        return transaction(cursor)
    if word in RUNS:
        return other(cursor)
    raise Unread(word)


def _create(cursor: Cursor) -> list[Act]:
    options: set[str] = set()
    if cursor.take("OR", "REPLACE"):
        options.add("or replace")
    _definer(cursor)
    kind = cursor.take_any(("UNIQUE", "FULLTEXT", "SPATIAL")).lower() or "index"
    if cursor.take("INDEX"):
        return create_index(cursor, options, kind)
    begin = cursor.at
    while word := cursor.take_any(("TEMPORARY", "TEMP", "UNLOGGED", "GLOBAL", "LOCAL", "FOREIGN", "VIRTUAL")):
        options.add("temporary" if word == "TEMP" else word.lower())
    if cursor.take("TABLE"):
        return create_table(cursor, options)
    cursor.at = begin
    if cursor.up in ("TYPE", "DOMAIN"):
        item = cursor.up.lower()
        cursor.at += 1
        return objects.create_type(cursor, item, options)
    return objects.create_other(cursor, options)


def _definer(cursor: Cursor) -> None:
    """Go over what MySQL says of a view or a routine before it says what it is."""
    while cursor.up in ("ALGORITHM", "DEFINER", "SQL"):
        if cursor.take("SQL", "SECURITY"):
            cursor.skip()
            continue
        cursor.at += 2
        cursor.skip()
        if cursor.up == "(":
            cursor.skip()
        if cursor.take("@"):
            cursor.skip()


def _alter(cursor: Cursor) -> list[Act]:
    options = {word.lower() for word in (cursor.take_any(("ONLINE", "OFFLINE", "IGNORE")),) if word}
    cursor.take("FOREIGN")
    _definer(cursor)
    if cursor.take("TABLE"):
        return alter_table(cursor, options)
    if cursor.up in ("TYPE", "DOMAIN"):
        item = cursor.up.lower()
        cursor.at += 1
        return objects.alter_type(cursor, item)
    return objects.alter_other(cursor)


def _drop(cursor: Cursor) -> list[Act]:
    options: set[str] = set()
    if cursor.take("INDEX"):
        return drop_index(cursor, options)
    if cursor.take("TEMPORARY"):
        options.add("temporary")
    cursor.take("FOREIGN")
    if cursor.take_any(("TABLE", "TABLES")):
        return drop_tables(cursor, options)
    return objects.drop_other(cursor, options)


def _rename(cursor: Cursor) -> list[Act]:
    if not cursor.take_any(("TABLE", "TABLES")):
        raise Unread(cursor.now.text)
    return rename_tables(cursor)


def _comment(cursor: Cursor) -> list[Act]:
    if not cursor.take("ON"):
        raise Unread(cursor.now.text)
    return objects.comment_on(cursor)


def _with(cursor: Cursor) -> list[Act]:
    """Read a WITH: the queries in it that change rows, and what follows it."""
    acts: list[Act] = []
    while cursor and cursor.up not in _ROWS:
        body = cursor.inside()
        if body is None:
            cursor.at += 1
        elif body.up in _ROWS and body.up != "SELECT":
            acts += _statement(body)
    if not cursor:
        raise Unread("WITH")
    main = Cursor(cursor.scan, cursor.at, cursor.end)
    return acts + _statement(main)


_ROWS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "VALUES", "TABLE"})


def _rows(reader: Callable[[Cursor, set[str]], list[Act]], *words: str) -> Callable[[Cursor], list[Act]]:
    return lambda cursor: reader(cursor, set(words))


_READERS: dict[str, Callable[[Cursor], list[Act]]] = {
    "CREATE": _create,
    "ALTER": _alter,
    "DROP": _drop,
    "RENAME": _rename,
    "COMMENT": _comment,
    "INSERT": _rows(rows.insert),
    "REPLACE": _rows(rows.insert, "replace"),
    "UPDATE": _rows(rows.update),
    "DELETE": _rows(rows.delete),
    "TRUNCATE": _rows(rows.truncate),
    "MERGE": _rows(rows.merge),
    "COPY": _rows(rows.copy),
    "LOAD": _rows(rows.load),
    "SELECT": calls.select,
    "PERFORM": calls.select,
    **dict.fromkeys(("VALUES", "TABLE", "("), lambda cursor: [Act(Kind.select, span=cursor.span())]),
    "WITH": _with,
}

__all__ = ["Place", "Sentence", "Span", "read"]
