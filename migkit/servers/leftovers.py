"""What killed runs left: containers, data directories, and databases and logins on a server that is given by URL.

A thing is removed only where it is certain that its run is over: its process is gone, or, on a server that several
machines may share, no session claims the database and none is in it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Literal

from migkit import caches
from migkit.errors import ServerError
from migkit.model import Server
from migkit.servers import claims, docker_client, login, logins, owners, signals
from migkit.servers.owners import Owner, State
from migkit.values import dataclass

_ANSWER_SECONDS = 10
_ENDING_SECONDS = 10
_MEMORY = Path("/dev/shm")  # noqa: S108  # only looked at
_IN_CACHE = ("run/*", ".new-*", "*/.new-*")
Kind = Literal["container", "directory", "database", "login"]


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something that a run of the kit made and that still stands. `where` is its image or its server, "" its own disk.

    `owner` says for people whose it is; `state` is `dead` where it is certain that nobody uses it any more.
    """

    kind: Kind
    name: str
    where: str
    state: State
    owner: str


def containers() -> Iterator[Leftover]:
    """Give the kit's containers, running or not. Raises ServerError without Docker."""
    with docker_client.connect(seconds=_ANSWER_SECONDS) as client:
        for container in client.containers.list(all=True, filters={"label": "migkit=1"}, ignore_removed=True):
            owner = _labelled(container.labels)
            if owner is not None:
                image = str(container.attrs["Config"]["Image"])
                yield Leftover("container", str(container.name), image, owners.state(owner), _who(owner))


def directories() -> Iterator[Leftover]:
    """Give the folders with an owner: data of local servers and of SQLite, and what the cache did not finish."""
    found = [folder for pattern in _IN_CACHE for folder in caches.folder().glob(pattern)]
    for parent in dict.fromkeys((Path(tempfile.gettempdir()), _MEMORY)):
        found += parent.glob("migkit-*")
    for folder in sorted(found):
        owner = _owner(folder)
        if owner is not None:
            yield Leftover("directory", str(folder), "", owners.state(owner), _who(owner))


def databases(server: Server) -> Iterator[Leftover]:
    """Give the kit's databases on a server, and logins without one. Raises ServerError where it does not answer."""
    standing = claims.abandoned(server)
    for name, abandoned in standing.items():
        yield _claimed("database", name, server, abandoned=abandoned)
    having = {claims.claimed(name) for name in standing}
    for name, abandoned in claims.abandoned_logins(server).items():
        if name not in having:
            yield _claimed("login", name, server, abandoned=abandoned)


def remove(leftover: Leftover, server: Server | None = None) -> None:
    """Remove what is dead, asking once more whether it is; `server` is where databases stand. Raises ServerError."""
    with signals.held():
        if leftover.kind == "container":
            _remove_container(leftover.name)
        elif leftover.kind == "directory":
            _remove_directory(Path(leftover.name))
        elif server is not None:
            removal = _remove_login if leftover.kind == "login" else _remove_database
            removal(leftover.name, server)


def _claimed(kind: Kind, name: str, server: Server, *, abandoned: bool) -> Leftover:
    run = claims.claimed(name).split("_")[1]
    return Leftover(kind, name, login.place(server), "dead" if abandoned else "live", f"run {run}")


def _labelled(labels: Mapping[str, str]) -> Owner | None:
    try:
        started = datetime.fromisoformat(labels["migkit.started"]).timestamp()
        home, born = (labels.get(f"migkit.{name}", "") for name in ("home", "born"))
        return Owner(labels["migkit.run"], int(labels["migkit.pid"]), started, home, born)
    except (KeyError, ValueError):
        return None


def _owner(folder: Path) -> Owner | None:
    """Give whose a folder is; None where nobody's, another user's, or gone meanwhile."""
    with suppress(OSError):
        found = owners.read(folder)
        return found[0] if found and os.geteuid() in (0, folder.lstat().st_uid) else None
    return None


def _who(owner: Owner) -> str:
    started = datetime.fromtimestamp(owner.started).astimezone().isoformat(" ", "minutes")
    elsewhere = f" of {owner.home}" if owners.state(owner) == "elsewhere" else ""
    return f"run {owner.run}, process {owner.pid}{elsewhere}, {started}"


def _remove_container(name: str) -> None:
    from docker.errors import APIError

    with docker_client.connect() as client:
        try:
            owner = _labelled(client.containers.get(name).labels)
            if owner is not None and owners.state(owner) == "dead":
                client.api.remove_container(name, v=True, force=True)
        except APIError as error:
            if error.status_code not in (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT):  # gone, or just going
                raise


def _remove_directory(folder: Path) -> None:
    owned = owners.read(folder)
    if owned is None or owners.state(owned[0]) != "dead":
        return
    if folder.lstat().st_uid == os.geteuid():  # what another user wrote down may name any process
        _end(folder, owned[1])
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise ServerError(f"{folder} cannot be removed: {error.strerror}", remedy=f"rm -r {folder}") from error


def _end(folder: Path, written: Mapping[str, Any]) -> None:
    """End the server that still runs on a folder: the process with its number, if that is about this folder."""
    import psutil

    with suppress(psutil.Error, ValueError, TypeError):  # gone by itself, or another user's and so not ours
        process = psutil.Process(int(written.get("server_pid", 0)) or -1)
        if not any(f"{folder}/" in f"{part}/" for part in (*process.cmdline(), process.cwd())):
            return
        process.terminate()
        try:
            process.wait(_ENDING_SECONDS)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(_ENDING_SECONDS)


def _remove_database(name: str, server: Server) -> None:
    """Drop a database of a run that is over, and its login after the last copy of it; what is claimed stays."""
    if not claims.abandoned(server).get(name):
        return
    with login.connect(server) as connection:
        connection.exec_driver_sql(login.console(server.engine).drop_database(name))
    claim = claims.claimed(name)
    if claim not in map(claims.claimed, claims.abandoned(server)):
        _remove_login(claim, server)


def _remove_login(name: str, server: Server) -> None:
    if claims.abandoned_logins(server).get(name):
        logins.drop(server, name)
