"""Where the revisions of a schema lie: what the ini and `[tool.alembic]` of pyproject.toml say, read without Alembic.

It gives what Alembic's ScriptDirectory would (tests/test_locations.py holds the two side by side), and runs nothing: a
folder in a package is looked for, and the package is not imported.
"""

from __future__ import annotations

import configparser
import os
import re
import sys
import tomllib
from collections.abc import Iterable, Mapping
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

from migkit.alembic_io.history import unreadable
from migkit.errors import HistoryError
from migkit.model import Schema
from migkit.values import dataclass

_TOML = "pyproject.toml"
_SECTION = "alembic"
_SEPARATORS = {"space": " ", "newline": "\n", "os": os.pathsep, ":": ":", ";": ";"}
_SLUG = 40
_OWN_TEMPLATE = "%(rev)s_%(slug)s"


@dataclass(frozen=True, slots=True)
class Locations:
    """Where revisions lie. `folders` are absolute, `scripts` holds env.py, `ini` is the file that was read.

    `template` is file_template ("" is Alembic's own), `slug_length` truncate_slug_length, `paths` prepend_sys_path.
    """

    ini: Path
    scripts: Path
    folders: tuple[Path, ...]
    recursive: bool = False
    template: str = ""
    slug_length: int = _SLUG
    paths: tuple[Path, ...] = ()


def locations(schema: Schema) -> Locations:
    """Read where a schema's revisions lie, its `ini` being there; HistoryError where that cannot be told."""
    try:
        options = _Options(schema)
        return _locations(schema, options)
    except configparser.Error as error:
        raise unreadable(error, schema) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _unreadable(schema, f"it cannot be read: {type(error).__name__}", "mend the file") from None
    except (ValueError, KeyError, TypeError) as error:
        raise _unreadable(schema, f"{type(error).__name__}: {error}", "mend that option") from None


def _locations(schema: Schema, options: _Options) -> Locations:
    paths = tuple(_under(schema.directory, path) for path in options.listed("prepend_sys_path", ", *| +|:"))
    script_location = options.text("script_location")
    if not script_location:
        raise _unreadable(schema, "no script_location in it", "set script_location to the folder that holds env.py")
    scripts = _folder(schema.directory, script_location, paths)
    if scripts is None or not scripts.exists():
        raise _unreadable(schema, f"there is no folder {script_location}", "check script_location in the ini")
    named = options.listed("version_locations", ", *| +", legacy="version_path_separator")
    folders = (_folder(schema.directory, name, paths) for name in named)
    template = options.text("file_template")
    return Locations(
        ini=schema.ini,
        scripts=scripts,
        folders=tuple(folder for folder in folders if folder) if named else (scripts / "versions",),
        recursive=options.flag("recursive_version_locations"),
        template="" if template == _OWN_TEMPLATE else template,
        slug_length=int(options.text("truncate_slug_length") or 0) or _SLUG,
        paths=paths,
    )


class _Options:
    """Alembic's options: those of the ini, and where that says nothing those of the pyproject.toml."""

    def __init__(self, schema: Schema) -> None:
        ini = schema.ini.with_name("alembic.ini") if schema.ini.name == _TOML else schema.ini
        here = ini.absolute().parent
        self._parser = configparser.ConfigParser({"here": here.as_posix()})
        self._parser.read([ini], encoding="locale")
        toml = schema.directory / _TOML
        self._here = {"here": toml.absolute().parent.as_posix()}
        self._toml = _table(toml)

    def text(self, name: str) -> str:
        if self._parser.has_option(_SECTION, name):
            return self._parser.get(_SECTION, name)
        value = self._toml.get(name)
        return value % self._here if isinstance(value, str) else "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        if self._parser.has_option(_SECTION, name):
            return self._parser.get(_SECTION, name) == "true"
        return bool(self._toml.get(name, False))

    def listed(self, name: str, usual: str, legacy: str = "") -> tuple[str, ...]:
        """Give what a list of paths holds; `usual` is the pattern of what parts them where nothing is said of it."""
        said = self._parser.get(_SECTION, name, fallback=None)
        if not said:
            values = self._toml.get(name) or ()
            return tuple(value % self._here for value in ([values] if isinstance(values, str) else values))
        names = ("path_separator", legacy) if legacy else ("path_separator",)
        chosen = next((found for each in names if (found := self._parser.get(_SECTION, each, fallback=None))), None)
        if chosen is None:
            return tuple(re.split(usual, said))
        return tuple(part.strip() for part in said.split(_SEPARATORS[chosen]) if part)


def _table(path: Path) -> Mapping[str, Any]:
    """Give `[tool.alembic]`; an empty mapping where there is none."""
    try:
        source = path.read_text(encoding="utf-8")
    except OSError:
        return {}
    tool = tomllib.loads(source).get("tool", {}) if _SECTION in source else {}
    table = tool.get(_SECTION, {}) if isinstance(tool, dict) else {}
    return table if isinstance(table, dict) else {}


def _folder(directory: Path, named: str, paths: Iterable[Path]) -> Path | None:
    """Give the folder of a path, or of `package:folder`; None for a package that is not to be found."""
    if os.path.isabs(named) or ":" not in named:  # noqa: PTH117  # as Alembic asks it
        return _under(directory, named)
    package, *inside = named.split(":")
    first, *rest = package.split(".")
    spec = PathFinder.find_spec(first, [*map(str, paths), *sys.path])
    tops = [Path(top) for top in (spec.submodule_search_locations or () if spec else ())]
    found = [Path(top, *rest) for top in tops if Path(top, *rest).is_dir()]
    return found[0].joinpath(*inside) if found else None


def _under(directory: Path, path: str) -> Path:
    """Give a path as Alembic sees it from the schema's folder, in which it is run."""
    return directory.absolute() / path


def _unreadable(schema: Schema, why: str, remedy: str) -> HistoryError:
    return HistoryError(f"schema {schema.name}: {schema.ini.name}: {why}", remedy=remedy, path=schema.ini)
