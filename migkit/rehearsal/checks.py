"""The checks of one revision at a time, in the order in which each leaves most for the next."""

from __future__ import annotations

import time
from dataclasses import replace

from migkit.alembic_io.driver import Plan
from migkit.errors import StepFailed
from migkit.judge import said, upgrade_line
from migkit.model import Finding, Severity, Verdict
from migkit.model.rehearsal import Order, RevisionRehearsal
from migkit.privileges import Privileges
from migkit.rehearsal import effects
from migkit.rehearsal.crash import crashed
from migkit.rehearsal.idempotent import rerun
from migkit.rehearsal.policy import Rule
from migkit.rehearsal.stage import Stage
from migkit.remarks import refusal
from migkit.remedies import admitting, remedy

One = tuple[RevisionRehearsal, tuple[Finding, ...]]
_ALONE = "with rows in place; without them it passes: "


class Checks:
    """Makes the checks that were ordered of whatever revision stands on stage; `idempotent` is the schema's policy."""

    def __init__(self, order: Order, idempotent: Rule, privileges: Privileges) -> None:
        self._order = order
        self._earlier = {one.path: one.text for one in order.earlier}
        self._idempotent = idempotent
        self._privileges = privileges

    def of(self, stage: Stage) -> Plan[One]:
        """Make the checks of one revision."""
        began = time.perf_counter()
        one, findings = yield from self._of(stage)
        findings += self._privileges.finding(stage.revision)
        return replace(one, seconds=round(time.perf_counter() - began, 6)), findings

    def _of(self, stage: Stage) -> Plan[One]:
        revision = stage.revision
        one = RevisionRehearsal(revision.id, revision.title, str(revision.path), statements=len(stage.sent))
        findings: tuple[Finding, ...] = ()
        if stage.failure is not None:
            findings = (_upgrade_fails(stage, stage.failure),)
            if not stage.fails_with_rows:
                return replace(one, upgrade="fails"), findings
            one = replace(one, upgrade="fails-with-rows")
        if stage.refusal is not None:
            findings = (refusal(revision, stage.refusal),)
        if self._makes("idempotent", stage):
            word, found = yield from rerun(stage, self._idempotent.severity(revision))
            one, findings = replace(one, idempotent=word), findings + found
        if self._makes("crash", stage):
            text = self._earlier.get(str(revision.path))
            cuts, found = yield from crashed(stage, text, required=self._idempotent.required(revision))
            one, findings = replace(one, crash=cuts), findings + found
        if self._makes("effects", stage) and not (stage.failure or stage.refusal):  # which stands here without rows
            found = effects.findings(revision, stage.sent, stage.before, stage.after)
            differs = any(finding.severity > Severity.note for finding in found)
            one, findings = replace(one, effects="differs" if differs else "ok"), findings + found
        return one, findings

    def _makes(self, check: str, stage: Stage) -> bool:
        if check not in self._order.checks:
            return False
        return self._order.asked or check != "idempotent" or not self._idempotent.off(stage.revision)


def _upgrade_fails(stage: Stage, failure: StepFailed) -> Finding:
    revision, alone = stage.revision, stage.fails_with_rows
    return Finding(
        "upgrade-fails",
        Severity.error,
        f"{_ALONE if alone else ''}{said(failure)}",
        admitting(failure.message) if alone else remedy(Verdict.upgrade_fails, (), failure.message),
        str(revision.path),
        failure.line or upgrade_line(revision),
        revision.id,
    )
