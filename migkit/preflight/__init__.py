"""Everything that must hold before a release sends its first statement, as checks; the target is only read.

    configured.py   the ini, and the files of the history: `configured`
    arriving.py     the way there, the login, who answers, where the database stands: `arrived`; for verbs that only
                    read, who answers: `met`
    server.py       what the server says of itself; remembered.py whether it knows of the last release
    leading.py      where env.py leads; standing.py the database against the history and the journal: `stands`
    privileges.py   what the pending statements need, by their SQL
    tree.py         the checkout: branch, clean, in step with its upstream
    proven.py       lint, and the record of a round trip; verifying.py takes one now
    traffic.py      who is at work on the target, and room for what is rebuilt: these are `preflight`
    asking.py       questions that a server may refuse to answer

A check that cannot be made since an earlier one failed is not made up: each part ends there. docs/preflight.md has
the lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from migkit import journal
from migkit.alembic_io.releasing import ReleaseDriver
from migkit.errors import TargetError
from migkit.gate import Ask, Denied
from migkit.model import Check, Event, Schema
from migkit.model.release import Entry
from migkit.preflight.arriving import Arrival, arrived, met
from migkit.preflight.asked import Asked
from migkit.preflight.asking import asking
from migkit.preflight.configured import configured
from migkit.preflight.leading import leading
from migkit.preflight.privileges import privileges
from migkit.preflight.proven import proven
from migkit.preflight.server import recognized, server_id
from migkit.preflight.standing import history, unfinished, unseen
from migkit.preflight.traffic import traffic
from migkit.preflight.tree import tree
from migkit.targets import Declared, reading

__all__ = ["Arrival", "Asked", "arrived", "configured", "met", "preflight", "server_id", "stands"]


def stands(
    schema: Schema, found: Declared, driver: ReleaseDriver, arrival: Arrival, entries: Sequence[Entry]
) -> tuple[Check, ...]:
    """Look where env.py leads and where the database stands, before anything is planned; `entries` are its journal's.

    No connection is opened: `arrival` has what the target said.
    """
    return tuple(_stands(schema, found, driver, arrival, entries))


def preflight(asked: Asked) -> tuple[Check, ...]:
    """Look at all the rest, once there is a plan. Never raises for what is found; it may take a fetch and a proof."""
    return tuple(_preflight(asked))


def _stands(
    schema: Schema, found: Declared, driver: ReleaseDriver, arrival: Arrival, entries: Sequence[Entry]
) -> Iterator[Check]:
    known = driver.history
    yield leading(driver, found)
    recorded = journal.known_server(entries)
    if recorded != arrival.recorded and not found.target.server_id:
        yield recognized(found.target, arrival.server, recorded)
    yield from history(schema, known.revisions, known.heads, arrival.current or (), entries, arrival.tables)


def _preflight(asked: Asked) -> Iterator[Check]:
    found, order, known = asked.found, asked.order, asked.driver.history
    first = next((one.revision.id for one in asked.plan.revisions), "")
    kept = () if found.engine.transactional_ddl else asked.unfinished  # a transaction takes back what it sent
    lines = unseen(kept, known.revisions)
    yield from unfinished(asked.unfinished, asked.schema.name, order, first, past=lines)
    yield from _asking(found, lambda ask: privileges(ask, found, asked.plan, asked.driver.version_table))
    asked.tell(Event("step", "asking git"))
    yield from tree(asked.project, asked.schema, found.target, known.revisions, known.env_py)
    if asked.arrival.identity is not None:
        yield from proven(asked, asked.arrival.identity)
    yield from _asking(found, lambda ask: traffic(ask, found, asked.plan))


def _asking(found: Declared, look: Callable[[Ask], Iterator[Check]]) -> Iterator[Check]:
    """Ask the target in a session; where that is lost, what it was to say is not made up."""
    try:
        with reading(found) as connection:
            yield from look(asking(connection))
    except TargetError as error:
        yield Check("server: answers", ok=False, message=error.message, remedy=error.remedy)
    except Denied as denied:
        remedy = "let the login of migrations ask this of its server"
        yield Check("server: answers", ok=False, message=str(denied), remedy=remedy)
