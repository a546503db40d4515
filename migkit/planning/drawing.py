"""The SQL of pending revisions as it would run: printed by the user's own env.py, offline; nothing is connected to.

A revision that asks the database while it runs cannot be printed. What its source tells is told then, and why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from migkit import hashes
from migkit.address import keep_secrets_of
from migkit.alembic_io.driver import Driver
from migkit.alembic_io.offline import printed as print_
from migkit.guard import Refused
from migkit.model import Direction, Finding, Revision, Severity
from migkit.model.rehearsal import Piece, Script
from migkit.model.release import PlannedRevision, PlannedStatement
from migkit.ops.core import plainly
from migkit.planning import sketches
from migkit.planning.pending import Way
from migkit.planning.sketches import Sketch
from migkit.product import Family
from migkit.reading import read
from migkit.values import dataclass

_NO_DATABASE = ("'NoneType' object", "NoInspectionAvailable", "'MockConnection' object")  # what asks finds, offline
_ASKS = "it asks the database while it runs"
_SILENT = "env.py printed nothing of it: its offline branch does not go to standard output"


@dataclass(frozen=True, slots=True)
class _Print:
    """What was printed of a revision, or why it could not be; `cannot` is why env.py was not the one that did."""

    pieces: tuple[Piece, ...] = ()
    unknown: str = ""
    cannot: str = ""


def drawn(driver: Driver, way: Way, family: Family) -> tuple[Sketch, ...]:
    """Draw each revision of the way: its statements, and the reading of them. Raises what env.py is refused.

    The passwords that they set are kept in mind.
    """
    prints = _printed(driver, way)
    return tuple(_sketch(revision, way.direction, prints[revision.id], family) for revision in way.revisions)


def _without(why: str) -> Finding:
    """Say that a revision was printed without the team's env.py."""
    return Finding(
        "plan-without-env",
        Severity.note,
        f"its SQL was printed without env.py, whose settings it may lack: {why}",
        "give env.py the branch for context.is_offline_mode() that `alembic init` writes",
    )


def _sketch(revision: Revision, direction: Direction, print_: _Print, family: Family) -> Sketch:
    source = revision.path.read_bytes()
    script = read(revision.path, source, family)
    both = (script.upgrade, script.downgrade)
    function, other = both if direction == "upgrade" else both[::-1]
    sent = sketches.unrun(function) if print_.unknown else sketches.printed(print_.pieces, function, family)
    for one in sent:
        keep_secrets_of(one.sql)
    statements = tuple(PlannedStatement(one.number, one.sql, one.line) for one in sent if one.number)
    notes = (_without(print_.cannot),) if print_.cannot else ()
    planned = PlannedRevision(revision, direction, statements, hashes.text(source), print_.unknown, notes)
    return Sketch(planned, sent, function, other)


def _printed(driver: Driver, way: Way) -> Mapping[str, _Print]:
    """Print all in one run of env.py; after a revision that cannot be printed, go on behind it in a further one."""
    found: dict[str, _Print] = {}
    at, cannot = 0, ""
    while at < len(way.revisions):
        left = way.revisions[at:]
        script = _script(driver, way, at, usual=bool(cannot))
        if not cannot and script.failed and not _begun(script):
            cannot = script.failure
            continue
        done = _told(script, left, cannot)
        found |= done
        if not script.failed:
            break
        if not _begun(script):
            found |= {one.id: _Print(unknown=script.failure) for one in left if one.id not in done}
            break
        at += len(done) + 1
        found[script.failed] = _Print(unknown=_why(script))
    return found


def _begun(script: Script) -> bool:
    """Whether a revision failed, and not env.py before it came to one."""
    return any(piece.revision == script.failed for piece in script.pieces)


def _script(driver: Driver, way: Way, at: int, *, usual: bool) -> Script:
    """Print what is left from a place on; an env.py that connects all the same has printed nothing."""
    left = way.revisions[at:]
    try:
        with plainly():
            return print_(driver, left, way.stands[at], way.direction, usual=usual)
    except Refused:
        return Script((), (), failed=left[0].id, failure="it connects even where it is asked for SQL alone")


def _told(script: Script, revisions: Sequence[Revision], cannot: str) -> dict[str, _Print]:
    """Give what was printed of the revisions up to the one that failed."""
    lost = {revision: (line, names) for revision, line, names in script.lost}
    found: dict[str, _Print] = {}
    for revision in revisions:
        if revision.id == script.failed:
            break
        pieces = tuple(piece for piece in script.pieces if piece.revision == revision.id)
        line, names = lost.get(revision.id, (None, ()))
        open_ = f"line {line}: {', '.join(f':{name}' for name in names)} has no value before it runs" if names else ""
        found[revision.id] = _Print(pieces, open_ or ("" if pieces else _SILENT), cannot)
    return found


def _why(script: Script) -> str:
    """Say why a revision cannot be printed."""
    at = f" (line {script.line})" if script.line else ""
    asks = any(sign in script.failure for sign in _NO_DATABASE)
    return f"{_ASKS}{at}" if asks else f"it cannot be printed beforehand{at}: {script.failure}"
