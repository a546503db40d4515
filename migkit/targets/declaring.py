"""The text of a target's URL into an address that the target declares: whatever it says, no other one is given."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

from migkit import dsn, engines
from migkit.address import Address, keep_secret
from migkit.config.checking import nearest, one_of
from migkit.errors import ConfigError, TargetError
from migkit.model import Engine, Project, Schema, Target
from migkit.servers import login
from migkit.targets import sources, tls
from migkit.values import dataclass

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

_ASTRAY = frozenset(
    {"host", "hostaddr", "port", "service", "unix_socket", "read_default_file", "read_default_group"}
    | {"dbname", "database", "db"}
)
_LOGIN = frozenset({"user", "password", "passwd", "passfile"})  # libpq and PyMySQL take them there too
_SECRET = frozenset({"password", "passwd", "sslpassword", "ssl_key_password"})


@dataclass(frozen=True, slots=True)
class Declared:
    """A target whose address is one of its `hosts`. `url` is in the kit's own driver; `arguments` are the driver's."""

    target: Target
    engine: Engine
    address: Address
    url: URL = field(repr=False)
    arguments: Mapping[str, Any] = field(default_factory=dict, repr=False)


def declared(project: Project, schema: Schema, name: str) -> Declared:
    """Give the target `name` of a schema, its URL found and its address checked; nothing is opened.

    Raises ConfigError for a name that is not configured, TargetError where its URL is not to be had, is none, or
    leads to an address that is not declared.
    """
    named(project, schema, name)
    target, engine = schema.targets[name], engines.parse(schema.engine)
    if engine.console is None:
        raise ConfigError(f"{engine.product} has no server that could be a target", path=project.path)
    written = sources.text(project, schema, target)
    go = dsn.parsed(written)
    found = _from_go(go, target, engine, schema) if go else _from_url(written, target, engine, schema)
    keep_secret(str(found.url.password or ""), found.address.database, found.url.username or "", found.address.host)
    _check(found)
    spelled = login.console(engine).spelled
    more = spelled(str(found.url.password or "")) if spelled else {}
    return replace(found, arguments={**found.arguments, **more})


def named(project: Project, schema: Schema, wanted: str) -> tuple[str, ...]:
    """Give the targets of a schema that are meant: the one that is `wanted`, or all of them where that is "".

    Raises ConfigError where there is none.
    """
    if not schema.targets:
        remedy = f"write [schemas.{schema.name}.targets.{wanted or 'production'}]"
        raise ConfigError(f"schema {schema.name} declares no target", remedy=remedy, path=project.path)
    if wanted and wanted not in schema.targets:
        near = nearest(wanted, schema.targets)
        message = f'schema {schema.name} has no target "{wanted}"{near}'
        raise ConfigError(message, remedy=one_of(schema.targets), path=project.path)
    return (wanted,) if wanted else tuple(schema.targets)


def _from_url(written: str, target: Target, engine: Engine, schema: Schema) -> Declared:
    try:
        url = login.parsed(written)
        port = url.port or engine.port
        dialect = engines.find(url.drivername).dialect
    except Exception:  # whatever it says may hold the password
        raise TargetError(
            f"target {target.name}: {sources.described(target)} is neither a SQLAlchemy URL nor a Go DSN",
            remedy="write dialect://user:…@host:port/database, with %40 for an @ in the password",
        ) from None
    if dialect != engine.dialect:
        said = f"{sources.described(target)} is a URL of {dialect}, and the schema's engine is {engine.name}"
        raise TargetError(f"target {target.name}: {said}", remedy="correct the one or the other")
    for option in sorted(_SECRET & set(url.query)):
        keep_secret(str(url.query[option]), url.database or schema.database, url.username or "", url.host or "")
    _refuse(_ASTRAY & set(url.query), "may lead elsewhere", "host, port and database", target)
    _refuse(_LOGIN & set(url.query), "would not be taken", "user and password", target)
    database = url.database or schema.database
    query, arguments = tls.of_url(url.query, login.console(engine), target)
    own = url.set(drivername=login.default_driver(engine), port=port, database=database, query=query)
    return Declared(target, engine, Address(url.host or "", port, "", database), own, arguments)


def _refuse(options: AbstractSet[str], why: str, what: str, target: Target) -> None:
    if options:
        said = f"target {target.name}: {', '.join(sorted(options))} in {sources.described(target)} {why}"
        raise TargetError(said, remedy=f"write {what} into the URL itself")


def _from_go(name: dsn.GoName, target: Target, engine: Engine, schema: Schema) -> Declared:
    from sqlalchemy.engine import URL

    if engine.dialect != engines.MYSQL.dialect:
        raise TargetError(
            f"target {target.name}: {sources.described(target)} is a DSN of Go's MySQL driver, not {engine.product}'s",
            remedy="write dialect://user:…@host:port/database",
        )
    database = name.database or schema.database
    driver = login.default_driver(engine)
    files, arguments = tls.of_dsn(name.options.get("tls", ""), target)
    login_ = name.user or None, name.password or None
    url = URL.create(driver, *login_, name.host or None, name.port or None, database, files)
    return Declared(target, engine, Address(name.host, name.port, name.socket, database), url, arguments)


def _check(found: Declared) -> None:
    target, address = found.target, found.address
    host = f"[{address.host}]" if ":" in address.host else address.host.lower()
    place = f"{host}:{address.port}"
    if "," in host:
        said = f"{sources.described(target)} names several hosts: {address.host}"
        raise TargetError(f"target {target.name}: {said}", remedy="name the primary alone")
    if address.socket or not host:
        where = f"the socket {address.socket}" if address.socket else "no host"
        said = f"{sources.described(target)} names {where}"
        raise TargetError(f"target {target.name}: {said}", remedy="write host and port, as `hosts` of the target does")
    if place not in {one.lower() for one in target.hosts}:
        allowed = f"declared are {', '.join(target.hosts)}" if target.hosts else "it declares no hosts"
        raise TargetError(
            f"target {target.name}: {sources.described(target)} leads to {place}, and {allowed}",
            remedy=f'correct the URL; only if this is the target\'s own new address, set hosts = ["{place}"]',
        )
