"""A MySQL or MariaDB catalogue as an ordinary login sees it: what it has no privilege for is not even listed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from migkit.catalog.mysql import objects
from migkit.catalog.mysql_listing import Entry, Listing
from migkit.catalog.mysql_session import NORMAL, Refused, Row
from migkit.catalog.mysql_sources import show_create, source_of
from migkit.catalog.seen import Seen
from migkit.engines.mysql_traits import grants
from migkit.model import CatalogObject, Snapshot

_SHOWN = (
    "SET SESSION sql_quote_show_create = 1",
    "SET SESSION show_gipk_in_create_table_and_information_schema = 1",
    "SET SESSION show_create_table_verbosity = 0",
)
_UNKNOWN = 1193  # ER_UNKNOWN_SYSTEM_VARIABLE
_GONE = frozenset(
    {1146, 1305, 1360, 1539, 4091}
)  # dropped since it was listed: table, routine, trigger, event, sequence
_DENIED = frozenset({1044, 1142, 1143, 1227, 1345, 1356, 1370})  # 1356: a view that leads nowhere, or that denies it
# what lists a kind at all (the manuals, "SHOW TRIGGERS", "The INFORMATION_SCHEMA ROUTINES Table", "SHOW EVENTS")
_TABLES = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER", "INDEX", "REFERENCES"})
_LISTS = {
    "table": _TABLES,
    "view": _TABLES,
    "trigger": frozenset({"TRIGGER"}),
    "event": frozenset({"EVENT"}),
    "routine": frozenset({"EXECUTE", "CREATE ROUTINE", "ALTER ROUTINE", "SHOW_ROUTINE"}),
}


class _Session:
    """A session of PyMySQL that is there, asked one statement after the other."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver

    def batch(self, statements: Sequence[str]) -> list[tuple[Row, ...]]:
        return [self.rows(statement) for statement in statements]

    def rows(self, statement: str) -> tuple[Row, ...]:
        import pymysql

        try:
            with self._driver.cursor() as cursor:
                cursor.execute(statement)
                return tuple(tuple(map(_text, row)) for row in cursor.fetchall())
        except pymysql.MySQLError as error:
            code = error.args[0] if error.args else 0
            if not isinstance(code, int) or not getattr(self._driver, "open", True):
                raise
            raise Refused(statement, code, str(error.args[-1]), []) from error

    def literal(self, value: str | bytes | None) -> str:
        return "NULL" if value is None else str(self._driver.escape(value))


def _text(value: Any) -> str | bytes | None:
    """Give a value as a session of the kit's own would have it, whatever the driver makes of its type."""
    return value if value is None or isinstance(value, str | bytes) else str(value)


def read(driver: Any, database: str, lock: int, statement: int, *, mariadb: bool) -> Seen:
    """Read it over a session of PyMySQL, which is in the database; seconds bound each wait."""
    session = _Session(driver)
    _settle(session, lock, statement, mariadb=mariadb)
    listing = Listing(session, database, mariadb=mariadb)
    listing.prepare()
    _own, entries = listing.read(session.batch(listing.questions()))
    found: dict[tuple[str, str], CatalogObject] = {}
    unread: set[tuple[str, str]] = set()
    for entry in entries:
        made = _objects(session, entry, database)
        if made is None:
            unread.add(_key(entry))
        for one in made or ():
            found[one.kind, one.name] = one
    return Seen(Snapshot(found), frozenset(unread), _blind(session, database))


def _settle(session: _Session, lock: int, statement: int, *, mariadb: bool) -> None:
    limit = f"max_statement_time = {statement}" if mariadb else f"max_execution_time = {statement * 1000}"
    waits = (f"SET SESSION lock_wait_timeout = {lock}", f"SET SESSION {limit}")
    for each in (*NORMAL, *_SHOWN, *waits):
        try:
            session.rows(each)
        except Refused as error:
            if error.code != _UNKNOWN:
                raise


def _objects(session: _Session, entry: Entry, database: str) -> Sequence[CatalogObject] | None:
    """Give the objects that one listed object holds; None where the login may not read it."""
    try:
        row = session.rows(show_create(entry))[0]
    except Refused as error:
        if error.code in _GONE:
            return ()
        if error.code in _DENIED:
            return None
        raise
    source = source_of(entry.kind, entry.name, entry.owner, entry.order, row)
    return objects(source, database) if source.text else None  # the body of a routine of somebody else's is NULL


def _key(entry: Entry) -> tuple[str, str]:
    """Give kind and name of the object that a snapshot would have for it (`mysql.objects`)."""
    routine = entry.kind not in ("table", "view", "trigger", "event", "sequence", "library")
    return ("routine", f"{entry.kind} {entry.name}") if routine else (entry.kind, entry.name)


def _blind(session: _Session, database: str) -> frozenset[str]:
    """Give the kinds of objects of which not all are listed, for want of a privilege on the whole database."""
    granted = _granted(session, database)
    return frozenset(kind for kind, any_of in _LISTS.items() if not granted & any_of)


def _granted(session: _Session, database: str) -> frozenset[str]:
    granted = grants(session.rows("SHOW GRANTS"), database)
    if not any(word.startswith("the role") for word in granted):
        return granted
    try:
        (role,) = session.rows("SELECT CURRENT_ROLE()")[0]
        using = f"SHOW GRANTS FOR CURRENT_USER() USING {role}"
        granted |= grants(session.rows(using), database) if role and role != "NONE" else frozenset()
    except Refused:  # MariaDB, whose SHOW GRANTS tells of the role's as well
        pass
    return frozenset(word for word in granted if not word.startswith("the role"))
