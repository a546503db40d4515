"""Servers of this machine's own programs: the only place that starts, watches and stops them.

Each has a folder of its own and a random port of the loopback; never the machine's own service, its files or its port.
Its life is bound to this process's where the system can do that; else the next run finds and ends it.
"""

from __future__ import annotations

import re
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from migkit import process
from migkit.errors import ServerError
from migkit.model import Engine, Event, Server
from migkit.product import Installation, ServerSettings
from migkit.servers import login, order, owners, places, signals, templates
from migkit.servers.events import OnEvent, ignore
from migkit.servers.order import Order

READY_SECONDS = 60
_PAUSE = 0.01
_PORTS = 5
_TAKEN = re.compile(r"address already in use", re.IGNORECASE)
_NO_SPACE = re.compile(r"No space left on device|\b(?:error|errno|number|code)[: ]+28\b", re.IGNORECASE)
_DYING_SECONDS = 5

_children: dict[str, subprocess.Popen[str]] = {}


@contextmanager
def running(
    installation: Installation,
    engine: Engine,
    settings: ServerSettings,
    *,
    kind: str,
    on_event: OnEvent = ignore,
) -> Iterator[Server]:
    """Run a server from these programs for the time of this block, in a folder that goes with it.

    `engine` is the wanted one. The data directory is a copy of a template, which is made where there is none. Raises
    ServerError with the tail of the server's log where it does not come up.
    """
    places.sweep()
    with places.own() as folder:
        asked = Order(
            installation, engine, settings, kind, folder, places.account(), password=secrets.token_urlsafe(18)
        )
        on_event(Event("start", f"starting {asked.title} ({installation.origin})"))
        try:
            server = _up(asked, on_event)
            on_event(Event("done", f"{server.product} {server.version} at {login.place(server)}"))
            yield server
        finally:
            _stop(asked)


def explain(server: Server) -> str:
    """Say after a failure how a server is doing: ended and how, or a full disk; and the end of its log."""
    child, file = _children.get(server.handle), Path(server.handle, "log")
    if server.folder is not None or not file.is_file():
        return "the server is gone"
    if child is not None:  # another process's may be shared: its log is all that is known of it here
        _settle(child, server)
    state = _state(child) if child is not None else ""
    log = file.read_text(encoding="utf-8", errors="replace")
    return "\n".join(part for part in (state, _full(server.handle, log), _tail(log, server.password)) if part)


