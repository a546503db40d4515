"""The servers that can be had on this machine: Docker with its room and images, and what `--server auto` would take."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from migkit import servers
from migkit.engines import ENGINES
from migkit.errors import ServerError
from migkit.model import Check, Engine, Project, Severity
from migkit.product import ServerSettings
from migkit.servers import docker_client, docker_images, installed, packaged, system
from migkit.servers.request import Request

if TYPE_CHECKING:
    from docker import DockerClient

_ROOM = 2 * 2**30  # of the images, and what their layers are unpacked to
_GIGABYTE = 10**9
_ANSWER_SECONDS = 3


def machine(engines: Collection[Engine], project: Project | None, *, needed: bool) -> Iterator[Check]:
    """Check Docker and what else could serve, then for each engine what would be taken.

    That nothing would is wrong only where a server is `needed`.
    """
    settings = {
        name: schema.server
        for schema in (project.schemas.values() if project else ())
        for name in (schema.engine, *schema.engines)
    }
    wanted = {engine: settings.get(engine.name, ServerSettings()) for engine in engines if engine.console is not None}
    images = project.images if project else {}
    yield from _docker(wanted, images)
    if wanted:
        yield _local(wanted)
        yield _packaged(wanted, images)
    for engine, asked in wanted.items():
        yield _server(engine, asked, images, needed=needed)


def _docker(wanted: Mapping[Engine, ServerSettings], images: Mapping[str, str]) -> Iterator[Check]:
    try:
        with docker_client.connect(seconds=_ANSWER_SECONDS) as client:
            yield _daemon(client)
            yield _room(client)
            for engine, settings in wanted.items():
                yield _image(client, engine, settings.extensions, images)
    except ServerError as error:
        yield Check("docker", None, error.message, error.remedy)


def _daemon(client: DockerClient) -> Check:
    version, host = client.version()["Version"], docker_client.host(client)
    if host in docker_client.LOOPBACK:
        return Check("docker", ok=True, message=f"engine {version} answers")
    message = f"engine {version} is on {host}: the kit needs one on this machine"
    return Check("docker", None, message, "unset DOCKER_HOST, or choose a local one with `docker context use`")


def _room(client: DockerClient) -> Check:
    info = client.info()
    memory = f"{int(info.get('MemTotal') or 0) / _GIGABYTE:.0f} GB of memory"
    folder = Path(str(info.get("DockerRootDir") or ""))
    if not folder.is_absolute() or not folder.exists():  # Docker Desktop keeps it in a machine of its own
        return Check("docker room", ok=True, message=memory)
    free = shutil.disk_usage(folder).free
    message = f"{free / _GIGABYTE:.0f} GB free in {folder}, {memory}"
    if free >= _ROOM:
        return Check("docker room", ok=True, message=message)
    return Check("docker room", ok=False, message=message, remedy="docker system prune", severity=Severity.warning)


def _image(client: DockerClient, engine: Engine, extensions: Collection[str], images: Mapping[str, str]) -> Check:
    name, container = f"image of {engine.name}", engine.container
    assert container is not None, f"{engine.name} has a console and no container"
    named = images.get(engine.family) or images.get(engine.name)
    own = f"{container.own}:{engine.version}"
    usual = (named,) if named else (container.official(engine.version, extensions), own)
    here = next((image for image in usual if docker_images.present(client, image)), "")
    if here:
        return Check(name, ok=True, message=here)
    build = "" if named else f", or inv mig.images --only {own}"
    return Check(name, None, f"{' and '.join(usual)} not here", f"docker pull {usual[0]}{build}")


def _local(wanted: Mapping[Engine, ServerSettings]) -> Check:
    """Say which server programs are installed, whoever started or did not start them."""
    found: list[str] = []
    for engine in wanted:
        with suppress(LookupError):
            one = installed.find(engine)
            found.append(f"{one.identity.product} {one.identity.version} ({one.origin})")
    if found:
        return Check("local servers", ok=True, message=", ".join(dict.fromkeys(found)))
    remedy = next(system.remedy(engine.package, settings.extensions) for engine, settings in wanted.items())
    return Check("local servers", None, "no server program is on PATH or in the usual places", remedy)


def _packaged(wanted: Mapping[Engine, ServerSettings], images: Mapping[str, str]) -> Check:
    """Say which products can be had as a package that needs neither an installation nor root."""
    able: dict[str, None] = {}
    refused: dict[str, str] = {}
    for engine, settings in wanted.items():
        try:
            able[ENGINES[packaged.offer(Request(engine, settings, images=images)).family].product] = None
        except ServerError as error:
            refused[f"not {engine.product}: {error.message}"] = error.remedy
    remedy = next(iter(refused.values()), "")
    return Check("packaged servers", True if able else None, "; ".join([*able, *refused]), remedy)


def _server(engine: Engine, settings: ServerSettings, images: Mapping[str, str], *, needed: bool) -> Check:
    """Say what `--server auto` would take, and why not what comes before it."""
    name = f"server for {engine.name}"
    passed: list[str] = []
    for kind, reason in servers.reasons(engine, settings, images):
        if not reason:
            return Check(name, ok=True, message="; ".join([f"{kind} would be taken", *passed]))
        passed.append(f"{kind}: {reason}")
    remedy = system.remedy(engine.package, settings.extensions)
    return Check(name, ok=False if needed else None, message="; ".join(passed), remedy=remedy)
