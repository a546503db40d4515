"""Whether the pending revisions passed lint, and a round trip on the target's product and release series."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from migkit import config, engines, proofs
from migkit.alembic_io.history import located
from migkit.errors import MigkitError
from migkit.inspection import accepted
from migkit.inspection.examining import examined
from migkit.model import Check, Engine, Finding, Revision, Schema, Severity, Verdict
from migkit.preflight.asked import Asked
from migkit.preflight.naming import few
from migkit.product import Identity
from migkit.proofs.recording import is_proof
from migkit.reading import read

_LINT, _TRIP = "proven: lint", "proven: round trip"
_WAY_BACK = frozenset({Verdict.ok.value, Verdict.order_differs.value})  # what a rollback may rest on


def proven(asked: Asked, identity: Identity) -> Iterator[Check]:
    """Look for what is known of the planned revisions, or prove them now; `identity` is that of the target's server."""
    pending = {one.revision.id: one.revision for one in asked.plan.revisions}
    if not pending:
        yield Check(_TRIP, ok=True, message="nothing is pending")
        return
    engine = engines.running(engines.parse(asked.schema.engine), identity)
    yield lint(asked, engine, pending)
    if asked.order.verify:
        yield _now(asked, engine, pending)
    elif asked.found.target.proof == "fresh":
        message = 'proof = "fresh" of the target asks for a round trip with this release'
        yield Check(_TRIP, ok=False, message=message, remedy="add --verify")
    else:
        yield _recorded(asked, engine, identity, pending)


def lint(asked: Asked, engine: Engine, pending: Mapping[str, Revision]) -> Check:
    """Say whether lint finds an error in one of the pending revisions that the baseline does not know.

    Downwards only downgrade() runs: what is wrong elsewhere is applied already.
    """
    schema = asked.schema
    try:
        found = examined(asked.project, located(schema), (engine,))
        fresh, _known = accepted.parted(found.findings, accepted.known(schema))
    except MigkitError as error:
        return Check(_LINT, ok=False, message=error.message, remedy=error.remedy or _seen(schema))
    errors = [one for one in fresh if one.severity >= Severity.error and (one.revision in pending or not one.revision)]
    if asked.order.direction == "downgrade":
        errors = [one for one in errors if _downwards(one, engine)]
    if not errors:
        return Check(_LINT, ok=True, message=f"no error in {_count(pending)}")
    told = (f"{one.rule} in {one.revision or config.shown(asked.project.path)}" for one in errors)
    return Check(_LINT, ok=False, message=few(told), remedy=_seen(schema))


def _downwards(one: Finding, engine: Engine) -> bool:
    """Whether a finding stands in a revision's downgrade()."""
    if not (one.revision and one.path and one.line):
        return False
    path = Path(one.path)
    span = read(path, path.read_bytes(), engine.family).downgrade.span
    return span.line <= one.line <= max(span.line, span.end_line)


def _seen(schema: Schema) -> str:
    return f"inv mig.lint --schema {schema.name}"


def _recorded(asked: Asked, engine: Engine, identity: Identity, pending: Collection[str]) -> Check:
    """Look into proofs/: a record of another text of a revision, or of one before it, is none."""
    schema, version = asked.schema, f"{identity.product} {identity.version}"
    try:
        known = proofs.found(asked.project, schema, engine, identity.version, asked.driver.history.revisions)
    except MigkitError as error:
        return Check(_TRIP, ok=False, message=error.message, remedy=error.remedy)
    remedy = f"inv mig.roundtrip --schema {schema.name} --write-proof and a commit of its file; or --verify"
    without = [ident for ident in pending if ident not in known.proven]
    if without:
        edited = [ident for ident in without if ident in known.stale]
        because = f"; of {few(edited)} it has another text, or of what stands before" if edited else ""
        message = f"{config.shown(known.path)} proves none of {few(without)} on {version}{because}"
        return Check(_TRIP, ok=False, message=message, remedy=remedy)
    down = asked.order.direction == "downgrade"
    wrong = [ident for ident in pending if down and known.proven[ident].verdict not in _WAY_BACK]
    if wrong:
        told = few(f"{ident} ({known.proven[ident].verdict})" for ident in wrong)
        message = f"the way back was not proven: {told}"
        return Check(_TRIP, ok=False, message=message, remedy="mend its downgrade, or go forward with a new revision")
    servers = sorted({known.proven[ident].version for ident in pending})
    return Check(_TRIP, ok=True, message=f"{_count(pending)} proven on {engine.product} {', '.join(servers)}")


def _now(asked: Asked, engine: Engine, pending: Collection[str]) -> Check:
    from migkit.preflight.verifying import verified  # all that a round trip needs

    schema = asked.schema
    try:
        server, reports, ended = verified(asked.project, located(schema), engine, tuple(pending), asked.tell)
    except MigkitError as error:
        return Check(_TRIP, ok=False, message=error.message, remedy=error.remedy or "look at the error's log")
    if not engines.matches(engine, Identity(server.engine.family, server.product, server.version)):
        message = f"it could only be taken on {server.product} {server.version}, and the target is {engine.name}"
        return Check(_TRIP, ok=False, message=message, remedy="inv mig.doctor says why no such server could be had")
    wrong = [one for one in reports if not is_proof(one)]
    if asked.order.direction == "downgrade":
        wrong = [one for one in reports if one.verdict.value not in _WAY_BACK]
    if wrong:
        told = few(f"{one.revision} ({one.verdict.value})" for one in wrong)
        return Check(_TRIP, ok=False, message=told, remedy=f"inv mig.roundtrip --schema {schema.name} shows it whole")
    if ended is not None:
        asked.proved(ended)
    return Check(_TRIP, ok=True, message=f"{_count(pending)} taken now on {server.product} {server.version}")


def _count(pending: Collection[str]) -> str:
    return f"{len(pending)} revision{'s'[len(pending) == 1 :]}"
