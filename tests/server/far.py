"""The operator's machine and a server behind a VPN, for tests: two networks, and what listens in the far one."""

from __future__ import annotations

import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pymysql

from migkit.model import Server
from tests.server.namespaces import Networks, networks

ROOT = Path(__file__).parents[2]
HOST = "10.126.5.1"
OTHER = "10.126.5.2"
PASSWORD = "s3cr#t:p@ss/w?rd&x=1"
QUOTED = "s3cr%23t%3Ap%40ss%2Fw%3Frd%26x%3D1"
VPN = 'vpn = { interfaces = ["wg*", "tun*"], networks = ["10.126.0.0/16"] }'

Talk = Callable[[socket.socket], None]


@dataclass(frozen=True)
class Looked:
    """What came of a look: the lines by name, the last of them, the exit code, and how long it took."""

    code: int
    seconds: float
    lines: dict[str, tuple[bool | None, str, str]]
    last: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "last", list(self.lines)[-1])

    def refused(self, line: str) -> str:
        """Give what the line `line` says, which has to be the last one, not ok, with a remedy, in time."""
        ok, message, remedy = self.lines[line]
        assert (self.last, ok, self.code) == (line, False, 6), self
        assert all(one[0] is not False for name, one in self.lines.items() if name != line)
        assert remedy
        return f"{message} -> {remedy}"

    def fine(self) -> dict[str, str]:
        """Give what the lines say, of which none may be wrong."""
        assert self.code == 0, self
        assert self.last == "tls", self
        return {name: message for name, (_ok, message, _remedy) in self.lines.items()}


class Looker:
    """The program that looks; it goes with this process."""

    def __init__(self, folder: Path) -> None:
        self._said = (folder / "stderr").open("w+")
        program = (sys.executable, "-W", "error", "-m", "tests.server.looked")
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self._running = subprocess.Popen(
            program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, text=True, env=environment
        )

    def look(self, process: int, folder: Path, environment: dict[str, str]) -> dict[str, Any]:
        """Look from where `process` is; nothing may be written beside the answer, and no password in that."""
        assert self._running.stdin is not None
        assert self._running.stdout is not None
        environment = {"HOME": str(folder), **environment}
        order = {"process": process, "folder": str(folder), "environment": environment}
        self._running.stdin.write(json.dumps(order) + "\n")
        self._running.stdin.flush()
        told = self._running.stdout.readline()
        self._said.seek(0)
        assert not self._said.read(), self._said.seek(0) or self._said.read()
        assert self._running.stdout.readline() == "{}\n"
        assert PASSWORD not in told
        assert QUOTED not in told
        return dict(json.loads(told))

    def close(self) -> None:
        """End it."""
        with self._running:
            assert self._running.stdin is not None
            self._running.stdin.close()
        self._said.close()


@dataclass(frozen=True)
class Machine:
    """The operator's machine, its configuration, and the far network."""

    nets: Networks
    folder: Path
    looker: Looker

    def look(
        self,
        *,
        host: str = HOST,
        port: int = 3306,
        vpn: str = VPN,
        timeout: str = "3s",
        url: str = "",
        engine: str = "",
        environment: dict[str, str] | None = None,
    ) -> Looked:
        """Look at the way to the target from the operator's machine."""
        url = url or f"mysql://app:{QUOTED}@{host}:{port}/shop"
        lines = (
            "[schemas.app]",
            f'directory = "."\ndatabase = "shop"\nengine = "{engine or "mysql:9.7"}"',
            "[schemas.app.targets.production]",
            f'url = "{url}"\nhosts = ["{host}:{port}"]\nconnect_timeout = "{timeout}"\n{vpn}',
        )
        (self.folder / "migkit.toml").write_text("\n".join(lines))
        told = self.looker.look(self.nets.near.process, self.folder, environment or {})
        assert told["seconds"] < float(timeout.rstrip("s")) + 0.5, told
        checks = {each["check"].removeprefix("network: "): each for each in told["checks"]}
        given = {name: (each["ok"], each["message"], each["remedy"]) for name, each in checks.items()}
        return Looked(told["code"], told["seconds"], given)


@contextmanager
def apart(folder: Path, looker: Looker) -> Iterator[Machine]:
    """Make two networks that nothing joins; the server's has its addresses."""
    with networks(folder) as nets:
        for address in (HOST, OTHER):
            nets.far.ip(f"address add {address}/32 dev lo")
        yield Machine(nets, folder, looker)


def join(machine: Machine) -> None:
    """Join them by a VPN's interface, with a route over it."""
    machine.nets.join("wg0", "10.126.0.2/24", "10.126.0.1/24")
    machine.nets.near.ip("route add 10.126.5.0/24 via 10.126.0.1")


@contextmanager
def served(listener: socket.socket, serve: Talk) -> Iterator[None]:
    """Have each connection served by a thread of its own."""
    threads: list[threading.Thread] = []

    def one(connection: socket.socket) -> None:
        with connection:
            try:
                serve(connection)
            except OSError:
                return

    def accept() -> None:
        while True:
            try:
                connection, _from = listener.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=one, args=(connection,), daemon=True))
            threads[-1].start()

    taking = threading.Thread(target=accept, daemon=True)
    taking.start()
    try:
        yield
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        taking.join()
        for thread in threads:
            thread.join(5)


def to(server: Server, *, delay: float = 0.0) -> Talk:
    """Serve by passing everything on to a server of this machine, each piece after `delay` seconds."""

    def pump(source: socket.socket, sink: socket.socket) -> None:
        try:
            while piece := source.recv(65536):
                time.sleep(delay)
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def serve(connection: socket.socket) -> None:
        with socket.create_connection((server.host, server.port), 5) as behind:
            behind.settimeout(None)
            back = threading.Thread(target=pump, args=(behind, connection), daemon=True)
            back.start()
            pump(connection, behind)
            back.join(10)

    return serve


def silent(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass


def gone(connection: socket.socket) -> None:
    """Close without a word, as a proxy does whose server is away."""
    del connection


def says(what: bytes) -> Talk:
    def serve(connection: socket.socket) -> None:
        connection.sendall(what)
        silent(connection)

    return serve


def greeting(*, tls: bool = False) -> bytes:
    """Give what a MySQL server begins with."""
    capabilities = 0x8200 | (0x800 if tls else 0)
    body = b"\x0a9.7.4\0" + b"\1\0\0\0saltsalt\0" + struct.pack("<H", capabilities) + b"\x2d\2\0\0\0\0" + b"\0" * 10
    return len(body).to_bytes(3, "little") + b"\0" + body


@contextmanager
def behind(nets: Networks, server: Server, *, delay: float = 0.0) -> Iterator[None]:
    """Have a server of this machine stand in the far network, as a proxy there has it."""
    with served(nets.far.listening(HOST, 3306), to(server, delay=delay)):
        yield


def query(server: Server, *statements: str, tls: bool = False) -> None:
    with ExitStack() as stack:
        args = {"host": server.host, "port": server.port, "user": server.user, "password": server.password}
        connection = stack.enter_context(closing(pymysql.connect(**args, autocommit=True, ssl_disabled=not tls)))
        cursor = stack.enter_context(connection.cursor())
        for statement in statements:
            cursor.execute(statement)
