"""The connection to the Docker daemon that the environment or the Docker context names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from migkit.errors import ServerError

if TYPE_CHECKING:
    from docker import DockerClient

REMEDY = "install or start Docker (apt-get install docker.io, Docker Desktop), or give --server a database URL"
_FORBIDDEN = "run it as root, or as a member of the group docker (usermod --append --groups docker USER)"
LOOPBACK = ("localhost", "127.0.0.1", "::1", "localunixsocket", "localnpipe")  # the SDK's names of sockets among them


@contextmanager
def connect(seconds: int = 60) -> Iterator[DockerClient]:
    """Connect, waiting `seconds` for each answer; whatever fails between here and the daemon becomes a ServerError."""
    try:
        import docker
        from docker.errors import DockerException
        from requests.exceptions import RequestException
    except ImportError as error:
        raise ServerError("the Python package docker is missing", remedy="pip install docker") from error
    try:
        client = docker.from_env(timeout=seconds)
    except DockerException as error:
        remedy = _FORBIDDEN if "Permission denied" in str(error) else REMEDY
        raise ServerError(f"the Docker daemon cannot be reached: {error}", remedy=remedy) from error
    with closing(client):
        try:
            yield client
        except (DockerException, RequestException) as error:
            raise ServerError(f"Docker failed: {error}", remedy=REMEDY) from error


def host(client: DockerClient) -> str:
    """Give the host that the daemon is on."""
    base = str(client.api.base_url)
    return str(urlsplit(base).hostname or base)
