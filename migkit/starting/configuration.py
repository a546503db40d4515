"""Schemas as TOML, and put into a file of which nothing else changes."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from migkit.errors import ConfigError
from migkit.starting.describing import Described

OWN, SHARED = "migkit.toml", "pyproject.toml"
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_WIDTH = 118


def standing(root: Path) -> tuple[Path, dict[str, Any]]:
    """Give the file that the configuration is or will be in, and what it says now, {} where nothing.

    It is migkit.toml where there is one, else pyproject.toml, else a new migkit.toml. Raises ConfigError where what
    is there is no TOML: the configuration would not load either.
    """
    values = {name: _values(root / name) for name in (OWN, SHARED)}
    shared = values[SHARED] or {}
    tool = shared.get("tool", {})
    kit = tool.get("migkit") if isinstance(tool, dict) else None
    if isinstance(kit, dict) and values[OWN] is not None:
        text = f"{root} holds two configurations: {OWN} and [tool.migkit] in {SHARED}"
        raise ConfigError(text, remedy="keep one of them", path=root / OWN)
    if isinstance(kit, dict):
        return root / SHARED, kit
    if values[OWN] is not None:
        return root / OWN, values[OWN] or {}
    if values[SHARED] is not None and isinstance(tool, dict) and _extensible(root / SHARED):
        return root / SHARED, {}
    return root / OWN, {}


def configured(values: Mapping[str, Any], root: Path) -> dict[Path, str]:
    """Give the names of the schemas that are configured already, by their ini."""
    schemas = values.get("schemas", {})
    found = schemas.items() if isinstance(schemas, dict) else ()
    return {
        (root / str(each.get("directory", "")) / str(each.get("ini", "alembic.ini"))).resolve(): name
        for name, each in found
        if isinstance(each, dict)
    }


def toml(schemas: Sequence[Described], *, prefix: str, first: bool) -> str:
    """Write schemas as TOML, below `tool.migkit` or below nothing; `first`: no configuration is there yet."""
    blocks: list[str] = []
    if first and len(schemas) > 1:
        blocks.append(f"# {f'in [{prefix}]: ' if prefix else ''}default_schema = {_value(schemas[0].name)}\n")
    below = f"{prefix}.schemas" if prefix else "schemas"
    blocks += ["\n".join(_schema(schema, below)) + "\n" for schema in schemas]
    return "\n".join(blocks)


def appended(source: str, block: str, *, gap: bool = True) -> str:
    """Give a file's text with a block behind it, in the file's line endings; `gap`: with an empty line between."""
    if not source:
        return block
    end = "\r\n" if "\r\n" in source else "\n"
    between = "" if source.endswith("\n") else end
    between += end if gap and not source.endswith(end * 2) else ""
    return f"{source}{between}{block.replace(chr(10), end)}"


def read(path: Path) -> str:
    """Give a file's text, every line ending as it is; "" where there is none."""
    return path.read_bytes().decode("utf-8") if path.is_file() else ""


def _schema(schema: Described, prefix: str) -> Iterator[str]:
    key = f"{prefix}.{_key(schema.name)}"
    doubts = {reason.key: reason.doubt for reason in schema.reasons if reason.doubt}
    plain = {name: value for name, value in schema.values.items() if name not in ("title", "conventions")}
    yield f"[{key}]"
    for name, value in plain.items():
        doubt = doubts.get(name, "")
        yield f"{name} = {_value(value)}{f'  # to check: {_comment(doubt)}' if doubt else ''}"
    for name, doubt in doubts.items():
        if name not in plain and name in ("url_env", "requirements"):
            yield f"# {name}: {_comment(doubt)}"
    if schema.service:
        words = {"service": schema.service.name}
        if schema.service.file.as_posix() != "docker-compose.yml":
            words["file"] = schema.service.file.as_posix()
        yield f"# compose = {_value(words)}  # to run Alembic inside that service, which has this folder"
    for table in ("title", "conventions"):
        if table in schema.values:
            yield ""
            yield f"[{key}.{table}]"
            yield from (f"{name} = {_value(value)}" for name, value in schema.values[table].items())


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _value(name)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_key(name)} = {_value(each)}' for name, each in value.items())} }}"
    if isinstance(value, list | tuple):
        line = f"[{', '.join(map(_value, value))}]"
        return line if len(line) <= _WIDTH else "[\n" + "".join(f"  {_value(each)},\n" for each in value) + "]"
    if isinstance(value, bool | int):
        return str(value).lower()
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007F")  # what JSON lets stand


def _comment(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


def _values(path: Path) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    try:
        return tomllib.loads(read(path))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"{path.name} cannot be read: {error}", remedy="mend the file", path=path) from error


def _extensible(path: Path) -> bool:
    """Whether tables can be put behind what stands there: `tool = {}` is closed."""
    try:
        tomllib.loads(appended(read(path), "[tool.migkit]\n"))
    except tomllib.TOMLDecodeError:
        return False
    return True
