"""What a server says before anybody has logged in, and what the kit's driver asks of TLS: a module for each protocol.

The driver decides how TLS is done, so it is asked where it can be. Nothing here logs in: an attempt that is broken off
counts as a failed one where an account is locked after a few (MySQL 9.7, FAILED_LOGIN_ATTEMPTS).
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import field
from importlib import import_module
from typing import Any, Protocol, cast

from migkit.targets.declaring import Declared
from migkit.values import dataclass

_MODULES = {"pymysql": "mysql_wire", "psycopg": "postgresql_wire", "psycopg2": "postgresql_wire"}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a login will ask of TLS: `asked` is that it takes it where there is some, `demanded` nothing without.

    `falls_back` is that it goes on without where the handshake fails. `said` is how the URL or the DSN has it, `asking`
    and `ca` how it would ask for TLS and name a certificate authority, `host` what the certificate is for.
    """

    asked: bool
    demanded: bool
    said: str
    asking: str
    ca: str
    host: str
    falls_back: bool = False
    context: ssl.SSLContext | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """How a server answered: `speaks` is its protocol ("" where it is another one), `offers` whether it has TLS.

    `refused` is what it said instead of a greeting. `demands` is that without TLS it lets nobody log in.
    """

    speaks: str
    offers: bool = False
    refused: str = ""
    demands: bool = False


class Line(Protocol):
    """A connection whose reads and writes end with the deadline: TimeoutError, EOFError or another OSError."""

    def read(self, count: int) -> bytes:
        """Give exactly that many bytes."""

    def send(self, data: bytes) -> None:
        """Send all of it."""

    def more(self) -> bool:
        """Whether something else has come already."""


class Wire(Protocol):
    """A product's protocol, as far as it goes before a login; SESSION_SQL asks the server for a session's number."""

    SESSION_SQL: str

    def terms(self, found: Declared, arguments: Mapping[str, Any]) -> Terms:
        """Give what the driver asks with these arguments; whatever it raises is about the files that they name."""

    def greeted(self, line: Line, terms: Terms, found: Declared) -> Answer:
        """Hear the server, up to where the TLS handshake begins, if there is one."""

    def demands_tls(self, error: BaseException) -> bool:
        """Whether a driver's error of a login means that the server takes connections with TLS only."""

    def wait_for_answers(self, connection: Any, seconds: float) -> None:
        """Let a driver's connection wait that long for each answer, where it has a bound of its own."""

    def denied(self, error: BaseException) -> bool:
        """Whether it says that the login is wrong, which an account that wants TLS says too."""


def wire(found: Declared) -> Wire:
    """Give the protocol of the kit's own driver for a target."""
    driver = found.url.get_driver_name()
    return cast("Wire", import_module(f"migkit.targets.{_MODULES[driver]}"))


def arguments(found: Declared) -> dict[str, Any]:
    """Give what the driver's `connect` is called with, password and all."""
    _positional, given = found.url.get_dialect()().create_connect_args(found.url)
    return {**given, **found.arguments}


def demands_tls(found: Declared, error: BaseException) -> bool:
    """Whether a login on a target failed since the server takes connections with TLS only."""
    return wire(found).demands_tls(error)


def remedy(found: Declared, error: BaseException) -> str:
    """Give what to do about a login that failed for want of TLS, or may have; "" where that was not it."""
    spoken, asking = wire(found), "ask for TLS in the target's URL"
    if spoken.demands_tls(error):
        return f"{asking}: the server takes no connection without"
    if spoken.denied(error) and not spoken.terms(found, arguments(found)).demanded:
        return f"look at its user and password; if they are right, {asking}: the account may want it"
    return ""
