"""Folders of this run alone, in memory where there is room: whose they are is written in them, and they always go."""

from __future__ import annotations

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from migkit import process
from migkit.errors import ServerError
from migkit.servers import exits, leftovers, names, owners, signals

_MEMORY = Path("/dev/shm")  # noqa: S108  # the folder made in it is private
_ENOUGH = 2**30  # a container's /dev/shm of 64 MB is too small
_PRIVATE = 0o700
_PASSABLE = 0o711  # what stands in it is private: another user's server must come through


@contextmanager
def own() -> Iterator[Path]:
    """Give a folder that is removed at the end of this block, whatever stands in it. ServerError where none can be."""
    folder = parent() / names.fresh("-")
    exits.live(_remove).add(folder)
    try:
        with signals.held():
            _make(folder)
        yield folder
    finally:
        _remove(folder)


def sweep() -> None:
    """Remove the folders that dead runs of this user left, and end the servers that still run in them."""
    for left in leftovers.directories():
        with suppress(ServerError, OSError):
            if left.state == "dead" and Path(left.name).lstat().st_uid == os.geteuid():
                leftovers.remove(left)


def account() -> process.Account | None:
    """Give the user that a server runs as: for root one that owns nothing, as no server starts as root.

    The product's own user is not that: its server could read and write the files of the machine's service.
    """
    if os.geteuid():
        return None
    nobody = pwd.getpwnam("nobody")
    return process.Account(nobody.pw_uid, nobody.pw_gid)


def parent() -> Path:
    """Prefer memory, as durability may go."""
    roomy = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _ENOUGH
    return _MEMORY if roomy else Path(tempfile.gettempdir())


def _make(folder: Path) -> None:
    try:
        folder.mkdir()
        folder.chmod(_PRIVATE if os.geteuid() else _PASSABLE)
        owners.write(folder)
    except OSError as error:
        raise ServerError(
            f"{folder} cannot be made: {error.strerror}", remedy=f"make room in {folder.parent}, or let it be written"
        ) from error


def _remove(folder: Path) -> None:
    with signals.held():
        shutil.rmtree(folder, ignore_errors=True)
        exits.live(_remove).discard(folder)
