"""The servers that tests share: each is started once, when the first test asks for it, and goes with the session.

Without Docker or an image, the tests that need it are skipped, loudly; in CI (`CI` is set) they fail.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from migkit import servers
from migkit.engines import parse
from migkit.errors import ServerError
from migkit.model import Database, Server
from migkit.servers import databases, leftovers, local, places
from migkit.servers.request import Request
from tests.conftest import lacking
from tests.server import mysql_bench
from tests.server.mysql_bench import Bench

MYSQL_FAMILY = ("mysql:9.7", "mariadb:10.11")
ENGINES = (*MYSQL_FAMILY, "postgresql:15", "sqlite")

Serve = Callable[[str], Server]


def missing(error: ServerError) -> NoReturn:
    """Skip for want of a server, or fail in CI."""
    lacking(f"no server: {error.message} ({error.remedy})\n{error.log}")


def programs(engine: str) -> str:
    """Give an engine's name where this machine has programs of its own for it, or of a relative."""
    try:
        local.offer(Request(parse(engine)))
    except ServerError as error:
        missing(ServerError(error.message, remedy="install the packages that .ci/run names"))
    return engine


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """Mount a disk of that size at `folder`, where every user may go; only root can."""
    options = f"size={megabytes}m,mode=755"
    if os.geteuid() or not shutil.which("mount"):
        lacking("only root can mount a small disk")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        lacking(f"a small disk cannot be mounted: {done.stderr}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """Give the session's server of an engine by name."""
    running: dict[str, Server | ServerError] = {}
    with ExitStack() as stack:

        def get(name: str) -> Server:
            if name not in running:
                try:
                    running[name] = stack.enter_context(servers.serve(parse(name), choice="docker"))
                except ServerError as error:
                    running[name] = error
            found = running[name]
            return missing(found) if isinstance(found, ServerError) else found

        yield get


@pytest.fixture(params=ENGINES)
def server(request: pytest.FixtureRequest, serve: Serve) -> Server:
    """Give each engine's server in turn; `@pytest.mark.parametrize("server", [...], indirect=True)` narrows it."""
    return serve(request.param)


@pytest.fixture(params=MYSQL_FAMILY)
def bench(request: pytest.FixtureRequest, serve: Serve) -> Iterator[Bench]:
    """Give a bench on MySQL and one on MariaDB in turn; `parametrize("bench", [...], indirect=True)` narrows it."""
    with mysql_bench.made(serve(request.param)) as it:
        yield it


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give data folders a place that no other run sweeps; what is given is the code that leads another run there."""
    with tempfile.TemporaryDirectory(dir=places.parent()) as made:
        Path(made).chmod(0o755)
        for module in (leftovers, places):
            monkeypatch.setattr(module, "_MEMORY", Path(made))
        yield (
            "from pathlib import Path; from migkit.servers import leftovers, places\n"
            f"leftovers._MEMORY = places._MEMORY = Path({made!r})"
        )


def administrated(database: Database) -> Database:
    """Give a database with the administrator's login: for tests that make what migrations usually may not."""
    return replace(database, user=database.server.user, password=database.server.password)


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    """Give a throwaway database, with the administrator's login."""
    with databases.throwaway(server) as made:
        yield administrated(made)
