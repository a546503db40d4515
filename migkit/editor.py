"""The operator's editor: the command that names it, and a file opened in it."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

from migkit import process
from migkit.errors import ConfigError


def command(said: str) -> tuple[str, ...]:
    """Give the words of what VISUAL or EDITOR says; ConfigError where that is no program."""
    try:
        words = shlex.split(said)
    except ValueError:
        words = []
    if not words:
        raise ConfigError("--edit: neither VISUAL nor EDITOR names an editor", remedy="set one: export EDITOR=vim")
    if shutil.which(words[0]) is None:
        raise ConfigError(f"--edit: there is no program {words[0]}", remedy="correct VISUAL or EDITOR")
    return tuple(words)


def opened(editor: tuple[str, ...], path: Path) -> None:
    """Open a file, and wait until the editor is left."""
    process.lend((*editor, str(path)))
