"""Compose itself: the plugin of the docker command, or docker-compose; whichever is here."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from migkit import process
from migkit.config.checking import nearest, one_of
from migkit.errors import ConfigError, ServerError
from migkit.values import dataclass

_PROGRAMS = (("docker", "compose"), ("docker-compose",))
_SECONDS = 60
_LINES = 20
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Program:
    """A Compose that answers, and the file that it reads."""

    words: tuple[str, ...]
    file: Path

    def command(self, *words: str) -> tuple[str, ...]:
        """Give a whole command line."""
        return (*self.words, "-f", str(self.file), *words)

    def shown(self, *words: str) -> str:
        """Give the command line that a person types."""
        return shlex.join(self.command(*words))

    def container(self, service: str) -> str:
        """Give the id of the service's container, "" where it has none; ConfigError where there is no such service."""
        done = self._run("ps", "-q", service)
        found = done.out.split()
        if found and not done.code:
            return found[0]
        known = self._services()
        if service not in known:
            raise ConfigError(f"{self.file} has no service {service}{nearest(service, known)}", remedy=one_of(known))
        if done.code:
            raise self._failed(done)
        return ""

    def log(self, service: str) -> str:
        """Give the service's last 20 log lines; "" where there are none."""
        done = self._run("logs", "--no-color", f"--tail={_LINES}", service)
        lines = [line for line in _ESCAPES.sub("", done.out).splitlines() if not line.startswith("Attaching to ")]
        return "\n".join(lines[-_LINES:])

    def _services(self) -> list[str]:
        done = self._run("config", "--services")
        if done.code:
            raise self._failed(done)
        return sorted(done.out.split())

    def _run(self, *words: str) -> process.Completed:
        return process.run(self.command(*words), timeout=_SECONDS, cwd=self.file.parent)

    def _failed(self, done: process.Completed) -> ServerError:
        return ServerError(
            f"Compose failed: {_last(done.err or done.out)}", remedy=f"this has to work: {self.shown('ps')}"
        )


def program(file: Path) -> Program:
    """Find the Compose of this machine; ServerError where there is none, ConfigError where there is no such file."""
    if not file.is_file():
        raise ConfigError(
            f"compose: there is no {file}",
            remedy="name the Compose file in `compose.file` of the schema, relative to the configuration",
        )
    said = []
    for words in _PROGRAMS:
        done = process.run((*words, "version"), timeout=_SECONDS)
        if not done.code:
            return Program(words, file)
        said.append(f"{' '.join(words)}: {_last(done.err or done.out)}")
    raise ServerError(
        f"there is no Compose here ({'; '.join(said)})",
        remedy="install it: apt-get install docker-compose or, from Docker's own packages, docker-compose-plugin",
    )


def _last(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1].strip() if lines else "no output"
