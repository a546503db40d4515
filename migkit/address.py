"""Where a connection leads, and the one function that prints a URL without its password, good or broken.

A password is cut too widely rather than shown in part, so nothing is parsed strictly: a URL whose password holds an
unquoted `@`, `/` or `?` is masked up to its last `@`. The password of a target is besides kept in mind, so that it is
known wherever a driver, an env.py or a traceback has it in a text.
"""

from __future__ import annotations

import re
from pathlib import Path

from migkit.values import dataclass

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_MASK = "***"
_LOGIN = re.compile(r"^(?P<scheme>(?:jdbc:)?[^:/@]*://|)(?P<user>[^:@]*):(?!//)(?P<password>.*)@", re.DOTALL)
_NO_HOST = re.compile(r"^((?:jdbc:)?[^:/@]*://[^:@/?#\[]*):(?!\d{1,5}(?:[/?#,]|$))[^/?#]+")
_URL_IN_TEXT = re.compile(r"((?<=[\w.+:-])//[^\s:/@'\"]*):[^\s'\"]{1,1000}@")
_PASSWORD_IN_SQL = re.compile(  # a text that was cut has no end of its literal
    r"(?P<before>\bIDENTIFIED\s+(?:(?:WITH|VIA)\s+\S+\s+)?(?:BY|AS|USING)\s+(?:PASSWORD\s*\(?\s*)?"
    r"|\bPASSWORD(?:\s+(?:FOR\s+[^=;]+?=\s*)?|\s*\(\s*)|\bREPLACE\s+)"
    r"(?P<literal>E?'(?P<single>(?:[^'\\]|\\.|'')*)(?:'|\Z)|\"(?P<double>(?:[^\"\\]|\\.|\"\")*)(?:\"|\Z)"
    r"|\$(?P<tag>\w*)\$(?P<dollar>.*?)(?:\$(?P=tag)\$|\Z))",
    re.IGNORECASE | re.DOTALL,
)
_KEY = re.compile(
    r"""(?P<key>(?<![\w.-])[\w.-]*(?:pass|pwd|secret|token)[\w.-]*\s*=\s*)(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[^&;\s]*)""",
    re.IGNORECASE | re.DOTALL,
)


_SHORTEST = 6  # characters: a shorter password is a part of other words
_kept: dict[str, re.Pattern[str]] = {}  # the passwords that this process knows, as patterns of their spellings


def keep_secret(password: str, *names: str) -> None:
    """Keep a password in mind, for `veiled`; not one that is also one of `names`, which are no secret."""
    if len(password) >= _SHORTEST and password not in names:
        _kept[password] = re.compile("".join(map(_spelled, password)))


def keep_secrets_of(statement: str) -> None:
    """Keep the passwords in mind that a statement sets: a server quotes it where it refuses it."""
    for found in _PASSWORD_IN_SQL.finditer(statement):
        text = found["single"] or found["double"] or found["dollar"] or ""
        keep_secret(text.replace("''", "'"))


def _spelled(char: str) -> str:
    """Give a pattern of a character as it may stand in a text: plain, or quoted for SQL, Python, JSON, a URL."""
    encoded = char.encode("utf-8", "surrogatepass")
    plain = re.escape(char) + ("{1,2}" if char in "'\"%" else "{1,4}" if char == "\\" else "")
    quoted = "".join(f"%%?{byte:02x}" for byte in encoded)
    ways = [rf"\\{{0,3}}{plain}", rf"(?i:{quoted})", rf"\\u(?i:{ord(char):04x})"]
    ways.append("".join(rf"\\x(?i:{byte:02x})" for byte in encoded))
    return f"(?:{'|'.join([*ways, chr(92) + '+'] if char == ' ' else ways)})"


def veiled(text: str) -> str:
    """Give a text with the passwords that were kept in mind as `***`, however they are spelled in it."""
    for pattern in _kept.values():
        text = pattern.sub(_MASK, text)
    return text


def secret(text: str) -> bool:
    """Whether a text has a password in it that was kept in mind."""
    return any(pattern.search(text) for pattern in _kept.values())


def masked_text(text: str) -> str:
    """Give a text, a message or SQL, with the passwords in it as `***`: in URLs, keys, SQL, or kept in mind."""
    text = veiled(text)
    text = _URL_IN_TEXT.sub(rf"\1:{_MASK}@", text)
    text = _PASSWORD_IN_SQL.sub(rf"\g<before>'{_MASK}'", text)
    return _KEY.sub(rf"\g<key>{_MASK}", text)


def masked(url: str) -> str:
    """Give `url` with its password as `***`: SQLAlchemy and JDBC URLs, Go DSNs, libpq's `key=value`; never raises.

    What is no address at all comes back as it is, except for values of keys such as `password`.
    """
    without, count = _LOGIN.subn(_login, url, count=1)
    if not count:
        without = _NO_HOST.sub(rf"\1:{_MASK}", without)
    return _KEY.sub(rf"\g<key>{_MASK}", without)


def _login(match: re.Match[str]) -> str:
    scheme, user = match["scheme"], match["user"]
    return f"{scheme}{user}:{_MASK}@" if match["password"] else f"{scheme}{user}:@"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a connection leads: host and port, or a socket, and the database; for SQLite `database` is the file."""

    host: str = ""
    port: int = 0
    socket: str = ""
    database: str = ""

    def __str__(self) -> str:
        """Give it as an operator would write it; there is no login in it."""
        place = self.socket or (f"{self.host}:{self.port}" if self.host else "")
        database = self.database or "no database named"
        return f"{place}/{database}" if place else database


IN_MEMORY = Address()  # a SQLite database that is nobody's


def same(wanted: Address, allowed: Address) -> bool:
    """Whether two addresses name one database; `localhost` and its addresses are one host."""
    if wanted.database != allowed.database:
        return False
    if allowed.socket and wanted.socket:
        return wanted.socket == allowed.socket
    hosts = {wanted.host, allowed.host}
    return (len(hosts) == 1 or hosts <= LOOPBACK) and wanted.port == allowed.port and not wanted.socket


def sqlite_address(file: object) -> Address:
    """Give the address of a SQLite file; a database in memory is nobody's and has an empty one."""
    name = file.decode() if isinstance(file, bytes) else str(file)
    if name.startswith("file:"):
        name, _, options = name.removeprefix("file:").partition("?")
        name = "" if "mode=memory" in options.split("&") else name
    return Address(database="" if name in ("", ":memory:") else str(Path(name).resolve()))
