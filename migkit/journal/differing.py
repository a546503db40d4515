"""How an object differs from what it was before a statement, in a few words (pure)."""

from __future__ import annotations

import hashlib

_LONGEST = 8_000  # characters of a definition that are written down; of a longer one, its hash
_SHOWN = 3  # lines of a difference that are said


def kept(text: str) -> str:
    """Give what is written down of a definition."""
    if len(text) <= _LONGEST:
        return text
    return f"sha256 {hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()}"


def differs(name: str, before: str | None, now: str | None) -> str:
    """Say how an object is not what it was; "" where it is."""
    if before == now:
        return ""
    if before is None:
        return f"{name} is there now, and was not"
    if now is None:
        return f"{name} was there, and is no more"
    said = [*_lines("has now", now, before), *_lines("has no more", before, now)]
    return f"{name} {', '.join(said)}" if said else f"{name} is another one now"


def _lines(what: str, text: str, other: str) -> list[str]:
    there = {line.strip().rstrip(",") for line in other.splitlines()}
    new = [line.strip().rstrip(",") for line in text.splitlines()]
    found = [line for line in new if line and line not in there]
    more = [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    return [f"{what} {'; '.join(found[:_SHOWN] + more)}"] if found else []
