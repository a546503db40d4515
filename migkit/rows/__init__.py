"""Rows that fit a schema: read from the live database, made deterministically, put in as its administrator.

`Filler` is all that others use. What makes rows knows no product (schema, values, table, making, ...); a Store per
family reads the tables and puts the rows in, and the server is the judge of each.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Self

from migkit.catalog import MARKS
from migkit.model import Database
from migkit.model.rehearsal import Filled, Rows
from migkit.rows import needs
from migkit.rows.choosing import Shape, shapes
from migkit.rows.making import Making
from migkit.rows.schema import Row, Table
from migkit.rows.store import Put, Store

_ATTEMPTS = 8  # at rows that the server refuses
_ATTEMPTS_AT_THE_SAME = 3  # where no check of the table gives other rows a chance
_AGAIN = (Shape.TWIN, Shape.OTHER, Shape.PLAIN, Shape.MIXED, Shape.KNOWN)


class Filler:
    """Tops the tables of a throwaway database up, as often as its schema changes; a context manager."""

    def __init__(self, database: Database, rows: Rows) -> None:
        self._rows = rows
        self._store = _store(database)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def fill(self, exclude: Collection[str] = ()) -> Filled:
        """Put rows into every table but those in `exclude`, and commit; the same ones for the same schema and rows.

        A table gets as many as it lacks of `rows.count`, and a few more where a column holds one value in all of
        them. What cannot be filled, and why, is told and not raised; ServerError where the server is lost.
        """
        tables = self._store.tables({*exclude, MARKS})
        making = self._making(tables)
        groups = list(making.puts())
        refused = self._store.put([put for _, put in groups])
        added = {
            name: len(rows) for (_, put), why in zip(groups, refused, strict=True) if not why
            for name, rows in put.rows.items()
        }  # fmt: skip
        again = [(group, why) for (group, _), why in zip(groups, refused, strict=True) if why]
        for group, _ in again:
            making.withdraw(group)
        reasons = {name: why for group, why in again for name in group}
        for name in [name for group, _ in again for name in (*group, *group[:-1])]:  # the parents of a circle come last
            if not added.get(name):
                added[name], reasons[name] = self._one_by_one(making, name, reasons[name])
        self._store.commit()
        return Filled({name: count for name, count in added.items() if count}, _lacking(tables, making, added, reasons))

    def close(self) -> None:
        """Close the connections; safe to call twice."""
        self._store.close()

    def _making(self, tables: Mapping[str, Table]) -> Making:
        count = self._rows.count
        held = self._store.held(needs.counting(tables))
        wants = needs.wants(tables, held, count)
        wanted = [name for name, lacks in wants.items() if lacks]
        known = self._store.held(needs.questions(tables, wanted, count)) if wanted else {}
        counted = {name: replace(holds, rows=known[name].rows) for name, holds in held.items() if name in known}
        return Making(tables, wants, {**held, **counted}, self._rows)

    def _one_by_one(self, making: Making, name: str, why: str) -> tuple[int, str]:
        """Put in what the server takes, and other rows for those that it does not; give how many, and its last word."""
        wanted, kept = making.wants[name], list[Row]()
        attempts = _ATTEMPTS if making.can_search(name) else _ATTEMPTS_AT_THE_SAME
        for attempt in range(attempts):
            left = _left(wanted - len(kept), first=not attempt, last=attempt + 1 == attempts and bool(kept))
            made = [*_offered(making, name, left, search=attempt > 0)]
            told = self._store.put([Put({name: (row,)}) for row in made])
            kept += [row for row, refusal in zip(made, told, strict=True) if not refusal]
            why = next((refusal for refusal in told if refusal), why)
            making.keep(name, kept)
            if len(kept) >= wanted or not made:
                break
        return len(kept), why


def _left(count: int, *, first: bool, last: bool) -> Iterator[Shape]:
    """Give the shapes of the rows that are left: all of them at first, in the end copies of one that was taken."""
    if first:
        return shapes(count)
    return iter([Shape.TWIN] * count if last else [_AGAIN[min(place, len(_AGAIN) - 1)] for place in range(count)])


def _offered(making: Making, name: str, wanted: Iterable[Shape], *, search: bool) -> Iterator[Row]:
    """Make rows to be put in one by one."""
    for shape in wanted:
        row = making.one(name, shape, search=search and shape not in (Shape.TWIN, Shape.OTHER))
        if row is not None:
            yield row


def _lacking(
    tables: Mapping[str, Table], making: Making, added: Mapping[str, int], reasons: Mapping[str, str]
) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, table in sorted(tables.items()):
        wanted, came = making.wants[name], added.get(name, 0)
        why = needs.unfit(table) or reasons.get(name) or making.short.get(name) or "no row could be made"
        if (needs.unfit(table) or came < wanted) and not making.has_enough(name, came):
            found[name] = f"{came} of {wanted} rows: {why}" if came else why
    return found


def _store(database: Database) -> Store:
    family = database.server.engine.family
    if family in ("mysql", "mariadb"):
        from migkit.rows.mysql import MySQLStore

        return MySQLStore(database)
    if family == "postgresql":
        from migkit.rows.postgresql import PostgreSQLStore

        return PostgreSQLStore(database)
    from migkit.rows.sqlite import SQLiteStore

    return SQLiteStore(database)
