"""Which line of a revision's file is being executed."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType


class Frames:
    """Finds the line of a file on the stack; remembers where the files of frames are."""

    def __init__(self) -> None:
        self._resolved: dict[str, Path] = {}

    def line(self, path: Path | None) -> int | None:
        """Give the line of `path` that is being executed, the innermost one; None where none of it is."""
        frame: FrameType | None = sys._getframe(1) if path else None
        while frame is not None:
            name = frame.f_code.co_filename
            if name not in self._resolved:
                self._resolved[name] = Path(name).resolve()
            if self._resolved[name] == path:
                return frame.f_lineno
            frame = frame.f_back
        return None
