"""Measures the round trip beside a bare replay and beside pytest-alembic, and prints the ratios.

Every figure of a ratio comes from the same run on the same server, the sides taking turns, so that what else the
machine does falls on all of them. See docs/performance.md.

    python bench/roundtrip.py --only a,b --history generated --rounds 3
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any

from generate import GIVEN, write

from migkit import engines, servers
from migkit.model import Database, Server
from migkit.servers import databases, login

ROOT = Path(__file__).resolve().parent.parent
SIDES = Path(__file__).with_name("sides.py")
LIMITS = {"a": 1.5, "b": 3.0, "c": 1.2}
REVISIONS, TABLES, SHORT, LONG = 130, 30, 100, 1000
Figures = dict[str, Any]


@dataclass(slots=True)
class History:
    """One history with what has been measured on it, by side."""

    name: str
    ini: Path
    revisions: int
    base: str = ""
    pooled: Path | None = None
    statements: Path = Path()
    runs: dict[str, list[Figures]] = field(default_factory=dict)

    def seconds(self, side: str, key: str = "seconds") -> list[float]:
        """Give one figure of every run of a side."""
        return [run[key] for run in self.runs[side]]


class Bench:
    """Runs sides on one server."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def record(self, history: History, folder: Path) -> None:
        """Record the statements of one walk up and one walk down."""
        history.statements = folder / f"{history.name}.statements"
        self._on_database(history, "record")

    def run(self, history: History, side: str) -> None:
        """Run one side once, and keep its figures."""
        sides = {"kit": self._kit, "rival": self._rival, "pooled": self._pooled}
        figures = sides[side](history) if side in sides else self._on_database(history, side)
        history.runs.setdefault(side, []).append(figures)
        print(
            f"  {history.name} {side}: {figures['seconds']:.2f} s, the whole process {figures['wall']:.2f} s",
            flush=True,
        )

    def _kit(self, history: History) -> Figures:
        url = login.address(self._server).render_as_string(hide_password=False)
        return _side(history, "kit", url)

    def _rival(self, history: History) -> Figures:
        with self._database() as one, self._database() as other:
            return _side(history, "rival", f"{databases.url(one)} {databases.url(other)}")

    def _pooled(self, history: History) -> Figures:
        """pytest-alembic where env.py was changed to take its connection, which stands all the time."""
        assert history.pooled is not None
        return self._rival(replace(history, ini=history.pooled))

    def _on_database(self, history: History, side: str) -> Figures:
        with self._database() as database:
            return _side(history, side, databases.url(database))

    def _database(self) -> contextlib.AbstractContextManager[Database]:
        return databases.throwaway(self._server)


def _side(history: History, side: str, url: str) -> Figures:
    """Run one side in a process of its own; `wall` is what that took from outside."""
    command = [sys.executable, str(SIDES), side, "--ini", str(history.ini), "--url", url, "--base", history.base]
    command += ["--statements", str(history.statements)]
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
    began = time.perf_counter()
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=1800, env={**os.environ, "PYTHONPATH": paths}
    )
    if done.returncode:
        raise SystemExit(f"{side} of {history.name} failed:\n{done.stderr[-3000:]}")
    return {**json.loads(done.stdout.splitlines()[-1]), "wall": time.perf_counter() - began}


def compare(bench: Bench, history: History, only: Sequence[str], rounds: int) -> None:
    """(a) and (b) on one history."""
    sides = ["replay", "kit"] * ("a" in only) + ["kit"] * ("a" not in only) + ["rival"] * ("b" in only)
    sides += ["pooled"] * ("b" in only and history.pooled is not None)
    for _ in range(rounds):
        for side in sides:
            bench.run(history, side)
    print(f"{history.name}, {history.revisions} revisions")
    if "a" in only:
        kit, replay = history.seconds("kit"), history.seconds("replay")
        _print("a", "round trip / bare replay of one walk up and down", kit, replay)
    stopped = "b" in only and history.runs["rival"][-1]["said"]
    if stopped:
        print(f"  (b) pytest-alembic stops after {min(history.seconds('rival')):.2f} s, there is no ratio: {stopped}")
    elif "b" in only:
        kit, rival = history.seconds("kit"), history.seconds("rival")
        _print("b", "pytest-alembic / round trip", rival, kit)
        _print("b", "  the same, whole processes", history.seconds("rival", "wall"), history.seconds("kit", "wall"))
        if "pooled" in sides:
            _print("", "  its env.py changed to take one pooled connection", history.seconds("pooled"), kit)
    _print_breakdown(history)


