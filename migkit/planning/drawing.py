"""The SQL of pending revisions as it would run: printed by the user's own env.py, offline; nothing is connected to.

A revision that asks the database while it runs cannot be printed. What its source tells is told then, and why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from migkit import hashes
from migkit.alembic_io.driver import Driver
from migkit.alembic_io.offline import printed as print_
from migkit.model import Direction, Revision
from migkit.model.rehearsal import Piece, Script
from migkit.model.release import PlannedRevision, PlannedStatement
from migkit.ops.core import plainly
from migkit.planning import sketches
from migkit.planning.pending import Way
from migkit.planning.sketches import Sketch
from migkit.product import Family
from migkit.reading import read

_ASKS = "it asks the database while it runs"
_SILENT = "env.py printed nothing of it: its offline branch does not go to standard output"


@dataclass(frozen=True, slots=True)
class _Print:
    """What was printed of a revision, or why it could not be."""

    pieces: tuple[Piece, ...] = ()
    unknown: str = ""


def drawn(driver: Driver, way: Way, family: Family) -> tuple[Sketch, ...]:
    """Draw each revision of the way: its statements, and the reading of them. Raises what env.py is refused."""
    prints = _printed(driver, way)
    return tuple(_sketch(revision, way.direction, prints[revision.id], family) for revision in way.revisions)


def _sketch(revision: Revision, direction: Direction, print_: _Print, family: Family) -> Sketch:
    source = revision.path.read_bytes()
    script = read(revision.path, source, family)
    both = (script.upgrade, script.downgrade)
    function, other = both if direction == "upgrade" else both[::-1]
    sent = sketches.unrun(function) if print_.unknown else sketches.printed(print_.pieces, function, family)
    statements = tuple(PlannedStatement(one.number, one.sql, one.line) for one in sent if one.number)
    planned = PlannedRevision(revision, direction, statements, hashes.text(source), print_.unknown)
    return Sketch(planned, sent, function, other)


def _printed(driver: Driver, way: Way) -> Mapping[str, _Print]:
    """Print all in one run of env.py; after a revision that cannot be printed, go on behind it in a further one."""
    found: dict[str, _Print] = {}
    at = 0
    while at < len(way.revisions):
        left = way.revisions[at:]
        with plainly():
            script = print_(driver, left, way.stands[at], way.direction)
        done = _told(script, left)
        found |= done
        if not script.failed:
            break
        if not any(piece.revision == script.failed for piece in script.pieces):  # env.py itself: it would fail again
            found |= {one.id: _Print(unknown=script.failure) for one in left if one.id not in done}
            break
        at += len(done) + 1
        found[script.failed] = _Print(unknown=_why(script))
    return found


def _told(script: Script, revisions: Sequence[Revision]) -> dict[str, _Print]:
    """Give what was printed of the revisions up to the one that failed."""
    lost = {revision: (line, names) for revision, line, names in script.lost}
    found: dict[str, _Print] = {}
    for revision in revisions:
        if revision.id == script.failed:
            break
        pieces = tuple(piece for piece in script.pieces if piece.revision == revision.id)
        line, names = lost.get(revision.id, (None, ()))
        open_ = f"line {line}: {', '.join(f':{name}' for name in names)} has no value before it runs" if names else ""
        found[revision.id] = _Print(pieces, open_ or ("" if pieces else _SILENT))
    return found


def _why(script: Script) -> str:
    """Say why a revision cannot be printed."""
    at = f" (line {script.line})" if script.line else ""
    asks = "'NoneType' object" in script.failure or "NoInspectionAvailable" in script.failure
    return f"{_ASKS}{at}" if asks else f"it cannot be printed beforehand{at}: {script.failure}"
