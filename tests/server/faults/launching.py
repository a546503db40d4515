"""A release in a process of its own: started, stopped at a point, sent on, killed."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.server.releasing import AGENTS

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0


@dataclass
class Ending:
    """How a release ended: what it answered, or the error."""

    answer: Any = None
    error: str = ""
    code: int = 0
    message: str = ""
    remedy: str = ""
    traceback: str = field(default="", repr=False)


class Release:
    """One release that runs; `output` is the file of what it prints."""

    def __init__(self, connection: socket.socket, output: Path) -> None:
        self._connection, self._buffer = connection, b""
        self.output = output
        self.kept = 0  # bytes of the journal's file that it had written when it was last heard of
        self.pid = int(self._next("pid")["pid"])

    def arrives(self, point: str, seconds: float = PATIENCE) -> None:
        """Wait until it stands at a point."""
        at = self._next("at", seconds)["at"]
        assert at == point, f"it stands at {at}, and not at {point}"

    def go(self) -> None:
        """Send it on from where it stands."""
        self._connection.sendall(b"go\n")

    def kill(self) -> None:
        """End it by SIGKILL, and wait until it is gone."""
        os.kill(self.pid, signal.SIGKILL)
        self._gone()

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def ends(self, seconds: float = PATIENCE) -> Ending:
        """Wait for its end; give how that was."""
        said = self._next("", seconds)
        assert "at" not in said, f"it stands at {said['at']}, and was to end"
        self._gone()
        return Ending(**said)

    def _next(self, key: str, seconds: float = PATIENCE) -> dict[str, Any]:
        """Give what it says next, and note on the way how long the journal is."""
        deadline = time.monotonic() + seconds
        while "kept" in (said := self._read(deadline, seconds)):
            self.kept = max(self.kept, int(said["kept"]))
        assert not key or key in said, f"it says {said.get('message', said)}\n{said.get('traceback')}"
        return said

    def _read(self, deadline: float, seconds: float) -> dict[str, Any]:
        while b"\n" not in self._buffer:
            left = deadline - time.monotonic()
            assert left > 0, f"it says nothing for {seconds} seconds; {self._printed()}"
            if select.select([self._connection], [], [], left)[0]:
                read = self._connection.recv(1 << 16)
                assert read, f"it is gone without a word; {self._printed()}"
                self._buffer += read
        text, _, self._buffer = self._buffer.partition(b"\n")
        said: dict[str, Any] = json.loads(text)
        return said

    def _gone(self) -> None:
        with suppress(psutil.NoSuchProcess):
            psutil.Process(self.pid).wait(PATIENCE)
        self._connection.close()

    def _printed(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")[-4000:] if self.output.exists() else ""

    def end(self) -> None:
        """Leave nothing of it."""
        with suppress(ProcessLookupError, PermissionError):
            os.kill(self.pid, signal.SIGKILL)
        self._connection.close()


class Launcher:
    """Starts releases; made by `launcher`."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process, self._folder = process, folder
        self._count = 0
        self._started: list[Release] = []

    def start(
        self,
        call: str,
        *stops: str,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        clock: float = 0.0,
        **arguments: Any,
    ) -> Release:
        """Start a release that stops at each of `stops`."""
        self._count += 1
        path, output = self._folder / f"{self._count}.socket", self._folder / f"{self._count}.txt"
        order = {
            "socket": str(path),
            "call": call,
            "arguments": arguments,
            "stops": stops,
            "environment": dict(environment or {}),
            "folder": str(folder),
            "output": str(output),
            "clock": clock,
        }
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(path))
            listening.listen(1)
            listening.settimeout(PATIENCE)
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            connection, _ = listening.accept()
        path.unlink()
        self._started.append(Release(connection, output))
        return self._started[-1]

    def end_all(self) -> None:
        """Leave no release behind."""
        while self._started:
            self._started.pop().end()


def arrive(releases: Sequence[Release], point: str) -> None:
    """Wait until each of them stands at a point."""
    for release in releases:
        release.arrives(point)


def surroundings() -> dict[str, str]:
    """Give this process's environment without what it says of a coding agent, which may not release."""
    return {name: value for name, value in os.environ.items() if not name.startswith(AGENTS)}


@contextmanager
def launcher() -> Iterator[Launcher]:
    """Run the process that forks the releases."""
    with tempfile.TemporaryDirectory(prefix="migkit-f-") as made:
        process = subprocess.Popen(
            (sys.executable, "-m", "tests.server.faults.launcher"),
            cwd=ROOT,
            env={**surroundings(), "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            made_by = Launcher(process, Path(made))
            try:
                yield made_by
            finally:
                made_by.end_all()
                process.kill()
