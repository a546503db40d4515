"""Remembers the states of a MySQL or MariaDB database, and brings one back exactly."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import NoReturn

from migkit.catalog.mysql import MySQLCatalog
from migkit.catalog.mysql_copies import Copies, Record
from migkit.catalog.mysql_ddl import quote
from migkit.catalog.mysql_restore import Restorer
from migkit.catalog.mysql_rows import EMPTY
from migkit.catalog.mysql_session import Refused
from migkit.catalog.mysql_sources import State
from migkit.errors import ServerError
from migkit.model import Database, Snapshot

_COUNTERS = (
    "SELECT table_name, auto_increment FROM information_schema.tables"
    " WHERE table_schema = {} AND auto_increment IS NOT NULL"
)
_PATIENCE = 20.0
_MOMENT = 0.002


class MySQLKeeper:
    """Keeps what the catalog read, rows too; everything runs over the catalog's own connection.

    The rows of the version table that the catalog was told to leave out are not kept.
    """

    alone = False

    def __init__(self, database: Database, catalog: MySQLCatalog) -> None:
        self._database = database.name
        self._catalog = catalog
        self._session = catalog.session
        self._copies = Copies(catalog.session, database.name)
        self._records: dict[int, Record] = {}

    def keep(self, position: int, snapshot: Snapshot, rows: Mapping[str, str]) -> None:
        """Record the state that the catalog read last as `position`; forget the later ones."""
        try:
            record = self._record()
        except Refused as error:
            raise ServerError(
                f"the rows of {self._database} cannot be kept: {error.statement}: {error.message}",
                remedy="look at the server's log and at the room on its disk",
            ) from error
        self._records = {known: kept for known, kept in self._records.items() if known < position}
        self._records[position] = record

    def restore(self, position: int) -> int:
        """Bring back the highest recorded position that is not above `position`; give that one.

        Raises ServerError, naming the object, where the database is not exactly as recorded afterwards.
        """
        found = max((known for known in self._records if known <= position), default=None)
        if found is None:
            raise ServerError(f"no state at or before position {position} was recorded", remedy="run it again")
        record = self._records[found]
        self.end_sessions()
        try:
            self._bring_back(record)  # from what was read last: mostly nothing ran since
        except (Refused, ServerError):
            self._catalog.again()
            try:
                self._bring_back(record)
            except Refused as error:
                self._fail(f"{error.statement}: {error.message}")
        return found

    def close(self) -> None:
        """Drop everything that was recorded; safe to call after an interrupt and after the server died."""
        self._records.clear()
        try:
            self._copies.close()
        except ServerError:  # an interrupt broke the connection in the middle of an answer: once more, on a new one
            with suppress(ServerError):
                self._copies.close()
        except Refused as error:
            raise ServerError(
                f"the database beside {self._database} could not be dropped: {error.message}",
                remedy=f"drop it by hand: {error.statement}",
            ) from error

    def end_sessions(self) -> None:
        """End every session in the database but the kit's own, and return when they are gone: with them go their locks.

        Raises ServerError where one does not end.
        """
        deadline = time.monotonic() + _PATIENCE
        while others := self._others():
            if time.monotonic() > deadline:
                raise ServerError(
                    f"sessions in {self._database} do not end: {', '.join(map(str, others))}",
                    remedy="end them by hand, or the server, then run it again",
                )
            for identity in others:
                with suppress(Refused):  # it ended by itself
                    self._session.rows(f"KILL {identity}")
            time.sleep(_MOMENT)

    def _others(self) -> list[int]:
        own = self._session.identity()
        listed = self._session.rows("SHOW PROCESSLIST")
        return [int(row[0]) for row in listed if row[3] == self._database and int(row[0]) != own]

    def _record(self, *, copy: bool = True) -> Record:
        """Give what the catalog read last, with the counters that no definition shows."""
        state, rows = self._catalog.state, self._catalog.row_checksums
        previous = self._records[max(self._records)] if self._records else None
        if previous is not None and previous.rows == rows:
            rows = previous.rows
        tables = state.named("table")
        filled = {name: value for name, value in rows.items() if value != EMPTY} if copy else {}
        copies = {name: self._copies.keep(tables[name], value) for name, value in filled.items()}
        return Record(state, rows, self._counters(state), copies)

    def _counters(self, state: State) -> dict[str, int]:
        sequences = state.named("sequence")
        selects = [f"SELECT next_not_cached_value FROM {quote(name)}" for name in sequences]  # noqa: S608  # quoted
        if any(" AUTO_INCREMENT" in table.text for table in state.named("table").values()):
            selects.append(_COUNTERS.format(self._session.literal(self._database)))
        results = self._session.batch(selects)
        counters = {name: int(rows[0][0]) for name, rows in zip(sequences, results, strict=False)}
        for name, value in results[-1] if len(results) > len(sequences) else ():
            if int(value) > 1:
                counters[name] = int(value)
        return counters

    def _bring_back(self, record: Record) -> None:
        """Make the recorded state of the one that the catalog read last, and read whether it came to be."""
        restorer = Restorer(self._session, self._database, self._copies)
        restorer.restore(record, self._record(copy=False))
        self._catalog.again()
        self._verify(record, self._record(copy=False))

    def _verify(self, wanted: Record, found: Record) -> None:
        if wanted.state.database != found.state.database:
            self._fail("its character set and collation differ")
        for key in wanted.state.sources.keys() | found.state.sources.keys():
            if wanted.state.sources.get(key) != found.state.sources.get(key):
                self._fail(f"the {key[0]} {key[1]} differs")
        for name in wanted.rows.keys() | found.rows.keys():
            if wanted.rows.get(name) != found.rows.get(name):
                self._fail(f"the rows of the table {name} differ")
        for name in wanted.counters.keys() | found.counters.keys():
            if wanted.counters.get(name) != found.counters.get(name):
                self._fail(f"the counter of {name} differs")

    def _fail(self, why: str) -> NoReturn:
        raise ServerError(
            f"the recorded state of {self._database} could not be brought back: {why}",
            remedy="replay the history on a fresh database",
        )
