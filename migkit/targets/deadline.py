"""The time that all looks at the network have together."""

from __future__ import annotations

import time


class Deadline:
    """Counts down `seconds` from when it was made, whatever the clock on the wall does."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Give the seconds that are left, 0 when it is over."""
        return max(0.0, self._end - time.monotonic())
