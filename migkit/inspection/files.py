"""The revision files of a history as bytes: those that Alembic would load, each once, and why one cannot be read."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from migkit.inspection.locations import Locations
from migkit.values import dataclass

_LOADED = re.compile(r"(?!\.#|__init__)(.*\.py)$")
_MOST = 16_000_000  # bytes: far above what the reader takes for a revision
_DEEP = 40  # folders within folders: recursive_version_locations follows no symbolic link


@dataclass(frozen=True, slots=True)
class File:
    """A file: its bytes, of a huge one the beginning; or why there are none."""

    path: Path
    source: bytes = b""
    problem: str = ""


def files(place: Locations) -> tuple[File, ...]:
    """Read every revision file, by folder and name; one that two folders lead to is there once."""
    known: dict[str, None] = {}
    for folder in place.folders:
        for path in _listed(os.path.realpath(folder), recursive=place.recursive):
            known[path] = None
    return tuple(_read(Path(path)) for path in known)


def _listed(folder: str, *, recursive: bool) -> Iterator[str]:
    """Give the files that Alembic would load, as it lists them, links followed."""
    for root, folders, names in os.walk(folder):
        if root.endswith("__pycache__"):
            continue
        for name in sorted(names):
            if _LOADED.match(name):
                path = os.path.join(root, name)  # noqa: PTH118  # histories are long, and pathlib is slow
                yield os.path.realpath(path) if os.path.islink(path) else path  # noqa: PTH114  # the same
        if not recursive or root.count(os.sep) - folder.count(os.sep) > _DEEP:
            break
        folders.sort()


def _read(path: Path) -> File:
    """Read a file, but no pipe or device, which may never end."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return File(path, problem="it is no regular file")
        with path.open("rb") as opened:
            return File(path, opened.read(_MOST))
    except OSError as error:  # no permission, a link to nowhere or to itself
        return File(path, problem=error.strerror or str(error))
