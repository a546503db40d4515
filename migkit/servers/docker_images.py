"""Which image a container is made from: the project's own, the official one, or the kit's, in that order."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from migkit.errors import ServerError
from migkit.model import Engine, Event
from migkit.servers.events import OnEvent

if TYPE_CHECKING:
    from docker import DockerClient

_MEGABYTE = 10**6
PULL_SECONDS = 30  # without a word from the daemon: it reports every layer's progress many times a second


def choose(
    client: DockerClient, engine: Engine, extensions: Collection[str], images: Mapping[str, str], on_event: OnEvent
) -> str:
    """Give the name of an image that is here, pulling it where it can be pulled.

    `images` maps an engine's name (`mysql:9.7`), or a family, which wins (that is what MIGKIT_IMAGE_MYSQL sets), to the
    image that must be used. Else: the official image if it is here, the kit's own of the very version, the official one
    pulled, the kit's own of another version. Raises ServerError when none can be had.
    """
    here = at_hand(client, engine, extensions, images)
    if here:
        return here
    usual = usable(engine, extensions, images)
    if named(engine, images):
        return _named(client, engine, usual[0], on_event)
    official = usual[0]
    reason = pull(official, on_event)
    return official if not reason else _other(client, engine, official, reason, on_event)


def at_hand(client: DockerClient, engine: Engine, extensions: Collection[str], images: Mapping[str, str]) -> str:
    """Give the first usable image that is here; "" where none is."""
    return next((image for image in usable(engine, extensions, images) if present(client, image)), "")


def usable(engine: Engine, extensions: Collection[str], images: Mapping[str, str]) -> tuple[str, ...]:
    """Give the images that are of the very version, the one to pull first; one that is named is alone."""
    container = engine.container
    assert container is not None, f"{engine.name} has no image"
    must = named(engine, images)
    return (must,) if must else (container.official(engine.version, extensions), f"{container.own}:{engine.version}")


def named(engine: Engine, images: Mapping[str, str]) -> str:
    """Give the image that must be used, "" where none is named."""
    return images.get(engine.family) or images.get(engine.name) or ""


def present(client: DockerClient, image: str) -> bool:
    """Whether the daemon has the image."""
    return size(client, image) is not None


def size(client: DockerClient, image: str) -> int | None:
    """Give the bytes of an image; None where the daemon does not have it."""
    from docker.errors import ImageNotFound

    try:
        return int(client.images.get(image).attrs["Size"])
    except ImageNotFound:
        return None


def pull(image: str, on_event: OnEvent) -> str:
    """Pull an image, telling its progress in megabytes; give the reason why it could not be had, or ""."""
    from docker.errors import APIError
    from docker.utils import parse_repository_tag
    from requests.exceptions import RequestException
    from urllib3.exceptions import HTTPError

    repository, tag = parse_repository_tag(image)
    on_event(Event("pull", f"pulling {image}"))
    try:
        with _limited() as client:
            return _follow(client.api.pull(repository, tag or "latest", stream=True, decode=True), image, on_event)
    except APIError as error:
        return str(error.explanation or error)
    except (RequestException, HTTPError) as error:
        return f"no registry answered within {PULL_SECONDS} seconds ({type(error).__name__})"


def nearest(tags: Iterable[str], own: str, version: str) -> str:
    """Give the image of the repository `own` that stands in best for a version: the next newer, else the newest."""
    pattern = re.compile(re.escape(own) + r":\d+(\.\d+)*")
    here = sorted((tag for tag in tags if pattern.fullmatch(tag)), key=_version)
    return next((tag for tag in here if _version(tag) >= _version(version)), here[-1] if here else "")


def _named(client: DockerClient, engine: Engine, image: str, on_event: OnEvent) -> str:
    reason = "" if present(client, image) else pull(image, on_event)
    if reason:
        raise ServerError(
            f"the image {image}, named for {engine.name}, is not here and cannot be pulled: {reason}",
            remedy=f"name another one in `images` of the configuration, or in {_variable(engine)}",
        )
    return image


def _other(client: DockerClient, engine: Engine, official: str, reason: str, on_event: OnEvent) -> str:
    assert engine.container is not None
    own = engine.container.own
    tags = [tag for image in client.images.list(name=own) for tag in image.tags]
    other = nearest(tags, own, engine.version)
    if not other:
        raise ServerError(
            f"no image for {engine.name}: {official} is not here and cannot be pulled: {reason}",
            remedy=f"inv mig.images builds one; or name another in `images`, or in {_variable(engine)}",
        )
    on_event(Event("log", f"{official} cannot be pulled ({reason}): using {other}"))
    return other


def _variable(engine: Engine) -> str:
    return engine.container.variable if engine.container else ""


@contextmanager
def _limited() -> Iterator[DockerClient]:
    """Give a client that waits only so long for each word: the SDK itself pulls without any limit."""
    import docker

    with closing(docker.from_env(timeout=PULL_SECONDS)) as client:
        ask = client.api.request

        def request(*args: Any, **kwargs: Any) -> Any:
            return ask(*args, **{**kwargs, "timeout": PULL_SECONDS})

        client.api.request = request
        yield client


def _follow(lines: Iterable[Mapping[str, Any]], image: str, on_event: OnEvent) -> str:
    layers: dict[str, tuple[int, int]] = {}
    for line in lines:
        if "error" in line:
            return str(line["error"])
        detail = line.get("progressDetail") or {}
        if line.get("status") == "Downloading" and detail.get("total"):
            layers[line["id"]] = (detail.get("current", 0), detail["total"])
        elif line.get("id") in layers and line.get("status") in ("Download complete", "Pull complete"):
            layers[line["id"]] = (layers[line["id"]][1],) * 2
        else:
            continue
        done, total = (sum(column) // _MEGABYTE for column in zip(*layers.values(), strict=True))
        on_event(Event("pull", f"MB of {image}", done, total))
    return ""


def _version(tag: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", tag.rpartition(":")[2]))
