"""A target that cannot be reached: every task that works on one ends with code 6, and its own words, in time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import MakeSchema
from tests.server.conftest import Serve
from tests.server.far import HOST, PASSWORD, QUOTED, ROOT, VPN, behind, greeting, query, says, served, silent
from tests.server.namespaces import Networks, networks
from tests.server.releasing import AGENTS, ENV, PROGRAM

pytestmark = pytest.mark.server

UP = """
def upgrade():
    op.execute("CREATE TABLE t (id INT PRIMARY KEY)")
def downgrade():
    op.execute("DROP TABLE t")
"""
SECONDS = 2.0
only = pytest.mark.parametrize


@dataclass(frozen=True)
class Desk:
    """The operator's machine with a repository, and the program."""

    nets: Networks
    folder: Path

    def configure(self, host: str = HOST, url: str = "") -> None:
        url = url or f"mysql://app:{QUOTED}@{host}:3306/shop"
        (self.folder / "migkit.toml").write_text(
            '[schemas.app]\ndirectory = "app"\ndatabase = "shop"\nengine = "mysql:9.7"\n'
            "[schemas.app.targets.production]\n"
            f'url = "{url}"\nhosts = ["{host}:3306"]\nconnect_timeout = "{SECONDS:g}s"\n{VPN}\n'
        )

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the program there; no password may be in what it says."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(AGENTS)}
        environment = {**kept, "PYTHONPATH": str(ROOT), "HOME": str(self.folder), "NO_COLOR": "1"}
        inside = ("nsenter", "--target", str(self.nets.near.process), "--net", "--mount", f"--wdns={self.folder}")
        done = subprocess.run(
            [*inside, sys.executable, "-c", PROGRAM, *words],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert PASSWORD not in done.stdout + done.stderr
        assert QUOTED not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    def join(self) -> None:
        self.nets.join("wg0", "10.126.0.2/24", "10.126.0.1/24")
        self.nets.near.ip("route add 10.126.5.0/24 via 10.126.0.1")


Way = Callable[[Desk], AbstractContextManager[None]]


@pytest.fixture
def desk(tmp_path: Path, make_schema: MakeSchema) -> Iterator[Desk]:
    make_schema({"r1": UP}, env=ENV, engine="mysql:9.7")
    with networks(tmp_path) as nets:
        nets.far.ip(f"address add {HOST}/32 dev lo")
        desk = Desk(nets, tmp_path)
        desk.configure()
        yield desk


@contextmanager
def no_interface(_desk: Desk) -> Iterator[None]:
    yield


@contextmanager
def no_route(desk: Desk) -> Iterator[None]:
    desk.nets.join("wg0", "10.126.0.2/24", "10.126.0.1/24")
    yield


@contextmanager
def wrong_interface(desk: Desk) -> Iterator[None]:
    desk.nets.join("wg0", "10.126.0.2/24", "10.126.0.1/24")
    desk.nets.join("eth0", "192.168.77.2/24", "192.168.77.1/24")
    desk.nets.near.ip("route add default via 192.168.77.1")
    yield


@contextmanager
def unknown_name(desk: Desk) -> Iterator[None]:
    desk.join()
    desk.nets.near.put("/etc/nsswitch.conf", "hosts: files\n")
    desk.configure("db.internal")
    yield


@contextmanager
def refused(desk: Desk) -> Iterator[None]:
    desk.join()
    yield


@contextmanager
def filtered(desk: Desk) -> Iterator[None]:
    desk.join()
    desk.nets.far.do("iptables", "-A", "INPUT", "-p", "tcp", "-j", "DROP")
    yield


@contextmanager
def slow(desk: Desk) -> Iterator[None]:
    desk.join()
    with served(desk.nets.far.listening(HOST, 3306), silent):
        yield


@contextmanager
def without_tls(desk: Desk) -> Iterator[None]:
    desk.join()
    desk.configure(url=f"app:{PASSWORD}@tcp({HOST}:3306)/shop?tls=true")
    with served(desk.nets.far.listening(HOST, 3306), says(greeting())):
        yield


WAYS: tuple[tuple[Way, str, str], ...] = (
    (no_interface, "vpn", "the VPN is down: no interface wg* or tun* is there"),
    (no_route, "route", "no route to 10.126.5.1: Network is unreachable"),
    (
        wrong_interface,
        "route",
        "packets to 10.126.5.1 leave by eth0 over 192.168.77.1 from 192.168.77.2, and not by wg*",
    ),
    (unknown_name, "name", "no name server knows db.internal"),
    (refused, "tcp", "10.126.5.1:3306 refuses the connection"),
    (filtered, "tcp", "10.126.5.1:3306 did not answer within"),
    (slow, "answer", "10.126.5.1:3306 took the connection and said nothing for"),
    (without_tls, "tls", "10.126.5.1:3306 has no TLS, and TLS is asked for"),
)


@only("way,line,said", WAYS)
def test_the_preflight_ends_there(desk: Desk, way: Way, line: str, said: str) -> None:
    with way(desk):
        done = desk.run("prod", "--check", "--format", "json")
    assert done.returncode == 6, done.stdout + done.stderr
    told = json.loads(done.stdout)
    checks = {each["check"]: each for each in told["preflight"] if each["check"].startswith("network: ")}
    last = list(checks)[-1]
    assert (last, checks[last]["ok"]) == (f"network: {line}", False)
    assert checks[last]["message"].startswith(said)
    assert checks[last]["remedy"]
    assert not [each for each in told["preflight"] if each["check"].startswith("server: ")]
    assert told["seconds"] < SECONDS + 4, told["seconds"]  # the rest is git and the revisions, on a machine at work


@only("words", [("prod",), ("prod", "--dry-run"), ("rollback", "--to", "base"), ("plan",), ("drift",), ("status",)])
def test_every_task_says_it(desk: Desk, words: tuple[str, ...]) -> None:
    with filtered(desk):
        done = desk.run(*words, "--target", "production")
    assert done.returncode == 6, done.stdout + done.stderr
    said = done.stdout + done.stderr
    assert "10.126.5.1:3306 did not answer within" in said
    assert "let 10.126.0.2 through the firewalls to 10.126.5.1:3306" in said


def test_a_server_that_wants_tls_is_a_refused_login(desk: Desk, serve: Serve) -> None:
    """MySQL says it after the password, so the network is fine, and the login is not."""
    server = serve("mysql:9.7")
    query(server, "SET GLOBAL require_secure_transport = ON")
    desk.join()
    desk.configure(url=f"{server.user}:{server.password}@tcp({HOST}:3306)/mysql")
    try:
        with behind(desk.nets, server):
            done = desk.run("prod", "--check")
            assert done.returncode == 6
            assert server.password not in done.stdout + done.stderr
            assert "✗" in done.stdout
            assert "--require_secure_transport=ON" in done.stdout
            assert "ask for TLS in the target's URL" in done.stdout
    finally:
        query(server, "SET GLOBAL require_secure_transport = OFF", tls=True)
