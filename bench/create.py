"""Measures `inv mig.create` beside `alembic revision` on a generated history, and prints the ratio of their wall times.

The two take turns, each as a process of its own on a copy of the same history, so that what else the machine does falls
on both. Both find their byte code cached. See docs/performance.md.

    python bench/create.py --revisions 300 --rounds 15
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from generate import write
from installed import compiled

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 1.2
TABLES = 30
CONFIG = '[schemas.app]\ndirectory = "."\nengine = "mysql:9.7"\n'


def main() -> int:
    """Measure, print, and give 1 where the ratio is above the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--revisions", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    compiled()
    with tempfile.TemporaryDirectory(prefix="migkit-bench-") as folder:
        alembic, kit = (project(Path(folder, name), given.revisions) for name in ("alembic", "kit"))
        rounds = [(revision(alembic, n), create(kit, n)) for n in range(-1, given.rounds)][1:]
    theirs, ours = (median(side) for side in zip(*rounds, strict=True))
    ratio = median(kit / alembic for alembic, kit in rounds)
    print(f"{given.revisions} revisions, {given.rounds} rounds, medians of wall time")
    print(f"  alembic revision  {theirs:.3f} s")
    print(f"  inv mig.create    {ours:.3f} s")
    print(f"  ratio, pair by pair {ratio:.2f} (at most {LIMIT})")
    return int(ratio > LIMIT)


def project(folder: Path, revisions: int) -> Path:
    """Write a history with what both commands need beside it."""
    import alembic

    write(folder, revisions=revisions, tables=TABLES)
    template = Path(alembic.__file__).parent / "templates/generic/script.py.mako"
    shutil.copy(template, folder)
    (folder / "migkit.toml").write_text(CONFIG)
    (folder / "tasks.py").write_text("from migkit.tasks import namespace\n")
    return folder


def revision(folder: Path, number: int) -> float:
    """Time one `alembic revision`."""
    return _timed(folder, "alembic", "revision", "-m", f"bench_{number + 1}_create_table")


def create(folder: Path, number: int) -> float:
    """Time one `inv mig.create`."""
    return _timed(folder, "inv", "mig.create", f"bench_{number + 1}", "create", "table")


def _timed(folder: Path, program: str, *args: str) -> float:
    """Run a console program of this Python's environment."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**kept, "PYTHONPATH": str(ROOT)}
    command = [str(Path(sys.executable).with_name(program)), *args]
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
