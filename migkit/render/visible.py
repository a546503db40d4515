"""Text from a database or a file, made harmless for a terminal."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

_VISIBLE = {code: 0x2400 + code for code in range(32) if chr(code) not in "\t\n"} | {127: 0x2421}


def visible(text: str) -> str:
    """Give a text whose control characters cannot act on a terminal: ESC is shown as ␛."""
    return text.translate(_VISIBLE)


def cells(text: str) -> int:
    """Give how many columns of a terminal a text takes: two for a wide character, none for one that joins another."""
    return len(text) if text.isascii() else sum(map(_cells(), text))


def cut(text: str, room: int) -> str:
    """Give the beginning of a text that fits in so many columns."""
    if text.isascii():
        return text[:room]
    taken = accumulate(map(_cells(), text))
    return "".join(character for character, end in zip(text, taken, strict=True) if end <= room)


def _cells() -> Callable[[str], int]:
    """Give the function that measures a character; Unicode's tables are loaded where a text has more than ASCII."""
    from unicodedata import category, east_asian_width

    def measured(character: str) -> int:
        if category(character) in ("Mn", "Me", "Cf"):
            return 0
        return 2 if east_asian_width(character) in ("W", "F") else 1

    return measured
