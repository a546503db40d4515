"""What a column's type is, whatever it is called (pure); `fit` says whether another one holds all that it holds.

The aliases and the defaults are those of the servers' manuals: MySQL 9 (13.1 to 13.7), MariaDB 11, PostgreSQL 18 (8).
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from migkit.product import Family
from migkit.values import dataclass

_TYPE = re.compile(r"(?P<base>[^()\[\]]*)(?:\((?P<arguments>.*)\))?(?P<rest>[^()]*)", re.DOTALL)
_LABEL = re.compile(r"'((?:[^']|'')*)'")
_BLANKS = re.compile(r"\s+")
_LENGTH = re.compile(r"\s*(-?\d+)\s*(?:,\s*(-?\d+)\s*)?\Z")

_ALIASES = {
    "character": "char",
    "nchar": "char",
    "national char": "char",
    "national character": "char",
    "bpchar": "char",
    "character varying": "varchar",
    "char varying": "varchar",
    "varcharacter": "varchar",
    "nvarchar": "varchar",
    "national varchar": "varchar",
    "national character varying": "varchar",
    "national char varying": "varchar",
    "nchar varying": "varchar",
    "integer": "int",
    "int4": "int",
    "int8": "bigint",
    "int2": "smallint",
    "dec": "decimal",
    "numeric": "decimal",
    "fixed": "decimal",
    "double precision": "double",
    "float8": "double",
    "float4": "float",
    "bool": "boolean",
}
_MYSQL = {
    "int1": "tinyint",
    "int3": "mediumint",
    "middleint": "mediumint",
    "real": "double",
    "boolean": "tinyint",
    "long": "mediumtext",
    "long varchar": "mediumtext",
    "long char": "mediumtext",
    "long varbinary": "mediumblob",
    "serial": "bigint",
    "char byte": "binary",
    "geomcollection": "geometrycollection",
}
_POSTGRESQL = {
    "real": "float",
    "serial": "int",
    "serial4": "int",
    "bigserial": "bigint",
    "serial8": "bigint",
    "smallserial": "smallint",
    "serial2": "smallint",
    "timestamptz": "timestamp",
    "timetz": "time",
    "varbit": "bit varying",
}
BYTES = {"tinyint": 1, "smallint": 2, "mediumint": 3, "int": 4, "bigint": 8}
_LARGEST = {"tiny": 255, "": 65_535, "medium": 16_777_215, "long": 4_294_967_295}  # bytes of MySQL's TEXT and BLOB
TEXTS = {f"{size}text": bytes_ for size, bytes_ in _LARGEST.items()}
BLOBS = {f"{size}blob": bytes_ for size, bytes_ in _LARGEST.items()}
_GEOMETRIES = frozenset(
    {"geometry", "geography", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon"}
    | {"geometrycollection"}
)
_GROUPS = {
    **dict.fromkeys(BYTES, "integer"),
    **dict.fromkeys(TEXTS, "text"),
    **dict.fromkeys(BLOBS, "blob"),
    **dict.fromkeys(_GEOMETRIES, "geometry"),
    **dict.fromkeys(("char", "varchar"), "char"),
    **dict.fromkeys(("binary", "varbinary"), "binary"),
    **dict.fromkeys(("float", "double"), "float"),
    **dict.fromkeys(("json", "jsonb"), "json"),
    **dict.fromkeys(("date", "datetime", "timestamp", "time", "year", "interval"), "time"),
    **dict.fromkeys(("enum", "set"), "enum"),
    **{one: one for one in ("decimal", "boolean", "uuid")},
    "bytea": "blob",
    "citext": "text",
}
_FRACTIONS = frozenset({"datetime", "timestamp", "time"})
_SINGLE_PRECISION = 24  # bits of FLOAT(p): more of them make a double


@dataclass(frozen=True, slots=True)
class ColumnType:
    """A type by its own name in lower case: int, varchar, decimal, double, timestamp …, not INTEGER or INT4.

    `size` is a length in characters or bytes, or a precision; of times, digits of a second; of MySQL's TEXT and BLOB
    their bytes. None is not limited. An integer has none: INT(11) is an INT. `values` are the labels of an ENUM or SET,
    `arguments` stand as they are written.
    """

    base: str
    size: int | None = None
    scale: int | None = None
    unsigned: bool = False
    timezone: bool = False
    values: tuple[str, ...] = ()
    array: bool = False
    arguments: str = ""

    @property
    def group(self) -> str:
        """What kind of thing it is: integer, decimal, float, char, text, binary, blob, time, json, enum … or ""."""
        return "array" if self.array else _GROUPS.get(self.base, "")


def textual(type_: str, family: Family) -> bool:
    """Whether a column of that type holds text, which has a charset and a collation."""
    kind = None if type_.upper() == "JSON" else parse(type_, family)  # MariaDB's is a text with a charset of its own
    return kind is not None and (kind.group in ("char", "text") or kind.base in ("enum", "set"))


@lru_cache(maxsize=4096)
def same(one: str, other: str, family: Family) -> bool:
    """Whether two spellings are the same type: INTEGER and INT4, CHARACTER VARYING(40) and VARCHAR(40)."""
    first, second = parse(one, family), parse(other, family)
    return first is not None and second is not None and _comparable(first) == _comparable(second)


def _comparable(one: ColumnType) -> ColumnType:
    plain = "" if one.size is not None or one.values else _BLANKS.sub("", one.arguments).lower()
    return replace(one, arguments="" if one.base in BYTES or one.group in ("float", "text", "blob") else plain)


@lru_cache(maxsize=4096)
def parse(type_: str, family: Family) -> ColumnType | None:
    """Read a type as ColumnSpec has it; None where there is none, or a part of it is not known."""
    match = _TYPE.fullmatch(type_.strip())
    if match is None or not match["base"].strip() or "{}" in type_:
        return None
    words = _BLANKS.sub(" ", f"{match['base']} {match['rest']}".lower().replace("[]", " ")).strip()
    bare = _QUALIFIERS.sub("", words)
    name = _named(bare, family)
    mysql = family in ("mysql", "mariadb")
    unsigned = "unsigned" in words or "zerofill" in words or (mysql and bare == "serial")
    zoned = "with time zone" in words or bare in ("timestamptz", "timetz")
    arguments = match["arguments"] or ""
    if family == "postgresql" and bare == "float" and not arguments:
        name = "double"  # MySQL's is a single one
    return _sized(name, arguments, mysql=mysql, unsigned=unsigned, timezone=zoned, array="[]" in type_)


_QUALIFIERS = re.compile(r" (?:unsigned|signed|zerofill|with time zone|without time zone)\b")


def _named(words: str, family: Family) -> str:
    name = _ALIASES.get(words, words)
    if name == "json" and family == "mariadb":
        return "longtext"  # which its information_schema says too
    if family in ("mysql", "mariadb"):
        return _MYSQL.get(name, name)
    return _POSTGRESQL.get(name, name) if family == "postgresql" else name


def _sized(name: str, arguments: str, *, mysql: bool, unsigned: bool, timezone: bool, array: bool) -> ColumnType:
    found = _LENGTH.match(arguments)
    size = int(found[1]) if found else None
    scale = int(found[2]) if found and found[2] else None
    if name in ("enum", "set"):
        values = tuple(one.replace("''", "'") for one in _LABEL.findall(arguments))
        return ColumnType(name, values=values, arguments=arguments)
    if name in BYTES:
        size = None
    elif name == "float" and size is not None:
        name, size = ("double" if size > _SINGLE_PRECISION else "float"), None
    elif mysql and name in ("text", "blob") and size is not None:
        name, size = _smallest(name, size), None
    if size is None:
        size = _usual(name, mysql=mysql)
    if name == "decimal" and size is not None and scale is None:
        scale = 0
    return ColumnType(name, size, scale, unsigned, timezone, (), array, arguments)


def _smallest(name: str, size: int) -> str:
    """TEXT(n) of MySQL is the smallest type that holds n characters."""
    longest = 4 if name == "text" else 1
    return next((f"{one}{name}" for one, bytes_ in _LARGEST.items() if size * longest <= bytes_), f"long{name}")


def _usual(name: str, *, mysql: bool) -> int | None:
    """Give the size that a type has where none is said."""
    if name in ("char", "binary", "bit"):
        return 1
    if name in _FRACTIONS:
        return 0 if mysql else 6
    if mysql and (name in TEXTS or name in BLOBS):
        return TEXTS.get(name) or BLOBS[name]
    return 10 if name == "decimal" and mysql else None
