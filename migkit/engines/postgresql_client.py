"""The program `psql`: how a script is given to it, and how it says where it ended."""

from __future__ import annotations

import re

from migkit.product import Client

_ERROR = re.compile(r"^psql:[^\n]*?:(?P<line>\d+): (?:ERROR|FATAL|error):\s*(?P<text>.*)", re.MULTILINE)


def _arguments(host: str, port: int, socket: str, user: str, database: str) -> tuple[str, ...]:
    """Read no psqlrc, and end at the first error."""
    where = socket or host
    quiet = ("--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--file=-")
    return (*quiet, f"--host={where}", f"--port={port}", f"--username={user}", f"--dbname={database}")


def _environment(password: str) -> dict[str, str]:
    return {"PGPASSWORD": password, "PGCLIENTENCODING": "UTF8"}


def _refused(said: str) -> tuple[int, str]:
    found = _ERROR.search(said)
    return (int(found["line"]), found["text"]) if found else (0, " ".join(said.split()))


CLIENT = Client(("psql",), _arguments, _environment, _refused)
