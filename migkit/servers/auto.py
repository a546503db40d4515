"""`--server auto`: the best real server there is, and why what comes before it in the order was passed over.

A kind that has exactly what is wanted at hand goes before one that must fetch it, and that before one that stands in.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from migkit.errors import ServerError
from migkit.model import Server
from migkit.servers import docker, local, packaged, system
from migkit.servers.events import OnEvent
from migkit.servers.offer import Offer
from migkit.servers.request import Request
from migkit.values import dataclass

_OFFERS = {"docker": docker.offer, "local": local.offer, "packaged": packaged.offer}  # in this order


@dataclass(frozen=True, slots=True)
class Choice:
    """The kind that is taken, the images that it must use, and for each kind before it the reason."""

    kind: str
    images: Mapping[str, str]
    passed_over: tuple[str, ...] = ()


def choose(request: Request, on_event: OnEvent) -> Choice:
    """Give the kind to take, pulling an image where nothing at hand is what is wanted.

    Raises ServerError with each kind's reason where none can serve.
    """
    offers: dict[str, Offer] = {}
    reasons: dict[str, str] = {}
    for name, offer in _offers(request):
        if isinstance(offer, Offer):
            offers[name] = offer
        reasons[name] = offer.short if isinstance(offer, Offer) else offer
        if not reasons[name]:
            return Choice(name, request.images, _before(name, reasons))
    if "docker" in offers:
        try:
            image = docker.obtain(request, on_event)
            return Choice("docker", {**request.images, request.engine.family: image})
        except ServerError as error:
            reasons["docker"] = error.message
            del offers["docker"]
    if not offers:
        told = "; ".join(f"{name}: {reason}" for name, reason in reasons.items())
        remedy = system.remedy(request.engine.package, request.settings.extensions)
        raise ServerError(f"no server for {request.engine.name}: {told}", remedy=remedy)
    name = min(offers, key=lambda name: offers[name].family != request.engine.family)
    return Choice(name, request.images, _before(name, reasons))


def reasons(request: Request) -> Iterator[tuple[str, str]]:
    """Give each kind in the order, and why it would be passed over, "" where not; nothing is fetched to find out."""
    found = list(_offers(request))
    exact = any(isinstance(offer, Offer) and not offer.short for _name, offer in found)
    for name, offer in found:
        yield name, (offer.short if exact else "") if isinstance(offer, Offer) else offer


def line(server: Server) -> str:
    """Say in one line what was taken, and why nothing before it."""
    taken = f"server: {server.kind}, {server.product} {server.version} ({server.origin})"
    return " ".join("; ".join(part for part in (taken, server.substituted, *server.passed_over) if part).split())


def _offers(request: Request) -> Iterator[tuple[str, Offer | str]]:
    """Give each kind's offer, or the reason why it has none."""
    for name, offer in _OFFERS.items():
        try:
            yield name, offer(request)
        except ServerError as error:
            yield name, error.message


def _before(name: str, reasons: Mapping[str, str]) -> tuple[str, ...]:
    before = itertools.takewhile(lambda other: other != name, reasons)
    return tuple(f"{other}: {reasons[other]}" for other in before)
