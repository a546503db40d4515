"""How each file was read, kept between runs, so that one saved file costs one reading.

It is found by a hash of the file, and of the kit's own code. What is kept can hold nothing but the nouns of a script.
"""

from __future__ import annotations

import io
import pickle
from contextlib import suppress
from pathlib import Path
from typing import Any

from migkit.inspection.files import File
from migkit.inspection.store import LARGE, digest, written
from migkit.model import script
from migkit.model.script import Script
from migkit.product import Family

_KINDS = (frozenset, type(Path()), *(one for one in vars(script).values() if isinstance(one, type)))
_NOUNS = {(one.__module__, one.__qualname__): one for one in _KINDS}


class Readings:
    """How files were read, by what stands in them; `code` stands for what read them. Without a folder none is kept."""

    def __init__(self, folder: Path | None, name: str, code: str = "") -> None:
        self._place = folder / f"{name}.readings" if folder else None
        self._code = code
        self._known = _loaded(self._place) if self._place else {}
        self._now: dict[str, Script] = {}

    def get(self, file: File, family: Family) -> Script | None:
        """Give how a file was read, None where it is new."""
        key = self._key(file, family)
        known = self._known.get(key) or self._now.get(key)
        if known is not None:
            self._now[key] = known
        return known

    def put(self, file: File, family: Family, read: Script) -> None:
        """Remember how a file was read."""
        self._now[self._key(file, family)] = read

    def keep(self) -> None:
        """Keep what was asked for this time, where anything of it is new."""
        if self._place and not self._now.keys() <= self._known.keys():
            with suppress(RecursionError, pickle.PicklingError):
                written(self._place, pickle.dumps(self._now, pickle.HIGHEST_PROTOCOL))

    def _key(self, file: File, family: Family) -> str:
        return digest(self._code, family, file.path, file.source)


class _Nouns(pickle.Unpickler):
    """Makes nothing but what a Script consists of: a damaged file must not be able to call anything."""

    def find_class(self, module: str, name: str) -> Any:
        """Refuse every other name, dotted ones among them: `Path.unlink` is one for pickle."""
        try:
            return _NOUNS[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name}") from None


def _loaded(path: Path) -> dict[str, Script]:
    try:
        with path.open("rb") as opened:
            found = _Nouns(io.BytesIO(opened.read(LARGE))).load()
    except Exception:  # a damaged pickle raises whatever it likes
        return {}
    return found if isinstance(found, dict) else {}
