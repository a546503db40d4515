"""A schema's development database: which it is, whether it is a declared target after all, and how it is moved.

It is looked up where Alembic runs: in a service, the ini and the environment are the service's.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import re
import socket
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from migkit import catalog, dsn, engines
from migkit.address import LOOPBACK, Address, masked
from migkit.alembic_io.command import Moved, move, stand
from migkit.alembic_io.history import located
from migkit.alembic_io.surroundings import working_directory
from migkit.errors import ConfigError, MigkitError, TargetError
from migkit.guard_drivers import address_of
from migkit.model import CatalogObject, Database, Direction, Engine, Event, Project, Schema, Server, Target
from migkit.servers import login
from migkit.servers.url import server_at
from migkit.targets import sources
from migkit.values import dataclass

_HOSTS = LOOPBACK | {"host.docker.internal"}  # a container's name for the machine that it runs on


@dataclass(frozen=True, slots=True)
class Declared:
    """A declared target of a schema and its places; `own` is whether the schema is the one whose database moves."""

    schema: str
    name: str
    own: bool
    places: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class Development:
    """A development database: its URL, password and all, and its address. `given` is whether the URL is the ini's."""

    url: str
    address: Address
    given: bool

    def __repr__(self) -> str:
        """Show no password."""
        return f"Development({self.address})"


