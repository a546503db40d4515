"""Whether a target remembers its last release: a copy has the ids of what it was copied from, but not what came after.

The system_identifier of PostgreSQL and the server_uuid of MySQL are files of the data: a restored backup has them, and
so has each container of an image in which they were made. MariaDB's server_uid follows from the network card.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from migkit.journal import table
from migkit.model import Check
from migkit.model.release import Entry, Kind
from migkit.targets import Declared

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


def remembered(connection: Connection, found: Declared, server: str, entries: Sequence[Entry]) -> Check:
    """Hold the target's table against `entries`, this machine's file; `server` is the server's own id."""
    last = _last(entries) if found.target.journal.table else None
    if last is None:
        return Check("server: journal", ok=True, message="this machine has released nothing that it would have to know")
    known: Collection[str] = ()
    with contextlib.suppress(Exception):  # there is none, or it may not be read
        known = {run for run, _number in table.numbers(connection, found.engine)}
    return held(last, known, found, server)


def held(last: Entry, known: Collection[str], found: Declared, server: str) -> Check:
    """Say whether the `last` release is among the runs that are `known` there (pure)."""
    name, which = "server: journal", f"the release of {last.at[:16].replace('T', ' ')} UTC"
    if last.run in known:
        return Check(name, ok=True, message=f"{table.NAME} has {which}, as this machine's journal")
    said = f"this machine's journal has {which}, and {table.NAME} of the database has not"
    if found.target.server_id:
        return Check(name, None, f"{said}; `server_id` names it all the same", "see that this is no restored copy")
    return Check(
        name,
        ok=False,
        message=f"{said}: a copy or a backup from before, another database, or that table was emptied",
        remedy=f'find out which database this is; if it is the right one, set server_id = "{server}" of the target',
    )


def _last(entries: Sequence[Entry]) -> Entry | None:
    """Give the beginning of the last run that wrote to the table and came to commit something."""
    came = {entry.run for entry in entries if entry.kind is Kind.committed}
    runs = [entry for entry in entries if entry.kind is Kind.run and entry.facts.get("table") and entry.run in came]
    return runs[-1] if runs else None
