"""A revision file as source: what it says, and what its operations and its SQL do to a schema. Nothing of it is run.

`read` gives a Script whatever the bytes are: what is no Python has a `problem`.
"""

from __future__ import annotations

from pathlib import Path

from migkit.model.script import Problem, Script
from migkit.product import Family

LARGEST = 4_000_000  # bytes of a file that is read


def read(path: Path, source: bytes, family: Family) -> Script:
    """Read a revision file's bytes, its SQL in the dialect of `family`; never raises for what stands in it."""
    del family
    return Script(path, problem=Problem(f"{len(source)} bytes are not read yet"))
