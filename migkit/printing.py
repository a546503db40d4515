"""Prints a history as `alembic upgrade --sql` does, wherever that is done: here, or in a service."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

from migkit import ground
from migkit.alembic_io.driver import Driver, Step
from migkit.alembic_io.history import History
from migkit.judging import wanted
from migkit.model import Database, Event, Revision, Schema, Severity
from migkit.model.rehearsal import Order, Script
from migkit.rehearsal.policy import Rule
from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Printed:
    """What is printed, and of what: `revisions` are the whole history's, those from `start` to `end` were printed.

    `grave` are the wanted ones, by id, and how grave it is where one fails. `scripts` is one for all of them, or one
    for each (`apart`). `heads` are the version table's rows at each position from `start` to `end`.
    """

    revisions: tuple[Revision, ...]
    start: int
    end: int
    grave: Mapping[str, Severity] = field(default_factory=dict)
    scripts: tuple[Script, ...] = ()
    heads: tuple[tuple[str, ...], ...] = ()
    version_table: str = "alembic_version"
    version_schema: str | None = None


def printed(
    schema: Schema,
    database: Database,
    order: Order,
    apart: bool,  # noqa: FBT001  # a field of a job
    _on_event: Callable[[Event], None],
) -> Printed:
    """Print from the first wanted revision to the last; env.py is told of `database`, which nothing is asked of.

    A branched history is printed from its beginning: a part of it has no beginning that another run could reach.
    """
    from migkit.alembic_io.offline import printed as print_

    with ground.opened(schema, database, empty=False) as (driver, _reader, _keeper):
        history = driver.history
        grave = _grave(schema, history, order)
        start, end = _span(history, grave)
        revisions = history.revisions[start:end]
        heads = _heads(driver, history.revisions[:end])[start:]
        parts: Sequence[Sequence[Revision]] = [[one] for one in revisions] if apart else [revisions]
        scripts = [print_(driver, part, heads[at]) for at, part in enumerate(parts)] if revisions else []
        return Printed(
            history.revisions,
            start,
            end,
            grave,
            tuple(scripts),
            heads,
            driver.version_table,
            driver.version_schema,
        )


def _grave(schema: Schema, history: History, order: Order) -> dict[str, Severity]:
    """Say which revisions are to be printed, and how grave it is where one cannot be: what was asked for is."""
    rule, chosen = Rule("offline", schema.offline, history), wanted(history, order.choice)
    found = [one for one in history.revisions if one.id in chosen and (order.asked or not rule.off(one))]
    return {one.id: Severity.error if order.asked else rule.severity(one) for one in found}


def _span(history: History, grave: Mapping[str, Severity]) -> tuple[int, int]:
    places = [at for at, revision in enumerate(history.revisions) if revision.id in grave]
    if not places:
        return 0, 0
    start, end = places[0], places[-1] + 1
    if not _is_linear(history, start):
        start = 0
    return start, end if _is_linear(history, end) else len(history.revisions)


def _is_linear(history: History, position: int) -> bool:
    """Whether a place in the order is one at which a database can be brought by naming what comes next."""
    if position >= len(history.revisions):
        return True
    following = history.revisions[position]
    return len(history.below((*following.parents, *following.depends_on))) == position


def _heads(driver: Driver, revisions: Sequence[Revision]) -> tuple[tuple[str, ...], ...]:
    """Give the version table's rows at each position."""
    found: list[tuple[str, ...]] = [()]
    for revision in revisions:
        found.append(driver.heads_after(Step(revision, "upgrade"), found[-1]))
    return tuple(found)
