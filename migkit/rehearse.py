"""The rehearsal: the ways in which a migration that passed every test still fails, tried on a throwaway server."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from migkit import baseline, compose, engines, offline, proving, scratch
from migkit.accepting import accepted
from migkit.alembic_io.history import located
from migkit.alembic_io.survey import entries
from migkit.errors import ConfigError
from migkit.model import Database, Engine, Event, Finding, Project, Report, Schema
from migkit.model.rehearsal import CHECKS, Order, RevisionRehearsal, Rows
from migkit.rehearsal import Rehearsed, graph

_BROKEN = ("duplicate-id", "unknown-parent", "cycle")  # Alembic does not load such a history
_USUAL_ROWS = 20  # where effects are asked for, which need some


@dataclass(frozen=True, slots=True)
class Options:
    """What a rehearsal is asked for, beside the schema. Empty is the configured default, or everything.

    `rows` is how many each table is filled with before each step; 0 is none.
    """

    engine: str = ""
    server: str = "auto"
    only: tuple[str, ...] = ()
    revisions: tuple[str, ...] = ()
    since: str = ""
    rows: int = 0
    write_baseline: bool = False
    use_baseline: bool = True
    strict_engine: bool = False


def rehearse(
    project: Project,
    schema: Schema,
    options: Options = Options(),
    *,
    on_event: Callable[[Event], None] = lambda _e: None,
) -> Report:
    """Rehearse every revision of `schema` on a throwaway database of its own.

    Raises ConfigError, HistoryError and ServerError where it could not be done; what is wrong with a revision is a
    finding. The database and the server that were started are gone when it returns or raises.
    """
    began = time.perf_counter()
    engine = engines.parse(options.engine or schema.engine)
    found = located(schema, sample=True)
    checks = _checks(options)
    baseline.check(schema.baseline, schema.name, writable=options.write_baseline)
    files = entries(found) if "graph" in checks else ()
    seen = Rehearsed(tuple(entry.id for entry in files), (), found.ini, (), graph.findings(files, schema.name))
    broken = any(finding.rule in _BROKEN for finding in seen.findings)
    order = Order(checks, choice=(), asked=bool(options.only)) if broken else _order(found, engine, checks, options)
    database = None
    if checks != ("graph",) and (order.choice is None or order.choice):
        seen, database = _on_a_server(project, found, engine, order, options, seen, on_event)
    else:
        why = "Alembic does not load this history" if broken else f"no revision has changed after {options.since}"
        seen = replace(seen, not_made={check: why for check in checks if check != "graph"})
    return _report(schema, engine, database, order, seen, options, time.perf_counter() - began)


def _on_a_server(
    project: Project,
    schema: Schema,
    engine: Engine,
    order: Order,
    options: Options,
    seen: Rehearsed,
    on_event: Callable[[Event], None],
) -> tuple[Rehearsed, Database]:
    """Make the checks that want a server, beside what was `seen` in the files; give the database that was theirs."""
    with (
        compose.rehearsing(project, schema, engine, options.server, on_event) as rehearsing,
        scratch.database(project, schema, engine, options.server, on_event) as database,
    ):
        rehearsed = rehearsing(schema, database, order, on_event)
        seen = replace(rehearsed, findings=seen.findings + rehearsed.findings)
        if "offline" in order.checks and (order.asked or schema.offline.policy != "off"):
            proven = offline.rehearsed(project, schema, engine, database.server, options.server, order, on_event)
            seen = proven.joined(seen)
    return seen, database


def _order(schema: Schema, engine: Engine, checks: tuple[str, ...], options: Options) -> Order:
    """Say what is to be done on the database."""
    choice = proving.choice(schema, options.revisions, options.since)
    rows = options.rows or (_USUAL_ROWS if options.only and "effects" in checks else 0)
    return Order(
        checks=checks,
        choice=None if choice is None else tuple(choice),
        rows=proving.rows(schema, engine, rows) if rows else None,
        earlier=proving.earlier(schema, options.since) if "crash" in checks and options.since else (),
        asked=bool(options.only),
    )


def _checks(options: Options) -> tuple[str, ...]:
    """Give the checks to be made; ConfigError for one that there is none of."""
    for word in options.only:
        if word not in CHECKS:
            raise ConfigError(f'--only: "{word}" is no check', remedy=f"write some of {', '.join(CHECKS)}")
    usual = [check for check in CHECKS if check != "effects" or options.rows]
    return tuple(check for check in CHECKS if check in (options.only or usual))


def _not_made(schema: Schema, order: Order) -> dict[str, str]:
    """Say of each check that was not made why."""
    if order.asked:
        return {check: "not named by --only" for check in CHECKS if check not in order.checks}
    told = {} if order.rows else {"effects": "it needs rows: --rows 20"}
    for check, policy in (("idempotent", schema.idempotent), ("offline", schema.offline)):
        if policy.policy == "off":
            told[check] = f'{check} = {{ policy = "off" }} in the configuration'
    return told


def _facts(
    schema: Schema, order: Order, rows: Rows | None, seen: Rehearsed, revisions: Iterable[RevisionRehearsal]
) -> dict[str, Any]:
    """Give the fields that the JSON of a rehearsal has besides; `rows` is null where none were put in."""
    not_made = {**_not_made(schema, order), **seen.not_made}
    return {
        "checks": [check for check in order.checks if check not in not_made],
        "not_made": not_made,
        "rows": proving.rows_facts(rows, seen.filled),
        "revisions": [asdict(proving.shown(one)) for one in revisions],
    }


def _report(
    schema: Schema,
    engine: Engine,
    database: Database | None,
    order: Order,
    seen: Rehearsed,
    options: Options,
    seconds: float,
) -> Report:
    known = accepted(schema, engine, order, seen, write=options.write_baseline, use=options.use_baseline)
    findings: list[Finding] = [
        *(proving.server_findings(engine, database, strict=options.strict_engine) if database else ()),
        *proving.history_findings(schema, seen.ini, () if "graph" in order.checks else seen.heads),
        *proving.rows_findings(seen.filled),
        *known.findings,
    ]
    return Report(
        command="test",
        schema=schema.name,
        engine=database.server.ran(engine) if database else {"family": engine.family, "wanted": engine.name},
        server=database.server.facts() if database else {},
        findings=tuple(map(proving.shown, findings)),
        known=tuple(map(proving.shown, known.known)),
        facts=_facts(schema, order, order.rows if database else None, seen, known.revisions),
        seconds=round(seconds, 3),
    )
