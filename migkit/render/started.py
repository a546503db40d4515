"""The text of what `init` found and wrote."""

from __future__ import annotations

from typing import Any

from migkit.model import Report, Severity
from migkit.render.page import Page

_SAID = {"new": "written", "changed": "changed", "kept": "as it should be", "left": "left alone"}
_MARKS = {Severity.error: ("✗", "bold red"), Severity.warning: ("!", "yellow"), Severity.note: ("·", "dim")}


def started(report: Report, page: Page) -> None:
    """Write each schema with what speaks for its keys, what is not certain, the files, and what comes next."""
    facts = report.facts
    for number, schema in enumerate(facts["schemas"]):
        if number:
            page.line()
        _schema(schema, page, new=facts["new"])
    if not facts["schemas"]:
        page.line(f"every history here is configured in {facts['configuration']}")
    page.line()
    page.table(["file", ""], [[file["path"], _SAID[file["action"]]] for file in facts["files"]])
    for finding in report.findings:
        mark, style = _MARKS[finding.severity]
        page.line()
        where = f"{finding.object}: " if finding.object else ""
        page.line((f"{mark} {where}", style), finding.message)
        if finding.line:
            page.line(f"{finding.path}:{finding.line}", indent=2)
        first, *rest = finding.remedy.rstrip("\n").split("\n")
        page.line(("to do:", "bold"), f" {first}", indent=2)
        page.block("\n".join(rest), indent=4)
    page.line()
    page.line(("Next steps", "bold"))
    for number, step in enumerate(facts["next_steps"], 1):
        page.line(f"{number}. {step}", indent=2)


def _schema(schema: dict[str, Any], page: Page, *, new: bool) -> None:
    heads = ", ".join(schema["heads"])
    told = "a new history" if new else f"{schema['revisions']} revisions{f', head {heads}' if heads else ''}"
    page.line((schema["schema"], "bold"), f" · {schema['ini']} · {told}")
    rows = [[f"  {key['key']}", _value(key["value"]), key["because"]] for key in schema["keys"] if key["because"]]
    page.table(["  key", "value", "because"], rows)
    titles = schema["titles"]
    for name in ("actions", "items"):
        if titles[name]:
            page.line(
                f"{name} in use: {', '.join(f'{word} {count}' for word, count in titles[name].items())}", indent=2
            )
    if titles["others"]:
        page.line(f"titles that do not follow: {', '.join(titles['others'])}", indent=2)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(map(str, value.values()))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
