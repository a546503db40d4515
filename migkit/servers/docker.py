"""Database servers in Docker containers: the only place that starts, watches and removes them.

A container's name is known before it is asked for, so it can be removed whatever is interrupted. Its data stand in
memory (tmpfs), its port on the loopback only.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from migkit.errors import ServerError
from migkit.model import Engine, Event, Server
from migkit.product import Container, ServerSettings
from migkit.servers import docker_client, docker_images, docker_log, exits, login, names, owners, signals
from migkit.servers.events import OnEvent, ignore
from migkit.servers.offer import Offer
from migkit.servers.request import Request
from migkit.values import dataclass

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container as Handle

READY_SECONDS = 180
_ANSWERS = 2  # the official MySQL image starts, stops and starts again
_PAUSE = 0.1
_DATA_LIMIT = 4 * 2**30  # a loop that fills its tables must not take the machine's memory: at most half of that
_IMAGE_OPTIONS = {"shm_size": "256m"}  # PostgreSQL builds indexes in parallel through /dev/shm: 64 MB is too little


def unavailable(engine: Engine) -> str:
    """Give the reason why Docker cannot serve this engine here; "" when it can (an image may still be missing)."""
    if engine.container is None:
        return f"{engine.name} needs no container"
    try:
        with docker_client.connect(seconds=10) as client:
            client.ping()
            host = docker_client.host(client)
    except ServerError as error:
        return error.message
    if host not in docker_client.LOOPBACK:
        return f"the Docker daemon is on {host}: ports that it publishes are not on this machine's loopback"
    return ""


@contextmanager
def serve(request: Request, on_event: OnEvent = ignore, *, data_limit: int = _DATA_LIMIT) -> Iterator[Server]:
    """Run a server in a container of its own, which is removed at the end, after an exception and after Ctrl-C.

    `data_limit` bounds the data in bytes. Raises ServerError with the tail of the log when the server does not come up.
    """
    _demand(request.engine)
    with docker_client.connect() as client:
        image = _image(client, request, on_event)
        order = _order(client, request.engine, request.settings, image, data_limit)
    on_event(Event("start", f"starting {image}"))
    with _running(request.engine, order) as server:
        on_event(Event("done", f"{server.product} {server.version} at {login.place(server)}"))
        yield server


def offer(request: Request) -> Offer:
    """Say whether an image of the very version is here. Raises ServerError where Docker cannot serve at all."""
    _demand(request.engine)
    wanted = (request.engine, request.settings.extensions, request.images)
    with docker_client.connect(seconds=10) as client:
        here = docker_images.at_hand(client, *wanted)
    missing = " and ".join(docker_images.usable(*wanted))
    return Offer(request.engine.family, "" if here else f"{missing} not here")


def obtain(request: Request, on_event: OnEvent) -> str:
    """Give an image that is here, pulled where it was not; ServerError where none can be had."""
    with docker_client.connect() as client:
        return _image(client, request, on_event)


def explain(server: Server) -> str:
    """Give what a container says of itself after a failure: exited and how, or a full disk; and the end of its log."""
    try:
        with docker_client.connect(seconds=10) as client:
            handle = client.containers.get(server.handle)
            docker_log.settle(handle, server)
            told = (docker_log.state(handle), docker_log.full(handle), docker_log.tail(handle, server.password))
            return "\n".join(line for line in told if line)
    except ServerError as error:
        return f"the container {server.handle} is gone: {error.message}"


@dataclass(frozen=True, slots=True)
class _Order:
    """What is asked of the daemon."""

    name: str
    image: str
    password: str = field(repr=False)
    options: dict[str, Any] = field(repr=False)


def _order(client: DockerClient, engine: Engine, settings: ServerSettings, image: str, data_limit: int) -> _Order:
    container = engine.container
    assert container is not None
    password = secrets.token_urlsafe(18)
    size = min(data_limit, int(client.info().get("MemTotal") or 2 * data_limit) // 2)
    options = {
        "command": list(container.arguments(settings)),
        "environment": container.environment(password),
        "ports": {f"{engine.port}/tcp": ("127.0.0.1", None)},
        "tmpfs": dict.fromkeys(_data_folders(client, image, container), f"rw,size={size}"),
        "labels": _labels(),
        **_IMAGE_OPTIONS,
    }
    return _Order(names.fresh("-"), image, password, options)


def _data_folders(client: DockerClient, image: str, container: Container) -> list[str]:
    """Give what the image declares as volumes: PostgreSQL moved its data folder from 17 to 18."""
    volumes = client.images.get(image).attrs.get("Config", {}).get("Volumes")
    return sorted(volumes or [container.folder])


def _labels() -> dict[str, str]:
    me = owners.here()
    started = datetime.fromtimestamp(me.started, UTC).isoformat(timespec="seconds")
    own = {"run": me.run, "pid": str(me.pid), "home": me.home, "born": me.born, "started": started}
    return {"migkit": "1", **{f"migkit.{name}": value for name, value in own.items()}}


@contextmanager
def _running(engine: Engine, order: _Order) -> Iterator[Server]:
    """Run a container for the time of a block: known by name from before it is there until after it is gone."""
    exits.live(_remove).add(order.name)
    try:
        with docker_client.connect() as client:
            server = _ready(_started(client, order), engine, order)
        yield server
    except BaseException as error:
        try:
            _remove(order.name)
        except ServerError as second:
            error.add_note(f"{second.message}; to do: {second.remedy}")
        raise
    _remove(order.name)


def _started(client: DockerClient, order: _Order) -> Handle:
    """Start a container; an interrupt waits until the daemon has answered, so that there is something to remove."""
    from docker.errors import APIError

    with signals.held():
        try:
            handle = client.containers.create(order.image, name=order.name, **order.options)
            handle.start()
        except APIError as error:
            said = error.explanation or error
            raise ServerError(f"Docker cannot start {order.image}: {said}", remedy=docker_client.REMEDY) from error
    return handle


def _demand(engine: Engine) -> None:
    reason = unavailable(engine)
    if reason:
        raise ServerError(reason, remedy=docker_client.REMEDY)


def _image(client: DockerClient, request: Request, on_event: OnEvent) -> str:
    return docker_images.choose(client, request.engine, request.settings.extensions, request.images, on_event)


def _remove(name: str) -> None:
    """Remove a container with its volumes; one that is not there, or is being removed, is as well.

    What was not there is looked for again at the exit: the daemon may still be creating it.
    """
    from docker.errors import APIError

    try:
        with signals.held(), docker_client.connect() as client:
            try:
                client.api.remove_container(name, v=True, force=True)
                exits.live(_remove).discard(name)
            except APIError as error:
                if error.status_code not in (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT):
                    raise
    except ServerError as error:
        by_hand = f"docker rm --force --volumes {name}"
        raise ServerError(f"the container {name} cannot be removed: {error.message}", remedy=by_hand) from error


def _ready(handle: Handle, engine: Engine, order: _Order) -> Server:
    """Wait until a login over TCP has been answered twice; a container that has exited fails at once."""
    deadline = time.monotonic() + READY_SECONDS
    answers, said = 0, "no port yet"
    while answers < _ANSWERS:
        handle.reload()
        if handle.status not in ("created", "running"):
            raise _failed(handle, engine, order, docker_log.state(handle))
        try:
            server = _server(handle, engine, order)
            server = login.identified(server)
            answers += 1
        except ServerError as error:
            answers, said = 0, error.message
        if time.monotonic() > deadline:
            raise _failed(handle, engine, order, f"not ready after {READY_SECONDS} seconds: {said}")
        time.sleep(_PAUSE)
    return server


def _server(handle: Handle, engine: Engine, order: _Order) -> Server:
    published = handle.ports.get(f"{engine.port}/tcp")
    if not published:
        raise ServerError("its port is not published yet")
    return Server(
        engine,
        kind="docker",
        product=engine.product,
        version=engine.version,
        host="127.0.0.1",
        port=int(published[0]["HostPort"]),
        user=engine.admin,
        password=order.password,
        origin=order.image,
        handle=order.name,
    )


def _failed(handle: Handle, engine: Engine, order: _Order, reason: str) -> ServerError:
    return ServerError(
        f"{engine.product} from {order.image} did not start: {reason}",
        remedy="read the server's log; the schema's `server` key gives its arguments, charset and sql_mode",
        log=docker_log.tail(handle, order.password),
    )
