"""What lint says of a plan, put where it belongs: to a statement by its line, or to the revision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from migkit import config
from migkit.alembic_io.unseen import bare
from migkit.inspection.examining import examined
from migkit.model import Engine, Finding, Project, Schema, Severity
from migkit.model.release import PlannedRevision, PlannedStatement
from migkit.model.script import Function
from migkit.planning.sketches import Sketch, holds


def linted(
    project: Project, schema: Schema, engine: Engine, sketches: Sequence[Sketch], revisions: Sequence[PlannedRevision]
) -> tuple[PlannedRevision, ...]:
    """Give the revisions with the findings of lint, as `mig.lint` shows them; those of the other direction are not."""
    wanted = {one.planned.revision.id for one in sketches}
    by: dict[str, list[Finding]] = {}
    for sketch in sketches:
        by[sketch.planned.revision.id] = list(_unseen(sketch.planned))
    for one in examined(project, schema, (engine,)).findings:
        if one.revision in wanted:
            path = config.shown(Path(one.path)) if one.path else None
            by.setdefault(str(one.revision), []).append(replace(one, path=path))
    return tuple(
        _placed(sketch, revision, by.get(revision.revision.id, []))
        for sketch, revision in zip(sketches, revisions, strict=True)
    )


def _unseen(planned: PlannedRevision) -> Iterator[Finding]:
    """Say that a revision sends what neither plan nor journal will know."""
    path = planned.revision.path
    line = bare(path.read_bytes(), planned.direction)
    if line:
        yield Finding(
            "plan-driver-cursor",
            Severity.warning,
            "a driver's own cursor or connection: what it sends is not in the journal, and the revision cannot be "
            "resumed once it stopped half-way",
            "send it by op.execute, op.bulk_insert or op.get_bind()",
            path=config.shown(path),
            line=line,
            revision=planned.revision.id,
        )


def _placed(sketch: Sketch, revision: PlannedRevision, found: Sequence[Finding]) -> PlannedRevision:
    taken: dict[int, list[Finding]] = {}
    left: list[Finding] = []
    for one in found:
        if holds(sketch.other.span, one.line) and not holds(sketch.function.span, one.line):
            continue
        meant = _meant(sketch.function, revision.statements, one)
        left += [] if meant else [one]
        for statement in meant:
            taken.setdefault(statement.number, []).append(one)
    statements = tuple(replace(one, findings=tuple(taken.get(one.number, ()))) for one in revision.statements)
    return replace(revision, statements=statements, findings=(*revision.findings, *left))


def _meant(function: Function, statements: Iterable[PlannedStatement], one: Finding) -> list[PlannedStatement]:
    """Give the statements that a finding speaks of: those that its line sends, of a loop those about its table."""
    spans = [each.span for each in function.statements if holds(each.span, one.line)]
    near = [each for each in statements if any(holds(span, each.line) for span in spans)]
    table = (one.object or "").partition(".")[0].lower()
    exact = [each for each in near if each.table and each.table.lower() == table]
    return exact or near
