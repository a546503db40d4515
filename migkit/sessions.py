"""The Nox sessions that a team imports into its own noxfile: `from migkit.sessions import migrations, rehearse`.

One session for each schema on each of its engines, each in an environment of its own with the schema's
`requirements`. `nox -s migrations -- --schema NAME --engine ENGINE` narrows them; other words after `--` go on to
`migkit roundtrip`, respectively `migkit test`. Sessions that want the same server share one, a database for each, and
the run ends with one table.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from importlib import metadata
from inspect import signature
from pathlib import Path
from typing import Any

import nox

from migkit import config, engines, git, matrix
from migkit.errors import ConfigError, ServerError
from migkit.installed import requirement
from migkit.model import Project, Schema
from migkit.servers import sharing
from migkit.servers.request import Request

RUN = "MIGKIT_RUN"  # tells Nox's own child processes (`nox -j`) of the run: the process that began it, its folder
_SUMMARIES = ("text", "json", "github")  # the formats in which a table makes sense behind what the sessions print
_INTERRUPT_SECONDS, _TERMINATE_SECONDS = 10, 60  # to put away what was made: Nox itself gives half a second


def requirements(schema: Schema) -> tuple[str, ...]:
    """Give what pip installs for a schema: this very migkit, and the schema's own requirements."""
    checkout = Path(__file__).resolve().parent.parent
    is_checkout = (checkout / "pyproject.toml").is_file() and (checkout / "docker").is_dir()
    kit = str(checkout) if is_checkout else requirement(metadata.distribution("migkit"))
    return (kit, *schema.requirements)


def _pairs_asked_for() -> list[tuple[str, str]]:
    try:
        given = matrix.words(_posargs())
        return matrix.pairs(config.load(), given.schema, given.engine)
    except ConfigError as error:
        sys.exit(f"migkit: {error.message}\n  {error.remedy}")  # Nox shows a traceback of an import otherwise


def _posargs() -> list[str]:
    return sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []


def _folder() -> Path:
    """Join the run of the Nox process that started this one for a session of its own, or begin one."""
    owner, _, folder = os.environ.get(RUN, "").partition(":")
    if owner == str(os.getppid()) and Path(folder).is_dir():
        return Path(folder)
    made = sharing.opened(_conclude)
    os.environ[RUN] = f"{os.getpid()}:{made}"
    return made


def _conclude(folder: Path) -> None:
    """Print what all pairs came to, a table for each kind of session: the last that Nox shows."""
    from migkit.shell import Call, deliver

    outcomes = [_outcome(path) for path in sorted(folder.glob("*.outcome"))]
    wanted = matrix.words(_posargs())
    shape = wanted.format if wanted.format in _SUMMARIES and not wanted.output else "text"
    servers, seconds = sharing.count(folder), time.monotonic() - _BEGAN
    names = list(dict.fromkeys(outcome.session for outcome in outcomes))
    for name in names:
        own = [outcome for outcome in outcomes if outcome.session == name]
        sys.stdout.write(f"\n{name}\n" if shape == "text" and len(names) > 1 else "\n")
        deliver(Call(name, format=shape), matrix.summary(own, session=name, servers=servers, seconds=seconds))


def _outcome(path: Path) -> matrix.Outcome:
    report = path.with_suffix(".report")
    found = {"report": _json(report) if report.is_file() else {}}
    return matrix.Outcome(**_json(path) | found)


def _json(path: Path) -> dict[str, Any]:
    with suppress(ValueError):  # one that was killed while it wrote
        return dict(json.loads(path.read_text(encoding="utf-8")))
    return {}


_BEGAN = time.monotonic()
_PAIRS = _pairs_asked_for()
_FOLDER = _folder()
# what Nox runs in parallel has an environment of its own here, and databases of its own; older ones know no parallel
_PARALLEL: dict[str, Any] = {"allow_parallel": True} if "allow_parallel" in signature(nox.session).parameters else {}


_MATRIX = nox.parametrize("schema,engine", _PAIRS, ids=[f"{schema}, {engine}" for schema, engine in _PAIRS])
# a plain `nox` goes on doing what it did before there was a rehearsal; older ones know no default
_ASKED_FOR: dict[str, Any] = {"default": False} if "default" in signature(nox.session).parameters else {}


@nox.session(**_PARALLEL)
@_MATRIX
def migrations(session: nox.Session, schema: str, engine: str) -> None:
    """Round-trip a schema's history on one of its engines."""
    _run(session, "migrations", schema, engine)


@nox.session(**_PARALLEL, **_ASKED_FOR)
@_MATRIX
def rehearse(session: nox.Session, schema: str, engine: str) -> None:
    """Rehearse a schema's history on one of its engines."""
    _run(session, "rehearse", schema, engine)


def _run(session: nox.Session, name: str, schema: str, engine: str) -> None:
    """Run the verb of the session called `name` for one pair, and write down what becomes of it."""
    project = config.load()
    given = matrix.words(session.posargs)
    choice = given.server or os.environ.get("MIGKIT_SERVER", "") or "auto"
    if given.output:
        Path(given.output).mkdir(parents=True, exist_ok=True)
    with _recorded(name, schema, engine) as report, _server(session, project, schema, engine, choice) as serving:
        session.install(*requirements(project.schemas[schema]))
        session.run(
            "migkit",
            matrix.VERBS[name],
            *matrix.arguments((schema, engine), given, ci=os.environ.get("CI", ""), session=name),
            env={"MIGKIT_SERVER": serving(), "MIGKIT_REPORT": str(report)},  # Nox prints arguments, passwords and all
            interrupt_timeout=_INTERRUPT_SECONDS,
            terminate_timeout=_TERMINATE_SECONDS,
        )


@contextmanager
def _recorded(name: str, schema: str, engine: str) -> Iterator[Path]:
    """Write down what becomes of a pair; gives the file for the JSON of its verb."""
    path = _FOLDER / f"{name}-{_PAIRS.index((schema, engine)):04}.outcome"
    outcome = matrix.Outcome(schema, engine, {}, session=name)
    began = time.monotonic()
    try:
        yield path.with_suffix(".report")
        outcome = replace(outcome, passed=True, said="")
    except KeyboardInterrupt:
        outcome = replace(outcome, said="interrupted")
        raise
    except Exception as error:
        outcome = replace(outcome, said=f"the session failed: {error}")
        raise
    finally:
        seconds = time.monotonic() - began
        path.write_text(json.dumps(asdict(replace(outcome, seconds=seconds))), encoding="utf-8")


@contextmanager
def _server(
    session: nox.Session, project: Project, schema: str, engine: str, choice: str
) -> Iterator[Callable[[], str]]:
    """Start what the pair needs, while the block goes on; gives the function that waits for it and names it."""
    found = project.schemas[schema]
    if not matrix.shares(found, engine, choice) or not _any_to_judge(found, matrix.words(session.posargs).since):
        yield lambda: choice
        return
    wanted = Request(engines.parse(engine), found.server, choice, project.images)
    with sharing.lent(_FOLDER, wanted, session.log) as loan:

        def wait() -> str:
            try:
                return loan.choice()
            except ServerError as error:
                told = (error.message, error.log, error.remedy and f"to do: {error.remedy}")
                session.error("\n".join(text for text in told if text))

        yield wait


def _any_to_judge(schema: Schema, since: str) -> bool:
    """Whether a verb may have anything to judge; where it has nothing, it ends before it needs a server."""
    try:
        return not since or bool(git.changed_since(schema.directory, since))
    except ConfigError:
        return False
