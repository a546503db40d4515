"""SQLite needs no server: a private folder for its files, in memory where there is room."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from migkit.model import Server
from migkit.servers import places
from migkit.servers.events import OnEvent, ignore
from migkit.servers.request import Request


@contextmanager
def serve(request: Request, _on_event: OnEvent = ignore) -> Iterator[Server]:
    """Give a folder that is removed at the end, whatever stands in it."""
    engine = request.engine
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
