"""What a column's definition, as SHOW CREATE TABLE of MySQL and MariaDB prints it, says of the values that it takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from migkit.catalog.mysql_ddl import is_automatic, is_generated
from migkit.rows.lexis import literals, tokens
from migkit.rows.schema import Column

_STRING = r"'(?:[^'\\]|\\.|'')*'"
_TYPE = re.compile(rf"(?P<name>[a-z0-9_]+)(?:\((?P<arguments>(?:[^()']|{_STRING})*)\))?(?P<sign>(?: unsigned)?)")
_HIDDEN = re.compile(rf"{_STRING}|`(?:[^`]|``)*`")
_CHARSET = re.compile(r"\bCHARACTER SET (\w+)")
_COLLATION = re.compile(r"\bCOLLATE (\w+)")
_SRID = re.compile(r"\b(?:SRID|REF_SYSTEM_ID=?) ?(\d+)")
_DEFAULT = re.compile(rf"\bDEFAULT (\(*)((?:_\w+\s*|b)?{_STRING}|-?[\d.]+(?:e[+-]?\d+)?|true|false)", re.IGNORECASE)
_GENERATED = re.compile(r"GENERATED ALWAYS AS (.*)", re.DOTALL)
_JSON = re.compile(r"\bjson_valid\(`((?:[^`]|``)*)`\)", re.IGNORECASE)
_CODECS = {"utf8mb4": "utf-8", "utf8mb3": "bmp", "utf8": "bmp", "ucs2": "bmp", "utf16": "utf-8", "utf32": "utf-8"}
_CODECS |= {"latin1": "cp1252", "utf16le": "utf-8"}
_WIDTHS = {"utf8mb4": 4, "utf8mb3": 3, "utf8": 3, "latin1": 1, "ascii": 1}
_INTEGERS = {"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "integer": 32, "bigint": 64}
_LENGTHS = {"tiny": 2**8 - 1, "": 2**16 - 1, "medium": 2**24 - 1, "long": 2**32 - 1}
_SHAPES = frozenset({"geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon"})
_SHAPES |= {"geometrycollection", "geomcollection"}
_TIMES: dict[str, dict[str, Any]] = {
    "date": {"kind": "date"},
    "datetime": {"kind": "datetime"},
    "timestamp": {"kind": "datetime", "low": 1971, "high": 2037},  # to 2038-01-19 (the manual, "The DATE, ... Types")
    "time": {"kind": "time", "low": -838, "high": 838},
    "year": {"kind": "year", "low": 1901, "high": 2155, "zero": True},
}
_ADDRESSES = {
    "inet4": tuple(f"10.20.{number // 100}.{number % 100}" for number in range(400)),
    "inet6": tuple(f"2001:db8::{number:x}" for number in range(1, 400)),
}


@lru_cache(maxsize=8192)
def column(name: str, definition: str, charset: str, *, zero: bool) -> Column:
    """Read one column; `charset` is its table's, `zero` says that the server takes dates without a day."""
    match = _TYPE.match(definition)
    word = match["name"].lower() if match else ""
    arguments = (match["arguments"] or "") if match else ""
    plain = _HIDDEN.sub("''", definition)
    unsigned = bool(match and match["sign"])
    fields = _of_type(word, arguments, plain, charset, unsigned=unsigned)
    if _JSON.search(definition):
        fields = {"kind": "json"}
    found = Column(name=name, spelling=word, nullable="NOT NULL" not in plain, **fields)
    return replace(
        found,
        default=_default(definition),
        counter=is_automatic(definition),
        generated=is_generated(definition),
        reads=_reads(definition),
        zero=found.zero or (zero and word in _TIMES),
    )


def codec(charset: str) -> str:
    """Give Python's name of the encoding of a character set, or bmp; ascii of one that is not known."""
    return _CODECS.get(charset, "ascii")


def _of_type(word: str, arguments: str, plain: str, charset: str, *, unsigned: bool) -> dict[str, Any]:
    if word in ("enum", "set"):
        return {"kind": word, "choices": tuple(literals(arguments))}
    numbers = [int(part) for part in arguments.split(",") if part.strip().isdigit()]
    if word in _TIMES:
        return {**_TIMES[word], "scale": numbers[0] if numbers and word != "year" else 0}
    return (
        _of_number(word, numbers, unsigned=unsigned)
        or _of_text(word, numbers[0] if numbers else None, plain, charset)
        or _of_other(word, numbers[0] if numbers else 1, plain)
    )


def _of_number(word: str, numbers: Sequence[int], *, unsigned: bool) -> dict[str, Any]:
    if word == "tinyint" and numbers == [1] and not unsigned:
        return {"kind": "boolean"}
    if word in _INTEGERS:
        bits = _INTEGERS[word]
        low, high = (0, 2**bits - 1) if unsigned else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
        return {"kind": "integer", "low": low, "high": high}
    if word == "decimal" or (word in ("float", "double") and len(numbers) > 1):
        return {"kind": "decimal", "size": numbers[0], "scale": numbers[1], "low": 0 if unsigned else None}
    if word in ("float", "double"):
        return {"kind": "float", "low": 0 if unsigned else None}
    return {"kind": "bit", "size": numbers[0]} if word == "bit" else {}


def _of_text(word: str, size: int | None, plain: str, charset: str) -> dict[str, Any]:
    if word.endswith("text") or word in ("char", "varchar"):
        named, collated = _CHARSET.search(plain), _COLLATION.search(plain)
        charset = named[1] if named else collated[1].partition("_")[0] if collated else charset
        most = _LENGTHS.get(word.removesuffix("text"), 0) // _WIDTHS.get(charset, 4)
        return {"kind": "text", "size": size if word.endswith("char") else most, "charset": codec(charset)}
    if word.endswith("blob") or word in ("binary", "varbinary"):
        room = size if word.endswith("binary") else _LENGTHS.get(word.removesuffix("blob"), 0)
        return {"kind": "bytes", "size": room, "fixed": word == "binary"}
    return {}


def _of_other(word: str, size: int, plain: str) -> dict[str, Any]:
    if word in ("json", "uuid"):
        return {"kind": word}
    if word in _SHAPES:
        srid = _SRID.search(plain)
        return {"kind": "geometry", "shape": word.upper(), "srid": int(srid[1]) if srid else 0}
    if word in _ADDRESSES:
        return {"kind": "choice", "choices": _ADDRESSES[word]}
    if word == "vector":
        return {"kind": "choice", "choices": tuple(f"[{','.join([str(n)] * size)}]" for n in range(1, 200))}
    return {"kind": "text", "unfit": f"there are no values for the type {word or plain}"}


def _default(definition: str) -> str | None:
    match = None if is_generated(definition) else _DEFAULT.search(definition)
    found = literals(match[2]) if match else []
    if not match or not found or (match[1] and not definition[match.end() :].startswith(")")):
        return None if not match or found or "'" not in match[2] else ""
    return f"b'{found[0]}'" if match[2][:2] in ("b'", "B'") else found[0]


def _reads(definition: str) -> tuple[str, ...]:
    match = _GENERATED.search(definition)
    names = (token.text for token in tokens(match[1]) if token.kind == "name") if match else ()
    return tuple(dict.fromkeys(names))
