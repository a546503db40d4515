"""What a run leaves beside the journal: its whole report, as JSON for programs and as text for people."""

from __future__ import annotations

import os
from pathlib import Path

from migkit.errors import TargetError
from migkit.journal.file import made_folder, safe


def place(folder: Path, run: str) -> Path:
    """Say where the text of a run's record is kept."""
    return folder / f"{safe(run)}.txt"


def written(folder: Path, run: str, *, json: str, text: str) -> Path:
    """Write `<run>.json` and `<run>.txt` into the journal's folder, for this user alone; give the path of the text.

    Raises TargetError where that cannot be done.
    """
    path = place(folder, run)
    try:
        made_folder(folder)
        for one, content in ((path.with_suffix(".json"), json), (path, text)):
            handle = os.open(one, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
                file.write(content)
                file.flush()
                os.fsync(handle)
    except OSError as error:
        said = f"the record of the run {run} cannot be written to {folder}: {error.strerror}"
        raise TargetError(said, remedy="make room there, or let this user write it", path=folder) from None
    return path
