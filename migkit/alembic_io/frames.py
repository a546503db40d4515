"""Which line of a revision's file is being executed."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import FrameType


class Frames:
    """Finds the line of a file on the stack; remembers where the files of frames are."""

    def __init__(self) -> None:
        self._resolved: dict[str, str] = {}

    def line(self, path: Path | None) -> int | None:
        """Give the line of `path`, which is resolved, that is being executed, the innermost one; None where none is."""
        frame: FrameType | None = sys._getframe(1) if path else None
        wanted = str(path)
        while frame is not None:
            name = frame.f_code.co_filename
            if name == wanted or self._where(name) == wanted:
                return frame.f_lineno
            frame = frame.f_back
        return None

    def _where(self, name: str) -> str:
        if name not in self._resolved:
            self._resolved[name] = os.path.realpath(name)
        return self._resolved[name]
