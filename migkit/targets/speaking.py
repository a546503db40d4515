"""A connection that keeps to a deadline, and the TLS handshake on it: what can go wrong there, told apart."""

from __future__ import annotations

import select
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from migkit.targets.deadline import Deadline
from migkit.targets.wires import Terms
from migkit.values import dataclass

_LEAVE_SECONDS = 0.2
_T = TypeVar("_T")
_G = TypeVar("_G")


class Connection:
    """A socket without blocking: each read, write and handshake ends with the deadline, by TimeoutError."""

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        connected.settimeout(0)
        self._socket, self._deadline = connected, deadline

    def read(self, count: int) -> bytes:
        """Give exactly that many bytes; EOFError where the other side closes before."""
        told = b""
        while len(told) < count:
            piece = self._within(self._socket.recv, count - len(told))
            if not piece:
                raise EOFError
            told += piece
        return told

    def more(self) -> bool:
        """Whether something else has come already."""
        return any(select.select([self._socket], [], [], 0))

    def send(self, data: bytes) -> None:
        """Send all of it."""
        while data:
            data = data[self._within(self._socket.send, data) :]

    def close(self) -> None:
        """Let go of it; what is still on the way is read, since a server logs a connection that is reset."""
        with self._socket as ending, suppress(OSError):
            if isinstance(ending, ssl.SSLSocket):
                with suppress(OSError):  # the goodbye is sent, and not waited for
                    ending.unwrap()
            ending.shutdown(socket.SHUT_WR)
            end = Deadline(min(_LEAVE_SECONDS, self._deadline.left()))
            while select.select([ending], [], [], end.left())[0] and ending.recv(1 << 14):
                pass

    def secure(self, terms: Terms) -> str:
        """Make the TLS handshake and say what came of it; ssl.SSLError and OSError are as they come."""
        assert terms.context is not None
        secured = terms.context.wrap_socket(self._socket, do_handshake_on_connect=False, server_hostname=terms.host)
        self._socket = secured
        self._within(secured.do_handshake, False)  # noqa: FBT003  # it waits for nothing by itself
        cipher = secured.cipher()
        verified = f"verified for {terms.host}" if secured.context.check_hostname else "verified"
        held = verified if secured.context.verify_mode else f"not verified ({terms.ca} would)"
        return f"{secured.version()}, {cipher[0] if cipher else 'no cipher'}; the server's certificate is {held}"

    def _within(self, act: Callable[[_G], _T], given: _G) -> _T:
        """Try again whenever the socket is ready, until the deadline."""
        while True:
            try:
                return act(given)
            except (BlockingIOError, ssl.SSLWantReadError):
                self._wait(to_write=False)
            except ssl.SSLWantWriteError:
                self._wait(to_write=True)

    def _wait(self, *, to_write: bool) -> None:
        mine = [self._socket]
        left = self._deadline.left()
        if not left or not any(select.select([] if to_write else mine, mine if to_write else [], [], left)):
            raise TimeoutError


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a TLS handshake failed, and one thing to do."""

    said: str
    remedy: str


def fault(error: Exception, terms: Terms, seconds: float) -> Fault:
    """Say what an error of a handshake means; `seconds` is how long it took."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _of_certificate(error, terms)
    if isinstance(error, TimeoutError):
        remedy = "lower the MTU of the VPN's interface (1280): its handshake is the first large packet of a connection"
        return Fault(f"the TLS handshake was not answered in {seconds:.1f} s", remedy)
    if isinstance(error, (EOFError, ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return Fault(
            "the connection was closed during the TLS handshake", "ask what stands between: a proxy, a firewall"
        )
    if isinstance(error, ssl.SSLError):
        said = (getattr(error, "reason", "") or str(error)).replace("_", " ").lower()
        return Fault(
            f"the TLS handshake failed: {said}", "compare the server's TLS versions and ciphers with this machine's"
        )
    return Fault(f"the TLS handshake failed: {error}", "look at the server's log")


def _of_certificate(error: ssl.SSLCertVerificationError, terms: Terms) -> Fault:
    said = f"the server's certificate does not hold: {error.verify_message.rstrip('.')}"
    if "mismatch" in error.verify_message:
        return Fault(said, "connect by a name that the certificate has, and declare that one in `hosts`")
    if "expired" in error.verify_message or "not yet valid" in error.verify_message:
        return Fault(said, "have the certificate renewed, or set this machine's clock")
    return Fault(said, f"name the file of its certificate authority: {terms.ca}")
