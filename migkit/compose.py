"""Runs jobs inside a Compose service, where the application and its Alembic are: found, entered, and left as it was."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from migkit import catalog, compose_package, footing
from migkit.comparing import Compared, compared
from migkit.compose_program import Program, program
from migkit.config import shown
from migkit.delegate import NoAnswerError, delegate
from migkit.errors import ConfigError, MigkitError, ServerError, StepFailed
from migkit.jobs import Compare, Judge, Print, Reach, Rehearse, Take
from migkit.judging import Judged, judged
from migkit.model import Compose, Database, Direction, Engine, Event, Project, Schema
from migkit.model.rehearsal import Order, Rows
from migkit.printing import Printed, printed
from migkit.rehearsal import Rehearsed, rehearsed
from migkit.servers import docker_service, explain
from migkit.sides import Sides, shared
from migkit.values import dataclass

OnEvent = Callable[[Event], None]
Judging = Callable[[Schema, Database, Collection[str] | None, OnEvent, Rows | None, bool], Judged]
Rehearsing = Callable[[Schema, Database, Order, OnEvent], Rehearsed]
Printing = Callable[[Schema, Database, Order, bool, OnEvent], Printed]
Standing = Callable[[Schema, Database, str, OnEvent], AbstractContextManager[footing.Foothold]]
Comparing = Callable[[Schema, Database, str, str, OnEvent], Compared]
_NOT_THERE = (126, 127)  # what `exec` ends with where the program is not there


@dataclass(frozen=True, slots=True)
class Service:
    """A service that runs, and how its paths and this machine's are told apart."""

    name: str
    program: Program
    container: str
    python: str
    sides: Sides
    on_event: Callable[[Event], None]

    def ask(self, job: Any) -> Any:
        """Give the answer to a job of `migkit.jobs`, done inside the service; an error carries its last log lines."""
        job = replace(job, schema=replace(job.schema, targets={}))  # a service need not know how production is reached
        command = self.program.command("exec", "-T", self.name, self.python, "-c", compose_package.BOOT)
        try:
            return delegate(
                job,
                self.on_event,
                command=command,
                before=compose_package.package(),
                cwd=self.program.file.parent,
                sides=self.sides,
            )
        except NoAnswerError as error:
            raise self._with_log(self._silent(error)) from error
        except MigkitError as error:
            error.message = f"in the service {self.name}: {error.message}"
            error.args = (error.message,)
            raise self._with_log(error) from None

    def _silent(self, error: NoAnswerError) -> MigkitError:
        if error.code in _NOT_THERE:
            return ConfigError(
                f"the service {self.name} has no {self.python}: {error.said}",
                remedy='name its Python in the schema: compose = { service = "…", python = "/path/to/python" }',
            )
        return ServerError(
            f"the service {self.name} ended before the work was done, with code {error.code}: {error.said}",
            remedy=f"see that it runs: {self.program.shown('up', '-d', self.name)}",
        )

    def _with_log(self, error: MigkitError) -> MigkitError:
        error.log = "\n".join(part for part in (error.log, self.program.log(self.name)) if part)
        return error


@contextmanager
def service(project: Project, schema: Schema, on_event: Callable[[Event], None] = lambda _e: None) -> Iterator[Service]:
    """Give the schema's service for the time of a block.

    Raises ConfigError where the file or the service is not there, or the service does not see the schema's folder,
    and ServerError where there is no Compose, or the service does not run.
    """
    wanted = schema.compose
    assert wanted is not None
    found = program(project.root / wanted.file)
    place = _running(found, wanted)
    sides = shared(schema.directory, place.mounts, wanted.directory)
    if sides is None:
        raise ConfigError(
            f"the service {wanted.service} does not see {shown(schema.directory)}: no volume of it holds that folder",
            remedy='mount it into the service, or say where it has it: compose = { directory = "/…" }',
        )
    on_event(Event("log", f"in the service {wanted.service} ({found.file.name}), folder {sides.inside}"))
    yield Service(wanted.service, found, place.id, wanted.python or "python3", sides, on_event)


def asked(project: Project, schema: Schema, job: Any, on_event: OnEvent, *, command: str = "current") -> Any:
    """Give the answer to a job that needs a process of its own: in the schema's service, if it has one, or here.

    `command` is what Alembic's own program would be asked for, told where the process ends without an answer.
    """
    if schema.compose is not None:
        with service(project, schema, on_event) as found:
            return found.ask(job)
    try:
        return delegate(job, on_event)
    except NoAnswerError as error:
        raise MigkitError(
            f"the process that ran Alembic ended with code {error.code}: {error.said}",
            remedy=f"`alembic {command}` in {shown(schema.directory)} has to work",
        ) from error


def judging(
    project: Project, schema: Schema, engine: Engine, choice: str, on_event: OnEvent
) -> AbstractContextManager[Judging]:
    """Give what judges the schema's history: in its service, if it has one, on a server put on the service's network.

    Raises what `service` raises, before a server is started, and ConfigError for a server (`choice`) that a service
    cannot reach.
    """
    return _where(project, schema, engine, choice, on_event, judged, _judged)


