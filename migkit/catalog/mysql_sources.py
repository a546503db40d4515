"""What the server prints of each object of a database: SHOW CREATE, read again only where the server says changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from migkit.catalog.mysql_ddl import quote, without_counter
from migkit.catalog.mysql_session import Refused, Row, Session
from migkit.catalog.mysql_watch import Watch
from migkit.errors import ServerError

Key = tuple[str, str]

ROUTINES = frozenset({"procedure", "function", "package", "package body"})

_QUOTED = "SHA2(CONCAT_WS(',', {}), 256)"
_RELATIONS = "SELECT 'relation', table_name, table_type, '', '' FROM information_schema.tables WHERE table_schema = {}"
_TRIGGERS = (
    "SELECT 'trigger', trigger_name, event_object_table, CONCAT(action_timing, ' ', event_manipulation, ' ',"
    " action_order), {} FROM information_schema.triggers WHERE trigger_schema = {{}}"
)
_ROUTINES = (
    "SELECT LOWER(routine_type), routine_name, '', '', {} FROM information_schema.routines WHERE routine_schema = {{}}"
)
_PARAMETERS = (
    "SELECT LOWER(routine_type), specific_name, SHA2(GROUP_CONCAT({} ORDER BY ordinal_position), 256)"
    " FROM information_schema.parameters WHERE specific_schema = {{}} GROUP BY routine_type, specific_name"
)
_EVENTS = "SELECT 'event', event_name, '', '', {} FROM information_schema.events WHERE event_schema = {{}}"
_LIBRARIES = "SELECT 'library', library_name, '', '', {} FROM information_schema.libraries WHERE library_schema = {{}}"
_CREATED_UNDER = ("sql_mode", "definer", "character_set_client", "collation_connection", "database_collation")
_YOUNG = "IF(last_altered > NOW() - INTERVAL 2 SECOND, NOW(6), last_altered)"  # it counts whole seconds
_SCHEDULE = ("event_type", "execute_at", "interval_value", "interval_field", "starts", "ends", "status")


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
class _Entry:
    kind: str
    name: str
    owner: str = ""
    order: str = ""
    fingerprint: object = None

    @property
    def key(self) -> Key:
        return self.kind, self.name

    @property
    def owner_and_order(self) -> tuple[str, str]:
        return self.owner, self.order


@dataclass(frozen=True, slots=True)
class _Known:
    entry: _Entry
    row: Row
    source: Source


class Sources:
    """Reads a database's state; what the server says is unchanged since the last reading is not read again."""

    def __init__(self, session: Session, database: str, *, mariadb: bool) -> None:
        self._session = session
        self._database = database
        self._mariadb = mariadb
        self._watch = Watch(session, possible=not mariadb)
        self._known: dict[Key, _Known] = {}
        self._listing: list[str] = []
        self._connection = 0

    def read(self) -> State:
        """Give the state that is committed now."""
        database, entries = self._list()
        tables = [entry.name for entry in entries if entry.kind == "table"]
        answer = self._watch.ask(tables)
        stale = [entry for entry in entries if self._is_stale(entry, answer.changed)]
        for entry, row in zip(stale, self._show(stale), strict=True):
            self._remember(entry, row)
        self._known = {entry.key: self._known[entry.key] for entry in entries}
        return State(database, {key: known.source for key, known in self._known.items()}, answer.filled)

    def forget(self) -> None:
        """Trust nothing that was read before."""
        self._known.clear()
        self._watch.forget()

    def _list(self) -> tuple[str, list[_Entry]]:
        name = quote(self._database)
        if self._session.identity() != self._connection:  # prepared statements live as long as their connection
            self.forget()
            self._listing, self._connection = self._prepare(), self._session.identity()
        try:
            results = self._session.batch([f"SHOW CREATE DATABASE {name}", *self._listing])
        except Refused as error:
            raise _failed(f"the catalogue of {self._database} cannot be read", error) from error
        printed = str(results[0][0][1]).removeprefix(f"CREATE DATABASE {name}").strip()
        rows = [row for result in results[1:] for row in result]
        return printed, _entries(rows, self._parameters() if any(row[0] in ROUTINES for row in rows) else {})

    def _parameters(self) -> dict[Key, str]:
        """Give a digest of each routine's parameters; asked apart, for it takes as long as all of the listing."""
        columns = ("parameter_mode", "parameter_name", "dtd_identifier", "character_set_name", "collation_name")
        select = _PARAMETERS.format(f"CONCAT_WS(',', {_quoted(*columns)})")
        rows = self._session.rows(select.format(self._session.literal(self._database)))
        return {(kind, name): digest for kind, name, digest in rows}

    def _prepare(self) -> list[str]:
        """Give the statements that list every object; on MySQL one prepared statement, a third of the time."""
        database = self._session.literal(self._database)
        selects = [select.format(database) for select in _selects(mariadb=self._mariadb)]
        if self._mariadb:
            return [*selects, "SHOW TRIGGERS"]
        libraries = _LIBRARIES.format(_digest("library_definition", "language", "created", "sql_mode"))
        try:
            self._session.rows(libraries.format(database))
            selects.append(libraries.format(database))
        except Refused:
            pass  # a server before 9.2 has no libraries
        union = self._session.literal(" UNION ALL ".join(selects))
        self._session.rows(f"PREPARE migkit_listing FROM {union}")
        return ["EXECUTE migkit_listing"]

    def _is_stale(self, entry: _Entry, changed: frozenset[str]) -> bool:
        known = self._known.get(entry.key)
        if known is None:
            return True
        if entry.kind == "table":
            return entry.name in changed
        return entry.fingerprint is None or known.entry != entry

    def _remember(self, entry: _Entry, row: Row) -> None:
        """Keep the very source that was read before where it is equal: what is shared need not be compared."""
        known = self._known.get(entry.key)
        if known is not None and known.row == row and known.entry.owner_and_order == entry.owner_and_order:
            source = known.source
        else:
            source = _source(entry, row)
            source = known.source if known is not None and known.source == source else source
        self._known[entry.key] = _Known(entry, row, source)

    def _show(self, entries: list[_Entry]) -> list[Row]:
        try:
            results = self._session.batch([_show_create(entry) for entry in entries])
        except Refused as error:
            raise _failed(f"an object of {self._database} cannot be read", error) from error
        return [result[0] for result in results]


