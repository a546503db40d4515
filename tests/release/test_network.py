"""What is said of ways, answers and handshakes, without a network; and that hostile answers end in a line."""

from __future__ import annotations

import socket
import ssl
import time
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migkit.address import Address
from migkit.engines import parse
from migkit.errors import TargetError
from migkit.model import Check, Journal, Target, Vpn
from migkit.process import Completed
from migkit.targets import arriving, dialing, names, network, routes, speaking, ways, wires
from migkit.targets.deadline import Deadline
from migkit.targets.declaring import Declared
from migkit.targets.names import Place
from migkit.targets.routes import Link, Way

VPN = Vpn(("wg*", "utun?"), ("10.126.0.0/16", "fd00:126::/48"))
PLACE = Place(socket.AF_INET, ("10.126.5.1", 3306))
UP = Link("wg0", up=True, addresses=("10.126.0.2", "fe80::1"))
only = pytest.mark.parametrize


def found(url: str, engine: str = "mysql:9.7", **fields: object) -> Declared:
    from sqlalchemy.engine import make_url

    made = make_url(url)
    target = Target("production", Journal(Path("/nowhere")), **fields)  # type: ignore[arg-type]  # real fields
    return Declared(target, parse(engine), Address(made.host or "", made.port or 0, "", "shop"), made)


MYSQL = found("mysql+pymysql://app:hunter2@db.internal:3306/shop")
POSTGRESQL = found("postgresql+psycopg://app:hunter2@db.internal:5432/shop", "postgresql:15")


class Told:
    """A line on which the other side says `bytes` and closes."""

    def __init__(self, words: bytes) -> None:
        self._words, self.sent = words, b""

    def read(self, count: int) -> bytes:
        told, self._words = self._words[:count], self._words[count:]
        if len(told) < count:
            raise EOFError
        return told

    def send(self, data: bytes) -> None:
        self.sent += data

    def more(self) -> bool:
        return bool(self._words)


# Ways


@only(
    "way,wrong",
    [
        (Way(PLACE, ("wg0",), "10.126.0.2"), ""),
        (Way(PLACE, ("utun3",), "192.168.1.2"), ""),
        (Way(PLACE, ("utun33",), "10.126.0.2"), "not by wg* or utun?"),
        (Way(PLACE, ("eth0",), "10.126.0.2"), "not by wg* or utun?"),
        (Way(PLACE, ("wg0", "eth0"), "10.126.0.2"), "not by wg* or utun?"),
        (Way(PLACE, (), "10.126.0.2"), "not by wg* or utun?"),
        (Way(Place(socket.AF_INET, ("10.127.0.1", 1)), ("wg0",), "192.168.1.2"), "neither that address nor the own"),
        (Way(Place(socket.AF_INET6, ("fd00:126::9", 1)), ("wg0",), "fd00::2"), ""),
        (Way(Place(socket.AF_INET6, ("::ffff:10.126.0.9", 1)), ("wg0",), "::1"), ""),
        (Way(Place(socket.AF_INET6, ("fe80::9%wg0", 1, 0, 3)), ("wg0",), "fe80::1"), "neither that address"),
    ],
)
def test_a_way_is_right_by_its_interface_and_by_a_network(way: Way, wrong: str) -> None:
    check = ways.route_check(VPN, [way], [UP])
    assert check.ok is not bool(wrong)
    assert wrong in check.message
    assert bool(check.remedy) is bool(wrong)
    assert ways.route_check(None, [way], [UP]).ok


@only(
    "links", [(), (Link("eth0", up=True),), (Link("wg0", up=False),), (Link("wg0", up=False), Link("utun1", up=False))]
)
def test_a_vpn_of_which_no_interface_is_up_is_down(links: tuple[Link, ...]) -> None:
    check = ways.vpn_check(VPN, links)
    assert (check.ok, check.remedy) == (False, "connect to the VPN")
    assert ways.down(VPN, links) in check.message
    assert ways.vpn_check(VPN, (*links, UP)).message == "wg0 (10.126.0.2) is up"


def test_where_nothing_is_declared_nothing_is_asked() -> None:
    assert ways.vpn_check(None, ()).ok is None
    assert ways.vpn_check(Vpn((), ("10.0.0.0/8",)), ()).ok is None
    assert ways.route_check(Vpn((), ("10.0.0.0/8",)), [Way(PLACE, ("eth0",), "192.168.0.1")], ()).ok


def test_the_remedy_of_a_wrong_way_is_the_vpn_or_its_routes() -> None:
    wrong = [Way(PLACE, ("eth0",), "192.168.1.2")]
    assert "have wg0 carry 10.126.5.1" in ways.route_check(VPN, wrong, [UP]).remedy
    only_network = Vpn((), ("10.99.0.0/16",))
    assert "declare it in `vpn`" in ways.route_check(only_network, wrong, [UP]).remedy
    none = [Way(PLACE, problem="Network is unreachable")]
    assert ways.route_check(None, none, [UP]).remedy == "look at this machine's network: ip route"
    assert "have wg0 carry" in ways.route_check(VPN, none, [UP]).remedy


