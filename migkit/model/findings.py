"""What is found: findings with a severity, and the verdicts of a round trip."""

from __future__ import annotations

from enum import IntEnum, StrEnum

from migkit.values import dataclass


class Severity(IntEnum):
    """How grave a finding is; ordered, so that `>=` compares."""

    note = 1
    warning = 2
    error = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found, with one thing to do about it.

    `column` and `end_column` (behind the last character) count from 1 in characters of `line`, whose text is `source`.
    """

    rule: str
    severity: Severity
    message: str
    remedy: str = ""
    path: str | None = None
    line: int | None = None
    revision: str | None = None
    object: str | None = None
    column: int | None = None
    end_column: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: `ok` is None for what is absent and need not be there.

    `severity` is that of the finding which a check that is not ok becomes.
    """

    check: str
    ok: bool | None
    message: str
    remedy: str = ""
    severity: Severity = Severity.error
    rule: str = "doctor"


class Verdict(StrEnum):
    """What a round trip says of a revision, worst first (docs/cli.md)."""

    upgrade_fails = "upgrade-fails"
    downgrade_fails = "downgrade-fails"
    reupgrade_fails = "reupgrade-fails"
    data_lost = "data-lost"
    schema_differs = "schema-differs"
    reupgrade_differs = "reupgrade-differs"
    order_differs = "order-differs"
    irreversible = "irreversible"
    ok = "ok"

    @property
    def severity(self) -> Severity | None:
        """The severity of a finding with this verdict; None for ok."""
        if self is Verdict.ok:
            return None
        return Severity.note if self in (Verdict.order_differs, Verdict.irreversible) else Severity.error
