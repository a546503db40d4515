"""What a release would do to a target, before it does anything.

    pending.py        the steps, and where the version table stands between them
    drawing.py        their SQL as it would run, printed by env.py offline; sketches.py as the reader reads it
    surveying.py      the tables that are concerned, as the target has them, and their sizes
    walking.py        the steps folded onto those: tables, what waits, questions to the rows (traces.py: not yet)
    preconditions.py  the questions: doubles.py, fits.py, recoding.py, brought.py (new columns), asking_sql.py;
                      asking.py puts them, and unaskable.py says what no question tells
    settled.py        what an earlier run has applied of them
    catalogued.py     what a statement takes for granted and the target's catalogue denies
    finding.py        what lint says of each statement
    judging.py        which of it stands in the way of a release; facts.py: a plan as JSON

Nothing here writes: SQL is printed without a connection, and what is asked is asked in a session that only reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from migkit import hashes, targets
from migkit.alembic_io.driver import Driver
from migkit.model import Event, Finding, Project, Severity
from migkit.model.release import Order, Plan, PlannedRevision, Unfinished
from migkit.planning.asking import asked
from migkit.planning.drawing import drawn
from migkit.planning.facts import facts
from migkit.planning.finding import linted
from migkit.planning.judging import blocked, questions, unasked, unmet
from migkit.planning.pending import Way, along, way
from migkit.planning.settled import settled
from migkit.planning.sketches import Sketch
from migkit.planning.surveying import also, bound, concerned, hidden, surveyed
from migkit.planning.walking import walked
from migkit.targets import Declared

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_ROWS = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|REPLACE|MERGE|WITH)\b", re.IGNORECASE)
_VALUE = re.compile(r"'(?:[^'\\]|\\.|'')*'|\b0x[0-9a-f]+\b|\b\d+(?:\.\d+)?\b", re.IGNORECASE | re.DOTALL)
__all__ = ["answered", "blocked", "digest", "facts", "planned", "questions", "redrawn", "unasked", "unmet"]


def planned(
    project: Project,
    driver: Driver,
    found: Declared,
    order: Order,
    current: Sequence[str],
    *,
    unfinished: Sequence[Unfinished] = (),
    tell: Callable[[Event], None] = lambda _event: None,
) -> Plan:
    """Plan a release of the driver's history to a target that stands at `current`; the target is only read.

    What its tables are and how large is known then; its rows are asked by `answered` alone. What an earlier run has
    applied of `unfinished` revisions is told, and asks for nothing more.
    Raises TargetError where the target stands elsewhere or does not answer, and what `pending.way` raises.
    """
    tell(Event("step", "drawing the plan"))
    steps = way(driver, current, order.direction, order.to)
    sketches = settled(drawn(driver, steps, found.engine.family), unfinished)
    plan = _plan(found, steps, tuple(one.planned for one in sketches))
    if not sketches:
        return plan
    with targets.reading(found, patient=True) as connection:
        beside, revisions = _measured(connection, driver, found, sketches)
    revisions = linted(project, driver.history.schema, found.engine, sketches, revisions)
    return replace(plan, revisions=revisions, beside=beside)


def _measured(
    connection: Connection, driver: Driver, found: Declared, sketches: Sequence[Sketch]
) -> tuple[str, tuple[PlannedRevision, ...]]:
    """Give the schema that is looked into beside, and the revisions with what the target says of their tables."""
    bound(connection, found.engine, found.target)
    sent = [one.statement for sketch in sketches for one in sketch.sent]
    beside = hidden(connection, found.engine, sent)
    survey = surveyed(connection, found.engine, concerned(sent))
    first, *others = walked(driver.history.schema, found.engine, sketches, survey)
    notes = (_path(beside),) if beside else ()
    return beside, (replace(first, findings=(*notes, *first.findings)), *others)


def answered(found: Declared, plan: Plan, tell: Callable[[Event], None] = lambda _event: None) -> Plan:
    """Give the plan with what the target says of its rows; that may take as long as reading whole tables does.

    Raises TargetError where the target does not answer.
    """
    if not questions(plan):
        return plan
    with targets.reading(found, patient=True) as connection:
        bound(connection, found.engine, found.target)
        also(connection, found.engine, plan.beside)
        return replace(plan, revisions=asked(connection, found.engine, plan.revisions, tell))


def _path(schema: str) -> Finding:
    """Say that tables were looked for where this session does not look by itself."""
    return Finding(
        "plan-path",
        Severity.note,
        f"tables that this session does not see are taken to be those of schema {schema}, as if env.py looked there",
        f"let the target's URL look there too: ?options=-csearch_path%3D{schema}",
    )


def redrawn(driver: Driver, found: Declared, plan: Plan) -> str:
    """Give the digest of what would run now: a file that was edited since gives another one. Nothing is asked."""
    steps = along(driver, plan.current, plan.direction, tuple(one.revision for one in plan.revisions))
    return _plan(found, steps, tuple(one.planned for one in drawn(driver, steps, found.engine.family))).digest


def digest(plan: Plan) -> str:
    """Give the hash of all that decides what runs: where to, from where, the files, their SQL.

    Of statements about rows the values are left out: a revision may make them as it runs (a UUID, the time of day).
    """
    parts = [plan.target, plan.address, plan.direction, *plan.current, "to", *plan.to]
    for one in plan.revisions:
        parts += ["revision", one.revision.id, one.text, one.unknown, *(_shape(each.sql) for each in one.statements)]
    return hashes.together(parts)


def _shape(sql: str) -> str:
    return _VALUE.sub("?", sql) if _ROWS.match(sql) else sql


def _plan(found: Declared, steps: Way, revisions: tuple[PlannedRevision, ...]) -> Plan:
    plan = Plan(found.target.name, str(found.address), steps.direction, steps.stands[0], steps.to, revisions)
    return replace(plan, digest=digest(plan))
