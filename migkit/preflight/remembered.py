"""Whether a target remembers its last release: a copy has the ids of what it was copied from, but not what came after.

The system_identifier of PostgreSQL and the server_uuid of MySQL are files of the data: a restored backup has them, and
so has each container of an image in which they were made. MariaDB's server_uid follows from the network card.
"""

from __future__ import annotations

from collections.abc import Sequence

from migkit.gate import Ask, Denied
from migkit.journal import table
from migkit.model import Check
from migkit.model.release import Entry, Kind
from migkit.servers import login
from migkit.targets import Declared

_NAME = "server: journal"


def remembered(ask: Ask, found: Declared, entries: Sequence[Entry]) -> Check:
    """Hold the target's table against `entries`, this machine's file; a connection that is gone raises the driver's."""
    last = _last(entries) if found.target.journal.table else None
    if last is None:
        return Check(_NAME, ok=True, message="this machine has released nothing that it would have to know")
    try:
        there, why = _has(ask, found, last.run), ""
    except Denied as denied:  # there is none, or it may not be read
        there, why = False, f" ({denied})"
    which = f"the release of {last.at[:16].replace('T', ' ')} UTC"
    if there:
        return Check(_NAME, ok=True, message=f"{table.NAME} has {which}, as this machine's journal")
    return Check(
        _NAME,
        ok=False,
        message=f"this machine's journal has {which}, and {table.NAME} of the database has not{why}: "
        "a copy or a backup from before, another database, or that table was emptied",
        remedy="find out which database this is; to release to it all the same, give the target a journal of its own: "
        f'journal = {{ folder = "{found.target.journal.folder.name}-2" }}',
    )


def _has(ask: Ask, found: Declared, run: str) -> bool:
    """Whether the target's table knows of a run. Raises Denied where it cannot be read."""
    quote = found.engine.quote
    place = str(ask(login.console(found.engine).ledger().place_sql)[0][0])
    named = f"{quote(place)}.{quote(table.NAME)}".replace(":", r"\:")  # which would be a parameter
    return bool(ask(f"SELECT run FROM {named} WHERE run = :run LIMIT 1", run=run))  # noqa: S608  # quoted


def _last(entries: Sequence[Entry]) -> Entry | None:
    """Give the beginning of the last run that wrote to the table and came to commit something."""
    came = {entry.run for entry in entries if entry.kind is Kind.committed}
    runs = [entry for entry in entries if entry.kind is Kind.run and entry.facts.get("table") and entry.run in came]
    return runs[-1] if runs else None
