"""The verb of `inv mig.images`: the kit's own database images, for where no registry can be reached."""

from __future__ import annotations

import difflib
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import field
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from migkit.errors import ConfigError
from migkit.model import Event, Report
from migkit.servers import docker_build, docker_client, docker_images
from migkit.values import dataclass

if TYPE_CHECKING:
    from docker import DockerClient


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an image is built: the engine that it serves, its folder under docker/, and the build's arguments."""

    engine: str
    folder: str
    arguments: Mapping[str, str] = field(default_factory=dict)


_TRIXIE, _SID = {"BASE": "debian:trixie-slim"}, {"BASE": "debian:sid-slim"}
_STALE = {"APT_OPTIONS": "-o Acquire::Check-Valid-Until=false"}  # sid's index is refused a week after it was made
OWN: Mapping[str, Recipe] = MappingProxyType(
    {
        "migkit/mysql:9.7": Recipe("mysql:9.7", "mysql"),
        "migkit/mariadb:10.11": Recipe("mariadb:10.11", "mariadb"),
        "migkit/mariadb:11.8": Recipe("mariadb:11.8", "mariadb", _TRIXIE | {"MARIADB_VERSION": "11.8"}),
        "migkit/postgis:15": Recipe("postgresql:15", "postgis"),
        "migkit/postgis:17": Recipe("postgresql:17", "postgis", _TRIXIE | {"POSTGRES_MAJOR": "17"}),
        "migkit/postgis:18": Recipe("postgresql:18", "postgis", _SID | _STALE | {"POSTGRES_MAJOR": "18"}),
    }
)


def build(names: Collection[str] = (), on_event: Callable[[Event], None] = lambda _e: None) -> Report:
    """Build the kit's images, or those in `names`: an image, its engine (`mysql:9.7`), or all of a folder (`mariadb`).

    What did not change since the last build is taken over from it. A base image that is missing and cannot be pulled
    is made with mmdebstrap. Raises ConfigError for an unknown name, ServerError with the end of the output when Docker
    is not there or a build fails.
    """
    began = time.perf_counter()
    wanted = [image for name in names for image in _images(name)] or list(OWN)
    with docker_client.connect(seconds=docker_build.BUILD_SECONDS) as client:
        for image in dict.fromkeys(wanted):
            recipe = OWN[image]
            docker_build.build(client, image, _dockerfiles() / recipe.folder, on_event, recipe.arguments)
            on_event(Event("log", f"{image} is built"))
        return _report(client, time.perf_counter() - began)


def listing() -> Report:
    """List the kit's images: which are built, for which engine, and how large."""
    began = time.perf_counter()
    with docker_client.connect() as client:
        return _report(client, time.perf_counter() - began)


def _images(name: str) -> list[str]:
    """Give the images that a name stands for."""
    found = [image for image, recipe in OWN.items() if name in (image, recipe.engine, recipe.folder)]
    if not found:
        known = [known for image, recipe in OWN.items() for known in (image, recipe.engine, recipe.folder)]
        near = difflib.get_close_matches(name, known, n=1) or [", ".join(OWN)]
        raise ConfigError(f"no such image: {name!r}", remedy=f"name {near[0]}")
    return found


def _dockerfiles() -> Path:
    """Give the folder of the Dockerfiles: in the wheel inside of the package, in a checkout beside it."""
    packaged = Path(str(files("migkit"))) / "_docker"
    return packaged if packaged.is_dir() else packaged.parent.parent / "docker"


def _report(client: DockerClient, seconds: float) -> Report:
    rows = [_row(client, image, recipe.engine) for image, recipe in OWN.items()]
    return Report(command="images", facts={"images": rows}, seconds=seconds)


def _row(client: DockerClient, image: str, engine: str) -> dict[str, Any]:
    size = docker_images.size(client, image)
    return {"image": image, "engine": engine, "built": size is not None, "megabytes": size and round(size / 10**6)}
