"""Apply a plan to a target: under a lock, in bounded sessions, each revision committed and each statement written down.

driving.py      how env.py gets to the target
session.py      the kit's own session, which holds the release's lock
beating.py      what keeps it alive while nothing else uses it
stopping.py     Ctrl-C, SIGTERM, SIGHUP: the end, after the statement that runs
watching.py     threads that see who blocks, and end what takes too long
resuming.py     which statements an earlier run applied (pure)
bounding.py     a session of env.py: its bounds, its server
lasting.py      what a statement leaves that goes with its session (pure)
sending.py      one statement: the journal, the server, the journal; again where a lock was held
judging.py      what an error says of a statement, and of its revision
taking.py       one revision after the other
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace

from migkit import journal as journals
from migkit.alembic_io import releasing
from migkit.alembic_io.releasing import ReleaseDriver
from migkit.applying import driving
from migkit.applying.beating import beating
from migkit.applying.means import PAUSES, Means
from migkit.applying.resuming import answered, answers, askable, seen
from migkit.applying.sending import Sending
from migkit.applying.session import session
from migkit.applying.stopping import stopping
from migkit.applying.taking import Applied, Taking, sources
from migkit.applying.watching import watching
from migkit.errors import Interrupted, MigkitError
from migkit.journal import Journal
from migkit.model import Event, Schema
from migkit.model.release import Plan, Run, Unfinished
from migkit.servers import login
from migkit.targets import Declared

__all__ = ["Applied", "ReleaseDriver", "answered", "answers", "applied", "opened", "session"]
Tell = Callable[[Event], None]


@contextmanager
def opened(schema: Schema, found: Declared) -> Iterator[ReleaseDriver]:
    """Load the history with env.py told of the target, and no connection let through until `applied` begins."""
    told = driving.environment(schema, found)
    url, dial = driving.url(schema, found), driving.dial(schema, found)
    with releasing.opened(schema, url=url, address=found.address, environment=told, dial=dial) as driver:
        yield driver


def applied(
    driver: ReleaseDriver,
    found: Declared,
    plan: Plan,
    run: Run,
    *,
    resume: Unfinished | None = None,
    check: Callable[[], None] = lambda: None,
    tell: Tell = lambda _event: None,
    pauses: tuple[float, ...] = PAUSES,
) -> tuple[Applied, ...]:
    """Apply the plan's revisions, each committed before the next.

    `check` is called when the lock is held, before anything runs. Raises TargetError where the lock is not had or the
    target is not where the plan found it, StepFailed where a statement failed, Interrupted where the operator ended it;
    what was committed by then is `.applied` of the error.
    """
    if resume is not None:
        askable(resume, plan, login.console(found.engine).lease().end)
        run = replace(run, resumes=run.resumes or resume.run)
    told = _never_broken(tell)
    with ExitStack() as stack:
        stack.enter_context(_uncollected())
        stop = stack.enter_context(stopping())
        own = stack.enter_context(session(found))
        watcher = stack.enter_context(watching(found, stop, own, told))
        with beating(own):
            check()
        texts = sources(plan)
        if resume is not None:
            seen(resume, texts[resume.revision])
        journal = stack.enter_context(journals.opened(driver.history.schema, found, own, told))
        stack.enter_context(beating(own))
        means = Means(found, run, driver, own, journal, stop, watcher, told, pauses)
        taking = Taking(means, plan, texts, resume, Sending(means))
        journal.begin(run)
        _carry_out(taking, journal, told)
        return taking.applied


def _carry_out(taking: Taking, journal: Journal, tell: Tell) -> None:
    """Take all revisions, and write down how that ended, whatever it was."""
    try:
        taking.all()
    except BaseException as error:
        how = "interrupted" if isinstance(error, Interrupted) else "failed"
        said = error.message if isinstance(error, MigkitError) else f"{type(error).__name__}: {error}"
        with suppress(MigkitError):  # the journal may be what failed
            journal.ended(f"{how}: {said}")
        if isinstance(error, MigkitError):
            error.applied = taking.applied
        raise
    try:
        journal.ended("finished")
    except MigkitError as error:  # no less is applied for that
        tell(Event("log", f"all of it is applied, and the journal's last line is missing: {error.message}"))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Leave what was made by now, all modules, out of garbage collections for the time of this block."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _never_broken(tell: Tell) -> Tell:
    """Give what tells an event, and goes on where the terminal is gone."""

    def told(event: Event) -> None:
        with suppress(OSError, ValueError):
            tell(event)

    return told
