"""The title of a merge: it names what it merges, as far as the schema's rules leave room (pure)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from migkit.model import TitleRules
from migkit.title.words import snake

_LEAST = 12  # characters of a title that still say something
_SHORT = 8  # characters of an id that still tell it apart


def merge_title(heads: Mapping[str, str], rules: TitleRules) -> str:
    """Give the title of a merge of `heads`, their titles by id: `merge_a_and_b`, or a sentence where titles are that.

    Each title is cut at a word where all of them do not fit; where that leaves too little of them, ids stand instead,
    and where those do not fit either, their number.
    """
    sentence = rules.form == "sentence"
    space = " " if sentence else "_"
    names = [_plain(title) if sentence else snake(title) for _, title in sorted(heads.items())]
    ids = [ident[:_SHORT] for ident in sorted(heads)]
    first = "Merge" if sentence and all(name[:1].isupper() for name in names) else "merge"
    room = rules.max_length - len(_joined(first, [""] * len(names), space))
    shared = _shared([len(name) for name in names], room)
    cut = [_cut(name, size, space) for name, size in zip(names, shared, strict=True)]
    if all(cut) and all(size >= min(_LEAST, len(name)) for name, size in zip(names, shared, strict=True)):
        return _joined(first, cut, space)
    by_id = _joined(first, ids, space)
    return by_id if len(by_id) <= rules.max_length else space.join((first, str(len(heads)), "heads"))


def _plain(title: str) -> str:
    """Give the title on one line, without what would end or escape the string that it stands in."""
    return " ".join(re.sub(r'["\\]', "", title).split())


def _joined(first: str, names: Sequence[str], space: str) -> str:
    return space.join((first, f"{space}and{space}".join(names)))


def _shared(lengths: Sequence[int], room: int) -> list[int]:
    """Share the room: what is shorter than its share leaves the rest to the others."""
    given = [0] * len(lengths)
    waiting = sorted(range(len(lengths)), key=lambda place: lengths[place])
    while waiting:
        share = max(room, 0) // len(waiting)
        place = waiting.pop(0)
        given[place] = min(lengths[place], share)
        room -= given[place]
    return given


def _cut(name: str, size: int, space: str) -> str:
    """Cut at the last word that is whole, if there is one."""
    if len(name) <= size:
        return name
    whole = name[: size + 1].rpartition(space)[0]
    return whole or name[:size]
