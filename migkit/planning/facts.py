"""A plan as plain JSON values, without the passwords that its statements set (pure)."""

from __future__ import annotations

from typing import Any

from migkit.address import masked_text
from migkit.model import Finding
from migkit.model.release import Plan, PlannedRevision, PlannedStatement, Precondition


def facts(plan: Plan) -> dict[str, Any]:
    """Give what a report says of a plan: `pending` revisions, where they lead `to`, and the `digest` of it all."""
    return {
        "pending": [_revision(one) for one in plan.revisions],
        "to": list(plan.to),
        "digest": plan.digest,
    }


def _revision(one: PlannedRevision) -> dict[str, Any]:
    return {
        "revision": one.revision.id,
        "title": one.revision.title,
        "direction": one.direction,
        "text": one.text,
        "unknown": masked_text(one.unknown),
        "statements": [_statement(each) for each in one.statements],
        "findings": [_finding(each) for each in one.findings],
    }


def _statement(one: PlannedStatement) -> dict[str, Any]:
    return {
        "number": one.number,
        "sql": masked_text(one.sql),
        "line": one.line,
        "table": one.table,
        "rows": one.rows,
        "bytes": one.bytes,
        "blocks": one.blocks,
        "applied": one.applied,
        "findings": [_finding(each) for each in one.findings],
        "preconditions": [_precondition(each) for each in one.preconditions],
    }


def _precondition(one: Precondition) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "table": one.table,
        "ok": one.ok,
        "count": one.count,
        "message": masked_text(one.message),
        "query": one.query,
        "sample": list(one.sample),
    }


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "severity": one.severity.name,
        "message": masked_text(one.message),
        "remedy": one.remedy,
        "path": one.path,
        "line": one.line,
    }
