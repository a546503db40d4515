"""The verb of `inv mig.doctor --target`: how the throwaway server differs from the one that is released to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from migkit import config, engines, servers, targets
from migkit.address import Address
from migkit.doctor import fact, finding
from migkit.errors import TargetError
from migkit.model import Check, Engine, Event, Project, Report, Schema, Server, Severity
from migkit.product import Identity, Trait
from migkit.servers import databases, login
from migkit.values import dataclass

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

Words = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a server says of itself to the login of migrations: words by the name of a trait."""

    identity: Identity
    engine: Engine
    words: Words


def compare(
    project: Project,
    schema: Schema,
    target: str,
    *,
    engine: str = "",
    server: str = "auto",
    on_event: Callable[[Event], None] = lambda _e: None,
) -> Report:
    """Compare the server that a round trip of `schema` would have with its target; each difference is a finding.

    The target is only read, in a session that cannot write. Raises TargetError where it is not reachable or not the
    declared one, ServerError where no throwaway server can be had.
    """
    began = time.perf_counter()
    found = targets.declared(project, schema, target)
    on_event(Event("wait", f"reading {found.address}"))
    with targets.reading(found) as connection:
        there = seen(connection, found.engine, found.address.database)
    wanted = engines.parse(engine or schema.engine)
    with servers.serve(wanted, schema.server, choice=server, images=project.images, on_event=on_event) as running:
        here = _throwaway(running, schema)
    checks = [*_compared(running, target, found.address, there), *differences(here, there, target)]
    return Report(
        command="doctor",
        schema=schema.name,
        engine=running.ran(wanted),
        server=running.facts(),
        findings=tuple(finding(check) for check in checks if check.ok is False),
        facts={
            "configuration": config.shown(project.path),
            "target": {"name": target, "address": str(found.address), **_named(there.identity)},
            "checks": [fact(check) for check in checks],
        },
        seconds=time.perf_counter() - began,
    )


def _throwaway(server: Server, schema: Schema) -> Seen:
    """Ask a throwaway server as the login that migrations would run as."""
    with (
        databases.throwaway(server, schema.server) as database,
        login.connect(replace(server, user=database.user, password=database.password), database.name) as connection,
    ):
        return seen(connection, server.engine, database.name)


def _compared(server: Server, target: str, address: Address, there: Seen) -> Iterator[Check]:
    """Say which two servers are compared."""
    ours = f"{server.product} {server.version} ({server.kind}: {server.origin})"
    yield Check("throwaway server", ok=True, message=ours)
    yield Check(target, ok=True, message=f"{there.identity.product} {there.identity.version} at {address}")


def seen(connection: Connection, engine: Engine, database: str) -> Seen:
    """Ask a server who it is, and for its traits, in `database` of it. Raises TargetError for an unknown product."""
    spoken = login.console(engine)
    row = connection.exec_driver_sql(spoken.identity_sql).first()
    identity = spoken.identify(tuple(row or ("", "")))
    if identity is None:
        said = f"it is no product that the kit knows: {row[0] if row else 'it does not say what'}"
        raise TargetError(said, remedy=f"name a server of {engine.product}")
    runs = engines.running(engine, identity)
    return Seen(identity, runs, {trait.name: _words(connection, trait, database) for trait in spoken.traits})


def differences(here: Seen, there: Seen, target: str) -> Iterator[Check]:
    """Check each trait of the throwaway server (`here`) against the target's (`there`); pure."""
    yield _identity(here, there, target)
    for trait in login.console(there.engine).traits:
        if trait.name in here.words and trait.name in there.words:
            yield _trait(trait, here.words[trait.name], there.words[trait.name], target)


def _words(connection: Connection, trait: Trait, database: str) -> frozenset[str]:
    return trait.read([tuple(row) for row in connection.exec_driver_sql(trait.sql)], database)


def _identity(here: Seen, there: Seen, target: str) -> Check:
    ours, theirs = (f"{one.identity.product} {one.identity.version}" for one in (here, there))
    if ours == theirs:
        return Check("version", ok=True, message=ours, rule="target-version")
    message = f"{target} is {theirs}, and the throwaway server {ours}"
    remedy = f'engine = "{there.engine.name}"'
    if here.identity.product != there.identity.product:
        return Check("version", ok=False, message=message, remedy=remedy, rule="target-product")
    near = _series(here) == _series(there)
    severity, remedy = (Severity.note, "nothing, unless a release note says so") if near else (Severity.warning, remedy)
    return Check("version", ok=False, message=message, remedy=remedy, severity=severity, rule="target-version")


def _series(one: Seen) -> list[str]:
    return one.identity.version.split(".")[: one.engine.series]


def _trait(trait: Trait, ours: frozenset[str], theirs: frozenset[str], target: str) -> Check:
    rule = f"target-{trait.name}"
    if ours == theirs:
        return Check(trait.name, ok=True, message=", ".join(sorted(ours)) or "(empty)", rule=rule)
    return Check(
        trait.name,
        ok=False,
        message=_difference(ours, theirs, target),
        remedy=trait.remedy(sorted(theirs)),
        severity=Severity[trait.level],
        rule=rule,
    )


def _difference(ours: frozenset[str], theirs: frozenset[str], target: str) -> str:
    """Say both where they are single words, otherwise what only one of them has."""
    if len(ours) <= 1 and len(theirs) <= 1:
        return f"{target}: {', '.join(theirs) or '(empty)'}; the throwaway server: {', '.join(ours) or '(empty)'}"
    only = ((target, theirs - ours), ("the throwaway server", ours - theirs))
    return "; ".join(f"only {where}: {', '.join(sorted(words))}" for where, words in only if words)


def _named(identity: Identity) -> dict[str, str]:
    return {"product": identity.product, "version": identity.version}
