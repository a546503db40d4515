"""What the kit keeps between runs in the user's cache: folders that are there whole or not at all.

A folder is made beside its place and moved there in one step, so that two runs at once, an interrupt or a full disk
never leave half of one. What was damaged since is made anew.
"""

from __future__ import annotations

import math
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from migkit.caches import folder
from migkit.errors import ServerError
from migkit.model import Event
from migkit.servers import owners
from migkit.servers.events import OnEvent

_NEW = ".new-"
SEAL = ".whole"  # how many files and bytes the folder held when it was made
_DAY = 24 * 60 * 60
_OPEN = 0o755  # a server that root starts runs as another user, who must be able to read its programs

Make = Callable[[Path], None]


@contextmanager
def kept(
    name: str, make: Make, *, on_event: OnEvent, works: Callable[[Path], bool] = bool, days: float = math.inf
) -> Iterator[Path]:
    """Give the folder `name` of the cache for this block, made by `make(empty folder)` where it is not there whole.

    It is made anew when it does not work (any more), and after so many days; then the old one is good enough where
    that fails. Where the cache cannot be written it is made for this block only. What `make` raises is passed on;
    ServerError where the disk is full.
    """
    place = folder() / name
    good = whole(place) and works(place)
    if good and time.time() - (place / SEAL).stat().st_mtime < days * _DAY:
        yield place
        return
    reason = _writable(place.parent)
    if not reason:
        yield _renewed(place, make, good=good)
    elif good:
        yield place
    else:
        on_event(Event("log", f"the cache {place.parent} cannot be used ({reason}): it is done for this run only"))
        with tempfile.TemporaryDirectory(prefix="migkit-", ignore_cleanup_errors=True) as made:
            Path(made).chmod(_OPEN)
            yield _made(Path(made), make)


def whole(place: Path) -> bool:
    """Whether a folder is there with as many files and bytes as when it was made."""
    with suppress(OSError):
        return (place / SEAL).read_text(encoding="utf-8") == _contents(place)
    return False


def _writable(parent: Path) -> str:
    """Give the reason why nothing can be written there, or ""."""
    try:
        parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=parent):
            return ""
    except OSError as error:
        return error.strerror or type(error).__name__


def _renewed(place: Path, make: Make, *, good: bool) -> Path:
    _sweep(place.parent)
    before = _mark(place)
    try:
        return _moved(_made(place.parent, make), place, before)
    except ServerError:
        if not good:
            raise
        (place / SEAL).touch()  # asked again after as many days
        return place


def _made(parent: Path, make: Make) -> Path:
    new = Path(tempfile.mkdtemp(prefix=_NEW, dir=parent))
    try:
        new.chmod(_OPEN)
        owners.write(new)
        content = new / "content"
        content.mkdir()
        make(content)
        (content / SEAL).write_text(_contents(content), encoding="utf-8")
    except OSError as error:
        shutil.rmtree(new, ignore_errors=True)
        raise ServerError(
            f"{parent} cannot be filled: {error.strerror or error}", remedy=f"make room on the disk of {parent}"
        ) from error
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    return content


def _moved(content: Path, place: Path, before: tuple[int, int] | None) -> Path:
    """Move a folder into its place; what another run has put there meanwhile is as good, and may be in use."""
    try:
        with suppress(OSError):
            if before and _mark(place) == before:
                place.rename(content.parent / "before")
            content.rename(place)
    finally:
        shutil.rmtree(content.parent, ignore_errors=True)
    if not whole(place):
        raise ServerError(f"{place} cannot be written", remedy=f"remove {place}")
    return place


def _mark(place: Path) -> tuple[int, int] | None:
    """Tell one folder from another of the same name; None is none."""
    with suppress(OSError):
        found = place.stat()
        return found.st_ino, found.st_ctime_ns
    return None


def _sweep(parent: Path) -> None:
    """Remove what killed runs left half-made."""
    for left in parent.glob(f"{_NEW}*"):
        found = owners.read(left)
        if found and owners.state(found[0]) == "dead":
            shutil.rmtree(left, ignore_errors=True)


def _contents(place: Path) -> str:
    files = [path for path in place.rglob("*") if path.name != SEAL and path.is_file() and not path.is_symlink()]
    return f"{len(files)} files, {sum(path.stat().st_size for path in files)} bytes\n"
