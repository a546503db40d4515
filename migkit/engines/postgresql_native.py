"""PostgreSQL from its own programs: how a cluster is made, and the server's arguments in its folder."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from migkit.product import Command, Identity, Installation, Native, Place, ServerSettings

_LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"  # which every system has
_INITIAL = (
    "--username=postgres",
    "--encoding=UTF8",
    f"--locale={_LOCALE}",
    "--lc-collate=C" if sys.platform == "darwin" else f"--lc-collate={_LOCALE}",
    "--auth-local=reject",
    "--auth-host=scram-sha-256",
    "--no-sync",
)
_SINGLE = ("exit_on_error=on", "log_min_error_statement=panic", "log_checkpoints=off")  # one holds the password


def native(
    identify: Callable[[Sequence[Any]], Identity | None], arguments: Callable[[ServerSettings], tuple[str, ...]]
) -> Native:
    """Give how it runs; `arguments` are those of a throwaway server wherever it runs."""

    def said(text: str) -> Identity | None:
        version = re.search(r"\(PostgreSQL\) (\S+)", text)
        return identify((f"PostgreSQL {version[1]}",)) if version else None

    def whole(installation: Installation, place: Place, settings: ServerSettings) -> tuple[str, ...]:
        return (*_server(installation, place), *arguments(settings), *_place(place))

    return Native(
        programs=("postgres",),
        helpers=("initdb",),
        identify=said,
        prepare=_prepare,
        personal=("postmaster.pid", "postmaster.opts"),
        enter=_enter,
        secret=lambda _password: "",
        arguments=whole,
        stop=signal.SIGQUIT,  # an immediate shutdown, which gives its shared memory back
        controls=_controls,
    )


def _server(installation: Installation, place: Place) -> tuple[str, ...]:
    return (str(installation.programs["postgres"]), *installation.arguments, "-D", str(place.data))


def _place(place: Place) -> tuple[str, ...]:
    settings = ("listen_addresses=127.0.0.1", f"port={place.port}", "unix_socket_directories=", "logging_collector=off")
    return tuple(part for setting in settings for part in ("-c", setting))


def _prepare(installation: Installation, place: Place, _settings: ServerSettings) -> tuple[Command, ...]:
    return (Command((str(installation.programs["initdb"]), *_INITIAL, "-D", str(place.data))),)


def _enter(installation: Installation, place: Place, password: str) -> tuple[Command, ...]:
    """Let a server without a port take the password: that is a tenth of starting and stopping a temporary one."""
    program = str(installation.programs["postgres"])
    settings = tuple(part for setting in _SINGLE for part in ("-c", setting))
    args = (program, "--single", *installation.arguments, "-D", str(place.data), "-F", *settings, "postgres")
    return (Command(args, f"ALTER ROLE postgres PASSWORD '{password}'\n"),)


def _controls(program: Path, extension: str) -> tuple[Path, ...]:
    """Give where an extension's control file may be: beside the program, in Debian, Fedora and Homebrew."""
    root, major = program.parent.parent, program.parent.parent.name
    shares = (
        root / "share",
        root / "share" / "postgresql",
        root / "share" / major,
        Path("/usr/share/postgresql") / major,
        Path("/usr/share/pgsql"),
    )
    return tuple(share / "extension" / f"{extension}.control" for share in shares)
