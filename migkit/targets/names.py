"""The addresses behind a host's name: asked of the resolver that every driver asks, with a deadline of our own."""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from migkit.targets.deadline import Deadline
from migkit.values import dataclass

_UNKNOWN = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
_SILENT = frozenset({socket.EAI_AGAIN})


@dataclass(frozen=True, slots=True)
class Place:
    """One address of a server: what a socket of `family` connects to. It reads as an operator writes it."""

    family: int
    at: tuple[Any, ...]

    @property
    def address(self) -> str:
        """The address without the port."""
        return str(self.at[0])

    def __str__(self) -> str:
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{host}:{self.at[1]}"


@dataclass(frozen=True, slots=True)
class Named:
    """The addresses of a host, in the resolver's order; without any, `problem` is "unknown", "silent" or "other".

    `said` is what the resolver said then.
    """

    places: tuple[Place, ...]
    problem: str = ""
    said: str = ""


def resolved(host: str, port: int, deadline: Deadline) -> Named:
    """Resolve a name or an address; never raises, and is back when the deadline is over."""
    answer: queue.SimpleQueue[Named] = queue.SimpleQueue()
    # the resolver has deadlines of its own and takes none: it is left behind in its thread when it is late
    threading.Thread(target=lambda: answer.put(_asked(host, port)), daemon=True).start()
    with suppress(queue.Empty):
        return answer.get(timeout=deadline.left())
    return Named((), "silent", "no answer")


def is_address(host: str) -> bool:
    """Whether a host is written as an address, so that there is nothing to resolve."""
    with suppress(ValueError):
        return bool(ipaddress.ip_address(host.partition("%")[0]))
    return False


def _asked(host: str, port: int) -> Named:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        said = error.strerror or "no answer"
        if error.errno in _UNKNOWN:
            return Named((), "unknown", said)
        return Named((), "silent" if error.errno in _SILENT else "other", said)
    except (OSError, UnicodeError) as error:  # a label that is too long is no UnicodeError of getaddrinfo's own
        return Named((), "other", str(error))
    return Named(_distinct(found))


def _distinct(found: Sequence[tuple[Any, ...]]) -> tuple[Place, ...]:
    return tuple(dict.fromkeys(Place(int(family), tuple(at)) for family, _type, _protocol, _name, at in found))
