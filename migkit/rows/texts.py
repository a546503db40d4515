"""Texts, bytes, uuids, JSON documents and geometries.

A text or bytes column that has the size of a uuid holds uuids; one whose default is a JSON document holds such.
"""

from __future__ import annotations

import json
import string
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from random import Random
from uuid import UUID

from migkit.rows.kinds import HIGH, LOW, ZERO, Kind, among
from migkit.rows.schema import Column, Value

_WORDS = ("alpha", "Beta", "gamma delta", "it's", "100%", 'say "so"', "back\\slash", "a:b", "één", "日本", "😀", "x")
_DIGITS = string.digits + string.ascii_lowercase
_LONG = 4_096  # a text without a near limit is as long as this
_HUGE = 65_600  # and one that may be longer than MySQL's TEXT is longer
_UUID_TEXT, _UUID_HEX, _UUID_BYTES = 36, 32, 16
_IDS = ("id", "uuid", "guid")
_NEW = 0x5EED << 112 | 0x4000 << 64 | 0x8000 << 48  # of version 4, so that everything takes it


class _Text(Kind):
    """Texts of at most `size` characters."""

    def usual(self, column: Column, rng: Random) -> Value:
        within = _within(column, rng.getrandbits(60))
        if within is not None:
            return within
        return rng.choice(_words(column))

    def edge(self, column: Column, edge: str) -> Value:
        within = _within(column, 0 if edge == ZERO else 0xFF if edge == HIGH else 1)
        if within is not None:
            return within
        if edge == HIGH:
            return f"{column.name.encode('ascii', 'ignore').decode()} long ".ljust(_size(column), "x")[: _size(column)]
        return " a b "[: _size(column)] if edge == LOW else ""

    def nth(self, column: Column, number: int) -> Value:
        size = _size(column)
        if size in (_UUID_TEXT, _UUID_HEX) and _within(column, 0) is not None:
            return str(UUID(int=_NEW + number)) if size == _UUID_TEXT else f"{_NEW + number:032x}"
        return _counted(number, min(size, 8))

    def read(self, column: Column, text: str) -> Value:
        if (column.size is not None and len(text) > column.size) or not _encodes(column.charset, text):
            raise ValueError(text)
        return text

    def same(self, value: Value) -> Value:
        text = str(value)
        if text.isascii():
            return text.lower().rstrip()
        plain = unicodedata.normalize("NFKD", text)
        return "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold().rstrip()


class _Bytes(Kind):
    """At most `size` bytes, or exactly so many where they are `fixed`."""

    def usual(self, column: Column, rng: Random) -> Value:
        if column.size == _UUID_BYTES:
            return UUID(int=rng.getrandbits(128), version=4).bytes
        return rng.randbytes((column.size or 0) if column.fixed else min(_size(column), 12))

    def edge(self, column: Column, edge: str) -> Value:
        if edge == HIGH:
            return b"\xff" * _size(column)
        least = (column.size or 0) if column.fixed or column.size == _UUID_BYTES else 0
        return b"\0" * max(least, min(_size(column), 1) if edge == LOW else 0)

    def nth(self, column: Column, number: int) -> Value:
        if column.size == _UUID_BYTES:
            return UUID(int=_NEW + number).bytes
        size = min(_size(column), 8)
        filled = among(number, range(256**size - 1)) + 1
        return filled.to_bytes(size).ljust(column.size or 0 if column.fixed else size, b"\1")

    def read(self, column: Column, text: str) -> Value:
        value = bytes.fromhex(text[2:]) if text[:2].lower() == "0x" else text.encode()
        if column.size == _UUID_BYTES and len(value) != _UUID_BYTES:
            value = UUID(text).bytes
        if len(value) > _size(column) or (column.fixed and len(value) != column.size):
            raise ValueError(text)
        return value


class _Uuid(Kind):
    """Uuids as 36 characters."""

    def usual(self, column: Column, rng: Random) -> Value:
        return str(UUID(int=rng.getrandbits(128), version=4))

    def edge(self, column: Column, edge: str) -> Value:
        return str(UUID(int=0 if edge == ZERO else 2**128 - 1 if edge == HIGH else 1))

    def nth(self, column: Column, number: int) -> Value:
        return str(UUID(int=_NEW + number))

    def read(self, column: Column, text: str) -> Value:
        return str(UUID(text))


