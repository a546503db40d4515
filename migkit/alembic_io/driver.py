"""Runs steps on one throwaway database: each through the user's own env.py, each committed before the next.

One run of env.py is one real transaction scope, so a step is a run, as `alembic upgrade REV` is. On MySQL and MariaDB
Alembic commits each step within a run by itself; there a run goes on to the next step for as long as that is the
same: nothing outlives a step but what is committed.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from migkit.address import Address
from migkit.alembic_io.history import History, load
from migkit.alembic_io.private import commits_each_step, fresh_module, heads_after, step_of
from migkit.alembic_io.run import Place, failed, run_env
from migkit.alembic_io.statements import Recorder, leave_no_trace
from migkit.alembic_io.surroundings import event_loop, variables
from migkit.errors import HistoryError, StepFailed
from migkit.guard import Guard, installed
from migkit.model import Direction, Revision, Schema

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext, RevisionStep


@dataclass(frozen=True, slots=True)
class Step:
    """One revision in one direction."""

    revision: Revision
    direction: Direction


@dataclass(frozen=True, slots=True)
class Done:
    """A step that is committed, and the statements that its own code sent."""

    step: Step
    statements: tuple[str, ...]


After = Callable[[Done], bool]


@contextlib.contextmanager
def opened(schema: Schema, *, url: str, address: Address, environment: Mapping[str, str]) -> Iterator[Driver]:
    """Hold this process to one throwaway database, load the history, and give the driver of its steps.

    `url` is what env.py gets as `sqlalchemy.url`, `address` the only one that may be opened meanwhile. `environment`
    is set before anything of the user's is imported: an application reads its settings once, at the first import,
    and a revision file may import it.
    """
    recorder = Recorder()
    with (
        variables({**environment, **schema.env}),
        installed(address) as guard,
        _mysqlclient_stand_in(),
        recorder.installed(),
        event_loop() as loop,
    ):
        with guard.enforced():
            history = load(schema)
        guard.raise_refusals()
        history.config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
        yield Driver(history, guard, recorder, loop)


class Driver:
    """Takes steps; made by `opened`. One thread, one database.

    `version_table` and `version_schema` are what env.py configured, known once it has run.
    """

    def __init__(self, history: History, guard: Guard, recorder: Recorder, loop: asyncio.AbstractEventLoop) -> None:
        self.history = history
        self.version_table = "alembic_version"
        self.version_schema: str | None = None
        self._guard = guard
        self._recorder = recorder
        self._loop = loop
        self._calls = 0
        self._pending: Step | None = None
        self._raised: BaseException | None = None

    def prime(self) -> None:
        """Run env.py once without a step: applications create tables while they boot, and the first import is slow."""
        self._run(lambda _context: (), self.history.heads[0], Place())
        if not self._calls:
            raise HistoryError(
                "env.py ran, but asked for no migrations", remedy="it must call context.run_migrations() when online"
            )

    def walk(self, steps: Sequence[Step], after: After) -> int:
        """Take `steps` in order; `after` is called when a step is committed, and ends the walk by False.

        Gives the number of steps taken. Raises StepFailed for a step that failed; none is taken after it.
        """
        taken, go_on = 0, True
        while go_on and taken < len(steps):
            done, go_on = self._walk_once(steps[taken:], after)
            if not done:
                raise _asked_for_nothing(steps[taken])
            taken += done
        return taken

    @contextlib.contextmanager
    def guarded(self) -> Iterator[None]:
        """Hold the caller's thread to the database too, while it runs code of the user's."""
        with self._guard.enforced():
            yield

    @contextlib.contextmanager
    def tolerant(self) -> Iterator[list[str]]:
        """Pass over the statements that the server refuses, and collect what it said of each."""
        with self._recorder.tolerant() as refused:
            yield refused

    def disconnect(self) -> None:
        """Close what the application's own engines still hold open, so that the database can be replaced."""
        for engine in list(self._recorder.engines):
            with contextlib.suppress(
                Exception
            ):  # an async pool cannot be closed from here; the server ends its sessions
                engine.dispose()

    def heads_after(self, step: Step, heads: Sequence[str]) -> tuple[str, ...]:
        """Give the version table's rows after `step` of a database that stands at `heads`, sorted."""
        return heads_after(self._alembic_step(step, Place()), heads)

    def _walk_once(self, steps: Sequence[Step], after: After) -> tuple[int, bool]:
        """Take as many of `steps` as one run of env.py may; give how many, and whether to go on."""
        place, committed, go_on, broken = Place(), 0, True, None

        def commit(step: Step) -> bool:
            nonlocal committed, go_on, broken
            self._pending, committed = None, committed + 1
            done = Done(step, tuple(place.statements))
            try:
                with self._guard.paused():
                    go_on = after(done)
            except BaseException as error:
                broken = error  # env.py may catch it on its way
                raise
            return go_on and leave_no_trace(done.statements, step.revision.path)

        def work(context: MigrationContext) -> Iterable[RevisionStep]:
            chained = self._calls == 1 and _may_chain(context)
            for step in steps if chained else steps[:1]:
                self._pending = step
                yield self._alembic_step(step, place)
                if not chained or not commit(step):
                    return

        try:
            self._run(work, steps[0].revision.id, place)
            if self._pending is not None:
                commit(self._pending)
        finally:
            if broken is not None:
                raise broken
        return committed, go_on

    def _alembic_step(self, step: Step, place: Place) -> RevisionStep:
        place.revision, place.direction, place.path = step.revision.id, step.direction, step.revision.path

        def body(**kwargs: Any) -> None:
            self._recorder.statements = place.statements = []
            self._recorder.recording = True
            try:
                _function(step)(**kwargs)
            except BaseException as error:
                self._raised = error
                raise
            finally:
                self._recorder.recording = False

        return step_of(self.history.script, step.revision.id, step.direction, body)

    def _run(self, steps: Callable[[MigrationContext], Iterable[RevisionStep]], destination: str, place: Place) -> None:
        def work(context: MigrationContext) -> Iterable[RevisionStep]:
            self.version_table, self.version_schema = context.version_table, context.version_table_schema
            return steps(context)

        self._pending, self._raised, refused = None, None, len(self._guard.refusals)
        asyncio.set_event_loop(self._loop)  # asyncio.run leaves none, and an older env.py calls get_event_loop
        try:
            with self._guard.enforced():
                self._calls = run_env(self.history, work, destination=destination, place=place)
        except StepFailed:
            self._guard.raise_refusals(refused)
            raise
        self._guard.raise_refusals(refused)
        if self._raised is not None:  # as above
            raise failed(self._raised, place, "")


