"""A thread that watches how long the server takes: it sees who blocks, ends a statement, and a connection that is dead.

It has a session of its own, opened when there is something to ask.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from migkit.alembic_io.cursors import driver_connection, shut
from migkit.applying.session import connected, described
from migkit.applying.stopping import Stop
from migkit.model import Event
from migkit.servers import login
from migkit.targets import Declared

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_TICK = 0.1
_LOOK = 0.6  # of the lock's bound: who blocks is asked while it still does
_PATIENCE = 30.0  # seconds for an answer to the kit's own session
_GRACE = 10.0  # seconds after which an answer to what was ended comes no more


@dataclass(slots=True)
class _Wait:
    """An answer that is waited for: on which driver's connection, of which session, how long at most."""

    connection: Any
    session: str
    seconds: float
    began: float = field(default_factory=time.monotonic)
    looked: bool = False
    ended: bool = False
    cut: bool = False


class Watcher:
    """Watches one answer at a time; made by `watching`.

    `blockers` says whom the last statement waited for that waited long, "" where nothing was seen.
    """

    def __init__(self, found: Declared, stop: Stop, own: Any, tell: Callable[[Event], None]) -> None:
        self.blockers = ""
        self._tell, self._answered = tell, False
        self._found, self._stop = found, stop
        self._kits = own
        self._lease = login.console(found.engine).lease()
        self._wait: _Wait | None = None
        self._closed = threading.Event()
        self._own = contextlib.ExitStack()
        self._connection: Connection | None = None

    @contextlib.contextmanager
    def waiting(self, connection: Any, seconds: float, session: str = "") -> Iterator[None]:
        """Watch an answer that comes over a driver's `connection`; a statement of a `session` is ended before that."""
        self.begin(connection, seconds, session)
        try:
            yield
        finally:
            self.end()

    def patience(self) -> contextlib.AbstractContextManager[None]:
        """Watch an answer to the kit's own session, which is shut if none comes."""
        return self.waiting(self._kits, _PATIENCE)

    def begin(self, connection: Any, seconds: float, session: str = "") -> None:
        """Watch from now on until `end`."""
        if session:
            self.blockers = ""
        self._wait = _Wait(connection, session, seconds)

    def end(self) -> None:
        """Watch no more."""
        self._wait = None

    def run(self) -> None:
        """Do what the thread does."""
        with self._own:
            while not self._closed.wait(_TICK):
                wait = self._wait
                if wait is not None:
                    self._look(wait)

    def close(self) -> None:
        """Let the thread end."""
        self._closed.set()

    def _answer(self) -> None:
        """Let the operator who asks for the end know that it was heard: the statement that runs may be a long one."""
        if self._stop.wanted and not self._answered:
            self._answered = True
            said = "stopping when the statement that runs has ended; interrupt again to end that too"
            self._tell(Event("log", said))

    def _look(self, wait: _Wait) -> None:
        if wait.session:
            self._answer()
        waited = time.monotonic() - wait.began
        if wait.session and not wait.looked and waited > self._found.target.lock_timeout * _LOOK:
            wait.looked = True
            self._see(wait)
        if wait.session and not wait.ended and (waited > wait.seconds or self._stop.urgent):
            wait.ended = True
            self._ask(self._lease.stop(wait.session))
        if waited > wait.seconds + (_GRACE if wait.session else 0) and not wait.cut and self._wait is wait:
            wait.cut = True
            shut(wait.connection)

    def _see(self, wait: _Wait) -> None:
        for question in self._lease.blockers(wait.session):
            rows = self._ask(question)
            if rows:
                return self._seen(wait, "it waits for", rows)
        question = self._lease.others(wait.session)
        return self._seen(wait, "in the database meanwhile", self._ask(question) if question else [])

    def _seen(self, wait: _Wait, how: str, rows: list[Any]) -> None:
        if rows and self._wait is wait:
            self.blockers = f"{how}: {'; '.join(described(row) for row in rows[:3])}"

    def _ask(self, question: str) -> list[Any]:
        """Ask in the thread's own session; [] where that is not answered: nothing of it is needed."""
        try:
            if self._connection is None:
                self._connection = self._own.enter_context(connected(self._found))
            result = self._connection.exec_driver_sql(question)
            return list(result.fetchall()) if result.returns_rows else []
        except Exception:  # whatever class the driver uses
            return []


@contextlib.contextmanager
def watching(
    found: Declared, stop: Stop, own: Connection, tell: Callable[[Event], None] = lambda _event: None
) -> Iterator[Watcher]:
    """Let a thread watch for the time of this block; `own` is the kit's own session, of the thread that calls."""
    watcher = Watcher(found, stop, driver_connection(own), tell)
    thread = threading.Thread(target=watcher.run, name="migkit-watcher", daemon=True)
    thread.start()
    try:
        yield watcher
    finally:
        watcher.close()
        thread.join(_GRACE)
