"""What differs between two snapshots: owns the meaning of "the same catalogue". Pure."""

from __future__ import annotations

from collections.abc import Iterator

from migkit.model import CatalogObject, Difference, Snapshot

_OWNERS = ("table", "view")
_WIDTH = 160


def compare(before: Snapshot, after: Snapshot) -> tuple[Difference, ...]:
    """Give what differs, sorted by object and kind; () where the catalogues are the same.

    A table or view that stands on one side only is one Difference: what it owns there is left out (`owned`
    lists it). Objects of one owner and kind that only stand in another order give one Difference of kind
    "order"; positions themselves mean nothing, so that a gap left by a dropped column is none.
    """
    if before is after or before.objects == after.objects:
        return ()
    found = [*_only(before, after), *_changed(before, after), *_reordered(before, after)]
    return tuple(sorted(found, key=lambda one: (one.object, one.kind, one.before or "", one.after or "")))


def owned(snapshot: Snapshot, owner: str) -> tuple[CatalogObject, ...]:
    """Give the objects that belong to a table or view, by kind, position and name."""
    children = (one for one in snapshot.objects.values() if one.owner == owner)
    return tuple(sorted(children, key=lambda one: (one.kind, one.position, one.name)))


def describe(difference: Difference) -> str:
    """Say a difference in one line of text; long definitions are cut around the first place that differs."""
    before, after = _line(difference.before), _line(difference.after)
    if before is None:
        return f"{difference.kind} {difference.object} is new: {_window(after or '', 0)}"
    if after is None:
        return f"{difference.kind} {difference.object} is gone: was {_window(before, 0)}"
    start = next((i for i, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), -1)
    start = min(len(before), len(after)) if start < 0 else start
    subject = f"order in {difference.object}" if difference.order_only else f"{difference.kind} {difference.object}"
    return f"{subject}: was {_window(before, start)}, is {_window(after, start)}"


def _only(before: Snapshot, after: Snapshot) -> Iterator[Difference]:
    """Objects that stand on one side, without what belongs to a table or view of that side alone."""
    for here, there, gone in ((before, after, True), (after, before, False)):
        alone = {key: here.objects[key] for key in here.objects.keys() - there.objects.keys()}
        lonely_owners = {name for kind, name in alone if kind in _OWNERS}
        for key, one in alone.items():
            if one.owner in lonely_owners and key[0] not in _OWNERS:
                continue
            text = one.definition
            yield Difference(one.name, one.kind, text if gone else None, None if gone else text)


def _changed(before: Snapshot, after: Snapshot) -> Iterator[Difference]:
    """Objects of both sides whose definition, or failing that whose owner, differs."""
    for key, was in before.objects.items():
        now = after.objects.get(key)
        if now is None or now is was:
            continue
        if was.definition != now.definition:
            yield Difference(was.name, was.kind, was.definition, now.definition)
        elif was.owner != now.owner:
            texts = (f"{one.definition} of {one.owner or 'no table'}" for one in (was, now))
            yield Difference(was.name, was.kind, next(texts), next(texts))


def _reordered(before: Snapshot, after: Snapshot) -> Iterator[Difference]:
    """Owners whose objects of one kind, as far as both sides have them, stand in another order."""
    moved: set[tuple[str, str]] = set()
    for key, was in before.objects.items():
        now = after.objects.get(key)
        if now is not None and now.owner == was.owner and now.position != was.position:
            moved.add((was.owner, was.kind))
    if not moved:
        return
    groups: dict[tuple[str, str], list[tuple[CatalogObject, CatalogObject]]] = {}
    for key, was in before.objects.items():
        now = after.objects.get(key)
        group = (was.owner, was.kind)
        if group in moved and now is not None and now.owner == was.owner and was.position and now.position:
            groups.setdefault(group, []).append((was, now))
    for (owner, kind), pairs in groups.items():
        texts = [_order([pair[side] for pair in pairs], owner) for side in (0, 1)]
        if texts[0] != texts[1]:
            yield Difference(owner or kind, "order", texts[0], texts[1], order_only=True)


def _order(objects: list[CatalogObject], owner: str) -> str:
    """Names in their order, without the owner's."""
    prefix = f"{owner}."
    ordered = sorted(objects, key=lambda one: (one.position, one.name))
    return ", ".join(one.name.removeprefix(prefix) for one in ordered)


def _line(text: str | None) -> str | None:
    """Fold line breaks and runs of blanks."""
    return None if text is None else " ".join(text.split())


def _window(text: str, start: int) -> str:
    """At most `_WIDTH` characters that show position `start`."""
    if len(text) <= _WIDTH:
        return text or "(empty)"
    begin = 0 if start < _WIDTH // 2 else min(start - _WIDTH // 4, len(text) - _WIDTH)
    begin = max(begin, 0)
    end = begin + _WIDTH
    return ("…" if begin else "") + text[begin:end] + ("…" if end < len(text) else "")
