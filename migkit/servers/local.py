"""A server of programs that are installed on this machine, in a folder and on a port of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from migkit import engines
from migkit.errors import ServerError
from migkit.model import Server
from migkit.product import Installation
from migkit.servers import installed, native, system
from migkit.servers.events import OnEvent, ignore
from migkit.servers.offer import Offer
from migkit.servers.request import Request


@contextmanager
def serve(request: Request, on_event: OnEvent = ignore) -> Iterator[Server]:
    """Run a server for the time of this block; nothing of it stays, after an exception or Ctrl-C neither.

    Raises ServerError that says how to install one, where there is none or it lacks an extension that the schema
    needs, and with the tail of the log where it does not come up.
    """
    installation = _found(request, "no local server: ")
    with native.running(installation, request.engine, request.settings, kind="local", on_event=on_event) as server:
        yield server


def offer(request: Request) -> Offer:
    """Say what the best programs of this machine are. Raises ServerError where there are none that can serve."""
    found = _found(request)
    short = f"{found.identity.product} {found.identity.version} ({found.origin}) is no {request.engine.name}"
    return Offer(found.identity.family, "" if engines.matches(request.engine, found.identity) else short)


def explain(server: Server) -> str:
    """Say how the server is doing, with the end of its log."""
    return native.explain(server)


def _found(request: Request, saying: str = "") -> Installation:
    extensions = request.settings.extensions
    try:
        return installed.find(request.engine, extensions)
    except LookupError as error:
        raise ServerError(f"{saying}{error}", remedy=system.remedy(request.engine.package, extensions)) from error
