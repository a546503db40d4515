"""One table of the configuration, read key by key.

Every error is one line with the dotted key, the file and, where a name is wrong, the nearest valid one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from migkit.errors import ConfigError

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|min|h)")
_UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}
_TYPE_NAMES = {str: "text", bool: "true or false", int: "a number", list: "a list", dict: "a table"}
_TYPE_EXAMPLES = {str: '"…"', bool: "true", int: "100", list: '["…"]', dict: "{ … }"}


def nearest(name: str, valid: Iterable[str]) -> str:
    """Give `; did you mean X?` for the valid name that is nearest to `name`, or "" where none is near."""
    from difflib import get_close_matches

    found = get_close_matches(name, list(valid), 1, 0.5)
    return f"; did you mean {found[0]}?" if found else ""


def one_of(valid: Iterable[str]) -> str:
    """Give the remedy that lists the valid names."""
    return f"valid here: {', '.join(valid)}"


def shown(path: Path) -> str:
    """Give a path as a person wants to read it: relative where it lies under the current folder."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


class Table:
    """A table of the file: `key` is its dotted name, `keys` are the names that may stand in it.

    Making one refuses unknown names, so that a misspelt required key is reported as what it is.
    """

    def __init__(self, values: Mapping[str, Any], key: str, file: Path, keys: Iterable[str] | None = None) -> None:
        self.values, self.key, self.file = values, key, file
        known = tuple(values if keys is None else keys)
        for name in values:
            if name not in known:
                text = f"unknown key{nearest(name, known)}"
                raise self.error(name, text, one_of(sorted(known)))

    def error(self, name: str, text: str, remedy: str) -> ConfigError:
        """Make the error about the key `name` of this table."""
        return ConfigError(f"{shown(self.file)}: {self.dotted(name)}: {text}", remedy=remedy, path=self.file)

    def dotted(self, name: str) -> str:
        """Give the whole name of a key, as it could be written in the file."""
        plain = name if _PLAIN_KEY.fullmatch(name) else f'"{name}"'
        return f"{self.key}.{plain}" if self.key else plain

    def table(self, name: str, keys: Iterable[str] | None = None) -> Table | None:
        """Give the table under `name`, None where there is none; any names may stand in it if `keys` is None."""
        values = self._value(name, dict, None)
        return None if values is None else Table(values, self.dotted(name), self.file, keys)

    def text(self, name: str, default: str = "") -> str:
        """Give a string."""
        return str(self._value(name, str, default))

    def required(self, name: str, example: str) -> str:
        """Give a string that must be there and not be empty."""
        value = self.text(name)
        if not value.strip():
            raise self.error(
                name, "missing" if name not in self.values else "empty", f'for example {name} = "{example}"'
            )
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """Give a boolean."""
        return bool(self._value(name, bool, default))

    def number(self, name: str, default: int, *, low: int, high: int) -> int:
        """Give an integer between `low` and `high`."""
        value = int(self._value(name, int, default))
        if not low <= value <= high:
            raise self.error(name, f"{value} is not between {low} and {high}", f"for example {default}")
        return value

    def texts(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Give a list of strings, none of them empty."""
        values = self._value(name, list, list(default))
        for value in values:
            if not isinstance(value, str) or not value.strip():
                text = f"a list of text is needed, and {value!r} stands in it"
                raise self.error(name, text, f'write {name} = ["…"]')
        return tuple(values)

    def mapping(self, name: str) -> dict[str, str]:
        """Give a table of strings."""
        table = self.table(name)
        return {} if table is None else {key: table.text(key) for key in table.values}

    def choice(self, name: str, valid: tuple[str, ...], default: str) -> str:
        """Give one of the `valid` strings."""
        value = self.text(name, default)
        if value not in valid:
            raise self.error(name, f'"{value}" is not valid{nearest(value, valid)}', one_of(valid))
        return value

    def seconds(self, name: str, default: str) -> float:
        """Give a duration such as "500ms", "5s", "15min" or "1h" in seconds."""
        value = self.text(name, default)
        match = _DURATION.fullmatch(value)
        if not match:
            raise self.error(name, f'"{value}" is no duration', 'for example "500ms", "5s", "15min" or "1h"')
        return float(match[1]) * _UNITS[match[2]]

    def engine(self, name: str, value: str) -> str:
        """Check that `value`, found under `name`, names an engine: `mysql:9.7`, or `sqlite`."""
        from migkit.engines import parse

        try:
            return parse(value).name
        except ConfigError as error:
            raise self.error(name, error.message, error.remedy) from error

    def _value(self, name: str, kind: type, default: Any) -> Any:
        value = self.values.get(name, default)
        wrong = not isinstance(value, kind) or (kind is int and isinstance(value, bool))
        if name in self.values and wrong:
            given = _TYPE_NAMES.get(type(value), type(value).__name__)
            raise self.error(
                name, f"{_TYPE_NAMES[kind]} is needed, not {given}", f"write {name} = {_TYPE_EXAMPLES[kind]}"
            )
        return value
