"""How env.py gets to a target: its URL in the driver that env.py wants, and TLS as each driver is told of it."""

from __future__ import annotations

import math
import ssl
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from migkit.alembic_io import urls
from migkit.model import Schema
from migkit.targets import Declared

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

_CONNECT_TIMEOUT = {  # the argument of each driver that ends a connection which is not made
    **dict.fromkeys(("pymysql", "mysqldb", "aiomysql", "asyncmy", "psycopg", "psycopg2"), "connect_timeout"),
    "psycopg_async": "connect_timeout",
    "asyncpg": "timeout",
    "pg8000": "timeout",
}
_ITS_OWN = frozenset({"pymysql", "psycopg", "psycopg_async", "psycopg2"})  # drivers that take the options of the kit's
_NO_TLS = frozenset({"", "disable", "allow", "prefer"})


def url(schema: Schema, found: Declared) -> str:
    """Give what env.py gets as `sqlalchemy.url`; "" where the ini has the target's already, options and all."""
    return "" if found.target.url == "ini" else _for(found, urls.drivername(schema, found.engine))


def environment(schema: Schema, found: Declared) -> Mapping[str, str]:
    """Give the variable from which env.py reads its URL, unless that is where the target's URL stands."""
    if not schema.url_env or found.target.url == f"env:{schema.url_env}":
        return {}
    return {schema.url_env: _for(found, schema.url_driver)}


def dial(schema: Schema, found: Declared) -> Callable[[str, dict[str, Any]], None]:
    """Give what changes a driver's arguments: it gives up in time, and has TLS as a URL of the kit's asks for it."""
    own = found.target.url not in ("ini", f"env:{schema.url_env}")
    seconds = max(1, math.ceil(found.target.connect_timeout))

    def change(driver: str, arguments: dict[str, Any]) -> None:
        if driver in _CONNECT_TIMEOUT:
            arguments.setdefault(_CONNECT_TIMEOUT[driver], seconds)
        if own:
            arguments.update(_tls(driver, found))

    return change


def _for(found: Declared, drivername: str) -> str:
    """Write the URL for a driver, with those of its options that it knows."""
    its: URL = found.url.set(drivername=drivername) if drivername else found.url
    driver = its.get_driver_name() if "+" in its.drivername else _usual(its.drivername)
    if driver not in _ITS_OWN:
        its = its.set(query={key: value for key, value in its.query.items() if key == "charset"})
    return its.render_as_string(hide_password=False)


def _usual(dialect: str) -> str:
    """Give the driver that SQLAlchemy means by a dialect's name alone."""
    return "psycopg2" if dialect.startswith("postgres") else "mysqldb"


def _tls(driver: str, found: Declared) -> dict[str, Any]:
    """Give the arguments by which a driver has TLS as the target's URL asks for it; {} where its options said so."""
    if driver in _ITS_OWN:
        return dict(found.arguments)
    asked = _context(found)
    if driver == "mysqldb":
        if found.arguments.get("ssl_disabled"):
            return {"ssl_mode": "DISABLED"}
        return _mysqlclient(found, asked) if asked else {}
    key = "ssl_context" if driver == "pg8000" else "ssl"
    return {key: asked} if asked else {}


def _mysqlclient(found: Declared, asked: ssl.SSLContext) -> dict[str, Any]:
    files = {key[4:]: found.url.query[key] for key in ("ssl_ca", "ssl_cert", "ssl_key") if key in found.url.query}
    return {"ssl_mode": "VERIFY_IDENTITY" if asked.check_hostname else "REQUIRED", **({"ssl": files} if files else {})}


def _context(found: Declared) -> ssl.SSLContext | None:
    """Make a context of what a URL or a DSN asks for; None where it asks for no TLS, or leaves that to the server."""
    if isinstance(given := found.arguments.get("ssl"), ssl.SSLContext):
        return given
    query = {key: str(value) for key, value in found.url.query.items()}
    ca = query.get("ssl_ca") or query.get("sslrootcert")
    mode = query.get("sslmode", "")
    wanted = any(key.startswith("ssl_") and key != "ssl_disabled" for key in query)
    if found.arguments.get("ssl_disabled") or not (wanted or mode not in _NO_TLS):
        return None
    context = ssl.create_default_context(cafile=ca, capath=query.get("ssl_capath"))
    context.check_hostname = mode == "verify-full" or _names_checked(query)
    if not ca and mode not in ("verify-ca", "verify-full"):
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    cert = query.get("ssl_cert") or query.get("sslcert")
    if cert:
        key = query.get("ssl_key") or query.get("sslkey")
        context.load_cert_chain(cert, key, query.get("ssl_key_password") or query.get("sslpassword"))
    return context


def _names_checked(query: Mapping[str, str]) -> bool:
    """Whether the server's name is to be its certificate's: with `ssl_ca` unless told not to, as PyMySQL has it."""
    told = [query[key].lower() for key in ("ssl_verify_identity", "ssl_check_hostname") if key in query]
    return any(one in ("1", "true", "yes") for one in told) if told else "ssl_ca" in query
