"""The text of a new revision. Without rich: creating one is to be as quick as Alembic itself."""

from __future__ import annotations

from migkit.model import Finding, Report
from migkit.render.visible import visible

VPN = "PRODUCTION NEEDS THE VPN: CONNECT BEFORE YOU APPLY THIS REVISION THERE."


def created(report: Report) -> str:
    """Say what was found, what was written, and what comes next."""
    facts = report.facts
    if facts.get("nothing_to_do"):
        return "The models and the history agree: nothing was written.\n"
    found = {
        "schema": f"{report.schema}, in {facts['configuration']}",
        "database": f"{facts['database']}, on {report.engine['wanted']}",
        "directory": facts["directory"],
        "ini": facts["ini"],
        "url": _url(facts["url"], facts["url_env"]),
        "follows": facts["down_revision"] or "(nothing: it is the first revision)",
        "created": facts["path"],
        "body": _body(report),
    }
    lines = [f"{name:<11}{value}" for name, value in found.items()]
    told = [line for finding in report.findings for line in _finding(finding)]
    steps = [f"  {number}. {step}" for number, step in enumerate(facts["next_steps"], 1)]
    return "\n".join([*lines, *(["", *told] if told else []), "", "Next steps", *steps, "", VPN, ""])


def _url(url: str, variable: str) -> str:
    told = url or "(the ini has none)"
    return f"{told}, but env.py reads ${variable}" if variable else told


def _body(report: Report) -> str:
    """Say how much of the revision is written, and where it was tried."""
    facts, server = report.facts, report.server
    where = f"{server['product']} {report.engine['version']} ({server['kind']})" if server else ""
    if facts["open"]:
        return f"not finished: {', '.join(facts['open'])}"
    if facts["tried"]:
        return f"upgrade and downgrade, both run on {where}"
    return "upgrade and downgrade" + (f", held against {where}" if where else "")


def _finding(finding: Finding) -> list[str]:
    return [f"! {finding.rule}: {visible(finding.message)}", f"  to do: {visible(finding.remedy)}"]
