"""Several names in one line of a check."""

from __future__ import annotations

from collections.abc import Iterable

_SHOWN = 5


def few(names: Iterable[str]) -> str:
    """Give the first of the names, each once, and how many more there are."""
    listed = list(dict.fromkeys(names))
    more = len(listed) - _SHOWN
    return ", ".join(listed[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
