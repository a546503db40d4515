"""The points at which a release can be stopped, seen at the driver: nothing of the kit is patched to stop there.

    locks        the plan is made, and the release's lock not yet had
    sent:N       the journal has the statement, the server has not
    answered:N   the server has answered, and nobody has heard of it
    next:N       the next thing that is asked of the server, or a commit, after statement N: the journal has the answer
    settled:N    a commit between two statements, as autocommit_block begins with, is done, and nobody has heard of it
    commit:R     the revision's rows and its version are sent, and not committed
    kept:R       they are committed, and nobody has heard of it

N counts the story's statements, R is a revision of it. Each point stops a release once.
"""

from __future__ import annotations

import json
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg
import pymysql.connections
import pymysql.cursors

from tests.server.faults.story import number, version

PATIENCE = 120
LOCKS = re.compile(r"\b(GET_LOCK|pg_(try_)?advisory_lock)\b", re.IGNORECASE)
OWN = "migkit_journal"  # what the journal sends belongs to the statement before it


class Line:
    """The line to the test: one JSON object a line, in both directions."""

    def __init__(self, path: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)
        self._socket.settimeout(PATIENCE)
        self._reader = self._socket.makefile()
        self._lock = threading.Lock()

    def say(self, **what: Any) -> None:
        """Tell the test something."""
        with self._lock:
            self._socket.sendall(json.dumps(what, default=str).encode() + b"\n")

    def wait(self) -> None:
        """Wait until the test says to go on; a test that is gone ends this process."""
        if not self._reader.readline():
            raise SystemExit("the test is gone")


class Points:
    """Stops at each of `stops`, for as long as it is installed."""

    def __init__(self, stops: Sequence[str], line: Line) -> None:
        self._stops = list(stops)
        self._line = line
        self._last: dict[int, int] = {}  # by connection: the story's statement that it sent last
        self._versions: dict[int, str] = {}

    def at(self, point: str) -> None:
        """Be at a point."""
        if point in self._stops:
            self._stops.remove(point)
            self._line.say(at=point)
            self._line.wait()

    @contextmanager
    def installed(self) -> Iterator[None]:
        """See what both drivers send."""
        with (
            mock.patch.object(pymysql.cursors.Cursor, "execute", self._execute(pymysql.cursors.Cursor.execute)),
            mock.patch.object(psycopg.Cursor, "execute", self._execute(psycopg.Cursor.execute)),
            mock.patch.object(pymysql.connections.Connection, "commit", self._commit(pymysql.Connection.commit)),
            mock.patch.object(psycopg.Connection, "commit", self._commit(psycopg.Connection.commit)),
            mock.patch.object(os, "write", self._write(os.write)),
        ):
            yield

    def _execute(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def execute(cursor: Any, query: Any, *rest: Any, **options: Any) -> Any:
            text, key = str(query), id(cursor.connection)
            now = number(text)
            if LOCKS.search(text):
                self.at("locks")
            if OWN not in text:
                self._between(key)
            if now:
                self.at(f"sent:{now}")
            answer = real(cursor, query, *rest, **options)
            if now:
                self._last[key] = now
                self.at(f"answered:{now}")
            moved = version(text, *rest)
            if moved:
                self._versions[key] = moved
            return answer

        return execute

    def _commit(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def commit(connection: Any) -> Any:
            past = self._between(id(connection))
            moved = self._versions.pop(id(connection), "")
            if moved:
                self.at(f"commit:{moved}")
            answer = real(connection)
            self.at(f"kept:{moved}" if moved else f"settled:{past}")
            return answer

        return commit

    def _write(self, real: Callable[[int, bytes], int]) -> Callable[[int, bytes], int]:
        """Tell the test how long the journal's file is, as soon as something is written into it."""

        def write(handle: int, text: bytes) -> int:
            written = real(handle, text)
            whole = written == len(text)  # of a line that was torn, the kit takes away what was written
            if whole and Path(f"/proc/self/fd/{handle}").readlink().suffix == ".jsonl":
                self._line.say(kept=os.fstat(handle).st_size)
            return written

        return write

    def _between(self, key: int) -> int:
        past = self._last.pop(key, 0)
        if past:
            self.at(f"next:{past}")
        return past


@contextmanager
def jumping(seconds: float) -> Iterator[None]:
    """Let the clock of the wall jump by so many seconds, to and fro, each time that it is looked at."""
    if not seconds:
        yield
        return
    looks, real = [0], time.time

    def jumped() -> float:
        looks[0] += 1
        return real() + (seconds if looks[0] % 2 else -seconds)

    class Jumping(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # the same, at another time
            return datetime.fromtimestamp(jumped(), tz)

    with mock.patch.object(time, "time", jumped), mock.patch("datetime.datetime", Jumping):
        yield
