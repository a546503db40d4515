"""The first half of the preflight: the way to a target, the login, who answers there, where the database stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING

from migkit import engines, journal
from migkit.errors import TargetError
from migkit.gate import Ask, Denied
from migkit.model import Check, Schema
from migkit.model.release import Entry
from migkit.preflight import server
from migkit.preflight.asking import asking
from migkit.preflight.remembered import remembered
from migkit.product import Identity
from migkit.servers import login
from migkit.targets import Declared, network, pooling, reading
from migkit.targets.standing import VersionTable, rows, shared
from migkit.values import dataclass

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_ALLOW = "let the login of migrations ask this of its server"


@dataclass(slots=True)
class Arrival:
    """What was seen on the way to a target; what was not come to is empty.

    `server` is the server's own id, `current` the rows of the version table, None where it could not be read; `tables`
    counts all of the database that the login sees, unless its version table is empty and they are another history's.
    `recorded` is the server's id as its journal had it then.
    """

    checks: list[Check] = field(default_factory=list)
    identity: Identity | None = None
    server: str = ""
    current: tuple[str, ...] | None = None
    tables: int = 0
    recorded: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing stands in the way so far."""
        return all(check.ok is not False for check in self.checks)


def arrived(found: Declared, *, version_table: VersionTable | str, entries: Sequence[Entry] = ()) -> Arrival:
    """Go to a target in a session that cannot write, and look who is there; it ends where the rest cannot be asked.

    `entries` are those of its journal. Never raises for what the target is or does.
    """
    arrival = Arrival(recorded=journal.known_server(entries))
    arrival.checks += network.network(found, seconds=found.target.connect_timeout)
    if not arrival.ok:
        return arrival
    try:
        with reading(found) as connection:
            ask = asking(connection)
            arrival.checks.append(server.logged_in(ask, found))
            arrival.checks.append(server.alone(pooled=pooling.between(connection, found)))
            if _known(ask, found, arrival, entries):
                arrival.checks.append(remembered(ask, found, entries))
                arrival.checks += server.writable(ask, found)
                arrival.tables = int(ask(login.console(found.engine).tables_sql, name=found.address.database)[0][0])
                arrival.current = rows(connection, found, version_table)
                if not arrival.current and shared(connection, found, version_table):
                    arrival.tables = 0
    except TargetError as error:
        arrival.checks.append(_lost(found, error, arrival))
    except Denied as denied:
        arrival.checks.append(Check("server: answers", ok=False, message=str(denied), remedy=_ALLOW))
    return arrival


def met(
    connection: Connection, schema: Schema, found: Declared, entries: Sequence[Entry], *, product: bool = True
) -> Identity:
    """Give what answers in a session, for a verb that only reads; `entries` are what is known of its journal.

    Raises TargetError where it is not the declared server and database. Without `product`, a server of another product
    or series is let through.
    """
    ask, target = asking(connection), found.target
    arrival = Arrival(recorded=journal.known_server(entries))
    try:
        _known(ask, found if product else _as_it_is(ask, found), arrival, journal.kept(schema, target.name))
    except Denied as denied:
        arrival.checks.append(Check("server: answers", ok=False, message=str(denied), remedy=_ALLOW))
    held = bool(target.server_id or arrival.recorded)  # one that does not say its id is to be known by it
    wrong = [one for one in arrival.checks if one.ok is False and (held or arrival.server or one.check != server.ID)]
    if wrong:
        raise TargetError(f"target {target.name} at {found.address}: {wrong[0].message}", remedy=wrong[0].remedy)
    assert arrival.identity is not None
    return arrival.identity


def _as_it_is(ask: Ask, found: Declared) -> Declared:
    """Give the target as if what runs there had been declared."""
    identity, _product = server.identified(ask, found)
    return replace(found, engine=engines.running(found.engine, identity)) if identity else found


def _lost(found: Declared, error: TargetError, arrival: Arrival) -> Check:
    """Say what went wrong with a login, or with the session that came of it."""
    if isinstance(error, pooling.PooledError):
        return Check("server: session", ok=False, message=error.message, remedy=error.remedy)
    if not any(check.check == "server: login" for check in arrival.checks):
        return server.refused(found, error.message, error.remedy)
    name = "history: revision" if arrival.server and arrival.ok else "server: answers"
    return Check(name, ok=False, message=error.message, remedy=error.remedy)


def _known(ask: Ask, found: Declared, arrival: Arrival, entries: Sequence[Entry]) -> bool:
    """Whether this is the declared server and database: nothing is asked of another one."""
    arrival.identity, product = server.identified(ask, found)
    arrival.checks.append(product)
    if not product.ok:
        return False
    try:
        arrival.server = server.gate(found.engine).server_id(ask)
    except Denied as denied:
        arrival.checks.append(server.nameless(denied))
        return False
    arrival.checks.append(server.recognized(found.target, arrival.server, arrival.recorded))
    arrival.checks.append(server.chosen(ask, found, _database(entries)))
    return arrival.ok


def _database(entries: Sequence[Entry]) -> str:
    """Give the database of the last release that the journal knows."""
    runs = journal.runs(entries)
    return runs[-1].run.address.rpartition("/")[2] if runs else ""
