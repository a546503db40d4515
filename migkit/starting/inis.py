"""Every alembic.ini of a repository, under whatever name, and the history that each one names."""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Any

from migkit.alembic_io.history import SAMPLES
from migkit.model import Finding, Severity
from migkit.starting.repository import Repository, text
from migkit.values import dataclass

_SECTION = re.compile(r"^\s*\[alembic\]", re.MULTILINE)
_TOML = "pyproject.toml"
_USUAL = "alembic.ini"
_PACKAGE = re.compile(r"([\w.]+):(?!\\)(.*)")
_PLACEHOLDERS = ("driver://", "dialect://")


@dataclass(frozen=True, slots=True)
class Ini:
    """An ini and what it says. Paths are absolute; `name` is what the configuration calls it.

    `read` is the file that was read: the sample, where nobody made the ini yet. `directory` is the folder in which
    `alembic` is run with it, `scripts` the one that holds env.py, `locations` those of its revisions that it
    names. `others` name the same history. `databases` are the further ones of a template with several.
    """

    read: Path
    name: str
    directory: Path
    scripts: Path
    url: str = field(repr=False, default="")
    paths: tuple[Path, ...] = ()
    locations: tuple[Path, ...] = ()
    databases: str = ""
    others: tuple[str, ...] = ()


def inis(repository: Repository) -> tuple[tuple[Ini, ...], tuple[Finding, ...]]:
    """Find the histories, one ini for each, and what is wrong with inis that name none."""
    by_history: dict[Path, list[Ini]] = {}
    findings: list[Finding] = []
    for path in _candidates(repository):
        found = _ini(repository.root, repository.root / path)
        if isinstance(found, Finding):
            findings.append(found)
        elif found:
            by_history.setdefault(found.scripts.resolve(), []).append(found)
    chosen = [_best(each) for each in by_history.values()]
    return tuple(sorted(chosen, key=lambda ini: str(ini.directory))), tuple(findings)


def without_ini(repository: Repository, known: tuple[Ini, ...]) -> tuple[Path, ...]:
    """Give each env.py of Alembic's that no ini names: its ini is perhaps one that git ignores."""
    folders = {ini.scripts.resolve() for ini in known}
    return tuple(
        path
        for path in repository.named("env.py")
        if (repository.root / path).parent.resolve() not in folders
        and re.search(r"^\s*from alembic import .*\bcontext\b", repository.text(path), re.MULTILINE)
    )


def _candidates(repository: Repository) -> Iterator[Path]:
    """Give files that may configure Alembic; an alembic.ini that git ignores is one where its folder is kept."""
    listed = [path for path in repository.files if _real_name(path.name).endswith(".ini") or path.name == _TOML]
    known = set(listed)
    yield from listed
    yield from (path for folder in repository.folders if (path := folder / _USUAL) not in known)


def _real_name(name: str) -> str:
    """Give the name of the file that a sample is the sample of."""
    suffix = next((suffix for suffix in SAMPLES if name.endswith(suffix)), "")
    return name.removesuffix(suffix)


def _ini(root: Path, path: Path) -> Ini | Finding | None:
    """Read one file; None where it does not configure Alembic."""
    try:
        options = _options(path)
    except (configparser.Error, tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError, ValueError) as error:
        message = f"Alembic cannot read it: {type(error).__name__}"  # whose text may hold a line with a password
        line = getattr(error, "lineno", None)
        return _wrong("broken-ini", message, "mend it, then run mig.init again", root, path, line=line)
    if not options:
        return None
    location = options.get("script_location", "")
    directory, scripts = _history(root, path, location)
    if not location or scripts is None:
        said = f"script_location = {location}, and there is no such folder" if location else "no script_location"
        return _wrong("no-history", said, "correct it, or leave the file out", root, path)
    if not (scripts / "env.py").is_file():
        return _wrong("no-history", f"no env.py in {scripts}", "correct script_location", root, path)
    real = path.with_name(_real_name(path.name))
    name = str(real.relative_to(directory)) if real.is_relative_to(directory) else str(real)
    paths = _folders(directory, options.get("prepend_sys_path", ""))
    locations = _folders(directory, options.get("version_locations", ""))
    url = options.get("sqlalchemy.url", "")
    url = "" if url.startswith(_PLACEHOLDERS) else url
    return Ini(path, name, directory, scripts, url, paths, locations, options.get("databases", ""))


def _folders(directory: Path, listed: str) -> tuple[Path, ...]:
    return tuple((directory / each).resolve() for each in re.split(r"[:;,\s]+", listed) if each)


def _wrong(rule: str, message: str, remedy: str, root: Path, path: Path, line: int | None = None) -> Finding:
    shown = str(path.relative_to(root))
    return Finding(rule, Severity.warning, f"{shown} is left out: {message}", remedy, shown, line)


def _options(path: Path) -> Mapping[str, str]:
    """Give Alembic's options: those of the ini, then those of `[tool.alembic]` beside it; {} where it has none."""
    if path.name == _TOML:
        toml = _toml(path)
        return toml if "script_location" in toml else {}
    if not _SECTION.search(text(path)):
        return {}
    source = path.read_bytes().decode("utf-8")  # what Alembic cannot read is not read here either
    parser = configparser.ConfigParser({"here": path.absolute().parent.as_posix()})
    parser.read_string(source)
    options = {name: _value(parser, name) for name in parser.options("alembic")}
    return _toml(path.with_name(_TOML), strict=False) | options


def _value(parser: configparser.ConfigParser, name: str) -> str:
    try:
        return parser.get("alembic", name)
    except configparser.InterpolationError:  # %(DB_HOST)s is for env.py to fill in; a lone % is a password's
        return parser.get("alembic", name, raw=True)


def _toml(path: Path, *, strict: bool = True) -> dict[str, str]:
    source = text(path)
    if "alembic" not in source:
        return {}
    try:
        tool: Any = tomllib.loads(source).get("tool", {})
    except tomllib.TOMLDecodeError:
        if strict:
            raise
        return {}
    here = path.absolute().parent.as_posix()
    values = tool.get("alembic") if isinstance(tool, dict) else None
    if not isinstance(values, dict):
        return {}
    plain = {name: value for name, value in values.items() if isinstance(value, str)}
    plain |= {name: " ".join(map(str, value)) for name, value in values.items() if isinstance(value, list)}
    return {name: value.replace("%(here)s", here).replace("%%", "%") for name, value in plain.items()}


def _history(root: Path, path: Path, location: str) -> tuple[Path, Path | None]:
    """Give the folder in which `alembic` is run with an ini, and the one that its script_location names there."""
    package = _PACKAGE.fullmatch(location)
    if package:
        inside = Path(*package[1].split("."), package[2])
        tops = (path.parent, path.parent / "src", root, root / "src")
        found = next((top / inside for top in tops if (top / inside).is_dir()), None)
        return path.parent, found
    above = [folder for folder in path.parents if folder.is_relative_to(root)]
    directory = next((folder for folder in above if location and (folder / location).is_dir()), None)
    return (directory, directory / location) if directory else (path.parent, None)


def _best(found: list[Ini]) -> Ini:
    """Choose among inis of one history: alembic.ini itself, then its sample, then another ini, then the toml."""

    def rank(ini: Ini) -> tuple[bool, bool, bool, int]:
        name = Path(ini.name).name
        return name == _TOML, name != _USUAL, ini.read.name != name, len(str(ini.read))

    first, *rest = sorted(found, key=rank)
    return replace(
        first, others=tuple(each.read.name for each in rest if Path(each.name).name != Path(first.name).name)
    )
