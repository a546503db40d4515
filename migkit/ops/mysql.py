"""Guarded operations on MySQL and MariaDB: what is there, and what is wanted by the server's own word.

DDL commits by itself there, and nothing that is sent to compare does: a mark that was written before it is committed
with it. Where the server refuses a temporary table (no privilege, FULLTEXT, partitions), the wanted piece is made in
a table of its own for a moment.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from migkit.catalog.mysql_ddl import quote
from migkit.model.changes import Column, Constraint, EnumValue, Part, Rename, Table
from migkit.ops import mysql_script as script
from migkit.ops import mysql_words as words
from migkit.ops.acts import Act, NotGuarded, Piece, Row, Shape, subject
from migkit.ops.core import aside, execute
from migkit.ops.literals import literal
from migkit.ops.mysql_text import Text, enum_values, foreign_key, read, shape, value, with_values
from migkit.ops.mysql_twin import NAME, foreign_keys, item, twin
from migkit.ops.where import Where

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_ZERO_DATES = frozenset({"NO_ZERO_DATE", "NO_ZERO_IN_DATE", "TRADITIONAL"})
_OTHER_WORDS = frozenset({"ANSI_QUOTES", "NO_FIELD_OPTIONS", "NO_KEY_OPTIONS", "NO_TABLE_OPTIONS"})


class MySQL:
    """MySQL and MariaDB, with any driver of SQLAlchemy's."""

    marks_table = script.MARKS_TABLE

    def literal(self, value: Any) -> str:
        """Write a Python value as a literal of a row."""
        return literal(value, words.binary, words.text)

    def alone(self, act: Act) -> bool:
        """Nothing has to leave a transaction: DDL commits by itself."""
        return False

    def shape(self, bind: Connection, piece: Piece) -> Shape | None:
        """Read what is there, in the text of SHOW CREATE TABLE."""
        if isinstance(piece, Row):
            there = _is_there(bind, piece.table) and _ask(bind, f"SELECT 1 {words.of_row(piece)}")
            return words.ROW if there else None
        part = words.known(piece)
        table = words.table(part)
        found = _text(bind, table)
        return None if found is None else shape(found, part, _database(bind, table))

    def wanted(self, bind: Connection, piece: Piece) -> Shape:
        """Let the server say what the piece would be."""
        if isinstance(piece, Row):
            return words.ROW
        part = words.known(piece)
        table = words.table(part)
        if isinstance(part, EnumValue):
            return value(part, [part.after, part.value, part.before])
        if isinstance(part, Constraint) and part.kind == "foreign key":
            return {f"constraint {part.name}": foreign_key(part.definition, _database(bind, table))}
        base = None if isinstance(part, Table) else _text(bind, table)
        if base is None and not isinstance(part, Table):
            return {subject(part): item(part)}
        return _asked(bind, part, base)

    def make(self, bind: Connection, piece: Piece) -> tuple[str, ...]:
        """Give the SQL that makes it."""
        if isinstance(piece, EnumValue):
            return _with_value(bind, piece)
        return words.made(piece)

    def drop(self, bind: Connection, piece: Piece) -> tuple[str, ...]:
        """Give the SQL that drops it."""
        if isinstance(piece, EnumValue):
            return _without_value(bind, piece)
        return words.dropped(piece)

    def mend(self, bind: Connection, piece: Piece) -> tuple[str, ...]:
        """Give the SQL that brings it to its shape; a table is made anew while it is empty."""
        if isinstance(piece, Table):
            if _ask(bind, f"SELECT 1 FROM {words.NAMES.table(piece.name)} LIMIT 1"):  # noqa: S608  # a quoted name
                raise NotGuarded(f"{subject(piece)} is there with another shape and with rows: it is not made anew")
            return (*words.dropped(piece), *words.made(piece))
        if isinstance(piece, Constraint):
            here = self.shape(bind, piece) or {}
            return words.mended(piece, next(iter(here.values()), ""))
        return words.mended(piece)

    def rename(self, rename: Rename) -> tuple[str, ...]:
        """Give the SQL of a rename."""
        return words.renamed(rename)

    def prelude(self, where: Where) -> tuple[str, ...]:
        """Give what a script needs once: its character set, room for long texts, the table of marks."""
        return script.PRELUDE

    def guarded(self, where: Where, act: Act) -> tuple[str, ...]:
        """Give SQL that guards itself, the same for both products."""
        return script.guarded(where, act)


FAMILY = MySQL()


def _database(bind: Connection, table: str) -> str:
    parts = words.NAMES.parts(table)
    return parts[0] if len(parts) > 1 else _word(_ask(bind, "SELECT DATABASE()")[0][0])


