"""The corpus on disk: which cases there are, what is expected of each, and a version of one as a history of its own.

`CLASS/NAME/` holds a case: `case.toml`, the files that both versions have, and in `fault/` and `healthy/` those in
which they differ; `old/` holds what a revision said before it was edited. A file with a revision goes to
`migrations/versions`, an `env.py` to `migrations` in the place of the one that all share, every other beside the ini.

`# expect: RULE …` stands at the end of the line on which RULE is to be found in the version with the fault;
`RULE@mysql,mariadb` only there. On the other engines of the case nothing is to be found. None of the kit is used here.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
FAULT, HEALTHY, OLD = "fault", "healthy", "old"
INI = """[alembic]
script_location = %(here)s/migrations
prepend_sys_path = %(here)s
sqlalchemy.url = {url}
"""
_MARK = re.compile(r"# expect: (.+)$")
_REVISION = re.compile(r'^revision = "(.+?)"', re.MULTILINE)
_PARENT = re.compile(r"^down_revision = (?:\"(.+?)\"|None)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Expected:
    """One mark: `file` is the name of the file that it stands in, `revision` "" where that holds none."""

    rule: str
    revision: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `given` is the rest of its case.toml: what a run is asked for, and rows for the witness."""

    name: str
    why: str
    engines: tuple[str, ...]
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Give the case's folder."""
        return ROOT / self.name

    def files(self, version: str) -> list[Path]:
        """Give the files of one version."""
        found = {path.name: path for path in self.folder.glob("*.py")}
        layers = (OLD,) if version == OLD else (version,)
        for layer in layers:
            found |= {path.name: path for path in (self.folder / layer).glob("*.py")}
        return sorted(found.values())

    def expected(self, family: str) -> set[Expected]:
        """Give what is to be found in the version with the fault on one engine."""
        return {
            Expected(rule, _revision(path), path.name, line)
            for path in self.files(FAULT)
            for line, rule in _marks(path, family)
        }

    def write(self, version: str, folder: Path, url: str) -> Path:
        """Write one version as a history into `folder`; give its ini."""
        versions = folder / "migrations" / "versions"
        shutil.rmtree(folder / "migrations", ignore_errors=True)
        versions.mkdir(parents=True)
        shutil.copy(ROOT / "env.py", versions.parent)
        for path in self.files(version):
            beside = versions.parent if path.name == "env.py" else folder
            shutil.copy(path, versions if _revision(path) else beside)
        ini = folder / "alembic.ini"
        ini.write_text(INI.format(url=url.replace("%", "%%")), encoding="utf-8")
        return ini


def cases() -> Iterator[Case]:
    """Give all cases, by name."""
    for path in sorted(ROOT.glob("*/*/case.toml")):
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        name = path.parent.relative_to(ROOT).as_posix()
        yield Case(name, given.pop("why"), tuple(given.pop("engines")), given)


def parents(folder: Path) -> dict[str, str]:
    """Give the parent of each revision of a history that is one line, in the order of that line; "" is none."""
    texts = [path.read_text(encoding="utf-8") for path in (folder / "migrations" / "versions").glob("*.py")]
    found = {_REVISION.findall(text)[0]: _PARENT.findall(text)[0] for text in texts}
    children = {parent: revision for revision, parent in found.items()}
    line, at = {}, ""
    while at in children:
        line[children[at]], at = at, children[at]
    return line


def _marks(path: Path, family: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        for mark in _MARK.findall(line):
            for word in mark.split():
                rule, _, families = word.partition("@")
                if not families or family in families.split(","):
                    yield number, rule


def _revision(path: Path) -> str:
    return next(iter(_REVISION.findall(path.read_text(encoding="utf-8"))), "")
