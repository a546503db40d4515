"""Measures `migkit lint` beside `alembic heads` on a generated history, and prints the ratios of their wall times.

A first run finds no byte code of the revisions and no cache of the kit's; a second one what the first has left; a third
one the cache too, and one file that was saved since. `alembic heads` finds no such byte code either. Each is
a process of its own, and they take turns, on one core where the machine lets choose (docs/performance.md).

    python bench/lint.py --revisions 300 --rounds 15
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
FIRST, SECOND = 1.5, 1 / 3  # the first run beside `alembic heads`, the second beside the first
TABLES = 30
CONFIG = '[schemas.app]\ndirectory = "."\nengine = "mysql:9.7"\n'
KIT = "from migkit.tasks import program; program.run()"


def main() -> int:
    """Measure, print, and give 1 where a ratio is above its limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--revisions", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    compiled()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # the processes of this one inherit it
    with tempfile.TemporaryDirectory(prefix="migkit-bench-") as name:
        folder, cache = Path(name, "history"), Path(name, "cache")
        write(folder, revisions=given.revisions, tables=TABLES)
        (folder / "migkit.toml").write_text(CONFIG)
        rounds = [turn(folder, cache, number) for number in range(-1, given.rounds)][1:]
    heads, first, second, saved = (median(side) for side in zip(*rounds, strict=True))
    to_heads = median(row[1] / row[0] for row in rounds)
    to_first = median(row[2] / row[1] for row in rounds)
    print(f"{given.revisions} revisions, {given.rounds} rounds, medians of wall time")
    print(f"  alembic heads            {heads:.3f} s")
    print(f"  migkit lint              {first:.3f} s")
    print(f"  again                    {second:.3f} s")
    print(f"  again, one file saved    {saved:.3f} s")
    print(f"  lint beside alembic heads, round by round {to_heads:.2f} (at most {FIRST})")
    print(f"  again beside the first, round by round    {to_first:.2f} (at most {SECOND:.2f})")
    return int(to_heads > FIRST or to_first > SECOND)


def turn(folder: Path, cache: Path, number: int) -> tuple[float, float, float, float]:
    """Time `alembic heads`, a first run, a second one, and one after a file was saved."""
    shutil.rmtree(cache, ignore_errors=True)
    for code in folder.rglob("__pycache__"):
        shutil.rmtree(code)
    heads = _timed(folder, cache, "-m", "alembic", "heads")
    for code in folder.rglob("__pycache__"):
        shutil.rmtree(code)
    first = _timed(folder, cache, "-c", KIT, "lint", "--output", os.devnull)
    second = _timed(folder, cache, "-c", KIT, "lint", "--output", os.devnull)
    path = min((folder / "versions").glob("*.py"))
    path.write_text(f"{path.read_text()}# {number}\n")
    return heads, first, second, _timed(folder, cache, "-c", KIT, "lint", "--output", os.devnull)


def _timed(folder: Path, cache: Path, *args: str) -> float:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**kept, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(cache)}
    began = time.perf_counter()
    subprocess.run([sys.executable, *args], cwd=folder, env=environment, check=False, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