def grow(bench: Bench, short: History, long: History, rounds: int) -> None:
    """(c): a long history beside a short one, with a turn of the short one before and after."""
    for _ in range(rounds):
        for history in (short, long, short):
            for side in ("replay", "kit"):
                bench.run(history, side)
    kit = [[seconds / h.revisions for seconds in h.seconds("kit")] for h in (long, short)]
    replay = [[seconds / h.revisions for seconds in h.seconds("replay")] for h in (long, short)]
    print(f"{long.revisions} revisions beside {short.revisions}, {TABLES} tables, per revision")
    _print("c", "round trip", *kit, unit="ms")
    _print("", "  bare replay, for what the server itself does", *replay, unit="ms")
    for history in (short, long):
        _print_breakdown(history)


def _print(letter: str, what: str, one: Sequence[float], other: Sequence[float], unit: str = "s") -> None:
    """Print two sides' minimum and median, and the ratio of their medians and of their minima."""
    limit = f"  (wanted: at {'least' if letter == 'b' else 'most'} {LIMITS[letter]})" if letter else ""
    shown = [f"{_shown(min(side), unit)} / {_shown(median(side), unit)}" for side in (one, other)]
    ratio = f"{median(one) / median(other):.2f} (of minima {min(one) / min(other):.2f})"
    print(f"  {f'({letter}) ' if letter else ''}{what}: ratio {ratio}{limit}; min/median {' against '.join(shown)}")


def _shown(seconds: float, unit: str) -> str:
    return f"{seconds * 1000:.1f} ms" if unit == "ms" else f"{seconds:.2f} s"


def _print_breakdown(history: History) -> None:
    """Say where the kit's time goes, per revision, in its quickest run."""
    run = min(history.runs["kit"], key=lambda figures: figures["seconds"])
    parts = {part: run[part] for part in ("upgrade", "downgrade", "snapshot")}
    parts["other"] = run["seconds"] - sum(parts.values())
    if "replay" in history.runs:
        parts["Alembic and env.py in it"] = run["upgrade"] + run["downgrade"] - min(history.seconds("replay"))
    shown = ", ".join(f"{part} {seconds / history.revisions * 1000:.1f}" for part, seconds in parts.items())
    print(f"  {history.name}, ms per revision: {shown}; verdicts {run['verdicts']}")


def generated(folder: Path, revisions: int, *, standing: bool = False) -> History:
    """Generate a history, twice where pytest-alembic is to have an env.py that takes its pooled connection."""
    name = f"generated-{revisions}"
    ini = write(folder / name, revisions=revisions, tables=TABLES, standing=standing)
    pooled = write(folder / f"{name}-pooled", revisions=revisions, tables=TABLES, standing=standing, engine=GIVEN)
    return History(name, ini, revisions, "base:load" if standing else "", pooled)


def mlflow() -> History:
    """Give mlflow's history, as tests/corpora configures it."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    ini = ROOT / "tests" / "corpora" / "mlflow" / "alembic.ini"
    revisions = len(list(ScriptDirectory.from_config(Config(str(ini))).walk_revisions()))
    return History("mlflow", ini, revisions, "base:load")


@contextlib.contextmanager
def prepared() -> Iterator[tuple[Bench, Path]]:
    """Start the server, which no figure holds, and make a folder."""
    with (
        tempfile.TemporaryDirectory(prefix="migkit-bench-") as folder,
        servers.serve(engines.parse("mysql:9.7")) as server,
    ):
        print(f"{server.product} {server.version}, {server.origin}, {os.cpu_count()} cores")
        yield Bench(server), Path(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", default="a,b,c", help="which of a,b,c")
    parser.add_argument("--history", default="generated,mlflow", help="for a and b: which of generated,mlflow")
    parser.add_argument("--rounds", type=int, default=3, help="for a and b; c takes one")
    wanted = parser.parse_args()
    only = wanted.only.split(",")
    with prepared() as (bench, folder):
        histories = [generated(folder, REVISIONS)] * ("generated" in wanted.history)
        histories += [mlflow()] if "mlflow" in wanted.history else []
        for history in histories if {"a", "b"} & set(only) else []:
            bench.record(history, folder)
            compare(bench, history, only, wanted.rounds)
        if "c" in only:
            pair = [generated(folder, revisions, standing=True) for revisions in (SHORT, LONG)]
            for history in pair:
                bench.record(history, folder)
            grow(bench, *pair, rounds=1)


if __name__ == "__main__":
    main()
