"""An ascent over a history on a throwaway database, for the tests of single checks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from migkit import ground
from migkit.alembic_io.driver import Plan
from migkit.model import Database, Schema
from migkit.privileges import Privileges
from migkit.rehearsal.stage import Ascent, Stage


@contextmanager
def ascended(schema: Schema, database: Database) -> Iterator[Ascent]:
    """Climb the whole history, and make no check on the way."""
    with ground.opened(schema, database) as (steps, reader, keeper):
        revisions = steps.history.revisions
        ascent = Ascent(steps, reader, keeper, Privileges(database, schema.server), revisions, lambda _event: None)
        ascent.rehearse({revision.id for revision in revisions}, _nothing)
        yield ascent


def _nothing(_stage: Stage) -> Plan[None]:
    yield from ()
