"""Text for people: what was found, to which object, where, and one thing to do.

One module beside this one for each kind of report, which is loaded when there is one.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, cast

from migkit.errors import MigkitError
from migkit.model import Report, Severity
from migkit.render.visible import visible

RED = "\x1b[31m"
BOLD = "\x1b[1m"
PLAIN = "\x1b[0m"
# the module of each command: those without rich, as quick as Alembic itself; pages; and pages that judge
_PLAIN = {"create": "created", "revise": "created", "mend": "mended", "merge": "merged"}
_COLORED = {"lint": "linted"}  # the same, with colour
_PAGES = {
    "migrations": "matrix",
    "rehearse": "matrix",
    "schemas": "listed",
    "images": "listed",
    "upgrade": "developed",
    "downgrade": "developed",
    "init": "started",
    "rules": "explained",
}
_JUDGING = {  # whatever else there is: judged
    "doctor": "checked",
    "test": "rehearsed",
    "prod": "released",
    "rollback": "released",
    "drift": "drifted",
    "status": "standing",
    "plan": "planned",
}


def report(report: Report, *, fail_on: Severity = Severity.error, color: bool = False, width: int = 0) -> str:
    """Give the report as text, ending in a line break; `width` 0 is unlimited."""
    if report.command in _PLAIN:
        return str(_writer(_PLAIN[report.command])(report))
    if report.command in _COLORED:
        return str(_writer(_COLORED[report.command])(report, fail_on, color=color, width=width))
    from migkit.render.page import Page

    page = Page(color=color, width=width)
    if report.command in _PAGES:
        _writer(_PAGES[report.command])(report, page)
    else:
        _writer(_JUDGING.get(report.command, "judged"))(report, page, fail_on)
    return page.text()


def _writer(name: str) -> Callable[..., Any]:
    """Give the function of the module that is called as it is."""
    return cast("Callable[..., Any]", getattr(import_module(f"migkit.render.{name}"), name))


def failure(error: MigkitError, *, command: str, schema: str = "", color: bool = False) -> str:
    """Give an error in a few lines: the message, where it happened, what was printed, and what to do."""
    del command, schema
    red, bold, plain = (RED, BOLD, PLAIN) if color else ("", "", "")
    lines = [f"{red}error:{plain} {visible(error.message)}"]
    if error.path is not None and str(error.path) not in error.message and error.path.name not in error.message:
        lines.append(f"  at {error.path}{f':{error.line}' if error.line else ''}")
    elif error.line:
        lines.append(f"  at line {error.line}")
    for name, title in (("statement", "statement"), ("output", "printed"), ("log", "the end of the log")):
        text = visible(getattr(error, name, "").strip())
        lines += [f"  {title}:", *(f"    {line}" for line in text.splitlines())] if text else []
    if error.remedy:
        lines.append(f"  {bold}to do:{plain} {error.remedy}")
    return "\n".join(lines) + "\n"
