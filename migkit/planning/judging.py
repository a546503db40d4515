"""What of a plan stands in the way of a release: large tables that would be blocked, rows that are not ready (pure)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from migkit.model import Check
from migkit.model.release import Plan, PlannedRevision, PlannedStatement, Precondition

_WAITS = {"writes": "writes wait", "all": "reads and writes wait"}
_LOOK = {
    "duplicates": "settle the duplicates",
    "nulls": "give those rows a value",
    "orphans": "give those rows a parent, or remove them",
    "too-long": "shorten those values",
    "out-of-range": "correct those values",
    "unfit": "correct those values",
    "catalogue": "see what else differs with mig.drift, and bring the target to where its history says it is",
    "check": "correct those rows",
    "enum": "give those rows one of the new values",
}


def blocked(plan: Plan, most: int, allow: Collection[str]) -> tuple[Check, ...]:
    """Check each statement that holds others up on a table with more than `most` rows, unless the table is allowed.

    A table whose rows the server does not tell counts as a large one. None is of what it is not known what it blocks.
    """
    allowed = {one.lower() for one in allow}
    found = [_blocked(revision, one, most, allowed) for revision, one in _statements(plan) if one.blocks and one.table]
    checks = [one for one in found if one is not None]
    checks += _unknown(plan, "plan: blocks", "what it blocks")
    for revision, one in _statements(plan):
        if one.unjudged and not (one.blocks or one.applied or revision.unknown):
            message = f"{_place(revision, one)}: not known what it blocks: {one.unjudged}"
            checks.append(Check("plan: blocks", None, message))
    if checks:
        return tuple(checks)
    return (Check("plan: blocks", ok=True, message=f"no statement blocks a table of more than {most:,} rows"),)


def _blocked(revision: PlannedRevision, one: PlannedStatement, most: int, allowed: Collection[str]) -> Check | None:
    if one.rows is not None and one.rows <= most:
        return None
    size = "the server does not say how many rows" if one.rows is None else f"about {one.rows:,} rows"
    message = f"{_place(revision, one)}: {_WAITS[one.blocks]} for {one.table} ({size}) while it runs"
    if one.table.lower() in allowed:
        return Check("plan: blocks", ok=True, message=f"{message}, which is allowed")
    remedy = f"change the table without blocking it (mig.lint says how), or --allow-blocking {one.table}"
    return Check("plan: blocks", ok=False, message=message, remedy=remedy, rule="plan-blocks")


def unmet(plan: Plan) -> tuple[Check, ...]:
    """Check each precondition: not ok are those that rows are in the way of, None those that could not be asked."""
    told = [(revision, one, each) for revision, one in _statements(plan) for each in one.preconditions]
    checks = [_unmet(revision, one, each) for revision, one, each in told if each.ok is not True]
    met = len(told) - len(checks)
    checks += _unknown(plan, "plan: rows", "what it asks of rows")
    if met or not checks:
        said = f"{met} of {len(told)} met" if told else "no statement depends on rows"
        return (Check("plan: rows", ok=True, message=said), *checks)
    return tuple(checks)


def questions(plan: Plan) -> int:
    """Count the questions to the rows of the target."""
    return len({each.query for _, one in _statements(plan) for each in one.preconditions if each.query})


def unasked(plan: Plan) -> Plan:
    """Give a plan of which the rows are not asked, and that says so where one of them would be."""

    def silent(one: Precondition) -> Precondition:
        return replace(one, query="", sample_query="", message=f"not asked: {one.message}") if one.query else one

    def statement(one: PlannedStatement) -> PlannedStatement:
        return replace(one, preconditions=tuple(map(silent, one.preconditions)))

    revisions = (replace(one, statements=tuple(map(statement, one.statements))) for one in plan.revisions)
    return replace(plan, revisions=tuple(revisions))


def _unknown(plan: Plan, name: str, what: str) -> Iterator[Check]:
    """Name the revisions of which the source alone is known."""
    for one in plan.revisions:
        if one.unknown:
            yield Check(name, None, f"{one.revision.id}: not known {what}: {one.unknown}")


def _unmet(revision: PlannedRevision, statement: PlannedStatement, one: Precondition) -> Check:
    message = f"{_place(revision, statement)}: {one.message}"
    if one.ok is None:
        return Check("plan: rows", ok=None, message=message)
    sample = f" ({'; '.join(one.sample)}{'; …' if (one.count or 0) > len(one.sample) else ''})" if one.sample else ""
    return Check("plan: rows", ok=False, message=message + sample, remedy=_LOOK[one.kind], rule=f"plan-{one.kind}")


def _statements(plan: Plan) -> Iterator[tuple[PlannedRevision, PlannedStatement]]:
    return ((revision, one) for revision in plan.revisions for one in revision.statements)


def _place(revision: PlannedRevision, statement: PlannedStatement) -> str:
    return f"{revision.revision.id} statement {statement.number}"
