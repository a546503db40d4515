"""Throwaway databases on a running server: made under a name of the kit's own, always dropped, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from migkit.address import masked
from migkit.errors import ConfigError, MigkitError, ServerError
from migkit.model import Database, Server
from migkit.product import ServerSettings
from migkit.servers import claims, login, logins, names, signals
from migkit.servers.events import OnEvent, ignore

__all__ = ["masked", "throwaway", "url"]

_DEFAULTS = ServerSettings()


@contextmanager
def throwaway(
    server: Server,
    settings: ServerSettings = _DEFAULTS,
    *,
    name: str | None = None,
    on_event: OnEvent = ignore,
) -> Iterator[Database]:
    """Make a database for the time of this block, with the schema's charset, collation, extensions and privileges.

    It is called `migkit_<run>_<n>`, or `name` on a server that the kit itself started, and has a login of its own
    (see `logins.restricted`), which owns it where databases have owners. Raises ServerError where the
    server refuses it, and when it cannot be dropped again; a database that stood before is never touched.
    """
    make = _file if server.folder is not None else _claimed
    with make(server, settings, _checked(server, name), on_event) as database:
        yield database


def url(database: Database, drivername: str = "") -> str:
    """Give a database's SQLAlchemy URL, password and all: for drivers and environments, never for people.

    `drivername` is `dialect+driver`; without it the kit's usual driver for the installed SQLAlchemy.
    """
    if database.path is not None:
        return f"{drivername or 'sqlite'}:///{database.path}"
    made = login.address(
        database.server, database.name, user=database.user, password=database.password, drivername=drivername
    )
    return made.render_as_string(hide_password=False)


def _checked(server: Server, name: str | None) -> str | None:
    if name is not None and (server.kind == "url" or server.shared) and not name.startswith(f"{names.PREFIX}_"):
        raise ConfigError(
            f"the kit makes no database `{name}` on a server that it did not start",
            remedy=f"let the name begin with {names.PREFIX}_, or use --server docker",
        )
    return name


@contextmanager
def _claimed(server: Server, settings: ServerSettings, name: str | None, on_event: OnEvent) -> Iterator[Database]:
    called = name or names.fresh()
    with (
        claims.held(server, called),
        logins.restricted(server, called, settings, on_event) as database,
        _database(database, settings, certain=name is None) as made,
    ):
        yield made


@contextmanager
def _database(database: Database, settings: ServerSettings, *, certain: bool) -> Iterator[Database]:
    made = certain  # a random name is nobody else's: it is dropped even where the answer to CREATE was lost
    try:
        _create(database, settings)
        made = True
        _extend(database, settings)
        yield database
    except BaseException as error:
        if made:
            _drop_after(error, database)
        raise
    _drop_at_last(database)


def _create(database: Database, settings: ServerSettings) -> None:
    server = database.server
    statement = login.console(server.engine).create_database(database.name, settings, database.user)
    try:
        with login.connect(server) as connection:
            connection.exec_driver_sql(statement)
    except ServerError as error:
        hint = f"let {server.user} create databases called {names.PREFIX}_…" if server.kind == "url" else ""
        error.remedy = error.remedy or hint or "look at the charset and collation of the schema's `server` key"
        raise


def _extend(database: Database, settings: ServerSettings) -> None:
    """Create the extensions as the administrator: migrations may use what their user must not create."""
    statement = login.console(database.server.engine).create_extension
    if statement is None or not settings.extensions:
        return
    try:
        with login.connect(database.server, database.name) as connection:
            for extension in settings.extensions:
                connection.exec_driver_sql(statement(extension))
    except ServerError as error:
        error.remedy = error.remedy or "name an image that has the extension in `images`"
        raise


def _drop_at_last(database: Database) -> None:
    try:
        _drop(database)
    except ServerError as error:
        if database.server.kind == "url":  # else it goes with the server
            error.remedy = f"drop the database {database.name} by hand"
            raise


def _drop(database: Database) -> None:
    server, spoken = database.server, login.console(database.server.engine)
    with signals.held(), login.connect(server) as connection:
        if spoken.sessions_sql:
            for row in connection.exec_driver_sql(spoken.sessions_sql).all():
                _end(server, spoken.end_session(tuple(row), database.name))
        connection.exec_driver_sql(spoken.drop_database(database.name))


def _end(server: Server, statement: str) -> None:
    """End one session, on a connection of its own: it may have gone by itself, which is an error to the server."""
    if not statement:
        return
    try:
        with login.connect(server) as connection:
            connection.exec_driver_sql(statement)
    except ServerError:
        return


def _drop_after(error: BaseException, database: Database) -> None:
    """Drop, and let `error` be what is raised: with a note when the database had to stay."""
    try:
        _drop(database)
    except MigkitError as second:
        if database.server.kind == "url":
            error.add_note(f"the database {database.name} was left behind: {second.message}")


@contextmanager
def _file(server: Server, _settings: ServerSettings, name: str | None, _on_event: OnEvent) -> Iterator[Database]:
    assert server.folder is not None
    path = server.folder / f"{name or names.fresh()}.db"
    path.touch(mode=0o600, exist_ok=False)
    try:
        yield Database(server, path.stem, path=path)
    finally:
        for ending in ("", "-journal", "-wal", "-shm"):
            Path(f"{path}{ending}").unlink(missing_ok=True)
