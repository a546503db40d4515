"""A stage's repository as a team has it, with git and proofs, and the program there as an operator types it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from migkit.model.release import Fate, StatementFate, Unfinished
from migkit.servers import login
from tests.git_repository import _ENV as GIT
from tests.server.faults.judging import Judge
from tests.server.faults.launching import ROOT, Release, surroundings
from tests.server.faults.stage import NAME, Stage
from tests.server.releasing import ENV, PROGRAM

RELEASE = ("prod", "--confirm", f"yes, {NAME}")
_proofs: dict[str, dict[str, str]] = {}


def furnish(stage: Stage) -> None:
    """Let the repository be one that the gate lets through: committed, and proved on this server, once for each."""
    (stage.folder / "schema/migrations/env.py").write_text(ENV, encoding="utf-8")
    (stage.folder / ".gitignore").write_text("journal/\n__pycache__/\n", encoding="utf-8")
    proofs, family = stage.folder / "proofs" / NAME, stage.server.engine.name
    if family not in _proofs:
        here = login.address(stage.server).render_as_string(hide_password=False)
        typed(stage, "roundtrip", "--write-proof", "--server", here)
        _proofs[family] = {one.name: one.read_text(encoding="utf-8") for one in proofs.iterdir()}
    proofs.mkdir(parents=True, exist_ok=True)
    for name, text in _proofs[family].items():
        (proofs / name).write_text(text, encoding="utf-8")
    for words in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-q", "-m", "schema")):
        subprocess.run(["git", *words], cwd=stage.folder, env={**os.environ, **GIT}, check=True, timeout=60)


def typed(stage: Stage, *words: str, code: int = 0) -> str:
    """Run the program, which ends with this exit code; give what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words],
        cwd=stage.folder,
        env={**surroundings(), "PYTHONPATH": str(ROOT), **stage.environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == code, f"{words} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def begun(judge: Judge, *words: str, stops: Sequence[str] = ()) -> Release:
    """Begin to run the program in a process that is there already, which can be stopped at points."""
    return judge.launch.start(
        "tests.server.faults.calls:program",
        *stops,
        folder=judge.stage.folder,
        environment=judge.stage.environment,
        words=words,
    )


def ended(judge: Judge, *words: str, code: int = 0) -> str:
    """Run the program as `begun` does; give what it printed."""
    release = begun(judge, *words)
    ending, printed = release.ends(), release.output.read_text(encoding="utf-8")
    assert ending.answer == code, f"{words} ended with {ending.answer} {ending.traceback}\n{printed}"
    return printed


def unfinished(judge: Judge, code: int) -> tuple[Unfinished, ...]:
    """Give what `migkit status` says is unfinished."""
    (target,) = json.loads(ended(judge, "status", "--format", "json", code=code))["targets"]
    return tuple(_unfinished(one) for one in target["unfinished"])


def _unfinished(one: dict[str, Any]) -> Unfinished:
    statements = tuple(
        StatementFate(each["number"], each["hash"], each["sql"], Fate(each["fate"]), each["why"])
        for each in one["statements"]
    )
    return Unfinished(one["run"], one["revision"], one["direction"], "", one["session"], statements)
