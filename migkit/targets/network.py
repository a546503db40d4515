"""Whether a target can be reached, the declared way: looked at step by step, up to where a login would begin.

Each way of failing has its own line and its own remedy, and all of it together keeps to one deadline. docs/network.md
has the lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from migkit.errors import TargetError
from migkit.model import Check
from migkit.targets import arriving, names, routes, ways
from migkit.targets.deadline import Deadline
from migkit.targets.declaring import Declared


def network(found: Declared, *, seconds: float) -> tuple[Check, ...]:
    """Look at the way to a target, in order, up to the first line that is not ok; all within `seconds`.

    The lines are address, name, vpn, route, tcp, answer and tls. Nobody logs in. Never raises for the network's sake.
    """
    return tuple(_looked(found, Deadline(seconds)))


def failed(checks: Sequence[Check]) -> TargetError | None:
    """Give the first line that is not ok as an error (exit code 6); None where the target was reached."""
    return next((TargetError(check.message, remedy=check.remedy) for check in checks if check.ok is False), None)


def reached(found: Declared) -> tuple[Check, ...]:
    """Look within the target's `connect_timeout`, and raise TargetError where it cannot be reached as declared."""
    checks = network(found, seconds=found.target.connect_timeout)
    error = failed(checks)
    if error is not None:
        raise error
    return checks


def _looked(found: Declared, deadline: Deadline) -> Iterator[Check]:
    host, port, vpn = found.address.host, found.address.port, found.target.vpn
    yield Check("network: address", ok=True, message=f"{host}:{port} is declared in `hosts`")
    named, links = names.resolved(host, port, deadline), routes.links()
    yield _named(found, named, ways.down(vpn, links), deadline)
    if not named.places:
        return
    tunnel = ways.vpn_check(vpn, links)
    yield tunnel
    if tunnel.ok is False:
        return
    taken = [routes.way(place, links, deadline) for place in named.places]
    route = ways.route_check(vpn, taken, links)
    yield route
    if route.ok:
        yield from arriving.arrived(found, [way for way in taken if not way.problem], deadline)


def _named(found: Declared, named: names.Named, down: str, deadline: Deadline) -> Check:
    """Say which addresses there are; without any, the VPN comes first: names of the inside are known inside."""
    host, name = found.address.host, "network: name"
    if named.places:
        addresses = ways.listed([place.address for place in named.places], "and")
        said = f"{host} is an address" if names.is_address(host) else f"{host} is {addresses}"
        return Check(name, ok=True, message=said)
    after = f" within {deadline.seconds:g} s" if not deadline.left() else ""
    said, remedy = {
        "unknown": (f"no name server knows {host} ({named.said})", "look at the host in the target's URL"),
        "silent": (
            f"no name server answered for {host}{after}",
            "look at this machine's name servers: resolvectl status",
        ),
    }.get(named.problem, (f"{host} cannot be resolved: {named.said}", "look at the host in the target's URL"))
    if down:
        return Check(name, ok=False, message=f"{said}, and the VPN is down: {down}", remedy=ways.CONNECT)
    return Check(name, ok=False, message=said, remedy=remedy)
