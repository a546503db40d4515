"""A title in its parts: the values that the grammar gives.

Names are bare and in snake_case. Types, defaults, conditions and expressions are SQL as it was typed, of which it is
known that it is one piece: no quote or bracket is open, and no statement or comment begins in it.
"""

from __future__ import annotations

from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Named:
    """A column, or what else is named, with what was given for it.

    `null` and `default` are None where nothing was said. `after` is the column behind which it stands, "" for the
    first place, None where nothing was said. `srid` is that of a geometry.
    """

    name: str
    type: str = ""
    srid: str = ""
    null: bool | None = None
    default: str | None = None
    collate: str = ""
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A part of an index: `column`, of which the first `length` characters are taken, or an SQL `expression`."""

    column: str = ""
    length: str = ""
    expression: str = ""
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Indexed:
    """What an index is on; without keys its name says it."""

    keys: tuple[Key, ...] = ()
    unique: bool = False
    where: str = ""
    using: str = ""
    concurrently: bool = False


@dataclass(frozen=True, slots=True)
class Unique:
    """A unique constraint."""

    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key; `rules` is `ON DELETE …` and `ON UPDATE …`."""

    columns: tuple[str, ...]
    table: str
    referenced: tuple[str, ...]
    rules: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A check constraint."""

    condition: str


@dataclass(frozen=True, slots=True)
class Values:
    """The values of an enum that are named."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Renamed:
    """The new name of what is named."""

    name: str


Clause = Indexed | Unique | ForeignKey | Check | Values | Renamed


@dataclass(frozen=True, slots=True)
class Title:
    """A migration's title in its parts.

    `clause` is what follows an index's, a constraint's or an enum's name; None where nothing does. A sentence that
    the grammar cannot read has a `text` and nothing else; one that names an index alone has no table.
    """

    text: str
    table: str = ""
    action: str = ""
    item: str = ""
    names: tuple[Named, ...] = ()
    clause: Clause | None = None
