"""The hashes by which a release knows again what it planned, sent and applied: hexadecimal SHA-256 (pure)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any


def text(source: bytes) -> str:
    """Give the hash of a revision's file; line ends and what follows the last one are no part of it."""
    return _of([source.replace(b"\r\n", b"\n").rstrip() + b"\n"])


def statement(sql: str, parameters: Any = None) -> str:
    """Give the hash of a statement as a driver is given it, with its parameters; blanks around it are no part of it."""
    told = repr(_plain(parameters) if parameters else None)
    return _of([sql.strip().encode("utf-8", "surrogatepass"), told.encode("utf-8", "replace")])


def _plain(value: Any) -> Any:
    """Give what a driver's own kinds of parameters hold: some are shown by where they are in memory."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(_plain, value)) if type(value) in (list, tuple) else value
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    for name in ("adapted", "obj"):  # psycopg2's Binary and Json, psycopg's Jsonb
        if hasattr(value, name):
            return (type(value).__name__, _plain(getattr(value, name)))
    return value


def together(parts: Iterable[str]) -> str:
    """Give one hash for several texts in their order."""
    return _of(part.encode("utf-8", "surrogatepass") for part in parts)


def _of(parts: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8, "big"))
        found.update(part)
    return found.hexdigest()
