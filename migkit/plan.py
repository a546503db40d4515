"""The verb of `inv mig.plan`: what a release would do to a target, and whether its rows are ready; it only reads."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from migkit import applying, journal, planning, preflight, proofs, targets
from migkit.doctor import finding
from migkit.journal.reading import asked, entries_in
from migkit.model import Check, Direction, Event, Finding, Project, Report, Schema, Severity
from migkit.model.release import Entry, Order, Plan
from migkit.product import Identity
from migkit.release.gate import below, runs_here
from migkit.targets import Declared, network
from migkit.targets.standing import rows


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked for: how far `to` ("" is the head), and which tables may be blocked though they are large."""

    target: str = "production"
    to: str = ""
    direction: Direction = "upgrade"
    allow_blocking: tuple[str, ...] = ()


def plan(
    project: Project,
    schema: Schema,
    options: Options = Options(),
    *,
    on_event: Callable[[Event], None] = lambda _event: None,
) -> Report:
    """Plan a release, or with `direction` a rollback; nothing is written, and env.py is not let to the target.

    Raises TargetError where the target cannot be reached, is not the declared one, or stands where this history does
    not lead.
    """
    began = time.perf_counter()
    runs_here(schema, "a plan")
    found = targets.declared(project, schema, options.target)
    on_event(Event("wait", f"reaching {found.address}"))
    network.reached(found)
    identity, entries, current = _stands(project, schema, found)
    order = Order(target=options.target, direction=options.direction, to=options.to)
    with applying.opened(schema, found) as driver:
        left = journal.unfinished(schema, found, entries, below(driver.history, current))
        made = planning.planned(project, driver, found, order, current, unfinished=left, tell=on_event)
        made = planning.answered(found, made, on_event)
    return Report(
        command="plan",
        schema=schema.name,
        engine={"family": found.engine.family, "version": identity.version, "wanted": found.engine.name},
        server={"kind": "target", "origin": str(found.address), "product": identity.product},
        findings=_findings(made, found.target.max_blocked_rows, options.allow_blocking),
        facts={
            "target": options.target,
            "direction": options.direction,
            "current": list(made.current),
            **planning.facts(made),
        },
        seconds=round(time.perf_counter() - began, 3),
    )


def _stands(project: Project, schema: Schema, found: Declared) -> tuple[Identity, tuple[Entry, ...], tuple[str, ...]]:
    """Give who answers, what the journal knows, and where the version table stands."""
    with asked(found) as connection:
        entries = entries_in(connection, schema, found)
        identity = preflight.met(connection, schema, found, entries)
        return identity, entries, rows(connection, found, proofs.version_table(project, schema))


def _findings(made: Plan, most: int, allow: Collection[str]) -> tuple[Finding, ...]:
    """Give what would keep a release from being applied: rows as errors, large tables as warnings."""
    blocked = [replace(one, severity=Severity.warning) for one in planning.blocked(made, most, allow)]
    checks: Sequence[Check] = (*planning.unmet(made), *blocked)
    return tuple(replace(finding(one), object=None) for one in checks if one.ok is False)
