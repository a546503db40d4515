"""The container of a Compose service, as the daemon knows it: what it mounts, and a server put on its network."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from migkit.errors import ConfigError, ServerError
from migkit.model import Server
from migkit.servers import docker_client
from migkit.values import dataclass

_BRIDGE = "bridge"  # Docker's default network, where containers have no names


@dataclass(frozen=True, slots=True)
class Place:
    """A service's container: how it is doing, and its folders by the machine's own that stand behind them."""

    id: str
    status: str
    mounts: tuple[tuple[str, str], ...]

    @property
    def running(self) -> bool:
        """Whether something can be run in it."""
        return self.status == "running"


def inspect(container: str) -> Place:
    """Ask the daemon about a container; ServerError where it does not know it."""
    found = _inspected(container)
    binds = [each for each in found["Mounts"] if each.get("Type") == "bind"]
    mounts = tuple((_source(each["Source"]), each["Destination"]) for each in binds)
    return Place(found["Id"], found["State"]["Status"], mounts)


def attached(server: Server, container: str) -> Server:
    """Put a server's container on the network of a service's, and give it as that one sees it.

    It leaves the network when it is removed. ConfigError for a service without a network.
    """
    found = _inspected(container)
    mode = str(found["HostConfig"]["NetworkMode"])
    if mode == "host":
        return server
    if mode.startswith("container:"):
        return attached(server, mode.partition(":")[2])
    networks = found["NetworkSettings"]["Networks"]
    names = sorted(name for name in networks if name not in (_BRIDGE, "none"))
    if names:
        _connect(server.handle, networks[names[0]]["NetworkID"])
        return replace(server, host=server.handle, port=server.engine.port)
    if _BRIDGE not in networks:
        raise ConfigError(
            "the service has no network, so no database server can be put on it",
            remedy="give the service a network, or leave compose out",
        )
    address = _inspected(server.handle)["NetworkSettings"]["Networks"][_BRIDGE]["IPAddress"]
    return replace(server, host=address, port=server.engine.port)


def _source(path: str) -> str:
    """Give the folder of this machine: Docker Desktop says where its own has it."""
    return path.removeprefix("/host_mnt")


def _inspected(container: str) -> Any:
    from docker.errors import NotFound

    with docker_client.connect() as client:
        try:
            return client.api.inspect_container(container)
        except NotFound as error:
            raise ServerError(
                f"Compose names the container {container[:12]}, and the Docker daemon does not know it",
                remedy="let both use one daemon: set DOCKER_HOST to the one of your Docker context",
            ) from error


def _connect(container: str, network: str) -> None:
    from docker.errors import APIError

    with docker_client.connect() as client:
        try:
            client.api.connect_container_to_network(container, network)
        except APIError as error:
            if "already exists" not in str(error.explanation):
                raise
