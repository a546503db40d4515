"""Entries as lines of JSON and back, and entries of a file and of a table put together (pure)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any

from migkit.model.release import Entry, Kind

_ALWAYS = frozenset({"run", "seq", "kind"})
_NAMES = tuple(field.name for field in fields(Entry))
_DEFAULTS = asdict(Entry("", 0, "", Kind.run))
_written = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), default=str).encode


def line(entry: Entry) -> bytes:
    """Give an entry as one line of JSON, with its end; what is empty is left out."""
    said = {name: getattr(entry, name) for name in _NAMES}
    kept = {name: value for name, value in said.items() if name in _ALWAYS or value != _DEFAULTS[name]}
    return _written(kept).encode("ascii") + b"\n"


def entry(line: bytes | str) -> Entry | None:
    """Give the entry back; None for what is none: a line that was torn, or one of a later version of the kit."""
    try:
        said = json.loads(line)
        return made(said) if isinstance(said, dict) else None
    except (ValueError, KeyError, TypeError):
        return None


def made(said: dict[str, Any]) -> Entry:
    """Make an entry of its fields; what it does not know is left out. Raises ValueError, KeyError, TypeError."""
    known = {name: said[name] for name in _NAMES if said.get(name) is not None}
    facts = known.get("facts") or {}
    if not isinstance(facts, dict):
        raise TypeError("the facts of an entry are an object")
    told = {"run": str(known["run"]), "seq": int(known["seq"]), "at": str(known.get("at", ""))}
    return Entry(**(known | told | {"kind": Kind(said["kind"]), "number": int(known.get("number", 0)), "facts": facts}))


def merged(*journals: Iterable[Entry]) -> tuple[Entry, ...]:
    """Put journals of one target together, in order; where two have the same line, the first one's is taken.

    Runs are ordered by their ids, since each is made to sort after those that were known when it began, and lines by
    their numbers: no clock is asked.
    """
    found: dict[tuple[str, int], Entry] = {}
    for journal in journals:
        for one in journal:
            found.setdefault((one.run, one.seq), one)
    return tuple(found[key] for key in sorted(found))
