"""One folder under two names: where a schema's folder is inside a service, and the same path on either side (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from migkit.values import dataclass

_BEFORE, _AFTER = r"(?<![\w/.:@-])", r"(?=/|$|[\s'\",:;)`])"


@dataclass(frozen=True, slots=True)
class Sides:
    """A folder that two sides share: `here` on this machine, `inside` a service; the same where both are ""."""

    here: str
    inside: str

    def there(self, value: Any) -> Any:
        """Give JSON's own values with each path below the folder as the service knows it."""
        return _translated(value, self.here, self.inside)

    def back(self, value: Any) -> Any:
        """Give what came from the service with each path as this machine knows it."""
        return _translated(value, self.inside, self.here)


SAME = Sides("", "")


def shared(directory: Path, mounts: Iterable[tuple[str, str]], configured: str) -> Sides | None:
    """Give the folder that the machine and the service share and that holds `directory`; None where there is none.

    `configured` is where the service has `directory`, "" where that is to be found among its `mounts`: pairs of a
    folder of the machine and one of the service.
    """
    if configured:
        return Sides(str(directory), str(PurePosixPath(configured)))
    real = directory.resolve()
    found = [(Path(source).resolve(), there) for source, there in mounts if real.is_relative_to(Path(source).resolve())]
    if not found:
        return None
    source, there = max(found, key=lambda pair: len(pair[0].parts))
    if real == directory:
        return Sides(str(source), there)
    return Sides(str(directory), str(PurePosixPath(there, *real.relative_to(source).parts)))


def _translated(value: Any, old: str, new: str) -> Any:
    if old == new:
        return value
    if isinstance(value, str):
        return re.sub(f"{_BEFORE}{re.escape(old)}{_AFTER}", lambda _match: new, value)
    if isinstance(value, list):
        return [_translated(each, old, new) for each in value]
    if isinstance(value, dict):
        return {key: _translated(each, old, new) for key, each in value.items()}
    return value
