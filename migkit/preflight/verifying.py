"""A round trip of the pending revisions now, on a throwaway server, in a process of its own.

In this process the application may have read the target's settings already, at its first import.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from migkit import baseline, scratch
from migkit.delegate import NoAnswerError, delegate
from migkit.errors import ServerError
from migkit.jobs import Judge
from migkit.judging import Judged
from migkit.model import Engine, Event, Project, RevisionReport, Schema, Server
from migkit.proofs.ending import Ended


def verified(
    project: Project, schema: Schema, engine: Engine, pending: Sequence[str], tell: Callable[[Event], None]
) -> tuple[Server, tuple[RevisionReport, ...], Ended | None]:
    """Give the server on which the round trip was taken, what became of each revision, and where they ended.

    The baseline is heard. Raises what a round trip raises.
    """
    tell(Event("step", "a round trip of what is pending"))
    with scratch.database(project, schema, engine, "auto", tell) as database:
        untold = replace(schema, targets={})  # the process need not know how a target is reached
        job = Judge(untold, database, tuple(pending), prove=True)
        try:
            judged: Judged = delegate(job, tell)
        except NoAnswerError as error:
            raise ServerError(f"the round trip ended without an answer: {error.said}", remedy="run it again") from error
        known = baseline.read(schema.baseline, schema.name, engine.name)
        return database.server, tuple(baseline.accept(one, known) for one, _findings in judged.revisions), judged.ended
