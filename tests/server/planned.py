"""Statements held against the tables of a server, as the plan of a release holds them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from migkit.model import Engine, Revision, Schema
from migkit.model.rehearsal import Piece
from migkit.model.release import PlannedRevision, PlannedStatement, Precondition
from migkit.model.script import Function
from migkit.planning import sketches
from migkit.planning.asking import asked
from migkit.planning.sketches import Sketch
from migkit.planning.surveying import concerned, surveyed
from migkit.planning.walking import walked

HERE = Path("r1.py")


def sketch(engine: Engine, *statements: str) -> Sketch:
    """Draw one revision that sends those statements."""
    function = Function("upgrade", present=True, empty=False)
    pieces = [Piece(f"{sql};\n\n", "r1", line) for line, sql in enumerate(statements, 1)]
    sent = sketches.printed(pieces, function, engine.family)
    told = tuple(PlannedStatement(one.number, one.sql, one.line) for one in sent if one.number)
    return Sketch(PlannedRevision(Revision("r1", "r1", HERE, ()), "upgrade", told), sent, function, function)


def plan(connection: Any, engine: Engine, *statements: str) -> PlannedRevision:
    """Plan one revision on what a connection shows, and put its questions."""
    drawn = sketch(engine, *statements)
    survey = surveyed(connection, engine, concerned(one.statement for one in drawn.sent))
    schema = Schema("app", HERE.parent, HERE, "app", engine.name, (engine.name,))
    (revision,) = asked(connection, walked(schema, engine, [drawn], survey), lambda _event: None)
    return revision


def questions(connection: Any, engine: Engine, *statements: str) -> tuple[Precondition, ...]:
    """Give what the last of some statements asks for."""
    return plan(connection, engine, *statements).statements[-1].preconditions
