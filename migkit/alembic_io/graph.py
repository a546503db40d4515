"""The graph that revision files form, checked before Alembic sees it: what it only warns of is an error here."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from migkit.errors import HistoryError
from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A revision file as far as the graph goes.

    `depends_on` may name a branch, or the beginning of an id; `lines` is where each name is assigned.
    """

    id: str
    parents: tuple[str, ...]
    path: Path
    depends_on: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)


def check(entries: Sequence[Entry]) -> None:
    """Raise HistoryError for a duplicate id, naming both files, and for an unknown parent."""
    by_id: dict[str, Entry] = {}
    for entry in entries:
        other = by_id.setdefault(entry.id, entry)
        if other is not entry:
            raise HistoryError(
                f"revision id {entry.id} is used by two files: {other.path} and {entry.path}",
                remedy="give one of them a new id (and mend the down_revision that points at it)",
                path=entry.path,
                line=_line_of(entry.path, "revision"),
            )
    for entry in entries:
        for parent in entry.parents:
            if parent not in by_id:
                raise _unknown_parent(entry, parent, by_id)


def find(ident: str, ids: Sequence[str], key: str = "") -> str:
    """Give the one of `ids` that is `ident` or begins with it; HistoryError where none or several do.

    `key` names the key of the configuration that says `ident`, if one does.
    """
    found = [known for known in ids if known == ident] or [known for known in ids if known.startswith(ident)]
    if len(found) == 1:
        return found[0]
    near = get_close_matches(ident, ids, 1)
    reason = f"is ambiguous: {', '.join(found)}" if found else "is not in the history"
    raise HistoryError(
        f"{key}{': ' if key else ''}revision {ident} {reason}",
        remedy=f"did you mean {near[0]}?" if near else "see `alembic history`",
    )


def as_tuple(value: Any) -> tuple[str, ...]:
    """Give what Alembic takes as one id, several, or None."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _unknown_parent(entry: Entry, parent: str, known: Iterable[str]) -> HistoryError:
    near = get_close_matches(parent, list(known), 1)
    return HistoryError(
        f"revision {entry.id} names an unknown down_revision {parent}",
        remedy=f"did you mean {near[0]}?" if near else "add the missing file, or mend down_revision",
        path=entry.path,
        line=_line_of(entry.path, "down_revision"),
    )


def _line_of(path: Path, name: str) -> int | None:
    """Give the line on which a module-level name is assigned."""
    for node in ast.parse(path.read_bytes()).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(t, ast.Name) and t.id == name for t in targets):
            return node.lineno
    return None
