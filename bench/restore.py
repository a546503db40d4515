"""Measures what brings a database back to a recorded state, by engine: the kit's keeper, the client's dump, a copy.

The keepers (migkit/catalog/*_keeper.py) are the one place in which that is chosen; this says why. A state is 30 tables
with some rows; it is brought back after one column was added, and after every table was dropped. What a copied data
directory costs besides, the start of a server on it, is what bench/start.py measures as a second local start.

    python bench/restore.py --rounds 5 --engine postgresql:15
"""

from __future__ import annotations

import argparse
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median

from migkit import catalog, servers
from migkit.catalog import Catalog, Keeper
from migkit.engines import parse
from migkit.model import Database
from migkit.servers import databases

ENGINES = ("mysql:9.7", "mariadb:10.11", "postgresql:15", "sqlite")
TABLES, ROWS = 30, 20
ONE = "ALTER TABLE t7 ADD COLUMN more INTEGER"
ALL = ";\n".join(f"DROP TABLE t{number}" for number in range(TABLES))
Way = Callable[[], object]


def state() -> str:
    """Give the SQL of the state, which every engine takes."""
    made = []
    for number in range(TABLES):
        made.append(
            f"CREATE TABLE t{number} (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(40) NOT NULL, amount NUMERIC(10,2),"
            f" CONSTRAINT uq{number} UNIQUE (name))"
        )
        made.append(f"CREATE INDEX ix{number} ON t{number} (amount)")
        rows = ", ".join(f"({row}, 'row {row}', {row}.5)" for row in range(ROWS))
        made.append(f"INSERT INTO t{number} VALUES {rows}")
    return ";\n".join(made)


def measured(engine: str, rounds: int) -> Mapping[tuple[str, str], list[float]]:
    """Give the seconds of each way after each change, the ways taking turns."""
    found: dict[tuple[str, str], list[float]] = {}
    with opened(engine) as (database, reader, keeper):
        reader.script(state())
        reading = reader.read()
        keeper.keep(0, reading.snapshot, reading.rows)
        ways: dict[str, Way] = {"keeper": lambda: keeper.restore(0), **dumps(database)}
        for _ in range(rounds):
            for change, sql in (("one column added", ONE), ("every table dropped", ALL)):
                for name, way in ways.items():
                    reader.script(sql)
                    reader.read()  # as after a step: what differs is known
                    began = time.perf_counter()
                    way()
                    found.setdefault((change, name), []).append(time.perf_counter() - began)
                    assert reader.read().rows == reading.rows, (engine, name)
    return found


@contextmanager
def opened(engine: str) -> Iterator[tuple[Database, Catalog, Keeper]]:
    choice = "auto" if engine == "sqlite" else "docker"
    with (
        servers.serve(parse(engine), choice=choice) as server,
        databases.throwaway(server) as database,
        catalog.connect(database) as (reader, keeper),
    ):
        yield database, reader, keeper


def dumps(database: Database) -> dict[str, Way]:
    """Dump the state by the server's own client, and give what loads it into the emptied database."""
    server = database.server
    if database.path is not None:
        return {"dump": sqlite_dump(database.path)}
    name, password = database.name, server.password
    if server.engine.dialect == "mysql":
        client, login = "mysql", f"-u{server.user} --protocol=socket"
        dump = f"mysqldump {login} --set-gtid-purged=OFF {name}"
        if server.engine.family == "mariadb":  # its image has no program for dumps: what one would hold
            client, dump = "mariadb", f"cat <<'END'\n{state()};\nEND\n"
        shell(database, f"{{ {dump}\n}} > /tmp/{name}.sql", MYSQL_PWD=password)
        empty = f'{client} {login} -e "DROP DATABASE {name}; CREATE DATABASE {name}"'
        load = f"{empty} && {client} {login} {name} < /tmp/{name}.sql"
        return {"dump": lambda: shell(database, load, MYSQL_PWD=password)}
    login = f"-h 127.0.0.1 -U {server.user}"
    shell(database, f"pg_dump {login} -Fc -f /tmp/{name}.dump {name}", PGPASSWORD=password)
    load = f"dropdb -f {login} {name} && createdb {login} {name} && pg_restore {login} -d {name} /tmp/{name}.dump"
    return {"dump": lambda: shell(database, load, PGPASSWORD=password)}


def sqlite_dump(path: Path) -> Way:
    with closing(sqlite3.connect(path)) as session:
        text = "\n".join(session.iterdump())

    def load() -> None:
        path.write_bytes(b"")
        with closing(sqlite3.connect(path)) as session:
            session.executescript(text)

    return load


def shell(database: Database, command: str, **variables: str) -> None:
    """Run a command inside the server's container."""
    given = [word for name, value in variables.items() for word in ("-e", f"{name}={value}")]
    words = ["docker", "exec", *given, database.server.handle, "sh", "-c", command]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command} failed: {done.stderr}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--engine", action="append", help="may be repeated; default: all")
    given = parser.parse_args()
    print(f"milliseconds to bring {TABLES} tables back, medians of {given.rounds} rounds (least in brackets)")
    for engine in given.engine or ENGINES:
        for (change, way), seconds in measured(engine, given.rounds).items():
            shown = f"{median(seconds) * 1000:.0f} ({min(seconds) * 1000:.0f})"
            print(f"  {engine}, {change}, {way}: {shown}", flush=True)


if __name__ == "__main__":
    main()
