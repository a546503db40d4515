"""Mechanical ways out of what rules find: edits that leave the meaning of a file, or give it the one that was meant.

    place.py          a finding's place in the tree: the statement, its call, its literals
    locked.py         INSTANT with LOCK -> INSTANT
    colons.py         a colon that text() would take for a parameter -> an escaped one
    concurrently.py   an index on a table that is in use -> CONCURRENTLY, in an autocommit block
    twins.py          Alembic's operations -> their guarded twins of migkit.ops

Each gives None where it is not sure. They are asked with `--fix` alone, so that lint itself costs nothing for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from migkit.lint.fixes.colons import escaped
from migkit.lint.fixes.concurrently import apart, concurrently
from migkit.lint.fixes.locked import unlocked
from migkit.lint.fixes.place import Place
from migkit.lint.fixes.twins import guarded
from migkit.lint.rule import Fix, Found
from migkit.model.script import Span

Edits = tuple[tuple[int, int, str], ...]
FIXERS: Mapping[str, Callable[[Place, Span], Edits | None]] = {
    "instant-with-lock": unlocked,
    "text-bind-colon": escaped,
    "pg-index-concurrently": concurrently,
    "pg-concurrently-in-transaction": apart,
    "unguarded-ddl": guarded,
    "multi-ddl-revision": guarded,
}


def fix(rule: str, found: Found, place: Place | None) -> Fix | None:
    """Give the rule's own fix of what it found, or the one for such findings.

    `place` is None for a file without a tree. Edits are of the text as Python reads it: its lines end in line feeds.
    """
    if found.fix:
        return found.fix
    fixer = FIXERS.get(rule)
    edits = fixer(place, found.span) if fixer and place else None
    return Fix(edits) if edits else None
