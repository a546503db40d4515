"""Watches how long the server takes: sees who blocks, ends a statement, and cuts a connection that is dead.

Two threads do that. One asks the server, in a session of its own that is opened when there is something to ask, and may
have to wait for the answer; the other one looks at the clock alone, so that a network that is gone does not hold it up.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import field
from typing import TYPE_CHECKING, Any

from migkit.alembic_io.cursors import driver_connection, shut
from migkit.applying.session import connected, described
from migkit.applying.stopping import Stop
from migkit.model import Event
from migkit.servers import login
from migkit.targets import Declared
from migkit.values import dataclass

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_TICK = 0.1
_LOOK = 0.6  # of the lock's bound: who blocks is asked while it still does
_PATIENCE = 30.0  # seconds for an answer to the kit's own session
_GRACE = 10.0  # seconds after which an answer to what was ended comes no more


@dataclass(slots=True)
class _Wait:
    """An answer that is waited for: on which driver's connection, of which session, how long at most.

    `over` is when it was to end, 0 before.
    """

    connection: Any
    session: str
    seconds: float
    began: float = field(default_factory=time.monotonic)
    over: float = 0.0
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
        self._ending = threading.Lock()  # held while a statement is ended: none begins meanwhile
        self._closed = threading.Event()
        self._own = contextlib.ExitStack()
        self._connection: Connection | None = None

    @contextlib.contextmanager
    def waiting(self, connection: Any, seconds: float, session: str = "") -> Iterator[None]:
        """Watch an answer that comes over a driver's `connection`; a statement of a `session` is ended before that.

        What was watched before is watched again afterwards, from then on.
        """
        before = self._wait
        self.begin(connection, seconds, session)
        try:
            yield
        finally:
            self.end()
            if before is not None:
                self._wait = _Wait(before.connection, before.session, before.seconds)

    def patience(self, connection: Any = None) -> contextlib.AbstractContextManager[None]:
        """Watch an answer to the kit itself, over its own session or a `connection`, which is shut if none comes."""
        return self.waiting(self._kits if connection is None else connection, _PATIENCE)

    def begin(self, connection: Any, seconds: float, session: str = "") -> None:
        """Watch from now on until `end`."""
        if session:
            self.blockers = ""
        self._wait = _Wait(connection, session, seconds)

    def end(self) -> None:
        """Watch no more; where a statement is being ended, once that is done: it could be the next one."""
        held = self._ending.acquire(timeout=_GRACE)
        self._wait = None
        if held:
            self._ending.release()

    def run_asking(self) -> None:
        """Do what the thread does that asks the server."""
        with self._own:
            self._each_tick(self._look)

    def run_clock(self) -> None:
        """Do what the thread does that looks at the clock."""
        self._each_tick(self._clock)

    def close(self) -> None:
        """Let the threads end."""
        self._closed.set()

    def _each_tick(self, do: Callable[[_Wait], None]) -> None:
        while not self._closed.wait(_TICK):
            wait = self._wait
            if wait is not None:
                do(wait)

    def _answer(self) -> None:
        """Let the operator who asks for the end know that it was heard: the statement that runs may be a long one."""
        if self._stop.wanted and not self._answered:
            self._answered = True
            said = "stopping when the statement that runs has ended; interrupt again to end that too"
            self._tell(Event("log", said))

    def _clock(self, wait: _Wait) -> None:
        now = time.monotonic()
        if wait.session:
            self._answer()
        if not wait.over and (now - wait.began > wait.seconds or (wait.session and self._stop.urgent)):
            wait.over = now
        grace = _GRACE if wait.session else 0.0
        if wait.over and now - wait.over >= grace and not wait.cut and self._wait is wait:
            wait.cut = True
            shut(wait.connection)

    def _look(self, wait: _Wait) -> None:
        if not wait.session:
            return
        if not wait.looked and time.monotonic() - wait.began > self._found.target.lock_timeout * _LOOK:
            wait.looked = True
            self._see(wait)
        if wait.over and not wait.ended:
            self._end(wait)

    def _end(self, wait: _Wait) -> None:
        """End a statement, if it is still that one: the session may be at its next when this one is logged in."""
        try:
            connection = self._logged_in()
            with self._ending:
                if self._wait is wait:
                    connection.exec_driver_sql(self._lease.stop(wait.session)).close()
                    wait.ended = True
        except Exception:  # whatever class the driver uses: it is tried again
            self._log_out()

    def _see(self, wait: _Wait) -> None:
        for question in self._lease.blockers(wait.session):
            rows = self._ask(question)
            if rows:
                return self._seen(wait, "it waited for", rows)
        question = self._lease.others(wait.session)
        return self._seen(wait, "in the database meanwhile", self._ask(question) if question else [])

    def _seen(self, wait: _Wait, how: str, rows: list[Any]) -> None:
        if rows and self._wait is wait:
            self.blockers = f"{how}: {'; '.join(described(row) for row in rows[:3])}"

    def _ask(self, question: str) -> list[Any]:
        """Ask in a session of its own; [] where that is not answered: nothing of it is needed."""
        for _again in range(2):
            old = self._connection is not None  # it may have been ended meanwhile: nobody used it
            try:
                result = self._logged_in().exec_driver_sql(question)
                return list(result.fetchall()) if result.returns_rows else []
            except Exception:  # whatever class the driver uses
                self._log_out()
                if not old:
                    break
        return []

    def _logged_in(self) -> Connection:
        if self._connection is None:
            self._connection = self._own.enter_context(connected(self._found))
        return self._connection

    def _log_out(self) -> None:
        self._connection = None
        self._own.close()


@contextlib.contextmanager
def watching(
    found: Declared, stop: Stop, own: Connection, tell: Callable[[Event], None] = lambda _event: None
) -> Iterator[Watcher]:
    """Let threads watch for the time of this block; `own` is the kit's own session, of the thread that calls."""
    watcher = Watcher(found, stop, driver_connection(own), tell)
    works = {"migkit-asking": watcher.run_asking, "migkit-clock": watcher.run_clock}
    threads = [threading.Thread(target=work, name=name, daemon=True) for name, work in works.items()]
    for thread in threads:
        thread.start()
    try:
        yield watcher
    finally:
        watcher.close()
        for thread in threads:
            thread.join(_GRACE)
