"""Builds images with the Docker daemon's own builder, and makes a Debian base image where no registry has one."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
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
_STEP = re.compile(r"Step (\d+)/(\d+) :")
_STALE = 'Acquire::Check-Valid-Until "false"'  # sid's index is refused a week after it was made


def build(
    client: DockerClient, image: str, folder: Path, on_event: OnEvent, arguments: Mapping[str, str] | None = None
) -> None:
    """Build `image` from the Dockerfile in `folder`, and its base (`ARG BASE=debian:SUITE-slim`) where that is missing.

    `arguments` are the build's; layers that are there already are not built again. Raises ServerError with the end of
    the build's output.
    """
    from docker.errors import DockerException
    from requests.exceptions import RequestException

    given = dict(arguments or {})
    match = _BASE.search((folder / "Dockerfile").read_text(encoding="utf-8"))
    base = given.get("BASE") or (match[1] if match else "")
    if base:
        _have(client, base, on_event)
    lines: list[str] = []
    done = total = 0
    options = {"path": str(folder), "tag": image, "buildargs": given, "rm": True, "forcerm": True, "decode": True}
    try:
        for part in client.api.build(**options):
            for line in _heard(part, image, lines):
                step = _STEP.match(line)
                done, total = (int(step[1]) - 1, int(step[2])) if step else (done, total)
                on_event(Event("step", f"{image}: {line}", done, total))
    except (DockerException, RequestException) as error:
        raise _failed(image, str(error), lines) from error


def _heard(part: dict[str, Any], image: str, lines: list[str]) -> list[str]:
    """Give what a part of the build's output says, line by line, and add it to `lines`."""
    if "error" in part:
        raise _failed(image, part["error"], lines)
    found = [line.strip() for line in str(part.get("stream", "")).splitlines() if line.strip()]
    lines += found
    return found


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
        if done.code:
            raise _not_made(base, done)
        said = client.api.import_image_from_file(str(archive), repository=repository, tag=tag)
    if not docker_images.present(client, base):
        raise ServerError(f"Docker did not take {base}", remedy="look for room on Docker's disk", log=str(said))


def _not_made(base: str, done: process.Completed) -> ServerError:
    """Say what is missing: the program, the right to use it, or the archive."""
    if done.code == process.NOT_FOUND:
        return ServerError(f"{base} is not here, and there is no mmdebstrap", remedy="apt-get install -y mmdebstrap")
    remedy = "look at the end of its output; it needs Debian's archive and its keyring (debian-archive-keyring)"
    if os.geteuid() != 0:
        remedy = "run it as root; who is not root needs user namespaces, and newuidmap (apt-get install -y uidmap)"
    last = "\n".join(done.out.splitlines()[-_LAST_LINES:])
    return ServerError(f"mmdebstrap cannot make {base}: exit code {done.code}", remedy=remedy, log=last)
