"""Whether the pending revisions passed lint, and a round trip on the target's product and release series."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from migkit import config, engines, proofs
from migkit.alembic_io.history import located
from migkit.errors import MigkitError
from migkit.inspection import accepted
from migkit.inspection.examining import examined
from migkit.model import Check, Direction, Engine, Event, Project, Revision, Schema, Severity, Target, Verdict
from migkit.preflight.verifying import verified
from migkit.product import Identity
from migkit.proofs.ending import Ended
from migkit.proofs.recording import is_proof

_LINT, _TRIP = "proven: lint", "proven: round trip"
_WAY_BACK = frozenset({Verdict.ok.value, Verdict.order_differs.value})  # what a rollback may rest on
_SHOWN = 5


def proven(
    project: Project,
    schema: Schema,
    target: Target,
    identity: Identity,
    revisions: Sequence[Revision],
    pending: Sequence[str],
    direction: Direction,
    *,
    verify: bool,
    tell: Callable[[Event], None],
    proved: Callable[[Ended], None],
) -> Iterator[Check]:
    """Look for what is known of the `pending` ones of a history's `revisions`; with `verify`, prove them now.

    `proved` is told the catalogues in which they ended then.
    """
    if not pending:
        yield Check(_TRIP, ok=True, message="nothing is pending")
        return
    engine = engines.running(engines.parse(schema.engine), identity)
    yield lint(project, schema, engine, pending)
    if verify:
        yield _now(project, schema, engine, pending, direction, tell, proved)
    elif target.proof == "fresh":
        message = 'proof = "fresh" of the target asks for a round trip with this release'
        yield Check(_TRIP, ok=False, message=message, remedy="add --verify")
    else:
        yield _recorded(project, schema, engine, identity, revisions, pending, direction)


def lint(project: Project, schema: Schema, engine: Engine, pending: Collection[str]) -> Check:
    """Say whether lint finds an error in one of the pending revisions that the baseline does not know."""
    try:
        found = examined(project, located(schema), (engine,))
        fresh, _known = accepted.parted(found.findings, accepted.known(schema))
    except MigkitError as error:
        return Check(_LINT, ok=False, message=error.message, remedy=error.remedy or _seen(schema))
    errors = [one for one in fresh if one.severity >= Severity.error and (one.revision in pending or not one.revision)]
    if not errors:
        return Check(_LINT, ok=True, message=f"no error in {_count(pending)}")
    told = dict.fromkeys(f"{one.rule} in {one.revision or config.shown(project.path)}" for one in errors)
    return Check(_LINT, ok=False, message=_few(tuple(told)), remedy=_seen(schema))


def _seen(schema: Schema) -> str:
    return f"inv mig.lint --schema {schema.name}"


def _recorded(
    project: Project,
    schema: Schema,
    engine: Engine,
    identity: Identity,
    revisions: Sequence[Revision],
    pending: Sequence[str],
    direction: Direction,
) -> Check:
    """Look into proofs/: a record of another text of a revision, or of one before it, is none."""
    version = f"{identity.product} {identity.version}"
    try:
        known = proofs.found(project, schema, engine, identity.version, revisions)
    except MigkitError as error:
        return Check(_TRIP, ok=False, message=error.message, remedy=error.remedy)
    remedy = f"inv mig.roundtrip --schema {schema.name} --write-proof and a commit of its file; or --verify"
    without = [ident for ident in pending if ident not in known.proven]
    if without:
        edited = [ident for ident in without if ident in known.stale]
        because = f"; of {_few(edited)} it has another text, or of what stands before" if edited else ""
        message = f"{config.shown(known.path)} proves none of {_few(without)} on {version}{because}"
        return Check(_TRIP, ok=False, message=message, remedy=remedy)
    wrong = [ident for ident in pending if direction == "downgrade" and known.proven[ident].verdict not in _WAY_BACK]
    if wrong:
        told = [f"{ident} ({known.proven[ident].verdict})" for ident in wrong]
        message = f"the way back was not proven: {_few(told)}"
        return Check(_TRIP, ok=False, message=message, remedy="mend its downgrade, or go forward with a new revision")
    servers = sorted({known.proven[ident].version for ident in pending})
    return Check(_TRIP, ok=True, message=f"{_count(pending)} proven on {engine.product} {', '.join(servers)}")


def _now(
    project: Project,
    schema: Schema,
    engine: Engine,
    pending: Sequence[str],
    direction: Direction,
    tell: Callable[[Event], None],
    proved: Callable[[Ended], None],
) -> Check:
    try:
        server, reports, ended = verified(project, located(schema), engine, pending, tell)
    except MigkitError as error:
        return Check(_TRIP, ok=False, message=error.message, remedy=error.remedy or "look at the error's log")
    if not engines.matches(engine, Identity(server.engine.family, server.product, server.version)):
        message = f"it could only be taken on {server.product} {server.version}, and the target is {engine.name}"
        return Check(_TRIP, ok=False, message=message, remedy="inv mig.doctor says why no such server could be had")
    wrong = [one for one in reports if not is_proof(one)]
    if direction == "downgrade":
        wrong = [one for one in reports if one.verdict.value not in _WAY_BACK]
    if wrong:
        told = _few([f"{one.revision} ({one.verdict.value})" for one in wrong])
        return Check(_TRIP, ok=False, message=told, remedy=f"inv mig.roundtrip --schema {schema.name} shows it whole")
    if ended is not None:
        proved(ended)
    return Check(_TRIP, ok=True, message=f"{_count(pending)} taken now on {server.product} {server.version}")


def _count(pending: Collection[str]) -> str:
    return f"{len(pending)} revision{'s'[len(pending) == 1 :]}"


def _few(words: Sequence[str]) -> str:
    more = len(words) - _SHOWN
    return ", ".join(words[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
