"""The verb of `inv mig.drift`: what of a target is not as its history makes it, and what would bring it back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from migkit import ddl, engines, inverse, journal, preflight, proofs, targets
from migkit.branching import ancestors
from migkit.errors import MigkitError, TargetError
from migkit.expected import Expectations, Expected, Nowhere
from migkit.journal.reading import asked
from migkit.model import Difference, Engine, Event, Finding, Project, Report, Schema, Severity, Snapshot
from migkit.product import Identity
from migkit.proofs import Live, drifting
from migkit.proofs.keys import catalogue
from migkit.targets import Declared, network


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked for: one `target` or all of the schema's, and whether the SQL that would bring it back is wanted.

    `engine` and `server` are those of the throwaway server, where one is needed.
    """

    target: str = ""
    engine: str = ""
    server: str = "auto"
    sql: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen of one target: its JSON, and what is wrong."""

    facts: Mapping[str, Any]
    findings: tuple[Finding, ...]
    expected: Expected | None = None


def drift(
    project: Project,
    schema: Schema,
    options: Options = Options(),
    *,
    on_event: Callable[[Event], None] = lambda _e: None,
) -> Report:
    """Hold the catalogue of each target to the one that its history makes; targets are only read.

    One target that cannot be asked is raised (TargetError); of several it is a finding. A throwaway server is started
    only where no proof says what a target should have.
    """
    began = time.perf_counter()
    names = targets.named(project, schema, options.target)
    expectations = Expectations(project, schema, options.engine, options.server, on_event)
    looked = [_looked(project, schema, name, expectations, options, on_event, alone=len(names) == 1) for name in names]
    report = _report(schema, engines.parse(options.engine or schema.engine), looked)
    return replace(report, seconds=time.perf_counter() - began)


def _report(schema: Schema, engine: Engine, looked: Sequence[Looked]) -> Report:
    made = next((one.expected.server for one in looked if one.expected and one.expected.server), None)
    return Report(
        "drift",
        schema.name,
        made.ran(engine) if made else {"family": engine.family, "wanted": engine.name},
        made.facts() if made else {},
        tuple(finding for one in looked for finding in one.findings),
        facts={"targets": [dict(one.facts) for one in looked]},
    )


def _looked(
    project: Project,
    schema: Schema,
    name: str,
    expectations: Expectations,
    options: Options,
    on_event: Callable[[Event], None],
    *,
    alone: bool,
) -> Looked:
    try:
        found = targets.declared(project, schema, name)
        on_event(Event("wait", f"reading {found.address}"))
        network.reached(found)
        with asked(found) as connection:
            preflight.met(connection, schema, found, journal.kept(schema, name), product=False)
        live = proofs.live(found)
    except TargetError as error:
        if alone:
            raise
        finding = Finding("target-unreachable", Severity.error, error.message, error.remedy, object=name)
        return Looked({"target": name, "error": error.message}, (finding,))
    return _held(found, live, schema, expectations, options)


def _held(found: Declared, live: Live, schema: Schema, expectations: Expectations, options: Options) -> Looked:
    """Hold what was read of a target to what it should be."""
    name = found.target.name
    known = expectations.proofs(live.engine, live.identity)
    current = targets.standing(found, known.kept_in)
    facts = _facts(found, live, current, expectations, known)
    other = tuple(_product(name, live, engines.parse(schema.engine).family))
    if _is_as_proven(live, known, current):
        origin = f"as recorded on {live.identity.product} {known.proven[current[0]].version}"
        return Looked({**facts, "expected": origin, "differences": []}, other)
    try:
        expected = expectations.at(current, live.engine, live.identity)
    except Nowhere as error:
        finding = Finding("drift-nowhere", Severity.error, f"{name}: {error.message}", error.remedy, object=name)
        return Looked({**facts, "expected": "", "differences": []}, (*other, finding))
    sides = drifting.comparable(expected.snapshot, live.seen, expected.version_table, expected.version_schema)
    differences = drifting.differences(*sides)
    told = [*other, *_stand_in(name, live, expected), *drifting.findings(schema.name, name, differences)]
    told += drifting.unseen(name, live.seen)
    facts |= {"expected": expected.origin, "differences": [_difference(one) for one in differences]}
    if options.sql:
        facts["sql"], lacking = _sql(sides, live)
        told += _unwritten(name, lacking)
    return Looked(facts, tuple(told), expected)


def _is_as_proven(live: Live, known: proofs.Proofs, current: Sequence[str]) -> bool:
    """Whether the catalogue is the one whose hash was recorded: then nothing else is needed to say so."""
    wanted = known.catalogue(current)
    if not wanted or live.seen.unread or live.seen.blind:
        return False
    seen = live.seen.snapshot
    _same, present = drifting.comparable(seen, live.seen, known.version_table, known.version_schema)
    return catalogue(present) == wanted


def _facts(
    found: Declared, live: Live, current: Sequence[str], expectations: Expectations, proven: proofs.Proofs
) -> dict[str, Any]:
    seen = live.seen.snapshot
    _same, present = drifting.comparable(seen, live.seen, proven.version_table, proven.version_schema)
    known = {one.id: one for one in expectations.revisions}
    parents = {parent for one in known.values() for parent in one.parents}
    pending = set(known) - ancestors(known, current, dependencies=True)
    return {
        "target": found.target.name,
        "address": str(found.address),
        "product": live.identity.product,
        "version": live.identity.version,
        "current": list(current),
        "head": sorted(set(known) - parents),
        "pending": len(pending),
        "objects": len(present.objects),
    }


def _product(name: str, live: Live, family: str) -> Iterator[Finding]:
    if live.identity.family != family:
        message = f"{name} is {live.identity.product} {live.identity.version}, and the schema is written for {family}"
        yield Finding("drift-product", Severity.warning, message, "correct `engine` of the schema", object=name)


def _stand_in(name: str, live: Live, expected: Expected) -> Iterator[Finding]:
    """Say that what a target is held to was made by another product or series: differences may come from that."""
    made = expected.server
    if made is not None and not engines.matches(live.engine, Identity(made.engine.family, made.product, made.version)):
        message = (
            f"{name} is {live.identity.product} {live.identity.version}, and is held to what {made.product} "
            f"{made.version} made: differences may be the products'"
        )
        remedy = f"let a server of {live.engine.name} be had: inv mig.doctor"
        yield Finding("drift-product", Severity.warning, message, remedy, object=name)


def _sql(sides: tuple[Snapshot, Snapshot], live: Live) -> tuple[list[str], list[str]]:
    """Give the statements that would bring the target back, and what no SQL expresses."""
    wanted, present = sides[0], drifting.own(*sides)
    changes = inverse.inverse(wanted, present, live.engine)
    lacking = [f"{part.kind} {part.name}" for part in inverse.unwritten(changes)]
    try:
        return list(ddl.statements(changes, live.engine, ddl.tables(present, live.engine))), lacking
    except MigkitError as error:
        return [], [*lacking, error.message]


def _unwritten(name: str, lacking: Sequence[str]) -> Iterator[Finding]:
    if lacking:
        message = f"{name}: no SQL is written for {', '.join(lacking)}"
        yield Finding("drift-no-sql", Severity.note, message, "write it by hand", object=name)


def _difference(one: Difference) -> dict[str, Any]:
    return {"object": one.object, "kind": one.kind, "before": one.before, "after": one.after}
