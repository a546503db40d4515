"""From the first packet to where a login would begin: the lines tcp, answer and tls."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing

from migkit.address import masked_text
from migkit.model import Check
from migkit.targets import dialing, speaking, ways, wires
from migkit.targets.deadline import Deadline
from migkit.targets.declaring import Declared
from migkit.targets.routes import Way

_LITTLE_SECONDS = 1.0  # with less than that left for it, a silence may be the fault of what came before
_BEHIND = (
    "look whether the right server is up behind that address: a proxy or a load balancer may have taken the connection"
)


def arrived(found: Declared, taken: Sequence[Way], deadline: Deadline) -> Iterator[Check]:
    """Connect by one of the ways, hear the server, and make the TLS handshake where the login will make one."""
    given = deadline.left()
    dialled = dialing.dialled([way.place for way in taken], deadline)
    if dialled.connection is None or dialled.place is None:
        yield _unanswered(dialled, taken, given)
        return
    place = str(dialled.place)
    with closing(speaking.Connection(dialled.connection, deadline)) as line:
        said = f"{place} took the connection after {_milliseconds(dialled.seconds)}"
        yield Check("network: tcp", ok=True, message="; ".join([said, *_attempts(dialled, taken)]))
        yield from _heard(found, line, place)


def _heard(found: Declared, line: speaking.Connection, place: str) -> Iterator[Check]:
    """Hear the server on a connection that it took."""
    wire, begun = wires.wire(found), time.monotonic()
    try:
        terms = wire.terms(found, wires.arguments(found))
    except Exception as error:  # a driver's own, about files: whatever it says, a password stays out of it
        yield _unusable(error)
        return
    try:
        answer = wire.greeted(line, terms, found)
    except (OSError, EOFError) as error:
        yield _silence(error, place, time.monotonic() - begun)
        return
    yield _answered(answer, found, place, time.monotonic() - begun)
    if answer.speaks and not answer.refused:
        yield _secured(line, terms, answer, place)


def _unanswered(dialled: dialing.Dialled, taken: Sequence[Way], given: float) -> Check:
    late = f" (only {given:.1f} s were left for it)" if given < _LITTLE_SECONDS else ""
    said = "; ".join(_attempts(dialled, taken)) or "no time was left to connect"
    first = dialled.failed[0] if dialled.failed else None
    remedy = _remedy(first, _way(first, taken)) if first else "raise connect_timeout of the target"
    return Check("network: tcp", ok=False, message=f"{said}{late}", remedy=remedy)


def _attempts(dialled: dialing.Dialled, taken: Sequence[Way]) -> list[str]:
    return [_attempt(one, _way(one, taken)) for one in dialled.failed]


def _way(one: dialing.Failed, taken: Sequence[Way]) -> Way:
    return next(way for way in taken if way.place == one.place)


def _attempt(one: dialing.Failed, way: Way) -> str:
    by = f" by {ways.listed(way.interfaces)}" if way.interfaces else ""
    return {
        "refused": f"{one.place} refuses the connection: nothing listens there, or a firewall rejects it",
        "filtered": f"{one.place} did not answer within {one.seconds:.1f} s: packets leave{by} and none comes back",
        "no-host": f"{one.place} cannot be reached: no such host, says the network, or a firewall on the way",
        "no-network": f"{one.place} cannot be reached: a router on the way knows no way there",
    }.get(one.kind, f"{one.place} cannot be reached: {one.said}")


def _remedy(one: dialing.Failed, way: Way) -> str:
    return {
        "refused": f"look whether the server runs and listens on {one.place}",
        "filtered": f"let {way.source} through the firewalls to {one.place}, and look whether the VPN is alive",
        "no-host": f"look whether {one.place.address} is up, and let {way.source} through the firewalls",
        "no-network": f"have the VPN's gateway route to {one.place.address}",
    }.get(one.kind, "look at this machine's network and firewall")


def _milliseconds(seconds: float) -> str:
    return f"{max(1, round(seconds * 1000))} ms"


def _unusable(error: Exception) -> Check:
    said = f"what the URL says of TLS cannot be used: {masked_text(str(error)) or type(error).__name__}"
    return Check("network: tls", ok=False, message=said, remedy="look at the files that it names")


def _silence(error: Exception, place: str, seconds: float) -> Check:
    late = isinstance(error, TimeoutError)
    how = f"said nothing for {seconds:.1f} s" if late else "closed it without a word"
    return Check("network: answer", ok=False, message=f"{place} took the connection and {how}", remedy=_BEHIND)


def _answered(answer: wires.Answer, found: Declared, place: str, seconds: float) -> Check:
    name = "network: answer"
    if answer.refused:
        remedy = "ask whoever runs the server to let this address in"
        return Check(name, ok=False, message=f"{place} lets nobody in: {answer.refused}", remedy=remedy)
    if not answer.speaks:
        said = f"what listens on {place} does not speak {found.engine.product}'s protocol"
        return Check(name, ok=False, message=said, remedy="look at host and port of the target's URL")
    return Check(name, ok=True, message=f"{answer.speaks} answered after {_milliseconds(seconds)}")


def _secured(line: speaking.Connection, terms: wires.Terms, answer: wires.Answer, place: str) -> Check:
    name, begun = "network: tls", time.monotonic()
    if answer.demands:
        said = f"{place} takes connections with TLS only, and {terms.said}"
        return Check(name, ok=False, message=said, remedy=f"ask for TLS in the target's URL: {terms.asking}")
    if terms.demanded and not answer.offers:
        remedy = "have TLS set up on the server, and look whether it is the right one"
        return Check(name, ok=False, message=f"{place} has no TLS, and {terms.said}", remedy=remedy)
    if not (answer.offers and terms.asked):
        there = ", and the server has it" if answer.offers else ", and the server has none" if terms.asked else ""
        return Check(name, None, f"{terms.said}{there}")
    try:
        said = line.secure(terms)
    except (OSError, EOFError) as error:
        fault = speaking.fault(error, terms, time.monotonic() - begun)
        if terms.falls_back:
            return Check(name, None, f"{place}: {fault.said}; {terms.said} goes on without")
        return Check(name, ok=False, message=f"{place}: {fault.said}", remedy=fault.remedy)
    return Check(name, ok=True, message=said)
