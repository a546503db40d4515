"""Numbers with what they count, and sizes, as people read them (pure)."""

from __future__ import annotations

_UNITS = ("bytes", "KB", "MB", "GB", "TB")
_THOUSAND = 1024


def counted(count: int, what: str) -> str:
    """Give a number with its noun."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def size(count: int, *, digits: int = 0) -> str:
    """Give a number of bytes."""
    left, unit = float(count), 0
    while left >= _THOUSAND and unit < len(_UNITS) - 1:
        left, unit = left / _THOUSAND, unit + 1
    return f"{left:.{digits}f} {_UNITS[unit]}"
