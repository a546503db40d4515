"""Statements held against the tables of a server, as the plan of a release holds them."""

from __future__ import annotations

from typing import Any

from migkit.model import Engine
from migkit.model.release import PlannedRevision, Precondition
from migkit.planning.asking import asked
from migkit.planning.surveying import concerned, surveyed
from migkit.planning.walking import walked
from tests.release.sketched import SCHEMA, sketch


def plan(connection: Any, engine: Engine, *statements: str) -> PlannedRevision:
    """Plan one revision on what a connection shows, and put its questions."""
    drawn = sketch(engine, "r1", *statements)
    survey = surveyed(connection, engine, concerned(one.statement for one in drawn.sent))
    (revision,) = asked(connection, engine, walked(SCHEMA, engine, [drawn], survey), lambda _event: None)
    return revision


def questions(connection: Any, engine: Engine, *statements: str) -> tuple[Precondition, ...]:
    """Give what the last of some statements asks for."""
    return plan(connection, engine, *statements).statements[-1].preconditions
