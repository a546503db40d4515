"""Measures a release beside `alembic upgrade head`: a hundred revisions of one statement each, on the same server.

The kit's side takes the lock, writes the journal's file (onto the disk, line by line) and its table. Each run of a side
is a process of its own on a database of its own; the sides take turns. Two ratios are printed: of whole processes, and
of what they do once all is imported. Where DDL is part of transactions, Alembic commits once for all revisions, and the
kit each for itself, as Alembic does with `transaction_per_migration`: that is a side of its own there.

    python bench/release.py --engine mysql:9.7 --rounds 5
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from installed import compiled

from migkit import engines, servers
from migkit.model import Server
from migkit.product import ServerSettings
from migkit.servers import databases

LIMIT = 1.3
ENGINES = ("mysql:9.7", "mariadb:10.11", "postgresql:15")
REVISIONS = 100
_KIT = Path(__file__).with_name("release_kit.py")
_ALEMBIC = """
import sys, time
import alembic.command, alembic.config, {driver}
began = time.perf_counter()
alembic.command.upgrade(alembic.config.Config("alembic.ini"), "head")
print(time.perf_counter() - began)
"""
_AS_PRODUCTION = {  # what the kit's own servers leave out
    "mysql": ("--sync-binlog=1", "--innodb-flush-log-at-trx-commit=1", "--innodb-doublewrite=ON"),
    "mariadb": ("--sync-binlog=1", "--innodb-flush-log-at-trx-commit=1", "--innodb-doublewrite=ON"),
    "postgresql": ("-c", "fsync=on", "-c", "synchronous_commit=on", "-c", "full_page_writes=on"),
}
_ENV = """
from alembic import context
from sqlalchemy import engine_from_config, pool

section = context.config.get_section(context.config.config_ini_section)
engine = engine_from_config(section, prefix="sqlalchemy.", poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, transaction_per_migration={each})
    with context.begin_transaction():
        context.run_migrations()
"""
_REVISION = """
from alembic import op

revision = "{id}"
down_revision = {parent}


def upgrade():
    op.execute("{statement}")


def downgrade():
    pass
"""


def main() -> int:
    """Run the sides in turn, and print the ratios; 1 where one is above the limit."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--engine", action="append", help=f"default: {' and '.join(ENGINES)}")
    options.add_argument("--rounds", type=int, default=7)
    given = options.parse_args()
    compiled()
    return max([_compare(name, given.rounds) for name in given.engine or ENGINES])


def _compare(name: str, rounds: int) -> int:
    engine = engines.parse(name)
    sides = ("alembic", "each", "kit") if engine.transactional_ddl else ("alembic", "kit")
    runs: dict[str, list[tuple[float, float]]] = {side: [] for side in sides}
    with servers.serve(engine, choice="auto", settings=ServerSettings(args=_AS_PRODUCTION[engine.family])) as server:
        print(f"{server.product} {server.version}, {REVISIONS} revisions of one statement", flush=True)
        for _round in range(rounds):
            for side in sides:
                runs[side].append(_run(side, server))
                print("  {}: {:.2f} s, of which its work {:.2f}".format(side, *runs[side][-1]), flush=True)
    return max([_judged(name, runs, side) for side in sides[:-1]])


def _judged(name: str, runs: dict[str, list[tuple[float, float]]], side: str) -> int:
    whole, work = (median(kit[at] / other[at] for kit, other in zip(runs["kit"], runs[side])) for at in (0, 1))  # noqa: B905
    what = "`alembic upgrade head`" + (" with transaction_per_migration" if side == "each" else "")
    verdict = "ok" if whole <= LIMIT else "TOO SLOW"
    print(f"{name}: {whole:.2f} of {what} (at most {LIMIT}), its work alone {work:.2f}: {verdict}", flush=True)
    return int(whole > LIMIT)


def _run(side: str, server: Server) -> tuple[float, float]:
    """Give the seconds of a process, and of its work in it."""
    with databases.throwaway(server) as database, tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _write(root, databases.url(database), each=side == "each")
        driver = databases.url(database).partition(":")[0].partition("+")[2]
        facts = {
            "driver": driver,
            "engine": server.engine.name,
            "host": server.host,
            "port": server.port,
            "database": database.name,
        }
        (root / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
        kit, alembic = [str(_KIT), folder], ["-c", _ALEMBIC.format(driver=driver)]
        began = time.perf_counter()
        command = [sys.executable, *(kit if side == "kit" else alembic)]
        said = subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        return time.perf_counter() - began, float(said)


def _write(root: Path, url: str, *, each: bool) -> None:
    versions = root / "migrations" / "versions"
    versions.mkdir(parents=True)
    ini = f"[alembic]\nscript_location = migrations\nsqlalchemy.url = {url.replace('%', '%%')}\n"
    (root / "alembic.ini").write_text(ini, encoding="utf-8")
    (root / "migrations" / "env.py").write_text(_ENV.format(each=each), encoding="utf-8")
    parent = None
    for number in range(REVISIONS):
        ident, table = f"r{number:04}", f"t{number // 10}"
        made = f"CREATE TABLE {table} (id INT PRIMARY KEY, name VARCHAR(40))"
        statement = f"ALTER TABLE {table} ADD COLUMN c{number} INT" if number % 10 else made
        text = _REVISION.format(id=ident, parent=repr(parent), statement=statement)
        (versions / f"{ident}.py").write_text(text, encoding="utf-8")
        parent = ident


if __name__ == "__main__":
    sys.exit(main())
