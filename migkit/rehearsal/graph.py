"""What is wrong with the graph that revision files form, as findings; the files are read as source, and not run."""

from __future__ import annotations

from collections.abc import Sequence

from migkit.alembic_io.graph import Entry
from migkit.alembic_io.source import said
from migkit.graph import Fault, faults
from migkit.model import Finding


def findings(entries: Sequence[Entry], schema: str) -> tuple[Finding, ...]:
    """Say what is wrong with the graph of a `schema`'s revision files; () for none, and for files that say no ids."""
    return tuple(_finding(one) for one in faults(sorted(entries, key=_age), schema))


def _age(entry: Entry) -> tuple[str, str]:
    """Order by the date in the docstring, where there is one, then by the file's name."""
    try:
        created = said(entry.path.read_text(encoding="utf-8", errors="replace")).created
    except (OSError, SyntaxError, ValueError):
        created = ""
    return created, str(entry.path)


def _finding(fault: Fault[Entry]) -> Finding:
    entry, message = fault.node, f"{fault.what}: {fault.why}"
    line = entry.lines.get(fault.word)
    return Finding(fault.rule, fault.severity, message, fault.remedy, str(entry.path), line, entry.id)
