"""One start of a server from its programs: what it is made of, and the only place that runs their commands."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from migkit import engines, process
from migkit.errors import ServerError
from migkit.model import Engine
from migkit.product import Command, Installation, Native, Place, ServerSettings
from migkit.values import dataclass

SECONDS = 300
LINES = 20
REMEDY = "read its log; the schema's `server` key gives the server's arguments, charset and sql_mode"


@dataclass(frozen=True, slots=True)
class Order:
    """The programs, the wanted engine, and a folder of its own; `account` is the user that the programs run as."""

    installation: Installation
    engine: Engine
    settings: ServerSettings
    kind: str
    folder: Path
    account: process.Account | None
    password: str = field(repr=False)

    @property
    def native(self) -> Native:
        """How the product that is installed runs, which may be another one than the wanted."""
        found = engines.ENGINES[self.installation.identity.family].native
        assert found is not None, "what has programs says how they run"
        return found

    @property
    def title(self) -> str:
        """As people know it: `MariaDB 10.11.19`."""
        return f"{self.installation.identity.product} {self.installation.identity.version}"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.folder / "log"

    def environment(self) -> Mapping[str, str]:
        """Give what the programs see: no variable of the caller's names another server's files or port to them."""
        return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", **self.installation.environment}

    def handed_over(self, path: Path) -> None:
        """Let a file or folder, and all in it, belong to the user that the programs run as."""
        if self.account is None:
            return
        for found in (path, *path.rglob("*")):
            os.chown(found, self.account.user, self.account.group, follow_symlinks=False)

    def run(self, command: Command) -> None:
        """Run a command to its end; ServerError with what it said where it fails."""
        done = process.run(
            command.args,
            timeout=SECONDS,
            cwd=self.folder,
            env=self.environment(),
            input=self._read(command),
            account=self.account,
        )
        if done.code:
            said = "\n".join([*done.out.splitlines(), *done.err.splitlines()][-LINES:])
            name = Path(command.args[0]).name
            raise ServerError(
                f"{self.title}: {name} cannot fill {self.folder} (exit code {done.code})",
                remedy=REMEDY,
                log=said.replace(self.password, "***"),
            )

    def _read(self, command: Command) -> str:
        texts = [command.before]
        for places in command.files:
            found = next((path for path in places if path.is_file()), None)
            if found is None:
                raise ServerError(
                    f"{self.title} of {self.installation.origin} lacks {places[0].name}", remedy="install it anew"
                )
            texts.append(found.read_text(encoding="utf-8"))
        return "".join([*texts, command.after])


def place(order: Order, port: int = 0) -> Place:
    """Give where the server lives: below the order's folder, as it may be another user's."""
    return Place(order.folder / "server", port)
