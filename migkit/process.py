"""The only subprocess: argument lists without a shell, a timeout, both streams read.

A program that is not there, or not done in time, is a code and a line of its error stream as a shell would give them:
what that means is for the caller to say. A program that is ended takes the programs that it started with it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

NOT_FOUND = 127
TIMED_OUT = 124
_GRACE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Completed:
    """What a program left: its exit code (negative: the signal that ended it) and what it wrote."""

    code: int
    out: str
    err: str


def run(
    args: Sequence[str],
    *,
    timeout: float,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    input: str | None = None,  # noqa: A002  # the word that subprocess uses
) -> Completed:
    """Run a program to its end; `timeout` is in seconds, `env` the whole environment (None: this process's own).

    Never raises for the program's sake: code 127 is not found, 124 not done in time.
    """
    try:
        child = _started(args, cwd, env, stdin=subprocess.DEVNULL if input is None else subprocess.PIPE)
    except OSError as error:
        return Completed(NOT_FOUND, "", f"{args[0]}: {error.strerror}\n")
    with child:
        try:
            out, err = child.communicate(input, timeout=timeout)
        except subprocess.TimeoutExpired:
            _end(child)
            out, err = child.communicate()
            return Completed(TIMED_OUT, out, f"{err}{args[0]}: not done in {timeout:g} s\n")
        except BaseException:
            _end(child)
            raise
    return Completed(child.returncode, out, err)


def stream(
    args: Sequence[str],
    *,
    on_line: Callable[[str], None],
    timeout: float,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Completed:
    """Run a program and tell each line as it comes; both streams are one, in their order, and end up in `out`."""
    try:
        child = _started(args, cwd, env, stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    except OSError as error:
        return Completed(NOT_FOUND, "", f"{args[0]}: {error.strerror}\n")
    late = threading.Event()

    def end() -> None:
        late.set()
        _end(child)

    timer = threading.Timer(timeout, end)
    timer.start()
    with child:
        try:
            out = _told(child, on_line)
        except BaseException:
            _end(child)
            raise
        finally:
            timer.cancel()
    if late.is_set():
        return Completed(TIMED_OUT, out, f"{args[0]}: not done in {timeout:g} s\n")
    return Completed(child.returncode, out, "")


def _started(
    args: Sequence[str], cwd: Path | None, env: Mapping[str, str] | None, *, stdin: int, stderr: int = subprocess.PIPE
) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603  # an argument list, no shell
        list(args),
        cwd=cwd,
        env=env,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=stderr,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )


def _told(child: subprocess.Popen[str], on_line: Callable[[str], None]) -> str:
    assert child.stdout is not None
    lines: list[str] = []
    for line in child.stdout:
        lines.append(line)
        on_line(line.rstrip("\n"))
    child.wait()
    return "".join(lines)


def _end(child: subprocess.Popen[str]) -> None:
    """End a program and its children: asked first, so that they put away what they made, then killed."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            child.wait(_GRACE_SECONDS)
        os.killpg(child.pid, signal.SIGKILL)
