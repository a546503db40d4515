"""By what a proof is found again: hashes of a revision with all that stands below it, and of a catalogue."""

from __future__ import annotations

from collections.abc import Iterable

from migkit import hashes
from migkit.model import CatalogObject, Revision, Snapshot


def keys(revisions: Iterable[Revision]) -> dict[str, str]:
    """Give a hash of each revision: of its file's text, and of the keys of its parents and of what it depends on.

    So it changes with any text below it, and stays whatever is added beside or above. `revisions` are a whole history,
    in any order; a file that is gone, or a parent that is not among them, has no key.
    """
    found: dict[str, str] = {}
    left = list(revisions)
    while left:
        still = [one for one in left if not _add(one, found)]
        if len(still) == len(left):
            break
        left = still
    return found


def _add(one: Revision, found: dict[str, str]) -> bool:
    below = [*one.parents, *one.depends_on]
    if not all(each in found for each in below) or not one.path.is_file():
        return False
    text = hashes.text(one.path.read_bytes())
    parents, needed = ([found[each] for each in side] for side in (one.parents, one.depends_on))
    found[one.id] = hashes.together((one.id, text, *parents, "", *needed))
    return True


def catalogue(snapshot: Snapshot) -> str:
    """Give the hash of a catalogue; equal exactly where the objects, their definitions and their order are."""
    return hashes.together(part for one in ordered(snapshot) for part in _parts(one))


def ordered(snapshot: Snapshot) -> list[CatalogObject]:
    """Give the objects in an order that is the same wherever they were read: by owner, and what it owns by position."""
    every = snapshot.objects.values()
    return sorted(every, key=lambda one: (one.owner or one.name, bool(one.owner), one.kind, one.position, one.name))


def _parts(one: CatalogObject) -> tuple[str, ...]:
    return one.kind, one.name, one.owner, str(one.position), one.definition
