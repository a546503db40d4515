"""What a launched process does: a release through the library, or through the program; or what Alembic does alone."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from migkit import config, hashes
from tests.server.faults.stage import NAME, TARGET, URL


def plain(to: str = "head") -> str:
    """Upgrade as Alembic's own command does, a transaction for each revision: what the points are held against."""
    from alembic import command
    from alembic.config import Config

    configuration = Config(Path("schema/alembic.ini").resolve())
    configuration.set_main_option("script_location", str(Path("schema/migrations").resolve()))
    configuration.set_main_option("sqlalchemy.url", os.environ[URL].replace("%", "%%"))
    command.upgrade(configuration, to)
    return "done"


def program(words: Sequence[str]) -> int:
    """Run the console program with these words; give its exit code."""
    from migkit.tasks import program as console

    sys.argv = ["migkit", *words]
    try:
        console.run()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def released(
    *,
    to: str = "",
    resume: bool = False,
    unknown: str = "",
    pauses: Sequence[float] = (1.0, 2.0),
    patience: float = 0.0,
    idle: float = 0.0,
) -> list[Any]:
    """Apply what is pending by the library: the plan is what the files say, and no gate stands before it.

    With `to` it goes down to that revision. `patience` is how many seconds it waits for a server that says nothing any
    more, `idle` how many the server for it, where that is less than usual.
    """
    from migkit import applying, journal, targets
    from migkit.model.release import Run

    _hurry(patience, idle)
    project = config.load(Path("migkit.toml"))
    schema = config.choose(project, NAME)
    found = targets.declared(project, schema, TARGET)
    known = journal.entries(schema, found)
    with applying.opened(schema, found) as driver:
        plan = _plan(driver, found, to)
        below = {one.id for one in driver.history.below(plan.current)}
        unfinished = journal.unfinished(schema, found, known, below) if resume else ()
        left = unfinished[-1] if unfinished else None
        if left and unknown:
            left = applying.answered(left, unknown)
        run = Run(journal.new_id(known), NAME, TARGET, str(found.address), plan.direction, "Ada", "here", "", "", "0")
        if left:
            run = replace(run, resumes=left.run)
        done = applying.applied(driver, found, plan, run, resume=left, tell=_tell, pauses=tuple(pauses))
    return [(one.revision, one.statements, one.passed) for one in done]


def _hurry(patience: float, idle: float) -> None:
    """Let this process, which is nobody else's, and its servers wait no longer than this; 0 is as ever."""
    watching, bounding, session = (
        import_module(f"migkit.applying.{name}") for name in ("watching", "bounding", "session")
    )
    if patience:
        vars(watching).update(_PATIENCE=patience, _GRACE=patience)
    for module in (bounding, session) if idle else ():
        vars(module)["IDLE"] = idle


def _plan(driver: Any, found: Any, to: str) -> Any:
    from migkit.model.release import Plan, PlannedRevision
    from migkit.targets import standing

    current = standing(found, "alembic_version")
    revisions = list(driver.history.revisions)
    ids = [one.id for one in revisions]
    at, direction = ids.index(current[0]) if current else -1, "downgrade" if to else "upgrade"
    chosen = revisions[ids.index(to) + 1 : at + 1][::-1] if to else revisions[at + 1 :]
    pending = tuple(PlannedRevision(one, direction, (), hashes.text(one.path.read_bytes())) for one in chosen)  # type: ignore[arg-type]
    end = (to or ids[-1],)
    return Plan(TARGET, str(found.address), direction, current, end, pending)  # type: ignore[arg-type]


def _tell(event: Any) -> None:
    sys.stdout.write(f"{event.kind} {event.message}\n")
