"""The witness's own servers: started with the docker command, dumped with the tool that comes with them.

Nothing of the kit is used here.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from dumps import VERSION_TABLE, Dump, parse_mysql, parse_postgresql, parse_sqlite

_OTHERS = """
SELECT 'view', table_name, view_definition FROM information_schema.views WHERE table_schema = 'witness';
SELECT 'routine', routine_name, routine_definition FROM information_schema.routines WHERE routine_schema = 'witness';
SELECT 'event', event_name, event_definition FROM information_schema.events WHERE event_schema = 'witness';
SELECT 'trigger', trigger_name, action_timing, event_manipulation, event_object_table, action_statement
FROM information_schema.triggers WHERE trigger_schema = 'witness';
"""
_IMAGES = {"mysql": "migkit/mysql", "mariadb": "migkit/mariadb", "postgresql": "migkit/postgis"}


class Server(Protocol):
    """A server with one working database."""

    version: str
    url: str
    copies: bool  # whether save, restore and forget are exact; otherwise the witness replays the history

    def dump(self) -> Dump:
        """Dump the working database."""

    def empty(self) -> None:
        """Make the working database anew."""

    def save(self, name: str) -> None:
        """Remember the working database under a name."""

    def restore(self, name: str) -> None:
        """Make the working database what was saved under the name."""

    def forget(self, name: str) -> None:
        """Drop what was saved under the name."""


@contextlib.contextmanager
def serve(engine: str) -> Iterator[Server]:
    """Start a server of its own for `engine` ("mysql:9.7", "sqlite"), and remove it at the end."""
    family, _, version = engine.partition(":")
    if family == "sqlite":
        with tempfile.TemporaryDirectory(prefix="witness-") as folder:
            yield SQLite(Path(folder))
        return
    name, password = f"witness-{secrets.token_hex(4)}", secrets.token_hex(12)
    made = {"postgresql": PostgreSQL, "mysql": MySQL, "mariadb": MariaDB}[family]
    arguments = made.arguments(password)
    image = os.environ.get(f"MIGKIT_IMAGE_{family.upper()}", f"{_IMAGES[family]}:{version}")
    run("docker", "run", "--detach", "--rm", "--name", name, *arguments[0], image, *arguments[1])
    try:
        server = made(name, password)
        _wait(server)
        yield server
    finally:
        run("docker", "rm", "--force", "--volumes", name)


def run(*arguments: str, text: str | None = None, seconds: int = 300) -> str:
    """Run a program and give what it printed; RuntimeError with what it said where it failed."""
    done = subprocess.run(arguments, input=text, capture_output=True, text=True, timeout=seconds, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments[:4])} … failed: {done.stderr.strip()[-2000:]}")
    return done.stdout


def _wait(server: MySQL | PostgreSQL) -> None:
    deadline, answers = time.monotonic() + 120, 0
    while answers < 2:
        try:
            server.version = server.ask("SELECT version()")
            answers += 1
        except RuntimeError:
            answers = 0
            if time.monotonic() > deadline:
                raise
        time.sleep(0.3)
    server.empty()


def _port(name: str, port: int) -> str:
    return run("docker", "port", name, str(port)).splitlines()[0].rpartition(":")[2]


class MySQL:
    """MySQL in a container.

    A dump that is loaded again is another database than the one that was dumped: an index that a foreign key made by
    itself comes back as one that was asked for, and no longer gives way to another index on the same columns.
    """

    copies = False
    client = "mysql"

    def __init__(self, name: str, password: str) -> None:
        self.name, self.version = name, ""
        self.url = f"mysql+pymysql://root:{password}@127.0.0.1:{_port(name, 3306)}/witness"
        self._exec = ("docker", "exec", "-i", "-e", f"MYSQL_PWD={password}", name)

    @staticmethod
    def arguments(password: str) -> tuple[list[str], list[str]]:
        """Give the arguments of `docker run` before and after the image: the binary log on, data in memory."""
        variables = ["-e", f"MYSQL_ROOT_PASSWORD={password}", "-e", f"MARIADB_ROOT_PASSWORD={password}"]
        options = [
            "--log-bin=/tmp/witness-bin",
            "--server-id=1",
            "--innodb-flush-log-at-trx-commit=0",
            "--sync-binlog=0",
        ]
        return [*variables, "-p", "127.0.0.1::3306", "--tmpfs", "/var/lib/mysql:rw"], options

    def ask(self, sql: str, database: str = "") -> str:
        """Run statements as the administrator, over TCP."""
        client = (self.client, "-h127.0.0.1", "-uroot", "--batch", "--raw", "--skip-column-names", database)
        return run(*self._exec, *filter(None, client), text=sql).strip()

    def empty(self) -> None:
        """Make the working database anew."""
        self.ask("DROP DATABASE IF EXISTS witness; CREATE DATABASE witness")

    def dump(self) -> Dump:
        """Dump structure and rows, one INSERT for a row."""
        options = ("--routines", "--events", "--triggers", "--skip-extended-insert", "--skip-comments", "--hex-blob")
        plain = ("--skip-add-locks", "--skip-lock-tables", "--skip-add-drop-table", "--no-tablespaces")
        login = ("-h127.0.0.1", "-uroot", "--set-gtid-purged=OFF")
        return parse_mysql(run(*self._exec, "mysqldump", *login, *options, *plain, "witness"))

    def save(self, name: str) -> None:
        """Nothing: a dump that is loaded again is another database, see the class."""

    restore = forget = save


class MariaDB(MySQL):
    """MariaDB in a container; the image has no mariadb-dump, so that it is asked for what that would print."""

    client = "mariadb"

    def dump(self) -> Dump:
        """Ask for each table's SHOW CREATE and number of rows, and for what else there can be."""
        tables = self.ask("SHOW TABLES", "witness").splitlines()
        asked = [f"SHOW CREATE TABLE `{table}`; SELECT ';'" for table in tables]
        created = self.ask("; ".join(asked), "witness")
        created = re.sub(r"^\w+\tCREATE TABLE ", "CREATE TABLE ", created, flags=re.MULTILINE).replace("\n;", ";")
        dump = parse_mysql(created + "\n")
        counts = [f"SELECT '{table}', count(*) FROM `{table}`" for table in tables]
        counted = self.ask("; ".join(counts), "witness").splitlines()
        others = self.ask(_OTHERS).splitlines()
        objects = {f"other {number}": line for number, line in enumerate(sorted(others))}
        heads = self.ask(f"SELECT version_num FROM {VERSION_TABLE}", "witness") if VERSION_TABLE in tables else ""
        return Dump(
            dump.objects | objects,
            dump.sorted | objects,
            {name: int(count) for name, count in (line.split("\t") for line in counted)},
            frozenset(heads.split()),
        )


