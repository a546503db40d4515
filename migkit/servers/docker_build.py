"""Builds images with the Docker daemon's own builder, and makes a Debian base image where no registry has one."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migkit import process
from migkit.errors import ServerError
from migkit.model import Event
from migkit.servers import docker_images
from migkit.servers.events import OnEvent

if TYPE_CHECKING:
    from docker import DockerClient

BUILD_SECONDS = 1800  # of silence: a step that unpacks a server says nothing for long
_LAST_LINES = 20
_BASE = re.compile(r"^ARG BASE=(\S+)$", re.MULTILINE)
_STALE = 'Acquire::Check-Valid-Until "false"'  # sid's index is refused a week after it was made


def build(client: DockerClient, image: str, folder: Path, on_event: OnEvent) -> None:
    """Build `image` from the Dockerfile in `folder`, and its base (`ARG BASE=debian:SUITE-slim`) where that is missing.

    Raises ServerError with the end of the build's output.
    """
    from docker.errors import DockerException
    from requests.exceptions import RequestException

    match = _BASE.search((folder / "Dockerfile").read_text(encoding="utf-8"))
    if match:
        _have(client, match[1], on_event)
    lines: list[str] = []
    try:
        for part in client.api.build(path=str(folder), tag=image, rm=True, forcerm=True, decode=True):
            _hear(part, image, lines, on_event)
    except (DockerException, RequestException) as error:
        raise _failed(image, str(error), lines) from error


def _hear(part: dict[str, Any], image: str, lines: list[str], on_event: OnEvent) -> None:
    if "error" in part:
        raise _failed(image, part["error"], lines)
    for line in str(part.get("stream", "")).splitlines():
        if line.strip():
            lines.append(line)
            on_event(Event("step", f"{image}: {line.strip()}"))


def _failed(image: str, reason: str, lines: list[str]) -> ServerError:
    return ServerError(
        f"{image} cannot be built: {reason}",
        remedy="look at the end of the build's output; Debian's archive must be reachable from containers",
        log="\n".join(lines[-_LAST_LINES:]),
    )


def _have(client: DockerClient, base: str, on_event: OnEvent) -> None:
    """Have a base image: the one that is here, the official one, or one made from Debian's archive."""
    if docker_images.present(client, base):
        return
    reason = docker_images.pull(base, on_event)
    if reason:
        on_event(Event("log", f"{base} cannot be pulled ({reason}): making it from Debian's archive"))
        _make(client, base, on_event)


def _make(client: DockerClient, base: str, on_event: OnEvent) -> None:
    repository, _, tag = base.rpartition(":")
    suite = tag.removesuffix("-slim")
    with tempfile.TemporaryDirectory(prefix="migkit-") as folder:
        archive = Path(folder) / f"{suite}.tar"
        options = [f"--aptopt={_STALE}"] if suite == "sid" else []
        done = process.stream(
            ("mmdebstrap", "--variant=minbase", *options, suite, str(archive)),
            on_line=lambda line: on_event(Event("step", f"{base}: {line.strip()}")),
            timeout=BUILD_SECONDS,
        )
        if done.code == process.NOT_FOUND:
            raise ServerError(f"{base} is not here, and there is no mmdebstrap", remedy="apt-get install -y mmdebstrap")
        if done.code:
            raise ServerError(
                f"mmdebstrap cannot make {base}: exit code {done.code}",
                remedy="look at the end of its output; it needs Debian's archive and its keyring",
                log="\n".join((done.out + done.err).splitlines()[-_LAST_LINES:]),
            )
        client.api.import_image_from_file(str(archive), repository=repository, tag=tag)
