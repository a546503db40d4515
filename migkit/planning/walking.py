"""The release folded onto what stands on the target: per statement its table, what waits for it, what it asks of rows.

Nothing is asked here: questions are values, and the target's own tables are what the rules of lint stand on (pure).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from migkit.lint.blocking import Blocks, blocked, graver, rebuilt
from migkit.lint.case import Case, Deed, Passage
from migkit.lint.passage import harmless, passage
from migkit.lint.standing import named
from migkit.lint.state import State
from migkit.model import Engine, Schema
from migkit.model.release import PlannedRevision, PlannedStatement, Precondition
from migkit.model.script import Function, Guard, Kind, Script, Statement
from migkit.planning.asking_sql import Ground
from migkit.planning.catalogued import certain, granted
from migkit.planning.preconditions import labelled, preconditions
from migkit.planning.sketches import Sketch
from migkit.planning.surveying import Size, Survey
from migkit.planning.traces import Traces
from migkit.planning.unaskable import unread
from migkit.values import dataclass

_LENIENT = "; the server is not strict, and changes them without a word"
_HOLDS_UP = frozenset(  # what may keep others from a table, if it is there
    {Kind.alter_table, Kind.add_column, Kind.drop_column, Kind.alter_column, Kind.rename_column, Kind.create_index}
    | {Kind.add_constraint, Kind.drop_constraint, Kind.validate_constraint, Kind.update, Kind.delete}
)


@dataclass(frozen=True, slots=True)
class _Judged:
    """What lint's rules say of a revision's statements, by the place of each."""

    waits: Mapping[int, Blocks]
    rebuilt: frozenset[int]


def walked(schema: Schema, engine: Engine, sketches: Sequence[Sketch], survey: Survey) -> tuple[PlannedRevision, ...]:
    """Give the revisions with the tables of their statements, what waits for them, and questions not yet asked."""
    types = {name: made.values for (item, name), made in survey.state.others.items() if item == "type"}
    ground = Ground(engine, survey, Traces(engine.family), types)
    found, state = [], survey.state
    for sketch in sketches:
        done = _passage(sketch, state, engine)
        found.append(_revision(schema, ground, sketch, done, state))
        state = done.end
    return tuple(found)


def _passage(sketch: Sketch, before: State, engine: Engine) -> Passage:
    statements = tuple(one.statement for one in sketch.sent)
    function = Function("upgrade", present=True, empty=not statements, statements=statements)
    return passage(function, before, sketch.planned.revision.id, engine.family)


def _revision(schema: Schema, ground: Ground, sketch: Sketch, done: Passage, before: State) -> PlannedRevision:
    case = _case(schema, ground.engine, sketch, done, before)
    judged = _Judged(_waits(case), rebuilt(case))
    told = [
        _statement(ground, one, deeds, judged, sent.statement)
        for one, sent, deeds in zip(_planned(sketch), sketch.sent, _deeds(ground, sketch, done), strict=True)
        if one is not None
    ]
    return replace(sketch.planned, statements=tuple(told))


def _case(schema: Schema, engine: Engine, sketch: Sketch, done: Passage, before: State) -> Case:
    script = Script(sketch.planned.revision.path, sketch.planned.revision.id)
    return Case(script, "", schema, engine, before, done.end, done.end, done.deeds, (), up=done)


def _waits(case: Case) -> Mapping[int, Blocks]:
    found: dict[int, list[Blocks]] = {}
    for place, what in blocked(case):
        found.setdefault(place, []).append(what)
    return {place: graver(listed) for place, listed in found.items()}


def _planned(sketch: Sketch) -> Iterator[PlannedStatement | None]:
    """Give the statement of the plan for each that is sent, None for those that only read."""
    by_number = {one.number: one for one in sketch.planned.statements}
    return (by_number.get(one.number) for one in sketch.sent)


def _deeds(ground: Ground, sketch: Sketch, done: Passage) -> Iterator[Sequence[tuple[Deed, Sequence[Precondition]]]]:
    """Give the deeds of each statement with their questions; what they change is remembered as they go."""
    by: dict[int, list[Deed]] = {}
    for deed in done.deeds:
        by.setdefault(deed.number, []).append(deed)
    revision = sketch.planned.revision.id
    for number, sent in enumerate(sketch.sent):
        told = []
        for deed in by.get(number, ()):
            denied = granted(ground, deed) if certain(sketch.function, sent) else ()
            told.append((deed, (*denied, *preconditions(ground, deed))))
            ground.traces.note(deed, revision, _children(ground, deed))
            labelled(ground, deed.act)
        ground.traces.end(sent.statement, revision)
        yield told


def _children(ground: Ground, deed: Deed) -> Iterator[str]:
    """Give the tables that refer to a deed's: their rows may go, or change, with its own."""
    table = named(deed).lower()
    for one in ground.survey.state.tables.values():
        if any(key.kind == "foreign" and key.refers.lower() == table for key in one.keys.values()):
            yield one.name


def _statement(
    ground: Ground,
    planned: PlannedStatement,
    told: Sequence[tuple[Deed, Sequence[Precondition]]],
    judged: _Judged,
    sent: Statement,
) -> PlannedStatement:
    tables = list(dict.fromkeys(name for deed, _ in told if (name := named(deed))))
    largest = max(tables, key=lambda one: _rows(ground, one), default="")
    size = _size(ground, largest)
    place = next((deed.statement.span.line for deed, _ in told), 0)
    asked = _apart([*(one for _, questions in told for one in questions), *unread(sent)])
    return replace(
        planned,
        table=largest,
        rows=size.rows if size else None,
        bytes=size.bytes if size else None,
        blocks=judged.waits.get(place, "") if size else "",  # what is not there yet holds nobody up
        rebuilds=size is not None and place in judged.rebuilt,
        unjudged=_unjudged(ground, [deed for deed, _ in told], sent),
        preconditions=tuple(_lenient(ground, one) for one in asked),
    )


def _unjudged(ground: Ground, deeds: Sequence[Deed], sent: Statement) -> str:
    """Say why it is not known what waits for a statement; "" where it is."""
    if not harmless(sent):
        return "its SQL cannot be read"
    sure = (deed for deed in deeds if deed.act.kind in _HOLDS_UP and deed.act.guard is not Guard.name)
    return next((f"no table {name} was found" for deed in sure if not _found(ground, name := named(deed))), "")


def _found(ground: Ground, table: str) -> bool:
    """Whether a table is on the target, or is made by the release."""
    return not table or ground.traces.new(table) or ground.there(ground.traces.before(table)) is not None


def _rows(ground: Ground, table: str) -> int:
    size = _size(ground, table)
    return -1 if size is None else size.rows or 0


def _size(ground: Ground, table: str) -> Size | None:
    """Give how large a table is, whatever the release has called it since; None of one that is not there yet."""
    known = ground.there(ground.traces.before(table))
    return ground.survey.sizes.get(known.name) if known else None


def _apart(questions: Iterable[Precondition]) -> Iterator[Precondition]:
    """Give each question once."""
    return iter(dict.fromkeys(questions))


def _lenient(ground: Ground, one: Precondition) -> Precondition:
    soft = ground.survey.lenient and one.query and one.kind in ("nulls", "too-long", "out-of-range", "enum")
    return replace(one, message=one.message + _LENIENT) if soft else one
