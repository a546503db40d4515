"""A model of the schema over the history: what exists where, as far as the revisions can be read.

Where it cannot know (dynamic SQL), it knows that it does not, and rules say nothing of that object.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from migkit.model.script import ColumnSpec, KeySpec


@dataclass(frozen=True, slots=True)
class TableModel:
    """A table. `by` is the revision that made it ("" is before the first), `guarded` whether under a guard by name.

    `columns` and `keys` are by name (a key without one by its kind and columns, as `key_name` says), in the order in
    which they came; `origin` is which revision made each of them. `whole` is whether they are all: False once something
    that cannot be read may have changed the table.
    """

    name: str
    columns: Mapping[str, ColumnSpec] = field(default_factory=dict)
    keys: Mapping[str, KeySpec] = field(default_factory=dict)
    origin: Mapping[str, str] = field(default_factory=dict)
    by: str = ""
    guarded: bool = False
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Made:
    """Anything else that was made: a type (with its values), a view, a function, a sequence."""

    item: str
    name: str
    values: tuple[str, ...] = ()
    by: str = ""
    guarded: bool = False


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
        found = self.tables.get(name)
        return found or next((one for key, one in self.tables.items() if key.lower() == name.lower()), None)
