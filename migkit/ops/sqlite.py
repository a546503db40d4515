"""SQLite: what is there by the text that it keeps, what is wanted on a copy of the schema in memory."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from migkit import ddl
from migkit.catalog import MARKS
from migkit.catalog.sqlite import objects
from migkit.engines import SQLITE
from migkit.model import Snapshot
from migkit.model.changes import Alter, Change, Column, Constraint, Create, Drop, Index, Rename, Table
from migkit.ops import sqlite_script
from migkit.ops.acts import Act, NotGuarded, Piece, Row, Shape, subject
from migkit.ops.core import execute
from migkit.ops.literals import literal
from migkit.ops.sqlite_words import NAMES, binary, created, dropped, is_row, known
from migkit.ops.where import Where

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_MASTER = """SELECT type, name, tbl_name, sql FROM sqlite_master
WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_'
ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN 'view' THEN 2 ELSE 3 END, rowid"""
_ANEW = "PRAGMA legacy_alter_table = ON"

Source = tuple[str, str, str, str]


class SQLite:
    """SQLite with Python's own library, 3.35 or later; a table that ALTER TABLE cannot alter is made anew."""

    marks_table = sqlite_script.MARKS_TABLE

    def literal(self, value: Any) -> str:
        """Write a value of a row."""
        return literal(value, binary, NAMES.literal)

    def alone(self, act: Act) -> bool:
        """Say so of nothing."""
        return False

    def shape(self, bind: Connection, piece: Piece) -> Shape | None:
        """Read the texts of the schema table."""
        known(piece)
        sources = _sources(bind)
        if isinstance(piece, Row):
            there = any(one[0] == "table" and one[1].lower() == piece.table.lower() for one in sources)
            return {"row": "there"} if there and execute(bind, is_row(piece)).scalar() else None
        return _shape(sources, piece)

    def wanted(self, bind: Connection, piece: Piece) -> Shape:
        """Make it on a copy of the schema in memory, where no row is."""
        if isinstance(piece, Row):
            return {"row": "there"}
        sources = _sources(bind)
        with closing(_copied(sources)) as copy:
            for sql in _written(_anew(piece), sources):
                copy.execute(sql)
            found = _shape([tuple(row) for row in copy.execute(_MASTER)], piece)
        assert found is not None, "what was just made is there"
        return found

    def make(self, bind: Connection, piece: Piece) -> tuple[str, ...]:
        """Give `migkit.ddl`'s statements."""
        return created(piece) if isinstance(piece, Row) else _sent(bind, [Create(known(piece))])

    def drop(self, bind: Connection, piece: Piece) -> tuple[str, ...]:
        """Give `migkit.ddl`'s statements."""
        return dropped(piece) if isinstance(piece, Row) else _sent(bind, [Drop(known(piece))])

    def mend(self, bind: Connection, piece: Piece) -> tuple[str, ...]:
        """Make the table of a column or constraint anew with its rows, a table itself where it is empty."""
        if isinstance(piece, Table):
            if execute(bind, f"SELECT EXISTS (SELECT 1 FROM {NAMES.table(piece.name)})").scalar():  # noqa: S608  # quoted
                raise NotGuarded(f"{subject(piece)} is there with another shape and with rows: it is not made anew")
            return _sent(bind, [Drop(piece), Create(piece)])
        return _sent(bind, [Alter(known(piece))])

    def rename(self, rename: Rename) -> tuple[str, ...]:
        """Rename a column or a table."""
        return ddl.statements((rename,), SQLITE)

    def prelude(self, where: Where) -> tuple[str, ...]:
        """Give nothing."""
        return ()

    def guarded(self, where: Where, act: Act) -> tuple[str, ...]:
        """Give IF NOT EXISTS where SQLite has it; NotGuarded where it has no condition."""
        return sqlite_script.guarded(where, act)


FAMILY = SQLite()


def _sources(bind: Connection) -> list[Source]:
    return [(row[0], row[1], row[2], row[3]) for row in execute(bind, _MASTER) if row[2] != MARKS]


def _shape(sources: list[Source], piece: Piece) -> Shape | None:
    """Give the parts of a piece; SQLite compares names without case."""
    there = Snapshot(objects(sources)).objects
    if isinstance(piece, Table):
        owned = [one for one in there.values() if piece.name.lower() in (one.owner.lower(), _table(one.kind, one.name))]
        parts = {
            f"{one.kind} {one.name[len(one.owner) + 1 :]}".strip() if one.owner else "table": one.definition
            for one in owned
            if one.kind in ("table", "column", "constraint")
        }
        return parts or None
    assert isinstance(piece, Column | Index | Constraint), "nothing else is asked for"
    kind = {Column: "column", Index: "index", Constraint: "constraint"}[type(piece)]
    name = piece.name if kind == "index" else f"{piece.table}.{piece.name}"
    for one in there.values():
        if one.kind == kind and one.name.lower() == name.lower():
            return {f"{kind} {piece.name}": one.definition}
    return None


def _table(kind: str, name: str) -> str:
    return name.lower() if kind == "table" else ""


def _anew(piece: Piece) -> list[Change]:
    part = known(piece)
    if isinstance(part, Column):
        return [Alter(part)]
    return [Drop(part), Create(part)]


def _copied(sources: list[Source]) -> sqlite3.Connection:
    copy = sqlite3.connect(":memory:", isolation_level=None)
    for one in sources:
        with suppress(sqlite3.OperationalError):  # a module or a function that only the application has
            copy.execute(one[3])
    return copy


def _sent(bind: Connection, changes: list[Change]) -> tuple[str, ...]:
    """Give the statements, with the triggers of a table that they make anew."""
    sources = _sources(bind)
    statements = _written(changes, sources)
    if _ANEW not in statements:
        return statements
    if execute(bind, "PRAGMA foreign_keys").scalar():
        raise NotGuarded(
            "SQLite would make a table anew, which takes the rows that refer to it along where foreign keys are "
            "enforced: run the migrations without PRAGMA foreign_keys"
        )
    part = changes[0]
    assert not isinstance(part, Rename), "a rename makes nothing anew"
    table = str(getattr(part.part, "table", "")).lower()
    triggers = (one[3] for one in sources if one[0] == "trigger" and one[2].lower() == table)
    return (*statements, *triggers)


def _written(changes: list[Change], sources: list[Source]) -> tuple[str, ...]:
    """Leave triggers aside: `_sent` has their own text."""
    tables = (replace(one, triggers=()) for one in ddl.tables(Snapshot(objects(sources)), SQLITE))
    return ddl.statements(changes, SQLITE, tables)
