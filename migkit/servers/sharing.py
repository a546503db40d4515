"""Servers that the sessions of one run share: each is started when it is first asked for, and ends with the run.

A run is a folder for its own user's eyes with a lock on a file in it; any process that knows the folder may ask for a
server. Each server has a process of its own (`migkit.servers.host`), so that the processes of the run may come and go.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from migkit import process
from migkit.errors import MigkitError, ServerError
from migkit.model import Server
from migkit.servers import host, login, names, owners, shared
from migkit.servers.request import Request

_RECORD = ".server"  # a file of this ending tells what the order of its name came to
_END_SECONDS = 60
_SHOWN = 5
_HOSTS: list[subprocess.Popen[str]] = []  # those that this process started: they are its children until they end
Say = Callable[[str], None]


def opened(at_end: Callable[[Path], None]) -> Path:
    """Begin a run for as long as this process lives; give its folder.

    At the end, after Ctrl-C too, `at_end` is called with the folder, then every server of the run is stopped.
    """
    folder = Path(tempfile.mkdtemp(prefix="migkit-run-"))
    owners.write(folder)
    alive = (folder / host.ALIVE).open("wb")
    fcntl.flock(alive, fcntl.LOCK_EX)
    owner = os.getpid()

    def end() -> None:
        if os.getpid() != owner:  # a forked child leaves its parent's alone
            return
        try:
            at_end(folder)
        finally:
            alive.close()
            _wait_for_hosts(folder)
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    return folder


def count(folder: Path) -> int:
    """Give how many servers have been started in a run."""
    return sum("server" in _record(path) for path in folder.glob(f"*{_RECORD}"))


@contextmanager
def lent(folder: Path, request: Request, say: Say) -> Iterator[Loan]:
    """Ask for a server for the time of this block; it starts while the block does other things."""
    loan = Loan(folder, request, say)
    try:
        loan.begin()
        yield loan
    except KeyboardInterrupt:
        loan.leave()
        raise
    except BaseException:
        loan.settle()
        raise
    loan.settle()


class Loan:
    """A server that was asked for. Whoever holds the lock of its order starts it; the others wait for him."""

    def __init__(self, folder: Path, request: Request, say: Say) -> None:
        self._folder, self._request, self._say = folder, request, say
        self._path = folder / f"{hashlib.sha256(request.text().encode()).hexdigest()[:16]}{_RECORD}"
        self._lock: IO[bytes] | None = None
        self._child: subprocess.Popen[str] | None = None

    def begin(self) -> None:
        """Start the server, unless it runs or another process is starting it."""
        lock = self._path.with_suffix(".lock").open("wb")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return
        self._hold(lock)

    def choice(self) -> str:
        """Wait for the server, and give what `--server` is to say; ServerError where there is none."""
        if self._lock is None:
            lock = self._path.with_suffix(".lock").open("wb")
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._hold(lock)
        self.settle()
        error = _record(self._path).get("error")
        if error:
            raise ServerError(error["message"], remedy=error["remedy"], log=error["log"])
        return f"{shared.PREFIX}{self._path}"

    def settle(self) -> None:
        """Write down what a server that was started here came to, for everybody."""
        child, self._child = self._child, None
        try:
            if child is not None:
                _write(self._path, self._answer(child))
        finally:
            self.leave()

    def leave(self) -> None:
        """Let others go on."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _hold(self, lock: IO[bytes]) -> None:
        self._lock = lock
        record = _record(self._path)
        if record and not self._unfit(record):
            return
        self._child = process.companion(
            [sys.executable, "-P", "-m", host.__name__, str(self._folder)], self._request.text()
        )
        import sqlalchemy  # noqa: F401  # half a second that the server's start takes anyway

    def _unfit(self, record: Mapping[str, Any]) -> str:
        """Say why a server cannot be shared any more: it is gone, or a schema has changed what all would see."""
        if "error" in record:
            return ""  # the next attempt would say the same
        server = shared.loaded(self._request.engine, record["server"])
        try:
            changed = sorted(set(record["wide"]) ^ set(_wide(server)))
        except MigkitError as error:
            reason = error.message
        else:
            what = list(dict.fromkeys(line.partition("\t")[0] for line in changed))
            reason = f"a migration has changed it for all: {', '.join(what[:_SHOWN])}" if what else ""
        if reason:
            self._say(f"another server of {self._request.engine.name} is started: {reason}")
        return reason

    def _answer(self, child: subprocess.Popen[str]) -> dict[str, Any]:
        assert child.stdout is not None
        other: list[str] = []
        with child.stdout as lines:
            for line in lines:
                said = _parsed(line)
                if "event" in said:
                    self._say(str(said["event"]))
                elif "error" in said:
                    child.wait(_END_SECONDS)
                    return said
                elif "server" in said:
                    server = shared.loaded(self._request.engine, said["server"])
                    _HOSTS.append(child)
                    return said | {"wide": _wide(server)}
                else:
                    other.append(line)
        child.wait(_END_SECONDS)
        message = f"the process that was to start {self._request.engine.name} has ended"
        return {"error": {"message": message, "remedy": "report it, with its log", "log": "".join(other)}}


def _wide(server: Server) -> list[str]:
    """Give what all databases of a server share, a line each: users, variables, databases; the kit's own aside."""
    own, spoken = f"{names.PREFIX}_", login.console(server.engine)
    with login.connect(server, seconds=10) as connection:
        queries = (spoken.databases_sql, *spoken.wide_sql)
        rows = [row for query in queries for row in connection.exec_driver_sql(query)]
    return ["\t".join(map(str, row)) for row in rows if not str(row[0]).startswith(own)]


def _record(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}


def _write(path: Path, record: Mapping[str, Any]) -> None:
    new = path.with_suffix(".new")
    new.touch(mode=0o600)
    new.write_text(json.dumps(record), encoding="utf-8")
    new.replace(path)


def _parsed(line: str) -> dict[str, Any]:
    with suppress(ValueError):
        said = json.loads(line)
        if isinstance(said, dict):
            return said
    return {}


def _wait_for_hosts(folder: Path) -> None:
    """Wait until no server of the run is left."""
    deadline = time.monotonic() + _END_SECONDS
    while time.monotonic() < deadline and any(map(host.locked, folder.glob(f"*{host.MARK}"))):
        time.sleep(0.05)
    for child in _HOSTS:
        with suppress(subprocess.TimeoutExpired):
            child.wait(1)
