"""The whole of a release: the gate, consent, the application, and whether it came to what was proved."""

from __future__ import annotations

import socket
from importlib.metadata import PackageNotFoundError, version

from migkit import applying, consent, journal, planning
from migkit.alembic_io.releasing import ReleaseDriver
from migkit.errors import Interrupted, MigkitError, StepFailed, TargetError
from migkit.model import Check, Direction, Event, Project, Report, Schema
from migkit.model.release import Order, Run, Unfinished
from migkit.proofs import verifying
from migkit.release import recording
from migkit.release.gate import gate
from migkit.release.hands import Hands
from migkit.release.known import Known
from migkit.render import released as words

COMMANDS = {"upgrade": "prod", "downgrade": "rollback"}


def released(project: Project, schema: Schema, order: Order, hands: Hands) -> Report:
    """Release as `order` says; what is known by then is the `report` of whatever is raised.

    Raises ConfigError, HistoryError, TargetError where the gate refuses and nothing was applied, StepFailed where a
    statement failed, Interrupted where the operator ended it.
    """
    known = Known(COMMANDS[order.direction], schema, order, consent.operator(hands.environment))
    try:
        if known.applies and order.target in schema.targets:
            consent.allowed(schema.targets[order.target], hands.environment)
        with gate(project, schema, known, hands) as driver:
            if known.applies:
                _through(project, known, driver, hands)
    except MigkitError as error:
        error.told = error.told and (order.check or known.plan is None)  # a plan comes in between
        error.report = recording.recorded(known, hands, error)
        raise
    except KeyboardInterrupt:
        stopped = _stopped(known)
        stopped.report = recording.recorded(known, hands, stopped)
        raise stopped from None
    return recording.recorded(known, hands)


def _stopped(known: Known) -> Interrupted:
    """Say what an interrupt outside of the application came to."""
    if known.run is None:
        stopped = Interrupted("interrupted: nothing was applied", remedy="run it again")
        stopped.told = True
        return stopped
    if not known.whole:
        return Interrupted("interrupted: how far it came is not known", remedy=_on_target(known, "status"))
    said = "interrupted after all was applied: whether it came to what was proved is not known"
    return Interrupted(said, remedy=_on_target(known, "drift"))


def _through(project: Project, known: Known, driver: ReleaseDriver, hands: Hands) -> None:
    """Ask for consent and apply the plan, where there is anything to apply."""
    plan = known.way
    if not plan.revisions:
        return
    hands.tell(Event("pause", ""))
    target = known.there.target
    wanted = consent.word(target, plan.direction, plan.to)
    known.consent = consent.consented(
        target,
        wanted,
        words.question(known.report(), width=hands.width, color=hands.color),
        given=known.order.confirm,
        environment=hands.environment,
        ask=_asking(known, hands),
    )
    _apply(known, driver, hands)
    hands.tell(Event("wait", "holding the catalogue against what was proved"))
    known.current = plan.to
    known.verified = _verified(project, known, driver)


def _asking(known: Known, hands: Hands) -> consent.Ask | None:
    """Give what asks, and notes that the operator was shown the plan."""
    ask = hands.ask
    if ask is None:
        return None

    def noted(question: str) -> str:
        known.asked = True
        return ask(question)

    return noted


def _verified(project: Project, known: Known, driver: ReleaseDriver) -> tuple[Check, ...]:
    """Hold the target to what was proved; that it cannot be asked any more takes nothing back of what was applied."""
    plan = known.way
    try:
        return verifying.verified(project, known.schema, known.there, driver.history, plan.to, known.proved)
    except MigkitError as error:
        message = f"all was applied, and whether it came to what was proved is not known: {error.message}"
        return (Check("version", ok=False, message=message, remedy=_on_target(known, "drift"), rule="verify-version"),)


def _on_target(known: Known, verb: str) -> str:
    return f"inv mig.{verb} --schema {known.schema.name} --target {known.order.target}"


def _apply(known: Known, driver: ReleaseDriver, hands: Hands) -> None:
    plan, found, resume = known.way, known.there, _resumed(known)
    known.run = run = _run(known, resume.run if resume else "")

    def check() -> None:
        """Refuse what was not agreed to: another plan, or one over what another run has begun since."""
        _alone_since(known)
        if planning.redrawn(driver, found, plan) != plan.digest:
            raise TargetError(
                f"target {found.target.name}: refused: what would run now is not what was planned and agreed to",
                remedy="run it again, and look at the plan",
            )

    try:
        known.applied = applying.applied(driver, found, plan, run, resume=resume, check=check, tell=hands.tell)
        known.whole = True
    except MigkitError as error:
        known.applied = getattr(error, "applied", ())
        recording.look_back(known, driver, error)
        if known.begun and isinstance(error, TargetError):
            raise _half_way(error, plan.direction) from error
        raise


def _alone_since(known: Known) -> None:
    """Raise TargetError where another run was at work since the journal was read; the lock is held, so none is now."""
    seen = {one.run for one in known.entries}
    now = journal.entries(known.schema, known.there)
    since = [one for one in journal.runs(now) if one.run.id not in seen]
    if since or len(now) != len(known.entries):
        who = f" of {since[-1].run.operator} at {since[-1].run.host}" if since else ""
        raise TargetError(
            f"target {known.there.target.name}: refused, nothing was applied: another run{who} was at work since this "
            "one looked",
            remedy=f"{_on_target(known, 'status')} says what became of it; run it again, and look at the plan",
        )


def _half_way(error: TargetError, direction: Direction) -> StepFailed:
    """Make of a target that was lost on the way what it is to the operator: no refusal, something was sent."""
    failed = StepFailed(error.message, revision="", direction=direction, remedy=error.remedy)
    failed.report = error.report
    return failed


def _resumed(known: Known) -> Unfinished | None:
    order = known.order
    if not order.resume or not known.unfinished:
        return None
    one = recording.latest(known.unfinished)
    return applying.answered(one, order.unknown) if order.unknown else one


def _run(known: Known, resumed: str) -> Run:
    plan, agreed, arrival = known.way, known.consent, known.arrival
    assert agreed is not None
    assert arrival is not None
    return Run(
        journal.new_id(known.entries),
        known.schema.name,
        plan.target,
        plan.address,
        plan.direction,
        agreed.operator,
        socket.gethostname(),
        arrival.server,
        plan.digest,
        _kit(),
        agreed.approved_by,
        resumed,
    )


def _kit() -> str:
    """Give the kit's version; "" where it runs from a checkout that nobody installed."""
    try:
        return version("migkit")
    except PackageNotFoundError:
        return ""
