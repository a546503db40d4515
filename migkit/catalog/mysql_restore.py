"""Brings a MySQL or MariaDB database back to a recorded state: drops what differs, makes it as it was printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from migkit.catalog.mysql_copies import Copies, Record
from migkit.catalog.mysql_ddl import quote, split_table, with_inherited_collation, without_counter
from migkit.catalog.mysql_session import NORMAL, Refused, Session
from migkit.catalog.mysql_sources import Key, Source
from migkit.errors import ServerError

_NORMAL = tuple(setting for setting in NORMAL if "foreign_key_checks" not in setting)
_DROPS = (
    "event",
    "trigger",
    "view",
    "package body",
    "package",
    "procedure",
    "function",
    "library",
    "table",
    "sequence",
)
_COLUMN = re.compile(r"^(  `(?:[^`]|``)+` )(.*)", re.MULTILINE)
_FOREIGN_KEY = re.compile(r"^  CONSTRAINT `((?:[^`]|``)+)` FOREIGN KEY \(([^)]+)\)", re.MULTILINE)
_UNNAMED = re.compile(r"_ibfk_\d+$")
_BEFORE_TABLES = ("library", "procedure", "function", "package", "package body", "sequence")


class Restorer:
    """Restores one recorded state; triggers are made after the rows are back, so that none of them runs."""

    def __init__(self, session: Session, database: str, copies: Copies) -> None:
        self._session = session
        self._database = database
        self._copies = copies
        self._options = ""

    def restore(self, wanted: Record, now: Record) -> None:
        """Make `wanted` of `now`; raises ServerError, naming the object, where the server refuses."""
        stale, refill = _differences(wanted, now)
        self._options = wanted.state.database
        self._session.batch(["SET SESSION foreign_key_checks = 0", "SET SESSION unique_checks = 0"])
        try:
            self._drop(stale & now.state.sources.keys(), now.state.sources)
            if wanted.state.database != now.state.database:
                self._alter_database(_options(wanted.state.database, now.state.database))
            missing = [wanted.state.sources[key] for key in wanted.state.sources if key in stale]
            self._create(missing, wanted.counters)
            self._fill(refill, wanted, now)
            self._count(refill, wanted, now)
            self._create_views([source for source in missing if source.kind == "view"])
            self._create_programs(missing)
        finally:
            self._session.batch([*NORMAL, "SET SESSION unique_checks = 1"])

    def _drop(self, keys: Iterable[Key], sources: Mapping[Key, Source]) -> None:
        doomed = sorted((sources[key] for key in keys), key=_drop_order)
        for source in doomed:
            self._run(source, f"DROP {source.kind.upper()} IF EXISTS {quote(source.name)}")

    def _alter_database(self, options: str) -> None:
        self._session.rows(f"ALTER DATABASE {quote(self._database)} {options}")

    def _create(self, missing: list[Source], counters: Mapping[str, int]) -> None:
        for kind in _BEFORE_TABLES:
            for source in missing:
                if source.kind == kind:
                    self._make(source)
        for source in missing:
            if source.kind == "table":
                self._create_table(source, counters.get(source.name, 1))

    def _create_table(self, source: Source, counter: int) -> None:
        """Make a table whose foreign keys make their own indexes again, if it is then printed as it was.

        An index that a foreign key made gives way to a later one on its columns, one that was asked for does not;
        SHOW CREATE TABLE prints both alike (MySQL 9.7, MariaDB 10.11).
        """
        text = _with_inherited_collations(source.text)
        bare = _without_generated_keys(text)
        if bare != text:
            self._run(source, _with_counter(bare, counter))
            shown = str(self._session.rows(f"SHOW CREATE TABLE {quote(source.name)}")[0][1])
            if without_counter(shown) == source.text:
                return
            self._run(source, f"DROP TABLE {quote(source.name)}")
        self._run(source, _with_counter(text, counter))

    def _fill(self, refill: Iterable[str], wanted: Record, now: Record) -> None:
        for name in refill:
            table = wanted.state.sources["table", name]
            if now.state.sources.get(("table", name)) == table and name in now.state.filled:
                self._run(table, f"DELETE FROM {quote(name)}")  # noqa: S608  # a quoted name
            if name in wanted.copies:
                self._attempt(table, partial(self._copies.put_back, table, wanted.copies[name]))

    def _count(self, refill: Iterable[str], wanted: Record, now: Record) -> None:
        """Set the counters of tables that stayed, and of sequences; a table made anew has its own already."""
        for name, value in wanted.counters.items():
            sequence = wanted.state.sources.get(("sequence", name))
            if sequence is not None:
                self._run(sequence, f"ALTER SEQUENCE {quote(name)} RESTART {value}")
        for name, table in wanted.state.named("table").items():
            value, stayed = wanted.counters.get(name, 1), now.state.sources.get(("table", name)) == table
            if stayed and (name in refill or value != now.counters.get(name, 1)) and " AUTO_INCREMENT" in table.text:
                self._run(table, f"ALTER TABLE {quote(name)} AUTO_INCREMENT = {value}")

    def _create_views(self, views: list[Source]) -> None:
        """Make views, those that need another one after it: the server says which."""
        while views:
            waiting: list[Source] = []
            for view in views:
                try:
                    self._make(view)
                except ServerError:
                    waiting.append(view)
            if len(waiting) == len(views):
                self._make(views[0])
            views = waiting

    def _create_programs(self, missing: list[Source]) -> None:
        triggers = sorted((source for source in missing if source.kind == "trigger"), key=_running_order)
        for source in [*triggers, *(source for source in missing if source.kind == "event")]:
            self._make(source)

    def _make(self, source: Source) -> None:
        """Make an object under the settings that it was made under, in its own character set."""
        self._session.batch(_settings(self._session, source))
        try:
            self._make_settled(source)
        finally:
            self._session.batch(_NORMAL)

    def _make_settled(self, source: Source) -> None:
        elsewhere = source.database_collation and source.database_collation != self._collation()
        if elsewhere:
            self._alter_database(f"COLLATE {source.database_collation}")
        self._attempt(source, lambda: self._session.encoded(source.text, _encoding(source.charset)))
        if elsewhere:
            self._alter_database(self._options)

    def _collation(self) -> str:
        database = self._session.literal(self._database)
        select = "SELECT default_collation_name FROM information_schema.schemata WHERE schema_name = "
        return str(self._session.rows(select + database)[0][0])

    def _run(self, source: Source, statement: str) -> None:
        self._attempt(source, lambda: self._session.rows(statement))

    def _attempt(self, source: Source, action: Callable[[], object]) -> None:
        try:
            action()
        except Refused as error:
            raise ServerError(
                f"the {source.kind} {source.name} could not be brought back: {error.message}",
                remedy="replay the history on a fresh database",
            ) from error


def _differences(wanted: Record, now: Record) -> tuple[set[Key], set[str]]:
    """Give the objects to drop or make, and the tables whose rows have to be put back."""
    before, after = now.state.sources, wanted.state.sources
    stale = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    tables = {name for kind, name in stale if kind == "table"}
    refill = {name for name, value in wanted.rows.items() if name in tables or now.rows.get(name) != value}
    touched = {name for kind, name in stale if kind == "table"} | refill
    touched |= {source.owner for source in _of(stale, before, after) if source.kind == "trigger"}
    stale |= {key for key, source in (*before.items(), *after.items()) if source.owner in touched}
    return stale, refill


def _options(wanted: str, now: str) -> str:
    """Give the options for ALTER DATABASE; a comment (MariaDB's) stays unless another one takes its place."""
    return f"{wanted} COMMENT ''" if " COMMENT " in now and " COMMENT " not in wanted else wanted


def _of(keys: Iterable[Key], *mappings: Mapping[Key, Source]) -> list[Source]:
    return [mapping[key] for key in keys for mapping in mappings if key in mapping]


def _drop_order(source: Source) -> int:
    order = (*_DROPS, "table", "sequence")
    return order.index(source.kind)


def _running_order(trigger: Source) -> tuple[str, str, int]:
    what, _, number = trigger.order.rpartition(" ")
    return trigger.owner, what, int(number)


def _with_counter(text: str, counter: int) -> str:
    parts = split_table(text)
    if counter <= 1 or parts is None:
        return text
    options = parts[2]
    return f"{text[: len(text) - len(options)]} AUTO_INCREMENT={counter} {options}"


def _without_generated_keys(text: str) -> str:
    """Leave out each KEY that has a foreign key's columns and the name that the server would give it for it.

    That is the constraint's name, or the first column's where the constraint has no name of its own.
    """
    for constraint, listed in _FOREIGN_KEY.findall(text):
        columns = listed.replace("`, `", "`,`")
        named = f"  KEY `{constraint}` ({columns}),\n"
        first = columns.partition(",")[0]
        unnamed = f"  KEY {first} ({columns}),\n"
        if named in text:
            text = text.replace(named, "", 1)
        elif unnamed in text and _UNNAMED.search(constraint):
            text = text.replace(unnamed, "", 1).replace(f"  CONSTRAINT `{constraint}` FOREIGN", "  FOREIGN", 1)
    return text


def _with_inherited_collations(text: str) -> str:
    """Leave out the collations that columns have from their table."""
    table = re.search(r" COLLATE=(\w+)", (split_table(text) or ("", "", ""))[2])
    if table is None:
        return text
    return _COLUMN.sub(lambda found: found[1] + with_inherited_collation(found[2], table[1]), text)


def _settings(session: Session, source: Source) -> list[str]:
    settings = []
    if source.kind not in ("view", "sequence"):
        settings.append(f"SET SESSION sql_mode = {session.literal(source.sql_mode)}")
    if source.charset:
        settings.append(f"SET character_set_client = {source.charset}, collation_connection = {source.collation}")
    if source.time_zone:
        settings.append(f"SET SESSION time_zone = {session.literal(source.time_zone)}")
    return settings


def _encoding(charset: str) -> str:
    from pymysql.charset import charset_by_name

    try:
        return str(charset_by_name(charset).encoding) if charset else "utf-8"
    except KeyError:
        return "utf-8"