def rehearsing(
    project: Project, schema: Schema, engine: Engine, choice: str, on_event: OnEvent
) -> AbstractContextManager[Rehearsing]:
    """Give what rehearses the schema's history, where `judging` would judge; raises the same."""
    return _where(project, schema, engine, choice, on_event, rehearsed, _rehearsed)


def printing(
    project: Project, schema: Schema, engine: Engine, choice: str, on_event: OnEvent
) -> AbstractContextManager[Printing]:
    """Give what prints the schema's history as SQL, where `judging` would judge; raises the same."""
    return _where(project, schema, engine, choice, on_event, printed, _printed)


def comparing(
    project: Project, schema: Schema, engine: Engine, choice: str, on_event: OnEvent
) -> AbstractContextManager[Comparing]:
    """Give what compares the schema's models with its history, where `judging` would judge; raises the same."""
    return _where(project, schema, engine, choice, on_event, compared, _compared)


def standing(
    project: Project, schema: Schema, engine: Engine, choice: str, on_event: OnEvent
) -> AbstractContextManager[Standing]:
    """Give what brings a database to where it is to stand, where `judging` would judge; raises the same."""
    return _where(project, schema, engine, choice, on_event, footing.standing, _standing)


@contextmanager
def _where(
    project: Project,
    schema: Schema,
    engine: Engine,
    choice: str,
    on_event: OnEvent,
    here: Callable[..., Any],
    there: Callable[..., Any],
) -> Iterator[Any]:
    """Give `here`, or `there` with the schema's service as its first argument, if it has one."""
    if schema.compose is None:
        yield here
        return
    with _reaching(project, schema, engine, choice, on_event) as found:
        yield partial(there, found)


@contextmanager
def _reaching(project: Project, schema: Schema, engine: Engine, choice: str, on_event: OnEvent) -> Iterator[Service]:
    """Give the schema's service, where it can reach the server that is wanted."""
    assert schema.compose is not None
    if engine.container is None or choice not in ("auto", "docker"):
        raise ConfigError(
            f"the service {schema.compose.service} needs a database server in Docker, on its own network",
            remedy="leave --server out and name an engine that runs in Docker, or leave compose out",
        )
    with service(project, schema, on_event) as found:
        yield found


def _judged(
    service: Service,
    schema: Schema,
    database: Database,
    choice: Collection[str] | None,
    _on_event: OnEvent,
    rows: Rows | None,
    prove: bool,  # noqa: FBT001  # a field of a job
) -> Judged:
    job = Judge(schema, database, None if choice is None else tuple(choice), rows, prove)
    answer: Judged = _done(service, job)
    return answer


def _rehearsed(service: Service, schema: Schema, database: Database, order: Order, _on_event: OnEvent) -> Rehearsed:
    answer: Rehearsed = _done(service, Rehearse(schema, database, order))
    return answer


def _printed(
    service: Service,
    schema: Schema,
    database: Database,
    order: Order,
    apart: bool,  # noqa: FBT001  # a field of a job
    _on_event: OnEvent,
) -> Printed:
    answer: Printed = _done(service, Print(schema, database, order, apart))
    return answer


def _compared(
    service: Service, schema: Schema, database: Database, title: str, style: str, _on_event: OnEvent
) -> Compared:
    answer: Compared = _done(service, Compare(schema, database, title, style))
    return answer


@contextmanager
def _standing(
    service: Service, schema: Schema, database: Database, before: str, _on_event: OnEvent
) -> Iterator[footing.Foothold]:
    """Have the service take the steps; what they lead to is read from here."""

    def take(revision: str, direction: Direction, source: str | None) -> None:
        _done(service, Take(schema, database, revision, direction, source))

    try:
        stood = _done(service, Reach(schema, database, before))
    except StepFailed as failure:
        raise footing.Unreachable(failure, before) from failure
    with catalog.connect(database) as (reader, keeper):
        yield footing.Foothold(stood, reader, keeper, take)


def _done(service: Service, job: Compare | Judge | Print | Reach | Rehearse | Take) -> Any:
    """Put the job's server on the service's network, and let the service do it there."""
    database = job.database
    server = docker_service.attached(database.server, service.container)
    try:
        return service.ask(replace(job, database=replace(database, server=server)))
    except ServerError as error:
        error.log = "\n".join(part for part in (explain(database.server), error.log) if part)
        raise


def _running(found: Program, wanted: Compose) -> docker_service.Place:
    container = found.container(wanted.service)
    place = docker_service.inspect(container) if container else None
    if place is not None and place.running:
        return place
    raise _not_running(found, wanted, place.status if place else "it has no container")


def _not_running(found: Program, wanted: Compose, status: str) -> ServerError:
    return ServerError(
        f"the service {wanted.service} of {shown(Path(found.file))} is not running: {status}",
        remedy=f"start it: {found.shown('up', '-d', wanted.service)}",
        log=found.log(wanted.service),
    )
