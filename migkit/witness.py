"""What a database holds, so that another one made another way can be held against it, clocks and chance apart (pure).

Of each column one number stands for its values, whatever their order. What two runs of the same steps give otherwise
is chance, and so is a moment in time that is there on both sides.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from migkit.catalog import Catalog
from migkit.diff import compare
from migkit.judge import State
from migkit.model import CatalogObject, Database, Snapshot, Values
from migkit.values import dataclass

Column = tuple[str, str]
_SHOWN = 100
_TIME = re.compile(r"\b(?:timestamp(?:tz)?|datetime|date|time|timetz|year|interval)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Seen:
    """A state with, for each column of tables that hold rows, a number for its values and how many are NULL.

    `names` are those of the database and of its login, which definitions may hold.
    """

    names: tuple[str, ...]
    state: State
    versions: tuple[str, ...]
    columns: Mapping[str, Mapping[str, tuple[int, int]]]


def look(
    database: Database, reader: Catalog, version_table: str, version_schema: str | None, before: Seen | None = None
) -> Seen:
    """Read what a database holds; tables that hold the same rows as `before` are not read again."""
    reading = reader.read(version_table, version_schema)
    known = {} if before is None else {name: rows for name, rows in before.state.rows.items() if name in before.columns}
    fresh = [name for name, rows in reading.rows.items() if _count(rows) and known.get(name) != rows]
    kept = {name: before.columns[name] for name in known if before and name in reading.rows and name not in fresh}
    found = {name: _digests(values) for name, values in reader.values(fresh).items()} if fresh else {}
    names = tuple(filter(None, (database.user, database.name)))
    return Seen(names, State(reading.snapshot, reading.rows), reading.versions, {**kept, **found})


def volatile(one: Seen, other: Seen) -> frozenset[Column]:
    """Give the columns whose values differ between two runs of the same steps."""
    both = one.columns.keys() & other.columns.keys()
    return frozenset(
        (table, column)
        for table in both
        for column in one.columns[table]
        if one.columns[table][column] != other.columns[table].get(column)
    )


def differing(wanted: Seen, found: Seen, loose: Collection[Column] = ()) -> dict[str, str]:
    """Say in what `found` is not as `wanted`, by object or table; values of `loose` columns mean nothing."""
    changed = [one for one in compare(_plain(wanted), _plain(found)) if not one.order_only]
    parts = {one.object: f"{one.kind} {one.object} {_how(one.before, one.after)}" for one in changed}
    for table, rows in wanted.state.rows.items():
        has = found.state.rows.get(table, rows)
        if has != rows and not any(name == table or name.startswith(f"{table}.") for name in parts):
            parts.update(_rows(table, wanted, found, loose))
    if wanted.versions != found.versions:
        has = ", ".join(found.versions) or "no row"
        parts["version table"] = f"the version table holds {has} instead of {', '.join(wanted.versions) or 'no row'}"
    return parts


def _plain(seen: Seen) -> Snapshot:
    """Give the catalogue without the names that are the database's own."""

    def told(one: CatalogObject) -> CatalogObject:
        text = one.definition
        for name in seen.names:
            text = text.replace(name, "migkit")
        return one if text == one.definition else replace(one, definition=text)

    return Snapshot({key: told(one) for key, one in seen.state.snapshot.objects.items()})


def _how(before: str | None, after: str | None) -> str:
    if before is None or after is None:
        return "is new" if before is None else "is gone"
    return f"is {' '.join(after.split())[:_SHOWN]} instead of {' '.join(before.split())[:_SHOWN]}"


def _rows(table: str, wanted: Seen, found: Seen, loose: Collection[Column]) -> Iterator[tuple[str, str]]:
    had, has = _count(wanted.state.rows[table]), _count(found.state.rows[table])
    if had != has:
        yield table, f"{table} has {has} row{'' if has == 1 else 's'} instead of {had}"
        return
    ours, theirs = wanted.columns.get(table, {}), found.columns.get(table, {})
    for column, (number, nulls) in ours.items():
        other, others = theirs.get(column, (number, nulls))
        if (
            other != number
            and (table, column) not in loose
            and not (nulls == others and _is_time(wanted, table, column))
        ):
            more = f", {others} of them NULL" if others > nulls else ""
            yield table, f"{table}.{column} holds other values{more}"


def _is_time(seen: Seen, table: str, column: str) -> bool:
    found = seen.state.snapshot.objects.get(("column", f"{table}.{column}"))
    return found is not None and bool(_TIME.search(found.definition))


def _digests(values: Values) -> dict[str, tuple[int, int]]:
    return {
        name: (hash(tuple(sorted(hashes))), sum(not one for one in hashes)) for name, hashes in values.columns.items()
    }


def _count(checksum: str) -> int:
    return int(checksum.partition(":")[0] or 0)
