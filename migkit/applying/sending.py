"""Sends the statements of a revision to a target, each in the journal before and after; again where a lock was held."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from migkit import hashes
from migkit.address import keep_secrets_of, masked_text
from migkit.alembic_io.cursors import autocommits, driver_connection
from migkit.applying import lasting
from migkit.applying.bounding import KEY, bounded, own
from migkit.applying.judging import Judge
from migkit.applying.means import Means
from migkit.applying.resuming import Numbers, Turn
from migkit.catalog import MARKS
from migkit.errors import MigkitError
from migkit.model import Event, Revision
from migkit.model.rehearsal import Sent
from migkit.model.release import StatementFate
from migkit.reads import reads, sets, unsure
from migkit.servers import login
from migkit.values import dataclass

_SHOWN = 60
_LOOKED_AT = 2_000  # characters of a statement: more may be rows


@dataclass(frozen=True, slots=True)
class _Sent:
    """A statement that is to be sent, with `several` once for each of its parameters; the journal has the numbered."""

    number: int
    statement: str
    hash: str = ""
    several: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """What is told of the statements: of how many, as planned, so many were done before this revision."""

    done: int = 0
    total: int = 0


class Sending:
    """The watch of a release (`alembic_io.statements.Watch`): one revision after the other."""

    def __init__(self, means: Means) -> None:
        self.sent = self.passed = 0  # of the revision
        self.judge = Judge(means)
        self.refusal: BaseException | None = None  # what ended the release; code of the revision may have caught it
        self._means, self._target, self._journal, self._watcher = (
            means,
            means.found.target,
            means.journal,
            means.watcher,
        )
        self._ledger = login.console(means.found.engine).ledger()
        self._revision: Revision | None = None
        self._numbers = Numbers()
        self._progress = Progress()
        self._number = 0  # of the statement that is answered next, 0 where none is counted
        self._session: tuple[Any, str] | None = None  # that which was used last: the driver's connection, and its id
        self.mute = 0  # the last statement that gives rows, and was passed
        self.calls = ""  # what that one calls of which it is not known whether it only reads
        self.over = False  # whether the revision's code has come to its end

    def begin(self, revision: Revision, numbers: Numbers, progress: Progress) -> None:
        """Begin with a revision."""
        self._revision, self._numbers, self._progress = revision, numbers, progress
        self.sent = self.passed = self._number = self.mute = 0
        self.judge.begin()
        self.over, self.refusal = False, None

    def end(self) -> None:
        """End with its statements: what is left to be answered is Alembic's version and the commit.

        An operator's wish for the end waits for those two: they make the revision whole.
        """
        if self.refusal is not None:
            raise self.refusal
        try:
            self._step_over(self._numbers.end())
        except MigkitError as error:
            self.refusal = error
            raise
        self.over = True
        if self._session is not None:
            self._watcher.begin(self._session[0], self._target.statement_timeout)

    def connected(self, connection: Any, info: dict[Any, Any]) -> None:
        """Bound a session of env.py, let it say that it is at work, and see that it is with the same server."""
        with self._watcher.patience(connection):
            info[KEY] = bounded(connection, self._means.found, self._means.run.server)

    def sends(
        self, connection: Any, statement: str, parameters: Any, send: Callable[[], None], *, several: bool = False
    ) -> tuple[int, int] | None:
        """Send a statement, unless an earlier run applied it; then give its rows and the last number, as of then.

        KeyboardInterrupt where the operator wants the end.
        """
        with self._final():
            self._go_on()
            self._number = 0
            if MARKS in statement or (reads(statement) and not lasting.stays(statement)):
                self._ask(connection, statement, send)
            elif lasting.of_session(statement):
                self._set(connection, statement, send)
            else:
                keep_secrets_of(statement[:_LOOKED_AT])
                return self._take(connection, statement, hashes.statement(statement, parameters), several, send)
        return None

    def answered(self, connection: Any, sent: Sent) -> None:
        """Write down what came of a statement."""
        number, self._number = self._number, 0
        if number:
            self.sent += 1
            told = {"rows": sent.rows, "last": sent.last, "pending": sent.pending, "warnings": sent.warnings}
            with self._final(), self._watched(connection) if sent.pending is not False else self._watcher.patience():
                self._journal.done(self._its, number, connection=connection, **told)  # type: ignore[arg-type]

    def commits(self, connection: Any) -> None:
        """Let the journal mark what is held, before code of a revision commits it."""
        with self._final():
            self._mark()
            with self._watcher.patience():
                self._journal.commits(connection)

    @property
    def begun(self) -> str:
        """The revision that runs, or ran last."""
        return self._revision.id if self._revision else ""

    @property
    def _its(self) -> Revision:
        assert self._revision is not None
        return self._revision

    def _go_on(self) -> None:
        """Raise what ended the revision before: whatever its code caught."""
        if self.refusal is not None:
            raise self.refusal
        if self._means.stop.wanted:
            raise KeyboardInterrupt

    @contextlib.contextmanager
    def _final(self) -> Iterator[None]:
        """Let what ends the release end it, whatever code of the revision catches."""
        try:
            yield
        except (MigkitError, KeyboardInterrupt) as error:
            self.refusal = error
            raise

    def _step_over(self, over: Sequence[StatementFate]) -> None:
        for one in over:
            self.passed += 1
            self._journal.passed(self._its, one.number, one.sql, one.hash, rows=one.rows, last=one.last)

    def _take(
        self,
        connection: Any,
        statement: str,
        hash_: str,
        several: bool,  # noqa: FBT001  # as it was told
        send: Callable[[], None],
    ) -> tuple[int, int] | None:
        turn = self._numbers.take(statement, hash_)
        self._step_over(turn.over)
        if turn.passed:
            return self._pass(connection, turn, statement, hash_)
        self._insist(connection, _Sent(turn.number, statement, hash_, several), send)
        return None

    def _ask(self, connection: Any, statement: str, send: Callable[[], None]) -> None:
        """Send what only reads, or sets something for its session: each run does."""
        if not sets(statement):
            self._numbers.asked()
        self._journal.sees(connection)
        self._insist(connection, _Sent(0, statement), send)

    def _set(self, connection: Any, statement: str, send: Callable[[], None]) -> None:
        """Send what changes its session alone: each run does, as sessions go with runs."""
        self.judge.settled = self.judge.settled or lasting.may_commit(statement)
        self._mark()
        self._insist(connection, _Sent(0, statement), send)

    def _mark(self) -> None:
        """Let the journal mark the statement before, in the session that sent it."""
        if self._session is not None:
            its, ident = self._session
            with self._watcher.waiting(its, self._target.statement_timeout, ident):
                self._journal.marked()

    def _pass(self, connection: Any, turn: Turn, statement: str, hash_: str) -> tuple[int, int]:
        """Do not send a statement, and let its session answer as the one did that sent it."""
        self.passed += 1
        if lasting.gives(statement):
            self.mute, self.calls = turn.number, unsure(statement)
        rows, last = (turn.known.rows, turn.known.last) if turn.known else (-1, 0)
        self._journal.passed(self._its, turn.number, statement, hash_, rows=rows, last=last)
        asked = self._ledger.numbered(last) if last else ""
        if asked:
            with self._watched(connection), contextlib.closing(connection.connection.cursor()) as cursor:
                cursor.execute(asked)
        return rows, last

    def _insist(self, connection: Any, one: _Sent, send: Callable[[], None]) -> None:
        """Send a statement, and again after each pause where a lock was held and nothing went with it."""
        commits = bool(one.number) and (self._ledger.commits(one.statement) or bool(autocommits(connection)))
        for tries, pause in enumerate((*self._means.pauses, None), 1):
            self.judge.tries = tries
            self._announce(connection, one, tries, commits=commits)
            began = time.monotonic()
            try:
                with self._watched(connection):
                    send()
            except Exception as error:  # whatever class the driver uses
                bound = self._failed(one.number, error, began)
                if self._means.stop.urgent:
                    raise KeyboardInterrupt from error
                again = self.judge.again(connection, one.statement, error, by_itself=commits, several=one.several)
                if not again or pause is None:
                    self.refusal = error if bound else None
                    raise
                self._say_waiting(f"statement {one.number} of {self._its.id}" if one.number else self._its.id, pause)
                self._means.stop.pause(pause)
                self._go_on()
            else:
                self._number = one.number
                self.judge.well(by_itself=commits)
                return

    def _announce(self, connection: Any, one: _Sent, tries: int, *, commits: bool) -> None:
        """Tell of a statement, and write it down before it is sent; what has no number is not counted."""
        if not one.number:
            return
        if commits or self._ledger.parts(one.statement):  # it may commit what is held
            self._mark()
        if tries == 1:
            self._tell_step(one.number, one.statement)
        with self._watcher.patience():
            self._journal.sent(self._its, one.number, one.statement, one.hash, connection, several=one.several)

    def _failed(self, number: int, error: Exception, began: float) -> bool:
        """Write down that a statement failed; whether no code is to catch that."""
        final = self.judge.failed(error, time.monotonic() - began)
        if number:
            with self._watcher.patience():
                self._journal.failed(self._its, number, masked_text(login.said(error)), lost=self.judge.lost)
        return final

    def _say_waiting(self, what: str, pause: float) -> None:
        seen = f"; {self._watcher.blockers}" if self._watcher.blockers else ""
        self._means.tell(Event("log", f"{what} did not get its lock, it is tried again in {pause:g} s{seen}"))

    def _watched(self, connection: Any) -> Any:
        self._session = driver_connection(connection), own(connection).id
        return self._watcher.waiting(self._session[0], self._target.statement_timeout, self._session[1])

    def _tell_step(self, number: int, statement: str) -> None:
        text = " ".join(masked_text(statement[:_LOOKED_AT]).split())
        done = self._progress.done + self.sent + self.passed
        self._means.tell(
            Event("step", f"{self._its.id} {number} {text[:_SHOWN]}", done, max(self._progress.total, done + 1))
        )
