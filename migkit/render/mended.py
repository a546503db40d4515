"""The text of a downgrade that was mended, or could not be. Without rich, as that of a new revision."""

from __future__ import annotations

from migkit.model import Report
from migkit.render.visible import visible


def mended(report: Report) -> str:
    """Say what the old downgrade left otherwise, what was done, and what comes next."""
    facts, server = report.facts, report.server
    lines = [
        f"{'schema':<11}{report.schema}",
        f"{'revision':<11}{facts['revision']}  {visible(facts['title'])}",
        f"{'path':<11}{facts['path']}",
        f"{'server':<11}{server['product']} {report.engine['version']} ({server['kind']})",
    ]
    if facts["differed"]:
        lines += ["", "The downgrade that was there:", *(f"  {visible(each)}" for each in facts["differed"])]
    lines += ["", _done(report)]
    for finding in report.findings:
        lines += ["", f"{finding.severity.name}: {finding.rule}: {visible(finding.message)}"]
        lines += [f"  to do: {visible(finding.remedy)}"] if finding.remedy else []
    if facts["next_steps"]:
        steps = [f"  {number}. {step}" for number, step in enumerate(facts["next_steps"], 1)]
        lines += ["", "Next steps", *steps]
    return "\n".join([*lines, ""])


def _done(report: Report) -> str:
    if report.facts["mended"]:
        return "The new downgrade is in the file; it was run, and restores the catalogue."
    if report.findings:
        return "The file is untouched."
    return "The downgrade restores the catalogue as it is: nothing was changed."
