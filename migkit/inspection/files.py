"""The revision files of a history as bytes: those that Alembic would load, each once, and why one cannot be read."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from migkit.inspection.locations import Locations
from migkit.reading import LARGEST

_LOADED = re.compile(r"(?!\.#|__init__)(.*\.py)$")
_DEEP = 40  # folders within folders: recursive_version_locations follows no symbolic link


@dataclass(frozen=True, slots=True)
class File:
    """A file: its bytes, at most a few more than are ever read; or why there are none."""

    path: Path
    source: bytes = b""
    problem: str = ""


def files(place: Locations) -> tuple[File, ...]:
    """Read every revision file, by folder and name; one that two folders lead to is there once."""
    known: dict[Path, None] = {}
    for folder in place.folders:
        for path in _listed(folder, recursive=place.recursive):
            known[Path(os.path.realpath(path))] = None  # Path.resolve raises where links go in a circle
    return tuple(_read(path) for path in known)


def _listed(folder: Path, *, recursive: bool) -> Iterator[Path]:
    """Give the files that Alembic would load, as it lists them."""
    for root, folders, names in os.walk(folder):
        if root.endswith("__pycache__"):
            continue
        yield from (Path(root, name) for name in sorted(names) if _LOADED.match(name))
        if not recursive or Path(root).relative_to(folder).parts[_DEEP:]:
            break
        folders.sort()


def _read(path: Path) -> File:
    """Read a file, but no pipe or device, which may never end; a little more than the limit shows that it is above."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return File(path, problem="it is no regular file")
        with path.open("rb") as opened:
            return File(path, opened.read(LARGEST + 1))
    except OSError as error:  # no permission, a link to nowhere or to itself
        return File(path, problem=error.strerror or str(error))
