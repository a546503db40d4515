"""Runs the kit over the corpus: a version of a case on a server that is there, and what is said of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from migkit import config
from migkit.model import Finding, Report, Server, Severity
from migkit.rehearse import Options as Rehearsal
from migkit.rehearse import rehearse
from migkit.roundtrip import Options as Trip
from migkit.roundtrip import roundtrip
from migkit.servers import shared
from tests.git_repository import Repository
from tests.server.test_logins import administer

CORPUS = Path(__file__).parents[1] / "corpus"
sys.path.insert(0, str(CORPUS))

from histories import FAULT, OLD, Case, Expected, cases  # noqa: E402  # what the witness reads too

NAME = "corpus"
_OWN_MODULES = "_of_the_corpus"
_CONFIGURATION = """
[schemas.{name}]
directory = "."
database = "{name}"
engine = "{engine}"
idempotent = {{ policy = "{idempotent}" }}
offline = {{ policy = "{offline}" }}
server = {{ extensions = {extensions} }}
"""


def wrongs(version: str, engine: str, server: Server | None, folder: Path) -> dict[str, list[str]]:
    """Run one version of every case of an engine; give what is wrong with each of which something is."""
    lines = {}
    for case in cases():
        if engine.partition(":")[0] in case.engines:
            own = folder / case.name
            own.mkdir(parents=True)
            lines[case.name] = wrong(case, version, engine, found(case, version, engine, server, own))
    return {name: told for name, told in lines.items() if told}


def found(case: Case, version: str, engine: str, server: Server | None, folder: Path) -> Report:
    """Give what the verb of a case says of one version of it; `folder` is empty, and the history is written there.

    `server` is one that runs; None for SQLite, whose databases are files.
    """
    since = _committed(case, folder) if (case.folder / OLD).exists() else ""
    case.write(version, folder, "driver://user:pass@localhost/nowhere")
    written = {check: case.given.get(check, "off") for check in ("idempotent", "offline")}
    written["extensions"] = json.dumps(case.given.get("server", {}).get("extensions", []))
    (folder / "migkit.toml").write_text(_CONFIGURATION.format(name=NAME, engine=engine, **written), encoding="utf-8")
    project = config.load(folder)
    choice = _choice(server, folder) if server else "auto"
    given = {"engine": engine, "server": choice, "since": since, "rows": case.given.get("rows", 0)}
    with _settings(case, server), _modules_of_its_own():
        if case.given.get("verb") == "roundtrip":
            return roundtrip(project, project.schemas[NAME], Trip(**given))
        return rehearse(project, project.schemas[NAME], Rehearsal(**given))


def seen(report: Report) -> set[Expected]:
    """Give a report's errors and warnings as the corpus writes them."""
    return {_expected(one) for one in report.findings if one.severity is not Severity.note}


def wrong(case: Case, version: str, engine: str, report: Report) -> list[str]:
    """Say in lines what is found too much or too little; () is as it should be."""
    marks = case.expected(engine.partition(":")[0]) if version == FAULT else set()
    missed = [f"missed {one}" for one in marks - {_expected(finding) for finding in report.findings}]
    worst = Severity.error if marks else Severity.warning
    extra = [one for one in report.findings if one.severity >= worst and _expected(one) not in marks]
    return missed + [f"too much: {_expected(one)} ({one.severity.value}) {one.message[:300]}" for one in extra]


def _expected(finding: Finding) -> Expected:
    return Expected(finding.rule, finding.revision or "", Path(finding.path or "").name, finding.line or 0)


def _committed(case: Case, folder: Path) -> str:
    """Commit what the history said before it was edited; give the commit's name."""
    repository = Repository(folder, folder / "migrations" / "versions")
    repository.git("init", "--quiet")
    case.write(OLD, folder, "driver://user:pass@localhost/nowhere")
    repository.git("add", ".")
    repository.git("commit", "--quiet", "--message", "what it said before")
    return repository.git("rev-parse", "HEAD")


def _choice(server: Server, folder: Path) -> str:
    """Write a server down as those that the sessions of Nox share; give what `--server` is to say."""
    path = folder / "server.json"
    path.write_text(json.dumps({"server": shared.written(server)}), encoding="utf-8")
    return f"{shared.PREFIX}{path}"


@contextmanager
def _settings(case: Case, server: Server | None) -> Iterator[None]:
    """Give the server the sql_mode of a case for the time of this block."""
    mode = case.given.get("server", {}).get("sql_mode")
    if not mode or server is None:
        yield
        return
    administer(server, f"SET GLOBAL sql_mode = '{mode}'")
    try:
        yield
    finally:
        administer(server, "SET GLOBAL sql_mode = DEFAULT")


@contextmanager
def _modules_of_its_own() -> Iterator[None]:
    """Forget the modules of a case afterwards: another has modules of the same names."""
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name.endswith(_OWN_MODULES)]:
            del sys.modules[name]
