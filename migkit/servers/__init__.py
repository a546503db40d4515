"""Running servers on which the kit may make databases of its own: `serve` gives one by the `--server` choice.

A kind of server is a module with two functions: `unavailable` gives the reason why it cannot serve here, and `serve`
runs a server for the time of a block. `explain` says after a failure how a server is doing.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from migkit.address import masked
from migkit.errors import ConfigError, ServerError
from migkit.model import Engine, Event, Server
from migkit.product import ServerSettings
from migkit.servers import shared, signals
from migkit.servers.events import OnEvent, ignore

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

__all__ = ["AUTO", "REMEDY", "explain", "reasons", "serve"]

REMEDY = "start Docker, or give --server a database URL"
AUTO = ("docker",)  # in this order
_DEFAULTS = ServerSettings()


class Kind(Protocol):
    """What each module of servers offers."""

    def unavailable(self, engine: Engine, choice: str = "") -> str:
        """Give the reason why it cannot serve here, or ""."""

    def serve(
        self,
        engine: Engine,
        settings: ServerSettings,
        *,
        choice: str = "",
        images: Mapping[str, str] | None = None,
        on_event: OnEvent = ignore,
    ) -> AbstractContextManager[Server]:
        """Run a server for the time of a block."""

    def explain(self, server: Server) -> str:
        """Say how a server is doing, with the end of its log; "" when there is nothing to say."""


@contextmanager
def serve(
    engine: Engine,
    settings: ServerSettings = _DEFAULTS,
    *,
    choice: str = "auto",
    images: Mapping[str, str] | None = None,
    on_event: OnEvent = ignore,
) -> Iterator[Server]:
    """Run a server of `engine` for the time of this block; nothing of it stays, after Ctrl-C and SIGTERM neither.

    `choice` is what `--server` says: auto, docker, or the SQLAlchemy URL of a server on which the kit may make
    databases of its own. Raises ConfigError for another choice, ServerError when no server can be had.
    """
    kind = _chosen(engine, choice, on_event)
    with signals.orderly(), kind.serve(engine, settings, choice=choice, images=images, on_event=on_event) as server:
        if server.substituted:
            on_event(Event("log", server.substituted))
        yield server


def explain(server: Server) -> str:
    """Say how a server is doing, for the message of an error: exited and how, a full disk, the end of its log."""
    return _kind(server.kind).explain(server)


def reasons(engine: Engine) -> Iterator[tuple[str, str]]:
    """Give each kind of server that `auto` tries, in its order, and why it cannot serve here, "" where it can."""
    yield from ((name, _kind(name).unavailable(engine)) for name in AUTO)


def _chosen(engine: Engine, choice: str, on_event: OnEvent) -> Kind:
    if choice.startswith(shared.PREFIX):  # what the sessions of one Nox run are given
        return _kind("shared")
    if "://" in choice:
        return _kind("url")
    if engine.console is None:
        return _kind("file")
    if choice == "auto":
        return _first(engine, on_event)
    if choice in AUTO:
        return _kind(choice)
    near = difflib.get_close_matches(choice, ("auto", *AUTO), n=1) or ["auto, docker or a SQLAlchemy URL"]
    raise ConfigError(f"no such server: {masked(choice)!r}", remedy=f"write --server {near[0]}")


def _first(engine: Engine, on_event: OnEvent) -> Kind:
    """Give the first kind that can serve, saying why others were passed over."""
    reasons: list[str] = []
    for name in AUTO:
        reason = _kind(name).unavailable(engine)
        if not reason:
            on_event(Event("log", "; ".join([*reasons, f"server: {name}"])))
            return _kind(name)
        reasons.append(f"{name}: {reason}")
    raise ServerError(
        f"no server for {engine.name}: {'; '.join(reasons)}",
        remedy=REMEDY,
    )


def _kind(name: str) -> Kind:
    from migkit.servers import docker, sqlite, url

    kinds: dict[str, Kind] = {"docker": docker, "url": url, "file": sqlite, "shared": shared}
    return kinds[name]
