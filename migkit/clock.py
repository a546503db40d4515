"""Where the seconds of a round trip go, by revision."""

from __future__ import annotations

import time
from dataclasses import field

from migkit.alembic_io.driver import Step
from migkit.model import Timing
from migkit.values import dataclass


@dataclass(slots=True)
class Clock:
    """Seconds per revision: what the step took, and what reading the catalogue took."""

    upgrade: dict[str, float] = field(default_factory=dict)
    downgrade: dict[str, float] = field(default_factory=dict)
    snapshot: dict[str, float] = field(default_factory=dict)
    lap: float = field(default_factory=time.perf_counter)

    def start(self) -> None:
        """Begin a lap here."""
        self.lap = time.perf_counter()

    def step(self, step: Step) -> None:
        """Charge the time since the last lap to `step`."""
        now = time.perf_counter()
        laps = self.upgrade if step.direction == "upgrade" else self.downgrade
        laps.setdefault(step.revision.id, now - self.lap)
        self.lap = now

    def read(self, step: Step) -> None:
        """Charge the time since the last lap to the reading after `step`."""
        now = time.perf_counter()
        self.snapshot[step.revision.id] = self.snapshot.get(step.revision.id, 0.0) + now - self.lap
        self.lap = now

    def timing(self, revision: str) -> Timing:
        """Give the three figures of one revision."""
        laps = (self.upgrade, self.downgrade, self.snapshot)
        return Timing(*(round(lap.get(revision, 0.0), 6) for lap in laps))
