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
    *, resume: bool = False, unknown: str = "", pauses: Sequence[float] = (1.0, 2.0), patience: float = 0.0
) -> list[Any]:
    """Apply what is pending by the library: the plan is what the files say, and no gate stands before it.

    `patience` is how many seconds it waits for a server that says nothing any more, where that is less than usual.
    """
    from migkit import applying, journal, targets
    from migkit.model.release import Run

    if patience:  # this process is nobody else's
        watching: Any = import_module("migkit.applying.watching")
        watching._PATIENCE = watching._GRACE = patience
    project = config.load(Path("migkit.toml"))
    schema = config.choose(project, NAME)
    found = targets.declared(project, schema, TARGET)
    known = journal.entries(schema, found)
    with applying.opened(schema, found) as driver:
        plan = _plan(driver, found)
        below = {one.id for one in driver.history.below(plan.current)}
        unfinished = journal.unfinished(schema, found, known, below) if resume else ()
        left = unfinished[-1] if unfinished else None
        if left and unknown:
            left = applying.answered(left, unknown)
        run = Run(journal.new_id(known), NAME, TARGET, str(found.address), "upgrade", "Ada", "here", "", "", "0")
        if left:
            run = replace(run, resumes=left.run)
        done = applying.applied(driver, found, plan, run, resume=left, tell=_tell, pauses=tuple(pauses))
    return [(one.revision, one.statements, one.passed) for one in done]


def _plan(driver: Any, found: Any) -> Any:
    from migkit.model.release import Plan, PlannedRevision
    from migkit.targets import standing

    current = standing(found, "alembic_version")
    revisions = list(driver.history.revisions)
    at = [one.id for one in revisions].index(current[0]) if current else -1
    pending = tuple(
        PlannedRevision(one, "upgrade", (), hashes.text(one.path.read_bytes())) for one in revisions[at + 1 :]
    )
    to = (revisions[-1].id,)
    return Plan(TARGET, str(found.address), "upgrade", current, to, pending)


def _tell(event: Any) -> None:
    sys.stdout.write(f"{event.kind} {event.message}\n")
