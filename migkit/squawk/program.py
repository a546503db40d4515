"""Which squawk is installed here, and what its answers follow from. Light: it is asked before every run."""

from __future__ import annotations

import os
import sys
from pathlib import Path

FAMILY = "postgresql"  # what it knows
_CONFIGURATION = ".squawk.toml"


def installed() -> str | None:
    """Give squawk's program: the one beside this Python, else the first of the PATH."""
    import shutil  # which most runs have no need of

    beside = str(Path(sys.executable).parent)
    return shutil.which("squawk", path=os.pathsep.join((beside, os.environ.get("PATH", os.defpath))))


def stamp(directory: Path) -> str:
    """Give a text that changes where squawk would answer otherwise: another program, another configuration of it.

    It looks for its configuration in the folder that it runs in, and in those above.
    """
    program = installed()
    if not program:
        return ""
    places = (folder / _CONFIGURATION for folder in (directory, *directory.parents))
    return " ".join((program, _changed(Path(program)), *(_changed(one) for one in places if one.is_file())))


def _changed(path: Path) -> str:
    said = path.stat()
    return f"{path} {said.st_size} {said.st_mtime_ns}"
