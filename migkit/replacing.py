"""A file put in the place of another at once: nobody reads half of it, and what somebody else wrote there stays."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from stat import S_IMODE

from migkit.errors import ConfigError


def put(path: Path, content: bytes, *, was: bytes | None = None) -> None:
    """Write a file, whole or not at all, with the mode and the owner of the one that was there, or of its folder.

    Raises ConfigError where `was` is given and the file says something else by now, and OSError.
    """
    if was is not None and path.read_bytes() != was:
        raise ConfigError(f"{path} was edited meanwhile", remedy="run it again", path=path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # no *.py: Alembic passes it over
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        there = path.stat() if path.exists() else None
        beside.chmod(S_IMODE(there.st_mode) if there else 0o666 & ~_umask())
        owner = there or path.parent.stat()
        with suppress(OSError):  # only root can: in a container it would leave the file to root
            os.chown(beside, owner.st_uid, owner.st_gid)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
