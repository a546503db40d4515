"""What SQLite is told of a piece, in words that a connection and a script share (pure)."""

from __future__ import annotations

from migkit import ddl
from migkit.engines import SQLITE
from migkit.model.changes import Column, Constraint, Enum, EnumValue, Index, Other, Table
from migkit.ops.acts import NotGuarded, Piece, Row, subject

NAMES = ddl.Names(SQLITE)


def known(piece: Piece) -> Table | Column | Index | Constraint:
    """Give what SQLite has; NotGuarded for what it has not, and for an attached file's tables."""
    if isinstance(piece, Enum | EnumValue | Other):
        raise NotGuarded(f"SQLite has no such thing: {subject(piece)}")
    table = piece.name if isinstance(piece, Table) else piece.table
    if len(NAMES.parts(table)) > 1:
        raise NotGuarded(f"{table} is a table of an attached file: guarded operations work on the main one")
    return piece  # type: ignore[return-value]  # a Row or a Rename is checked here, and used elsewhere


def created(piece: Row) -> tuple[str, ...]:
    """Insert a row."""
    columns = ", ".join(NAMES.name(column) for column, _value in piece.values)
    values = ", ".join(value for _column, value in piece.values)
    key = ", ".join(map(NAMES.name, piece.key))
    return (f"INSERT INTO {NAMES.table(piece.table)} ({columns}) VALUES ({values}) ON CONFLICT ({key}) DO NOTHING",)  # noqa: S608  # quoted


def dropped(piece: Row) -> tuple[str, ...]:
    """Delete a row."""
    return (f"DELETE FROM {NAMES.table(piece.table)} WHERE {condition(piece)}",)  # noqa: S608  # quoted


def is_row(piece: Row) -> str:
    """Ask whether a row is there."""
    return f"SELECT EXISTS (SELECT 1 FROM {NAMES.table(piece.table)} WHERE {condition(piece)})"  # noqa: S608  # quoted


def condition(piece: Row) -> str:
    """Say which row it is."""
    return " AND ".join(f"{NAMES.name(column)} = {value}" for column, value in piece.identity())


def binary(value: bytes) -> str:
    """Write bytes."""
    return f"X'{value.hex()}'"