@only(
    "out,code,interfaces,gateway",
    [
        ('[{"dev":"tun7","gateway":"10.0.0.1"}]', 0, ("tun7",), "10.0.0.1"),
        ('[{"dev":"tun7","via":{"family":"inet6","host":"fe80::1"}}]', 0, ("tun7",), "fe80::1"),
        ('[{"dev":"tun7"}]', 0, ("tun7",), ""),
        ("[]", 0, ("lo",), ""),
        ("{}", 0, ("lo",), ""),
        ("127.0.0.1 dev tun7 src 127.0.0.1", 0, ("lo",), ""),  # busybox knows no JSON
        ("", 1, ("lo",), ""),
        ("", 127, ("lo",), ""),
    ],
)
def test_what_ip_says_goes_before_what_the_source_address_says(
    out: str, code: int, interfaces: tuple[str, ...], gateway: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes.process, "run", lambda *_args, **_kwargs: Completed(code, out, ""))
    place = Place(socket.AF_INET, ("127.0.0.1", 9))
    way = routes.way(place, [Link("lo", up=True, addresses=("127.0.0.1",))], Deadline(5))
    assert way == Way(place, interfaces, "127.0.0.1", gateway)


def test_a_family_that_the_kernel_does_not_have_is_no_way() -> None:
    way = routes.way(Place(socket.AF_UNSPEC, ("fd00::1", 3306, 0, 0)), [], Deadline(5))
    assert way.problem == "Address family not supported by protocol"
    check = ways.route_check(None, [way, Way(PLACE, ("wg0",), "10.126.0.2")], [UP])
    assert (check.ok, "no route to fd00::1" in check.message) == (True, True)


def test_this_machine_has_a_loopback() -> None:
    assert any(link.up and "127.0.0.1" in link.addresses for link in routes.links())


# Names


def test_an_address_needs_no_name_server() -> None:
    assert names.resolved("127.0.0.1", 3306, Deadline(5)).places == (Place(socket.AF_INET, ("127.0.0.1", 3306)),)
    assert str(names.resolved("::1", 3306, Deadline(5)).places[0]) == "[::1]:3306"
    assert names.is_address("::1")
    assert names.is_address("10.0.0.1")
    assert not names.is_address("db.internal")


@only("host", ["a" * 64 + ".example", "a..b", "", "\x00", "ü" * 70])
def test_a_name_that_is_none_is_a_line(host: str) -> None:
    named = names.resolved(host, 3306, Deadline(5))
    assert named.places or (named.problem and named.said)


def test_a_resolver_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names.socket, "getaddrinfo", lambda *_args, **_kwargs: time.sleep(0.6) or [])
    begun = time.monotonic()
    checks = network.network(MYSQL, seconds=0.1)
    assert time.monotonic() - begun < 0.5
    assert [check.check for check in checks] == ["network: address", "network: name"]
    assert checks[-1].message == "no name server answered for db.internal within 0.1 s"


# Attempts


def listening() -> tuple[socket.socket, Place]:
    listener = socket.create_server(("127.0.0.1", 0))
    return listener, Place(socket.AF_INET, listener.getsockname())


def closed() -> Place:
    listener, place = listening()
    listener.close()
    return place


def test_the_first_that_answers_is_taken_and_the_others_are_told() -> None:
    listener, place = listening()
    with listener:
        dialled = dialing.dialled([closed(), Place(socket.AF_INET6, ("fd00:dead::1", 1, 0, 0)), place], Deadline(5))
        assert dialled.place == place
        assert dialled.connection is not None
        dialled.connection.close()
    assert dialled.failed[0].kind == "refused"
    assert dialled.seconds < 2


def test_without_time_there_is_a_line_all_the_same() -> None:
    checks = list(arriving.arrived(MYSQL, [Way(PLACE, ("wg0",), "10.126.0.2")], Deadline(0)))
    assert [(check.ok, check.remedy) for check in checks] == [(False, "raise connect_timeout of the target")]
    assert checks[0].message == "no time was left to connect (only 0.0 s were left for it)"


# Greetings


@given(st.binary(max_size=300), st.booleans())
def test_whatever_a_server_says_is_an_answer_or_the_end(words: bytes, asked: bool) -> None:  # given
    for each, said in ((MYSQL, "MySQL"), (POSTGRESQL, "PostgreSQL")):
        terms = wires.Terms(asked, asked, "", "", "", "db")
        try:
            answer = wires.wire(each).greeted(Told(words), terms, each)
        except EOFError:
            continue
        assert answer.speaks == "" or answer.speaks.startswith((said, "MariaDB"))


