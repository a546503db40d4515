"""The administrator's login on a server: its URL, its connections, and what the server says it is."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from migkit.engines import matches, running
from migkit.errors import ServerError
from migkit.model import Engine, Server
from migkit.product import Console

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection
    from sqlalchemy.engine import Engine as Connector

STATEMENT_SECONDS = 300


def address(server: Server, database: str = "", *, user: str = "", password: str = "", drivername: str = "") -> URL:
    """Give the URL of a database on `server`; the login is the server's own unless another is given."""
    from sqlalchemy.engine import URL

    default = default_driver(server.engine)
    query = dict(server.options) if drivername in ("", default, server.driver) else {}
    if server.socket:
        query[console(server.engine).socket_option] = server.socket
    return URL.create(
        drivername or default,
        username=user or server.user or None,
        password=(password if user else server.password) or None,
        host=None if server.socket else server.host or None,
        port=None if server.socket else server.port or None,
        database=database or None,
        query=query,
    )


def parsed(text: str) -> URL:
    """Read a SQLAlchemy URL; ValueError also where an `@` that is not quoted leaves half a password in the host."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(text)
    except ArgumentError as error:
        raise ValueError(str(error)) from error
    if "@" in (url.host or ""):
        raise ValueError("an @ in the login has to be written as %40")
    return url


def default_driver(engine: Engine) -> str:
    """Give the dialect+driver that the kit itself uses with the SQLAlchemy that is installed."""
    import sqlalchemy

    return engine.driver_14 if sqlalchemy.__version__.startswith("1.") else engine.driver


def console(engine: Engine) -> Console:
    """Give how a server of this product is spoken to; SQLite, which has none, never comes here."""
    assert engine.console is not None, f"{engine.name} has no server"
    return engine.console


@contextmanager
def connect(server: Server, database: str = "", *, seconds: int = STATEMENT_SECONDS) -> Iterator[Connection]:
    """Log in as the administrator, each statement its own transaction; database errors become ServerError.

    `seconds` bounds the login and, where the driver can, each answer.
    """
    with told(server), session(server, database, seconds=seconds) as connection:
        yield connection


@contextmanager
def session(server: Server, database: str = "", *, seconds: int = STATEMENT_SECONDS) -> Iterator[Connection]:
    """Log in as `connect` does, and leave errors of the block as they are: for one in which other things happen."""
    spoken = console(server.engine)
    url = address(server, database or spoken.database).render_as_string(hide_password=False)
    connector = _known if server.version else _connector
    with told(server):
        connection = connector(server.version, server.engine, url, is_loopback(server), seconds).connect()
    with connection:
        yield connection


def _connector(_version: str, engine: Engine, url: str, local: bool, seconds: int) -> Connector:  # noqa: FBT001
    """Make what connects; it holds nothing open."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    args = console(engine).connect_args(parsed(url).get_driver_name(), local, seconds)
    return create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=args)


_known = lru_cache(maxsize=64)(_connector)  # what SQLAlchemy asks a server at first, it asks once


@contextmanager
def told(server: Server) -> Iterator[None]:
    """Turn database errors into ServerError with the server's place."""
    from sqlalchemy.exc import DBAPIError

    try:
        yield
    except DBAPIError as error:
        remedy = "look at its address, its login and the network" if server.kind == "url" else ""
        raise ServerError(f"{server.engine.product} at {place(server)}: {said(error)}", remedy=remedy) from error


def identified(server: Server) -> Server:
    """Ask a server who it is; give it with its engine, product and version, and with `substituted` where it differs."""
    spoken = console(server.engine)
    with connect(server, seconds=10) as connection:
        row = connection.exec_driver_sql(spoken.identity_sql).first()
    identity = spoken.identify(tuple(row or ("", "")))
    if identity is None:
        raise ServerError(
            f"the server at {place(server)} is no product that the kit knows: {row[0] if row else 'no version'}",
            remedy=f"use a server of {server.engine.product}",
        )
    wanted, found = server.engine, f"{identity.product} {identity.version}"
    substituted = "" if matches(wanted, identity) else f"{wanted.name} was wanted, {found} is used ({server.origin})"
    return replace(
        server,
        engine=running(wanted, identity),
        product=identity.product,
        version=identity.version,
        wanted=wanted.name,
        substituted=substituted,
    )


def answer(server: Server) -> str:
    """Say why the server does not answer any more; "" where it does."""
    try:
        identified(server)
    except ServerError as error:
        return error.message
    return ""


def is_loopback(server: Server) -> bool:
    """Whether the server is on this machine's loopback, or behind a socket."""
    if server.socket or server.host == "localhost":
        return True
    try:
        return ipaddress.ip_address(server.host).is_loopback
    except ValueError:
        return False


def place(server: Server) -> str:
    """Give where a server is, for messages: there is no login in it."""
    return server.socket or f"{server.host}:{server.port}"


def said(error: Exception) -> str:
    """Give what the server said, without the statement: that may hold a password."""
    original = getattr(error, "orig", None) or error
    return " ".join(str(part) for part in original.args) or type(original).__name__
