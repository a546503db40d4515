"""PostgreSQL's protocol up to TLS (manual, "Message Flow"), with libpq's idea of TLS ("SSL Support").

Where no TLS is asked for, the login is begun without a password and left as psql leaves it to ask for one: the server
says by then whether pg_hba.conf lets such a connection in.
"""

from __future__ import annotations

import ssl
import struct
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from migkit.targets.declaring import Declared
from migkit.targets.wires import Answer, Line, Terms

SESSION_SQL = "SELECT pg_backend_pid()"
_REQUEST_TLS = struct.pack("!II", 8, 80877103)
_VERSION_3 = 196608
_NAME = "PostgreSQL's protocol"
_FIRST = {b"R": b"\0\0\0", b"E": b"S", b"N": b"S"}  # how messages begin: a small number, or the field of the severity
_VERIFIED = ("verify-ca", "verify-full")
_SECURE_ONLY = ("no encryption", "SSL off")  # the end of "no pg_hba.conf entry for host …", since and before 12


def terms(found: Declared, arguments: Mapping[str, Any]) -> Terms:
    """Give what libpq does with these arguments, its environment variables and its files in ~/.postgresql."""
    from psycopg.pq import Conninfo

    defaults = {_text(one.keyword): _text(one.val) for one in Conninfo.get_defaults() if one.val}
    options = defaults | {key: str(value) for key, value in arguments.items() if value is not None}
    root = options.get("sslrootcert", "")
    mode = "verify-full" if root == "system" else options.get("sslmode", "prefer")
    host = str(arguments.get("host", ""))
    plain = Terms(
        asked=True,
        demanded=True,
        said=f"sslmode={mode} is set",
        asking="sslmode=verify-full",
        ca="sslrootcert=…",
        host=host,
    )
    if mode in ("disable", "allow"):
        return replace(plain, asked=False, demanded=False)
    return replace(plain, demanded=mode != "prefer", falls_back=mode == "prefer", context=_context(mode, root, options))


def greeted(line: Line, terms: Terms, found: Declared) -> Answer:
    """Ask for TLS and hear whether there is some; where none is asked for, hear whether it goes without."""
    if terms.asked:
        line.send(_REQUEST_TLS)
        said = line.read(1)
        alone = said in (b"S", b"N") and not line.more()  # another protocol's greeting may begin with such a letter
        return Answer(_NAME if alone or said == b"E" else "", offers=said == b"S")
    line.send(_startup(found))
    kind, length = line.read(1), int.from_bytes(line.read(4), "big")
    if kind not in _FIRST or not 8 <= length < 1 << 16:  # noqa: PLR2004  # with a word at least
        return Answer("")
    body = line.read(length - 4)
    if not body.startswith(_FIRST[kind]):
        return Answer("")
    demands = kind == b"E" and "=disable" in terms.said and _message(body).endswith(_SECURE_ONLY)
    return Answer(_NAME, offers=demands, demands=demands)


def demands_tls(error: BaseException) -> bool:
    """Whether it is the error of a pg_hba.conf that has `hostssl` only."""
    return any(one in str(error) for one in _SECURE_ONLY) and "pg_hba.conf" in str(error)


def wait_for_answers(_connection: Any, _seconds: float) -> None:
    """Do nothing: libpq's connect_timeout is for the connection alone."""


def denied(_error: BaseException) -> bool:
    """Nothing is known to hide a want of TLS: pg_hba.conf says it."""
    return False


def _context(mode: str, root: str, options: Mapping[str, str]) -> ssl.SSLContext:
    """Verify where the mode says so, and wherever a root certificate is (libpq does, for older clients' sake)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = mode == "verify-full"
    file = Path(root or Path.home() / ".postgresql" / "root.crt")
    if root == "system":
        context.load_default_certs()
    elif mode in _VERIFIED or file.exists():
        context.load_verify_locations(file)
    else:
        context.verify_mode = ssl.CERT_NONE
    certificate = Path(options.get("sslcert") or Path.home() / ".postgresql" / "postgresql.crt")
    if options.get("sslcert") or certificate.exists():
        key = options.get("sslkey") or Path.home() / ".postgresql" / "postgresql.key"
        context.load_cert_chain(certificate, key, options.get("sslpassword"))
    return context


def _startup(found: Declared) -> bytes:
    words = {"user": found.url.username or "", "database": found.address.database}
    named = b"".join(f"{key}\0{value}\0".encode() for key, value in words.items() if value)
    body = struct.pack("!I", _VERSION_3) + named + b"\0"
    return struct.pack("!I", len(body) + 4) + body


def _message(fields: bytes) -> str:
    """Give the field M of an error."""
    texts = {one[:1]: one[1:] for one in fields.split(b"\0") if one}
    return texts.get(b"M", b"").decode("utf-8", "replace")


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
