"""Rehearses a history on a throwaway database that is there already, wherever that is done: here, or in a service."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import field, replace
from pathlib import Path

from migkit import ground, stock
from migkit.alembic_io.history import History
from migkit.judging import wanted
from migkit.model import Database, Event, Finding, Schema
from migkit.model.rehearsal import Filled, Order
from migkit.privileges import Privileges
from migkit.rehearsal import models
from migkit.rehearsal.checks import Checks, One
from migkit.rehearsal.oneshot import Shots, oneshot
from migkit.rehearsal.policy import Rule
from migkit.rehearsal.stage import Ascent
from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What was rehearsed, base first, each with its own findings; `ids` and `heads` are the whole history's.

    Paths are whole here. `ini` is the one that was used; `findings` are about the history as a whole, `filled` says
    which rows were put in, `not_made` why a check was not made.
    """

    ids: tuple[str, ...]
    heads: tuple[str, ...]
    ini: Path
    revisions: tuple[One, ...]
    findings: tuple[Finding, ...] = ()
    filled: Filled = field(default_factory=Filled)
    not_made: Mapping[str, str] = field(default_factory=dict)


def rehearsed(schema: Schema, database: Database, order: Order, on_event: Callable[[Event], None]) -> Rehearsed:
    """Climb to the last wanted revision, and make the checks that were ordered of each."""
    with ground.opened(schema, database) as (steps, reader, keeper):
        history = steps.history
        chosen = wanted(history, order.choice)
        last = _last(history, chosen, order)
        privileges = Privileges(database, schema.server)
        with stock.opened(schema, database, order.rows, steps, reader) as rows:
            ascent = Ascent(steps, reader, keeper, privileges, history.revisions[:last], on_event, rows)
            checks = Checks(order, Rule("idempotent", schema.idempotent, history), privileges)
            revisions = tuple(ascent.rehearse(chosen, checks.of))
            filled = rows.filled if rows else Filled()
            findings, not_made = _compared(ascent, len(history.revisions), order)
            if "oneshot" in order.checks:
                revisions = _shot(revisions, oneshot(ascent, chosen))
    ids = tuple(revision.id for revision in history.revisions)
    return Rehearsed(ids, history.heads, history.schema.ini, revisions, findings, filled, not_made)


def _last(history: History, chosen: Collection[str], order: Order) -> int:
    """Give how far the climb must go: to the last wanted revision, or to the head where models were asked for."""
    if order.asked and "models" in order.checks:
        return len(history.revisions)
    return max((at for at, revision in enumerate(history.revisions, 1) if revision.id in chosen), default=0)


def _compared(ascent: Ascent, whole: int, order: Order) -> tuple[tuple[Finding, ...], dict[str, str]]:
    """Hold the models against the database, if it stands at the head; or say why not."""
    if "models" not in order.checks:
        return (), {}
    if ascent.height < whole:
        return (), {"models": "the last revision is not among those that were chosen"}
    positions = [ascent.position(at) for at in range(1, whole + 1)]
    if any(one.failure and not one.fails_with_rows for one in positions):
        return (), {"models": "an upgrade fails, so the database does not come to the head"}
    return models.findings(ascent.driver), {}


def _shot(revisions: tuple[One, ...], shots: Shots) -> tuple[One, ...]:
    """Give the revisions with what came of them in one run."""
    return tuple(
        (
            replace(one, oneshot=shots.words.get(one.revision)),
            findings + tuple(finding for finding in shots.findings if finding.revision == one.revision),
        )
        for one, findings in revisions
    )
