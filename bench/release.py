"""Measures a release beside `alembic upgrade head`: a hundred revisions of one statement each, on the same server.

The kit's side takes the lock, writes the journal's file (onto the disk, line by line) and its table. Each run of a side
is a process of its own on a database of its own; the sides take turns.

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

from migkit import applying, engines, hashes, servers, targets
from migkit.model import Journal, Project, Schema, Server, Target
from migkit.model.release import Plan, PlannedRevision, Run
from migkit.product import ServerSettings
from migkit.servers import databases

LIMIT = 1.3
ENGINES = ("mysql:9.7", "postgresql:15")
REVISIONS = 100
SIDES = ("alembic", "kit")
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
    context.configure(connection=connection)
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
    options.add_argument("--release", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.release:
        _release(given.release)
        return 0
    return max([_compare(name, given.rounds) for name in given.engine or ENGINES])


def _compare(name: str, rounds: int) -> int:
    runs: dict[str, list[float]] = {side: [] for side in SIDES}
    engine = engines.parse(name)
    with servers.serve(engine, choice="auto", settings=ServerSettings(args=_AS_PRODUCTION[engine.family])) as server:
        print(f"{server.product} {server.version}, {REVISIONS} revisions of one statement", flush=True)
        for _round in range(rounds):
            for side in SIDES:
                runs[side].append(_run(side, server))
                print(f"  {side}: {runs[side][-1]:.2f} s", flush=True)
    ratio = median(runs["kit"]) / median(runs["alembic"])
    verdict = "ok" if ratio <= LIMIT else "TOO SLOW"
    print(f"{name}: {ratio:.2f} of `alembic upgrade head` (at most {LIMIT}): {verdict}", flush=True)
    return int(ratio > LIMIT)


def _run(side: str, server: Server) -> float:
    with databases.throwaway(server) as database, tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _write(root, databases.url(database))
        facts = {"engine": server.engine.name, "host": server.host, "port": server.port, "database": database.name}
        (root / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
        kit, alembic = [__file__, "--release", folder], ["-m", "alembic", "upgrade", "head"]
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, *(kit if side == "kit" else alembic)], cwd=root, check=True, stderr=subprocess.DEVNULL
        )
        return time.perf_counter() - began


def _write(root: Path, url: str) -> None:
    versions = root / "migrations" / "versions"
    versions.mkdir(parents=True)
    ini = f"[alembic]\nscript_location = migrations\nsqlalchemy.url = {url.replace('%', '%%')}\n"
    (root / "alembic.ini").write_text(ini, encoding="utf-8")
    (root / "migrations" / "env.py").write_text(_ENV, encoding="utf-8")
    parent = None
    for number in range(REVISIONS):
        ident, table = f"r{number:04}", f"t{number // 10}"
        made = f"CREATE TABLE {table} (id INT PRIMARY KEY, name VARCHAR(40))"
        statement = f"ALTER TABLE {table} ADD COLUMN c{number} INT" if number % 10 else made
        text = _REVISION.format(id=ident, parent=repr(parent), statement=statement)
        (versions / f"{ident}.py").write_text(text, encoding="utf-8")
        parent = ident


def _release(root: Path) -> None:
    """Apply all revisions, as `mig.prod` does when its gate is passed."""
    facts = json.loads((root / "facts.json").read_text(encoding="utf-8"))
    place = f"{facts['host']}:{facts['port']}"
    target = Target("production", Journal(root / "journal", table=True), hosts=(place,))
    names = {"database": facts["database"], "engine": facts["engine"], "engines": (facts["engine"],)}
    schema = Schema("bench", root, root / "alembic.ini", targets={"production": target}, **names)
    found = targets.declared(Project(root, root / "migkit.toml", {"bench": schema}), schema, "production")
    with applying.opened(schema, found, {}) as driver:
        pending = tuple(
            PlannedRevision(revision, "upgrade", (), hashes.text(revision.path.read_bytes()))
            for revision in driver.history.revisions
        )
        plan = Plan("production", str(found.address), "upgrade", (), driver.history.heads, pending)
        run = Run("000001", "bench", "production", plan.address, "upgrade", "bench", "here", "", "", "")
        assert len(applying.applied(driver, found, plan, run)) == REVISIONS


if __name__ == "__main__":
    sys.exit(main())
