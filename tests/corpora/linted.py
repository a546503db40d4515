"""Holds what lint finds in public histories and in the examples against what is written down, and against the truth.

    python tests/corpora/linted.py                       the examples and mlflow, as CI does; zou where it is installed
    python tests/corpora/linted.py --schema zou
    python tests/corpora/linted.py --record              writes down what lint says now

What is recorded in expected/*-linted.json was read by a person (docs/corpora.md). The truth is what the round trip of
each revision came to on a real server (`truth.py`): an error is false where it speaks of a failure or of a rest that
the server did not see.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import check
import truth
from rehearsed import differences

from migkit import config
from migkit.check import Options
from migkit.check import check as lint
from migkit.model import Finding, Severity

EXAMPLES = check.HERE.parents[1] / "examples"
PAGE = check.HERE.parents[1] / "docs" / "corpora.md"
BEGIN, END = "<!-- linted: written by tests/corpora/linted.py --record -->\n", "<!-- linted: end -->"
CORPORA = {
    "bin-manager": EXAMPLES / "voipbin",
    "asterisk": EXAMPLES / "voipbin",
    "omni": EXAMPLES / "omni",
    "mlflow": check.HERE,
    "zou": check.HERE,
    "zou-squashed": check.HERE,
}
_LARGE = ("zou", "zou-squashed")  # not installed for this alone
_SQUAWK = "squawk-"


@dataclass(frozen=True, slots=True)
class Linted:
    """What lint found in a history, whatever squawk said beside it."""

    schema: str
    engines: tuple[str, ...]
    findings: tuple[Finding, ...]
    squawk: int
    files: int
    seconds: float


def main() -> int:
    """Lint what the arguments name; 1 where other things are found than are written down, or too much is false."""
    arguments = _arguments()
    told: list[truth.Told] = []
    wrong = 0
    for schema in arguments.schema or CORPORA:
        if not arguments.schema and schema in _LARGE and not _installed(schema):
            sys.stdout.write(f"{schema}: passed over, {check.package(schema)[0]} is not installed\n")
            continue
        linted = found(schema)
        told.append(truth.told(linted.schema, linted.engines, linted.findings))
        lines = _held(linted, record=arguments.record)
        wrong += len(lines)
        sys.stdout.write("".join(f"{line}\n" for line in (*_summary(linted), *lines)))
    if arguments.record:
        PAGE.write_text(tabled(PAGE.read_text()))
    sys.stdout.write("".join(f"{line}\n" for line in truth.shown(told)))
    return 1 if wrong or truth.too_many(told) else 0


def found(schema: str) -> Linted:
    """Run the verb over a history, all rules on, without baseline and cache."""
    if schema in check.settings():
        check.install(schema)
        check.prepare(schema)
    project = config.load(CORPORA[schema] / "migkit.toml")
    chosen = config.choose(project, schema)
    report = lint(project, chosen, Options(use_baseline=False, use_cache=False))
    ours = tuple(one for one in report.findings if not one.rule.startswith(_SQUAWK))
    engines = tuple(dict.fromkeys((chosen.engine, *chosen.engines)))
    squawk = len(report.findings) - len(ours)
    return Linted(schema, engines, ours, squawk, report.facts["judged"], report.seconds)


def names(findings: Sequence[Finding]) -> dict[str, list[str]]:
    """Give the places of each rule, `REVISION:LINE` in order, the rule with its severity before it."""
    known: dict[str, list[str]] = {}
    for one in findings:
        place = f"{one.revision or Path(one.path or '').name}:{one.line or 0}"
        known.setdefault(f"{one.severity.name} {one.rule}", []).append(place)
    return {rule: [*_numbered(sorted(places))] for rule, places in sorted(known.items())}


def path(schema: str) -> Path:
    """Give the file of a record."""
    return check.RECORDS / f"{schema}-linted.json"


def tabled(page: str) -> str:
    """Give the page with the table of what is recorded: how often each rule finds something, by history."""
    counts = {schema: _recorded(schema) for schema in CORPORA}
    rules = sorted({rule for one in counts.values() for rule in one}, key=_by_gravity)
    lines = [["rule", "", *counts], ["---"] * (len(counts) + 2)]
    lines += [[rule[1], rule[0], *(str(one.get(rule, "")) for one in counts.values())] for rule in rules]
    before, _, rest = page.partition(BEGIN)
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return f"{before}{BEGIN}{table}{END}{rest.partition(END)[2]}"


def _recorded(schema: str) -> dict[tuple[str, str], int]:
    """Give how often each rule, by severity, is in a record."""
    found = json.loads(path(schema).read_text())["found"]
    return {(rule.partition(" ")[0], rule.partition(" ")[2]): len(places) for rule, places in found.items()}


def _by_gravity(rule: tuple[str, str]) -> tuple[int, str]:
    return -Severity[rule[0]], rule[1]


def _held(linted: Linted, *, record: bool) -> list[str]:
    """Give a line for each rule that finds something else than is recorded; write the record instead where asked."""
    now = names(linted.findings)
    if record:
        name, version = check.package(linted.schema) if linted.schema in check.settings() else ("", "")
        whose = {"package": name, "version": version} if name else {}
        path(linted.schema).write_text(json.dumps({**whose, "found": now}, indent=1) + "\n")
        return []
    known = json.loads(path(linted.schema).read_text())["found"]
    return [f"  {line}" for line in differences(now, known)]


def _numbered(places: Sequence[str]) -> Iterator[str]:
    """Tell apart what is found more than once on a line."""
    seen: Counter[str] = Counter()
    for place in places:
        seen[place] += 1
        yield f"{place} ({seen[place]})" if seen[place] > 1 else place


def _summary(linted: Linted) -> Iterator[str]:
    counts = Counter(one.severity for one in linted.findings)
    said = ", ".join(f"{counts[one]} {one.name}s" for one in sorted(counts, reverse=True)) or "nothing"
    beside = f"; beside it {linted.squawk} of squawk" if linted.squawk else ""
    engines = ", ".join(linted.engines)
    yield f"{linted.schema} on {engines}: {linted.files} files in {linted.seconds:.1f} s: {said}{beside}"


def _installed(schema: str) -> bool:
    name, version = check.package(schema)
    try:
        return importlib.metadata.version(name) == version
    except importlib.metadata.PackageNotFoundError:
        return False


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--schema", action="append", default=[], choices=CORPORA, help="all that are here without it")
    parser.add_argument("--record", action="store_true", help="write down what lint says")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
