"""What a generator of rows has to know: tables, their columns, keys, foreign keys and checks, and what they hold.

A reader per family makes these of a live database, and its writer spells the values; between the two nothing is
known of any product. Values are Python's: int, Decimal, float, str, bytes, None, and a tuple of them for an array.
Times are texts as every server reads them (`2024-01-02 03:04:05.000006`), in UTC; JSON is its document, a geometry its
well-known text, a uuid its 36 characters, a set its labels joined by commas, a bit string a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from decimal import Decimal

from migkit.values import dataclass

Value = bool | int | float | Decimal | str | bytes | tuple[object, ...] | None
Row = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Column:
    """One column that rows give a value, or that the server computes (`generated`, from the columns in `reads`).

    `kind` is one of integer, decimal, float, boolean, text, bytes, uuid, date, datetime, time, year, bit, enum, set,
    json, geometry, array (of `element`) or choice (one of `choices`, ready texts of any other type).

    `size` is the most characters of a text, bytes of bytes (exactly so many where it is `fixed`), digits of a decimal,
    or bits; None is without a limit. `scale` is the digits after the point of a decimal, or of seconds. `low` and
    `high` bound integers, years, the years of dates and the hours of times; a decimal or float with `low` 0 has no
    sign. `charset` is Python's name of the encoding whose characters a text may have, or bmp for UTF-8 of three bytes.
    `choices` are the labels of an enum or a set. `shape` is a geometry's type in upper case (POINT, GEOMETRY, ...),
    `srid` its reference system. `default` is the text of a literal default, without quotes. `counter` says that the
    server counts it up: values are then above all that are there, and small. `zero` says that a date without a day
    is taken. `spelling` is the type as the product writes it, for its own writer. `unfit` says why the kit has no
    value for it.
    """

    name: str
    kind: str
    nullable: bool = True
    size: int | None = None
    scale: int = 0
    low: int | None = None
    high: int | None = None
    fixed: bool = False
    charset: str = "utf-8"
    choices: tuple[str, ...] = ()
    shape: str = ""
    srid: int = 0
    element: Column | None = None
    default: str | None = None
    counter: bool = False
    generated: bool = False
    reads: tuple[str, ...] = ()
    zero: bool = False
    spelling: str = ""
    unfit: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """A unique or primary key: no two rows are equal in `columns` (a NULL equals nothing, unless `nulls_equal`).

    `prefixes` are the characters (or bytes) of a column that the key looks at, where not all. `apart` are columns of
    which each has to differ on its own, since the key is over expressions of them. `where` is the condition under
    which a row is in a partial index.
    """

    name: str
    columns: tuple[str, ...]
    prefixes: Mapping[str, int] = field(default_factory=dict, hash=False)
    apart: tuple[str, ...] = ()
    nulls_equal: bool = False
    where: str = ""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns whose values are those of `parent_columns` in a row of `parent`, or NULL.

    `whole` says that the columns are all NULL or none is (MATCH FULL).
    """

    name: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """A condition that every row fulfils, as the server prints it, and its columns; the partitions' bounds are one.

    A backslash in a string of `text` escapes, whatever it means to the server.
    """

    name: str
    text: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table by its qualified name as in `Snapshot`; `unfit` says why it takes no rows."""

    name: str
    columns: tuple[Column, ...]
    keys: tuple[Key, ...] = ()
    foreign: tuple[ForeignKey, ...] = ()
    checks: tuple[Check, ...] = ()
    unfit: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """What a table holds: how many rows, and of the first of them the values of the columns that were asked for.

    `alike` are the columns with fewer than two values over all rows.
    """

    count: int = 0
    rows: tuple[Row, ...] = ()
    alike: frozenset[str] = frozenset()
