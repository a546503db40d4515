"""Finds the configuration file, reads it, and adds what the environment says."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from migkit.config.checking import Table, nearest, one_of, shown
from migkit.errors import ConfigError
from migkit.model import Project

_OWN, _SHARED = "migkit.toml", "pyproject.toml"
_PROJECT_KEYS = ("default_schema", "images", "schemas")
_START = 'write migkit.toml with [schemas.NAME], directory = "…" (it holds alembic.ini) and engine = "mysql:9.7"'


class NoConfiguration(ConfigError):  # noqa: N818  # says what it is
    """Nobody has configured anything here."""


def load(start: Path | None = None, env: Mapping[str, str] | None = None) -> Project:
    """Read the configuration that holds in the folder `start` (default: the current one).

    It is the file that MIGKIT_CONFIG names, else the first migkit.toml or pyproject.toml with `[tool.migkit]`
    from there upwards. Raises ConfigError for everything in the file that is not valid.
    """
    env = os.environ if env is None else env
    folder = (start or Path.cwd()).absolute()
    named = env.get("MIGKIT_CONFIG", "")
    path, values = _named(folder / named) if named else _search(folder)
    key = "tool.migkit" if path.name == _SHARED else ""
    return _project(Table(values, key, path, _PROJECT_KEYS), env)


def parsed(path: Path, source: str) -> Project:
    """Judge a configuration that is not written yet: the text that the file `path` is to have."""
    values = tomllib.loads(source)
    own = values["tool"]["migkit"] if path.name == _SHARED else values
    return _project(Table(own, "tool.migkit" if path.name == _SHARED else "", path, _PROJECT_KEYS), {})


def _named(path: Path) -> tuple[Path, dict[str, Any]]:
    if not path.is_file():
        raise ConfigError(
            f"MIGKIT_CONFIG names {path}, and there is no such file", remedy="correct or unset MIGKIT_CONFIG"
        )
    values = _values(path)
    if values is None:
        raise ConfigError(f"{path} has no [tool.migkit] table, and MIGKIT_CONFIG names it", remedy=_START, path=path)
    return path, values


def _search(folder: Path) -> tuple[Path, dict[str, Any]]:
    for candidate in (folder, *folder.parents):
        found = [(path, values) for path, values in _in(candidate) if values is not None]
        if len(found) > 1:
            raise ConfigError(
                f"{candidate} holds two configurations: {_OWN} and [tool.migkit] in {_SHARED}",
                remedy=f"keep one of them, or set MIGKIT_CONFIG={_OWN}",
            )
        if found:
            return found[0]
    raise NoConfiguration(
        f"no configuration: no {_OWN} and no [tool.migkit] in a {_SHARED} from {folder} upwards", remedy=_START
    )


def _in(folder: Path) -> Iterator[tuple[Path, dict[str, Any] | None]]:
    for name in (_OWN, _SHARED):
        if (folder / name).is_file():
            yield folder / name, _values(folder / name)


def _values(path: Path) -> dict[str, Any] | None:
    """Give the kit's table of a file, None where a pyproject.toml has none."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"{shown(path)} cannot be read: {error}", remedy="mend the file", path=path) from error
    if path.name != _SHARED:
        return values
    tool = values.get("tool", {})
    own = tool.get("migkit") if isinstance(tool, dict) else None
    if own is None or isinstance(own, dict):
        return own
    raise ConfigError(f"{shown(path)}: tool.migkit: a table is needed", remedy=_START, path=path)


def _project(table: Table, env: Mapping[str, str]) -> Project:
    from migkit.config.schema import schema

    root = table.file.parent
    schemas = table.table("schemas")
    if schemas is None or not schemas.values:
        raise table.error("schemas", "no schema is configured", _START)
    made = {name: schema(name, schemas, root) for name in schemas.values}
    default = table.text("default_schema")
    if default and default not in made:
        raise table.error("default_schema", f'no schema is called "{default}"{nearest(default, made)}', one_of(made))
    return Project(root, table.file, made, default, _images(table, env))


def _images(table: Table, env: Mapping[str, str]) -> dict[str, str]:
    """Give images by engine; what the environment says stands under the family alone, and wins."""
    from migkit.engines import variables

    images = table.mapping("images")
    for name, image in images.items():
        table.engine("images", name)
        if not image.strip():
            raise table.error("images", f"the image of {name} is empty", "name an image, or leave it out")
    named = {family: env[variable] for variable, family in variables().items() if env.get(variable)}
    return {name: image for name, image in images.items() if name.partition(":")[0] not in named} | named
