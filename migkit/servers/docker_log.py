"""What a container says of itself after a failure: exited and how, a full disk, the end of its log."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from migkit.errors import ServerError
from migkit.model import Server
from migkit.servers import login

if TYPE_CHECKING:
    from docker.models.containers import Container as Handle

_LAST_LINES = 20
_MANY_LINES = 400  # a crash writes a whole stack after the error that led to it
_DYING_SECONDS = 10
_NO_SPACE = re.compile(
    r"No space left on device|Check free disk space|\b(?:error|errno|number|code)[: ]+28\b", re.IGNORECASE
)


def settle(handle: Handle, server: Server) -> None:
    """Let a server that no longer answers finish dying: its last words take a moment."""
    from requests.exceptions import RequestException

    try:
        login.identified(server)
    except ServerError:
        with suppress(RequestException):
            handle.wait(timeout=_DYING_SECONDS)
    handle.reload()


def state(handle: Handle) -> str:
    """Say how the container ended; "" while it runs."""
    found = handle.attrs.get("State", {})
    if found.get("Running"):
        return ""
    killed = " (out of memory)" if found.get("OOMKilled") else ""
    return f"the container has exited with code {found.get('ExitCode')}{killed}"


def full(handle: Handle) -> str:
    """Say that the disk of the data was full: the log tells, as dropping the database has made room again."""
    folders = ", ".join(sorted(handle.attrs["HostConfig"].get("Tmpfs") or {}))
    lines = handle.logs(tail=_MANY_LINES).decode(errors="replace")
    return f"the disk of its data ({folders}, in memory) was full" if _NO_SPACE.search(lines) else ""


def tail(handle: Handle, password: str) -> str:
    """Give the last lines of the log, without the password."""
    from docker.errors import APIError

    try:
        log: str = handle.logs(tail=_LAST_LINES).decode(errors="replace").strip()
    except APIError as error:
        return f"(no log: {error.explanation})"
    return log.replace(password, "***") if password else log
