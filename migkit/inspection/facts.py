"""What surrounds a history: the text that its files had on the main branch, and the modules of the repository."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from migkit import git
from migkit.errors import ConfigError
from migkit.inspection.locations import Locations
from migkit.model import Project, Schema
from migkit.values import dataclass

if TYPE_CHECKING:
    from migkit.lint.case import Facts

_NEVER = frozenset({"alembic", "sqlalchemy", "migkit", *sys.stdlib_module_names})  # what such a folder is called for


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What git and the folders say; the rules' own noun of it is not loaded where nothing changed."""

    released: Mapping[Path, str]
    branch: str
    packages: frozenset[str]

    def facts(self, place: Locations) -> Facts:
        """Give what the rules are told, with what the ini says of file names."""
        from migkit.lint.case import Facts

        return Facts(self.released, self.branch, place.template, place.slug_length, self.packages)


def surroundings(project: Project, schema: Schema, place: Locations) -> Surroundings:
    """Ask git and the folders around a history."""
    branch = git.main_branch(schema.directory)
    released: dict[Path, str] = {}
    if branch is not None:
        for folder in _apart(place.folders):
            released |= _released(folder, branch.commit)
    return Surroundings(released, branch.name if branch else "", frozenset(_packages(project, schema, place)))


def _released(folder: Path, commit: str) -> dict[Path, str]:
    """Give the old text of files that were edited since the main branch; a shallow clone knows of none."""
    if not folder.is_dir():
        return {}
    try:
        return {path: text for path, text in git.earlier(folder, commit).items() if path.suffix == ".py"}
    except ConfigError:
        return {}


def _apart(folders: tuple[Path, ...]) -> Iterator[Path]:
    """Give the folders that lie in none of the others."""
    return (one for one in folders if not any(one != other and one.is_relative_to(other) for other in folders))


def _packages(project: Project, schema: Schema, place: Locations) -> Iterator[str]:
    """Give the names that an import would find in the repository: its modules, and its folders that hold some."""
    tops = {project.root, project.root / "src", schema.directory, schema.directory.parent, *place.paths}
    for top in tops:
        if not top.is_relative_to(project.root):
            continue
        for entry in _entries(top):
            name = entry.name.removesuffix(".py")
            if name.isidentifier() and name not in _NEVER and (name != entry.name or _holds_python(Path(entry))):
                yield name


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []


def _holds_python(folder: Path) -> bool:
    return any(entry.name.endswith(".py") for entry in _entries(folder))
