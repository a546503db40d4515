"""What the servers said of each revision against what lint says of it: which errors are true, and what it misses.

The round trip's verdicts (`expected/SCHEMA-ENGINE.json`, by the witness) are the truth for what fails or leaves a
rest; the examples pass on every engine, which tests/test_examples.py and CI hold. What a rule says of ids, names,
locks and the like no verdict speaks of: those are undecided here, and a person's to judge.
"""

from __future__ import annotations

import ast
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import check

from migkit.lint.rules import ALL
from migkit.model import Finding, Severity

REFUSED = ("acceptance", "portability")  # groups whose errors say that a step fails
RESTS = ("reversibility",)  # groups whose errors say that a downgrade does not lead back
REFUSED_TOO = (  # rules of other groups that say so
    "already-there",
    "drop-without-name",
    "enum-create-twice",
    "index-under-foreign-key",
    "unknown-column",
    "unknown-index",
    "unknown-table",
)
DIFFERS = ("schema-differs", "reupgrade-fails", "reupgrade-differs", "data-lost")
BROKEN = (*DIFFERS, "upgrade-fails", "downgrade-fails")  # after the last two nobody knows what would have been left
MOST = 20  # one false error of so many is too much
SAID = ("true", "false", "undecided")
_SOME = re.compile(r" \(on ([^()]+)\)$")


@dataclass(frozen=True, slots=True)
class Told:
    """Of a history: the errors with what the truth makes of each, and what is broken with the rules that name it.

    `broken` has engine and revision, `named` those of them with a word on the way back, and how grave.
    """

    schema: str
    judged: tuple[tuple[Finding, str], ...]
    broken: Mapping[tuple[str, str], str]
    named: Mapping[tuple[str, str], Severity]


def told(schema: str, engines: Sequence[str], findings: Sequence[Finding]) -> Told:
    """Hold findings against the verdicts of their engines."""
    known = {engine: _verdicts(schema, engine) for engine in engines}
    judged = [
        (one, _judged(one, [known[engine] for engine in _engines(one, engines)]))
        for one in findings
        if one.severity is Severity.error
    ]
    broken = {(on, ident): said for on in engines for ident, said in known[on].items() if said in BROKEN}
    named: dict[tuple[str, str], Severity] = {}
    for one in findings:
        back = _claim(one.rule) == "rests" or (_claim(one.rule) and _direction(one) == "downgrade")
        if back and one.severity > Severity.note:
            for place in ((engine, one.revision or "") for engine in _engines(one, engines)):
                named[place] = max(one.severity, named.get(place, one.severity))
    return Told(schema, tuple(judged), broken, {place: named[place] for place in broken if place in named})


def shown(histories: Iterable[Told]) -> Iterator[str]:
    """Give the lines of a table of errors by rule, the false ones, and what is broken without a word of it."""
    listed = tuple(histories)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in listed:
        for finding, said in one.judged:
            counts[finding.rule][said] += 1
    yield f"{'errors by rule':<28}{'all':>6}" + "".join(f"{said:>11}" for said in SAID)
    whole: Counter[str] = sum(counts.values(), Counter())
    for rule, count in (*sorted(counts.items()), ("all", whole)):
        yield f"{rule:<28}{count.total():>6}" + "".join(f"{count[said]:>11}" for said in SAID)
    for one in listed:
        for finding, said in one.judged:
            if said != "true":
                place = f"{one.schema} {finding.revision}:{finding.line}"
                yield f"  {said}: {place} {finding.rule}: {finding.message}"
    for one in listed:
        yield from _missed(one)


def too_many(histories: Iterable[Told]) -> bool:
    """Whether 5 in 100 errors, or more, are false by the verdicts."""
    said = [said for history in histories for _finding, said in history.judged]
    return bool(said) and said.count("false") * MOST >= len(said)


def _missed(history: Told) -> Iterator[str]:
    """Say of each engine how many broken revisions lint names, and which it does not."""
    for engine in dict.fromkeys(engine for engine, _ident in history.broken):
        broken = {ident: said for (on, ident), said in history.broken.items() if on == engine}
        grave = Counter(history.named[engine, ident].name for ident in broken if (engine, ident) in history.named)
        named = ", ".join(f"{grave[said]} by {said}" for said in ("error", "warning"))
        yield f"{history.schema} on {engine}: {len(broken)} broken, {grave.total()} named: {named}"
        silent = [f"{ident} ({said})" for ident, said in broken.items() if (engine, ident) not in history.named]
        if silent:
            yield f"  not named: {', '.join(silent)}"


def _judged(finding: Finding, verdicts: Sequence[Mapping[str, str] | None]) -> str:
    """Say what the verdicts make of an error: false where it is on any engine, undecided where none speaks of it."""
    claim = _claim(finding.rule)
    said = {known.get(finding.revision or "", "unknown") for known in verdicts if known is not None}
    if not claim or not said or said & {"unknown", "irreversible"}:
        return "undecided"
    if claim == "rests":
        return "true" if said <= set(DIFFERS) else "undecided" if said <= set(BROKEN) else "false"
    expected = {"upgrade-fails"} if _direction(finding) == "upgrade" else {"downgrade-fails", "reupgrade-fails"}
    return "true" if said <= expected else "false"


def _claim(rule: str) -> str:
    """Say what an error of a rule claims: that a step fails, that a downgrade leaves rests, or nothing of the kind."""
    if rule in REFUSED_TOO:
        return "fails"
    group = ALL[rule].group
    return "fails" if group in REFUSED else "rests" if group in RESTS else ""


def _direction(finding: Finding) -> str:
    """Give the function that a finding stands in; downgrade for a helper, since every upgrade here passes."""
    lines = _upgrade(Path(finding.path or "").resolve())
    return "upgrade" if (finding.line or 0) in lines else "downgrade"


@cache
def _upgrade(path: Path) -> range:
    for node in ast.parse(path.read_bytes()).body:
        if isinstance(node, ast.FunctionDef) and node.name == "upgrade":
            return range(node.lineno, (node.end_lineno or node.lineno) + 1)
    return range(0)


def _engines(finding: Finding, asked: Sequence[str]) -> Sequence[str]:
    """Give the engines that a finding is about: those that it names, or all."""
    some = _SOME.search(finding.message)
    return some[1].split(", ") if some else asked


@cache
def _verdicts(schema: str, engine: str) -> Mapping[str, str]:
    """Give the verdict of each revision; "ok" for whatever is asked of an example."""
    if schema not in check.settings():
        return _Healthy()
    found: Mapping[str, str] = json.loads(check.path(schema, engine).read_text())["verdicts"]
    return found


class _Healthy(dict[str, str]):
    """The verdicts of a history that passes whole."""

    def get(self, key: str, default: object = None) -> str:  # there is always an answer
        del key, default
        return "ok"
