"""PostgreSQL from its own programs: how a cluster is made, and the server's arguments in its folder."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from migkit.product import Command, Installation, Place, ServerSettings

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


def said(text: str) -> str:
    """Give the answer to `--version` as the server would give it to a question in SQL."""
    version = re.search(r"\(PostgreSQL\) (\S+)", text)
    return f"PostgreSQL {version[1]}" if version else ""


def arguments(installation: Installation, place: Place, throwaway: tuple[str, ...]) -> tuple[str, ...]:
    """Give the server's command; `throwaway` are the arguments of a server that may forget, wherever it runs."""
    return (*_server(installation, place), *throwaway, *_place(place))


def prepare(installation: Installation, place: Place, _settings: ServerSettings) -> tuple[Command, ...]:
    """Let the product make a cluster in UTF-8, in which nobody can log in without a password."""
    return (Command((str(installation.programs["initdb"]), *_INITIAL, "-D", str(place.data))),)


def enter(installation: Installation, place: Place, password: str) -> tuple[Command, ...]:
    """Let a server without a port take the password: that is a tenth of starting and stopping a temporary one."""
    program = str(installation.programs["postgres"])
    settings = tuple(part for setting in _SINGLE for part in ("-c", setting))
    args = (program, "--single", *installation.arguments, "-D", str(place.data), "-F", *settings, "postgres")
    return (Command(args, f"ALTER ROLE postgres PASSWORD '{password}'\n"),)


def secret(_password: str) -> str:
    """Nothing: the password is in the cluster before the server starts."""
    return ""


def controls(program: Path, extension: str) -> tuple[Path, ...]:
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


def _server(installation: Installation, place: Place) -> tuple[str, ...]:
    return (str(installation.programs["postgres"]), *installation.arguments, "-D", str(place.data))


def _place(place: Place) -> tuple[str, ...]:
    settings = (
        "listen_addresses=127.0.0.1",
        f"port={place.port}",
        "unix_socket_directories=",
        "logging_collector=off",
        "dynamic_shared_memory_type=mmap",
    )
    return tuple(part for setting in settings for part in ("-c", setting))
