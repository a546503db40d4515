"""Runs the revisions of a release on a target: one run of env.py for all, each committed before the next.

Alembic's own `transaction_per_migration` does that, whatever env.py says of it. Where env.py has begun a transaction
before it asks for migrations, Alembic commits nothing: there each revision has a run of env.py for itself, and the next
run sees whether env.py committed it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from migkit import engines
from migkit.address import Address
from migkit.alembic_io.agenda import Step
from migkit.alembic_io.driver import Driver
from migkit.alembic_io.history import load
from migkit.alembic_io.private import as_context, in_its_own_transaction
from migkit.alembic_io.run import Place
from migkit.alembic_io.statements import Recorder, Watch
from migkit.alembic_io.surroundings import event_loop, mysqlclient_stand_in, variables
from migkit.errors import HistoryError, MigkitError
from migkit.guard import installed
from migkit.model import Schema

if TYPE_CHECKING:
    from alembic.runtime.environment import EnvironmentContext
    from alembic.runtime.migration import MigrationContext, RevisionStep

_CLOSED = "nothing is applied yet, and neither env.py nor a revision may ask the target before"
_REMEDY = "let env.py take its URL from the ini, or name its variable in `url_env` of the schema"
_ONCE = "let env.py call context.run_migrations() once: a release has one version table"

_STANDS_IN = "mysql+pymysql"  # as what the kit itself connects, where it is loaded anyway

Dial = Callable[[str, dict[str, Any]], None]  # changes the arguments with which a driver, by name, connects


class Work(Protocol):
    """The revisions of a release, as they are taken."""

    def begins(self, heads: tuple[str, ...]) -> None:
        """Be told where the target stands when env.py asks for migrations; raises where that is not right."""

    def step(self) -> Step | None:
        """Give the next step; None ends the run of env.py."""

    def returned(self, step: Step) -> None:
        """Be told that all of a step was sent, before its version is written; raises where it may not be."""

    def committed(self, step: Step, *, certain: bool) -> None:
        """Be told that a step is committed; not `certain` where that was up to env.py."""


@contextlib.contextmanager
def opened(
    schema: Schema, *, url: str, address: Address, environment: Mapping[str, str], dial: Dial
) -> Iterator[ReleaseDriver]:
    """Hold this process to one target, load the history, and give its driver; nothing is let through at first.

    `url` replaces the ini's unless it is "", `environment` is set meanwhile, and above it the schema's own `env`, as
    for a round trip; `dial` has the last word on how a driver connects.
    """
    recorder = Recorder()
    with (
        variables({**environment, **schema.env}),
        installed(address, what="the target", remedy=_REMEDY, plain=False) as guard,
        _dialing(dial, guard.holds),
        mysqlclient_stand_in() if engines.parse(schema.engine).driver == _STANDS_IN else contextlib.nullcontext(),
        recorder.installed(),
        event_loop() as loop,
    ):
        guard.closed = _CLOSED
        with guard.enforced():
            history = load(schema)
        guard.raise_refusals()
        if url:
            history.config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
        yield ReleaseDriver(history, guard, recorder, loop)


class ReleaseDriver(Driver):
    """Takes the steps of a release; made by `opened`. Until `release` no connection is let through."""

    _work: Work | None = None

    @property
    def kept(self) -> int:
        """How many of the statements of the step that runs are committed, as far as the driver says."""
        return self._recorder.kept

    def destinations(self) -> tuple[Address, ...]:
        """Run env.py once, and give the databases that it asked for: none was opened, as nothing is let through yet.

        Raises StepFailed where it failed before it asked for any.
        """
        assert self._guard.closed, "destinations are asked for before a release"
        before = len(self._guard.refusals)
        try:
            self.visit(lambda _context: None)
        except MigkitError:
            if len(self._guard.refusals) == before:
                raise
        return tuple(dict.fromkeys(one.wanted for one in self._guard.refusals[before:]))

    def release(self, work: Work, watch: Watch, destination: str) -> None:
        """Run env.py once for the steps of `work`, whose statements `watch` sends.

        Where env.py has begun a transaction of its own, one step is taken. Raises StepFailed, and what `work` raises.
        """
        closed, once = self._guard.closed, _Once(work, self._alembic_step)
        self._guard.closed, self._work = "", work
        try:
            with self._recorder.watched(watch, self._guard.holds):
                self._run(once.steps, destination, once.place, environment=_each_for_itself(once.begins))
        finally:
            self._guard.closed, self._work = closed, None
        once.ended()

    def _returned(self, step: Step) -> None:
        if self._work is not None:
            self._work.returned(step)


class _Once:
    """One run of env.py for a release: what it is told of the target, and when a step of it is committed."""

    def __init__(self, work: Work, make: Callable[[Step, Place], RevisionStep]) -> None:
        self.place = Place()
        self._work, self._make = work, make
        self._asked = 0
        self._open: Step | None = None  # sent, and not known to be committed

    def begins(self, context: MigrationContext) -> None:
        """Let the work see where the target stands, before Alembic makes a version table."""
        self._asked += 1
        if self._asked > 1:
            raise HistoryError("env.py asks for migrations more than once", remedy=_ONCE)
        self._work.begins(tuple(sorted(context.get_current_heads())))

    def steps(self, context: MigrationContext) -> Iterable[RevisionStep]:
        """Give Alembic the steps; it comes back for the next one when one is committed, where it commits at all."""
        if not self._asked:  # env.py asked the context itself
            self.begins(context)
        while (step := self._work.step()) is not None:
            self._open = step
            yield self._make(step, self.place)
            if in_its_own_transaction(context):
                return
            self._commit(certain=True)

    def ended(self) -> None:
        """Be told that env.py has ended well."""
        if not self._asked:
            raise HistoryError(
                "env.py ran, but asked for no migrations", remedy="it must call context.run_migrations() when online"
            )
        self._commit(certain=False)

    def _commit(self, *, certain: bool) -> None:
        step, self._open = self._open, None
        if step is not None:
            self._work.committed(step, certain=certain)


def _each_for_itself(begins: Callable[[MigrationContext], None]) -> type[EnvironmentContext]:
    """Give an EnvironmentContext in which each migration has its transaction; `begins` sees the target first."""
    from alembic.runtime.environment import EnvironmentContext

    class Each(EnvironmentContext):
        def configure(self, *args: Any, **named: Any) -> None:
            super().configure(*args, **{**named, "transaction_per_migration": True})

        def run_migrations(self, **named: Any) -> None:
            begins(self.get_context())
            super().run_migrations(**named)

    return as_context(Each)


@contextlib.contextmanager
def _dialing(dial: Dial, held: Callable[[], bool]) -> Iterator[None]:
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    def do_connect(dialect: Any, _record: Any, _cargs: Any, cparams: Any) -> None:
        if held():
            dial(dialect.driver, cparams)

    event.listen(Engine, "do_connect", do_connect)
    try:
        yield
    finally:
        event.remove(Engine, "do_connect", do_connect)
