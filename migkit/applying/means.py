"""What a release works with while it is applied."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from migkit.alembic_io.releasing import ReleaseDriver
from migkit.applying.stopping import Stop
from migkit.applying.watching import Watcher
from migkit.journal import Journal
from migkit.model import Event
from migkit.model.release import Run
from migkit.targets import Declared
from migkit.values import dataclass

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

PAUSES = (1.0, 2.0, 4.0)  # seconds before a statement, or a revision, is tried again


@dataclass(frozen=True, slots=True)
class Means:
    """`own` is the kit's own session, which has the lock; `pauses` are those between the tries for one."""

    found: Declared
    run: Run
    driver: ReleaseDriver
    own: Connection
    journal: Journal
    stop: Stop
    watcher: Watcher
    tell: Callable[[Event], None]
    pauses: tuple[float, ...] = PAUSES
