"""Apply a plan to a target: a lock, bounded sessions, revision by revision, each statement in the journal.

session.py      the kit's own session, which holds the release's lock
...
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migkit.alembic_io.driver import Driver
from migkit.model import Event, Schema
from migkit.model.release import Plan, Run, Unfinished
from migkit.targets import Declared

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

__all__ = ["Applied", "answered", "applied", "opened", "session"]
Tell = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Applied:
    """A revision that is committed: how many statements it sent now, and how many an earlier run had `passed` on."""

    revision: str
    title: str
    statements: int
    passed: int
    seconds: float


@contextmanager
def opened(schema: Schema, found: Declared, environment: Mapping[str, str]) -> Iterator[Driver]:
    """Load the history with env.py told of the target, and no connection let through until `applied` begins."""
    raise NotImplementedError
    yield


@contextmanager
def session(found: Declared) -> Iterator[Connection]:
    """Log in to the target with the release's lock; TargetError where another session holds it, naming that one."""
    raise NotImplementedError
    yield


def answered(unfinished: Unfinished, answer: str) -> Unfinished:
    """Give what `--unknown applied` or `--unknown gone` makes of the statements whose fate nothing tells."""
    raise NotImplementedError


def applied(
    driver: Driver,
    found: Declared,
    plan: Plan,
    run: Run,
    *,
    resume: Unfinished | None = None,
    check: Callable[[], None] = lambda: None,
    tell: Tell = lambda _event: None,
) -> tuple[Applied, ...]:
    """Apply the plan's revisions, each committed before the next.

    Raises TargetError where the lock is not had or the target is not where the plan found it, StepFailed where a
    statement failed, Interrupted where the operator ended it; each has `.applied`.
    """
    raise NotImplementedError
