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
from functools import cache
from pathlib import Path
from typing import IO

from migkit.values import dataclass

NOT_FOUND = 127
TIMED_OUT = 124
_GRACE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Completed:
    """What a program left: its exit code (negative: the signal that ended it) and what it wrote."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Account:
    """The numbers of a user and a group that a program runs as; only root can choose."""

    user: int
    group: int


def run(
    args: Sequence[str],
    *,
    timeout: float,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    input: str | None = None,  # noqa: A002  # the word that subprocess uses
    account: Account | None = None,
) -> Completed:
    """Run a program to its end; `timeout` is in seconds, `env` the whole environment (None: this process's own).

    Never raises for the program's sake: code 127 is not found, 124 not done in time.
    """
    stdin = subprocess.DEVNULL if input is None else subprocess.PIPE
    try:
        child = _started(args, cwd, env, stdin=stdin, account=account)
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


def attend(
    args: Sequence[str], *, log: Path, cwd: Path, env: Mapping[str, str], account: Account | None, death: str
) -> subprocess.Popen[str]:
    """Start a program that the caller ends (`end`): both its streams go to a file, Ctrl-C does not reach it.

    Where the system can, it gets the signal called `death` ("KILL") when the thread that called this is gone, however
    that ends. Raises OSError when there is no such program.
    """
    with log.open("w", encoding="utf-8") as told:
        whole = (*_bound(death), *args)
        return _started(
            whole, cwd, env, stdin=subprocess.DEVNULL, stdout=told, stderr=subprocess.STDOUT, account=account
        )


def lend(args: Sequence[str]) -> int:
    """Run a program that has the terminal for itself, as an editor wants it; give its exit code, 127 for not found.

    It ends when the operator leaves it: there is no timeout, and Ctrl-C is its own.
    """
    kept = signal.signal(signal.SIGINT, lambda *_: None)  # what is ignored here, the program would ignore too
    try:
        return subprocess.run(list(args), check=False).returncode  # noqa: S603  # an argument list, no shell
    except OSError:
        return NOT_FOUND
    finally:
        signal.signal(signal.SIGINT, kept)


def end(child: subprocess.Popen[str], how: signal.Signals) -> None:
    """End a program by a signal that it takes as an order to stop at once, and all that it started with it."""
    with suppress(ProcessLookupError):
        if child.poll() is None:
            child.send_signal(how)
            with suppress(subprocess.TimeoutExpired):
                child.wait(_GRACE_SECONDS)
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


@cache
def _bound(death: str) -> tuple[str, ...]:
    """Give the program that binds another one's life to this process's: util-linux has it, others do not."""
    words = ("setpriv", "--pdeathsig", death, "--")
    return words if run((*words, "true"), timeout=_GRACE_SECONDS).code == 0 else ()


def companion(args: Sequence[str], order: str) -> subprocess.Popen[str]:
    """Start a program that outlives this call, and possibly this process: it must end by itself.

    `order` is its standard input; both its streams are one pipe of lines, for the caller to read and close. Ctrl-C on
    the terminal does not reach it. Raises OSError when there is no such program.
    """
    child = _started(args, None, None, stdin=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert child.stdin is not None
    with suppress(BrokenPipeError), child.stdin:  # it may have died at once: its lines say why
        child.stdin.write(order)
    return child


def converse(
    args: Sequence[str],
    *,
    say: str,
    on_out: Callable[[str], None],
    on_err: Callable[[str], None],
    timeout: float,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Completed:
    """Run a program that reads `say` and tells lines on both streams; its input stays open for as long as it runs.

    The end of its input is how it learns that nobody listens any more: an interrupt closes it first, and gives the
    program time to put away what it made. The streams have been told, and do not stand in the result.
    """
    try:
        child = _started(args, cwd, env, stdin=subprocess.PIPE)
    except OSError as error:
        return Completed(NOT_FOUND, "", f"{args[0]}: {error.strerror}\n")
    timer = threading.Timer(timeout, _end, (child,))
    heard = threading.Thread(target=_heard, args=(child.stderr, on_err), daemon=True)
    timer.start()
    heard.start()
    with child:
        try:
            _said(child, say)
            _heard(child.stdout, on_out)
            child.wait()
        finally:
            timer.cancel()
            _hung_up(child)
            heard.join(_GRACE_SECONDS)
    return Completed(child.returncode, "", "")


def _said(child: subprocess.Popen[str], text: str) -> None:
    assert child.stdin is not None
    with suppress(BrokenPipeError):  # it ended before it listened: its exit code says why
        child.stdin.write(text)
        child.stdin.flush()


def _heard(stream: IO[str] | None, on_line: Callable[[str], None]) -> None:
    assert stream is not None
    for line in stream:
        on_line(line.rstrip("\n"))


def _hung_up(child: subprocess.Popen[str]) -> None:
    """Close a program's input and wait for it to go; end it if it does not."""
    with suppress(OSError):
        assert child.stdin is not None
        child.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        child.wait(_GRACE_SECONDS)
        return
    _end(child)


def _started(
    args: Sequence[str],
    cwd: Path | None,
    env: Mapping[str, str] | None,
    *,
    stdin: int,
    stdout: int | IO[str] = subprocess.PIPE,
    stderr: int = subprocess.PIPE,
    account: Account | None = None,
) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603  # an argument list, no shell
        list(args),
        cwd=cwd,
        env=env,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        user=None if account is None else account.user,
        group=None if account is None else account.group,
        extra_groups=None if account is None else [],
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
