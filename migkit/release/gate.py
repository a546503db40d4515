"""Everything before anybody is asked: the target, the preflight, the plan. The target is only read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from migkit import applying, journal, planning, preflight, proofs
from migkit.alembic_io.history import History
from migkit.alembic_io.releasing import ReleaseDriver
from migkit.config import shown
from migkit.errors import ConfigError, MigkitError, TargetError
from migkit.model import Check, Event, Project, Schema
from migkit.model.release import Plan
from migkit.preflight import Asked
from migkit.release.destroyed import destroyed
from migkit.release.hands import Hands
from migkit.release.known import Known
from migkit.targets import Declared, declared


@contextmanager
def gate(project: Project, schema: Schema, known: Known, hands: Hands) -> Iterator[ReleaseDriver]:
    """Bring a release to the point where only consent is missing, and give the driver that is ready to apply it.

    Raises TargetError where a check does not hold; `known` has all of them, then too.
    """
    order = known.order
    runs_here(schema, "a release")
    found = _declared(project, known)
    hands.tell(Event("wait", f"reaching {found.address}"))
    known.entries = journal.kept(schema, order.target)
    known.arrival = arrival = preflight.arrived(
        found, version_table=proofs.version_table(project, schema), entries=known.entries
    )
    known.checks += arrival.checks
    refuse(found, known.checks)
    known.current = arrival.current
    with applying.opened(schema, found) as driver:
        current = arrival.current or ()
        known.entries = journal.entries(schema, found)
        known.checks += preflight.stands(schema, found, driver, arrival, known.entries)
        refuse(found, known.checks)
        known.unfinished = journal.unfinished(schema, found, known.entries, below(driver.history, current))
        plan = planning.planned(project, driver, found, order, current, unfinished=known.unfinished, tell=hands.tell)
        known.plan = planning.unasked(plan)
        known.checks += preflight.preflight(_asked(project, known, driver, hands))
        refuse(found, known.checks)
        _look(known, found, plan, hands)
        yield driver


def _declared(project: Project, known: Known) -> Declared:
    """Find the target, and say so; where it is not the declared one, that is the only check."""
    name = "configuration"
    try:
        known.found = found = declared(project, known.schema, known.order.target)
    except TargetError as error:
        known.checks.append(Check(name, ok=False, message=error.message, remedy=error.remedy))
        error.told = True
        raise
    said = f"{shown(project.path)}: schema {known.schema.name}, target {known.order.target}"
    known.checks.append(Check(name, ok=True, message=said))
    try:
        known.checks.append(preflight.configured(known.schema))
    except MigkitError as error:
        known.checks.append(Check(f"{name}: ini", ok=False, message=error.message, remedy=error.remedy))
        error.told = True
        raise
    return found


def _asked(project: Project, known: Known, driver: ReleaseDriver, hands: Hands) -> Asked:
    assert known.arrival is not None
    return Asked(
        project,
        known.schema,
        known.there,
        known.order,
        driver,
        known.way,
        known.entries,
        known.unfinished,
        known.arrival,
        hands.tell,
        known.prove,
    )


def runs_here(schema: Schema, what: str) -> None:
    """Raise ConfigError where env.py runs in a service, of which `what` (a release, a plan) knows nothing."""
    if schema.compose:
        service = schema.compose.service
        raise ConfigError(
            f"schema {schema.name} runs Alembic in the Compose service {service}, and {what} runs env.py itself",
            remedy="install here what its env.py imports, and let MIGKIT_CONFIG name a configuration without `compose`",
        )


def below(history: History, current: Sequence[str]) -> frozenset[str]:
    """Give every revision that a target has which stands at `current`, as far as this history knows them."""
    return frozenset(current) | {one.id for one in history.below(current)}


def _unasked(plan: Plan) -> Iterator[Check]:
    """Say what the rows were not asked; nothing where there is no question to them."""
    count = planning.questions(plan)
    if count:
        message = f"not asked, as they may be many: {count} question{'s'[count == 1 :]}"
        yield Check("plan: rows", None, message, "inv mig.plan asks them, and --dry-run does")


def _look(known: Known, found: Declared, plan: Plan, hands: Hands) -> None:
    """Hold the plan against the rows of the target, and count what a way down destroys; --check does neither."""
    order, target = known.order, found.target
    if order.check:
        known.checks += _unasked(plan)
        return
    known.plan = plan = planning.answered(found, plan, hands.tell)
    known.checks += planning.blocked(plan, target.max_blocked_rows, order.allow_blocking)
    known.checks += planning.unmet(plan)
    if order.direction == "downgrade":
        known.destroyed = destroyed(found, plan)
    refuse(found, known.checks)


def refuse(found: Declared, checks: Sequence[Check]) -> None:
    """Raise TargetError, naming them, where a check does not hold."""
    wrong = [check for check in checks if check.ok is False]
    if not wrong:
        return
    names = "; ".join(f"{one.check}: {one.message}" for one in wrong)
    count = f"{len(wrong)} of {len(checks)} checks" if len(checks) > 1 else "the check"
    error = TargetError(
        f"target {found.target.name}: refused, nothing was applied: {count} failed: {names}",
        remedy=next((one.remedy for one in wrong if one.remedy), "mend what is marked, and run it again"),
    )
    error.told = True
    raise error
