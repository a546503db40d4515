"""What lint keeps between runs in the user's cache: the findings of the last run.

They are found by a hash of everything that they follow from, the kit's own code included. What cannot be kept, or is
damaged, is made anew without a word: the cache saves time and decides nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import migkit
from migkit import caches

# whose change changes what is found
_CODE = ("lint", "reading", "sql", "inspection", "model", "engines", "title", "squawk")
_MODULES = ("graph", "ids", "branching", "product", "errors", "check", "values")
LARGE = 64_000_000  # bytes of a kept file that is still read


def digest(*parts: object) -> str:
    """Give a hash of parts, each of which has a text that says all of it."""
    made = hashlib.sha256()
    for part in parts:
        one = part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogatepass")
        made.update(b"%d:" % len(one))
        made.update(one)
    return made.hexdigest()


def code() -> str:
    """Give a hash that changes with the kit's own code and its Python."""
    top = Path(migkit.__file__).parent
    files = [Path(entry) for folder in _CODE for entry in sorted(_python(top / folder))]
    files += [top / f"{name}.py" for name in _MODULES]
    found = find_spec("sqlglot")  # reads what the kit's own grammar does not know
    files += [Path(found.origin).with_name("_version.py")] if found and found.origin else []
    return digest(sys.version, *(f"{path} {_stamp(path)}" for path in files))


def folder(*, use: bool = True) -> Path | None:
    """Give the folder of lint in the kit's cache, None where there is to be none, or none can be made."""
    if not use:
        return None
    with suppress(OSError, RuntimeError):  # RuntimeError: nobody's home is known
        place = caches.folder() / "lint"
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        return place if place.stat().st_uid == os.geteuid() else None  # what another user wrote is not trusted
    return None


def recalled(folder: Path | None, name: str, key: str) -> Any:
    """Give what was kept under a name, where it follows from the same; None otherwise."""
    if folder is None:
        return None
    try:
        with (folder / f"{name}.json").open("rb") as opened:
            kept = json.loads(opened.read(LARGE))
    except (OSError, ValueError):
        return None
    return kept.get("value") if isinstance(kept, dict) and kept.get("key") == key else None


def keep(folder: Path | None, name: str, key: str, value: Any) -> None:
    """Keep a value under a name, in the place of what was there."""
    if folder is not None:
        written(folder / f"{name}.json", json.dumps({"key": key, "value": value}).encode())


def written(path: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all, whoever writes it at the same time."""
    with suppress(OSError):
        number, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(number, "wb") as opened:
                opened.write(content)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise


def _python(folder: Path) -> Iterable[str]:
    return (os.path.join(root, name) for root, _, names in os.walk(folder) for name in names if name.endswith(".py"))  # noqa: PTH118  # a stat each is all the time there is


def _stamp(path: Path) -> str:
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{found.st_size} {found.st_mtime_ns}"
