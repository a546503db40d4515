"""Revisions and directions."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from migkit.values import dataclass

Direction = Literal["upgrade", "downgrade"]
DIRECTIONS: tuple[Direction, ...] = ("upgrade", "downgrade")


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of a history. `parents` are its down_revisions, `irreversible` its declared reason or ""."""

    id: str
    title: str
    path: Path
    parents: tuple[str, ...]
    depends_on: tuple[str, ...] = ()
    irreversible: str = ""

    @property
    def is_merge(self) -> bool:
        """Whether it joins branches."""
        return len(self.parents) > 1
