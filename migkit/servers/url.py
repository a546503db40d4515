"""A server that runs already, given by its URL: the kit makes and drops databases of its own there, no others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from migkit.address import masked
from migkit.engines import find
from migkit.errors import ConfigError
from migkit.model import Engine, Event, Server
from migkit.servers import login
from migkit.servers.events import OnEvent, ignore
from migkit.servers.request import Request

if TYPE_CHECKING:
    from sqlalchemy.engine import URL


@contextmanager
def serve(request: Request, on_event: OnEvent = ignore) -> Iterator[Server]:
    """Log in to the server at the URL; its own settings stay as they are.

    Raises ConfigError for a URL that is none, of another product's dialect, or that names a database with tables in
    it: that is somebody's; ServerError when the server does not answer.
    """
    settings, parsed = request.settings, _parsed(request.engine, request.choice)
    server = login.identified(_server(request.engine, request.choice, parsed))
    _refuse_tables(server, parsed.database)
    asked = {
        "sql_mode": settings.sql_mode is not None,
        "lower_case_table_names": settings.lower_case_table_names is not None,
        "args": bool(settings.args),
    }
    unused = [f"server.{key}" for key, wanted in asked.items() if wanted]
    if unused:
        on_event(Event("log", f"a server by URL keeps its own settings: {', '.join(unused)} not applied"))
    yield server


def explain(server: Server) -> str:
    """Say whether the server still answers."""
    return login.answer(server)


def _parsed(engine: Engine, choice: str) -> URL:
    try:
        url = login.parsed(choice)
    except Exception:  # whatever it says may hold the password
        raise ConfigError(
            f"not a database URL: {masked(choice)}",
            remedy="write dialect://user:…@host:port/, with %40 for an @ in the password",
        ) from None
    dialect = find(url.drivername).dialect
    if engine.console is None or dialect != engine.dialect:
        raise ConfigError(
            f"{masked(choice)} is no server for {engine.name}",
            remedy=f"leave --server out: {engine.product} needs none"
            if engine.console is None
            else f"give the URL of a server of {engine.product}, or --engine",
        )
    return url


def server_at(engine: Engine, choice: str) -> Server:
    """Give the server that a URL leads to, and that was not asked yet; ConfigError for a URL that is none."""
    return _server(engine, choice, _parsed(engine, choice))


def _server(engine: Engine, choice: str, url: URL) -> Server:
    option = login.console(engine).socket_option
    query = {key: value if isinstance(value, str) else ",".join(value) for key, value in url.query.items()}
    socket = query.pop(option) if query.get(option, "").startswith("/") else ""
    return Server(
        engine,
        kind="url",
        product=engine.product,
        version=engine.version,
        host="" if socket else url.host or "127.0.0.1",
        port=url.port or engine.port,
        user=url.username or engine.admin,
        password=str(url.password or ""),
        origin=masked(choice),
        socket=socket,
        driver=url.drivername,
        options=tuple(query.items()),
    )


def _refuse_tables(server: Server, database: str | None) -> None:
    from sqlalchemy import text

    if not database:
        return
    spoken = login.console(server.engine)
    with login.connect(server, database if spoken.database else "") as connection:
        tables = connection.execute(text(spoken.tables_sql), {"name": database}).scalar()
    if tables:
        held = f"{tables} table{'' if tables == 1 else 's'}"
        raise ConfigError(
            f"the URL names the database {database}, which holds {held}: it is somebody's",
            remedy="leave the database out of the URL; the kit makes its own",
        )
