"""Running servers on which the kit may make databases of its own: `serve` gives one by the `--server` choice.

A kind of server is a module with two functions: `serve` runs a server for the time of a block, and `explain` says
after a failure how a server is doing. Those that `auto` chooses from have a third, `offer`: what they could give here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from migkit.address import masked
from migkit.errors import ConfigError
from migkit.model import Engine, Event, Server
from migkit.product import ServerSettings
from migkit.servers import shared, signals
from migkit.servers.events import OnEvent, ignore
from migkit.servers.request import Request

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from migkit.servers.auto import Choice

__all__ = ["KINDS", "explain", "reasons", "serve", "served"]

KINDS = ("docker", "local", "packaged")  # in the order of `auto`
_DEFAULTS = ServerSettings()


class Kind(Protocol):
    """What each module of servers offers."""

    def serve(self, request: Request, on_event: OnEvent = ignore) -> AbstractContextManager[Server]:
        """Run a server for the time of a block."""

    def explain(self, server: Server) -> str:
        """Say how a server is doing, with the end of its log; "" when there is nothing to say."""


def serve(
    engine: Engine,
    settings: ServerSettings = _DEFAULTS,
    *,
    choice: str = "auto",
    images: Mapping[str, str] | None = None,
    on_event: OnEvent = ignore,
) -> AbstractContextManager[Server]:
    """Run a server of `engine` for the time of this block; nothing of it stays, after Ctrl-C and SIGTERM neither.

    `choice` is what `--server` says: auto, docker, local, packaged, or the SQLAlchemy URL of a server on which the
    kit may make databases of its own. Raises ConfigError for another choice, ServerError when no server can be had.
    """
    return served(Request(engine, settings, choice, images or {}), on_event)


@contextmanager
def served(request: Request, on_event: OnEvent = ignore) -> Iterator[Server]:
    """Do what `serve` does, for a request."""
    taken = _chosen(request, on_event)
    started = _kind(taken.kind).serve(replace(request, images=taken.images), on_event)
    with signals.orderly(), started as found:
        server = replace(found, passed_over=taken.passed_over or found.passed_over)
        _tell(server, request.choice, on_event)
        yield server


def explain(server: Server) -> str:
    """Say how a server is doing, for the message of an error: exited and how, a full disk, the end of its log."""
    return _kind(server.kind).explain(server)


def reasons(
    engine: Engine, settings: ServerSettings = _DEFAULTS, images: Mapping[str, str] | None = None
) -> Iterator[tuple[str, str]]:
    """Give each kind of server that `auto` tries, in its order, and why it would be passed over, "" where not."""
    from migkit.servers import auto

    yield from auto.reasons(Request(engine, settings, images=images or {}))


def _chosen(request: Request, on_event: OnEvent) -> Choice:
    from migkit.servers import auto

    choice = request.choice
    if choice.startswith(shared.PREFIX):  # what the sessions of one Nox run are given
        return auto.Choice("shared", request.images)
    if "://" in choice:
        return auto.Choice("url", request.images)
    if request.engine.console is None:
        return auto.Choice("file", request.images)
    if choice == "auto":
        return auto.choose(request, on_event)
    if choice in KINDS:
        return auto.Choice(choice, request.images)
    near = difflib.get_close_matches(choice, ("auto", *KINDS), n=1) or [f"auto, {', '.join(KINDS)} or a SQLAlchemy URL"]
    raise ConfigError(f"no such server: {masked(choice)!r}", remedy=f"write --server {near[0]}")


def _tell(server: Server, choice: str, on_event: OnEvent) -> None:
    from migkit.servers import auto

    said = auto.line(server) if choice == "auto" and server.engine.console is not None else server.substituted
    if said:
        on_event(Event("log", said))


def _kind(name: str) -> Kind:
    from migkit.servers import docker, local, packaged, sqlite, url

    kinds: dict[str, Kind] = {
        "docker": docker,
        "local": local,
        "packaged": packaged,
        "url": url,
        "file": sqlite,
        "shared": shared,
    }
    return kinds[name]
