import gc
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from migkit import engines, images
from migkit.errors import ConfigError, ServerError
from migkit.model import Event
from migkit.servers import docker_build, docker_client, docker_images
from tests.server.conftest import missing

DOCKER = Path(__file__).parents[1] / "docker"


def test_every_image_has_its_dockerfile_which_promises_its_version() -> None:
    for image, (_engine, folder) in images.OWN.items():
        text = (DOCKER / folder / "Dockerfile").read_text(encoding="utf-8")
        version = image.partition(":")[2]
        assert re.search(r"^ARG BASE=debian:\w+-slim$", text, re.MULTILINE)
        assert re.search(rf"^ARG \w+={re.escape(version)}$", text, re.MULTILINE)


def test_every_image_is_the_one_that_its_engine_is_served_from() -> None:
    for image, (name, _folder) in images.OWN.items():
        container = engines.parse(name).container
        assert container is not None
        assert f"{container.own}:{engines.parse(name).version}" == image


def test_the_dockerfiles_are_found_in_a_checkout() -> None:
    assert images._dockerfiles() == DOCKER


@pytest.mark.parametrize("name", ["migkit/mysql:9.7", "mysql:9.7", "mysql"])
def test_an_image_has_three_names(name: str) -> None:
    assert images._image(name) == "migkit/mysql:9.7"


def test_an_unknown_image_names_the_nearest() -> None:
    with pytest.raises(ConfigError) as caught:
        images.build(["postgres:15"])
    assert caught.value.remedy == "name postgresql:15"


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the SDK forgets the socket that it could not connect
def test_without_a_daemon_it_is_a_server_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no.sock")
    for verb in (images.build, images.listing):
        with pytest.raises(ServerError, match="cannot be reached") as caught:
            verb()
        assert "start Docker" in caught.value.remedy
        del caught
        gc.collect()


@pytest.fixture
def client() -> Iterator[Any]:
    """Give the daemon's client; without one, skip, or fail in CI."""
    try:
        stack = ExitStack()
        found = stack.enter_context(docker_client.connect())
    except ServerError as error:
        missing(error)
    with stack:
        yield found


def test_a_pull_tells_its_megabytes() -> None:
    events: list[Event] = []
    lines: list[dict[str, Any]] = [
        {"status": "Pulling from library/mysql", "id": "8.4"},
        {"status": "Pulling fs layer", "progressDetail": {}, "id": "a"},
        {"status": "Downloading", "progressDetail": {"current": 10**6, "total": 4 * 10**6}, "id": "a"},
        {"status": "Downloading", "progressDetail": {"current": 2 * 10**6, "total": 6 * 10**6}, "id": "b"},
        {"status": "Download complete", "progressDetail": {}, "id": "a"},
        {"status": "Status: Downloaded newer image for mysql:8.4"},
    ]
    assert docker_images._follow(lines, "mysql:8.4", events.append) == ""
    assert [(event.done, event.total) for event in events] == [(1, 4), (3, 10), (6, 10)]


def test_a_pull_that_fails_gives_its_reason() -> None:
    lines = [{"status": "Pulling from library/mysql"}, {"error": "manifest unknown"}]
    assert docker_images._follow(lines, "mysql:8.4", lambda _: None) == "manifest unknown"


@pytest.mark.server
def test_a_registry_that_never_answers_is_given_up(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docker_images, "PULL_SECONDS", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        reason = docker_images.pull(f"127.0.0.1:{silent.getsockname()[1]}/mysql:9.7", lambda _: None)
    assert "no registry answered within 2 seconds" in reason


@pytest.mark.server
def test_the_listing_tells_what_is_built(client: Any) -> None:
    del client
    rows = images.listing().facts["images"]
    assert [row["image"] for row in rows] == list(images.OWN)
    for row in rows:
        assert bool(row["megabytes"]) is row["built"]


@pytest.mark.server
def test_a_build_tells_its_steps(client: Any, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("ARG BASE=debian:bookworm-slim\nFROM ${BASE}\nRUN echo built-$((1 + 1))\n")
    events: list[Event] = []
    docker_build.build(client, "migkit-test/steps", tmp_path, events.append)
    client.images.remove("migkit-test/steps")
    assert any("built-2" in event.message for event in events)


@pytest.mark.server
def test_a_build_that_fails_shows_its_end(client: Any, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("ARG BASE=debian:bookworm-slim\nFROM ${BASE}\nRUN echo a-word; exit 7\n")
    with pytest.raises(ServerError, match="code: 7") as caught:
        docker_build.build(client, "migkit-test/fails", tmp_path, lambda _: None)
    assert "a-word" in caught.value.log


@pytest.mark.server
def test_a_base_image_without_registry_and_mmdebstrap_is_an_error(
    client: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "Dockerfile").write_text("ARG BASE=registry.invalid/debian:bookworm-slim\nFROM ${BASE}\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ServerError, match="mmdebstrap") as caught:
        docker_build.build(client, "migkit-test/base", tmp_path, lambda _: None)
    assert caught.value.remedy == "apt-get install -y mmdebstrap"
