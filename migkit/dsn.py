"""Go's data source names, `user:password@tcp(host:port)/database?tls=…`, as parts (pure).

As go-sql-driver reads them (its README, "DSN"): the last `/` ends the address, the last `@` before it the login, and
the first `:` in that the user. Nothing in the login is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from urllib.parse import parse_qsl, unquote

from migkit.values import dataclass

_PLACE = re.compile(r"(?P<net>tcp|unix)?(?:\((?P<at>[^()]*)\))?")
_HOST = re.compile(r"(?P<host>\[[^\]]*\]|[^:]*)(?::(?P<port>\d{1,5}))?")
_PORT = 3306


@dataclass(frozen=True, slots=True)
class GoName:
    """A data source name taken apart; `options` are its parameters. `socket` is "" where host and port are given."""

    user: str
    password: str = field(repr=False)
    host: str
    port: int
    socket: str
    database: str
    options: Mapping[str, str] = field(default_factory=dict, repr=False)


def parsed(text: str) -> GoName | None:
    """Give the parts of a data source name, None where `text` is none."""
    before, slash, after = text.rpartition("/")
    login, _at, place = before.rpartition("@")
    match = _PLACE.fullmatch(place)
    if not slash or "://" in text or match is None:
        return None
    socket = match["at"] or "/tmp/mysql.sock" if match["net"] == "unix" else ""  # noqa: S108  # Go's own default
    host = _HOST.fullmatch("" if socket else match["at"] or "")
    if host is None:
        return None
    database, _question, query = after.partition("?")
    user, _colon, password = login.partition(":")
    return GoName(
        user,
        password,
        "" if socket else host["host"].strip("[]") or "127.0.0.1",
        0 if socket else int(host["port"] or _PORT),
        socket,
        unquote(database),
        dict(parse_qsl(query, keep_blank_values=True)),
    )
