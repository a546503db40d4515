"""Prints a database's URL without its password: the one function that may, for good URLs and for broken ones.

A password is cut too widely rather than shown in part, so nothing is parsed strictly: a URL whose password holds an
unquoted `@`, `/` or `?` is masked up to its last `@`.
"""

from __future__ import annotations

import re

_MASK = "***"
_LOGIN = re.compile(r"^(?P<scheme>(?:jdbc:)?[^:/@]*://|)(?P<user>[^:@]*):(?!//)(?P<password>.*)@", re.DOTALL)
_NO_HOST = re.compile(r"^((?:jdbc:)?[^:/@]*://[^:@/?#\[]*):(?!\d{1,5}(?:[/?#,]|$))[^/?#]+")
_KEY = re.compile(
    r"""(?P<key>[\w.-]*(?:pass|pwd|secret|token)[\w.-]*\s*=\s*)(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[^&;\s]*)""",
    re.IGNORECASE | re.DOTALL,
)


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
