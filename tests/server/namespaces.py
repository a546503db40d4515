"""Networks for tests: namespaces that a process holds open, so that they are gone when it is.

Only root can make them. What a namespace sees as its hosts and name servers are files of its own.
"""

from __future__ import annotations

import ctypes
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tests.conftest import demand_root, lacking

_T = TypeVar("_T")
_NEEDED = ("ip", "iptables", "unshare", "nsenter", "setpriv", "mount")
_ALONE = ("unshare", "--net", "--mount", "setpriv", "--pdeathsig", "KILL", "sleep", "3600")
_NET = 0x40000000  # CLONE_NEWNET


def demand_namespaces() -> None:
    """Skip without root or without one of the programs, or fail in CI."""
    demand_root("can make network namespaces")
    for program in _NEEDED:
        if not shutil.which(program):
            lacking(f"no {program}: install iproute2 and iptables")
    tried = subprocess.run(("unshare", "--net", "--mount", "true"), capture_output=True, text=True, check=False)
    if tried.returncode:
        lacking(f"no network can be made here: {tried.stderr}")


@dataclass(frozen=True, slots=True)
class Namespace:
    """A network of its own, and a view of the file system in which files can be put over others."""

    process: int
    folder: Path

    def run(
        self, *args: str, env: Mapping[str, str] | None = None, timeout: float = 60
    ) -> subprocess.CompletedProcess[str]:
        """Run a program inside, to its end, whatever that is."""
        inside = ("nsenter", "--target", str(self.process), "--net", "--mount", f"--wdns={Path.cwd()}", *args)
        return subprocess.run(inside, capture_output=True, text=True, timeout=timeout, check=False, env=env)

    def do(self, *args: str) -> str:
        """Run a program inside that has to succeed."""
        done = self.run(*args)
        assert done.returncode == 0, (args, done.stderr)
        return done.stdout

    def ip(self, words: str) -> None:
        """Run `ip` with these words."""
        self.do("ip", *words.split())

    def put(self, path: str, text: str) -> None:
        """Put a text over a file, as this namespace sees it."""
        mine = self.folder / path.replace("/", "_")
        mine.write_text(text)
        self.do("mount", "--bind", str(mine), path)

    def listening(self, address: str, port: int = 0) -> socket.socket:
        """Give a socket of this network that listens, for this process to serve."""
        return self.inside(lambda: socket.create_server((address, port), family=_family(address)))

    def inside(self, act: Callable[[], _T]) -> _T:
        """Do something in this network, in a thread that ends with it."""
        found: list[_T | BaseException] = []

        def entered() -> None:
            with Path(f"/proc/{self.process}/ns/net").open() as net:
                if ctypes.CDLL(None, use_errno=True).setns(net.fileno(), _NET):
                    found.append(OSError(ctypes.get_errno(), "setns"))
                    return
            try:
                found.append(act())
            except BaseException as error:  # it is raised where it was asked for
                found.append(error)

        thread = threading.Thread(target=entered)
        thread.start()
        thread.join()
        if isinstance(found[0], BaseException):
            raise found[0]
        return found[0]


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def _network(process: int | str) -> int:
    return Path(f"/proc/{process}/ns/net").stat().st_ino


@contextmanager
def namespace(folder: Path) -> Iterator[Namespace]:
    """Make a network with nothing but a loopback; it goes with its process."""
    folder.mkdir(parents=True, exist_ok=True)
    with subprocess.Popen(_ALONE) as held:
        try:
            while _network(held.pid) == _network("self") and held.poll() is None:
                pass
            made = Namespace(held.pid, folder)
            made.ip("link set lo up")
            made.put("/etc/resolv.conf", "options timeout:1 attempts:1\n")
            made.put("/etc/hosts", "127.0.0.1 localhost\n")
            yield made
        finally:
            held.kill()


@dataclass(frozen=True, slots=True)
class Networks:
    """Two networks: `near` is the operator's machine, `far` where the server is. Nothing joins them yet."""

    near: Namespace
    far: Namespace

    def join(self, interface: str, near: str, far: str) -> None:
        """Lay a cable: `interface` with the address `near` in the one, its other end with `far` in the other."""
        other = f"far-{interface}"
        self.near.ip(f"link add {interface} type veth peer name {other} netns {self.far.process}")
        for here, name, address in ((self.near, interface, near), (self.far, other, far)):
            here.ip(f"address add {address} dev {name}{' nodad' if ':' in address else ''}")
            here.ip(f"link set {name} up")


@contextmanager
def networks(folder: Path) -> Iterator[Networks]:
    """Make two networks that are not joined."""
    demand_namespaces()
    with ExitStack() as stack:
        near = stack.enter_context(namespace(folder / "near"))
        yield Networks(near, stack.enter_context(namespace(folder / "far")))
