"""What every task does around its verb: arguments, progress, output, signals and the published exit codes.

A verb is called with a function for its events and gives a Report. This module and progress.py own the terminal.
"""

from __future__ import annotations

import inspect
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from invoke.exceptions import Exit
from invoke.tasks import task

from migkit.address import secret, veiled
from migkit.errors import ConfigError, Interrupted, MigkitError
from migkit.model import Event, Report, Severity
from migkit.values import dataclass

if TYPE_CHECKING:
    from migkit.model import Project, Schema
    from migkit.render import Renderer

COPY = "MIGKIT_REPORT"  # the environment variable that names a file for the JSON report, beside what is asked for
COMMON = {
    "format": "text, json, sarif, github or junit (default: text)",
    "output": "write the report to this file instead of standard output",
    "fail_on": "the least severity that makes the exit code 2: error, warning or note (default: error)",
    "quiet": "no progress, and no text when nothing is wrong",
}
SCHEMA = {"schema": "a configured schema (default: default_schema, or the only one)"}
SERVERS = {
    "engine": "mysql:9.7, mariadb:10.11, postgresql:17 or sqlite (default: the schema's)",
    "server": "auto, docker, local, packaged, or the URL of a server for databases of the kit's own "
    "(also MIGKIT_SERVER)",
}
Tell = Callable[[Event], None]
Verb = Callable[[Tell], Report]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a task with its common flags, as they were typed."""

    command: str
    schema: str = ""
    format: str = "text"
    output: str = ""
    fail_on: str = "error"
    quiet: bool = False


def verb(
    *, repeated: tuple[str, ...] = (), shared: Mapping[str, str] = MappingProxyType({}), **told: str
) -> Callable[[Callable[..., Report]], Any]:
    """Make an Invoke task of a shell: `shell(tell, …) -> Report`, to which the common flags are added.

    `told` is the help of the shell's own parameters, `shared` of those that other shells have too, `repeated` the flags
    that may be given more than once.
    """

    def make(shell: Callable[..., Report]) -> Any:
        def body(_context: object, **given: Any) -> None:
            common = {name: given.pop(name) for name in COMMON}
            run(Call(shell.__name__, given.get("schema", ""), **common), lambda tell: shell(tell, **given))

        body.__name__, body.__doc__, body.__module__ = shell.__name__, shell.__doc__, shell.__module__
        body.__signature__ = _with_common_flags(shell)  # type: ignore[attr-defined]  # what inspect reads
        schema = SCHEMA if "schema" in inspect.signature(shell).parameters else {}
        return task(body, auto_shortflags=False, iterable=list(repeated), help={**schema, **shared, **told, **COMMON})

    return make


def _with_common_flags(shell: Callable[..., Report]) -> inspect.Signature:
    own = inspect.signature(shell)
    defaults = Call("")
    common = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=getattr(defaults, name)) for name in COMMON
    ]
    return own.replace(parameters=[*own.parameters.values(), *common])


def run(call: Call, verb: Verb) -> None:
    """Run the verb and deliver what it reports; leaves through Invoke's Exit with the published code, if not 0."""
    sys.dont_write_bytecode = bool(sys.flags.dont_write_bytecode)  # Invoke switches caching off: it doubles a load
    try:
        with _signals():
            code = _report(call, verb)
    except MigkitError as error:
        code = _failed(call, error)
    except KeyboardInterrupt:
        code = _failed(call, Interrupted("interrupted", remedy="nothing is left running; run it again"))
    except Exception as error:
        _crashed(call, Crash(f"{type(error).__name__}: {error}", remedy="report it, with the traceback"))
        if secret(traceback.format_exc()):
            _put(sys.stderr, traceback.format_exc())
            raise Exit(code=1) from None
        raise
    if code:
        raise Exit(code=code)


def deliver(call: Call, report: Report, fail_on: Severity = Severity.error) -> None:
    """Write a report where the call wants it; colour follows NO_COLOR and the terminal."""
    from migkit.render import renderer

    color = not call.output and _colored(sys.stdout)
    width = os.get_terminal_size(sys.stdout.fileno()).columns if color or _terminal(sys.stdout) else 0
    text = renderer(call.format).report(report, fail_on=fail_on, color=color, width=0 if call.output else width)
    _write(call, text)


def chosen(name: str) -> tuple[Project, Schema]:
    """Give the configuration that holds here, and the schema called `name` ("" for the default one)."""
    from migkit import config

    project = config.load()
    return project, config.choose(project, name)


