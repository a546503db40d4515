"""Text from a database or a file, made harmless for a terminal."""

from __future__ import annotations

_VISIBLE = {code: 0x2400 + code for code in range(32) if chr(code) not in "\t\n"} | {127: 0x2421}


def visible(text: str) -> str:
    """Give a text whose control characters cannot act on a terminal: ESC is shown as ␛."""
    return text.translate(_VISIBLE)
