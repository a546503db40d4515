"""SQLite needs no server: a private folder for its files, in memory where there is room."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from migkit.model import Engine, Server
from migkit.product import ServerSettings
from migkit.servers import places
from migkit.servers.events import OnEvent, ignore


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
    del choice, images, on_event
    with places.own() as folder:
        yield Server(
            engine,
            kind="file",
            product=engine.product,
            version=sqlite3.sqlite_version,
            origin=str(folder),
            folder=folder,
            wanted=engine.name,
        )


def explain(server: Server) -> str:
    """Say that the disk is full, where it is."""
    if server.folder is None or not server.folder.exists():
        return "the folder of the database files is gone"
    free = shutil.disk_usage(server.folder).free
    return f"the disk of {server.folder} is full" if free < 2**20 else ""
