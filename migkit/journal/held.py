"""What the open transactions of a release hold: by session, the statements whose mark is still to be put in."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from migkit.model.release import Entry
from migkit.values import dataclass

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


@dataclass(slots=True)
class Held:
    """What a session's open transaction holds: answers without a mark (`waiting`), and numbers that have one."""

    connection: Connection
    waiting: list[Entry] = field(default_factory=list)
    marked: list[int] = field(default_factory=list)
