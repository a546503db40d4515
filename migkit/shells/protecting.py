"""The shell of `migkit.guard.protect()`: what a team's env.py calls, in whatever process runs Alembic."""

from __future__ import annotations

import os
import sys

from migkit.alembic_io.private import EnvRun
from migkit.consent import consented, word
from migkit.model import Target


def protect() -> None:
    """Hold the run of env.py that goes on back at declared targets, with the consent of whoever runs it."""
    from migkit.protection import protected

    protected(_agree)


def _agree(target: Target, run: EnvRun, said: str) -> None:
    from migkit.protection import CONFIRM
    from migkit.shell import terminal_ask

    wanted = word(target, "downgrade", (run.to,)) if run.function == "downgrade" else word(target)
    verb = "rollback" if run.function == "downgrade" else "prod"
    question = f"{said}.\nWithout a preflight, a plan or a journal: `inv mig.{verb}` has them."
    given = os.environ.get(CONFIRM, "")
    found = consented(target, wanted, question, given=given, environment=os.environ, ask=terminal_ask(), flag=CONFIRM)
    who = found.approved_by or found.operator
    sys.stderr.write(f"migkit: {target.name}: approved by {who}\n")
