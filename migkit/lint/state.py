"""A model of the schema over the history: what exists where, as far as the revisions can be read.

Where it cannot know (dynamic SQL), it knows that it does not, and rules say nothing of that object.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TypeVar

from migkit.model.script import ColumnSpec, KeySpec
from migkit.values import dataclass

_Value = TypeVar("_Value")
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TableModel:
    """A table. `by` is the revision that made it ("" is before the first), `guarded` whether under a guard by name.

    `columns` and `keys` are by name, in the order in which they came; a key that got none stands under the one that the
    server gives it (`migkit.lint.keys.given`). `whole` is whether they are all: False once something that cannot be
    read may have changed the table. `sure` is whether the table is there at all. `origin` is which revision made each
    of them, `doubtful` are those that may be there or not, `met` those that were made under a guard, which may have met
    one that was there before, and `implied` the indexes that the server made for a foreign key; a column stands there
    under its name, a key as `member` says. `charset` is what
    MySQL's table options say, "" where they say none, and `collation` the one that they give to text of its columns.
    """

    name: str
    columns: Mapping[str, ColumnSpec] = field(default_factory=dict)
    keys: Mapping[str, KeySpec] = field(default_factory=dict)
    origin: Mapping[str, str] = field(default_factory=dict)
    by: str = ""
    guarded: bool = False
    whole: bool = True
    sure: bool = True
    doubtful: frozenset[str] = _NONE
    met: frozenset[str] = _NONE
    implied: frozenset[str] = _NONE
    charset: str = ""
    collation: str = ""
    parent: str = ""  # the table that it is a partition of, with which it goes

    def column(self, name: str) -> ColumnSpec | None:
        """Give a column by its name, whatever its case."""
        return any_case(self.columns, name)

    def key(self, name: str) -> KeySpec | None:
        """Give an index or a constraint by its name, whatever its case; the first to come where two have it."""
        low = name.lower()
        found = any_case(self.keys, name)
        return found or next((key for key in self.keys.values() if key.name.lower() == low != ""), None)

    def lacks(self, column: str) -> bool:
        """Whether it is certain that the table is there and that it has no such column."""
        return self.sure and self.whole and self.column(column) is None


@dataclass(frozen=True, slots=True)
class Made:
    """Anything else that was made: a type (with its values), a view, a function, a sequence.

    `item` is enum, domain, view, trigger, …; `sure` is whether it is there at all. `text` is the statement that made
    it, `table` the one that it belongs to. A type stands under "type" and its name in lower case, everything else under
    its item (`migkit.lint.others.key_of`).
    """

    item: str
    name: str
    values: tuple[str, ...] = ()
    by: str = ""
    guarded: bool = False
    sure: bool = True
    text: str = ""
    table: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """A schema at one point. `closed` is whether everything before could be read: what is not here is nowhere then.

    `gone` are tables that a revision dropped or renamed, and which one.
    """

    tables: Mapping[str, TableModel] = field(default_factory=dict)
    others: Mapping[tuple[str, str], Made] = field(default_factory=dict)
    gone: Mapping[str, str] = field(default_factory=dict)
    closed: bool = True

    def table(self, name: str) -> TableModel | None:
        """Give a table by its name, whatever its case."""
        return any_case(self.tables, name)

    def lacks(self, table: str) -> bool:
        """Whether it is certain that there is no such table."""
        return self.closed and self.table(table) is None


def member(key: str) -> str:
    """Give what a key is called in a table's `origin`, `doubtful` and `met`, where a column may have its name."""
    return f"key {key}"


def any_case(named: Mapping[str, _Value], name: str) -> _Value | None:
    """Give what has a name, whatever its case."""
    found = named.get(name)
    if found is not None:
        return found
    low = name.lower()
    return next((value for key, value in named.items() if key.lower() == low), None)


def spelt(named: Mapping[str, _Value], name: str) -> str:
    """Give a name as it is spelt where it stands, or as it is given where it does not."""
    if name in named:
        return name
    low = name.lower()
    return next((key for key in named if key.lower() == low), name)
