"""What a verb tells: a report at its end, events on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Literal

from migkit.model.catalogue import Difference
from migkit.model.findings import Finding, Severity, Verdict
from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of one revision's round trip."""

    upgrade: float = 0.0
    downgrade: float = 0.0
    snapshot: float = 0.0


@dataclass(frozen=True, slots=True)
class Loss:
    """Rows of a table that are gone, or with a `column` rows whose value in it is lost: `rows` of `of`, and by whom."""

    table: str
    column: str | None
    rows: int
    of: int
    by: Literal["upgrade", "downgrade", "both"]


@dataclass(frozen=True, slots=True)
class RevisionReport:
    """What a round trip says of one revision. `baseline`: the verdict is recorded as known."""

    revision: str
    title: str
    path: str
    verdict: Verdict
    baseline: bool = False
    objects: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    message: str = ""
    lost: tuple[Loss, ...] = ()
    seconds: Timing = Timing()


@dataclass(frozen=True, slots=True)
class Report:
    """What a verb found: findings decide the exit code, `facts` are the command's own JSON fields.

    `facts` holds plain JSON values; `revisions` stands apart because text renders it as a table. `known` are what the
    baseline accepts: they are none of the findings.
    """

    command: str
    schema: str = ""
    engine: Mapping[str, Any] = field(default_factory=dict)
    server: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    known: tuple[Finding, ...] = ()
    revisions: tuple[RevisionReport, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    def exit_code(self, fail_on: Severity) -> int:
        """0 when no finding is at or above `fail_on`, else 2."""
        return 2 if any(finding.severity >= fail_on for finding in self.findings) else 0


@dataclass(frozen=True, slots=True)
class Event:
    """Progress that a verb tells the task: `kind` is log, pull, wait, start, step, done, pause; `total` 0 if unknown.

    `pause` says that the operator is asked something next.
    """

    kind: str
    message: str
    done: int = 0
    total: int = 0
