"""The login that migrations use: made for one throwaway database with production's privileges, and dropped after it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from migkit.errors import ConfigError, MigkitError, ServerError
from migkit.model import Database, Event, Server
from migkit.product import ServerSettings
from migkit.servers import login, names, signals
from migkit.servers.events import OnEvent

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.exc import DBAPIError


class _Denied(Exception):  # noqa: N818  # what the server said
    """The administrator may not make logins, or not give them what they need."""


@contextmanager
def restricted(server: Server, database: str, settings: ServerSettings, on_event: OnEvent) -> Iterator[Database]:
    """Give the database, not made yet, with a login of its own that lasts for this block.

    It has the privileges of the configuration, on this database alone where they go with one. It is called as the
    database is, where that has a name of the kit's. On a server by URL whose own login may not make others, that one
    is given, and an event says so. Raises ConfigError for a privilege that the server does not know.
    """
    own = f"{names.PREFIX}_{names.run()}_"
    user = database if database.startswith(own) else names.fresh()
    made = Database(server, database, user, f"{secrets.token_urlsafe(18)}-aA1")  # what password policies ask for
    try:
        reason = _make(made, settings)
        if reason:
            on_event(Event("log", f"migrations run as {server.user} itself: {reason}"))
            made = replace(made, user=server.user, password=server.password, shared_login=reason)
        yield made
    except BaseException as error:
        _drop_after(error, server, user)
        raise
    _drop_at_last(server, user)


@contextmanager
def elevated(database: Database, settings: ServerSettings) -> Iterator[None]:
    """Let the database's login do more than its privileges, for this block: what it makes is its own all the same.

    On MySQL that holds for connections that begin in this block. Where the administrator cannot do that, nothing
    changes.
    """
    if not can_be_elevated(database):
        yield
        return
    elevate = login.console(database.server.engine).logins.elevate
    if not _said(database.server, elevate(database.user, True)):  # noqa: FBT003  # on
        yield
        return
    try:
        yield
    except Exception:
        _lower(database, settings)
        raise
    except BaseException:  # an interrupt goes on, and the login goes with it
        with suppress(MigkitError):
            _lower(database, settings)
        raise
    _lower(database, settings)


def declared(database: Database, settings: ServerSettings) -> tuple[str, ...]:
    """Give the privileges that the configuration names for a product; `mysql:SUPER` is for MySQL alone."""
    parted = [entry.rpartition(":") for entry in settings.privileges]
    return tuple(name for product, _colon, name in parted if product in ("", database.server.engine.family))


def can_be_elevated(database: Database) -> bool:
    """Whether its login is one of the kit's own making."""
    return database.path is None and database.user != database.server.user


def drop(server: Server, user: str) -> None:
    """Drop a login of the kit's, where it is there; its database must be gone. Who may not did not make one."""
    with signals.held():
        _said(server, login.console(server.engine).logins.drop(user))


def _lower(database: Database, settings: ServerSettings) -> None:
    elevate = login.console(database.server.engine).logins.elevate
    with signals.held(), login.connect(database.server) as connection:
        connection.exec_driver_sql(elevate(database.user, False))  # noqa: FBT003  # off
        _grant_all(connection, database, settings)


def _make(made: Database, settings: ServerSettings) -> str:
    """Make the login and log in with it; give the reason why it cannot be had on a server that is somebody else's.

    MySQL then knows its password, and drivers that cannot encrypt one over a plain connection can log in too.
    """
    server = made.server
    try:
        with login.connect(server) as connection:
            _create(connection, made, settings)
        with login.connect(replace(server, user=made.user, password=made.password)):
            return ""
    except _Denied as error:
        return str(error)
    except ServerError as error:
        if server.kind != "url":
            raise
        return error.message


def _create(connection: Connection, made: Database, settings: ServerSettings) -> None:
    spoken = login.console(made.server.engine).logins
    if spoken.restoring_sql and not spoken.may_restore(connection.exec_driver_sql(spoken.restoring_sql).all()):
        raise _Denied("it may not make again what another login has made, as bringing a state back needs")
    for statement in spoken.create(made.user, made.password):
        _say(connection, made.server, statement)
    _grant_all(connection, made, settings)


def _grant_all(connection: Connection, made: Database, settings: ServerSettings) -> None:
    for privilege in declared(made, settings) or login.console(made.server.engine).logins.usual:
        _grant(connection, made, privilege)


def _grant(connection: Connection, made: Database, privilege: str) -> None:
    from sqlalchemy import exc

    said = ""
    for statement in login.console(made.server.engine).logins.grant(made.user, made.name, privilege):
        try:
            _say(connection, made.server, statement)
        except exc.DBAPIError as error:
            said = said or login.said(error)
        else:
            return
    raise ConfigError(
        f"{made.server.product} {made.server.version} has no privilege {privilege!r} to give: {said}",
        remedy="look at `server.privileges` of the schema",
    )


def _say(connection: Connection, server: Server, statement: str) -> None:
    """Run a statement; what somebody else's server does not allow is _Denied."""
    from sqlalchemy.exc import DBAPIError

    try:
        connection.exec_driver_sql(statement)
    except DBAPIError as error:
        if server.kind == "url" and _is_denied(server, error):
            raise _Denied(login.said(error)) from None
        raise


def _is_denied(server: Server, error: DBAPIError) -> bool:
    return error.orig is not None and login.console(server.engine).logins.denied(error.orig)


def _said(server: Server, statement: str) -> bool:
    """Run a statement as the administrator; False where he may not."""
    from sqlalchemy.exc import DBAPIError

    with login.connect(server) as connection:
        try:
            connection.exec_driver_sql(statement)
        except DBAPIError as error:
            if _is_denied(server, error):
                return False
            raise
    return True


def _drop_at_last(server: Server, user: str) -> None:
    try:
        drop(server, user)
    except ServerError as error:
        if server.kind == "url":  # else it goes with the server
            error.remedy = f"drop the login {user} by hand"
            raise


def _drop_after(error: BaseException, server: Server, user: str) -> None:
    """Drop, and let `error` be what is raised: with a note when the login had to stay."""
    try:
        drop(server, user)
    except MigkitError as second:
        if server.kind == "url":
            error.add_note(f"the login {user} was left behind: {second.message}")
