"""The verb of `inv mig.images`: the kit's own database images, for where no registry can be reached."""

from __future__ import annotations

import difflib
import time
from collections.abc import Callable, Collection, Mapping
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from migkit.errors import ConfigError
from migkit.model import Event, Report
from migkit.servers import docker_build, docker_client, docker_images

if TYPE_CHECKING:
    from docker import DockerClient

# image: the engine that it serves, and its folder under docker/
OWN: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "migkit/mysql:9.7": ("mysql:9.7", "mysql"),
        "migkit/mariadb:10.11": ("mariadb:10.11", "mariadb"),
        "migkit/postgis:15": ("postgresql:15", "postgis"),
    }
)


def build(names: Collection[str] = (), on_event: Callable[[Event], None] = lambda _e: None) -> Report:
    """Build the kit's images, or those in `names`: an image, its engine (`mysql:9.7`) or its folder (`mysql`).

    A base image that is missing and cannot be pulled is made with mmdebstrap. Raises ConfigError for an unknown name,
    ServerError with the end of the output when Docker is not there or a build fails.
    """
    began = time.perf_counter()
    wanted = [_image(name) for name in names] or list(OWN)
    with docker_client.connect(seconds=docker_build.BUILD_SECONDS) as client:
        for image in dict.fromkeys(wanted):
            docker_build.build(client, image, _dockerfiles() / OWN[image][1], on_event)
            on_event(Event("log", f"{image} is built"))
        return _report(client, time.perf_counter() - began)


def listing() -> Report:
    """List the kit's images: which are built, for which engine, and how large."""
    began = time.perf_counter()
    with docker_client.connect() as client:
        return _report(client, time.perf_counter() - began)


def _image(name: str) -> str:
    known = {alias: image for image, aliases in OWN.items() for alias in (image, *aliases)}
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1) or [", ".join(OWN)]
        raise ConfigError(f"no such image: {name!r}", remedy=f"name {near[0]}")
    return known[name]


def _dockerfiles() -> Path:
    """Give the folder of the Dockerfiles: in the wheel inside of the package, in a checkout beside it."""
    packaged = Path(str(files("migkit"))) / "_docker"
    return packaged if packaged.is_dir() else packaged.parent.parent / "docker"


def _report(client: DockerClient, seconds: float) -> Report:
    rows = [_row(client, image, engine) for image, (engine, _folder) in OWN.items()]
    return Report(command="images", facts={"images": rows}, seconds=seconds)


def _row(client: DockerClient, image: str, engine: str) -> dict[str, Any]:
    size = docker_images.size(client, image)
    return {"image": image, "engine": engine, "built": size is not None, "megabytes": size and round(size / 10**6)}
