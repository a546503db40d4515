"""MySQL's and MariaDB's protocol up to TLS (MySQL internals, "Connection Phase"), with PyMySQL's idea of TLS.

Whether the server wants TLS from everybody (require_secure_transport) it says after the password only.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from typing import Any

from migkit.address import masked_text
from migkit.targets.declaring import Declared
from migkit.targets.wires import Answer, Line, Terms

SESSION_SQL = "SELECT CONNECTION_ID() + 0"  # proxies answer the function alone by themselves
_ERROR, _PROTOCOL = 0xFF, 10
_TLS = 0x800
# CLIENT_LONG_PASSWORD, PROTOCOL_41, SSL, SECURE_CONNECTION, PLUGIN_AUTH: what the reply after it would have too
_ASKS = 0x1 | 0x200 | _TLS | 0x8000 | 0x80000
_UTF8MB4 = 45
_LARGEST = 1 << 24
_SECURE_ONLY = frozenset({3159})  # ER_SECURE_TRANSPORT_REQUIRED; MariaDB 10.11 and REQUIRE SSL say 1045 instead
_DENIED = frozenset({1045})
_VERSION = re.compile(r"(?:5\.5\.5-)?(\d+\.\d+\.\d+)")  # MariaDB before 11 puts 5.5.5- there, for old replicas


def terms(found: Declared, arguments: Mapping[str, Any]) -> Terms:
    """Ask PyMySQL itself, without a connection."""
    from pymysql.connections import Connection

    driver = Connection(**{**arguments, "defer_connect": True})
    asked = bool(driver.ssl)
    demanded = asked and bool(getattr(driver, "_ssl_required", True))  # unasked, it prefers it
    said = "TLS is asked for" if demanded else "TLS is preferred" if asked else "no TLS is asked for"
    host, context = str(arguments.get("host", "")), driver.ctx if asked else None
    return Terms(asked, demanded, said, "ssl_ca=…, or tls=true in a DSN", "ssl_ca=…", host, context=context)


def greeted(line: Line, terms: Terms, _found: Declared) -> Answer:
    """Read the greeting, which the server begins with; answer with a request for TLS where it is asked and offered."""
    head = line.read(4)
    length, first = int.from_bytes(head[:3], "little"), head[3]
    if first or not 0 < length < 1 << 12:
        return Answer("")
    body = line.read(length)
    if body[0] == _ERROR:
        return Answer("MySQL's protocol", refused=_refusal(body))
    name, null, rest = body[1:].partition(b"\0")
    if body[0] != _PROTOCOL or not null or len(rest) < 15:  # noqa: PLR2004  # up to the first capabilities
        return Answer("")
    offers = bool(struct.unpack_from("<H", rest, 13)[0] & _TLS)
    if terms.asked and offers:
        request = struct.pack("<IIB23x", _ASKS, _LARGEST, _UTF8MB4)
        line.send(len(request).to_bytes(3, "little") + b"\1" + request)
    return Answer(_product(name.decode("latin-1")), offers)


def demands_tls(error: BaseException) -> bool:
    """Whether it is the error of require_secure_transport."""
    return bool(error.args) and error.args[0] in _SECURE_ONLY


def wait_for_answers(connection: Any, seconds: float) -> None:
    """Set what PyMySQL takes as `read_timeout` and `write_timeout` anew: the login is bounded by the same two."""
    assert hasattr(connection, "_read_timeout"), "PyMySQL keeps its read_timeout elsewhere"
    connection._read_timeout = connection._write_timeout = seconds


def denied(error: BaseException) -> bool:
    """Whether it is an access that is denied to a user."""
    return bool(error.args) and error.args[0] in _DENIED


def _product(version: str) -> str:
    number = _VERSION.match(version)
    name = "MariaDB" if "mariadb" in version.lower() else "MySQL"
    return f"{name} {number[1]}" if number else name


def _refusal(body: bytes) -> str:
    """Read an error that comes instead of the greeting: it has no SQLSTATE yet."""
    code = struct.unpack_from("<H", body, 1)[0] if len(body) > 2 else 0  # noqa: PLR2004
    return f"{masked_text(body[3:].decode('utf-8', 'replace'))} ({code})"
