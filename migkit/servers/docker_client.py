"""The connection to the Docker daemon that the environment or the Docker context names."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from migkit.errors import ServerError

if TYPE_CHECKING:
    from docker import DockerClient

REMEDY = "install or start Docker (apt-get install docker.io, Docker Desktop), or give --server a database URL"
_FORBIDDEN = "run it as root, or as a member of the group docker (usermod --append --groups docker USER)"
_UNIX = "http+unix://"  # as the SDK writes it
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
        _knock(seconds)
        client = docker.from_env(timeout=seconds)
    except (DockerException, OSError) as error:
        remedy = _FORBIDDEN if isinstance(error, PermissionError) else REMEDY
        raise ServerError(f"the Docker daemon cannot be reached: {_said(error)}", remedy=remedy) from error
    with closing(client):
        try:
            yield client
        except (DockerException, RequestException) as error:
            raise ServerError(f"Docker failed: {error}", remedy=REMEDY) from error


def _knock(seconds: int) -> None:
    """Try the daemon's address: the SDK leaves its own socket open where nobody answers, and says it in five lines.

    Raises OSError with the path, or host and port, as its file name.
    """
    from docker.utils import kwargs_from_env, parse_host

    address = str(parse_host(kwargs_from_env().get("base_url")))
    place = urlsplit(address)
    try:
        if address.startswith(_UNIX):
            with socket.socket(socket.AF_UNIX) as tried:
                tried.settimeout(seconds)
                tried.connect(address.removeprefix(_UNIX))
        elif place.scheme in ("http", "https") and place.hostname and place.port:
            socket.create_connection((place.hostname, place.port), timeout=seconds).close()
    except OSError as error:
        error.filename = address.removeprefix(_UNIX) if address.startswith(_UNIX) else f"{place.hostname}:{place.port}"
        raise


def _said(error: Exception) -> str:
    return f"{error.filename}: {error.strerror or error}" if isinstance(error, OSError) else str(error)


def host(client: DockerClient) -> str:
    """Give the host that the daemon is on."""
    base = str(client.api.base_url)
    return str(urlsplit(base).hostname or base)
