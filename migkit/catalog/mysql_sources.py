"""What the server prints of each object of a database: SHOW CREATE, read again only where the server says changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from migkit.catalog.mysql_ddl import quote, without_counter
from migkit.catalog.mysql_listing import ROUTINES, Entry, Key, Listing
from migkit.catalog.mysql_session import Refused, Row, Session
from migkit.catalog.mysql_watch import Answer, Watch
from migkit.errors import ServerError
from migkit.values import dataclass

__all__ = ["ROUTINES", "Key", "Source", "Sources", "State"]

More = Callable[[frozenset[str], frozenset[Key]], list[str]]


def _nothing(_filled: frozenset[str], _stale: frozenset[Key]) -> list[str]:
    return []


@dataclass(frozen=True, slots=True)
class Source:
    """One object as the server prints it: the text of SHOW CREATE, and the session settings it was made under.

    A table's text has no AUTO_INCREMENT counter. `order` of a trigger is its timing, event and number.
    """

    kind: str
    name: str
    text: str
    owner: str = ""
    order: str = ""
    sql_mode: str = ""
    charset: str = ""
    collation: str = ""
    database_collation: str = ""
    time_zone: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """A whole database as the server prints it; `database` is its own character set and collation.

    `filled` are the tables that hold rows.
    """

    database: str
    sources: Mapping[Key, Source]
    filled: frozenset[str] = frozenset()

    def named(self, kind: str) -> dict[str, Source]:
        """Give the objects of one kind by name."""
        return {name: source for (found, name), source in self.sources.items() if found == kind}


@dataclass(frozen=True, slots=True)
class _Known:
    entry: Entry
    source: Source


class Sources:
    """Reads a database's state; what the server says is unchanged since the last reading is not read again."""

    def __init__(self, session: Session, database: str, *, mariadb: bool) -> None:
        self._session = session
        self._database = database
        self._listing = Listing(session, database, mariadb=mariadb)
        self._watch = Watch(session, possible=not mariadb)
        self._known: dict[Key, _Known] = {}
        self._connection = 0

    def read(self, also: str = "", more: More = _nothing) -> tuple[State, tuple[Row, ...], list[Row]]:
        """Give the state that is committed now, the rows of `also`, and the first row of each statement of `more`.

        `also` is a SELECT that goes with the listing, () where the server refuses it. `more` gives statements for
        the packet of the SHOW CREATEs from the tables that hold rows and the keys of what is read again.
        """
        database, entries, answer, rows = self._list(also)
        stale = [entry for entry in entries if self._is_stale(entry, answer.changed)]
        statements = more(answer.filled, frozenset(entry.key for entry in stale))
        shown = self._show([*map(show_create, stale), *statements])
        for entry, row in zip(stale, shown, strict=False):
            self._remember(entry, row)
        self._known = {entry.key: self._known[entry.key] for entry in entries}
        sources = {key: known.source for key, known in self._known.items()}
        return State(database, sources, answer.filled), rows, shown[len(stale) :]

    def forget(self) -> None:
        """Trust nothing that was read before."""
        self._known.clear()
        self._watch.forget()

    def _list(self, also: str) -> tuple[str, list[Entry], Answer, tuple[Row, ...]]:
        """Ask for the listing, and in the same packet what is watched, and `also`."""
        if self._session.identity() != self._connection:  # prepared statements live as long as their connection
            self.forget()
            self._listing.prepare()
            self._connection = self._session.identity()
        listing, watched = self._listing.questions(), self._watch.questions()
        try:
            results = self._session.batch([*listing, *watched, *filter(None, [also])])
        except Refused as error:
            results = error.results
            if len(results) < len(listing):
                raise _failed(f"the catalogue of {self._database} cannot be read", error) from error
        results, asked = results[: len(listing)], results[len(listing) :]
        database, entries = self._listing.read(results)
        tables = [entry.name for entry in entries if entry.kind == "table"]
        answer = self._watch.answer(tables, asked[: len(watched)]) if len(asked) >= len(watched) else None
        rows = asked[-1] if len(asked) > len(watched) else self._rows(also)
        return database, entries, answer or self._watch.ask(tables), rows

    def _rows(self, also: str) -> tuple[Row, ...]:
        try:
            return self._session.rows(also) if also else ()
        except Refused:
            return ()

    def _is_stale(self, entry: Entry, changed: frozenset[str]) -> bool:
        known = self._known.get(entry.key)
        if known is None:
            return True
        if entry.kind == "table":
            return entry.name in changed
        return entry.fingerprint is None or known.entry != entry

    def _remember(self, entry: Entry, row: Row) -> None:
        """Keep the very source that was read before where it is equal: what is shared need not be compared."""
        known = self._known.get(entry.key)
        source = source_of(entry.kind, entry.name, entry.owner, entry.order, row)
        self._known[entry.key] = _Known(entry, known.source if known and known.source == source else source)

    def _show(self, statements: list[str]) -> list[Row]:
        try:
            results = self._session.batch(statements)
        except Refused as error:
            self.forget()  # what was told to have changed has not been read
            raise _failed(f"an object of {self._database} cannot be read", error) from error
        return [result[0] for result in results]


def _failed(what: str, error: Refused) -> ServerError:
    return ServerError(
        f"{what}: {error.statement.partition(chr(10))[0]}: {error.message}",
        remedy="run this statement by hand to see more; look at the server's log",
    )


def show_create(entry: Entry) -> str:
    return f"SHOW CREATE {entry.kind.upper()} {quote(entry.name)}"


@lru_cache(maxsize=4096)  # on the way down each object is what it was on the way up
def source_of(kind: str, name: str, owner: str, order: str, row: Row) -> Source:
    """Read one row of SHOW CREATE; its columns differ by kind."""
    text = [value if isinstance(value, str) else (value or b"").decode("utf-8", "replace") for value in row]
    made = {"kind": kind, "name": name, "owner": owner, "order": order}
    if kind == "table":
        return Source(**made, text=without_counter(text[1]))
    if kind == "sequence":
        return Source(**made, text=text[1])
    if kind == "view":
        return Source(**made, text=text[1], charset=text[2], collation=text[3])
    if kind == "library":
        return Source(**made, text=text[2], sql_mode=text[1])
    zone = text.pop(2) if kind == "event" else ""
    return Source(
        **made, text=text[2], sql_mode=text[1], time_zone=zone,
        charset=text[3], collation=text[4], database_collation=text[5],
    )  # fmt: skip
