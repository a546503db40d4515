"""The verb of `inv mig.doctor`: what works here, a check each, and what killed runs left.

The comparison with a target is `comparison.py`'s.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from migkit import config, engines, servers
from migkit.checks.left import clean as cleaned
from migkit.checks.left import left
from migkit.checks.machine import machine
from migkit.checks.programs import programs
from migkit.checks.schemas import schemas
from migkit.errors import ConfigError, MigkitError
from migkit.model import Check, Engine, Event, Finding, Project, Report, Schema, Server


@dataclass(frozen=True, slots=True)
class Options:
    """What doctor is asked for: "" is everything that is configured; of servers, only URLs are looked into."""

    schema: str = ""
    engine: str = ""
    server: str = ""


def doctor(options: Options = Options(), *, on_event: Callable[[Event], None] = lambda _e: None) -> Report:
    """Look at this machine and at the configuration that holds here. Starts, changes and downloads nothing.

    Without a configuration, or with a broken one, the rest is looked at all the same. Raises ConfigError for a schema
    or an engine that does not exist.
    """
    began = time.perf_counter()
    project, found = _configured()
    schema = config.choose(project, options.schema) if project and options.schema else None
    wanted = _engines(project, schema, options.engine)
    on_event(Event("wait", "looking at this machine"))
    found += programs(wanted)
    found += machine(wanted, project, needed=project is not None or bool(options.engine))
    if project is not None:
        found += schemas(project, schema)
    with _given(options.server) as (server, refused):
        found += [*refused, *left(server)]
    return _report(found, schema, project, time.perf_counter() - began)


def clean(options: Options = Options()) -> Report:
    """Remove what runs that are over left on this machine, and on the server whose URL is given; nothing else."""
    began = time.perf_counter()
    with _given(options.server) as (server, refused):
        found = [*refused, *cleaned(server)]
    return _report(found, None, None, time.perf_counter() - began)


def _configured() -> tuple[Project | None, list[Check]]:
    try:
        project = config.load()
    except config.NoConfiguration as error:
        return None, [Check("configuration", None, error.message, error.remedy)]
    except ConfigError as error:
        return None, [Check("configuration", ok=False, message=error.message, remedy=error.remedy)]
    return project, [Check("configuration", ok=True, message=config.shown(project.path))]


def _engines(project: Project | None, schema: Schema | None, named: str) -> list[Engine]:
    """Give what is to be served: the named engine, else those of the schemas, else the usual ones."""
    if named:
        return [engines.parse(named)]
    if project is None:
        return list(engines.ENGINES.values())
    chosen = [schema] if schema else list(project.schemas.values())
    names = [name for one in chosen for name in (one.engine, *one.engines)]
    return [engines.parse(name) for name in dict.fromkeys(names)]


@contextmanager
def _given(choice: str) -> Iterator[tuple[Server | None, list[Check]]]:
    """Log in to the server whose URL is given; what keeps the kit from that, or a choice that is none, is a check."""
    with ExitStack() as stack:
        server, told = None, []
        if choice not in ("", "auto", *servers.KINDS):
            scheme, is_url, _rest = choice.partition("://")
            try:
                engine = engines.find(scheme) if is_url else engines.MYSQL  # no engine has such a kind: it is refused
                server = stack.enter_context(servers.serve(engine, choice=choice))
                told = [Check("server", ok=True, message=f"{server.product} {server.version} at {server.origin}")]
            except MigkitError as error:
                told = [Check("server", ok=False, message=error.message, remedy=error.remedy)]
        yield server, told


def _report(found: Iterable[Check], schema: Schema | None, project: Project | None, seconds: float) -> Report:
    """Give the report of checks: those that are not ok are its findings."""
    listed = list(found)
    return Report(
        command="doctor",
        schema=schema.name if schema else "",
        findings=tuple(finding(check) for check in listed if check.ok is False),
        facts={
            "configuration": config.shown(project.path) if project else None,
            "checks": [fact(one) for one in listed],
        },
        seconds=seconds,
    )


def finding(check: Check) -> Finding:
    """Give the finding that a check which is not ok becomes."""
    return Finding(check.rule, check.severity, check.message, check.remedy, object=check.check)


def fact(check: Check) -> dict[str, Any]:
    """Give a check as plain JSON values."""
    return {"check": check.check, "ok": check.ok, "message": check.message, "remedy": check.remedy}