@only(
    "version,said",
    [
        (b"9.7.4-2", "MySQL 9.7.4"),
        (b"5.5.5-10.11.19-MariaDB-0+deb12u1-log", "MariaDB 10.11.19"),
        (b"11.8.2-MariaDB", "MariaDB 11.8.2"),
        (b"5.7.44", "MySQL 5.7.44"),
        (b"proxy", "MySQL"),
    ],
)
def test_a_greeting_names_its_product(version: bytes, said: str) -> None:
    body = b"\x0a" + version + b"\0" + b"\1\0\0\0saltsalt\0" + b"\0\x82" + b"\0" * 18
    line = Told(len(body).to_bytes(3, "little") + b"\0" + body)
    terms = wires.Terms(asked=True, demanded=False, said="", asking="", ca="", host="db")
    answer = wires.wire(MYSQL).greeted(line, terms, MYSQL)
    assert (answer.speaks, answer.offers, line.sent) == (said, False, b"")


def test_a_refusal_of_a_server_keeps_no_password() -> None:
    body = b"\xff\x10\x04Too many connections, password=hunter2"
    line = Told(len(body).to_bytes(3, "little") + b"\0" + body)
    terms = wires.Terms(asked=False, demanded=False, said="", asking="", ca="", host="db")
    refused = wires.wire(MYSQL).greeted(line, terms, MYSQL).refused
    assert refused == "Too many connections, password=*** (1040)"


@only(
    "words",
    [
        b"S\x00\x00\x00\x0a9.7.4",
        b"N\x00\x00\x00\x0a5.5.5-10",
        b"R\x00\x00\x00\x0a9.7.4-2\x00\x00\x00",
        b"HTTP/1.1 400 B",
    ],
)
def test_a_greeting_of_mysql_whose_length_is_a_letter_of_postgresql_is_not_taken_for_it(words: bytes) -> None:
    for asked in (True, False):
        terms = wires.Terms(asked, asked, "", "", "", "db")
        assert wires.wire(POSTGRESQL).greeted(Told(words), terms, POSTGRESQL).speaks == ""


def test_postgresql_begins_a_login_without_a_password() -> None:
    line = Told(b"R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0")
    terms = wires.Terms(asked=False, demanded=False, said="sslmode=disable is set", asking="", ca="", host="db")
    assert wires.wire(POSTGRESQL).greeted(line, terms, POSTGRESQL).speaks
    assert line.sent == b"\0\0\0\x20\0\3\0\0user\0app\0database\0shop\0\0"


# TLS


@only(
    "error,said",
    [
        (TimeoutError(), "was not answered in 1.5 s"),
        (EOFError(), "closed during"),
        (ConnectionResetError(), "closed during"),
        (ssl.SSLEOFError(), "closed during"),
        (ssl.SSLError(1, "odd"), "failed: "),
        (OSError("odd"), "failed: odd"),
    ],
)
def test_each_fault_of_a_handshake_has_words_and_a_remedy(error: Exception, said: str) -> None:
    terms = wires.Terms(asked=True, demanded=True, said="", asking="", ca="ssl_ca=…", host="db")
    fault = speaking.fault(error, terms, 1.5)
    assert said in fault.said
    assert fault.remedy


def test_a_connection_keeps_to_its_deadline_in_all() -> None:
    near, far = socket.socketpair()
    with far, closing(speaking.Connection(near, Deadline(0.3))) as line:
        far.send(b"ab")
        assert line.read(1) == b"a"
        assert line.more()
        begun = time.monotonic()
        with pytest.raises(TimeoutError):
            line.read(2)
        with pytest.raises(TimeoutError):
            line.send(b"x" * (1 << 24))
        assert time.monotonic() - begun < 0.6


@only("mode,asked,demanded", [("disable", 0, 0), ("allow", 0, 0), ("prefer", 1, 0), ("require", 1, 1)])
def test_sslmode_is_libpq_s(
    mode: str, asked: int, demanded: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    terms = wires.wire(POSTGRESQL).terms(POSTGRESQL, {"host": "db", "sslmode": mode})
    assert (terms.asked, terms.demanded) == (bool(asked), bool(demanded))
    monkeypatch.setenv("PGSSLMODE", mode)
    assert wires.wire(POSTGRESQL).terms(POSTGRESQL, {"host": "db"}) == terms or asked  # contexts differ, as objects do


def test_the_first_line_that_is_not_ok_is_the_error() -> None:
    fine, absent = Check("network: name", ok=True, message="it is"), Check("network: vpn", None, "none")
    assert network.failed([fine, absent]) is None
    error = network.failed([fine, absent, Check("network: tcp", ok=False, message="refused", remedy="look")])
    assert isinstance(error, TargetError)
    assert (error.message, error.remedy, error.exit_code) == ("refused", "look", 6)


def test_reached_raises_it() -> None:
    place = closed()
    there = found(f"mysql+pymysql://app:hunter2@127.0.0.1:{place.at[1]}/shop", connect_timeout=2.0)
    with pytest.raises(TargetError, match="refuses the connection"):
        network.reached(there)
