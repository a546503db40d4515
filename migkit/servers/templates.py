"""Data directories, initialised once for each installation and kept in the user's cache: a start only copies one."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

from migkit import caches
from migkit.errors import ServerError
from migkit.model import Event
from migkit.product import Place
from migkit.servers import cache, order
from migkit.servers.events import OnEvent
from migkit.servers.order import Order

_BLOCK = 2**18
_ZEROS = bytes(_BLOCK)


def fill(asked: Order, on_event: OnEvent) -> bool:
    """Fill the order's data directory, making the template where there is none; give whether there was one.

    Raises ServerError where the programs refuse, or where there is no room.
    """

    def make(content: Path) -> None:
        initialise(asked, on_event)
        data = order.place(asked).data
        _copy(data, content, asked.native.personal)
        shutil.rmtree(data.parent)

    stood = cache.whole(_place(asked))
    with cache.kept(_name(asked), make, on_event=on_event) as template:
        _place_copy(template, asked)
    return stood


def initialise(asked: Order, on_event: OnEvent) -> None:
    """Fill the order's data directory without a template. Raises ServerError where the programs refuse."""
    on_event(Event("start", f"initialising a data directory of {asked.title}"))
    shutil.rmtree(order.place(asked).folder, ignore_errors=True)
    asked.handed_over(_empty(asked).parent)
    for command in asked.native.prepare(asked.installation, order.place(asked), asked.settings):
        asked.run(command)


def discard(asked: Order) -> None:
    """Throw the template away; the next start makes one."""
    shutil.rmtree(_place(asked), ignore_errors=True)


def _place(asked: Order) -> Path:
    return caches.folder() / _name(asked)


def _name(asked: Order) -> str:
    """Name a template by all that went into it: another build of the same version may make another one."""
    found = asked.installation
    commands = asked.native.prepare(found, Place(Path("/")), asked.settings)
    programs = [(str(path), path.stat().st_mtime_ns) for path in {Path(command.args[0]) for command in commands}]
    made_of = json.dumps([programs, [command.args for command in commands], [command.after for command in commands]])
    digest = hashlib.sha256(made_of.encode()).hexdigest()[:12]
    product = found.identity.product.lower().replace(" ", "-")
    return f"templates/{product}-{found.identity.version}-{digest}"


def _place_copy(template: Path, asked: Order) -> None:
    data = order.place(asked).data
    try:
        _copy(template, _empty(asked), (cache.SEAL,))
        data.chmod(0o700)
        asked.handed_over(data.parent)
    except (OSError, shutil.Error) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ServerError(
            f"{data} cannot be filled: {said}", remedy=f"make room on the disk of {asked.folder.parent}"
        ) from error


def _empty(asked: Order) -> Path:
    """Make the data directory, in a folder that is private too: the server's log of changes stands beside it."""
    place = order.place(asked)
    place.folder.mkdir(mode=0o700)
    place.data.mkdir(mode=0o700)
    return place.data


def _copy(source: Path, target: Path, without: tuple[str, ...]) -> None:
    ignored = shutil.ignore_patterns(*without)
    shutil.copytree(source, target, dirs_exist_ok=True, ignore=ignored, copy_function=_sparse)


def _sparse(source: str, target: str) -> None:
    """Copy a file and leave out its zeros, of which a new data directory mostly consists."""
    with Path(source).open("rb", buffering=0) as read, Path(target).open("xb", buffering=0) as written:
        while block := read.read(_BLOCK):
            if block == _ZEROS[: len(block)]:
                os.lseek(written.fileno(), len(block), os.SEEK_CUR)
            else:
                _write(written.fileno(), block)
        written.truncate()
    shutil.copymode(source, target)


def _write(number: int, block: bytes) -> None:
    """Write the whole block: on a disk that fills up the first write may take a part of it."""
    while block:
        block = block[os.write(number, block) :]
