"""What a walk over a history came to: the catalogue after each revision as a hash, the last one whole."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from migkit.catalog.portable import portable
from migkit.model import CatalogObject, Family, Revision, Snapshot
from migkit.proofs.keys import catalogue, keys, ordered
from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Ended:
    """Hashes by revision: `keys` of the whole history, `catalogues` of those that were walked.

    A revision has no catalogue where others, that are not below it, were applied before it: no database that stands
    there need be like that. `objects` are the catalogue after `head`, the last one of the history: both are empty where
    the walk did not get there, or there are several.
    """

    keys: tuple[tuple[str, str], ...]
    catalogues: tuple[tuple[str, str], ...]
    head: str
    objects: tuple[CatalogObject, ...]
    version_table: str
    version_schema: str | None


def ended(
    history: Sequence[Revision],
    snapshots: Sequence[Snapshot],
    family: Family,
    version_table: str,
    version_schema: str | None,
) -> Ended:
    """Give what a walk came to: `snapshots` are those after each of the first revisions of `history`."""
    walked = history[: len(snapshots)]
    below = _below(history)
    alone = [len(below[one.id]) == position for position, one in enumerate(walked, 1)]
    clean = [portable(one, family) if mine else None for one, mine in zip(snapshots, alone, strict=True)]
    hashed = zip(walked, clean, strict=True)
    whole = clean[-1] if clean and len(walked) == len(history) else None
    return Ended(
        tuple(sorted(keys(history).items())),
        tuple((one.id, catalogue(snapshot)) for one, snapshot in hashed if snapshot is not None),
        walked[-1].id if whole is not None else "",
        tuple(ordered(whole)) if whole is not None else (),
        version_table,
        version_schema,
    )


def _below(history: Sequence[Revision]) -> dict[str, Collection[str]]:
    """Give of each revision what a database that stands there has applied, itself included."""
    found: dict[str, Collection[str]] = {}
    for one in history:
        parents = [found[each] for each in (*one.parents, *one.depends_on) if each in found]
        found[one.id] = {one.id}.union(*parents)
    return found
