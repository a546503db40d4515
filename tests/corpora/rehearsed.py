"""Holds the kit's rehearsal of public histories, and its round trip with rows, against what is written down of them.

    python tests/corpora/rehearsed.py --way "roundtrip --rows 20"       mlflow on SQLite, as CI does
    python tests/corpora/rehearsed.py --schema zou-squashed --engine postgresql:15
    python tests/corpora/rehearsed.py --schema mlflow --engine sqlite --record

What is recorded in expected/ was read by a person and tried with `alembic` (docs/corpora.md): each rule with its
revisions, by verb. `again.py` is the witness of what a second upgrade and one run do.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import check

WAYS = ("test", "test --rows 20", "roundtrip --rows 20")
SCHEMAS = ("mlflow", "zou", "zou-squashed")
_KIT = """
import json, sys
from pathlib import Path
from migkit import config, rehearse, roundtrip
project = config.load(Path(sys.argv[1]))
verb = {"test": rehearse.rehearse, "roundtrip": roundtrip.roundtrip}[sys.argv[4]]
options = {"test": rehearse.Options, "roundtrip": roundtrip.Options}[sys.argv[4]]
given = options(engine=sys.argv[3], use_baseline=False, strict_engine=True, rows=int(sys.argv[5]))
report = verb(project, config.choose(project, sys.argv[2]), given)
found = {}
for one in report.findings:
    found.setdefault(one.rule, []).append(one.revision or one.object or "")
found = {rule: sorted(set(names)) for rule, names in sorted(found.items())}
print("REPORT" + json.dumps({"seconds": report.seconds, "found": found}))
"""


def main() -> int:
    """Check what the arguments name; 1 where something is found that is not written down, or the other way round."""
    arguments = _arguments()
    schema, engine = arguments.schema, arguments.engine
    check.install(schema)
    check.prepare(schema)
    name, version = check.package(schema)[0], importlib.metadata.version(check.package(schema)[0])
    recorded = json.loads(path(schema, engine).read_text()) if path(schema, engine).exists() else {}
    kit: dict[str, Any] = recorded | {"package": name, "version": version, "engine": engine}
    lines: list[str] = []
    for way in (arguments.way,) if arguments.way else WAYS:
        kit[way] = _found(schema, engine, way)
        lines += [f"  {way}: {line}" for line in differences(kit[way], recorded.get(way, {}))]
    if arguments.record:
        path(schema, engine).write_text(json.dumps(kit, indent=1) + "\n")
        return 0
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 1 if lines else 0


def differences(kit: dict[str, list[str]], recorded: dict[str, list[str]]) -> Iterator[str]:
    """Give a line for each rule of which the two say different revisions."""
    for rule in sorted(kit.keys() | recorded.keys()):
        mine, other = set(kit.get(rule, ())), set(recorded.get(rule, ()))
        if mine - other:
            yield f"{rule} is new: {', '.join(sorted(mine - other))}"
        if other - mine:
            yield f"{rule} is gone: {', '.join(sorted(other - mine))}"


def path(schema: str, engine: str) -> Path:
    """Give the file of a record."""
    return check.RECORDS / f"{schema}-{engine.replace(':', '-')}-rehearsed.json"


def _found(schema: str, engine: str, way: str) -> dict[str, list[str]]:
    """Run the kit in a process of its own: one process serves one URL."""
    verb, _, rows = way.partition(" --rows ")
    said = check.run(sys.executable, "-c", _KIT, str(check.HERE), schema, engine, verb, rows or "0")
    report = json.loads(said.rpartition("REPORT")[2])
    counts = ", ".join(f"{len(names)} {rule}" for rule, names in report["found"].items()) or "nothing"
    sys.stdout.write(f"{schema} on {engine}: {way}: {report['seconds']:.1f} s: {counts}\n")
    sys.stdout.flush()
    found: dict[str, list[str]] = report["found"]
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--schema", default="mlflow", choices=SCHEMAS)
    parser.add_argument("--engine", default="sqlite")
    parser.add_argument("--way", default="", choices=("", *WAYS), help="one of them; all without it")
    parser.add_argument("--record", action="store_true", help="write down what the kit says")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
