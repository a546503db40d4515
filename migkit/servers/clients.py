"""A script run by the server's own client: in the server's container, beside its programs, or from PATH.

SQLite has no server, and the library that Python brings is its client: statements are told apart as its shell does.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from migkit import process
from migkit.address import masked_text
from migkit.errors import ServerError
from migkit.model import Database, Server
from migkit.product import Client
from migkit.servers import docker_client, names
from migkit.values import dataclass

SECONDS = 3600
_FOLDER = "/tmp"  # noqa: S108  # in the container that serves a throwaway server
_BINDINGS = re.compile(r"The current statement uses (\d+)")
_UP_TO = re.compile(r"[^;]*;|[^;]+")  # a statement ends at a `;`, if at all
_COMMENTS = re.compile(r"(?:\s|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*", re.DOTALL)
_IN_CONTAINER = """\
for program in {programs}; do
  if command -v "$program" >/dev/null; then "$program" "$@" < {file}; code=$?; rm -f {file}; exit $code; fi
done
rm -f {file}; exit 127"""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Where a client ended a script: the line, counted from 1 (0 where it does not say), and what it said."""

    line: int
    message: str


def run(database: Database, script: str) -> Refusal | None:
    """Let the client of a database's server run `script` with the migrations' login; None where it came to the end.

    Raises LookupError, whose text is which program is missing, where there is no client.
    """
    client = database.server.engine.client
    if client is None:
        return _library(database, script)
    done = (
        _in_container(database, client, script) if database.server.kind == "docker" else _here(database, client, script)
    )
    if done.code == process.NOT_FOUND:
        raise LookupError(" or ".join(client.programs))
    if done.code == 0:
        return None
    line, message = client.refused(done.err)
    return Refusal(line, masked_text(message) or f"it ended with code {done.code}")


def _in_container(database: Database, client: Client, script: str) -> process.Completed:
    from docker.errors import APIError

    server, file = database.server, f"{names.fresh('-')}.sql"
    arguments = client.arguments("127.0.0.1", server.engine.port, "", database.user, database.name)
    programs = " ".join(map(shlex.quote, client.programs))
    shell = _IN_CONTAINER.format(programs=programs, file=f"{_FOLDER}/{file}")
    with docker_client.connect(SECONDS) as docker:
        try:
            handle = docker.containers.get(server.handle)
            handle.put_archive(_FOLDER, _archive(file, script.encode()))
            code, (_out, err) = handle.exec_run(
                ["sh", "-c", shell, "sh", *arguments], environment=client.environment(database.password), demux=True
            )
        except APIError as error:
            said = error.explanation or error
            raise ServerError(f"nothing can be run in the container {server.handle}: {said}") from error
    return process.Completed(code, "", (err or b"").decode("utf-8", "replace"))


def _archive(name: str, content: bytes) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(content), 0o644
        archive.addfile(entry, io.BytesIO(content))
    return written.getvalue()


def _here(database: Database, client: Client, script: str) -> process.Completed:
    server = database.server
    program = _program(server, client)
    if not program:
        return process.Completed(process.NOT_FOUND, "", "")
    user, password = database.user or server.user, database.password if database.user else server.password
    arguments = client.arguments(server.host, server.port, server.socket, user, database.name)
    env = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", **client.environment(password)}
    return process.run((program, *arguments), timeout=SECONDS, env=env, input=script)


def _program(server: Server, client: Client) -> str:
    """Find the client beside the server's own programs, or on PATH."""
    beside = str(Path(server.origin).parent) if server.kind == "local" else None
    found = (shutil.which(name, path=path) for path in (beside, None) for name in client.programs if path != "")
    return next((path for path in found if path), "")


def _library(database: Database, script: str) -> Refusal | None:
    assert database.path is not None
    with closing(sqlite3.connect(database.path, isolation_level=None)) as connection:
        for line, statement in _statements(script):
            try:
                _execute(connection, statement)
            except sqlite3.Error as error:
                return Refusal(line, str(error))
    return None


def _execute(connection: sqlite3.Connection, statement: str) -> None:
    """Run a statement with NULL for each parameter, as the shell does."""
    try:
        connection.execute(statement)
    except sqlite3.ProgrammingError as error:
        missing = _BINDINGS.search(str(error))
        if missing is None:
            raise
        connection.execute(statement, (None,) * int(missing[1]))


def _statements(script: str) -> Iterator[tuple[int, str]]:
    """Give each statement with the line on which it begins; empty ones are passed over."""
    start = 0
    ends = (place + 1 for place, letter in enumerate(script) if letter == ";")
    for end in (*ends, len(script)):
        statement = script[start:end]
        if sqlite3.complete_statement(statement) or end == len(script):
            code = _COMMENTS.match(statement)
            begins = start + (code.end() if code else 0)
            if script[begins:end].strip("; \t\r\n"):
                yield 1 + script.count("\n", 0, begins), statement
            start = end
