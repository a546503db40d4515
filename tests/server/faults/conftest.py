"""What the faults' tests share: what forks releases, stages on each server, and how a release should end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from migkit.catalog import Reading
from migkit.model import Server
from tests.server.conftest import Serve
from tests.server.faults.judging import Judge
from tests.server.faults.lasting import Lasting, lasting
from tests.server.faults.launching import Launcher, launcher
from tests.server.faults.stage import Stage, staged

ENGINES = ("mysql:9.7", "mariadb:10.11", "postgresql:15")
Staged = Callable[..., Judge]
Lastingly = Callable[[str], Lasting]
Undisturbed = Callable[[Server], Reading]


@pytest.fixture(scope="module")
def launch() -> Iterator[Launcher]:
    with launcher() as made:
        yield made


@pytest.fixture(params=ENGINES)
def server(request: pytest.FixtureRequest, serve: Serve) -> Server:
    return serve(request.param)


@pytest.fixture(scope="module")
def undisturbed(launch: Launcher, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    """Give what an undisturbed release ends in on a server."""
    found: dict[str, Reading] = {}

    def get(server: Server) -> Reading:
        name = server.engine.name
        if name not in found:
            with staged(server, tmp_path_factory.mktemp("undisturbed")) as stage:
                judge = Judge(stage, launch)
                release = judge.released()
                judge.ended_well(release, release.ends())
                found[name] = stage.reading()
        return found[name]

    return get


@pytest.fixture
def stage(server: Server, tmp_path: Path) -> Iterator[Stage]:
    with staged(server, tmp_path / "stage") as made:
        yield made


@pytest.fixture
def judged(server: Server, launch: Launcher, undisturbed: Undisturbed, tmp_path: Path) -> Iterator[Staged]:
    """Make stages on the server; what they end in is held against an undisturbed release there."""
    with ExitStack() as stack:
        made = 0

        def make(**changed: str | int) -> Judge:
            nonlocal made
            made += 1
            stage = stack.enter_context(staged(server, tmp_path / f"stage-{made}", **changed))  # type: ignore[arg-type]  # port is a number
            return Judge(stage, launch, undisturbed(server))

        yield make
        launch.end_all()


@pytest.fixture(scope="module")
def lastingly() -> Iterator[Lastingly]:
    """Give an engine's server whose data outlive a kill, on a disk of its own."""
    running: dict[str, Lasting] = {}
    with ExitStack() as stack:

        def get(name: str) -> Lasting:
            if name not in running:
                running[name] = stack.enter_context(lasting(name))
            return running[name]

        yield get
