"""The matrix of schemas and engines: which pairs are run, with which words, and what all of them came to (pure).

Each Nox session runs one verb over it: `migrations` the round trip, `rehearse` the rehearsal.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from migkit import config, engines
from migkit.errors import ConfigError
from migkit.model import Finding, Project, Report, Schema, Severity, Verdict
from migkit.values import dataclass

UNFINISHED = "it did not come to its end"
VERBS = {"migrations": "roundtrip", "rehearse": "test"}
_SUFFIXES = {"json": "json", "sarif": "sarif", "junit": "xml"}  # of the file of a format; else txt
_FALSE = ("", "0", "false", "no")
_VERDICTS = frozenset(Verdict)


@dataclass(frozen=True, slots=True)
class Words:
    """What stands after `--` of the Nox command line; `output` is a folder, `rest` and `since` go on to the verb."""

    schema: str = ""
    engine: str = ""
    server: str = ""
    format: str = "text"
    output: str = ""
    since: str = ""
    rest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one pair came to: `report` is the JSON of its verb, {} where there is none, and `said` then why.

    `session` is one of VERBS, `passed` what the program's exit code said. `seconds` are those of the whole session,
    the making of its environment among them.
    """

    schema: str
    engine: str
    report: Mapping[str, Any]
    said: str = UNFINISHED
    passed: bool = False
    seconds: float = 0.0
    session: str = "migrations"


def words(argv: Sequence[str]) -> Words:
    """Read the words of a command line that are the matrix's own."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    for name in ("schema", "engine", "server", "format", "output", "since"):
        parser.add_argument(f"--{name}", default=getattr(_DEFAULTS, name))
    try:
        known, rest = parser.parse_known_args(list(argv))
    except argparse.ArgumentError as error:
        raise ConfigError(str(error), remedy="write nox -s migrations -- --schema NAME --engine ENGINE") from error
    return Words(**vars(known), rest=tuple(rest))


def pairs(project: Project, schema: str = "", engine: str = "") -> list[tuple[str, str]]:
    """Give every (schema, engine) that the configuration names, narrowed where a name is given.

    An engine that the configuration does not list is taken all the same: it was asked for. Without a schema it goes
    with those that speak its dialect. Raises ConfigError for a name that is none, and where nothing is left.
    """
    chosen = [config.choose(project, schema)] if schema else list(project.schemas.values())
    if not engine:
        return [(found.name, name) for found in chosen for name in dict.fromkeys(found.engines)]
    dialect = engines.parse(engine).dialect
    speaking = [found for found in chosen if schema or dialect in _dialects(found)]
    if not speaking:
        raise ConfigError(f"no schema is made for {engine}", remedy=f"name one: --schema NAME --engine {engine}")
    return [(found.name, engine) for found in speaking]


def shares(schema: Schema, engine: str, choice: str) -> bool:
    """Whether a pair's server may be one that others use: not one by URL, a file, or one beside a Compose service."""
    return ":" not in choice and schema.compose is None and engines.parse(engine).console is not None


def arguments(pair: tuple[str, str], given: Words, *, ci: str, session: str = "migrations") -> list[str]:
    """Give the arguments of a pair's verb; `ci` is the environment's CI, under which no substitute will do.

    With a folder for the output each pair has a file of its own in it.
    """
    schema, engine = pair
    strict = ci.lower() not in _FALSE and "--strict-engine" not in given.rest
    said = [*given.rest, *(["--strict-engine"] if strict else [])]
    for name in ("format", "since"):
        value = getattr(given, name)
        said += [f"--{name}", value] if value != getattr(_DEFAULTS, name) else []
    if given.output:
        name = "-".join((session, schema, engine)).replace(":", "-").replace("/", "-")
        said += ["--output", str(PurePath(given.output) / f"{name}.{_SUFFIXES.get(given.format, 'txt')}")]
    return ["--schema", schema, "--engine", engine, *said]


def summary(
    outcomes: Iterable[Outcome], *, session: str = "migrations", servers: int = 0, seconds: float = 0.0
) -> Report:
    """Give one report of all pairs of a session: a row for each, and a finding for each that did not pass."""
    rows = [_row(outcome) for outcome in outcomes]
    findings = tuple(
        Finding(session, Severity.error, f"{row['schema']} on {row['engine']}: {row['verdicts'] or row['result']}")
        for row in rows
        if row["result"] != "passed"
    )
    facts = {"pairs": rows, "servers": servers}
    return Report(session, findings=findings, facts=facts, seconds=round(seconds, 3))


_DEFAULTS = Words()


def _dialects(schema: Schema) -> set[str]:
    return {engines.parse(name).dialect for name in (schema.engine, *schema.engines)}


def _row(outcome: Outcome) -> dict[str, Any]:
    report = outcome.report
    error = report.get("error")
    told = _reason(error) if error else _verdicts(report) if report else outcome.said.partition("\n")[0]
    return {
        "schema": outcome.schema,
        "engine": outcome.engine,
        "server": _server(report),
        "result": "passed" if outcome.passed else "error" if error or not report else "failed",
        "verdicts": told,
        "seconds": report.get("seconds", 0.0),
        "session_seconds": round(outcome.seconds, 3),
    }


def _reason(error: Mapping[str, Any]) -> str:
    path, line = error.get("path"), error.get("line")
    place = f" ({PurePath(path).name}{f':{line}' if line else ''})" if path else ""
    return str(error["message"]).partition("\n")[0] + place


def _server(report: Mapping[str, Any]) -> str:
    server, engine = report.get("server") or {}, report.get("engine") or {}
    product = f"{server.get('product', '')} {engine.get('version', '')}".strip()
    return f"{product} ({server['kind']})" if product and server.get("kind") else product


def _verdicts(report: Mapping[str, Any]) -> str:
    """Count the verdicts, best first as in a round trip's own last line; then whatever else is more than a note."""
    findings = [one for one in report.get("findings", []) if one["severity"] != "note"]
    revisions = report.get("revisions", [])
    told, known = _judged(revisions) if report.get("command") != "test" else _rehearsed(revisions, findings)
    others = Counter(one["rule"] for one in findings if report.get("command") == "test" or one["rule"] not in _VERDICTS)
    beside = ", ".join(f"{count} {rule}" for rule, count in others.items())
    return "; ".join(part for part in (f"{told} ({known} known)" if known else told, beside) if part) or "no revisions"


def _judged(revisions: Sequence[Mapping[str, Any]]) -> tuple[str, int]:
    counts = Counter(one["verdict"] for one in revisions)
    told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in reversed(Verdict) if counts[verdict])
    return told, sum(bool(one.get("baseline")) for one in revisions if one["verdict"] != Verdict.ok)


def _rehearsed(revisions: Sequence[Mapping[str, Any]], findings: Sequence[Mapping[str, Any]]) -> tuple[str, int]:
    """Count the revisions of a rehearsal in which nothing was found, and those of which something is known."""
    found = {one["revision"] for one in findings}
    sound = sum(one["revision"] not in found for one in revisions)
    return f"{sound} ok" if sound else "", sum(bool(one.get("known")) for one in revisions)
