"""Statements that an earlier run has sent: what is applied is not sent again, and asks for nothing more (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from migkit.model import Direction
from migkit.model.release import Fate, PlannedStatement, StatementFate, Unfinished
from migkit.model.script import Statement
from migkit.planning.sketches import Sent, Sketch

_OPEN = frozenset({Fate.unknown, Fate.running})


def settled(sketches: Iterable[Sketch], unfinished: Sequence[Unfinished]) -> tuple[Sketch, ...]:
    """Give the sketches with what is applied already told as such, of revisions that are as they were then.

    What may be applied or not runs under a condition. Of a revision that cannot be printed each statement does: its
    numbers are not known.
    """
    begun = {(one.revision, one.direction, one.text): one.statements for one in unfinished}
    return tuple(_settled(one, begun.get(_key(one), ())) for one in sketches)


def _key(sketch: Sketch) -> tuple[str, Direction, str]:
    planned = sketch.planned
    return planned.revision.id, planned.direction, planned.text


def _settled(sketch: Sketch, fates: Sequence[StatementFate]) -> Sketch:
    if not fates:
        return sketch
    by = {one.number: one.fate for one in fates}
    if sketch.planned.unknown:
        by = dict.fromkeys((one.number for one in sketch.sent), Fate.unknown)
    statements = tuple(_told(one, by.get(one.number)) for one in sketch.planned.statements)
    sent = tuple(_left(one, by.get(one.number)) for one in sketch.sent)
    return replace(sketch, sent=sent, planned=replace(sketch.planned, statements=statements))


def _told(one: PlannedStatement, fate: Fate | None) -> PlannedStatement:
    return replace(one, applied=True) if fate is Fate.applied else one


def _left(one: Sent, fate: Fate | None) -> Sent:
    if fate is Fate.applied:
        return replace(one, statement=Statement(one.statement.via, one.statement.span))
    return replace(one, statement=replace(one.statement, conditional=True)) if fate in _OPEN else one
