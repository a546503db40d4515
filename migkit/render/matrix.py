"""The text of a matrix: one table, schema by engine, with the verdicts and seconds of each, and a line of sums."""

from __future__ import annotations

from collections import Counter

from migkit.model import Report
from migkit.render.page import Page

_HEAD = ("schema", "engine", "ran on", "result", "verdicts", "seconds")
_STYLE = {"passed": "green", "failed": "bold red", "error": "bold red"}


def matrix(report: Report, page: Page) -> None:
    """Write the table of a report of `matrix.summary`."""
    rows = report.facts["pairs"]
    page.table(
        _HEAD,
        [
            (
                row["schema"],
                row["engine"],
                row["server"] or "-",
                (row["result"], _STYLE[row["result"]]),
                row["verdicts"],
                f"{row['seconds']:.1f}" if row["seconds"] else "-",
            )
            for row in rows
        ],
    )
    counts = Counter(row["result"] for row in rows)
    told = ", ".join(f"{counts[result]} {result}" for result in _STYLE if counts[result])
    page.line()
    page.line(
        ("failed", "bold red") if report.findings else ("passed", "bold green"),
        f" · {_number(len(rows), 'pair')}: {told} · {_number(report.facts['servers'], 'server')} shared",
        f" · {report.seconds:.1f} s",
    )


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
