"""PostgreSQL's types as the columns of the nouns: what is known of each, and what stands in for what has no grammar."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from migkit.rows.postgresql_texts import CHOICES, RANGED, vector
from migkit.rows.schema import Column
from migkit.values import dataclass

_INTEGERS = {
    "int2": (-(2**15), 2**15 - 1),
    "int4": (-(2**31), 2**31 - 1),
    "int8": (-(2**63), 2**63 - 1),
    "oid": (0, 2**32 - 1),
}
_TEXTS = {"text": None, "varchar": None, "bpchar": None, "citext": None, "name": 15, "char": 1, "refcursor": None}
_ASCII = frozenset({"char"})
_MOMENTS = {"timestamp": "datetime", "timestamptz": "datetime", "date": "date", "time": "time", "timetz": "time"}
_PLAIN = {"bool": "boolean", "float4": "float", "float8": "float", "bytea": "bytes", "uuid": "uuid", "json": "json"}
_KINDS = {**_PLAIN, "jsonb": "json", **dict.fromkeys(_TEXTS, "text"), **_MOMENTS}
_GEOMETRY = re.compile(r"(?:geometry|geography)\((\w+)(?:,(\d+))?\)")
_SHAPES = re.compile(r"(MULTI)?(POINT|LINESTRING|POLYGON)|GEOMETRY(COLLECTION)?")
_MONEY_DIGITS, _BITS, _MICROSECONDS, _HEADER = 15, 63, 6, 4
_WGS84 = 4326
_WIDE = frozenset({"empty", "(,)", "{}", "{(,)}"})
_ROWS = 60  # values of a composite type


@dataclass(frozen=True, slots=True)
class Type:
    """A type of the catalogue, as far as it matters here; `subtype` is a range's, `parts` are a composite's.

    `checks` are a domain's conditions over VALUE.
    """

    oid: int
    name: str
    category: str
    base: int
    modifier: int
    element: int | None
    not_null: bool
    spelling: str
    labels: tuple[str, ...]
    subtype: int | None
    parts: tuple[tuple[str, int, int], ...]
    checks: tuple[str, ...]


Types = Mapping[int, Type]


def typed(column: Column, oid: int, modifier: int, types: Types) -> Column:
    """Give a column its kind; one that the kit has no value for is `unfit`, unless it may be NULL."""
    one = types[oid]
    if one.category == "d":
        inner = typed(column, one.base, one.modifier, types)
        return replace(inner, nullable=inner.nullable and not one.not_null)
    if one.labels:
        return replace(column, kind="enum", choices=one.labels)
    if one.element:
        return _array(column, one.element, modifier, types)
    if one.subtype:
        return _ranged(column, one, types)
    if one.parts:
        return _composite(column, one, types)
    return _scalar(column, one, modifier)


def _array(column: Column, element: int, modifier: int, types: Types) -> Column:
    """Give an array of what its items are; of a domain with conditions only the empty one."""
    if any(domain.checks for domain in domains(element, types)):
        return replace(column, kind="choice", choices=("{}",))
    inner = typed(Column("", "", spelling=column.spelling.removesuffix("[]")), element, modifier, types)
    return replace(column, kind="array", element=inner, unfit=inner.unfit)


def domains(oid: int, types: Types) -> Sequence[Type]:
    """Give the domain of a column and those that it stands on."""
    found = []
    while types[oid].category == "d":
        found.append(types[oid])
        oid = types[oid].base
    return found


def apart(column: Column) -> Column:
    """Give a column of ranges those that have no point in common: what an exclusion constraint asks for."""
    return replace(column, choices=tuple(text for text in column.choices if text not in _WIDE))


def _scalar(column: Column, one: Type, modifier: int) -> Column:
    if one.name in _INTEGERS:
        low, high = _INTEGERS[one.name]
        return replace(column, kind="integer", low=low, high=high)
    if one.name in ("geometry", "geography"):
        return _spatial(column, one.name)
    if one.name in _SIZED:
        return _SIZED[one.name](column, modifier)
    if one.name in _KINDS:
        charset = "ascii" if one.name in _ASCII else column.charset
        size = _TEXTS.get(one.name) or (modifier - _HEADER if modifier > _HEADER else None)
        kind = _KINDS[one.name]
        scale = (_MICROSECONDS if modifier < 0 else modifier) if kind in ("datetime", "time") else 0
        return replace(column, kind=kind, size=size if kind == "text" else None, scale=scale, charset=charset)
    choices = CHOICES.get(one.name)
    if choices is None:
        return replace(column, kind="text", unfit=f"the kit has no value of the type {one.spelling}")
    return replace(column, kind="choice", choices=choices)


def _numeric(column: Column, modifier: int) -> Column:
    if modifier < 0:
        return replace(column, kind="decimal")
    size, scale = (modifier - _HEADER) >> 16, (modifier - _HEADER) & 0x7FF
    scale = scale - 2048 if scale >= 1024 else scale  # noqa: PLR2004  # eleven bits, with a sign since 15
    return replace(column, kind="decimal", size=size, scale=max(scale, 0))


def _bits(column: Column, modifier: int) -> Column:
    return replace(column, kind="bit", size=modifier if modifier > 0 else _BITS)


_SIZED: Mapping[str, Callable[[Column, int], Column]] = {
    "numeric": _numeric,
    "money": lambda column, _modifier: replace(column, kind="decimal", size=_MONEY_DIGITS, scale=2),
    "bit": _bits,
    "varbit": _bits,
    "vector": lambda column, modifier: replace(column, kind="choice", choices=vector(modifier)),
    "halfvec": lambda column, modifier: replace(column, kind="choice", choices=vector(modifier)),
}


def _spatial(column: Column, name: str) -> Column:
    said = _GEOMETRY.search(column.spelling)
    shape = said[1].upper() if said else "GEOMETRY"
    srid = int(said[2] or 0) if said else 0
    flat = shape.removesuffix("M").removesuffix("Z")
    if not _SHAPES.fullmatch(flat):
        return replace(column, kind="text", unfit=f"the kit has no value of the type {column.spelling}")
    return replace(column, kind="geometry", shape=flat, srid=srid or (_WGS84 if name == "geography" else 0))


def _ranged(column: Column, one: Type, types: Types) -> Column:
    """Give a range or a multirange the choices of its subtype."""
    oid = one.subtype or 0
    while types[oid].category == "d":
        oid = types[oid].base
    choices: Any = ("empty", *RANGED.get(types[oid].name, ()), "(,)")
    if one.category == "m":
        choices = tuple("{}" if text == "empty" else f"{{{text}}}" for text in choices)
    return replace(column, kind="choice", choices=tuple(choices))


def _composite(column: Column, one: Type, types: Types) -> Column:
    """Give a composite type rows of the values of its parts; what has none is NULL in them."""
    from migkit.rows.postgresql_values import sample

    parts = [typed(Column(name, "", spelling=types[oid].spelling), oid, mod, types) for name, oid, mod in one.parts]
    rows = (",".join(_part(None if part.unfit else sample(part, number)) for part in parts) for number in range(_ROWS))
    return replace(column, kind="choice", choices=tuple(dict.fromkeys(f"({row})" for row in rows)))


def _part(text: str | None) -> str:
    return "" if text is None else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
