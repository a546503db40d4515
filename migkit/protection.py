"""Raw Alembic held back at a declared target: its env.py asks for that by `migkit.guard.protect()`.

Which command runs env.py is known when it begins, and which database it means when it connects: a command that changes
things is asked about at its first connection to the address of a target, before a packet is sent.
"""

from __future__ import annotations

import atexit
import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from alembic.util import CommandError

from migkit import config, guard
from migkit.address import Address
from migkit.alembic_io.private import EnvRun, env_run
from migkit.errors import TargetError
from migkit.model import Project, Schema, Target

if TYPE_CHECKING:
    from migkit.development import Declared

CONFIRM = "MIGKIT_CONFIRM"
# the functions by which Alembic's commands run env.py and change nothing: revision, check, current, history, edit
_READS = frozenset(
    {"retrieve_migrations", "nothing", "display_version", "show_current", "_display_current_history", "edit_current"}
)
_NAMES = {"do_stamp": "stamp", "do_ensure_version": "ensure_version"}
Agree = Callable[[Target, EnvRun, str], None]
_held = contextlib.ExitStack()
atexit.register(_held.close)  # while there are modules still: later than that, letting go prints a traceback


class Refused(TargetError, CommandError):  # noqa: N818  # as the message begins
    """A connection to a declared target to which nobody agreed; Alembic's command line tells it in a line."""

    def __str__(self) -> str:
        """Give the message with what to do: Alembic shows no more of it."""
        return f"{self.message}\n  to do: {self.remedy}" if self.remedy else self.message


def protected(agree: Agree) -> None:
    """Hold the run of env.py that goes on now back at each target that is declared here, until `agree` returns.

    `agree(target, run, said)` is asked once for each target, with a sentence that says what is about to change; it
    raises TargetError. Raises ConfigError where there is a configuration that is not valid.
    """
    run = env_run()
    if run is None or run.offline or run.function in _READS:
        return
    projects = _projects(run)
    if not any(schema.targets for project in projects for schema in project.schemas.values()):
        return
    _held.close()  # of an earlier run in this process
    _held.enter_context(guard.watched(Watch(run, projects, agree).check))


def _projects(run: EnvRun) -> tuple[Project, ...]:
    """Give the configuration of the ini's folder, and that which holds here where it is another one."""
    folders: dict[Path, Mapping[str, str] | None] = {run.ini.absolute().parent: {}} if run.ini else {}
    folders[Path.cwd()] = None  # the one to which MIGKIT_CONFIG may be relative
    found: dict[Path, Project] = {}
    for folder, environment in folders.items():
        with contextlib.suppress(config.NoConfiguration):
            project = config.load(folder, environment)
            found.setdefault(project.path.resolve(), project)
    return tuple(found.values())


class Watch:
    """Looks at each address that is opened while one run of env.py lasts."""

    def __init__(self, run: EnvRun, projects: Sequence[Project], agree: Agree) -> None:
        self._run, self._projects, self._agree = run, projects, agree
        self._targets: list[tuple[Schema, Declared]] = []
        self._seen: dict[Address, Target | None] = {}
        self._agreed: list[Target] = []

    def check(self, wanted: Address) -> None:
        """Raise Refused where `wanted` is a target's and nobody agrees; once the run is over, let everything pass."""
        now = env_run()
        if now is None or now.of is not self._run.of:
            return
        if wanted not in self._seen:
            self._seen[wanted] = self._target(wanted)
        target = self._seen[wanted]
        if target is None or target in self._agreed:
            return
        command = _NAMES.get(self._run.function, self._run.function)
        what = f"alembic {command} {self._run.to}".rstrip()
        try:
            self._agree(target, self._run, f"{what} would change the target {target.name} at {wanted}")
        except Refused:
            raise
        except TargetError as error:
            raise Refused(f"{what} at {wanted}: {error.message}", remedy=error.remedy) from None
        self._agreed.append(target)

    def _target(self, wanted: Address) -> Target | None:
        """Give the target whose server is at `wanted`: of several, that of the run's ini, then that of the database."""
        from migkit.development import same_server

        self._targets = self._targets or list(self._declared())
        found = [
            (schema, one.name)
            for schema, one in self._targets
            if any(same_server(wanted, place) for place in one.places)
        ]
        found.sort(key=lambda each: self._distance(each[0], wanted))
        return found[0][0].targets[found[0][1]] if found else None

    def _distance(self, schema: Schema, wanted: Address) -> tuple[bool, bool]:
        own = self._run.ini is not None and schema.ini.resolve() == self._run.ini.resolve()
        return not own, schema.database != wanted.database

    def _declared(self) -> Iterator[tuple[Schema, Declared]]:
        from migkit.development import declared

        for project in self._projects:
            first = next(iter(project.schemas.values()))
            yield from ((project.schemas[one.schema], one) for one in declared(project, first))
