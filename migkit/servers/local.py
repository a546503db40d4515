"""A server of programs that are installed on this machine, in a folder and on a port of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from migkit import engines
from migkit.errors import ServerError
from migkit.model import Engine, Server
from migkit.product import ServerSettings
from migkit.servers import installed, native, system
from migkit.servers.events import OnEvent, ignore
from migkit.servers.offer import Offer


def unavailable(engine: Engine, _choice: str = "") -> str:
    """Give the reason why no program of this machine can serve this engine, or a relative of it; else ""."""
    try:
        installed.find(engine)
    except LookupError as error:
        return str(error)
    return ""


@contextmanager
def serve(
    engine: Engine,
    settings: ServerSettings,
    *,
    choice: str = "",
    images: Mapping[str, str] | None = None,
    on_event: OnEvent = ignore,
) -> Iterator[Server]:
    """Run a server for the time of this block; nothing of it stays, after an exception or Ctrl-C neither.

    Raises ServerError that says how to install one, where there is none or it lacks an extension that the schema
    needs, and with the tail of the log where it does not come up.
    """
    del choice, images
    try:
        installation = installed.find(engine, settings.extensions)
    except LookupError as error:
        raise ServerError(f"no local server: {error}", remedy=_remedy(engine, settings)) from error
    with native.running(installation, engine, settings, kind="local", on_event=on_event) as server:
        yield server


def offer(engine: Engine, settings: ServerSettings, _images: Mapping[str, str]) -> Offer:
    """Say what the best programs of this machine are. Raises ServerError where there are none that can serve."""
    try:
        found = installed.find(engine, settings.extensions)
    except LookupError as error:
        raise ServerError(str(error), remedy=_remedy(engine, settings)) from error
    short = f"{found.identity.product} {found.identity.version} ({found.origin}) is no {engine.name}"
    return Offer(found.identity.family, "" if engines.matches(engine, found.identity) else short)


def explain(server: Server) -> str:
    """Say how the server is doing, with the end of its log."""
    return native.explain(server)


def _remedy(engine: Engine, settings: ServerSettings) -> str:
    return "leave --server out" if engine.package is None else system.remedy(engine.package, settings.extensions)
