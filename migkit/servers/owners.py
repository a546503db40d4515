"""Whose a container or a data directory is: the process that made it, told from a later one with the same number.

A thing is written down with its owner's process, run, time and home. Whoever finds it later asks `state`.
"""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from migkit.servers import names
from migkit.values import dataclass

FILE = "owner.json"
SLACK = 60.0  # seconds by which a machine's clock may have been set between the writing and the asking
State = Literal["live", "dead", "elsewhere"]


@dataclass(frozen=True, slots=True)
class Owner:
    """A process: `started` is any time (seconds since 1970) from its start to when it made the thing.

    `home` is what shares its process numbers: a machine, and on Linux its namespace of processes ("" is this one).
    `born` is when it began, by no clock that anybody sets: the machine's start and the kernel's ticks since; "" where
    that is not known.
    """

    run: str
    pid: int
    started: float
    home: str = ""
    born: str = ""


def here() -> Owner:
    """Give this process, as of now."""
    return Owner(names.run(), os.getpid(), time.time(), home(), _born(os.getpid()))


@cache
def home() -> str:
    """Give what shares this process's numbers: in a container of its own they mean nothing to the machine's."""
    namespace = ""
    with suppress(OSError):
        namespace = str(Path("/proc/self/ns/pid").readlink())
    return f"{platform.node()} {namespace}".strip()


def write(folder: Path, **more: int | str) -> None:
    """Write this process down as the owner of a folder, with what else is to be known (`server_pid`); again to add."""
    written = folder / f".{FILE}"
    written.write_text(json.dumps(asdict(here()) | more), encoding="utf-8")
    written.replace(folder / FILE)


def read(folder: Path) -> tuple[Owner, Mapping[str, Any]] | None:
    """Give the owner of a folder and all that was written with it; None where that cannot be read."""
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
        owner = Owner(str(found["run"]), int(found["pid"]), float(found["started"]), str(found.get("home", "")))
        owner = replace(owner, born=str(found.get("born", "")))
        datetime.fromtimestamp(owner.started, UTC)
    except (OSError, ValueError, OverflowError, KeyError, TypeError, AttributeError):
        return None
    return owner, found


def state(owner: Owner) -> State:
    """Say whether the owner still runs: `elsewhere` is another machine's or container's, of which nothing is known.

    Where in doubt it is `live`: a process that may not be looked at, or that could have been there at that time.
    """
    import psutil

    if owner.home not in ("", home()):
        return "elsewhere"
    try:
        process, born = psutil.Process(owner.pid), _born(owner.pid) if owner.born else ""
        later = born != owner.born if born else process.create_time() > owner.started + SLACK
        gone = later or process.status() == psutil.STATUS_ZOMBIE
    except (psutil.NoSuchProcess, ValueError, OverflowError):
        return "dead"
    except psutil.AccessDenied:
        return "live"
    return "dead" if gone else "live"


def _born(pid: int) -> str:
    """Give the machine's start and the process's, in ticks since then (proc(5): field 22 of stat), "" elsewhere."""
    with suppress(OSError, IndexError):
        start = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{start} {Path(f'/proc/{pid}/stat').read_bytes().rpartition(b')')[2].split()[19].decode()}"
    return ""
