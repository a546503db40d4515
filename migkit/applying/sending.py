"""Sends the statements of a revision to a target, each in the journal before and after; again where a lock was held.

Where a lock time-out took nothing with it but its statement, that is sent again; where it took the transaction and
nothing of the revision is committed, the revision begins anew; else it ends there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from migkit import hashes
from migkit.address import masked_text
from migkit.alembic_io.cursors import driver_connection, keep_alive, pending
from migkit.applying.means import Means
from migkit.applying.resuming import Numbers
from migkit.catalog import MARKS
from migkit.errors import MigkitError, TargetError
from migkit.gate import Denied
from migkit.model import Event, Revision
from migkit.model.rehearsal import Sent
from migkit.model.release import lock_name
from migkit.reads import reads
from migkit.servers import login

_SILENT = 30  # seconds after which a connection without an answer to a probe is dead
_KEY = "migkit_session"
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Session:
    """A session of a migration: the server's `id` of it, and whether a lock time-out takes back its transaction."""

    id: str = ""
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Progress:
    """What is told of the statements: of how many, as planned, so many were done before this revision."""

    done: int = 0
    total: int = 0


class Sending:
    """The watch of a release (`alembic_io.statements.Watch`): one revision after the other."""

    def __init__(self, means: Means) -> None:
        self.sent = self.passed = 0  # of the revision
        self.waited = self.lost = False  # whether its last error was a lock's, or no answer at all
        self.anew = False  # whether the revision may begin anew, since a lock was all that it wanted
        self.refusal: MigkitError | None = None
        self._means, self._target, self._journal, self._watcher = (
            means,
            means.found.target,
            means.journal,
            means.watcher,
        )
        self._lease = login.console(means.found.engine).lease()
        self._revision: Revision | None = None
        self._numbers = Numbers()
        self._progress = Progress()
        self._number = 0  # of the statement that is answered next, 0 where none is counted
        self._connection: Any = None  # that of the driver which sent last

    def begin(self, revision: Revision, numbers: Numbers, progress: Progress) -> None:
        """Begin with a revision."""
        self._revision, self._numbers, self._progress = revision, numbers, progress
        self.sent = self.passed = self._number = 0
        self.anew = self.waited = self.lost = False
        self.refusal = None

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
        if self._connection is not None:
            self._watcher.begin(self._connection, self._target.statement_timeout)

    def connected(self, connection: Any, info: dict[Any, Any]) -> None:
        """Bound a session of env.py, let it say that it is at work, and see that it is with the same server."""
        cursor = connection.cursor()
        try:
            for statement in self._lease.bounds(self._target.lock_timeout, self._target.statement_timeout):
                cursor.execute(statement)
            own, whole = _row(cursor, self._lease.own_sql)
            for question in self._lease.working(lock_name(self._means.found.address.database)):
                if _row(cursor, question)[0] == 1:
                    break
            self._recognize(cursor)
        finally:
            cursor.close()
        connection.commit()
        keep_alive(connection, _SILENT)
        info[_KEY] = Session(str(own), bool(int(whole)))

    def sends(self, connection: Any, statement: str, parameters: Any, send: Callable[[], None]) -> None:
        """Send a statement, unless an earlier run applied it. KeyboardInterrupt where the operator wants the end."""
        self._go_on()
        self._number = 0
        if reads(statement) or MARKS in statement:
            self._numbers.asked()
            with self._watched(connection):
                send()
            return
        hash_ = hashes.statement(statement, parameters)
        try:
            turn = self._numbers.take(statement, hash_)
            self._step_over(turn.over)
        except MigkitError as error:  # code of the user's may catch it
            self.refusal = error
            raise
        if turn.passed:
            self.passed += 1
            self._journal.passed(self._its, turn.number, statement, hash_)
        else:
            self._insist(connection, turn.number, statement, hash_, send)

    def answered(self, connection: Any, sent: Sent) -> None:
        """Write down what came of a statement."""
        number, self._number = self._number, 0
        if number:
            self.sent += 1
            held = sent.pending is not False  # where the driver does not say, its session knows
            with self._watched(connection) if held else self._watcher.patience():
                self._journal.done(
                    self._its, number, rows=sent.rows, pending=held, warnings=sent.warnings, connection=connection
                )

    def commits(self) -> None:
        """Let the journal mark what is held, before code of a revision commits it."""
        with self._watcher.patience():
            self._journal.commits()

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

    def _step_over(self, over: Sequence[Any]) -> None:
        for one in over:
            self.passed += 1
            self._journal.passed(self._its, one.number, one.sql, one.hash)

    def _insist(self, connection: Any, number: int, statement: str, hash_: str, send: Callable[[], None]) -> None:
        """Send a statement, and again after each pause where a lock was held and nothing went with it."""
        self._tell_step(number, statement)
        for pause in (*self._means.pauses, None):
            with self._watcher.patience():
                self._journal.sent(self._its, number, statement, hash_, connection)
            try:
                with self._watched(connection):
                    send()
            except Exception as error:  # whatever class the driver uses
                self._failed(number, error)
                if self._means.stop.urgent:
                    raise KeyboardInterrupt from error
                if not self._again(connection, statement, error) or pause is None:
                    raise
                self._say_waiting(f"statement {number} of {self._its.id}", pause)
                self._means.stop.pause(pause)
                self._go_on()
            else:
                self._number = number
                return

    def _failed(self, number: int, error: Exception) -> None:
        self.lost = not self._lease.answered(error)
        self.waited = not self.lost and self._lease.busy(error)
        with self._watcher.patience():
            self._journal.failed(self._its, number, masked_text(login.said(error)), lost=self.lost)

    def _again(self, connection: Any, statement: str, error: Exception) -> bool:
        """Whether a statement can be sent again as it is; `anew` says whether the revision could begin anew."""
        if not self.waited:
            return False
        session = _session(connection)
        alone = not self._lease.undone(error, session.whole) or not pending(driver_connection(connection))
        self.anew = not alone and not self._means.driver.kept
        return alone and self._lease.repeats(statement)

    def _say_waiting(self, what: str, pause: float) -> None:
        seen = f"; {self._watcher.blockers}" if self._watcher.blockers else ""
        self._means.tell(Event("log", f"{what} did not get its lock, it is tried again in {pause:g} s{seen}"))

    def _watched(self, connection: Any) -> Any:
        self._connection = driver_connection(connection)
        return self._watcher.waiting(self._connection, self._target.statement_timeout, _session(connection).id)

    def _tell_step(self, number: int, statement: str) -> None:
        text = " ".join(masked_text(statement).split())
        done = self._progress.done + self.sent + self.passed
        self._means.tell(
            Event("step", f"{self._its.id} {number} {text[:_SHOWN]}", done, max(self._progress.total, done + 1))
        )

    def _recognize(self, cursor: Any) -> None:
        """Raise TargetError where the session is with another server than the one that was looked at before."""
        if not self._means.run.server:
            return

        def ask(sql: str) -> Sequence[Sequence[Any]]:
            try:
                cursor.execute(sql)
                return list(cursor.fetchall())
            except Exception as error:
                raise Denied(str(error)) from error

        try:
            found = login.console(self._means.found.engine).gate().server_id(ask)
        except Denied:
            return
        if found != self._means.run.server:
            raise TargetError(
                f"refused: env.py's session is with the server {found}, and {self._means.run.server} was looked at",
                remedy="look what stands between here and the target: a proxy may lead to several servers",
            )


def _row(cursor: Any, question: str) -> Sequence[Any]:
    cursor.execute(question)
    return list(cursor.fetchall()[0])


def _session(connection: Any) -> Session:
    found = connection.connection.info.get(_KEY)
    return found if isinstance(found, Session) else Session()
