"""A proxy on the loopback between a release and its server, whose way of failing is changed while it runs.

through    what comes is passed on
slow       each piece waits a hundredth of a second
silent     nothing passes any more, and nobody is told: a route that is gone
reset      every connection is reset, and new ones are too
closed     every connection is closed as a server does that goes, and new ones are refused
half       the server's side is closed, what comes from the release is still taken
forgotten  what stands passes nothing any more, and nobody is told; new connections pass: a VPN that is connected anew
deaf       what the server answers next is lost, and then the connection is reset: it has done what it was asked
"""

from __future__ import annotations

import selectors
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

PAUSE = 0.01


@dataclass(eq=False)
class _Pair:
    client: socket.socket
    server: socket.socket

    def other(self, one: socket.socket) -> socket.socket:
        return self.server if one is self.client else self.client


class Proxy:
    """Passes on between `port` and the server's own; made by `proxied`."""

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listening, selectors.EVENT_READ)
        self._pairs: list[_Pair] = []
        self._forgotten: list[_Pair] = []
        self._lock = threading.Lock()
        self._way = "through"
        self._running = True
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin to pass on."""
        self._thread.start()

    def stop(self) -> None:
        """End, and leave no connection."""
        self._running = False
        self._thread.join()
        self.heal()
        self._listening.close()
        self._selector.close()

    def fail(self, way: str) -> None:
        """Fail in a way from now on."""
        with self._lock:
            self._way = "through" if way == "forgotten" else way
            if way == "forgotten":
                self._forget()
            elif way in ("reset", "closed"):
                self._end_all(hard=way == "reset")
            elif way == "half":
                for pair in self._pairs:
                    with suppress(OSError):
                        pair.client.shutdown(socket.SHUT_WR)

    def heal(self) -> None:
        """Pass on again; what stood before is gone, and the server is told."""
        with self._lock:
            self._end_all(hard=False)
            while self._forgotten:
                self._end(self._forgotten[-1], hard=False)
            self._way = "through"

    def _forget(self) -> None:
        """Pass nothing on any more of what stands."""
        for pair in self._pairs:
            for side in (pair.client, pair.server):
                with suppress(KeyError):
                    self._selector.unregister(side)
        self._forgotten += self._pairs
        self._pairs = []

    def _run(self) -> None:
        while self._running:
            for key, _ in self._selector.select(timeout=PAUSE):
                with self._lock:
                    if key.fileobj is self._listening:
                        self._accept()
                    elif key.data in self._pairs:
                        self._pass_on(key.data, key.fileobj)  # type: ignore[arg-type]  # a socket was registered

    def _accept(self) -> None:
        client, _ = self._listening.accept()
        if self._way in ("reset", "closed"):
            _close(client, hard=self._way == "reset")
            return
        pair = _Pair(client, socket.create_connection(self._to))
        self._pairs.append(pair)
        for side in (pair.client, pair.server):
            side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(side, selectors.EVENT_READ, pair)

    def _pass_on(self, pair: _Pair, side: socket.socket) -> None:
        try:
            read = side.recv(1 << 16)
        except OSError:
            read = b""
        lost = self._way == "silent" or (self._way == "half" and side is pair.server)
        if not read and lost:
            self._selector.unregister(side)  # nobody hears that it is closed
        elif not read:
            self._end(pair, hard=False)
        elif self._way == "deaf" and side is pair.server:
            self._end(pair, hard=True)
        elif not lost:
            if self._way == "slow":
                time.sleep(PAUSE)
            with suppress(OSError):
                pair.other(side).sendall(read)

    def _end_all(self, *, hard: bool) -> None:
        while self._pairs:
            self._end(self._pairs[-1], hard=hard)

    def _end(self, pair: _Pair, *, hard: bool) -> None:
        (self._pairs if pair in self._pairs else self._forgotten).remove(pair)
        for side in (pair.client, pair.server):
            with suppress(KeyError):
                self._selector.unregister(side)
            _close(side, hard=hard)


def _close(side: socket.socket, *, hard: bool) -> None:
    if hard:
        side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closing sends a reset
    side.close()


@contextmanager
def proxied(host: str, port: int) -> Iterator[Proxy]:
    """Run a proxy to a server's port."""
    proxy = Proxy(host, port)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()
