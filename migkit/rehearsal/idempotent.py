"""Whether an upgrade may run again on its own result: it must not fail, and must change neither catalogue nor rows."""

from __future__ import annotations

from migkit.alembic_io.driver import Plan
from migkit.errors import StepFailed
from migkit.judge import said, upgrade_line
from migkit.model import Finding, Severity
from migkit.rehearsal.differing import blame, differs, objects, told
from migkit.rehearsal.stage import Stage

Word = tuple[str, tuple[Finding, ...]]
_GUARD = "guard what it does, so that a rerun passes over what is there: `--style ops` writes guarded operations"


def rerun(stage: Stage, severity: Severity) -> Plan[Word]:
    """Take the upgrade again with the version table put back; give ok, fails or differs, with what was found.

    An upgrade that sent nothing to the database has nothing to repeat.
    """
    if not stage.sent:
        return "ok", ()
    came = yield from stage.rerun()
    if isinstance(came, StepFailed):
        return "fails", (_failed(stage, came, severity),)
    parts = differs(stage.after, came)
    if parts:
        what = f"run again on its own result, the upgrade changes it: {told(parts)}"
        return "differs", (_finding(stage, "rerun-differs", severity, what, objects(stage.after, came)),)
    return "ok", ()


def _failed(stage: Stage, failure: StepFailed, severity: Severity) -> Finding:
    what = f"run again on its own result, {said(failure)}"
    return _finding(stage, "rerun-fails", severity, what, (), failure.line)


def _finding(
    stage: Stage, rule: str, severity: Severity, what: str, objects: tuple[str, ...], line: int | None = None
) -> Finding:
    revision = stage.revision
    where = line or blame(stage.sent, objects, upgrade_line(revision))
    return Finding(
        rule, severity, what, _GUARD, str(revision.path), where, revision.id, objects[0] if objects else None
    )
