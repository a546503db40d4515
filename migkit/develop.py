"""The verbs `upgrade` and `downgrade`: Alembic's own, for a schema's development database and no other."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from migkit import compose, engines
from migkit.alembic_io.command import Moved
from migkit.config import shown
from migkit.development import declared
from migkit.jobs import Move
from migkit.model import Direction, Event, Project, Report, Schema

DEFAULTS: dict[Direction, str] = {"upgrade": "head", "downgrade": "-1"}


def develop(
    project: Project,
    schema: Schema,
    direction: Direction,
    to: str = "",
    *,
    on_event: Callable[[Event], None] = lambda _e: None,
) -> Report:
    """Run `alembic upgrade TO` (default: head) or `alembic downgrade TO` (-1), in the schema's service if it has one.

    A process of its own is held to the development database. Raises TargetError where that is a declared target's, or
    does not answer, HistoryError where `to` leads nowhere or there are more heads than one, StepFailed.
    """
    began = time.perf_counter()
    to = to or DEFAULTS[direction]
    moved = _moved(project, schema, direction, to, on_event)
    engine = engines.parse(schema.engine)
    return Report(
        command=direction,
        schema=schema.name,
        engine={"family": engine.family, "version": engine.version, "wanted": schema.engine},
        facts=_facts(moved, to),
        seconds=round(time.perf_counter() - began, 3),
    )


def _moved(project: Project, schema: Schema, direction: Direction, to: str, on_event: Callable[[Event], None]) -> Moved:
    job = Move(schema, direction, to, declared(project, schema))
    answer: Moved = compose.asked(project, schema, job, on_event, command=f"{direction} {to}")
    return answer


def _facts(moved: Moved, to: str) -> dict[str, Any]:
    return {
        "database": moved.address,
        "to": to,
        "before": list(moved.before),
        "current": list(moved.current),
        "applied": [{"revision": one.id, "title": one.title, "path": shown(one.path)} for one in moved.revisions],
    }