def _failed(what: str, error: Refused) -> ServerError:
    return ServerError(
        f"{what}: {error.statement.partition(chr(10))[0]}: {error.message}",
        remedy="run this statement by hand to see more; look at the server's log",
    )


def _selects(*, mariadb: bool) -> list[str]:
    routine = _digest(
        "dtd_identifier", "routine_definition", "is_deterministic", "sql_data_access", "security_type",
        "created", _YOUNG, "routine_comment", *_CREATED_UNDER,
    )  # fmt: skip
    event = _digest("event_definition", "time_zone", "on_completion", "event_comment", "last_altered",
                    *_SCHEDULE, *_CREATED_UNDER)  # fmt: skip
    selects = [_RELATIONS, _ROUTINES.format(routine), _EVENTS.format(event)]
    if not mariadb:  # MariaDB takes three times as long for this as for SHOW TRIGGERS
        selects.append(_TRIGGERS.format(_digest("action_statement", "created", *_CREATED_UNDER)))
    return selects


def _digest(*columns: str) -> str:
    return _QUOTED.format(_quoted(*columns))


def _quoted(*columns: str) -> str:
    return ", ".join(f"QUOTE({column})" for column in columns)


def _entries(rows: Iterable[Row], parameters: Mapping[Key, str]) -> list[_Entry]:
    """Turn the rows of the listing into entries: relations by their type, triggers with their order."""
    counts: Counter[tuple[str, str, str]] = Counter()
    entries = []
    for row in rows:
        if len(row) > 5:  # noqa: PLR2004  # a row of SHOW TRIGGERS: in the order in which they run
            name, event, table, timing = row[0], row[1], row[2], row[4]
            counts[table, timing, event] += 1
            entries.append(_Entry("trigger", name, table, f"{timing} {event} {counts[table, timing, event]}", row))
        elif row[0] == "relation":
            entries.append(_Entry(_relation(row[2]), row[1]))
        else:
            fingerprint = (row[4], parameters.get((row[0], row[1])))
            entries.append(_Entry(row[0], row[1], row[2], row[3], fingerprint))
    return entries


def _relation(table_type: str) -> str:
    return {"VIEW": "view", "SEQUENCE": "sequence"}.get(table_type, "table")


def _show_create(entry: _Entry) -> str:
    return f"SHOW CREATE {entry.kind.upper()} {quote(entry.name)}"


def _source(entry: _Entry, row: Row) -> Source:
    """Read one row of SHOW CREATE; its columns differ by kind."""
    text = [value if isinstance(value, str) else (value or b"").decode("utf-8", "replace") for value in row]
    made = {"kind": entry.kind, "name": entry.name, "owner": entry.owner, "order": entry.order}
    if entry.kind == "table":
        return Source(**made, text=without_counter(text[1]))
    if entry.kind == "sequence":
        return Source(**made, text=text[1])
    if entry.kind == "view":
        return Source(**made, text=text[1], charset=text[2], collation=text[3])
    if entry.kind == "library":
        return Source(**made, text=text[2], sql_mode=text[1])
    zone = text.pop(2) if entry.kind == "event" else ""
    return Source(
        **made, text=text[2], sql_mode=text[1], time_zone=zone,
        charset=text[3], collation=text[4], database_collation=text[5],
    )  # fmt: skip
