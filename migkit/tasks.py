"""The Invoke collection `mig` for a team's tasks.py, and the console program `migkit`: shells around the verbs.

A team's tasks.py is a docstring and `from migkit.tasks import namespace`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from invoke.collection import Collection
from invoke.program import Program

from migkit.model import Report
from migkit.shell import Tell, verb
from migkit.shells.linting import lint
from migkit.shells.place import doctor, downgrade, images, rules, schemas, upgrade
from migkit.shells.proofs import roundtrip, test
from migkit.shells.releasing import prod, rollback
from migkit.shells.revisions import create, mend, merge, revise
from migkit.shells.targets import drift, plan, status


@verb(
    force="also change files that are there: add what they lack, and write anew what is the kit's alone",
    agents="a slash command, a skill and AGENTS.md for coding agents",
    pre_commit="a hook in .pre-commit-config.yaml",
    ci="a workflow that proves changes: github",
)
def init(_tell: Tell, *, force: bool = False, agents: bool = False, pre_commit: bool = False, ci: str = "") -> Report:
    """Write a starting configuration by looking at this folder; where it has no Alembic history, begin one.

    inv mig.init
    inv mig.init --agents --pre-commit --ci github
    """
    from migkit.init import Options
    from migkit.init import init as started

    names = frozenset(task.name for task in TASKS)
    wished = {"force": force, "agents": agents, "pre_commit": pre_commit}
    return started(Path.cwd(), Options(**wished, ci=ci, tasks=names, named=os.environ.get("MIGKIT_CONFIG", "")))


class Console(Program):
    """The console program."""

    def print_version(self) -> None:
        """Print the installed version."""
        from importlib.metadata import version

        sys.stdout.write(f"migkit {version('migkit')}\n")


TASKS = (
    *(init, schemas, create, revise, mend, merge, upgrade, downgrade, rules, lint, roundtrip, test),
    *(status, plan, drift, prod, rollback, images, doctor),
)
mig = Collection("mig", *TASKS)
namespace = Collection(mig)
program = Console(namespace=Collection(*TASKS), name="migkit", binary="migkit")
