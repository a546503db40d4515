"""Which databases of a shared server belong to a run that lives: the server itself knows, so any machine can ask it.

A run holds a session for each of its databases, with a lock or a name that says which. The session ends with the
process, also with one that is killed, and whoever finds the database then can tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from migkit.model import Server
from migkit.servers import login, names

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
    from sqlalchemy import text

    spoken = login.console(server.engine)
    with login.connect(server) as connection:
        found = [str(row[0]) for row in connection.exec_driver_sql(spoken.databases_sql)]
        return {
            name: connection.execute(text(spoken.abandoned_sql), {"claim": claimed(name), "name": name}).scalar()
            in (1, True)
            for name in sorted(found)
            if claimed(name)
        }
