"""The servers that tests share: each is started once, when the first test asks for it, and goes with the session.

Without Docker or an image, the tests that need it are skipped, loudly; in CI (`CI` is set) they fail.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import NoReturn

import pytest

from migkit import servers
from migkit.engines import parse
from migkit.errors import ServerError
from migkit.model import Database, Server
from migkit.servers import databases

ENGINES = ("mysql:9.7", "mariadb:10.11", "postgresql:15", "sqlite")

Serve = Callable[[str], Server]


def missing(error: ServerError) -> NoReturn:
    """Skip for want of a server, or fail in CI."""
    said = f"no server: {error.message} ({error.remedy})\n{error.log}"
    if os.environ.get("CI"):
        pytest.fail(said, pytrace=False)
    pytest.skip(said)


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


def administrated(database: Database) -> Database:
    """Give a database with the administrator's login: for tests that make what migrations usually may not."""
    return replace(database, user=database.server.user, password=database.server.password)


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    """Give a throwaway database, with the administrator's login."""
    with databases.throwaway(server) as made:
        yield administrated(made)
