"""Runs steps on one throwaway database: each through the user's own env.py, each committed before the next.

One run of env.py is one real transaction scope, so a step is a run, as `alembic upgrade REV` is. On MySQL and MariaDB
Alembic commits each step within a run by itself; there a run goes on to the next step for as long as that is the
same: nothing outlives a step but what is committed.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from migkit.address import Address
from migkit.alembic_io.agenda import Agenda, Done, Plan, Step
from migkit.alembic_io.cursors import holds_connections
from migkit.alembic_io.cutting import Cutting, Lost
from migkit.alembic_io.history import History, load
from migkit.alembic_io.private import commits_each_step, fresh_module, heads_after, step_of
from migkit.alembic_io.run import Place, Steps, failed, run_env
from migkit.alembic_io.statements import Recorder, leave_no_trace
from migkit.alembic_io.surroundings import event_loop, mysqlclient_stand_in, variables
from migkit.errors import HistoryError, StepFailed
from migkit.guard import Guard, installed
from migkit.model import Schema
from migkit.model.rehearsal import Sent

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext, RevisionStep

__all__ = ["Done", "Driver", "Plan", "Step", "opened"]
T = TypeVar("T")


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
        mysqlclient_stand_in(),
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

    `version_table` and `version_schema` are what env.py configured, known once it has run; `transactional` is whether
    a step is to run in one transaction.
    """

    def __init__(self, history: History, guard: Guard, recorder: Recorder, loop: asyncio.AbstractEventLoop) -> None:
        self.history = history
        self.version_table = "alembic_version"
        self.version_schema: str | None = None
        self.transactional = False
        self._guard = guard
        self._recorder = recorder
        self._loop = loop
        self._calls = 0
        self._pending: Step | None = None
        self._raised: BaseException | None = None
        self._broken: BaseException | None = None

    def prime(self) -> None:
        """Run env.py once without a step: applications create tables while they boot, and the first import is slow."""
        self.visit(lambda _context: None)

    def visit(self, look: Callable[[MigrationContext], object], **options: Any) -> None:
        """Run env.py without a step; `look` is shown its context. `options` go to Alembic's EnvironmentContext."""

        def steps(context: MigrationContext) -> tuple[()]:
            look(context)
            return ()

        self._run(steps, (*self.history.heads, "base")[0], Place(), **options)
        if not self._calls:
            raise HistoryError(
                "env.py ran, but asked for no migrations", remedy="it must call context.run_migrations() when online"
            )

    def walk(self, plan: Plan[T]) -> T:
        """Take the steps that `plan` yields, each committed before it gets its `Done`; give what it returns.

        A step that failed is thrown into it as StepFailed. Where it yields None, the run of env.py ends, and with it
        the connections that env.py closes, before the plan goes on.
        """
        with contextlib.closing(plan):  # an interrupt is not thrown into it, and it may have to put things back
            agenda = Agenda(plan)
            while not agenda.ended:
                if agenda.step is None:
                    agenda.advance(None)
                else:
                    self._take(agenda)
            return agenda.result

    def together(
        self,
        steps: Sequence[Step],
        place: Place | None = None,
        look: Callable[[MigrationContext], object] = lambda _context: None,
        **options: Any,
    ) -> None:
        """Take all steps in one run of env.py, in the transactions that it asks for, as `alembic upgrade head` does.

        StepFailed leaves what was committed by then. `place` is told how far the run is; `look` and `options` are as in
        `visit`.
        """
        where, left = place or Place(), iter(steps)

        def work(context: MigrationContext) -> Iterable[RevisionStep]:
            look(context)
            return (self._alembic_step(step, where) for step in left)  # where env.py asks again, nothing is left

        self._run(work, steps[-1].revision.id, where, **options)
        if not self._calls:
            raise _asked_for_nothing(steps[0])

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

    @contextlib.contextmanager
    def cutting(self, after: int, end: Callable[[], None], done: int = 0) -> Iterator[Cutting]:
        """Cut the next step right after its statement number `after`: it fails, and what it still tries is refused.

        `end` ends every session in the database, and returns when they are gone. `made` of what is given says whether
        the step came so far. No session of the step is left at the end of the block. Its first `done` statements are
        not sent: the database stands where they leave it.
        """

        def cut() -> None:
            self._guard.shut = True
            with self._guard.paused():
                end()

        self._recorder.cutting = cutting = Cutting(after, cut, self._guard.holds)
        try:
            with self._recorder.passing(done):
                yield cutting
        finally:
            self._recorder.cutting, self._guard.shut = None, False
            self.disconnect()
            end()

    def disconnect(self) -> None:
        """Close what the application's own engines still hold open, so that the database can be replaced."""
        for engine in list(self._recorder.engines):
            with contextlib.suppress(
                Exception
            ):  # an async pool cannot be closed from here; the server ends its sessions
                if holds_connections(engine.pool):
                    engine.dispose()

    @property
    def asked(self) -> int:
        """How often env.py asked for migrations when it ran last: once for each schema or tenant, in some."""
        return self._calls

    @property
    def sent(self) -> tuple[Sent, ...]:
        """What the step that was taken last sent, whether or not it came to its end."""
        return tuple(self._recorder.sent)

    def heads_after(self, step: Step, heads: Sequence[str]) -> tuple[str, ...]:
        """Give the version table's rows after `step` of a database that stands at `heads`, sorted."""
        return heads_after(self._alembic_step(step, Place()), heads)

    def _take(self, agenda: Agenda[T]) -> None:
        """Take as many of the plan's steps as one run of env.py may."""
        place, first = Place(), agenda.step
        assert first is not None

        def work(context: MigrationContext) -> Iterable[RevisionStep]:
            chained, go_on = self._calls == 1 and _may_chain(context), self._pending is None  # once a run
            while go_on and agenda.step is not None:
                self._pending = step = agenda.step
                yield self._alembic_step(step, place)
                go_on = chained and self._commit(agenda, place)

        try:
            self._run(work, first.revision.id, place)
            self._commit(agenda, place)
            if agenda.step is first:
                raise _asked_for_nothing(first)
        except StepFailed as failure:
            if self._broken is None and self._pending is None and agenda.step is not first:
                raise  # env.py failed after the last step was done and told
            if self._broken is None:
                agenda.fail(failure)
        finally:
            if self._broken is not None:
                raise self._broken

    def _commit(self, agenda: Agenda[T], place: Place) -> bool:
        """Tell the plan what is pending; whether its next step may be taken in the same run."""
        step, self._pending = self._pending, None
        if step is None:
            return False
        done = Done(step, tuple(place.sent))
        try:
            with self._guard.paused():
                agenda.advance(done)
        except BaseException as error:
            self._broken = error  # env.py may catch it on its way
            raise
        return agenda.step is not None and leave_no_trace(done.statements, step.revision.path)

    def _alembic_step(self, step: Step, place: Place) -> RevisionStep:
        place.revision, place.direction, place.path = step.revision.id, step.direction, step.revision.path

        def body(**kwargs: Any) -> None:
            with self._recorder.of(step.revision.path) as place.sent:
                try:
                    _function(step)(**kwargs)
                    self._returned(step)
                except BaseException as error:
                    self._raised = error
                    raise

        return step_of(self.history.script, step.revision.id, step.direction, body)

    def _returned(self, step: Step) -> None:
        """Be told that the function of a step has returned; its version is still to be written."""

    def _run(self, steps: Steps, destination: str, place: Place, **options: Any) -> None:
        def work(context: MigrationContext) -> Iterable[RevisionStep]:
            self.version_table, self.version_schema = context.version_table, context.version_table_schema
            self.transactional = bool(context.impl.transactional_ddl)
            return steps(context)

        self._pending = self._raised = self._broken = None
        refused = len(self._guard.refusals)
        asyncio.set_event_loop(self._loop)  # asyncio.run leaves none, and an older env.py calls get_event_loop
        try:
            with self._guard.enforced():
                self._calls = run_env(self.history, work, destination=destination, place=place, **options)
        except StepFailed:
            self._guard.raise_refusals(refused)
            raise
        self._guard.raise_refusals(refused)
        if self._raised is None and self._recorder.cutting and self._recorder.cutting.made:
            self._raised = Lost("the connection was cut")
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
    found: Callable[..., None] | None = getattr(fresh_module(step.revision.path, step.source), step.direction, None)
    if found is None:
        raise AttributeError(f"the file has no {step.direction}()")
    return found


def _may_chain(context: MigrationContext) -> bool:
    """Whether a further step in this run is the same as one in a run of its own, the session's state apart.

    Only on MySQL and MariaDB: they commit DDL by themselves, and connecting to them is what a run costs.
    """
    return context.dialect.name in ("mysql", "mariadb") and commits_each_step(context)
