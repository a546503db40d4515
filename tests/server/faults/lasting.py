"""A server whose data outlive `docker kill`: they stand on a small disk of the host, which can be filled too."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from migkit.engines import parse
from migkit.model import Server
from migkit.product import ServerSettings
from migkit.servers import docker, docker_client, login
from migkit.servers.request import Request
from tests.server.conftest import small_disk

MEGABYTES = 700
DURABLE = {  # what a server must do for a commit to outlive a SIGKILL: the kit's own servers may forget
    "mysql": ("--sync-binlog=1", "--innodb-flush-log-at-trx-commit=1", "--innodb-doublewrite=ON"),
    "mariadb": ("--sync-binlog=1", "--innodb-flush-log-at-trx-commit=1", "--innodb-doublewrite=ON"),
    "postgresql": ("-c", "synchronous_commit=on", "-c", "full_page_writes=on"),
}


@dataclass(frozen=True)
class Lasting:
    """A server that can be killed and started again, and the folder on the host in which its data stand."""

    server: Server
    folder: Path

    def kill(self) -> None:
        """End the server as `docker kill` does: SIGKILL, at once."""
        with docker_client.connect() as client:
            client.containers.get(self.server.handle).kill()

    def start(self) -> None:
        """Start it again on what it had written, and wait until it answers."""
        with docker_client.connect() as client:
            handle = client.containers.get(self.server.handle)
            handle.start()
            docker._ready(handle, self.server.engine, _order_of(self.server))

    def revive(self) -> None:
        """Start it again if it has ended: what cannot be written ends some servers."""
        with docker_client.connect() as client:
            ended = client.containers.get(self.server.handle).status != "running"
        if ended or not answers(self.server):
            self.start()

    @contextmanager
    def full(self) -> Iterator[None]:
        """Fill the disk for the time of a block."""
        try:
            fill(self.folder / "filler")
            yield
        finally:
            (self.folder / "filler").unlink(missing_ok=True)


def fill(filler: Path) -> None:
    """Fill the disk on which a file is with it."""
    piece = 1 << 20
    with filler.open("wb", buffering=0) as file:
        while piece:
            try:
                file.write(b"\0" * piece)
            except OSError:
                piece //= 2


@contextmanager
def lasting(name: str) -> Iterator[Lasting]:
    """Run a server of an engine on a disk of its own; only root can."""
    engine = parse(name)
    settings = ServerSettings(args=DURABLE[engine.family])
    with (
        tempfile.TemporaryDirectory(prefix="migkit-faults-") as made,
        small_disk(Path(made), MEGABYTES),
        docker_client.connect() as client,
    ):
        data = Path(made) / "data"
        data.mkdir()
        Path(made).chmod(0o755)
        order = docker._order(client, engine, settings, docker._image(client, Request(engine, settings), print), 1)
        order.options["volumes"] = {str(data): {"bind": folder, "mode": "rw"} for folder in order.options.pop("tmpfs")}
        order.options["ports"] = {f"{engine.port}/tcp": ("127.0.0.1", free_port())}
        with docker._running(engine, order) as server:
            yield Lasting(replace(server, password=order.password), data)


def _order_of(server: Server) -> docker._Order:
    return docker._Order(server.handle, server.origin, server.password, {})


def free_port() -> int:
    """Give a port of the loopback that nothing listens on: it stays the server's when it is started again."""
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def answers(server: Server) -> bool:
    """Whether a server answers a login."""
    return not login.answer(server)
