"""The text of a merge, or of a rebase. Without rich, as that of a new revision."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from migkit.model import Report
from migkit.render.visible import visible


def merged(report: Report) -> str:
    """Say which heads there were, what was written, or would be, and what comes next."""
    facts = report.facts
    lines = [f"{'schema':<11}{report.schema}, in {facts['configuration']}"]
    if len(facts["heads"]) == 1:
        lines += [f"{'head':<11}{_one(facts['heads'][0])}", "", "one head: nothing to merge, nothing written"]
    else:
        lines += [f"{'head':<11}{_one(head)}" for head in facts["heads"]]
        lines += _rebased(facts) if facts["rebased"] else _joined(facts)
    for finding in report.findings:
        lines += ["", f"{finding.severity.name}: {visible(finding.message)}", f"  to do: {visible(finding.remedy)}"]
    if facts["next_steps"]:
        steps = [f"  {number}. {step}" for number, step in enumerate(facts["next_steps"], 1)]
        lines += ["", "Next steps", *steps]
    return "\n".join([*lines, ""])


def _joined(facts: Any) -> Iterator[str]:
    yield f"{'title':<11}{visible(facts['title'])}"
    yield f"{'created':<11}{facts['path'] or '(nothing: --dry-run)'}"


def _rebased(facts: Any) -> Iterator[str]:
    told = facts["rebased"]
    yield f"{'onto':<11}{', '.join(told['onto'])}, of {told['branch']}"
    for one in told["targets"]:
        yield f"{'target':<11}{one['target']} stands at {', '.join(one['current']) or 'an empty history'}"
    yield f"{'new head':<11}{', '.join(told['head'])}"
    yield ""
    for one in told["changes"]:
        yield from map(visible, one["diff"].split("\n"))
        yield ""
    count = len(told["changes"])
    files = f"{count} file{'s'[count == 1 :]}"
    yield f"{files} would be edited; nothing written: --dry-run" if facts["dry_run"] else f"{files} edited"


def _one(head: Any) -> str:
    return f"{head['revision']}  {visible(head['title'])}"