def moved(
    schema: Schema, direction: Direction, to: str, targets: Iterable[Declared], tell: Callable[[Event], None]
) -> Moved:
    """Upgrade or downgrade the development database of `schema`; `tell` hears from where it starts.

    Raises what `development` and `command.move` raise.
    """
    schema = located(schema)
    with working_directory(schema.directory):  # a SQLite file may be named from there
        found = development(schema, targets)

    def before(stands: tuple[str, ...]) -> None:
        place = ", ".join(stands) or "an empty history"
        tell(Event("log", f"{direction} of {schema.name} on {found.address}: from {place} to {to}"))

    url = "" if found.given else found.url
    return move(
        schema, direction, to, address=found.address, url=url, environment=environment(schema, found), before=before
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """What a development database holds, and where it stands; `heads` are the history's."""

    address: str
    engine: Engine
    product: str
    version: str
    heads: tuple[str, ...]
    current: tuple[str, ...]
    objects: tuple[CatalogObject, ...]


def seen(schema: Schema, targets: Iterable[Declared]) -> Seen:
    """Read the catalogue of the development database of `schema`, and nothing is changed there.

    Raises what `development` and `command.stand` raise, and ServerError where its catalogue cannot be read.
    """
    schema = located(schema)
    with working_directory(schema.directory):
        found = development(schema, targets)
        database = _database(schema, found)
        url = "" if found.given else found.url
        where = stand(schema, address=found.address, url=url, environment=environment(schema, found))
        with catalog.connect(database) as (reader, _keeper):
            snapshot = reader.snapshot(catalog.version_names(where.version_table, where.version_schema))
    server, objects = database.server, tuple(snapshot.objects.values())
    return Seen(str(found.address), server.engine, server.product, server.version, where.heads, where.current, objects)


def _database(schema: Schema, found: Development) -> Database:
    """Give the database as the kit's own sessions reach it."""
    engine = engines.parse(schema.engine)
    if engine.console is None:
        path = Path(found.address.database)
        if not path.is_file():
            raise TargetError(
                f"there is no development database {path}", remedy=f"make it: inv mig.upgrade --schema {schema.name}"
            )
        return Database(Server(engine, "file", engine.product, engine.version), path.stem, path=path)
    server = login.identified(server_at(engine, found.url))
    return Database(server, found.address.database, server.user, server.password)


def development(schema: Schema, targets: Iterable[Declared] = ()) -> Development:
    """Find the development database of `schema`; ConfigError where `development` leads nowhere.

    Raises TargetError where it is one of `targets`, or cannot be told from one of the schema's own.
    """
    url = _url(schema)
    found = Development(url, address(url, f"development of the schema {schema.name}"), schema.development == "ini")
    if re.search(r"[\s,]", found.address.host):
        raise ConfigError(
            f"schema {schema.name}: its development database is not on one host: {found.address}",
            remedy="name one host and port in `development`",
        )
    for target in targets:
        _refuse(target, found.address)
    return found


def declared(project: Project, schema: Schema) -> tuple[Declared, ...]:
    """Give every target of a project with the places that it is known to have, here and now; without a login.

    `schema` stands in for the project's of that name.
    """
    return tuple(
        Declared(each.name, target.name, each.name == schema.name, tuple(_places(project, each, target)))
        for each in {**project.schemas, schema.name: schema}.values()
        for target in each.targets.values()
    )


def environment(schema: Schema, found: Development) -> dict[str, str]:
    """Give the variable that env.py reads its URL from, where it reads one, in the driver that it wants there."""
    from sqlalchemy.engine import make_url

    if not schema.url_env or schema.development == f"env:{schema.url_env}":
        return {}
    url = make_url(found.url)
    url = url.set(drivername=schema.url_driver) if schema.url_driver else url
    return {schema.url_env: url.render_as_string(hide_password=False)}


def address(url: str, what: str) -> Address:
    """Give the address that a SQLAlchemy URL or a Go DSN leads to; ConfigError, without the URL, where it is none."""
    from sqlalchemy.exc import NoSuchModuleError

    go = dsn.parsed(url)
    if go:
        return Address(go.host, go.port, go.socket, go.database)
    try:
        made = login.parsed(url)
        dialect = made.get_dialect()()
        positional, named = dialect.create_connect_args(made)
        return address_of(dialect, tuple(positional), named)
    except (NoSuchModuleError, ValueError, TypeError):
        raise ConfigError(
            f"{what}: not a database URL: {masked(url)}",
            remedy="write dialect://user:…@host/name, with %40 for an @ in the password",
        ) from None


def _host_and_port(place: str) -> tuple[str, int]:
    host, colon, port = place.rpartition(":")
    return (host.strip("[]"), int(port)) if colon and port.isdigit() else (place.strip("[]"), 0)


def _url(schema: Schema) -> str:
    kind, _, name = schema.development.partition(":")
    if schema.development == "ini":
        return _ini_url(schema)
    if kind != "env":
        return schema.development
    if not os.environ.get(name):
        raise ConfigError(
            f"schema {schema.name}: its development database is in ${name}, which is not set",
            remedy=f"set {name} to the URL of a database on this machine",
        )
    return os.environ[name]


def _ini_url(schema: Schema) -> str:
    url = sources.ini(schema)
    if url:
        return url
    wanted = f'"env:{schema.url_env}"' if schema.url_env else "to a URL, or sqlalchemy.url in the ini"
    raise ConfigError(
        f"schema {schema.name}: {schema.ini.name} has no sqlalchemy.url, so its development database is not known",
        remedy=f"set development = {wanted} in the schema" if schema.url_env else f"set development {wanted}",
        path=schema.ini,
    )


def _refuse(target: Declared, found: Address) -> None:
    """Raise TargetError where the address is one of the target's, or nothing is known of one of the schema's own."""
    for each in target.places:
        if same_server(found, each):
            raise TargetError(
                f"refused: {found} is where the target {target.name} of schema {target.schema} is ({_place(each)})",
                remedy="set `development` of the schema to another database: this task changes no target",
            )
    if target.own and not target.places:
        raise TargetError(
            f"refused: nothing says where the target {target.name} of schema {target.schema} is",
            remedy=f'declare it: hosts = ["host:port"] in targets.{target.name}',
        )


def _places(project: Project, schema: Schema, target: Target) -> Iterator[Address]:
    for place in target.hosts:
        yield Address(*_host_and_port(place))
    if target.url.startswith("keyring:") or (target.url == "ini" and target.hosts):
        return  # nobody is asked to unlock one; and who shares the ini is told apart by hosts alone
    # what leads nowhere says nothing
    with contextlib.suppress(MigkitError, OSError, ValueError), working_directory(schema.directory):
        yield address(sources.text(project, schema, target), f"url of the target {target.name}")


def same_server(one: Address, other: Address) -> bool:
    """Whether two addresses are of one server, whatever database they name; a file is a server of its own."""
    if not (one.host or one.socket) or not (other.host or other.socket):
        return one == other
    if one.socket and other.socket:
        return one.socket == other.socket
    if one.socket or other.socket:
        return _is_here(other.host if one.socket else one.host)
    return one.port == other.port and bool(_names(one.host) & _names(other.host))


def _names(host: str) -> set[str]:
    """Give what a host is known as: its name, and its addresses as far as they can be resolved now."""
    if _is_here(host):
        return {"localhost"}
    try:
        found = {str(each[4][0]) for each in socket.getaddrinfo(host, None)}
    except OSError:
        found = set()
    return {host.lower().rstrip("."), *("localhost" if _is_here(each) else each for each in found)}


def _is_here(host: str) -> bool:
    if host.lower() in _HOSTS:
        return True
    try:
        known = ipaddress.ip_address(host)
    except ValueError:
        return False
    return known.is_loopback or known.is_unspecified


def _place(each: Address) -> str:
    return each.socket or (f"{each.host}:{each.port}" if each.host else each.database)
