"""A process that keeps one server running for others until the run that asked for it is over, however that ends.

`python -P -m migkit.servers.host FOLDER` is started by `migkit.servers.sharing`, with an order on its standard input.
It answers in lines of JSON: {"event": …}, and at last {"server": …} or {"error": …}. The run holds a lock on
FOLDER/alive for as long as it lives; the kernel gives it to this process when it is over, also by SIGKILL.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from migkit.errors import MigkitError
from migkit.model import Event
from migkit.servers import names, signals

ALIVE = "alive"
MARK = ".host"  # a file of this ending is locked by each host for as long as it runs


def main() -> None:
    """Serve what the order says, tell it, and wait for the end of the run."""
    folder = Path(sys.argv[1])
    with signals.orderly(), _marked(folder):
        watcher = threading.Thread(target=_end_with, args=(folder,), daemon=True)
        try:
            _keep(sys.stdin.read(), watcher)
        except MigkitError as error:
            told = {"message": error.message, "remedy": error.remedy, "log": getattr(error, "log", "")}
            _tell(error=told | {"notes": getattr(error, "__notes__", [])})


@contextmanager
def _marked(folder: Path) -> Iterator[None]:
    """Let a locked file say that this process runs; the last one out of a run that was killed removes its folder."""
    mark = folder / f"{names.run()}{MARK}"
    with mark.open("xb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            mark.unlink(missing_ok=True)
            if not locked(folder / ALIVE) and not any(folder.glob(f"*{MARK}")):
                shutil.rmtree(folder, ignore_errors=True)


def _keep(order: str, watcher: threading.Thread) -> None:
    from migkit import servers
    from migkit.servers import request, shared

    asked = request.read(order)
    watcher.start()
    with servers.served(asked, _pass_on) as server:
        _tell(server=shared.written(server))
        while watcher.is_alive():  # its signal may come a moment too early for a wait without an end
            watcher.join(1)


def _end_with(folder: Path) -> None:
    """End this process in order as soon as the run's own is gone, also while the server is still starting."""
    with suppress(FileNotFoundError), (folder / ALIVE).open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
    os.kill(os.getpid(), signal.SIGTERM)


def locked(path: Path) -> bool:
    """Whether a process holds the lock of a file; a file that is not there has none."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


def _pass_on(event: Event) -> None:
    if event.kind in ("log", "start"):
        _tell(event=event.message)


def _tell(**said: Any) -> None:
    with suppress(BrokenPipeError):  # who asked is gone; the lock says the rest
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
