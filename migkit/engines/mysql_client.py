"""The `mysql` and `mariadb` programs: how a script is given to them, and how they say where it ended."""

from __future__ import annotations

import re

from migkit.product import Client

_ERROR = re.compile(
    r"^ERROR (?P<code>\d+)(?: \(\w+\))? at line (?P<line>\d+)(?: in file: [^:]*)?: (?P<text>.*)",
    re.MULTILINE,
)


def _arguments(host: str, port: int, socket: str, user: str, database: str) -> tuple[str, ...]:
    """Read no option file; a script is UTF-8, as Alembic prints it."""
    where = (f"--socket={socket}",) if socket else ("--protocol=tcp", f"--host={host}", f"--port={port}")
    return ("--no-defaults", *where, f"--user={user}", "--default-character-set=utf8mb4", database)


def _environment(password: str) -> dict[str, str]:
    return {"MYSQL_PWD": password}


def _refused(said: str) -> tuple[int, str]:
    found = _ERROR.search(said)
    return (int(found["line"]), f"({found['code']}) {found['text']}") if found else (0, " ".join(said.split()))


CLIENT = Client(("mysql", "mariadb"), _arguments, _environment, _refused)
