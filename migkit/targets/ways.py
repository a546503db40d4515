"""Whether the ways to a server are those that its target declares: interfaces and routes against `vpn` (pure).

A way is right when it leaves by one of `vpn.interfaces` (globs), and the server's address or the own source address
lies in one of `vpn.networks`; what is not declared is not asked. Every address that can be reached at all has to be
reached rightly, since the driver is free to take any of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from ipaddress import ip_address, ip_network

from migkit.model import Check, Vpn
from migkit.targets.routes import Link, Way

CONNECT = "connect to the VPN"


def down(vpn: Vpn | None, links: Sequence[Link]) -> str:
    """Say why none of the declared interfaces can be used now; "" where one can, or none is declared."""
    if vpn is None or not vpn.interfaces:
        return ""
    there = [link for link in links if _declared(link.name, vpn)]
    if any(link.up for link in there):
        return ""
    if there:
        return f"{listed([link.name for link in there], 'and')} {'is' if len(there) == 1 else 'are'} there, and down"
    return f"no interface {listed(vpn.interfaces)} is there"


def vpn_check(vpn: Vpn | None, links: Sequence[Link]) -> Check:
    """Say whether an interface of the VPN is up; None where the target declares none."""
    name = "network: vpn"
    if vpn is None or not vpn.interfaces:
        said = "the target declares no VPN" if vpn is None else "the target declares no interface, only networks"
        return Check(name, None, said)
    problem = down(vpn, links)
    if problem:
        return Check(name, ok=False, message=f"the VPN is down: {problem}", remedy=CONNECT)
    up = [f"{link.name} ({', '.join(_own(link)) or 'without an address'})" for link in _up(vpn, links)]
    return Check(name, ok=True, message=f"{listed(up, 'and')} {'is' if len(up) == 1 else 'are'} up")


def route_check(vpn: Vpn | None, ways: Sequence[Way], links: Sequence[Link]) -> Check:
    """Say by which interface packets leave to each address, and whether that is the declared way."""
    name = "network: route"
    open_ways = [way for way in ways if not way.problem]
    if not open_ways:
        said = "; ".join(f"no route to {way.place.address}: {way.problem}" for way in ways)
        return Check(name, ok=False, message=said, remedy=_to_open(vpn, ways[0], links))
    wrong = [(way, said) for way in open_ways if (said := _wrong(way, vpn))]
    if wrong:
        said = "; ".join(f"{_described(way)}, and {reason}" for way, reason in wrong)
        return Check(name, ok=False, message=said, remedy=_to_turn(vpn, wrong[0][0], links))
    without = [f"no route to {way.place.address} ({way.problem})" for way in ways if way.problem]
    return Check(name, ok=True, message="; ".join([*map(_described, open_ways), *without]))


def listed(words: Sequence[str], last: str = "or") -> str:
    """Give words as a list for people: a, b or c."""
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""


def _declared(interface: str, vpn: Vpn) -> bool:
    return any(fnmatchcase(interface, pattern) for pattern in vpn.interfaces)


def _up(vpn: Vpn, links: Sequence[Link]) -> list[Link]:
    return [link for link in links if link.up and _declared(link.name, vpn)]


def _own(link: Link) -> list[str]:
    """Give its addresses without those that each interface gives itself."""
    return [one for one in link.addresses if not ip_address(one).is_link_local]


def _described(way: Way) -> str:
    interfaces = listed(way.interfaces) or "an interface that cannot be told"
    gateway = f" over {way.gateway}" if way.gateway else ""
    return f"packets to {way.place.address} leave by {interfaces}{gateway} from {way.source}"


def _wrong(way: Way, vpn: Vpn | None) -> str:
    """Say what of a way is not as declared; several interfaces that it may be have to be right, all of them."""
    if vpn is None:
        return ""
    if vpn.interfaces and not (way.interfaces and all(_declared(one, vpn) for one in way.interfaces)):
        return f"not by {listed(vpn.interfaces)}"
    if vpn.networks and not any(_inside(one, vpn) for one in (way.place.address, way.source)):
        return f"neither that address nor the own one is in {listed(vpn.networks)}"
    return ""


def _inside(address: str, vpn: Vpn) -> bool:
    found = ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return any((mapped or found) in ip_network(network) for network in vpn.networks)


def _to_open(vpn: Vpn | None, way: Way, links: Sequence[Link]) -> str:
    if vpn is None:
        return "look at this machine's network: ip route"
    up = _up(vpn, links)
    return _to_route(way, up[0].name) if up else CONNECT


def _to_turn(vpn: Vpn | None, way: Way, links: Sequence[Link]) -> str:
    up = _up(vpn, links) if vpn else []
    wanted = [link.name for link in up if link.name not in way.interfaces]
    return _to_route(way, wanted[0]) if wanted else f"{CONNECT}; if this is its way, declare it in `vpn` of the target"


def _to_route(way: Way, interface: str) -> str:
    return f"have {interface} carry {way.place.address}: its routes (WireGuard: AllowedIPs), or connect to the VPN anew"
