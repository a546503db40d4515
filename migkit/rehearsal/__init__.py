"""Rehearses a history on a throwaway database that is there already, wherever that is done: here, or in a service."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from migkit import ground, stock
from migkit.alembic_io.driver import Plan
from migkit.judge import said, upgrade_line
from migkit.judging import wanted
from migkit.model import Database, Event, Finding, Schema, Severity, Verdict
from migkit.model.rehearsal import Filled, Order, RevisionRehearsal
from migkit.privileges import Privileges
from migkit.rehearsal.idempotent import rerun
from migkit.rehearsal.oneshot import Shots, oneshot
from migkit.rehearsal.policy import Rule
from migkit.rehearsal.stage import Ascent, Stage
from migkit.remedies import remedy

One = tuple[RevisionRehearsal, tuple[Finding, ...]]


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What was rehearsed, base first, each with its own findings; `ids` and `heads` are the whole history's.

    Paths are whole here. `ini` is the one that was used; `findings` are about the history as a whole, `filled` says
    which rows were put in.
    """

    ids: tuple[str, ...]
    heads: tuple[str, ...]
    ini: Path
    revisions: tuple[One, ...]
    findings: tuple[Finding, ...] = ()
    filled: Filled = field(default_factory=Filled)


def rehearsed(schema: Schema, database: Database, order: Order, on_event: Callable[[Event], None]) -> Rehearsed:
    """Climb to the last wanted revision, and make the checks that were ordered of each."""
    with ground.opened(schema, database) as (steps, reader, keeper):
        history = steps.history
        chosen = wanted(history, order.choice)
        last = max((at for at, revision in enumerate(history.revisions, 1) if revision.id in chosen), default=0)
        privileges = Privileges(database, schema.server)
        with stock.opened(schema, database, order.rows, steps, reader) as rows:
            ascent = Ascent(steps, reader, keeper, privileges, history.revisions[:last], on_event, rows)
            checks = _Checks(order, Rule(schema.idempotent, history), privileges)
            revisions = tuple(ascent.rehearse(chosen, checks.of))
            filled = rows.filled if rows else Filled()
            if "oneshot" in order.checks:
                revisions = _shot(revisions, oneshot(ascent, chosen))
    ids = tuple(revision.id for revision in history.revisions)
    return Rehearsed(ids, history.heads, history.schema.ini, revisions, filled=filled)


def _shot(revisions: tuple[One, ...], shots: Shots) -> tuple[One, ...]:
    """Give the revisions with what came of them in one run."""
    return tuple(
        (
            replace(one, oneshot=shots.words.get(one.revision)),
            findings + tuple(finding for finding in shots.findings if finding.revision == one.revision),
        )
        for one, findings in revisions
    )


class _Checks:
    """The checks of one revision at a time, in the order in which each leaves most for the next."""

    def __init__(self, order: Order, idempotent: Rule, privileges: Privileges) -> None:
        self._order = order
        self._idempotent = idempotent
        self._privileges = privileges

    def of(self, stage: Stage) -> Plan[One]:
        """Make the checks of one revision."""
        began = time.perf_counter()
        one, findings = yield from self._of(stage)
        findings += self._privileges.finding(stage.revision)
        return replace(one, seconds=round(time.perf_counter() - began, 6)), findings

    def _of(self, stage: Stage) -> Plan[One]:
        revision = stage.revision
        one = RevisionRehearsal(revision.id, revision.title, str(revision.path), statements=len(stage.sent))
        findings: tuple[Finding, ...] = ()
        if stage.failure is not None:
            one = replace(one, upgrade="fails-with-rows" if stage.fails_with_rows else "fails")
            findings = (_upgrade_fails(stage),)
            if not stage.fails_with_rows:
                return one, findings
        if self._makes("idempotent", stage):
            word, found = yield from rerun(stage, self._idempotent.severity(revision))
            one, findings = replace(one, idempotent=word), findings + found
        return one, findings

    def _makes(self, check: str, stage: Stage) -> bool:
        if check not in self._order.checks:
            return False
        return self._order.asked or check != "idempotent" or not self._idempotent.off(stage.revision)


def _upgrade_fails(stage: Stage) -> Finding:
    failure, revision = stage.failure, stage.revision
    assert failure is not None
    return Finding(
        "upgrade-fails",
        Severity.error,
        said(failure) + ("; it fails with rows in place, and without them it passes" if stage.fails_with_rows else ""),
        remedy(Verdict.upgrade_fails, (), failure.message),
        str(revision.path),
        failure.line or upgrade_line(revision),
        revision.id,
    )
