"""Which databases of a shared server belong to a run that lives: the server itself knows, so any machine can ask it.

A run holds a session for each of its databases, with a lock or a name that says which. The session ends with the
process, also with one that is killed, and whoever finds the database then can tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from migkit.errors import ServerError
from migkit.model import Server
from migkit.servers import login, names

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_OWN = re.compile(rf"({names.PREFIX}_[0-9a-f]{{8}}_[1-9][0-9]*)(_keep|_k[0-9]+)?")


@contextmanager
def held(server: Server, database: str) -> Iterator[None]:
    """Claim a database, before it is made, for the time of this block; a server of the kit's own needs no claim."""
    if server.kind != "url":
        yield
        return
    from sqlalchemy import text

    statements = login.console(server.engine).claim_sql
    with login.session(server) as connection:
        with login.told(server):
            for statement in statements:
                connection.execute(text(statement), {"claim": database} if ":claim" in statement else {})
        try:
            yield
        finally:
            connection.invalidate()  # closes it without a word to a server that may be gone


def claimed(name: str) -> str:
    """Give the database whose claim holds for `name`: itself, or that of which it is a copy; "" if it is not the kit's.

    The pattern is exact: what merely begins with `migkit_` is somebody's.
    """
    match = _OWN.fullmatch(name)
    return match[1] if match else ""


def abandoned(server: Server) -> dict[str, bool]:
    """Give the kit's databases that stand on a server, and whether no run claims them and no session is in them."""
    with login.connect(server) as connection:
        return _judged(connection, server, login.console(server.engine).databases_sql)


def abandoned_logins(server: Server) -> dict[str, bool]:
    """Give the kit's logins that stand on a server, as `abandoned` does; {} where he may not list any."""
    with suppress(ServerError), login.connect(server) as connection:
        return _judged(connection, server, login.console(server.engine).logins.listing_sql)
    return {}


def _judged(connection: Connection, server: Server, listing: str) -> dict[str, bool]:
    from sqlalchemy import text

    dead = text(login.console(server.engine).abandoned_sql)
    found = sorted({str(row[0]) for row in connection.exec_driver_sql(listing)})
    own = {name: claimed(name) for name in found if claimed(name)}
    return {
        name: connection.execute(dead, {"claim": claim, "name": name}).scalar() in (1, True)
        for name, claim in own.items()
    }
