"""Gives a job to a process of its own and hears what it tells: events, what user code prints, the answer."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from migkit import process, wire
from migkit.address import masked_text
from migkit.model import Event
from migkit.sides import SAME, Sides

# the kit that runs here, and not what the current folder or a variable would bring
HERE = (
    sys.executable,
    "-P",
    "-c",
    f"import sys; sys.path.append({str(Path(__file__).parents[1])!r}); from migkit.agent import main; main()",
)
_SECONDS = 24 * 3600
_KEPT = 40  # lines of what was printed, for a message


class NoAnswerError(Exception):
    """The process ended without an answer: `code` is how, `said` the end of what it printed."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(f"no answer, exit code {code}: {said}")
        self.code = code
        self.said = said


def delegate(
    job: Any,
    on_event: Callable[[Event], None],
    *,
    command: Sequence[str] = HERE,
    before: str = "",
    cwd: Path | None = None,
    sides: Sides = SAME,
) -> Any:
    """Give the answer to a job of `migkit.jobs`.

    `before` is what the command reads first, `sides` tells the paths of both sides apart. Raises the
    MigkitError that the job raised, NoAnswerError, and RuntimeError with the traceback of a bug.
    """
    told: list[Mapping[str, Any]] = []
    printed: list[str] = []

    def hear(line: str) -> None:
        value = _parsed(line)
        if value is None:
            listen(line)
        elif "event" in value:
            on_event(wire.decoded(Event, value["event"]))
        else:
            told.append(value)

    def listen(line: str) -> None:
        printed[:] = [*printed[1 - _KEPT :], masked_text(line)]
        on_event(Event("log", masked_text(line)))

    order = {"job": type(job).__name__, "with": sides.there(wire.encoded(job)), "foreign": bool(before)}
    say = before + json.dumps(order) + "\n"
    done = process.converse(command, say=say, on_out=hear, on_err=listen, timeout=_SECONDS, cwd=cwd)
    if not told:
        raise NoAnswerError(done.code, "\n".join([*printed, done.err]).strip())
    return _answer(sides.back(told[-1]), type(job))


def _parsed(line: str) -> dict[str, Any] | None:
    """Give what the agent told; None for a line that something else printed."""
    try:
        value = json.loads(line) if line.startswith('{"migkit"') else None
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _answer(value: Mapping[str, Any], kind: Any) -> Any:
    if "answer" in value:
        return wire.decoded(kind.answer, value["answer"])
    if "error" in value:
        raise wire.error_from(value["error"])
    raise RuntimeError(value["crash"])
