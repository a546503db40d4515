"""What is written: new files, and files to which something is added, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

from migkit.errors import ConfigError
from migkit.replacing import put
from migkit.starting.configuration import read
from migkit.values import dataclass

Action = Literal["new", "changed", "kept", "left"]


@dataclass(frozen=True, slots=True)
class File:
    """A file, and what becomes of it: new, changed, kept because it needs nothing, or left alone.

    `text` is the whole of it afterwards. `add` is what a file that is left alone lacks, for its owner to add.
    """

    path: Path
    action: Action
    text: str = ""
    add: str = ""


def whole(path: Path, text: str, *, force: bool) -> File:
    """Plan a file that is the kit's alone: one that is there with another text is left, unless `force`."""
    if not path.exists():
        return File(path, "new", text)
    if _text(path) == text:
        return File(path, "kept")
    return File(path, "changed", text) if force else File(path, "left")


def extended(path: Path, now: str, add: str, *, force: bool) -> File:
    """Plan a file that is the team's: with `force` it becomes `now`, which has what to `add`; else it is left."""
    return File(path, "changed", now) if force else File(path, "left", add=add)


def write(files: Iterable[File]) -> None:
    """Write what is new or changed. Raises ConfigError where one cannot be written, and then none has been."""
    undone: list[tuple[Path, bytes | None]] = []
    folders: list[Path] = []
    wanted = [file for file in files if file.action in ("new", "changed")]
    try:
        for file in wanted:
            path = file.path.resolve()  # a link stays one
            try:
                folders += _made(path.parent)
                before = path.read_bytes() if path.exists() else None
                undone.append((path, before))
                put(path, file.text.encode("utf-8"), was=before)
            except OSError as error:
                text = f"{file.path} cannot be written: {error.strerror or error}"
                raise ConfigError(f"{text}; nothing was changed", remedy="make it writable", path=file.path) from error
    except BaseException:
        _undo(undone, folders)
        raise


def _text(path: Path) -> str | None:
    try:
        return read(path)
    except (OSError, UnicodeDecodeError):
        return None


def _made(folder: Path) -> list[Path]:
    """Make a folder and those above it; gives those that were not there."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return list(reversed(missing))


def _undo(undone: Sequence[tuple[Path, bytes | None]], folders: Sequence[Path]) -> None:
    for path, before in reversed(undone):
        with suppress(OSError):
            if before is None:
                path.unlink(missing_ok=True)
            elif path.read_bytes() != before:
                put(path, before)
    for folder in reversed(folders):
        with suppress(OSError):
            folder.rmdir()