class _Json(Kind):
    """Documents; objects, unless the default is a list.

    They are spelt as JSONB, and MySQL's JSON, print them: a conversion to it and back then loses nothing.
    """

    def usual(self, column: Column, rng: Random) -> Value:
        return _document(
            column, {"of": [1, None], "on": True, "days": rng.randrange(90), "name": rng.choice(_WORDS[:8])}
        )

    def edge(self, column: Column, edge: str) -> Value:
        if edge == HIGH:
            return _document(column, {"one": {"two": {"three": [-1.5, 1e6]}}, "text": "long " * 60})
        return _document(column, {"none": None}) if edge == LOW else ("[]" if _is_list(column) else "{}")

    def nth(self, column: Column, number: int) -> Value:
        return _document(column, {"number": number})

    def read(self, column: Column, text: str) -> Value:
        return json.dumps(_ordered(json.loads(text)), ensure_ascii=False)

    def same(self, value: Value) -> Value:
        return json.dumps(json.loads(str(value)), sort_keys=True)


class _Geometry(Kind):
    """Well-known text of the column's `shape`, within what degrees can be."""

    def usual(self, column: Column, rng: Random) -> Value:
        return _drawn(column, rng.randrange(60), rng.randrange(60))

    def edge(self, column: Column, edge: str) -> Value:
        return _drawn(column, *((79, 79) if edge == HIGH else (-80, -80) if edge == LOW else (0, 0)))

    def nth(self, column: Column, number: int) -> Value:
        return _drawn(column, among(number, range(80 * 80)) % 80, number // 80)

    def read(self, column: Column, text: str) -> Value:
        raise ValueError(text)


def _size(column: Column) -> int:
    if column.size is None or column.size > _HUGE:
        return _LONG if column.size is None else _HUGE
    return min(column.size, _LONG)


def _within(column: Column, number: int) -> str | None:
    """Spell a value of another kind that the column's texts are: a uuid or a document; None where they are texts."""
    size = column.size or _LONG
    if size == _UUID_TEXT:
        return str(UUID(int=number << 68, version=4) if number else UUID(int=0))
    if size == _UUID_HEX and column.name.lower().endswith(_IDS):
        return f"{number << 68:032x}"
    if (column.default or "").strip()[:1] in ("{", "[") and size > _UUID_TEXT:
        return _document(column, {"number": number}) if number else column.default
    return None


def _words(column: Column) -> tuple[str, ...]:
    return _words_of(column.charset, _size(column))


@lru_cache(maxsize=512)
def _words_of(charset: str, size: int) -> tuple[str, ...]:
    return tuple(word for word in _WORDS if len(word) <= size and _encodes(charset, word)) or ("",)


def _encodes(charset: str, text: str) -> bool:
    if charset == "bmp":
        return all(ord(sign) < 0x10000 for sign in text)  # noqa: PLR2004  # the basic multilingual plane
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _counted(number: int, size: int) -> str:
    among(number, range(len(_DIGITS) ** size))
    signs = []
    for _ in range(size):
        number, digit = divmod(number, len(_DIGITS))
        signs.append(_DIGITS[digit])
    return "".join(reversed(signs))


def _document(column: Column, value: dict[str, object]) -> str:
    return json.dumps([value] if _is_list(column) else value)


def _ordered(value: object) -> object:
    """Give a document with the keys of its objects in order, the shorter ones first."""
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value, key=lambda key: (len(key.encode()), key))}
    return [_ordered(each) for each in value] if isinstance(value, list) else value


def _is_list(column: Column) -> bool:
    return (column.default or "").strip().startswith("[")


def _drawn(column: Column, x: int, y: int) -> str:
    shape = column.shape or "POINT"
    flat = shape.removesuffix("ZM").removesuffix("Z").removesuffix("M").strip()
    more = " 0" * (2 if shape.endswith("ZM") else 1 if shape != flat else 0)
    here, right, up = (f"{a} {b}{more}" for a, b in ((x, y), (x + 1, y), (x + 1, y + 1)))
    texts = {
        "LINESTRING": f"({here}, {up})",
        "POLYGON": f"(({here}, {right}, {up}, {here}))",
        "MULTIPOINT": f"({here}, {up})",
        "MULTILINESTRING": f"(({here}, {up}), ({right}, {up}))",
        "MULTIPOLYGON": f"((({here}, {right}, {up}, {here})))",
    }
    named = shape[len(flat) :].strip()
    if flat in ("GEOMETRYCOLLECTION", "GEOMCOLLECTION"):
        return f"GEOMETRYCOLLECTION{named and ' ' + named}(POINT{named and ' ' + named}({here}))"
    name = flat if flat in texts else "POINT"
    return f"{name}{named and ' ' + named}{texts.get(flat, f'({here})')}"


TEXTS: Mapping[str, Kind] = {
    "text": _Text(),
    "bytes": _Bytes(),
    "uuid": _Uuid(),
    "json": _Json(),
    "geometry": _Geometry(),
}
