"""The verb `mend`: the downgrade of an existing revision, written from the catalogues before and after it.

It is run on a throwaway database before the file is touched: the catalogue must be what it was.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from migkit import engines, head
from migkit.config import shown
from migkit.mending import Mended, mended
from migkit.model import Event, Project, Report, Revision, Schema


@dataclass(frozen=True, slots=True)
class Options:
    """What mending is asked for. Empty is the configured default."""

    engine: str = ""
    server: str = "auto"
    style: str = ""


def mend(
    project: Project,
    schema: Schema,
    revision: str,
    options: Options = Options(),
    *,
    on_event: Callable[[Event], None] = lambda _e: None,
) -> Report:
    """Write the downgrade of `revision` anew, unless it restores the catalogue already; the new one was run.

    What cannot be mended is a finding, and the file is untouched then. Raises ConfigError for a revision that changes
    nothing, beside what `head.standing` raises; Unreachable too where its own upgrade fails.
    """
    began = time.perf_counter()
    standing = head.standing(
        project, schema, engine=options.engine, server=options.server, before=revision, on_event=on_event
    )
    with standing as database:
        found, server = database.revision(revision), database.database.server
        done = mended(database, found, options.style or schema.style)
    return Report(
        command="mend",
        schema=schema.name,
        engine=server.ran(engines.parse(options.engine or schema.engine)),
        server=server.facts(),
        findings=done.findings,
        facts=_facts(schema, found, done),
        seconds=round(time.perf_counter() - began, 3),
    )


def _facts(schema: Schema, revision: Revision, done: Mended) -> Mapping[str, Any]:
    return {
        "path": shown(revision.path),
        "revision": revision.id,
        "title": revision.title,
        "down_revision": revision.parents[0] if revision.parents else None,
        "mended": done.written,
        "differed": list(done.differed),
        "body": list(done.lines),
        "next_steps": _next_steps(schema, revision) if done.written else [],
    }


def _next_steps(schema: Schema, revision: Revision) -> list[str]:
    path = shlex.quote(shown(revision.path))
    title = f"mend the downgrade of {revision.title}"
    message = schema.commit.format(title=title, schema=schema.name, revision=revision.id)
    return [
        f"look at what changed: git diff {path}",
        f"judge it: inv mig.roundtrip --schema {schema.name} --revision {revision.id}",
        f"commit: git add {path} && git commit -m {shlex.quote(message)}",
    ]
