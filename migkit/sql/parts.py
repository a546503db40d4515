"""The parts of an index or a constraint: columns, prefixes, expressions."""

from __future__ import annotations

import re
from dataclasses import field

from migkit.model.script import KeySpec
from migkit.sql.cursor import Cursor, Unread
from migkit.sql.tokens import HOLE
from migkit.values import dataclass

_BLANKS = re.compile(r"\s+")


@dataclass(slots=True)
class Key:
    """A key that is being read."""

    kind: str
    name: str = ""
    columns: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    refers: str = ""
    refers_columns: tuple[str, ...] = ()
    expression: str = ""
    where: str = ""
    using: str = ""
    constraint: bool = False
    options: set[str] = field(default_factory=set)

    def spec(self, cursor: Cursor, begin: int | None = None, end: int | None = None) -> KeySpec:
        """Give what was read, with its place."""
        return KeySpec(
            self.kind,
            self.name,
            self.columns,
            self.parts,
            self.refers,
            self.refers_columns,
            self.expression,
            self.where,
            self.using,
            cursor.span(begin, end),
            frozenset(one for one in self.options if one.startswith("on ") and not one.endswith(" no action")),
        )


def listed(cursor: Cursor, key: Key) -> None:
    """Take the parenthesis with the parts of an index, or a hole that stands for it. Raises Unread."""
    group = cursor.inside()
    if group is None and HOLE in cursor.now.text:
        cursor.at += 1
        return
    if group is None:
        raise Unread(cursor.now.text)
    columns, parts = [], []
    for piece in group.pieces():
        column = _part_column(piece)
        columns.append(column)
        rest = tidy(piece.text(piece.begin + 1, piece.end)) if column else ""
        between = "" if rest.startswith("(") or not rest else " "
        parts.append(f"{column}{between}{rest}" if column else tidy(piece.whole()))
    key.columns, key.parts = tuple(columns), tuple(parts)


def tidy(sql: str) -> str:
    """Give SQL with single blanks."""
    return _BLANKS.sub(" ", sql.strip())


def column_names(cursor: Cursor) -> tuple[str, ...]:
    """Take a parenthesis with names of columns, if one is there."""
    group = cursor.inside()
    return tuple(_part_column(piece) for piece in group.pieces()) if group else ()


def _part_column(piece: Cursor) -> str:
    """Give the column that is a part of an index, "" for an expression."""
    if not piece.names_here():
        return ""
    name = piece.identifier()
    if piece.up == ".":
        return ""
    if piece.up == "(":
        prefix = piece.mysql and piece.ahead().kind == "number" and piece.ahead(2).up == ")"
        return name if prefix else ""
    return name if piece.up not in ("::", "||", "->", "->>", "+", "-", "*", "/", "%") else ""
