"""The text of a new revision. Without rich: creating one is to be as quick as Alembic itself."""

from __future__ import annotations

from migkit.model import Report

VPN = "PRODUCTION NEEDS THE VPN: CONNECT BEFORE YOU APPLY THIS REVISION THERE."


def created(report: Report) -> str:
    """Say what was found, what was written, and what comes next."""
    facts = report.facts
    found = {
        "schema": f"{report.schema}, in {facts['configuration']}",
        "database": f"{facts['database']}, on {report.engine['wanted']}",
        "directory": facts["directory"],
        "ini": facts["ini"],
        "url": _url(facts["url"], facts["url_env"]),
        "follows": facts["down_revision"] or "(nothing: it is the first revision)",
        "created": facts["path"],
    }
    lines = [f"{name:<11}{value}" for name, value in found.items()]
    steps = [f"  {number}. {step}" for number, step in enumerate(facts["next_steps"], 1)]
    return "\n".join([*lines, "", "Next steps", *steps, "", VPN, ""])


def _url(url: str, variable: str) -> str:
    told = url or "(the ini has none)"
    return f"{told}, but env.py reads ${variable}" if variable else told
