"""The values that an enum lacks, each where it belongs (pure)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from migkit.model import Enum, EnumValue


def added(part: Enum, present: Collection[str]) -> Iterator[EnumValue]:
    """Give the values that are not `present`, first to last; one with no present value behind it needs no place."""
    for place, value in enumerate(part.values):
        if value in present:
            continue
        following = next((one for one in part.values[place:] if one in present), "")
        before = part.values[place - 1] if place else ""
        yield EnumValue(part.name, value, after=before if following else "", before="" if before else following)