def _asked_for_nothing(step: Step) -> StepFailed:
    return StepFailed(
        f"{step.direction} of {step.revision.id}: env.py ran, but asked for no migrations",
        revision=step.revision.id,
        direction=step.direction,
        remedy="it must call context.run_migrations() whatever the version table says",
        path=step.revision.path,
    )


def _function(step: Step) -> Callable[..., None]:
    """Give the function of a step, from a module that nothing has run in yet."""
    found: Callable[..., None] | None = getattr(fresh_module(step.revision.path), step.direction, None)
    if found is None:
        raise AttributeError(f"the file has no {step.direction}()")
    return found


def _may_chain(context: MigrationContext) -> bool:
    """Whether a further step in this run is the same as one in a run of its own, the session's state apart.

    Only on MySQL and MariaDB: they commit DDL by themselves, and connecting to them is what a run costs.
    """
    return context.dialect.name in ("mysql", "mariadb") and commits_each_step(context)


@contextlib.contextmanager
def _mysqlclient_stand_in() -> Iterator[None]:
    """Let PyMySQL answer for `mysql://` where mysqlclient is not installed."""
    import importlib.util
    import sys

    if importlib.util.find_spec("MySQLdb") is None and importlib.util.find_spec("pymysql") is not None:
        import pymysql

        pymysql.install_as_MySQLdb()
        try:
            yield
        finally:
            for name in ("MySQLdb", "_mysql"):
                sys.modules.pop(name, None)
    else:
        yield
