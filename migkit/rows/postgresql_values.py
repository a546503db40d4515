"""Values as PostgreSQL writes and reads them: each travels as text, of which the column's type makes what it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import cast

from migkit.rows.schema import Column, Value

_PAIR = re.compile(r"(-?\d[\d.eE+-]*) (-?\d[\d.eE+-]*)")
_NAME = re.compile(r"([A-Z]+)\s*(?=\(|EMPTY)")
_ZONE = re.compile(r"\+00(?::?00)?$")
_MARK = re.compile(r"(?:geometry|geography)\(\w*?(ZM|Z|M)[,)]", re.IGNORECASE)
_ITEM = re.compile(r'"((?:[^"\\]|\\.)*)"|([^,{}"]+)')


def spelled(column: Column, value: Value) -> str | None:
    """Give the text that the server reads as the value; None is NULL."""
    if value is None or isinstance(value, bool):
        return None if value is None else str(value).lower()
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, tuple):
        inner = column.element or column
        return "{" + ",".join(_item(spelled(inner, cast("Value", each))) for each in value) + "}"
    if column.kind == "bit" and isinstance(value, int):
        return f"{value:b}" if "varying" in column.spelling else f"{value:0{column.size or 1}b}"
    return _spatial(column, str(value)) if column.kind == "geometry" else str(value).replace("\0", "")


def asked(column: Column, name: str) -> str:
    """Give the SQL that reads a column, quoted as `name`, as text."""
    return f"ST_AsText({name})" if column.kind == "geometry" else f"{name}::text"


def told(column: Column, text: str | None) -> Value:
    """Give the value that the server wrote as `text`."""
    if text is None:
        return None
    if column.kind in _READ:
        return _READ[column.kind](text)
    if column.kind == "array":
        return _array(column.element or column, text)
    return text


def sample(column: Column, number: int) -> str | None:
    """Give the text of some value; not all numbers have another one."""
    value = _SAMPLES.get(column.kind, "")
    if column.choices:
        return column.choices[number % len(column.choices)]
    if column.kind == "text":
        return f"t{number}"[: column.size]
    if column.kind == "integer":
        return str(number)
    if column.kind == "bit":
        return spelled(column, number % 2)
    return value


_SAMPLES = {
    "decimal": "0",
    "float": "1.5",
    "boolean": "true",
    "bytes": "\\x00ff",
    "uuid": "00000000-0000-4000-8000-000000000001",
    "date": "2024-02-29",
    "datetime": "2024-02-29 12:30:00",
    "time": "12:30:00",
    "json": '{"a": 1}',
    "array": "{}",
}
_READ: Mapping[str, Callable[[str], Value]] = {
    "integer": int,
    "decimal": lambda text: Decimal(text.replace("$", "").replace(",", "")),
    "float": float,
    "boolean": lambda text: text in ("t", "true"),
    "bytes": lambda text: bytes.fromhex(text[2:]),
    "bit": lambda text: int(text or "0", 2),
    "datetime": lambda text: _ZONE.sub("", text),
    "time": lambda text: _ZONE.sub("", text),
}


def _item(text: str | None) -> str:
    return "NULL" if text is None else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _array(column: Column, text: str) -> tuple[object, ...]:
    """Give the items of an array; of one with several dimensions all items in a row."""
    found: list[object] = []
    for match in _ITEM.finditer(text.partition("=")[2] if text.startswith("[") else text):
        quoted, plain = match.groups()
        if quoted is None and plain.upper() == "NULL":
            found.append(None)
        else:
            found.append(told(column, plain if quoted is None else re.sub(r"\\(.)", r"\1", quoted)))
    return tuple(found)


def _spatial(column: Column, text: str) -> str:
    """Give well-known text with its reference system, and with the further dimensions that the column demands."""
    mark = _MARK.search(column.spelling)
    if mark:
        dimensions = mark[1].upper()
        text = _PAIR.sub(lambda pair: f"{pair[1]} {pair[2]}{' 0' * len(dimensions)}", text)
        text = _NAME.sub(lambda name: f"{name[1]} {dimensions} ", text)
    return f"SRID={column.srid};{text}" if column.srid else text
