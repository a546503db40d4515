"""Holds the kit's round trip of public histories against the witness, verdict by verdict (docs/corpora.md).

    python tests/corpora/check.py                                    mlflow on MySQL and SQLite, as CI runs it
    python tests/corpora/check.py --schema zou                       one schema on each of its engines
    python tests/corpora/check.py --schema mlflow --engine sqlite --live
    python tests/corpora/check.py --schema zou-shipped               the configuration that zou ships is refused
    python tests/corpora/check.py --all

What a schema requires is installed into this environment where it is missing. The witness takes an hour for a long
history, so what it said is recorded in expected/ for one version of each package; `--live` asks it again, and
`--record` writes down what it says.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
RECORDS = HERE / "expected"
SOME = (("mlflow", "mysql:9.7"), ("mlflow", "sqlite"))
PRELOAD = {
    "mlflow": ("mlflow.store.tracking.dbmodels.models", "mlflow.store.model_registry.dbmodels.models"),
    "zou": ("zou.app.models.person", "zou.app.models.project"),
    "zou-squashed": ("zou.app.models.person", "zou.app.models.project"),
}
REFUSED = {
    "zou-shipped": ("a1b2c3d4e5f6", "0001_squash_pre_1_0_0.py", "add_position_to_metadata_descriptor"),
}
_KIT = """
import json, sys
from pathlib import Path
from migkit import config
from migkit.roundtrip import Options, roundtrip
project = config.load(Path(sys.argv[1]))
options = Options(engine=sys.argv[3], use_baseline=False, strict_engine=True)
report = roundtrip(project, config.choose(project, sys.argv[2]), options)
verdicts = {one.revision: [one.verdict.value, one.message] for one in report.revisions}
print("REPORT" + json.dumps({"seconds": report.seconds, "verdicts": verdicts}))
"""


def main() -> int:
    """Check what the arguments name; 1 where the two disagree."""
    arguments = _arguments()
    disagreements = 0
    for schema, engine in _pairs(arguments):
        install(schema)
        if schema in REFUSED:
            found = accepted(schema)
        else:
            found = disagree(schema, engine, live=arguments.live or arguments.record, record=arguments.record)
        disagreements += len(found)
        for line in found:
            sys.stdout.write(f"  {line}\n")
    return 1 if disagreements else 0


def disagree(schema: str, engine: str, *, live: bool = False, record: bool = False) -> list[str]:
    """Run the kit, and the witness where nothing is recorded for this package; give a line for each disagreement."""
    prepare(schema)
    expected = None if live else recorded(schema, engine)
    if expected is None:
        expected = witness(schema, engine)
    if record:
        path(schema, engine).write_text(json.dumps(expected, indent=1) + "\n")
    kit = roundtrip(schema, engine)
    seen = [verdict for verdict, _message in kit["verdicts"].values()]
    counts = ", ".join(f"{seen.count(verdict)} {verdict}" for verdict in sorted(set(seen)))
    sys.stdout.write(f"{schema} on {engine}: {len(seen)} revisions in {kit['seconds']:.1f} s: {counts}\n")
    return list(differences(kit["verdicts"], expected))


def accepted(schema: str) -> list[str]:
    """Give a line if the kit does not refuse the history with the words that it must name."""
    prepare(schema)
    command = [Path(sys.executable).with_name("migkit"), "roundtrip", "--schema", schema, "--format", "json"]
    done = subprocess.run(command, cwd=HERE, stdout=subprocess.PIPE, text=True, check=False)
    said = json.loads(done.stdout)["error"] or {"message": "no error"}
    sys.stdout.write(f"{schema}: exit code {done.returncode}: {' '.join(said['message'].split())}\n")
    missed = [word for word in REFUSED[schema] if word not in said["message"]]
    return [] if done.returncode == 4 and not missed else [f"{schema}: refused without {', '.join(missed) or 'code 4'}"]


def differences(kit: Mapping[str, list[str]], expected: Mapping[str, Any]) -> Iterator[str]:
    """Give a line for each revision of which the two say different things, or only one says anything."""
    theirs = expected["verdicts"]
    for revision in sorted(kit.keys() | theirs.keys()):
        mine, message = kit.get(revision, ["nothing", ""])
        other = theirs.get(revision, "nothing")
        if mine != other:
            note = " ".join(expected["notes"].get(revision, "").split())
            yield f"{revision}: the kit says {mine} ({message[:300]}), the witness {other} ({note[:300]})"


def roundtrip(schema: str, engine: str) -> dict[str, Any]:
    """Run the kit in a process of its own: one process serves one URL."""
    said = run(sys.executable, "-c", _KIT, str(HERE), schema, engine)
    found: dict[str, Any] = json.loads(said.rpartition("REPORT")[2])
    return found


def witness(schema: str, engine: str) -> dict[str, Any]:
    """Run the witness on a server of its own."""
    ours = settings()[schema]
    arguments = ["--ini", str(HERE / ours["directory"] / ours.get("ini", "alembic.ini")), "--engine", engine]
    arguments += [part for module in PRELOAD[schema] for part in ("--preload", module)]
    arguments += [part for name, value in ours.get("env", {}).items() for part in ("--env", f"{name}={value}")]
    arguments += ["--base", ours.get("base_sql", ""), "--package", package(schema)[0]]
    found: dict[str, Any] = json.loads(run(sys.executable, str(HERE / "witness.py"), *arguments))
    return found


def recorded(schema: str, engine: str) -> dict[str, Any] | None:
    """Give what the witness said of the installed version of the package, if it is written down."""
    file = path(schema, engine)
    if not file.exists():
        return None
    found: dict[str, Any] = json.loads(file.read_text())
    return found if found["version"] == importlib.metadata.version(found["package"]) else None


def path(schema: str, engine: str) -> Path:
    """Give the file of a record."""
    return RECORDS / f"{schema}-{engine.replace(':', '-')}.json"


def prepare(schema: str) -> None:
    """Do what stands in links.py beside the ini, if anything."""
    script = HERE / settings()[schema]["directory"] / "links.py"
    if script.exists():
        run(sys.executable, str(script))


def install(schema: str) -> None:
    """Install what the schema requires, unless its package is here in the right version."""
    name, wanted = package(schema)
    try:
        present = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        present = ""
    if present != wanted:
        run(sys.executable, "-m", "pip", "install", "--quiet", *settings()[schema]["requirements"])
        importlib.invalidate_caches()


def settings() -> dict[str, dict[str, Any]]:
    """Read the schemas of migkit.toml, without the kit."""
    import tomllib

    found: dict[str, dict[str, Any]] = tomllib.loads((HERE / "migkit.toml").read_text())["schemas"]
    return found


def package(schema: str) -> tuple[str, str]:
    """Give the pinned package, the first of the requirements, and its version."""
    name, _, version = settings()[schema]["requirements"][0].partition("==")
    return name, version


def run(*command: str) -> str:
    """Run a program, its errors to the terminal, and give what it printed; the end of this one where it failed."""
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[:2])} … failed with exit code {done.returncode}")
    return done.stdout


def _pairs(arguments: argparse.Namespace) -> list[tuple[str, str]]:
    if not arguments.all and not arguments.schema:
        return [pair for pair in SOME if not arguments.engine or pair[1] == arguments.engine]
    chosen = {arguments.schema: settings()[arguments.schema]} if arguments.schema else settings()
    return [
        (name, engine)
        for name, schema in chosen.items()
        for engine in ([arguments.engine] if arguments.engine else schema.get("engines", [schema["engine"]]))
        if name in PRELOAD or name in REFUSED
    ]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--schema", default="", choices=["", *PRELOAD, *REFUSED])
    parser.add_argument("--engine", default="")
    parser.add_argument("--all", action="store_true", help="every schema on each of its engines")
    parser.add_argument("--live", action="store_true", help="ask the witness, whatever is recorded")
    parser.add_argument("--record", action="store_true", help="ask the witness, and write down what it says")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
