"""SQLite needs no server: a private folder for its files, in memory where there is room."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from migkit.model import Engine, Server
from migkit.product import ServerSettings
from migkit.servers.events import OnEvent, ignore

_MEMORY = Path("/dev/shm")  # noqa: S108  # the folder made in it is private
_ENOUGH = 2**30


def unavailable(engine: Engine, _choice: str = "") -> str:
    """Say why there is no SQLite: only where another product is wanted."""
    return "" if engine.console is None else f"{engine.name} is no file"


@contextmanager
def serve(
    engine: Engine,
    _settings: ServerSettings,
    *,
    choice: str = "",
    images: Mapping[str, str] | None = None,
    on_event: OnEvent = ignore,
) -> Iterator[Server]:
    """Give a folder that is removed at the end, whatever stands in it."""
    with tempfile.TemporaryDirectory(prefix="migkit-", dir=_parent(), ignore_cleanup_errors=True) as made:
        folder = Path(made)
        yield Server(
            engine,
            kind="file",
            product=engine.product,
            version=sqlite3.sqlite_version,
            origin=made,
            folder=folder,
            wanted=engine.name,
        )


def explain(server: Server) -> str:
    """Say that the disk is full, where it is."""
    if server.folder is None or not server.folder.exists():
        return "the folder of the database files is gone"
    free = shutil.disk_usage(server.folder).free
    return f"the disk of {server.folder} is full" if free < 2**20 else ""


def _parent() -> Path | None:
    """Prefer memory, as durability may go; a container's /dev/shm of 64 MB is too small."""
    roomy = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _ENOUGH
    return _MEMORY if roomy else None
