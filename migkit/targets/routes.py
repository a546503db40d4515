"""The ways out of this machine: its interfaces, and which of them the kernel takes to an address.

The kernel is asked twice: a UDP socket that is connected sends nothing, and gives the source address or the error that
a TCP connection would get; `ip route get` (iproute2) names the interface, routing rules and all. Without `ip` the
interface is the one that has the source address.
"""

from __future__ import annotations

import errno
import json
import socket
from collections.abc import Sequence

from migkit import process
from migkit.targets.deadline import Deadline
from migkit.targets.names import Place
from migkit.values import dataclass

_NO_WAY = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EINVAL, errno.EACCES}


@dataclass(frozen=True, slots=True)
class Link:
    """An interface of this machine. `up` is that it carries packets now: a tunnel whose client is gone does not."""

    name: str
    up: bool
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """How packets to `place` leave: by which interface, from which source address, over which gateway ("" is none).

    `interfaces` are several where only the source address is known and several have it. Without a way, `problem` is
    what the kernel says.
    """

    place: Place
    interfaces: tuple[str, ...] = ()
    source: str = ""
    gateway: str = ""
    problem: str = ""


def links() -> tuple[Link, ...]:
    """Give this machine's interfaces, in the kernel's order."""
    import psutil

    addresses, states = psutil.net_if_addrs(), psutil.net_if_stats()
    return tuple(
        Link(
            name,
            state.isup,
            tuple(str(one.address).partition("%")[0] for one in addresses.get(name, ()) if _is_ip(one.family)),
        )
        for name, state in states.items()
    )


def way(place: Place, known: Sequence[Link], deadline: Deadline) -> Way:
    """Ask the kernel how it would send packets to a place; nothing is sent. Never raises."""
    try:
        with socket.socket(place.family, socket.SOCK_DGRAM) as probe:  # a kernel without IPv6 has none of its sockets
            probe.connect(place.at)
            source = str(probe.getsockname()[0]).partition("%")[0]
    except OSError as error:
        return Way(place, problem=_problem(error))
    told = _told(place, deadline)
    if told.get("dev"):
        return Way(place, (str(told["dev"]),), source, _gateway(told))
    return Way(place, tuple(link.name for link in known if source in link.addresses), source)


def _is_ip(family: int) -> bool:
    return family in (socket.AF_INET, socket.AF_INET6)


def _problem(error: OSError) -> str:
    return (error.strerror or type(error).__name__) if error.errno in _NO_WAY else str(error)


def _told(place: Place, deadline: Deadline) -> dict[str, object]:
    """Give what `ip route get` says; {} where there is no iproute2 that speaks JSON."""
    address, _percent, zone = place.address.partition("%")
    within = ("oif", zone) if zone else ()
    done = process.run(("ip", "-json", "route", "get", address, *within), timeout=max(0.1, deadline.left()))
    if done.code:
        return {}
    try:
        rows = json.loads(done.out)
    except ValueError:
        return {}
    return rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}


def _gateway(told: dict[str, object]) -> str:
    via = told.get("via")  # a gateway of the other family
    return str(told.get("gateway") or (via.get("host", "") if isinstance(via, dict) else ""))
