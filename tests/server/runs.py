"""Runs of the kit in processes of their own, and what they leave in the world."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import psutil

from migkit.errors import ServerError
from migkit.servers import docker_client, leftovers, places

SCRIPT = """
import os, signal, sys, time
from migkit import servers
from migkit.engines import parse
from migkit.servers import databases, names
print(names.run(), flush=True)
{prepare}
tell = lambda event: print(event.kind, event.message, flush=True)
with servers.serve(parse({engine!r}), choice={choice!r}, on_event=tell) as server:
    with databases.throwaway(server) as database:
        print("serving", server.port, flush=True)
        {serving}
"""


@contextmanager
def started(
    engine: str, choice: str = "local", *, prepare: str = "", serving: str = "time.sleep(60)"
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Serve in a process of its own; give it with its run."""
    code = SCRIPT.format(prepare=prepare, engine=engine, choice=choice, serving=serving)
    process = subprocess.Popen((sys.executable, "-c", code), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def wait_for(process: subprocess.Popen[str], word: str) -> str:
    """Read on to the line that begins with a word; give the line."""
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if line.startswith(word):
            return line
    raise AssertionError(f"never came to {word!r}: {said} {process.stderr.read() if process.stderr else ''}")


def eventually(holds: Callable[[], bool], seconds: float = 20) -> bool:
    """Wait until something holds; give whether it does."""
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


def left(run: str) -> list[str]:
    """Name what a run left: containers, folders, and processes that were started for them."""
    found = [str(path) for path in places.parent().glob(f"migkit-{run}-*")]
    for process in psutil.process_iter(["cmdline", "status"]):
        words = process.info["cmdline"] or ()
        if process.info["status"] != psutil.STATUS_ZOMBIE and any(f"migkit-{run}-" in word for word in words):
            found.append(f"process {process.pid}: {words[0]}")
    return [*found, *containers(run)]


def containers(run: str) -> list[str]:
    """Name the containers of a run; none where there is no Docker."""
    try:
        with docker_client.connect(seconds=10) as client:
            found = client.containers.list(all=True, filters={"label": f"migkit.run={run}"}, ignore_removed=True)
            return [str(container.name) for container in found]
    except ServerError:
        return []


def listens(port: int) -> bool:
    """Whether anything listens on a port of the loopback."""
    with closing(socket.socket()) as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def dead(run: str) -> list[str]:
    """Name the folders of a run of which it is known that its process is gone."""
    return [found.name for found in leftovers.directories() if found.state == "dead" and f"migkit-{run}-" in found.name]
