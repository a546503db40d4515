"""What PostgreSQL is asked and told of a piece, in words that a server and a script share (pure)."""

from __future__ import annotations

import re

from migkit import ddl
from migkit.ddl.postgresql_columns import described
from migkit.engines import POSTGRESQL
from migkit.model import Engine
from migkit.model.changes import (
    Alter,
    Change,
    Column,
    Constraint,
    Create,
    Drop,
    Enum,
    EnumValue,
    Index,
    Other,
    Part,
    Table,
)
from migkit.ops.acts import Row, Shape
from migkit.ops.postgresql_shape import Asked

NAMES = ddl.Names(POSTGRESQL)
_SAID = {"SCHEMA": re.compile(r'\bSCHEMA ("(?:[^"]|"")*")'), "VERSION": re.compile(r'\bVERSION ("(?:[^"]|"")*")')}


def asked(part: Part, relation: str = "") -> Asked:
    """Ask what a part is, on its own table or on the one that is named."""
    if isinstance(part, Enum):
        return Asked("migkit_enum", (literal(NAMES.table(part.name)),))
    if isinstance(part, EnumValue):
        word, beside = _beside(part)
        return Asked("migkit_value", tuple(map(literal, (NAMES.table(part.enum), part.value, word or "there", beside))))
    if isinstance(part, Other):
        given = ("TRUE" if _said(part, word) else "FALSE" for word in _SAID)
        return Asked("migkit_extension", (literal(part.name), *given))
    table = relation or NAMES.table(part.name if isinstance(part, Table) else part.table)
    return Asked("migkit_shape", (f"to_regclass({literal(table)})", literal(_kind(part)), literal(part.name)))


def stated(piece: Part | Row) -> Shape:
    """Give the wanted shape of what needs no twin."""
    if isinstance(piece, Enum):
        return {"values": ", ".join(map(literal, piece.values))}
    if isinstance(piece, EnumValue):
        word, beside = _beside(piece)
        return {"value": f"{word} {literal(beside)}" if word else "there"}
    if isinstance(piece, Other):
        return {"extension": " ".join(f"{word} {literal(_said(piece, word))}" for word in _SAID if _said(piece, word))}
    return {"row": "there"}


def created(piece: Part | Row) -> tuple[str, ...]:
    """Give the SQL that makes a piece."""
    if not isinstance(piece, Row):
        return written(Create(piece))
    columns = ", ".join(NAMES.name(column) for column, _value in piece.values)
    values = ", ".join(value for _column, value in piece.values)
    key = ", ".join(map(NAMES.name, piece.key))
    return (f"INSERT INTO {NAMES.table(piece.table)} ({columns}) VALUES ({values}) ON CONFLICT ({key}) DO NOTHING",)  # noqa: S608  # quoted


def dropped(piece: Part | Row) -> tuple[str, ...]:
    """Give the SQL that drops a piece; not that of a value of an enum."""
    if isinstance(piece, Row):
        return (f"DELETE FROM {NAMES.table(piece.table)} WHERE {_is(piece)}",)  # noqa: S608  # quoted
    return written(Drop(piece))


def row(piece: Row) -> str:
    """Give the query of a row's shape."""
    return f"""SELECT jsonb '{{"row": "there"}}' FROM {NAMES.table(piece.table)} WHERE {_is(piece)} LIMIT 1"""  # noqa: S608  # quoted


def written(change: Change, engine: Engine = POSTGRESQL) -> tuple[str, ...]:
    """Give the SQL of a change."""
    return ddl.statements((change,), engine)


def literal(text: str) -> str:
    """Write a text that means the same whatever standard_conforming_strings says."""
    doubled = text.replace("'", "''")
    return "E'" + doubled.replace("\\", "\\\\") + "'" if "\\" in text else f"'{doubled}'"


def binary(value: bytes) -> str:
    """Write bytes."""
    return f"decode('{value.hex()}', 'hex')"


def mended(
    part: Index | Constraint | Column, was: Column | None = None, engine: Engine = POSTGRESQL
) -> tuple[str, ...]:
    """Give the SQL that brings a part to its wanted shape."""
    return written(Alter(part, was), engine)


def same_type(part: Column) -> Column:
    """Give a column of the same type of which nothing else is known: whatever the part does not say, it has."""
    now = described(part.definition)
    words = [now.type, f"COLLATE {now.collate}" if now.collate else "", "" if now.null else "NOT NULL"]
    words += ["" if now.default or now.generated or now.identity else "DEFAULT NULL"]
    words += [f"GENERATED ALWAYS AS {now.generated}" if now.generated else "", "" if now.comment else "COMMENT ''"]
    return Column(part.table, part.name, " ".join(word for word in words if word))


def _kind(part: Part) -> str:
    if isinstance(part, Column):
        return "keyed column" if part.definition and described(part.definition).others else "column"
    if isinstance(part, Constraint):
        return "unchecked constraint" if re.search(r"\bNOT\s+VALID\b", part.definition, re.IGNORECASE) else "constraint"
    return "index" if isinstance(part, Index) else "table"


def _beside(part: EnumValue) -> tuple[str, str]:
    return ("before", part.before) if part.before else ("after", part.after) if part.after else ("", "")


def _said(part: Other, word: str) -> str:
    found = _SAID[word].search(" ".join(part.create))
    return found[1][1:-1].replace('""', '"') if found else ""


def _is(piece: Row) -> str:
    return " AND ".join(f"{NAMES.name(column)} = {value}" for column, value in piece.identity())
