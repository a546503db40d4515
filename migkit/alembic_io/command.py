"""Alembic's own upgrade and downgrade, as its command line runs them, on one database that the process is held to."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from migkit import engines
from migkit.address import Address, masked_text
from migkit.alembic_io.history import History, load
from migkit.alembic_io.run import Place, describe, failed
from migkit.alembic_io.surroundings import caught_output, variables, working_directory
from migkit.errors import HistoryError, MigkitError, StepFailed, TargetError
from migkit.guard import Guard, installed
from migkit.model import Direction, Revision, Schema
from migkit.values import dataclass

_LOGIN = re.compile(r"\b(1045|1698)\b|authentication failed|no password supplied|role .* does not exist")


@dataclass(frozen=True, slots=True)
class Moved:
    """Where the database stood and stands, and the revisions that were applied or taken back, in that order."""

    address: str
    before: tuple[str, ...]
    current: tuple[str, ...]
    revisions: tuple[Revision, ...]


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a database stands: the rows of env.py's version table, and the `heads` of the history."""

    heads: tuple[str, ...]
    current: tuple[str, ...]
    version_table: str
    version_schema: str | None


def stand(schema: Schema, *, address: Address, url: str, environment: Mapping[str, str]) -> Stand:
    """Ask env.py where the database stands, as `alembic current` does; arguments and errors are those of `move`."""
    with _held(schema, address, url, environment) as (history, guard), working_directory(schema.directory):
        tables: list[tuple[str, str | None]] = []
        current = _current(history, guard, address, tables)
        return Stand(history.heads, current, *(tables[-1] if tables else ("alembic_version", None)))


def move(
    schema: Schema,
    direction: Direction,
    to: str,
    *,
    address: Address,
    url: str,
    environment: Mapping[str, str],
    before: Callable[[tuple[str, ...]], None],
) -> Moved:
    """Run `alembic upgrade TO` or `alembic downgrade TO`; no other address than this one can be opened meanwhile.

    `url` replaces the ini's unless it is ""; `before` is told where the database stands. What env.py and the
    revisions print goes where it always does. Raises HistoryError for what Alembic will not do, TargetError where the
    database does not answer or env.py leads elsewhere, StepFailed for a revision that failed.
    """
    with _held(schema, address, url, environment) as (history, guard):
        _check_heads(history, to)
        with working_directory(schema.directory):
            stood = _current(history, guard, address)
            before(stood)
            try:
                _run(history, direction, to, guard)
            except StepFailed as error:
                _say_where(error, history, guard, address)
                raise
            current = _current(history, guard, address)
    return Moved(str(address), stood, current, _between(history, direction, stood, current))


@contextmanager
def _held(
    schema: Schema, address: Address, url: str, environment: Mapping[str, str]
) -> Iterator[tuple[History, Guard]]:
    """Hold this process to one database, and load the history."""
    remedy = "let env.py go where `development` of the schema leads"
    with (
        variables({**schema.env, **environment}),
        installed(address, what="the development database", remedy=remedy) as guard,
        guard.enforced(),
    ):
        history = load(schema)
        guard.raise_refusals()
        if url:
            history.config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
        yield history, guard


def _check_heads(history: History, to: str) -> None:
    name = history.schema.name
    if len(history.heads) > 1 and (to == "head" or to[:1] in "+-"):
        raise HistoryError(
            f"schema {name} has {len(history.heads)} heads, and {to} does not say which: {', '.join(history.heads)}",
            remedy=f"join them with `inv mig.merge --schema {name}`, or name a revision with --to",
        )


def _current(
    history: History, guard: Guard, address: Address, tables: list[tuple[str, str | None]] | None = None
) -> tuple[str, ...]:
    """Run env.py without a step, as `alembic current` does; `tables` is told the version table that it names."""
    from alembic.runtime.environment import EnvironmentContext

    heads: list[str] = []

    def look(_rev: Any, context: Any) -> tuple[()]:
        heads.extend(context.get_current_heads())
        if tables is not None:
            tables.append((context.version_table, context.version_table_schema))
        return ()

    with caught_output() as output:
        try:
            with EnvironmentContext(history.config, history.script, fn=look, dont_mutate=True):
                history.script.run_env()
        except (KeyboardInterrupt, MigkitError):
            raise
        except BaseException as error:  # an env.py may raise SystemExit
            guard.raise_refusals()
            raise _unreachable(error, address) or failed(error, Place(), output.getvalue()) from error
    guard.raise_refusals()
    return tuple(sorted(heads))


def _unreachable(error: BaseException, address: Address) -> TargetError | None:
    if type(error).__name__ not in ("OperationalError", "InterfaceError", "ConnectionRefusedError", "gaierror"):
        return None
    said = masked_text(f"the development database at {address}: {describe(error)}")
    where = "`development` of the schema"
    return TargetError(
        said, remedy=f"mend the login in {where}" if _LOGIN.search(said) else f"start it, or set {where}"
    )


def _run(history: History, direction: Direction, to: str, guard: Guard) -> None:
    from alembic import command
    from alembic.util import CommandError

    try:
        (command.upgrade if direction == "upgrade" else command.downgrade)(history.config, to)
    except (KeyboardInterrupt, MigkitError):
        raise
    except CommandError as error:
        raise HistoryError(f"{direction} to {to}: {error}", remedy="name a revision with --to") from error
    except BaseException as error:
        guard.raise_refusals()
        raise _step_failed(error, history, direction) from error
    guard.raise_refusals()


def _step_failed(error: BaseException, history: History, direction: Direction) -> StepFailed:
    """Name the revision whose file is the last in the traceback; none where env.py itself failed."""
    files = {str(revision.path): revision for revision in history.revisions}
    names = [str(Path(frame.filename).resolve()) for frame in traceback.extract_tb(error.__traceback__)]
    found = [files[name] for name in names if name in files]
    place = Place(found[-1].id, direction, found[-1].path) if found else Place()
    return failed(error, place, "")


def _say_where(error: StepFailed, history: History, guard: Guard, address: Address) -> None:
    """Add where the database stands after a failure, if it still says so."""
    with suppress(MigkitError):
        error.current = _current(history, guard, address)
        error.message += f"; {address} stands at {', '.join(error.current) or 'an empty history'}"
    engine = engines.parse(history.schema.engine)
    if error.revision and not error.remedy and not engine.transactional_ddl:
        error.remedy = f"undo or finish by hand what {error.revision} did: {engine.product} keeps each statement of DDL"


def _between(
    history: History, direction: Direction, before: Sequence[str], after: Sequence[str]
) -> tuple[Revision, ...]:
    """Give what one side of the way stands on and the other does not, in the order in which it was taken."""
    high, low = (after, before) if direction == "upgrade" else (before, after)
    kept = history.below(low)
    found = tuple(revision for revision in history.below(high) if revision not in kept)
    return found if direction == "upgrade" else found[::-1]