def free_port() -> int:
    """Give a port of the loopback that nothing listens on; another program may take it before the server does."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


class _NotUp(ServerError):  # noqa: N818  # a state, told apart from others only here
    """The server ended, or did not answer in time."""


def _up(asked: Order, on_event: OnEvent) -> Server:
    """Start from the template; where no server comes up, try without it: if one does, the template is no good."""
    stood = templates.fill(asked, on_event)
    try:
        return _entered(asked)
    except ServerError as error:
        if not stood or _TAKEN.search(error.log) or _full(str(asked.folder), error.log):
            raise
    _stop(asked)
    templates.initialise(asked, on_event)
    server = _entered(asked)
    templates.discard(asked)
    on_event(Event("log", f"the data directory that was kept for {asked.title} is damaged: it is made anew"))
    return server


def _entered(asked: Order) -> Server:
    for command in asked.native.enter(asked.installation, order.place(asked), asked.password):
        asked.run(command)
    return _listening(asked)


def _listening(asked: Order) -> Server:
    """Start on a port, and on another one where that was taken meanwhile."""
    for last in (False,) * (_PORTS - 1) + (True,):
        server = _started(asked, free_port())
        try:
            return _ready(asked, server)
        except _NotUp as error:
            if last or not _TAKEN.search(error.log):
                raise
        _stop(asked)
    raise AssertionError("the last try returns or raises")


def _started(asked: Order, port: int) -> Server:
    _launch(asked, port)
    return Server(
        asked.engine,
        kind=asked.kind,
        product=asked.installation.identity.product,
        version=asked.installation.identity.version,
        host="127.0.0.1",
        port=port,
        user=asked.engine.admin,
        password=asked.password,
        origin=asked.installation.origin,
        handle=str(asked.folder),
    )


def _launch(asked: Order, port: int) -> None:
    place = order.place(asked, port)
    _whisper(asked, place.secret)
    arguments = asked.native.arguments(asked.installation, place, asked.settings)
    death = asked.native.stop.name.removeprefix("SIG")
    with signals.held():
        try:
            child = process.attend(
                arguments,
                log=asked.log,
                cwd=asked.folder,
                env=asked.environment(),
                account=asked.account,
                death=death,
            )
        except OSError as error:
            message = f"{asked.title} from {asked.installation.origin} cannot be run: {error.strerror}"
            raise ServerError(message, remedy="let every user read and run it") from error
        _children[str(asked.folder)] = child
        owners.write(asked.folder, server_pid=child.pid)


def _whisper(asked: Order, file: Path) -> None:
    """Write the password where only the server reads it."""
    secret = asked.native.secret(asked.password)
    if secret:
        file.unlink(missing_ok=True)
        file.touch(mode=0o600)
        file.write_text(secret, encoding="utf-8")
        asked.handed_over(file)


def _ready(asked: Order, server: Server) -> Server:
    """Wait until the server itself answers a login: who took its port is not asked."""
    child = _children[server.handle]
    deadline = time.monotonic() + READY_SECONDS
    said = "it does not listen yet"
    while child.poll() is None:
        try:
            if _listens(child, server.port):
                found = login.identified(server)
                order.place(asked).secret.unlink(missing_ok=True)
                return found
        except ServerError as error:
            said = error.message
        if time.monotonic() > deadline:
            raise _failed(asked, f"not ready after {READY_SECONDS} seconds: {said}")
        time.sleep(_PAUSE)
    raise _failed(asked, _state(child))


def _listens(child: subprocess.Popen[str], port: int) -> bool:
    """Whether this very process listens on the port; where the system does not tell, a login will."""
    import psutil

    try:
        process = psutil.Process(child.pid)
        connections = getattr(process, "net_connections", None) or process.connections  # before psutil 6
        return any(found.status == psutil.CONN_LISTEN and found.laddr.port == port for found in connections("tcp"))
    except psutil.AccessDenied:
        return True
    except psutil.NoSuchProcess:
        return False


def _failed(asked: Order, reason: str) -> ServerError:
    log = asked.log.read_text(encoding="utf-8", errors="replace")
    full = _full(str(asked.folder), log)
    return _NotUp(
        f"{asked.title} from {asked.installation.origin} did not start: {full or reason}",
        remedy=f"make room on the disk of {asked.folder.parent}" if full else order.REMEDY,
        log=_tail(log, asked.password),
    )


def _stop(asked: Order) -> None:
    with signals.held():
        child = _children.pop(str(asked.folder), None)
        if child is not None:
            process.end(child, asked.native.stop)


def _settle(child: subprocess.Popen[str], server: Server) -> None:
    """Let a server that no longer answers finish dying: its last words take a moment."""
    try:
        login.identified(server)
    except ServerError:
        try:
            child.wait(_DYING_SECONDS)
        except subprocess.TimeoutExpired:
            return


def _state(child: subprocess.Popen[str]) -> str:
    code = child.poll()
    if code is None:
        return ""
    return f"the server was ended by signal {-code}" if code < 0 else f"the server has exited with code {code}"


def _full(folder: str, log: str) -> str:
    full = _NO_SPACE.search(log) or shutil.disk_usage(folder).free < 2**20
    return f"the disk of its data ({folder}) was full" if full else ""


def _tail(log: str, password: str) -> str:
    """Give the last lines of the log, without the password."""
    return "\n".join(log.strip().splitlines()[-order.LINES :]).replace(password, "***")
