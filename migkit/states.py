"""What was read of a database as the State that a trip is judged by: values too, where rows are put in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from migkit.catalog import Catalog, Reading
from migkit.model import Snapshot, Values
from migkit.trip import State, count

MANY = 20_000  # rows of a table whose values are still read one by one: half a second, and some megabytes


def state_of(reading: Reading) -> State:
    """Give what a reading says of the catalogue and the rows."""
    return State(reading.snapshot, reading.rows)


def state_with_values(catalog: Catalog, reading: Reading, like: State | None = None) -> State:
    """Give `state_of` with the values of each table; those of tables that are in `like` as they are now are taken over.

    `reading` is the catalogue's last one.
    """
    values = dict(_taken_over(reading, like)) if like is not None else {}
    asked = [name for name, rows in reading.rows.items() if name not in values and 0 < count(rows) <= MANY]
    return State(reading.snapshot, reading.rows, {**values, **catalog.values(asked)} if asked else values)


def _taken_over(reading: Reading, like: State) -> Iterator[tuple[str, Values]]:
    """Give the values of tables with the same rows and columns; one with another name may have the same checksum."""
    now, then = _columns(reading.snapshot), _columns(like.snapshot)
    for table, values in like.values.items():
        if like.rows.get(table) == reading.rows.get(table) and now.get(table) == then.get(table):
            yield table, values


def _columns(snapshot: Snapshot) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for kind, name in snapshot.objects:
        if kind == "column":
            found.setdefault(snapshot.objects[kind, name].owner, set()).add(name)
    return found
