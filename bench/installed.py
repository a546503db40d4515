"""Makes the kit's own code as an installation leaves it, before it is measured beside what is installed."""

from __future__ import annotations

import compileall
from pathlib import Path

import migkit


def compiled() -> None:
    """Write the byte code of the kit's modules, as an installer does; without it each process compiles them anew."""
    if not compileall.compile_dir(Path(migkit.__file__).parent, quiet=1):
        raise SystemExit("the kit's modules cannot be compiled")
