"""Rows that are put in before each step: the team's own after their revision, then generated ones up to a number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Protocol

from migkit import base
from migkit.alembic_io.driver import Driver
from migkit.catalog import MARKS, Catalog
from migkit.model import Database, Schema
from migkit.model.rehearsal import Filled, Rows
from migkit.servers import databases

_BASE = ("", "base")


class Filler(Protocol):
    """What tops tables up; see `migkit.rows.Filler`."""

    def fill(self, exclude: Collection[str]) -> Filled:
        """Put rows in where a table has fewer than are wanted, committed; no session stays that a copy would mind."""


class Stock:
    """Puts rows in, and remembers what came of it.

    `own` loads the team's rows, after the revision `own_at` (None: before the first one).
    """

    def __init__(self, filler: Filler, own: Callable[[], None] | None = None, own_at: str | None = None) -> None:
        self._filler = filler
        self._own = own
        self._own_at = own_at
        self._fillings: dict[str | None, Filled] = {}

    @property
    def filled(self) -> Filled:
        """What all fillings came to: tables that never had a row from here are lacking, with the last reason."""
        added: Counter[str] = Counter()
        lacking: dict[str, str] = {}
        for filling in self._fillings.values():  # one for each revision, however often it was taken
            added.update(filling.added)
            lacking.update(filling.lacking)
        return Filled(dict(added), {table: why for table, why in lacking.items() if not added[table]})

    def put(self, revision: str | None, exclude: Collection[str]) -> bool:
        """Put rows in after a revision, where any are wanted; whether the database holds more than before."""
        own = self._own is not None and revision == self._own_at
        if own and self._own is not None:
            self._own()
        filled = self._filler.fill((*exclude, MARKS))
        self._fillings[revision] = filled
        return own or any(filled.added.values())


@contextmanager
def opened(
    schema: Schema, database: Database, rows: Rows | None, driver: Driver, catalog: Catalog
) -> Iterator[Stock | None]:
    """Give what puts `rows` in and the schema's own ones; None where none are wanted.

    Raises HistoryError where the revision of `seed_at` is not in the history.
    """
    if rows is None:
        yield None
        return
    from migkit.rows import Filler as Generator

    filler = Generator(database, rows)
    try:
        yield Stock(filler, *_own(schema, database, driver, catalog))
    finally:
        filler.close()


def _own(
    schema: Schema, database: Database, driver: Driver, catalog: Catalog
) -> tuple[Callable[[], None] | None, str | None]:
    """Give what loads the schema's own rows, and the revision after which; nothing where it has none."""
    if not schema.seed:
        return None, None

    def load() -> None:
        with driver.guarded():
            base.load_rows(schema, databases.url(database), catalog)

    return load, None if schema.seed_at in _BASE else driver.history.revision(schema.seed_at, "seed_at").id
