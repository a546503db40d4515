"""One thing to do about a verdict, from what differs (pure)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from migkit.model import Difference, Engine, Loss, Verdict

_GENERAL: Mapping[Verdict, str] = {
    Verdict.upgrade_fails: "mend the upgrade: it fails on this server",
    Verdict.downgrade_fails: 'mend the downgrade, or declare `irreversible = "reason"` in the revision',
    Verdict.reupgrade_fails: "let the downgrade remove what the upgrade makes",
    Verdict.data_lost: "let the downgrade keep the rows that stood before the upgrade",
    Verdict.schema_differs: "let the downgrade restore what the upgrade changed",
    Verdict.reupgrade_differs: "let the upgrade do the same thing each time",
    Verdict.order_differs: "give the column its place back (AFTER …), if the order matters to you",
}
# MySQL's and MariaDB's error codes, PostgreSQL's words
_DENIED = re.compile(
    r"\((?:1044|1142|1143|1227|1370|1419),|permission denied (?:for|to)|must be (?:owner|superuser)", re.IGNORECASE
)
_UNFINISHED = re.compile(r"failed: Unfinished: ([^\n]+)")
_EXTENSION = re.compile(r'permission denied to create extension "([^"]+)"')
# MySQL's and MariaDB's error codes, the classes of PostgreSQL's drivers, SQLite's words
_ROWS = (
    (
        r"\(1062,|UniqueViolation|UNIQUE constraint failed",
        "merge or delete the duplicates before, in the revision itself",
    ),
    (
        r"\((?:1138|1265|1048),|NotNullViolation|NOT NULL constraint failed",
        "fill the NULLs before, in the revision itself",
    ),
    (
        r"\((?:1452|1451|1216|1217),|ForeignKeyViolation|FOREIGN KEY constraint failed",
        "delete the rows that refer to nothing before, or give them what they refer to",
    ),
    (
        r"\((?:3819|4025),|CheckViolation|CHECK constraint failed",
        "mend the rows that the check refuses before, in the revision itself",
    ),
    (
        r"\((?:1406|1264|1366|1292|1690),|StringDataRightTruncation|NumericValueOutOfRange|InvalidTextRepresentation",
        "see to the values that do not fit the new type before, in the revision itself",
    ),
)
_REFUSED = (Verdict.upgrade_fails, Verdict.downgrade_fails, Verdict.reupgrade_fails)
_BY_DIFFERENCE = (Verdict.schema_differs, Verdict.reupgrade_fails)


def remedy(verdict: Verdict, differences: Sequence[Difference], message: str = "") -> str:
    """Give the remedy for a verdict; where the downgrade left something, it names the first object.

    `message` is what the verdict says: a server's refusal for want of a privilege may be the test's fault.
    """
    unfinished = _UNFINISHED.search(message)
    if verdict in _REFUSED and unfinished:
        return unfinished[1]
    if verdict in _REFUSED and _DENIED.search(message):
        declared = "mend it: production's login may not do this; if it may, name its privilege in `server.privileges`"
        return extension(message) or declared
    real = [difference for difference in differences if not difference.order_only]
    if verdict not in _BY_DIFFERENCE or not real:
        return _GENERAL.get(verdict, "")
    first = real[0]
    what = f"the {first.kind} {first.object}"
    rest = f", and {len(real) - 1} more" if len(real) > 1 else ""
    if first.before is None:
        return f"in downgrade(), drop {what}{rest}"
    if first.after is None:
        return f"in downgrade(), give {what} back{rest}"
    return f"in downgrade(), make {what} what it was{rest}"


def admitting(message: str) -> str:
    """Give the remedy for an upgrade that fails on rows alone, from what the server said of them."""
    found = (told for pattern, told in _ROWS if re.search(pattern, message))
    return next(found, "let it deal with the rows that are there")


def keeping(loss: Loss) -> str:
    """Give the remedy for data that is lost."""
    what = f"the rows of {loss.table}" if loss.column is None else f"the values of {loss.table}.{loss.column}"
    if loss.by == "upgrade":
        return f"let the upgrade keep {what}: what it cannot keep in place, in a table or column beside"
    return f"let the {'downgrade' if loss.by == 'downgrade' else 'upgrade and the downgrade'} keep {what}"


def extension(message: str) -> str:
    """Give the remedy for an extension that only a superuser may create; "" where `message` speaks of none."""
    found = _EXTENSION.search(message)
    return f'let the superuser create it before: server = {{ extensions = ["{found[1]}"] }}' if found else ""


def wanted(engine: Engine, kind: str) -> str:
    """Say how the wanted engine is had instead of one that stood in for it, on a server of that kind."""
    if kind == "url":
        return f"give --server the URL of a server of {engine.name}"
    if kind == "docker":
        return f'name an image of it: images = {{ "{engine.name}" = "IMAGE" }}'
    return f"start Docker: there the kit takes {engine.name} itself"
