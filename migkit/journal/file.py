"""The journal's file: one line of JSON for each thing that happened, on the disk before anything goes on."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from migkit.errors import TargetError
from migkit.journal.lines import entry, line
from migkit.model import Target
from migkit.model.release import Entry, Kind

_UNSAFE = re.compile(r"[^\w.-]")
_IGNORED = "*\n"  # SQL with a target's own values is not to be committed by chance


def path(schema: str, target: Target) -> Path:
    """Give where the journal of a schema's target is."""
    return target.journal.folder / f"{safe(schema)}-{safe(target.name)}.jsonl"


def safe(name: str) -> str:
    """Give a name as a file may have it."""
    return _UNSAFE.sub("_", name)


def entries(schema: str, target: Target) -> tuple[Entry, ...]:
    """Read the journal of a schema's target, () where there is none; a line that was torn is passed over.

    Raises TargetError where a journal is there and cannot be read.
    """
    place = path(schema, target)
    try:
        text = place.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise _broken(place, "read", error, "let this user read it") from None
    read = tuple(one for one in map(entry, text.splitlines()) if one is not None)
    return _own(read, schema, target.name)


def _own(read: tuple[Entry, ...], schema: str, target: str) -> tuple[Entry, ...]:
    """Leave out runs of others: `a-b` and `c` have the file of `a` and `b-c`."""
    told = {one.run: one.facts for one in read if one.kind is Kind.run}
    others = {run for run, facts in told.items() if (facts.get("schema"), facts.get("target")) != (schema, target)}
    return tuple(one for one in read if one.run not in others)


class File:
    """The file, open for more lines; made by `opened`."""

    def __init__(self, place: Path, handle: int) -> None:
        self.path = place
        self._handle = handle

    def add(self, *told: Entry, synced: bool = True) -> None:
        """Write lines behind the others, and with `synced` come back when they are on the disk.

        Raises TargetError where that cannot be done; half a line is taken away again.
        """
        text = b"".join(map(line, told))
        size = os.fstat(self._handle).st_size
        try:
            _written(self._handle, text)
            if synced:
                _on_disk(self._handle)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(self._handle, size)
            raise _broken(self.path, "written", error, "make room there, or let this user write it") from None


@contextlib.contextmanager
def opened(place: Path) -> Iterator[File]:
    """Open the file for the time of this block, and make it where it is missing, for this user alone.

    Raises TargetError where that cannot be done.
    """
    try:
        handle = _handle(place)
    except OSError as error:
        raise _broken(place, "written", error, "set journal.folder of the target to a folder of yours") from None
    try:
        yield File(place, handle)
    finally:
        os.close(handle)


def _handle(place: Path) -> int:
    made_folder(place.parent)
    handle = os.open(place, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        size = os.fstat(handle).st_size
        if size and os.pread(handle, 1, size - 1) != b"\n":
            _written(handle, b"\n")  # a torn line stays what it is, and swallows no other one
        os.fsync(handle)
        _synced(place.parent)
    except BaseException:
        os.close(handle)
        raise
    return handle


def made_folder(folder: Path) -> None:
    """Make the folder where it is missing, for this user alone, and nothing in it for git. Raises OSError."""
    if folder.is_dir():
        return
    folder.mkdir(parents=True, mode=0o700, exist_ok=True)  # two runs may begin at once
    (folder / ".gitignore").write_text(_IGNORED, encoding="ascii")
    _synced(folder.parent)


def _synced(folder: Path) -> None:
    """Put the folder's own entries on the disk: a file that is synced may be lost with its name otherwise."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _on_disk(handle: int) -> None:
    """Wait until what was written is on the disk; the size goes with it, the time of the change need not."""
    getattr(os, "fdatasync", os.fsync)(handle)  # macOS has the second alone


def _written(handle: int, text: bytes) -> None:
    while text:
        text = text[os.write(handle, text) :]


def _broken(place: Path, what: str, error: OSError, remedy: str) -> TargetError:
    return TargetError(f"the journal {place} cannot be {what}: {error.strerror}", remedy=remedy, path=place)