def _text(bind: Connection, table: str) -> Text | None:
    """Read what the server prints of a table; None where it is not there. A view has no parts."""
    return _printed(bind, words.NAMES.table(table)) if _is_there(bind, table) else None


def _is_there(bind: Connection, table: str) -> bool:
    return bool(_ask(bind, f"SELECT 1 FROM information_schema.tables WHERE {words.of_table(table)}"))  # noqa: S608  # quoted


def _printed(bind: Connection, table: str) -> Text:
    with _mode(bind, _OTHER_WORDS):
        printed = _ask(bind, f"SHOW CREATE TABLE {table}")[0][1]
        columns = _ask(bind, f"SHOW FULL COLUMNS FROM {table}")
    return read(_word(printed), {_word(row[0]): _word(row[2] or "") for row in columns})


def _asked(bind: Connection, part: Part, base: Text | None) -> Shape:
    """Make the wanted piece in a table of its own, and read it there."""
    table = words.table(part)
    name = ".".join(map(quote, (*words.NAMES.parts(table)[:-1], NAME)))
    with _mode(bind, _ZERO_DATES):  # columns beside it may have defaults that are not allowed any more
        kind = _made(bind, name, *twin(base, part))
    try:
        found = _printed(bind, name)
    finally:
        _at_last(bind, f"DROP {kind}TABLE {name}", aside if kind else execute)
    database = _database(bind, table)
    if isinstance(part, Table):
        keys = {f"constraint {one}": "" for one in foreign_keys(part, database)}
        return {**(shape(found, part, database) or {}), **keys}
    if isinstance(part, Constraint) and part.kind == "check":
        checks = [one.definition for one in found.entries() if one.kind == "constraint"]
        return {f"constraint {part.name}": checks[0]}
    said = shape(found, part, database)
    assert said is not None, "what was just made is there"
    return {**said, **_place(part)}


def _place(part: Part) -> Shape:
    if not isinstance(part, Column) or part.after is None:
        return {}
    return {"place": f"after {part.after}" if part.after else "first"}


def _made(bind: Connection, name: str, temporary: str, real: str) -> str:
    """Make the table; give the word that says of which kind it became."""
    from sqlalchemy.exc import DBAPIError

    try:
        aside(bind, f"CREATE TEMPORARY TABLE {name} {temporary}")
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        execute(bind, f"DROP TABLE IF EXISTS {name}")
        execute(bind, f"CREATE TABLE {name} {real}")
        return ""
    return "TEMPORARY "


@contextmanager
def _mode(bind: Connection, without: Collection[str]) -> Iterator[None]:
    """Leave some modes out of the session's sql_mode for this block."""
    mode = _word(_ask(bind, "SELECT @@SESSION.sql_mode")[0][0])
    kept = [one for one in mode.split(",") if one not in without]
    if not set(mode.split(",")) & set(without):
        yield
        return
    execute(bind, f"SET SESSION sql_mode = {words.text(','.join(kept))}")
    try:
        yield
    finally:
        _at_last(bind, f"SET SESSION sql_mode = {words.text(mode)}")


def _at_last(bind: Connection, sql: str, send: Callable[[Connection, str], object] = execute) -> None:
    """Send SQL that puts things back, unless the connection is lost, and all of it with that."""
    if not bind.invalidated:
        send(bind, sql)


def _with_value(bind: Connection, piece: EnumValue) -> tuple[str, ...]:
    definition, values = _enum(bind, piece)
    beside = piece.after or piece.before
    if beside and beside not in values:
        raise NotGuarded(f"{piece.table}.{piece.enum} has no value {beside!r} beside which {piece.value!r} could stand")
    at = values.index(beside) + bool(piece.after) if beside else len(values)
    return words.altered(piece, with_values(definition, [*values[:at], piece.value, *values[at:]]))


def _without_value(bind: Connection, piece: EnumValue) -> tuple[str, ...]:
    definition, values = _enum(bind, piece)
    return words.altered(piece, with_values(definition, [one for one in values if one != piece.value]))


def _enum(bind: Connection, piece: EnumValue) -> tuple[str, list[str]]:
    words.known(piece)
    found = _text(bind, piece.table)
    entry = found.find("column", piece.enum) if found else None
    values = enum_values(entry.definition) if entry else None
    if entry is None or values is None:
        raise NotGuarded(f"{piece.table}.{piece.enum} is no ENUM column, so it takes no value {piece.value!r}")
    return entry.definition, values


def _ask(bind: Connection, sql: str) -> list[Any]:
    return list(execute(bind, sql).fetchall())


def _word(value: Any) -> str:
    """Give a text; some drivers give bytes for it."""
    return value.decode() if isinstance(value, bytes | bytearray) else str(value)