class PostgreSQL:
    """PostgreSQL in a container; a save is a database made from the working one as template."""

    copies = True

    def __init__(self, name: str, password: str) -> None:
        self.name, self.version = name, ""
        self.url = f"postgresql+psycopg://postgres:{password}@127.0.0.1:{_port(name, 5432)}/witness"
        self._exec = ("docker", "exec", "-i", "-e", f"PGPASSWORD={password}", name)

    @staticmethod
    def arguments(password: str) -> tuple[list[str], list[str]]:
        """Give the arguments of `docker run` before and after the image."""
        options = ["-e", f"POSTGRES_PASSWORD={password}", "-p", "127.0.0.1::5432"]
        return [*options, "--tmpfs", "/var/lib/postgresql/data:rw"], ["-c", "fsync=off"]

    def ask(self, *statements: str) -> str:
        """Run statements as the administrator, over TCP, each on its own."""
        commands = [part for sql in statements for part in ("-c", sql)]
        client = ("psql", "-h127.0.0.1", "-Upostgres", "-qAtX", "-v", "ON_ERROR_STOP=1")
        return run(*self._exec, *client, *commands).strip()

    def empty(self) -> None:
        """Make the working database anew."""
        self.ask("DROP DATABASE IF EXISTS witness WITH (FORCE)", "CREATE DATABASE witness")

    def dump(self) -> Dump:
        """Dump structure and rows."""
        return parse_postgresql(run(*self._exec, "pg_dump", "-h127.0.0.1", "-Upostgres", "witness"))

    def save(self, name: str) -> None:
        """Copy the database."""
        self.forget(name)
        self.ask(f'CREATE DATABASE "save_{name}" TEMPLATE witness')

    def restore(self, name: str) -> None:
        """Copy the database back."""
        self.ask("DROP DATABASE IF EXISTS witness WITH (FORCE)", f'CREATE DATABASE witness TEMPLATE "save_{name}"')

    def forget(self, name: str) -> None:
        """Drop the copy."""
        self.ask(f'DROP DATABASE IF EXISTS "save_{name}"')


class SQLite:
    """A file; a save is a copy of it."""

    copies = True
    version = sqlite3.sqlite_version

    def __init__(self, folder: Path) -> None:
        self._folder, self._file = folder, folder / "witness.db"
        self.url = f"sqlite:///{self._file}"
        self.empty()

    def empty(self) -> None:
        """Make the file anew."""
        self._file.write_bytes(b"")

    def dump(self) -> Dump:
        """Read sqlite_master, and count the rows."""
        with contextlib.closing(sqlite3.connect(self._file)) as connection:
            objects = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()
            tables = [row[1] for row in objects if row[0] == "table"]
            rows = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}
            heads = (
                [row[0] for row in connection.execute(f"SELECT * FROM {VERSION_TABLE}")]
                if VERSION_TABLE in tables
                else []
            )
        return parse_sqlite(objects, rows, heads)

    def save(self, name: str) -> None:
        """Copy the file."""
        shutil.copy(self._file, self._folder / f"{name}.save")

    def restore(self, name: str) -> None:
        """Copy the file back."""
        shutil.copy(self._folder / f"{name}.save", self._file)

    def forget(self, name: str) -> None:
        """Delete the copy."""
        (self._folder / f"{name}.save").unlink(missing_ok=True)
