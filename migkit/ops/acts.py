"""What a guarded operation does, as a value: a verb and what it is done to; and what it says when it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Literal

from migkit.model.changes import Column, Constraint, Enum, EnumValue, Index, Other, Part, Rename, Table
from migkit.values import dataclass

Verb = Literal["create", "drop", "alter", "rename"]
Shape = Mapping[str, str]  # what an object is, by its parts: "column id" of a table; its own name is in no text
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its key: `values` are columns with SQL literals, `key` the columns that say which row it is."""

    table: str
    values: tuple[tuple[str, str], ...]
    key: tuple[str, ...]

    def identity(self) -> tuple[tuple[str, str], ...]:
        """Give the key's columns with their literals."""
        given = dict(self.values)
        return tuple((column, given[column]) for column in self.key)


Thing = Part | Row
Piece = Thing | Rename


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that is done to one piece of the schema.

    `replace` mends what is there with another shape. `then` are statements that go with making it (comments).
    """

    verb: Verb
    piece: Piece
    replace: bool = False
    then: tuple[str, ...] = ()


class ShapeDiffers(Exception):  # noqa: N818  # reads as what it says
    """What is there has the name, but not the shape, that the operation wants."""

    def __init__(self, subject: str, here: Shape, wanted: Shape, *, remedy: str = "") -> None:
        remedy = remedy or "look where it comes from; replace=True gives it the wanted shape"
        super().__init__(f"ShapeDiffers: {subject} {_both(here, wanted)}; {remedy}")
        self.subject = subject
        self.here = here
        self.wanted = wanted


class NotGuarded(Exception):  # noqa: N818  # reads as what it says
    """The operation cannot be guarded here: offline where the product's SQL has no condition, or not at all."""


def subject(piece: Piece) -> str:
    """Name a piece as marks do: kind and name, `column calls.id`; what is too long ends in a hash."""
    if isinstance(piece, Rename):
        return named(piece, piece.old)
    name, kind = _name(piece), _KINDS.get(type(piece), "")
    return fitted(f"{piece.kind if isinstance(piece, Other) else kind} {name}")


def owners(piece: Piece) -> tuple[str, ...]:
    """Name what a piece goes with: itself, and an index with the constraint of its name (which may have made it)."""
    if isinstance(piece, Index):
        return subject(piece), subject(Constraint(piece.table, piece.name))
    return (subject(piece),)


def named(piece: Rename, name: str) -> str:
    """Name what a rename is of, by one of its two names."""
    return fitted(f"table {name}" if piece.kind == "table" else f"{piece.kind} {piece.table}.{name}")


def fitted(text: str) -> str:
    """Cut a name that no index would take."""
    if len(text) <= _LONGEST:
        return text
    return f"{text[: _LONGEST - 17]} {sha256(text.encode()).hexdigest()[:16]}"


_KINDS: dict[type, str] = {
    Table: "table",
    Column: "column",
    Index: "index",
    Constraint: "constraint",
    Enum: "enum",
    EnumValue: "value",
    Row: "row",
}


def _name(piece: Part | Row) -> str:
    if isinstance(piece, Column | Index | Constraint):
        return f"{piece.table}.{piece.name}"
    if isinstance(piece, EnumValue):
        return ".".join(part for part in (piece.table, piece.enum, piece.value) if part)
    if isinstance(piece, Row):
        return f"{piece.table} ({', '.join(f'{column}={value}' for column, value in piece.identity())})"
    return piece.name


def _both(here: Shape, wanted: Shape) -> str:
    """Say what is there and what is wanted, of many parts those that differ."""
    return f"is there as [{_other(here, wanted)}], wanted is [{_other(wanted, here)}]"


def _other(shape: Shape, than: Shape) -> str:
    different = [f"{part} {text}".strip() for part, text in shape.items() if than.get(part) != text]
    return "; ".join(different) or "nothing of that"
