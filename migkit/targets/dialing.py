"""A TCP connection to the first address that answers; each one that does not says how.

Attempts begin a quarter of a second apart, the next at once where one fails (RFC 8305), so that an address that
swallows packets does not cost the others their time.
"""

from __future__ import annotations

import errno
import os
import selectors
import socket
import time
from collections.abc import Sequence

from migkit.targets.deadline import Deadline
from migkit.targets.names import Place
from migkit.values import dataclass

_APART_SECONDS = 0.25
_KINDS = {
    errno.ECONNREFUSED: "refused",
    errno.EHOSTUNREACH: "no-host",
    errno.ENETUNREACH: "no-network",
    errno.ETIMEDOUT: "filtered",
    errno.ECONNRESET: "refused",
}


@dataclass(frozen=True, slots=True)
class Failed:
    """An attempt that came to nothing: refused, no-host, no-network, filtered (nobody answered) or other."""

    place: Place
    kind: str
    said: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Dialled:
    """What came of it: the connection, None without one, and the attempts that had failed by then."""

    connection: socket.socket | None
    place: Place | None
    seconds: float
    failed: tuple[Failed, ...]


class _Dialling:
    """The attempts that are under way, and those that have failed."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.waiting = list(places)
        self.failed: list[Failed] = []
        self.selector = selectors.DefaultSelector()
        self.next_at = 0.0

    def begin(self) -> None:
        """Begin the next attempt."""
        place = self.waiting.pop(0)
        self.next_at = time.monotonic() + _APART_SECONDS
        try:
            attempt = socket.socket(place.family, socket.SOCK_STREAM)
        except OSError as error:  # this machine has no IPv6
            self.fail(place, error.errno or 0, time.monotonic())
            return
        attempt.settimeout(0)
        begun, code = time.monotonic(), attempt.connect_ex(place.at)
        if code in (0, errno.EINPROGRESS):
            self.selector.register(attempt, selectors.EVENT_WRITE, (place, begun))
        else:
            attempt.close()
            self.fail(place, code, begun)

    def fail(self, place: Place, code: int, begun: float) -> None:
        """Write down how an attempt failed; the next may begin at once."""
        seconds = time.monotonic() - begun
        self.failed.append(Failed(place, _KINDS.get(code, "other"), os.strerror(code), seconds))
        self.next_at = 0.0

    def ready(self, seconds: float) -> Dialled | None:
        """Wait for an attempt to end; give the first that is a connection."""
        for key, _events in self.selector.select(seconds):
            attempt = key.fileobj
            assert isinstance(attempt, socket.socket)
            place, begun = key.data
            self.selector.unregister(attempt)
            code = attempt.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if not code:
                return Dialled(attempt, place, time.monotonic() - begun, tuple(self.failed))
            attempt.close()
            self.fail(place, code, begun)
        return None

    def end(self) -> None:
        """Let go of what is still under way: nobody has answered it."""
        for key in list(self.selector.get_map().values()):
            place, begun = key.data
            assert isinstance(key.fileobj, socket.socket)
            key.fileobj.close()
            self.failed.append(Failed(place, "filtered", "no answer", time.monotonic() - begun))
        self.selector.close()


def dialled(places: Sequence[Place], deadline: Deadline) -> Dialled:
    """Connect to the first of `places` that answers; the caller closes the connection. Never raises OSError."""
    dialling = _Dialling(places)
    try:
        while (dialling.waiting or dialling.selector.get_map()) and deadline.left():
            if dialling.waiting and time.monotonic() >= dialling.next_at:
                dialling.begin()
                continue
            pause = dialling.next_at - time.monotonic() if dialling.waiting else deadline.left()
            found = dialling.ready(max(0.0, min(pause, deadline.left())))
            if found is not None:
                return found
    finally:
        dialling.end()
    return Dialled(None, None, deadline.seconds - deadline.left(), tuple(dialling.failed))
