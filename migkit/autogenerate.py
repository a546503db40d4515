"""The verb `revise --autogenerate`: the revision that brings the history to the models, from a throwaway database."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from migkit import compose, engines, parallel, remedies, scratch
from migkit.alembic_io.history import located
from migkit.comparing import Compared
from migkit.config import shown
from migkit.model import Engine, Event, Finding, Project, Report, Schema, Server, Severity
from migkit.writing import Written, check


def autogenerate(
    project: Project,
    schema: Schema,
    title: str,
    *,
    style: str = "",
    engine: str = "",
    server: str = "auto",
    on_event: Callable[[Event], None] = lambda _e: None,
) -> Report:
    """Compare the models with a throwaway database at the head, and write what is between them as `title`.

    What was written ran there, both ways. With nothing to do, no file is written, and `facts` says so. Raises
    ConfigError (no models, a title in use), HistoryError (heads, or a head that cannot be reached), ServerError, and
    StepFailed where the upgrade that was found does not run: no file is left then.
    """
    began = time.perf_counter()
    wanted = engines.parse(engine or schema.engine)
    found = located(schema, sample=True)
    style = style or schema.style
    if schema.compose is None:
        check(found, title)  # before a server is started
    with (
        compose.comparing(project, found, wanted, server, on_event) as comparing,
        scratch.database(project, found, wanted, server, on_event) as database,
    ):
        done = comparing(found, database, title, style, on_event)
        running = database.server
    return Report(
        command="revise",
        schema=schema.name,
        engine=running.ran(wanted),
        server=running.facts(),
        findings=(
            *_substituted(running, wanted),
            *map(_shown, done.findings),
            *(parallel.findings(schema, done.written.known) if done.written else ()),
        ),
        facts=_facts(project, schema, title, done),
        seconds=round(time.perf_counter() - began, 3),
    )


def _substituted(server: Server, wanted: Engine) -> tuple[Finding, ...]:
    if not server.substituted:
        return ()
    remedy = remedies.wanted(wanted, server.kind)
    return (Finding("engine-substituted", Severity.warning, server.substituted, remedy),)


def _shown(finding: Finding) -> Finding:
    return replace(finding, path=shown(Path(finding.path))) if finding.path else finding


def _facts(project: Project, schema: Schema, title: str, done: Compared) -> dict[str, Any]:
    found: dict[str, Any] = {
        "path": None,
        "revision": None,
        "title": title,
        "down_revision": None,
        "nothing_to_do": done.written is None,
        "next_steps": [],
        "open": [],
        "tried": done.written is not None,
        "database": schema.database,
        "directory": shown(schema.directory),
        "ini": shown(schema.ini),
        "url_env": schema.url_env,
        "configuration": shown(project.path),
    }
    return found | (_of(schema, title, done.written) if done.written else {})


def _of(schema: Schema, title: str, written: Written) -> dict[str, Any]:
    revision = written.revision
    return {
        "path": shown(revision.path),
        "revision": revision.id,
        "down_revision": revision.parents[0] if revision.parents else None,
        "next_steps": _next_steps(schema, written, title),
        "url": written.url,
    }


def _next_steps(schema: Schema, written: Written, title: str) -> list[str]:
    path, revision = shlex.quote(shown(written.revision.path)), written.revision.id
    message = schema.commit.format(title=title, schema=schema.name, revision=revision)
    return [
        f"read: {path}, of which both ways ran on the real server",
        f"upgrade locally: inv mig.upgrade --schema {schema.name}",
        f"prove it: inv mig.roundtrip --schema {schema.name} --revision {revision}",
        f"commit: git add {path} && git commit -m {shlex.quote(message)}",
    ]
