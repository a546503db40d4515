"""The text of an upgrade or a downgrade of a development database."""

from __future__ import annotations

from migkit.model import Report
from migkit.render.page import Page

_SIGNS = {"upgrade": "↑", "downgrade": "↓"}


def developed(report: Report, page: Page) -> None:
    """Say which database, from where to where, and each revision on the way."""
    facts = report.facts
    page.line((f"{report.schema} · {report.command} to {facts['to']} · {facts['database']}", "bold"))
    page.line(f"from {_heads(facts['before'])}")
    for one in facts["applied"]:
        page.line((_SIGNS[report.command], "green"), f" {one['revision']}  {one['title']}", indent=2)
    if not facts["applied"]:
        page.line("nothing to do", indent=2)
    page.line(f"stands at {_heads(facts['current'])}")


def _heads(heads: list[str]) -> str:
    return ", ".join(heads) or "an empty history"
