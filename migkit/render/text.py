"""Text for people: what was found, to which object, where, and one thing to do.

One module beside this one for each kind of report: created.py, merged.py, checked.py (doctor), judged.py (round trips),
listed.py.
"""

from __future__ import annotations

from migkit.errors import MigkitError
from migkit.model import Report, Severity
from migkit.render.created import created
from migkit.render.visible import visible

RED = "\x1b[31m"
BOLD = "\x1b[1m"
PLAIN = "\x1b[0m"


def report(report: Report, *, fail_on: Severity = Severity.error, color: bool = False, width: int = 0) -> str:
    """Give the report as text, ending in a line break; `width` 0 is unlimited."""
    if report.command == "create":
        return created(report)
    if report.command == "merge":
        from migkit.render.merged import merged

        return merged(report)
    from migkit.render.page import Page

    page = Page(color=color, width=width)
    if report.command == "migrations":
        from migkit.render.matrix import matrix

        matrix(report, page)
    elif report.command in ("schemas", "images"):
        from migkit.render.listed import listed

        listed(report, page)
    elif report.command in ("upgrade", "downgrade"):
        from migkit.render.developed import developed

        developed(report, page)
    elif report.command == "init":
        from migkit.render.started import started

        started(report, page)
    elif report.command == "doctor":
        from migkit.render.checked import checked

        checked(report, page, fail_on)
    else:
        from migkit.render.judged import judged

        judged(report, page, fail_on)
    return page.text()


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
