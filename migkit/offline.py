"""What `alembic upgrade --sql` prints, given to the server's own client: the same catalogue and rows as step by step.

One script for all is the quick way. Where it fails, or leads elsewhere, each revision is printed and given by itself
(`offline_apart`), so that a fault is charged to its revision and line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace

from migkit import catalog, compose, offline_apart
from migkit.errors import StepFailed
from migkit.footing import Unreachable
from migkit.model import Database, Engine, Event, Finding, Project, Schema, Server, Severity
from migkit.model.rehearsal import Order, Script
from migkit.offline_bench import Bench, OnEvent, Trouble, clashes, lost, refused
from migkit.rehearsal import Rehearsed
from migkit.values import dataclass
from migkit.witness import Seen, differing, look, volatile

_MISSING = "install it and let it be on PATH, or let the server run in Docker, whose image has it"


@dataclass(slots=True)
class Proven:
    """What came of it: ok, fails or differs for each wanted revision that could be held against its upgrade."""

    words: dict[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def joined(self, seen: Rehearsed) -> Rehearsed:
        """Give what was rehearsed with what came of this beside it."""
        revisions = tuple(
            (
                replace(one, offline=self.words.get(one.revision)),
                own + tuple(finding for finding in self.findings if finding.revision == one.revision),
            )
            for one, own in seen.revisions
        )
        rest = tuple(finding for finding in self.findings if finding.revision is None)
        return replace(seen, revisions=revisions, findings=seen.findings + rest)


def rehearsed(
    project: Project, schema: Schema, engine: Engine, server: Server, choice: str, order: Order, on_event: OnEvent
) -> Proven:
    """Print the history of `schema` and let the client of `server` run it, in databases of its own there.

    `choice` is what `--server` said. What the policy names is printed, or what was asked for. Raises what
    `compose.printing` raises; a client that is not there is a finding.
    """
    with (
        compose.printing(project, schema, engine, choice, on_event) as printing,
        compose.standing(project, schema, engine, choice, on_event) as standing,
    ):
        bench = Bench(schema, server, order, printing, standing, on_event)
        try:
            end, troubles = _proven(bench)
        except LookupError as missing:
            return Proven(findings=_without(str(missing), bench))
    return _told(bench, end, troubles)


def _proven(bench: Bench) -> tuple[int, Sequence[Trouble]]:
    """Give the position to which the history was held against its upgrades, and what is wrong before it."""
    with bench.database() as first:
        plan = bench.plan(first)
        if not plan.scripts:
            return plan.end, ()
        bench.on_event(Event("wait", f"{plan.end - plan.start} revisions printed as SQL"))
        end, wanted = _online(bench, first)
        if end <= plan.start:
            return end, ()
    (script,) = plan.scripts
    whole: Seen | Trouble | None = None
    if wanted is not None and not script.failed:
        whole = _whole(bench, script)
        if isinstance(whole, Seen) and _same(bench, wanted, whole):
            return end, lost(bench, script)
    apart = offline_apart.proven(bench, end, wanted)
    known = {trouble.at for trouble in apart.troubles}
    if isinstance(whole, Trouble):
        return end, [*apart.troubles, *(() if whole.at in known else (whole,))]
    if known or whole is None or wanted is None:
        return end, apart.troubles
    parts = differing(wanted, whole, apart.loose)
    return end, [replace(one, at=apart.last(one.object)) for one in clashes(bench, script, None, parts)]


def _online(bench: Bench, database: Database) -> tuple[int, Seen | None]:
    """Bring a database to the end step by step and see what it holds; where an upgrade fails, the end is before it."""
    plan = bench.planned
    try:
        with bench.standing_at(database, plan.end) as foothold:
            return plan.end, look(database, foothold.reader, plan.version_table, plan.version_schema)
    except Unreachable as failure:
        step = failure.__cause__
        failed = step.revision if isinstance(step, StepFailed) else ""
        return bench.position(failed), None


def _whole(bench: Bench, script: Script) -> Seen | Trouble:
    """Let the client run one script for all; give what it leads to."""
    plan = bench.planned
    with bench.database() as database:
        with bench.standing_at(database, plan.start):
            pass
        refusal = bench.run(database, script, plan.start)
        if refusal is not None:
            return refused(bench, script, plan.start, refusal)
        with catalog.connect(database) as (reader, _keeper):
            return look(database, reader, plan.version_table, plan.version_schema)


def _same(bench: Bench, wanted: Seen, found: Seen) -> bool:
    """Whether it led where the steps did; values may differ that differ from one run of the steps to the next."""
    if not differing(wanted, found):
        return True
    with bench.database() as database:
        again = _online(bench, database)[1]
    return again is not None and not differing(wanted, found, volatile(wanted, again))


def _without(program: str, bench: Bench) -> tuple[Finding, ...]:
    severity = max(bench.planned.grave.values(), key=lambda one: one.value, default=Severity.note)
    what = f"what `alembic upgrade --sql` prints was not run: this machine has no {program}"
    return (Finding("client-missing", severity, what, _MISSING),)


def _told(bench: Bench, end: int, troubles: Sequence[Trouble]) -> Proven:
    plan = bench.planned
    proven = Proven({one.id: "ok" for one in plan.revisions[plan.start : end] if one.id in plan.grave})
    for trouble in troubles:
        revision = plan.revisions[trouble.at or 0]
        if revision.id in plan.grave:
            word = "fails" if trouble.rule == "offline-fails" else "differs"
            proven.words[revision.id] = min(
                word, proven.words.get(revision.id, "ok"), key=("fails", "differs", "ok").index
            )
            proven.findings += (trouble.finding(revision, plan.grave[revision.id]),)
    return proven
