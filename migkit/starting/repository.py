"""Which files of a folder are the repository's own: what git keeps or would keep, nothing installed or built."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from migkit import git
from migkit.values import dataclass

_FOREIGN = re.compile(
    r"\.(git|hg|venv|nox|tox|eggs|cache|idea|vscode|(mypy|ruff|pytest)_cache)|venv|node_modules|(site|dist)-packages|"
    r"__pycache__|build|dist|vendor"
)
_LARGEST = 1_000_000  # bytes: no ini, no Compose file and no revision is that long


@dataclass(frozen=True)
class Repository:
    """A folder and the files in it that are its own, as paths relative to it, shallow ones first."""

    root: Path
    files: tuple[Path, ...]

    @cached_property
    def folders(self) -> tuple[Path, ...]:
        """The folders that hold any of the files, relative as well."""
        found = {parent for path in self.files for parent in path.parents}
        return tuple(sorted(found | {Path()}, key=_depth))

    def named(self, *names: str) -> Iterator[Path]:
        """Give the files that have one of these names."""
        return (path for path in self.files if path.name in names)

    def text(self, path: Path) -> str:
        """Give a file's text, "" where it cannot be read or is far too long."""
        return text(self.root / path)


def repository(root: Path) -> Repository:
    """Look through `root`; links are not followed."""
    kept = git.kept(root) or tuple(_walked(root))
    environments = {path.parent for path in kept if path.name == "pyvenv.cfg"}
    own = {
        path
        for path in kept
        if not any(map(_FOREIGN.fullmatch, path.parts[:-1])) and environments.isdisjoint(path.parents)
    }
    return Repository(root, tuple(sorted(own, key=_depth)))


def text(path: Path) -> str:
    """Give a file's text, "" where it cannot be read or is far too long."""
    try:
        if path.is_file() and path.stat().st_size <= _LARGEST:
            return path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        pass
    return ""


def _walked(root: Path) -> Iterator[Path]:
    for top, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not _FOREIGN.fullmatch(name)]
        yield from (Path(top, name).relative_to(root) for name in files)


def _depth(path: Path) -> tuple[int, str]:
    return len(path.parts), str(path)
