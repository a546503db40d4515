"""The way to a target, in networks made for it: each way of failing has its own line, in time, with exit code 6."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pymysql
import pytest

from tests.conftest import lacking
from tests.server import far
from tests.server.conftest import Serve
from tests.server.far import (
    HOST,
    OTHER,
    PASSWORD,
    QUOTED,
    Looked,
    Looker,
    Machine,
    behind,
    gone,
    greeting,
    query,
    says,
    served,
    silent,
)
from tests.server.namespaces import Namespace

pytestmark = pytest.mark.server

only = pytest.mark.parametrize


@pytest.fixture(scope="module")
def looker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looker]:
    with closing(Looker(tmp_path_factory.mktemp("looker"))) as running:
        yield running


@pytest.fixture
def apart(tmp_path: Path, looker: Looker) -> Iterator[Machine]:
    with far.apart(tmp_path, looker) as machine:
        yield machine


@pytest.fixture
def joined(apart: Machine) -> Machine:
    far.join(apart)
    return apart


def test_no_interface_of_the_vpn(apart: Machine) -> None:
    said = apart.look().refused("vpn")
    assert said == "the VPN is down: no interface wg* or tun* is there -> connect to the VPN"


def test_an_interface_that_is_down(joined: Machine) -> None:
    joined.nets.near.ip("link set wg0 down")
    assert "wg0 is there, and down -> connect to the VPN" in joined.look().refused("vpn")


def test_a_tunnel_whose_client_is_gone(apart: Machine) -> None:
    if apart.nets.near.run("ip", "tuntap", "add", "tun0", "mode", "tun").returncode:
        lacking("no tun device can be made: the kernel has no tun")
    apart.nets.near.ip("link set tun0 up")
    apart.nets.near.ip("address add 10.126.0.2/24 dev tun0")
    assert "tun0 is there, and down" in apart.look(host="10.126.0.9").refused("vpn")


def test_an_interface_without_a_route(apart: Machine) -> None:
    apart.nets.join("wg0", "10.126.0.2/24", "10.126.0.1/24")
    looked = apart.look()
    assert looked.lines["vpn"][:2] == (True, "wg0 (10.126.0.2) is up")
    assert looked.refused("route") == (
        "no route to 10.126.5.1: Network is unreachable -> "
        "have wg0 carry 10.126.5.1: its routes (WireGuard: AllowedIPs), or connect to the VPN anew"
    )


@only("route", ["unreachable", "prohibit", "blackhole"])
def test_a_route_that_refuses(joined: Machine, route: str) -> None:
    joined.nets.near.ip(f"route add {route} {HOST}/32")
    assert joined.look().refused("route").startswith("no route to 10.126.5.1: ")


def test_a_route_by_the_wrong_interface(apart: Machine) -> None:
    apart.nets.join("wg0", "10.126.0.2/24", "10.126.0.1/24")
    apart.nets.join("eth0", "192.168.77.2/24", "192.168.77.1/24")
    apart.nets.near.ip("route add default via 192.168.77.1")
    with served(apart.nets.far.listening(HOST, 3306), says(greeting())):
        said = apart.look().refused("route")
        assert said.startswith(
            "packets to 10.126.5.1 leave by eth0 over 192.168.77.1 from 192.168.77.2, and not by wg* or tun*"
        )
        assert said.endswith(
            "have wg0 carry 10.126.5.1: its routes (WireGuard: AllowedIPs), or connect to the VPN anew"
        )
        assert apart.look(vpn="").fine()["vpn"] == "the target declares no VPN"


def test_without_iproute2_the_interface_is_known_by_its_address(
    apart: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart.nets.join("wg0", "10.126.0.2/24", "10.126.0.1/24")
    apart.nets.join("eth0", "192.168.77.2/24", "192.168.77.1/24")
    apart.nets.near.ip("route add default via 192.168.77.1")
    said = apart.look(environment={"PATH": "/nowhere"}).refused("route")
    assert "leave by eth0 from 192.168.77.2, and not by wg*" in said


def test_a_network_that_is_not_declared(joined: Machine) -> None:
    with served(joined.nets.far.listening(HOST, 3306), says(greeting())):
        said = joined.look(vpn='vpn = { networks = ["10.200.0.0/16"] }').refused("route")
        assert "neither that address nor the own one is in 10.200.0.0/16" in said
        for network in ("10.126.5.0/24", "10.126.0.0/24"):  # the server's, or the own source address
            joined.look(vpn=f'vpn = {{ interfaces = ["wg*"], networks = ["{network}"] }}').fine()


def test_a_name_that_is_unknown(joined: Machine) -> None:
    joined.nets.near.put("/etc/nsswitch.conf", "hosts: files\n")
    said = joined.look(host="db.internal").refused("name")
    assert said.startswith("no name server knows db.internal (")
    assert said.endswith("-> look at the host in the target's URL")


def test_a_name_that_is_unknown_while_the_vpn_is_down(apart: Machine) -> None:
    apart.nets.near.put("/etc/nsswitch.conf", "hosts: files\n")
    said = apart.look(host="db.internal").refused("name")
    assert said.endswith(", and the VPN is down: no interface wg* or tun* is there -> connect to the VPN")


def test_a_name_server_that_is_silent(joined: Machine) -> None:
    joined.nets.near.put("/etc/nsswitch.conf", "hosts: dns\n")
    joined.nets.near.put("/etc/resolv.conf", f"nameserver {OTHER}\noptions timeout:30 attempts:5\n")
    with closing(joined.nets.far.inside(lambda: _bound(OTHER))):
        looked = joined.look(host="db.internal", timeout="2s")
        assert "no name server answered for db.internal within 2 s" in looked.refused("name")
        assert looked.seconds >= 1.9


def test_a_name_server_that_refuses(joined: Machine) -> None:
    joined.nets.near.put("/etc/nsswitch.conf", "hosts: dns\n")
    joined.nets.near.put("/etc/resolv.conf", f"nameserver {OTHER}\noptions timeout:1 attempts:1\n")
    assert "no name server answered for db.internal" in joined.look(host="db.internal").refused("name")


def _bound(address: str) -> socket.socket:
    name_server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    name_server.bind((address, 53))
    return name_server


def test_refused(joined: Machine) -> None:
    said = joined.look().refused("tcp")
    assert said.startswith("10.126.5.1:3306 refuses the connection: nothing listens there, or a firewall rejects it")


def drop(network: Namespace, *words: str) -> None:
    network.do("iptables", *words)


def test_filtered(joined: Machine) -> None:
    drop(joined.nets.far, "-A", "INPUT", "-p", "tcp", "--dport", "3306", "-j", "DROP")
    looked = joined.look(timeout="2s")
    said = looked.refused("tcp")
    assert re.match(r"10.126.5.1:3306 did not answer within \d.\d s: packets leave by wg0 and none comes back", said)
    assert "let 10.126.0.2 through the firewalls to 10.126.5.1:3306, and look whether the VPN is alive" in said
    assert looked.seconds >= 1.9


def test_filtered_on_this_machine(joined: Machine) -> None:
    drop(joined.nets.near, "-A", "OUTPUT", "-p", "tcp", "--dport", "3306", "-j", "DROP")
    assert "did not answer" in joined.look(timeout="2s").refused("tcp")


@only("reply,said", [("icmp-host-unreachable", "no such host"), ("icmp-net-unreachable", "knows no way there")])
def test_what_a_router_on_the_way_says(joined: Machine, reply: str, said: str) -> None:
    drop(joined.nets.far, "-A", "INPUT", "-p", "tcp", "-j", "REJECT", "--reject-with", reply)
    assert said in joined.look().refused("tcp")


def test_a_host_that_is_not_there(joined: Machine) -> None:
    looked = joined.look(host="10.126.0.9", timeout="5s")  # in the VPN's own network, where nobody has that address
    assert "10.126.0.9:3306 cannot be reached: no such host" in looked.refused("tcp")


def test_a_proxy_that_says_nothing(joined: Machine) -> None:
    with served(joined.nets.far.listening(HOST, 3306), silent):
        looked = joined.look(timeout="2s")
        assert looked.refused("answer").startswith("10.126.5.1:3306 took the connection and said nothing for ")
        assert looked.seconds >= 1.9


def test_a_proxy_whose_server_is_gone(joined: Machine) -> None:
    with served(joined.nets.far.listening(HOST, 3306), gone):
        assert "took the connection and closed it without a word" in joined.look().refused("answer")


@only("words", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-OpenSSH_9.2\r\n", b"\0" * 90])
def test_something_else_that_listens(joined: Machine, words: bytes) -> None:
    with served(joined.nets.far.listening(HOST, 3306), says(words)):
        assert "what listens on 10.126.5.1:3306 does not speak MySQL's protocol" in joined.look().refused("answer")


def test_a_server_that_lets_nobody_in(joined: Machine) -> None:
    body = b"\xff\x6a\x04Host '10.126.0.2' is not allowed to connect to this MySQL server"
    with served(joined.nets.far.listening(HOST, 3306), says(len(body).to_bytes(3, "little") + b"\0" + body)):
        said = joined.look().refused("answer")
        assert "10.126.5.1:3306 lets nobody in: Host '10.126.0.2' is not allowed" in said
        assert "(1130)" in said


def test_of_several_addresses_the_first_that_answers_is_taken(joined: Machine) -> None:
    joined.nets.near.put("/etc/hosts", f"{HOST} db.internal\n{OTHER} db.internal\n10.126.5.3 db.internal\n")
    joined.nets.far.ip("address add 10.126.5.3/32 dev lo")
    drop(joined.nets.far, "-A", "INPUT", "-d", HOST, "-j", "DROP")
    with served(joined.nets.far.listening("10.126.5.3", 3306), says(greeting())):
        looked = joined.look(host="db.internal")
        said = looked.fine()
        assert said["name"] == "db.internal is 10.126.5.1, 10.126.5.2 and 10.126.5.3"
        assert said["tcp"].startswith("10.126.5.3:3306 took the connection after ")
        assert "10.126.5.2:3306 refuses the connection" in said["tcp"]
        assert looked.seconds < 2  # the one that swallows packets costs no time
    said = joined.look(host="db.internal", timeout="2s").refused("tcp")
    assert all(f"10.126.5.{number}:3306" in said for number in (1, 2, 3))


def test_an_address_of_several_that_leads_another_way_is_refused(joined: Machine) -> None:
    joined.nets.join("eth0", "192.168.77.2/24", "192.168.77.1/24")
    joined.nets.near.put("/etc/hosts", f"{HOST} db.internal\n192.168.77.1 db.internal\n")
    said = joined.look(host="db.internal").refused("route")
    assert "packets to 192.168.77.1 leave by eth0" in said
    assert HOST not in said


def test_an_address_that_no_route_leads_to_is_passed_over(joined: Machine) -> None:
    joined.nets.near.put("/etc/hosts", f"{HOST} db.internal\nfd00:1::1 db.internal\n")
    with served(joined.nets.far.listening(HOST, 3306), says(greeting())):
        assert "no route to fd00:1::1 (" in joined.look(host="db.internal").fine()["route"]


def test_over_ipv6(apart: Machine) -> None:
    apart.nets.join("tun0", "fd00:126::2/64", "fd00:126::1/64")
    with served(apart.nets.far.listening("fd00:126::1", 3306), says(greeting())):
        vpn = 'vpn = { interfaces = ["tun*"], networks = ["fd00:126::/48"] }'
        said = apart.look(host="[fd00:126::1]", vpn=vpn).fine()
        assert said["route"] == "packets to fd00:126::1 leave by tun0 from fd00:126::2"
        assert said["tcp"].startswith("[fd00:126::1]:3306 took the connection")


# With real servers behind it: the listener is in the far network, the server where the session has it.


def test_mysql(joined: Machine, serve: Serve) -> None:
    with behind(joined.nets, serve("mysql:9.7")):
        said = joined.look().fine()
        assert said["answer"].startswith("MySQL 9.7.")
        plain = joined.look(url=f"app:{PASSWORD}@tcp({HOST}:3306)/shop").fine()
        assert plain["tls"] == "no TLS is asked for, and the server has it"
        blind = joined.look(url=f"app:{PASSWORD}@tcp({HOST}:3306)/shop?tls=skip-verify").fine()
        assert blind["tls"].startswith("TLSv1.3, ")
        assert blind["tls"].endswith("the server's certificate is not verified (ssl_ca=… would)")
        # its certificate is signed by an authority of its own, which nobody was told of
        looked = joined.look(url=f"app:{PASSWORD}@tcp({HOST}:3306)/shop?tls=true")
        said = looked.refused("tls")
        assert "the server's certificate does not hold: self-signed certificate in certificate chain" in said
        assert said.endswith("name the file of its certificate authority: ssl_ca=…")


def test_a_slow_mysql_is_heard_or_given_up_in_time(joined: Machine, serve: Serve) -> None:
    url = f"app:{PASSWORD}@tcp({HOST}:3306)/shop?tls=skip-verify"
    with behind(joined.nets, serve("mysql:9.7"), delay=0.4):
        looked = joined.look(url=url, timeout="5s")
        looked.fine()
        assert looked.seconds > 1
        assert (
            joined.look(url=url, timeout="1s")
            .refused("tls")
            .startswith(f"{HOST}:3306: the TLS handshake was not answered")
        )


def test_a_mariadb_without_tls(joined: Machine, serve: Serve) -> None:
    with behind(joined.nets, serve("mariadb:10.11")):
        assert joined.look(engine="mariadb:10.11").fine()["answer"].startswith("MariaDB 10.11.")
        said = joined.look(engine="mariadb:10.11", url=f"app:{PASSWORD}@tcp({HOST}:3306)/shop?tls=skip-verify")
        assert said.refused("tls").startswith("10.126.5.1:3306 has no TLS, and TLS is asked for -> have TLS set up")


def test_postgresql(joined: Machine, serve: Serve) -> None:
    url = f"postgresql://app:{QUOTED}@{HOST}:3306/shop"
    with behind(joined.nets, serve("postgresql:15")):

        def look(options: str = "") -> Looked:
            return joined.look(url=f"{url}{options}", engine="postgresql:15")

        assert look().fine()["tls"] == "sslmode=prefer is set, and the server has none"
        assert look().fine()["answer"].startswith("PostgreSQL's protocol answered after")
        assert look("?sslmode=disable").fine()["tls"] == "sslmode=disable is set"
        assert "has no TLS, and sslmode=require is set" in look("?sslmode=require").refused("tls")
        assert "cannot be used" in look(f"?sslmode=verify-ca&sslrootcert={joined.folder}/none").refused("tls")
        assert "does not speak MySQL's protocol" not in joined.look(timeout="2s").refused("answer")


def test_a_server_of_the_other_product(joined: Machine, serve: Serve) -> None:
    url = f"postgresql://app:{QUOTED}@{HOST}:3306/shop"
    with behind(joined.nets, serve("mysql:9.7")):
        for options in ("", "?sslmode=disable"):
            said = joined.look(url=f"{url}{options}", engine="postgresql:15").refused("answer")
            assert "does not speak PostgreSQL's protocol" in said


def test_looking_locks_no_account(joined: Machine, serve: Serve) -> None:
    server = serve("mysql:9.7")
    query(
        server,
        "DROP USER IF EXISTS looked",
        f"CREATE USER looked IDENTIFIED BY '{PASSWORD}' FAILED_LOGIN_ATTEMPTS 1 PASSWORD_LOCK_TIME 1",
    )
    try:
        with behind(joined.nets, server):
            for tls in ("", "?tls=skip-verify"):
                joined.look(url=f"looked:{PASSWORD}@tcp({HOST}:3306)/shop{tls}").fine()
        pymysql.connect(host=server.host, port=server.port, user="looked", password=PASSWORD).close()
    finally:
        query(server, "DROP USER looked")
