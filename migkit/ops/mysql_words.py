"""Pieces as the SQL of MySQL and MariaDB: what `migkit.ddl` writes, and rows and values of enums beside it (pure)."""

from __future__ import annotations

from migkit.ddl import Names, statements
from migkit.engines import MYSQL
from migkit.model.changes import (
    Alter,
    Column,
    Constraint,
    Create,
    Drop,
    Enum,
    EnumValue,
    Index,
    Other,
    Part,
    Rename,
    Table,
)
from migkit.ops.acts import NotGuarded, Piece, Row, Shape, subject
from migkit.ops.mysql_twin import index_item

NAMES = Names(MYSQL)
ROW: Shape = {"row": ""}


def text(value: str) -> str:
    """Write a text in every sql_mode: with a backslash in it, whose meaning depends on that, as hexadecimal."""
    if "\\" in value:
        return f"_utf8mb4 X'{value.encode().hex()}'"
    return "'" + value.replace("'", "''") + "'"


def binary(value: bytes) -> str:
    """Write bytes."""
    return f"X'{value.hex()}'"


def known(piece: Piece) -> Part:
    """Give the piece where the products have such a thing; NotGuarded, with what to do instead, where they have not."""
    if isinstance(piece, Enum):
        raise NotGuarded(
            f"MySQL and MariaDB have no enum types: write ENUM({', '.join(map(text, piece.values))}) in the"
            " column's definition, and add_enum_value_if_missing(column, value, table=…) for more values"
        )
    if isinstance(piece, Other):
        raise NotGuarded(f"MySQL and MariaDB have no {piece.kind} {piece.name}: leave it to the products that do")
    if isinstance(piece, EnumValue) and not piece.table:
        raise NotGuarded(f"MySQL and MariaDB have no enum types: say of which table {piece.enum} is a column, table=…")
    if isinstance(piece, Index) and piece.where:
        raise NotGuarded(f"MySQL and MariaDB have no partial indexes: leave the condition of {piece.name} out")
    assert not isinstance(piece, Rename | Row), "they have no shape in a table's text"
    return piece


def table(part: Part) -> str:
    """Give the table that a part belongs to, or that it is."""
    assert isinstance(part, Table | Column | Index | Constraint | EnumValue), "what else has no table"
    return part.name if isinstance(part, Table) else part.table


def of_table(name: str) -> str:
    """Give the condition by which information_schema tells of a table."""
    *schema, bare = NAMES.parts(name)
    return f"table_schema = {text(schema[0]) if schema else 'DATABASE()'} AND table_name = {text(bare)}"


def of_row(piece: Row) -> str:
    """Give FROM and WHERE of a row, by its key."""
    conditions = " AND ".join(f"{NAMES.name(column)} = {value}" for column, value in piece.identity())
    return f"FROM {NAMES.table(piece.table)} WHERE {conditions}"


def made(piece: Piece) -> tuple[str, ...]:
    """Give the SQL that makes it."""
    if isinstance(piece, Row):
        columns, values = zip(*piece.values, strict=True)
        listed = ", ".join(map(NAMES.name, columns))
        return (f"INSERT INTO {NAMES.table(piece.table)} ({listed}) VALUES ({', '.join(values)})",)  # noqa: S608  # quoted
    if isinstance(piece, Index) and piece.definition.upper().startswith("CREATE"):
        return (f"ALTER TABLE {NAMES.table(piece.table)} ADD {index_item(piece)}",)
    if isinstance(piece, Table):
        return (piece.definition, *(sql for one in piece.indexes for sql in made(one)))
    if isinstance(piece, Column | Index | Constraint):
        return statements((Create(piece),), MYSQL)
    raise NotGuarded(f"{_named(piece)} is nothing that MySQL and MariaDB have")


def dropped(piece: Piece) -> tuple[str, ...]:
    """Give the SQL that drops it."""
    if isinstance(piece, Row):
        return (f"DELETE {of_row(piece)}",)
    if isinstance(piece, Table | Column | Index | Constraint):
        return statements((Drop(piece),), MYSQL)
    raise NotGuarded(f"{_named(piece)} is nothing that MySQL and MariaDB have")


def mended(piece: Piece, here: str = "") -> tuple[str, ...]:
    """Give the SQL that brings it to its shape; `here` is what a constraint's name stands for now."""
    if isinstance(piece, Index):
        drop = "DROP PRIMARY KEY" if piece.name == "PRIMARY" else f"DROP INDEX {NAMES.name(piece.name)}"
        return (f"ALTER TABLE {NAMES.table(piece.table)} {drop}, ADD {index_item(piece)}",)
    if isinstance(piece, Constraint):
        kinds = ("UNIQUE", "PRIMARY KEY", "FOREIGN KEY", "CHECK")
        was = next((kind for kind in kinds if here.startswith(kind)), "UNIQUE")  # dropped as an index
        return statements((Alter(piece, Constraint(piece.table, piece.name, was)),), MYSQL)
    if isinstance(piece, Column):
        return statements((Alter(piece),), MYSQL)
    raise NotGuarded(f"{_named(piece)} is there with another shape, which cannot be mended")


def altered(piece: EnumValue, definition: str) -> tuple[str, ...]:
    """Give the SQL that gives an enum's column another definition."""
    return statements((Alter(Column(piece.table, piece.enum, definition)),), MYSQL)


def renamed(rename: Rename) -> tuple[str, ...]:
    """Give the SQL of a rename."""
    return statements((rename,), MYSQL)


def _named(piece: Piece) -> str:
    return f"{piece.kind} {piece.name}" if isinstance(piece, Other) else subject(piece)