def usual_server(server: str = "", otherwise: str = "auto") -> str:
    """Give what --server says, else what the environment does."""
    return server or os.environ.get("MIGKIT_SERVER", "") or otherwise


def terminal_look() -> tuple[int, bool]:
    """Give the columns of the terminal at which is asked (0 where there is none), and whether it is to have colour."""
    if not _terminal(sys.stderr):
        return 0, False
    return os.get_terminal_size(sys.stderr.fileno()).columns, _colored(sys.stderr)


def terminal_ask() -> Callable[[str], str] | None:
    """Give what asks the operator at the terminal; None where there is none, to read from or to be read at."""
    if not (_terminal(sys.stdin) and _terminal(sys.stderr)):
        return None

    def ask(question: str) -> str:
        import termios

        with suppress(termios.error):
            termios.tcflush(sys.stdin, termios.TCIFLUSH)  # what was typed before the question is no answer to it
        _put(sys.stderr, question)
        try:
            return sys.stdin.readline()
        except KeyboardInterrupt:
            _put(sys.stderr, "\n")  # what is said of it begins a line of its own
            raise

    return ask


class Crash(MigkitError):  # noqa: N818  # says what it is
    """A bug of the kit; its traceback follows."""

    kind = "crash"


def _report(call: Call, verb: Verb) -> int:
    from migkit.progress import progress

    fail_on = _checked(call)
    with progress(quiet=call.quiet) as on_event:
        report = verb(on_event)
    code = report.exit_code(fail_on)
    _copy(call, lambda json: json.report(report, fail_on=fail_on))
    if code or not call.quiet or call.format != "text":
        deliver(call, report, fail_on)
    return code


def _checked(call: Call) -> Severity:
    """Refuse wrong common flags before any work is done; give the severity that fails."""
    from migkit.render import FORMATS

    levels = [severity.name for severity in reversed(Severity)]
    for flag, value, valid in (("--format", call.format, FORMATS), ("--fail-on", call.fail_on, levels)):
        if value not in valid:
            raise ConfigError(f'{flag}: "{value}" is not valid', remedy=f"write one of {', '.join(valid)}")
    if call.output:
        path = Path(call.output)
        if path.is_dir() or not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
            raise ConfigError(f"--output: {path} cannot be written", remedy="name a file in a folder that exists")
    return Severity[call.fail_on]


def _failed(call: Call, error: MigkitError) -> int:
    """Tell the error: as text to standard error, otherwise where the report would have gone."""
    from migkit.render import FORMATS, renderer

    _copy_failure(call, error)
    name = call.format if call.format in FORMATS else "text"
    told = renderer(name).failure(error, command=call.command, schema=call.schema, color=_colored(sys.stderr))
    if name == "text":
        if error.report is not None:
            deliver(call, error.report)
        if not (error.told and _one_screen(call)):
            _put(sys.stderr, told)
    else:
        _write(call, told)
    return error.exit_code


def _one_screen(call: Call) -> bool:
    """Whether who reads the report reads standard error right below it."""
    return not call.output and _terminal(sys.stdout) and _terminal(sys.stderr)


def _crashed(call: Call, crash: Crash) -> None:
    """Tell a crash to programs; people get its traceback."""
    if call.format != "text":
        _failed(call, crash)
    else:
        _copy_failure(call, crash)


def _copy_failure(call: Call, error: MigkitError) -> None:
    _copy(call, lambda json: json.failure(error, command=call.command, schema=call.schema))


def _copy(call: Call, told: Callable[[Renderer], str]) -> None:
    """Write the JSON besides, where the environment names a file for it: Nox makes its table of these."""
    from migkit.render import renderer

    path = os.environ.get(COPY)
    if path:
        _write(replace(call, output=path), told(renderer("json")))


def _write(call: Call, text: str) -> None:
    if not call.output:
        _put(sys.stdout, text)
        return
    try:
        Path(call.output).write_text(veiled(text), encoding="utf-8", errors="replace")
    except OSError as error:
        _put(sys.stderr, f"error: --output: {error}\n")
        raise Exit(code=ConfigError.exit_code) from error


def _put(stream: TextIO, text: str) -> None:
    """Write to a stream of whatever encoding, whose reader may have gone."""
    encoding = stream.encoding or "utf-8"
    text = veiled(text)
    try:
        stream.write(text.encode(encoding, "replace").decode(encoding))
        stream.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _terminal(stream: TextIO) -> bool:
    return stream.isatty()


def _colored(stream: TextIO) -> bool:
    return _terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@contextmanager
def _signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP do what Ctrl-C does: what was started is ended on the way out."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    kept = {number: signal.signal(number, _interrupt) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt
