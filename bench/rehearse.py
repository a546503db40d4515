"""Measures a rehearsal beside the round trip of the same history, and each of its checks alone.

The sides take turns on one server, each in a process of its own, so that what else the machine does falls on all of
them; no figure holds the server's start. See docs/performance.md.

    python bench/rehearse.py --rounds 3 --checks idempotent,crash,oneshot
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

from generate import write

from migkit import engines, servers
from migkit.servers import login

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 3.0
TABLES = 30
ENGINE = "mysql:9.7"


def roundtrip(wanted: argparse.Namespace) -> dict[str, Any]:
    """Run the round trip as `inv mig.roundtrip --server URL` does."""
    from migkit.roundtrip import Options
    from migkit.roundtrip import roundtrip as proven

    return timed(wanted, proven, Options(server=wanted.url))


def rehearsal(wanted: argparse.Namespace) -> dict[str, Any]:
    """Run the rehearsal as `inv mig.test --server URL` does."""
    from migkit.rehearse import Options, rehearse

    only = tuple(wanted.only.split(",")) if wanted.only else ()
    revisions = tuple(wanted.revisions.split(",")) if wanted.revisions else ()
    return timed(wanted, rehearse, Options(server=wanted.url, only=only, rows=wanted.rows, revisions=revisions))


def timed(wanted: argparse.Namespace, verb: Any, options: Any) -> dict[str, Any]:
    """Run a verb on the history; the interpreter and the libraries are loaded before the clock starts."""
    import alembic.command  # noqa: F401
    import pymysql  # noqa: F401
    import sqlalchemy  # noqa: F401
    import sqlglot  # noqa: F401

    from migkit.model import Project, Schema

    ini = wanted.ini.resolve()
    schema = Schema("bench", ini.parent, ini, "bench", ENGINE, (ENGINE,))
    project = Project(ini.parent, ini, {"bench": schema})
    began, worked = time.perf_counter(), time.process_time()
    if wanted.profile:
        import cProfile

        profile = cProfile.Profile()
        report = profile.runcall(verb, project, schema, options)
        profile.dump_stats(wanted.profile)
    else:
        report = verb(project, schema, options)
    seconds, python = time.perf_counter() - began, time.process_time() - worked
    rules = [finding.rule for finding in report.findings]
    return {"seconds": seconds, "python": python, "found": {rule: rules.count(rule) for rule in sorted(set(rules))}}


def run(ini: Path, url: str, side: str, **options: object) -> dict[str, Any]:
    """Run one side in a process of its own."""
    flags = [f"--{name}={value}" for name, value in options.items() if value]
    command = [sys.executable, __file__, "--side", side, "--ini", str(ini), "--url", url, *flags]
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
    environment = {**os.environ, "PYTHONPATH": paths}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=1800, env=environment)
    if done.returncode:
        raise SystemExit(f"{side} failed:\n{done.stderr[-3000:]}")
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    named = ", ".join(f"{name} {value}" for name, value in options.items() if value)
    print(f"  {side} {named}: {figures['seconds']:.2f} s, {figures['python']:.2f} of them Python", figures["found"])
    return figures


def measure(ini: Path, url: str, wanted: argparse.Namespace) -> None:
    """Take turns, and print the ratio of each side to the round trip."""
    sides: Mapping[str, Mapping[str, object]] = {
        "all checks": {},
        **{check: {"only": check} for check in wanted.checks.split(",") if check},
        "one revision, the last": {"revisions": last(ini)},
        **({f"{wanted.rows} rows": {"rows": wanted.rows}} if wanted.rows else {}),
    }
    taken: dict[str, list[float]] = {}
    for _ in range(wanted.rounds):
        taken.setdefault("", []).append(run(ini, url, "roundtrip")["seconds"])
        for name, options in sides.items():
            taken.setdefault(name, []).append(run(ini, url, "rehearsal", **options)["seconds"])
    base = taken.pop("")
    print(f"the round trip: {median(base):.2f} s")
    for name, seconds in taken.items():
        ratios = sorted(one / other for one, other in zip(seconds, base, strict=True))
        limit = f" (wanted: at most {LIMIT})" if name == "all checks" else ""
        print(f"  rehearsal, {name}: {median(seconds):.2f} s, {median(ratios):.2f} of the round trip{limit}")


def last(ini: Path) -> str:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    return str(ScriptDirectory.from_config(Config(str(ini))).get_current_head())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--history", type=int, default=130, help="how many revisions")
    parser.add_argument("--checks", default="oneshot,idempotent,crash", help="those that are measured alone besides")
    parser.add_argument("--rows", type=int, default=0)
    for name in ("side", "url", "only", "revisions"):
        parser.add_argument(f"--{name}", default="", help=argparse.SUPPRESS)
    for name in ("ini", "profile"):
        parser.add_argument(f"--{name}", type=Path, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.side:
        print(json.dumps({"roundtrip": roundtrip, "rehearsal": rehearsal}[wanted.side](wanted)))
        return
    with (
        tempfile.TemporaryDirectory(prefix="migkit-bench-") as folder,
        servers.serve(engines.parse(ENGINE)) as server,
    ):
        print(f"{server.product} {server.version}, {server.origin}, {os.cpu_count()} cores")
        ini = write(Path(folder) / "history", revisions=wanted.history, tables=TABLES)
        url = login.address(server).render_as_string(hide_password=False)
        measure(ini, url, wanted)


if __name__ == "__main__":
    main()
