"""Revisions drawn from a few statements, as the printing of them would give them."""

from __future__ import annotations

from pathlib import Path

from migkit.model import Engine, Revision, Schema
from migkit.model.rehearsal import Piece
from migkit.model.release import PlannedRevision, PlannedStatement
from migkit.model.script import Function
from migkit.planning import sketches
from migkit.planning.sketches import Sketch

HERE = Path("r1.py")
SCHEMA = Schema("app", HERE.parent, HERE, "app", "mysql:9.7", ("mysql:9.7",))
FUNCTION = Function("upgrade", present=True, empty=False)


def sketch(engine: Engine, ident: str, *statements: str, function: Function = FUNCTION) -> Sketch:
    """Draw one revision that sends those statements."""
    pieces = [Piece(f"{sql};\n\n", ident, line) for line, sql in enumerate(statements, 1)]
    sent = sketches.printed(pieces, function, engine.family)
    told = tuple(PlannedStatement(one.number, one.sql, one.line) for one in sent if one.number)
    return Sketch(PlannedRevision(Revision(ident, ident, HERE, ()), "upgrade", told), sent, function, function)
