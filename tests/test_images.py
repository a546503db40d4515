import gc
import os
import re
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from migkit import engines, images
from migkit.errors import ConfigError, ServerError
from migkit.model import Event
from migkit.servers import docker_build, docker_client, docker_images
from tests.conftest import demand_root
from tests.server.conftest import missing

DOCKER = Path(__file__).parents[1] / "docker"


def test_every_image_has_its_dockerfile_which_promises_its_version() -> None:
    for image, recipe in images.OWN.items():
        text = (DOCKER / recipe.folder / "Dockerfile").read_text(encoding="utf-8")
        declared = dict(re.findall(r"^ARG (\w+)=(.*)$", text, re.MULTILINE))
        assert set(recipe.arguments) <= set(declared)
        given = {**declared, **recipe.arguments}
        assert re.fullmatch(r"debian:\w+-slim", given["BASE"])
        assert image.partition(":")[2] in given.values()


def test_the_readme_builds_what_the_kit_builds() -> None:
    text = (DOCKER / "README.md").read_text(encoding="utf-8")
    for image, recipe in images.OWN.items():
        command = re.search(rf"`docker build -t {re.escape(image)} (.*) docker/{recipe.folder}`", text)
        plain = re.search(rf"`docker build -t {re.escape(image)} docker/{recipe.folder}`", text)
        assert bool(plain) is (not recipe.arguments)
        if command:
            found = re.findall(r'--build-arg (\w+)=(?:"([^"]*)"|(\S+))', command[1])
            assert {key: quoted or bare for key, quoted, bare in found} == recipe.arguments


def test_every_image_is_the_one_that_its_engine_is_served_from() -> None:
    for image, recipe in images.OWN.items():
        container = engines.parse(recipe.engine).container
        assert container is not None
        assert f"{container.own}:{engines.parse(recipe.engine).version}" == image


def test_the_dockerfiles_are_found_in_a_checkout() -> None:
    assert images._dockerfiles() == DOCKER


@pytest.mark.parametrize("name", ["migkit/mysql:9.7", "mysql:9.7", "mysql"])
def test_an_image_has_three_names(name: str) -> None:
    assert images._images(name) == ["migkit/mysql:9.7"]


def test_a_folder_stands_for_all_of_its_images() -> None:
    assert images._images("postgis") == ["migkit/postgis:15", "migkit/postgis:17", "migkit/postgis:18"]


def test_an_unknown_image_names_the_nearest() -> None:
    with pytest.raises(ConfigError) as caught:
        images.build(["postgres:15", "mysql"])
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


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_who_may_not_speak_to_the_daemon_is_told_the_group(monkeypatch: pytest.MonkeyPatch) -> None:
    demand_root("can become somebody else")
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listening:
        os.chmod(folder, 0o755)  # noqa: PTH101  # somebody else must come to the socket
        listening.bind(f"{folder}/docker.sock")
        os.chmod(f"{folder}/docker.sock", 0o600)  # noqa: PTH101  # as above
        monkeypatch.setenv("DOCKER_HOST", f"unix://{folder}/docker.sock")
        os.seteuid(65534)
        try:
            with pytest.raises(ServerError, match="Permission denied") as caught:
                images.listing()
        finally:
            os.seteuid(0)
    assert "group docker" in caught.value.remedy
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
    assert [(event.done, event.total) for event in events if "Step" in event.message] == [(0, 3), (1, 3), (2, 3)]


@pytest.mark.server
def test_a_build_has_its_arguments_and_takes_layers_over(client: Any, tmp_path: Path) -> None:
    word = f"word-{os.getpid()}"
    text = "ARG BASE=debian:none-slim\nFROM ${BASE}\nARG WORD=none\nRUN echo built-${WORD}\n"
    (tmp_path / "Dockerfile").write_text(text)
    arguments = {"BASE": "debian:bookworm-slim", "WORD": word}
    said: list[list[str]] = []
    for _ in range(2):
        events: list[Event] = []
        docker_build.build(client, "migkit-test/arguments", tmp_path, events.append, arguments)
        said.append([event.message.removeprefix("migkit-test/arguments: ") for event in events])
    client.images.remove("migkit-test/arguments")
    assert f"built-{word}" in said[0]
    assert "---> Using cache" in said[1]
    assert f"built-{word}" not in said[1]


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


@pytest.mark.server
def test_a_base_image_that_cannot_be_made_shows_why(
    client: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "mmdebstrap"
    program.write_text("#!/bin/sh\necho E: a-word\nexit 25\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    for user, remedy in ((0, "keyring"), (1000, "uidmap")):
        monkeypatch.setattr(os, "geteuid", lambda user=user: user)
        with pytest.raises(ServerError, match="exit code 25") as caught:
            docker_build._make(client, "migkit-test/debian:bookworm-slim", lambda _: None)
        assert "a-word" in caught.value.log
        assert remedy in caught.value.remedy
