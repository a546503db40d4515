"""One run of the user's env.py: what it prints is caught, what it raises becomes one StepFailed."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Callable, Iterable
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from migkit.address import masked_text
from migkit.alembic_io.history import History
from migkit.alembic_io.surroundings import caught_output, working_directory
from migkit.errors import IrreversibleMigration, MigkitError, StepFailed
from migkit.model.rehearsal import Sent
from migkit.values import dataclass

if TYPE_CHECKING:
    from alembic.runtime.environment import EnvironmentContext
    from alembic.runtime.migration import MigrationContext, RevisionStep

Steps = Callable[["MigrationContext"], Iterable["RevisionStep"]]
OUTPUT_LIMIT = 4_000


@dataclass(slots=True)
class Place:
    """Where a run stands: set as it goes, read when it fails."""

    revision: str = ""
    direction: str = "upgrade"
    path: Path | None = None
    sent: list[Sent] = field(default_factory=list)


def run_env(
    history: History,
    steps: Steps,
    *,
    destination: str,
    place: Place,
    stdout: TextIO | None = None,
    environment: type[EnvironmentContext] | None = None,
    instead: Callable[[EnvironmentContext], None] | None = None,
    **options: Any,
) -> int:
    """Run env.py once, with `steps` as the work that Alembic asks for; give how often env.py asked.

    `stdout` is where what it prints goes; `environment` stands in for Alembic's EnvironmentContext, `options` are
    further ones of it, and `instead` is what runs in place of env.py. Raises StepFailed for everything that env.py or a
    revision raises, `sys.exit` included.
    """
    from alembic.runtime.environment import EnvironmentContext

    make, calls = environment or EnvironmentContext, 0

    def work(_heads: Any, context: MigrationContext) -> Iterable[RevisionStep]:
        nonlocal calls
        calls += 1
        return steps(context)

    with working_directory(history.schema.directory), caught_output() as output:
        try:
            with (
                contextlib.redirect_stdout(stdout or output),
                make(history.config, history.script, fn=work, destination_rev=destination, **options) as env,
            ):
                instead(env) if instead else history.script.run_env()
        except (KeyboardInterrupt, MigkitError):
            raise
        except BaseException as error:  # an env.py may raise SystemExit or CancelledError too
            raise failed(error, place, output.getvalue()) from error
    return calls


def failed(error: BaseException, place: Place, output: str) -> StepFailed:
    """Say what failed, where, and at which statement."""
    line = _line(error, place.path)
    what = f"{place.direction} of {place.revision}" if place.revision else "env.py"
    return StepFailed(
        masked_text(f"{what} failed: {describe(error)}"),
        revision=place.revision,
        direction=place.direction,
        statement=masked_text(_statement(error, place)),
        output=masked_text(output[-OUTPUT_LIMIT:]),
        declared=_is_declaration(error, place.path),
        remedy=_remedy(error),
        path=place.path,
        line=line,
    )


def describe(error: BaseException) -> str:
    """Give an exception in one line: for a database error the server's own words, without the SQL."""
    cause = getattr(error, "orig", None) or error
    text = " ".join(str(cause).split())
    if isinstance(error, SystemExit):
        return f"it called sys.exit({error.code!r})"
    return f"{type(cause).__name__}: {text}" if text else type(cause).__name__


def _statement(error: BaseException, place: Place) -> str:
    """Give the statement that the server refused; "" where no statement was the fault."""
    if getattr(error, "orig", None) is None:
        return ""
    return str(getattr(error, "statement", None) or (place.sent[-1].statement if place.sent else ""))


def _is_declaration(error: BaseException, path: Path | None) -> bool:
    """Whether the revision itself said so: a NotImplementedError from a dialect is no declaration."""
    if isinstance(error, IrreversibleMigration):
        return True
    frames = traceback.extract_tb(error.__traceback__)
    return isinstance(error, NotImplementedError) and bool(frames) and _same_file(frames[-1].filename, path)


def _line(error: BaseException, path: Path | None) -> int | None:
    lines = [
        line for frame, line in traceback.walk_tb(error.__traceback__) if _same_file(frame.f_code.co_filename, path)
    ]
    return lines[-1] if lines else None


def _same_file(name: str, path: Path | None) -> bool:
    return path is not None and Path(name).name == path.name and Path(name).resolve() == path


def _remedy(error: BaseException) -> str:
    if isinstance(error, ImportError):
        missing = f"what provides {error.name}" if error.name else "what it asks for"
        return f"install {missing}, and name it in the schema's `requirements`"
    if isinstance(error, RuntimeError) and "no running event loop" in str(error):
        return "env.py needs a running event loop: start one in it, as `alembic` itself starts none"
    if isinstance(error, RuntimeError) and "application context" in str(error):
        return "env.py needs an application context: push one in it when there is none, as `alembic` pushes none"
    return ""
