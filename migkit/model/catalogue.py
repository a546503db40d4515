"""What a database holds: the objects of a catalogue, a snapshot of them, a difference between two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class CatalogObject:
    """One object of a catalogue.

    `kind` is table, column, index, key, constraint, view, trigger, routine, event, sequence, enum, domain,
    type, extension, schema, option, ...; `name` is qualified (`table.column`, `schema.table` where the schema
    is not the default one); `owner` is the qualified table it belongs to, or ""; `definition` is the whole
    canonical definition without its position; `position` orders the objects of one owner and kind (0 where
    order has no meaning).
    """

    kind: str
    name: str
    definition: str
    owner: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole catalogue of one database: objects by (kind, name)."""

    objects: Mapping[tuple[str, str], CatalogObject]

    def tables(self) -> frozenset[str]:
        """The qualified names of the tables."""
        return frozenset(name for kind, name in self.objects if kind == "table")


@dataclass(frozen=True, slots=True)
class Values:
    """A table's values as hashes: of each column one for each row, the rows of all columns in the same order.

    Values whose texts are equal have equal hashes, whatever their types; NULL has 0.
    """

    columns: Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One object that differs: `before` and `after` are its definitions, None where it does not exist.

    An order-only difference has kind "order", the table as object, and the two orders as text.
    """

    object: str
    kind: str
    before: str | None
    after: str | None
    order_only: bool = False
