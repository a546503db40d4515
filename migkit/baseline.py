"""The recorded baseline: old sins that are known, by schema, engine, revision and verdict, or rule."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from migkit.errors import ConfigError
from migkit.model import Finding, RevisionReport, Severity, Verdict

VERSION = 1
WHOLE = "*"  # stands for a revision where a rule speaks of the history as a whole
Rules = Mapping[str, Collection[str]]


def read(path: Path | None, schema: str, engine: str) -> Mapping[str, str]:
    """Give the recorded verdict of each known revision; nothing where no baseline is configured or written yet."""
    if path is None or not path.is_file():
        return {}
    whole = _load(path)
    known: Mapping[str, str] = whole.get("roundtrip", {}).get(schema, {}).get(engine, {})
    for revision, verdict in known.items():
        if verdict not in set(Verdict):
            near = get_close_matches(str(verdict), [v.value for v in Verdict], 1)
            raise ConfigError(
                f"{path}: revision {revision} has an unknown verdict {verdict!r}",
                remedy=f"did you mean {near[0]}?" if near else "write it anew with --write-baseline",
                path=path,
            )
    return known


def check(path: Path | None, schema: str, *, writable: bool) -> None:
    """Raise ConfigError for a file that is no baseline, or, if it is to be written, where it cannot be.

    For before a run: what is wrong with the file must not cost a run's report.
    """
    if path is not None and path.exists():
        _load(path)
    if not writable:
        return
    if path is None:
        raise ConfigError(
            f"schema {schema} has no baseline file", remedy='set baseline = "migkit-baseline.json" in the schema'
        )
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise ConfigError(f"{path} cannot be written", remedy="name a file in a folder that exists", path=path)


def write(
    path: Path | None, schema: str, engine: str, reports: Iterable[RevisionReport], history: Collection[str] = ()
) -> Path:
    """Record today's verdicts of one schema on one engine; what the file holds of others stays.

    So does what it holds of revisions of `history` that were not judged this time.
    """
    check(path, schema, writable=True)
    assert path is not None
    whole: dict[str, Any] = _load(path) if path.is_file() else {"version": VERSION}
    engines = whole.setdefault("roundtrip", {}).setdefault(schema, {})
    verdicts = {ident: verdict for ident, verdict in engines.get(engine, {}).items() if ident in history}
    verdicts |= {report.revision: report.verdict.value for report in reports}
    engines[engine] = {ident: verdict for ident, verdict in verdicts.items() if verdict != Verdict.ok.value}
    path.write_text(json.dumps(whole, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return path


def accept(report: RevisionReport, *records: Mapping[str, str]) -> RevisionReport:
    """Mark a report whose verdict is one of the recorded ones."""
    return replace(report, baseline=report.verdict.value in [known.get(report.revision) for known in records])


def stale(reports: Iterable[RevisionReport], known: Mapping[str, str]) -> list[Finding]:
    """Warn of recorded revisions that are better now: the record would hide their next fault."""
    return [
        Finding(
            "baseline-stale",
            Severity.warning,
            f"the baseline records {known[report.revision]}, and the verdict is {report.verdict.value} now",
            "record it with --write-baseline",
            report.path,
            None,
            report.revision,
        )
        for report in reports
        if report.revision in known and report.verdict.value != known[report.revision]
    ]


def read_rules(path: Path | None, command: str, schema: str, engine: str) -> Rules:
    """Give the rules that are recorded as known of each revision, for a verb that judges by rules."""
    if path is None or not path.is_file():
        return {}
    known: Rules = _load(path).get(command, {}).get(schema, {}).get(engine, {})
    return known


def write_rules(
    path: Path | None, command: str, schema: str, engine: str, found: Rules, history: Collection[str]
) -> None:
    """Record the rules of each revision of `history`; what the file holds of others goes, of other schemas stays."""
    check(path, schema, writable=True)
    assert path is not None
    whole: dict[str, Any] = _load(path) if path.is_file() else {"version": VERSION}
    engines = whole.setdefault(command, {}).setdefault(schema, {})
    engines[engine] = {ident: sorted(rules) for ident, rules in found.items() if rules and ident in {*history, WHOLE}}
    path.write_text(json.dumps(whole, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _load(path: Path) -> dict[str, Any]:
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise ConfigError(f"{path} is no JSON: {error}", remedy="mend or remove it", path=path) from error
    if not isinstance(whole, dict) or whole.get("version") != VERSION or not _has_shape(whole):
        raise ConfigError(f"{path} is no baseline of version {VERSION}", remedy="write it anew with --write-baseline")
    return whole


def _has_shape(whole: dict[str, Any]) -> bool:
    """Whether it holds command, schema, engine and revision, each in a mapping, and a verdict or rules of each."""
    return all(
        _is_recorded(schemas, str if command == "roundtrip" else list)
        for command, schemas in whole.items()
        if command != "version"
    )


def _is_recorded(schemas: Any, kind: type) -> bool:
    if not isinstance(schemas, dict) or not all(isinstance(engines, dict) for engines in schemas.values()):
        return False
    recorded = [known for engines in schemas.values() for known in engines.values()]
    return all(isinstance(known, dict) and all(isinstance(v, kind) for v in known.values()) for known in recorded)
