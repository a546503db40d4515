"""Measures how long each kind of server takes until a login is answered, and prints the second start beside the first.

Every start is in a process of its own; a first start finds an empty cache, a second one what the first has left there.
The kinds take turns, so that what else the machine does falls on all. See docs/performance.md.

    python bench/start.py --rounds 3 --engine mariadb:10.11
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import sqlalchemy

from migkit import servers
from migkit.engines import parse
from migkit.errors import MigkitError
from migkit.servers import login

ROOT = Path(__file__).resolve().parent.parent
ENGINES = ("mysql:9.7", "mariadb:10.11", "postgresql:15")
KEPT = ("local", "packaged")  # kinds that keep something in the cache
LIMIT = 1 / 3  # the second local start of MariaDB beside the first
LIMITED = ("mariadb:10.11", "local")

Times = dict[tuple[str, str, str], list[float]]


def main() -> int:
    """Measure, print, and give 1 where the ratio of MariaDB is above the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--engine", action="append", help="may be repeated; default: all")
    parser.add_argument("--one", nargs=2, metavar=("ENGINE", "SERVER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        return one(*given.one)
    engines = tuple(given.engine or ENGINES)
    times, reasons = measured(engines, given.rounds)
    print(f"seconds until a login is answered, medians of {given.rounds} rounds")
    for engine in engines:
        show(engine, times, reasons)
    ratio = second_to_first(times, *LIMITED)
    if ratio is None:
        return 0
    print(f"second local start of MariaDB / first: {ratio:.2f} (at most {LIMIT:.2f})")
    return int(ratio > LIMIT)


def one(engine: str, choice: str) -> int:
    """Start one server, and print the seconds and what it is, or why there is none."""
    from migkit.servers import auto  # noqa: F401  # importing is no part of a start

    sqlalchemy.create_engine(f"{login.default_driver(parse(engine))}://")
    began = time.perf_counter()
    try:
        with servers.serve(parse(engine), choice=choice) as server:
            print(f"{time.perf_counter() - began} {server.product} {server.version}")
    except MigkitError as error:
        print(error.message)
        return 1
    return 0


def measured(engines: tuple[str, ...], rounds: int) -> tuple[Times, dict[tuple[str, str], str]]:
    """Give the seconds by engine, kind and start, and why a kind has none (or what it is, where it is another)."""
    times: Times = defaultdict(list)
    said: dict[tuple[str, str], str] = {}
    for _ in range(rounds):
        for engine in engines:
            with tempfile.TemporaryDirectory(prefix="migkit-bench-") as folder, shared(engine) as url:
                Path(folder).chmod(0o755)
                for kind, choice in {"docker": "docker", "local": "local", "packaged": "packaged", "url": url}.items():
                    for start in ("first", "second") if kind in KEPT else ("",):
                        seconds, told = start_one(engine, choice, Path(folder, kind)) if choice else (0.0, "no Docker")
                        said[engine, kind] = told
                        if seconds:
                            times[engine, kind, start].append(seconds)
    return times, said


@contextmanager
def shared(engine: str) -> Iterator[str]:
    """Give the URL of a server that runs already; "" where there is no Docker."""
    try:
        with servers.serve(parse(engine), choice="docker") as server:
            yield login.address(server).render_as_string(hide_password=False)
    except MigkitError:
        yield ""


def start_one(engine: str, choice: str, folder: Path) -> tuple[float, str]:
    """Give the seconds of one start in a process of its own, 0 where it failed, and what it said."""
    command = [sys.executable, __file__, "--one", engine, choice]
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        return 0.0, (done.stdout or done.stderr).strip()
    seconds, _, told = done.stdout.strip().partition(" ")
    return float(seconds), told


def show(engine: str, times: Times, said: dict[tuple[str, str], str]) -> None:
    """Print the lines of one engine."""
    print(engine)
    for kind in ("docker", "local", "packaged", "url"):
        starts = {start: found for (name, other, start), found in times.items() if (name, other) == (engine, kind)}
        if not starts:
            print(f"  {kind:<9} -      {said.get((engine, kind), '')}")
        for start, found in starts.items():
            ratio = second_to_first(times, engine, kind) if start == "second" else None
            beside = f"  {ratio:.2f} of the first" if ratio is not None else ""
            print(f"  {kind:<9} {start:<7} {median(found):7.3f} s{beside}  {said[engine, kind]}")


def second_to_first(times: Times, engine: str, kind: str) -> float | None:
    """Give the ratio, round by round."""
    pairs = zip(times.get((engine, kind, "second"), ()), times.get((engine, kind, "first"), ()), strict=False)
    ratios = [second / first for second, first in pairs]
    return median(ratios) if ratios else None


if __name__ == "__main__":
    sys.exit(main())
