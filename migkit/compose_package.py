"""The kit itself as a zip that a service's Python runs from memory: nothing is installed or written there."""

from __future__ import annotations

import base64
import importlib.util
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

from migkit.foreign import CARRIED

_DRIVERS = ("pymysql", "psycopg", "typing_extensions")  # Python alone; typing_extensions is psycopg's
_OLDEST = (3, 11)
_TOO_OLD = {
    "kind": "configuration",
    "message": "its Python is %d.%d, and the kit needs 3.11 or newer",
    "remedy": "build the service on a newer Python, or name another one of it in `compose.python` of the schema",
}
_TOLD = json.dumps({"migkit": 1, "error": _TOO_OLD})
# understood by every Python, since the first thing that it says is whether this one is too old
BOOT = f"""
import sys
if sys.version_info < {_OLDEST}:
    print({_TOLD!r} % sys.version_info[:2])
    sys.exit(0)
import base64, os
package = base64.b64decode(sys.stdin.buffer.readline())
memory = os.memfd_create("migkit")
while package:
    package = package[os.write(memory, package):]
place = "/proc/self/fd/%d" % memory
sys.path[:] = [place, *[path for path in sys.path if path], place + "/migkit/{CARRIED}"]
sys.dont_write_bytecode = True
from migkit.agent import main
main()
"""


def package() -> str:
    """Give the zip as one line of text, as BOOT reads it."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in _files():
            archive.writestr(zipfile.ZipInfo(name), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return base64.b64encode(data.getvalue()).decode() + "\n"


def _files() -> Iterator[tuple[str, Path]]:
    for name in ("migkit", *_DRIVERS):
        root = _root(name)
        if root is None:
            continue
        below = "" if name == "migkit" else f"migkit/{CARRIED}/"
        found = sorted(root.rglob("*.py")) if root.is_dir() else [root]
        yield from ((f"{below}{path.relative_to(root.parent)}", path) for path in found)


def _root(name: str) -> Path | None:
    """Give a package's folder, or a module's file; None where it is not installed here."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin)
    return path.parent if path.name == "__init__.py" else path
