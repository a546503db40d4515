"""A column as it is typed, NAME[:TYPE[:OPTIONS]], and a geometry, NAME[:TYPE[:SRID][:OPTIONS]].

A type of several words has underscores between them: `double_precision`, `timestamp(6)_with_time_zone`. Options are
parted by colons: `not_null` · `null` · `default=VALUE` · `collate=NAME` · `unsigned` · `after=COLUMN` · `first`. A
value that is a bare word is a string: `default=new` is `DEFAULT 'new'`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from migkit.errors import ConfigError
from migkit.title.parts import Named
from migkit.title.words import check_identifier, check_sql, split

OPTIONS = ("not_null", "null", "default=VALUE", "collate=NAME", "unsigned", "after=COLUMN", "first")
GEOMETRIES = (
    "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon", "geometrycollection", "geometry",
)  # fmt: skip
_SRID = re.compile(r"\d{1,6}")
_TYPE = re.compile(r"""[A-Za-z_"][\w."]*(?:\(.*\))?(?: [A-Za-z]+(?:\(\d+\))?)*(?:\[\d*\])*""", re.DOTALL)
_TYPE_WORDS = frozenset(
    {"double", "precision", "character", "varying", "bit", "timestamp", "time", "with", "without", "local", "zone"}
    | {"national", "char", "varchar", "int", "integer", "bigint", "smallint", "tinyint", "mediumint", "decimal"}
    | {"numeric", "float", "unsigned", "zerofill"}
)
_COLLATION = re.compile(r'[\w.-]+|"[^"]+"')
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_WORD = re.compile(r"[A-Za-z_][\w-]*")
_KEYWORDS = frozenset(
    {"null", "true", "false", "localtime", "localtimestamp"}
    | {"current_timestamp", "current_date", "current_time", "current_user"}
)
# What follows a name in SQL: where it stands alone among names, somebody typed SQL
_SQL_WORDS = frozenset({"not", "null", "default", "unsigned", "primary", "precision", "varying", "collate"})
# Types that nobody calls a column by
_NO_NAMES = frozenset(
    {"int", "integer", "bigint", "smallint", "tinyint", "mediumint", "varchar", "boolean", "bool", "decimal"}
    | {"numeric", "jsonb"}
)


def columns(item: str, words: Sequence[str]) -> tuple[Named, ...]:
    """Read the columns, or the geometries, of a description; ConfigError with what to write instead."""
    read = geometry if item == "geometry" else column
    found = tuple(read(item, word) for word in words)
    seen: set[str] = set()
    for named in found:
        if named.name in seen:
            raise ConfigError(f"{item} {named.name} is named twice", remedy="name it once")
        seen.add(named.name)
    for before, named in pairwise(found):
        if named.name in _SQL_WORDS and not named.type and before.type:
            raise ConfigError(
                f'{item} {before.name} is followed by "{named.name}"',
                remedy=f"options stand behind a colon: {before.name}:{before.type}:not_null:default=0",
            )
        if named.name in _NO_NAMES and not named.type and not before.type:
            raise ConfigError(
                f'{item} {before.name} is followed by "{named.name}", which is a type',
                remedy=f"a type stands behind a colon: {before.name}:{named.name}",
            )
    return found


def column(item: str, word: str) -> Named:
    """Read one NAME[:TYPE[:OPTIONS]]."""
    name, rest = _parted(item, word)
    return options(Named(name, type_(name, rest[0])), rest[1:]) if rest else Named(name)


def geometry(item: str, word: str) -> Named:
    """Read one NAME[:TYPE[:SRID][:OPTIONS]]."""
    name, rest = _parted(item, word)
    if rest and rest[0].lower() not in GEOMETRIES:
        raise ConfigError(
            f'"{rest[0]}" is no type of a geometry ({name})', remedy=f"valid here: {', '.join(GEOMETRIES)}"
        )
    has_srid = len(rest) > 1 and _SRID.fullmatch(rest[1])
    named = Named(name, rest[0].upper() if rest else "", rest[1] if has_srid else "")
    return options(named, rest[2 if has_srid else 1 :])


def type_(name: str, text: str) -> str:
    """Give a type as SQL."""
    words = re.sub(r"\([^)]*\)", "", text).lower().split("_")
    spaced = text.replace("_", " ") if set(words) <= _TYPE_WORDS else text
    check_sql(f"type of {name}", spaced)
    if not _TYPE.fullmatch(spaced) or _outside(spaced):
        raise ConfigError(
            f"{text!r} is no type of a column ({name})", remedy="write a type of the server: varchar(255)"
        )
    return spaced


def options(named: Named, words: Sequence[str]) -> Named:
    """Read what follows a type."""
    for word in words:
        key, equals, value = word.partition("=")
        reader = _READERS.get((key.lower().replace(" ", "_"), bool(equals)))
        if reader is None:
            raise ConfigError(
                f'column {named.name}: unknown option "{word}"', remedy=f"valid here: {', '.join(OPTIONS)}"
            )
        named = reader(named, value)
    return named


def value(text: str) -> str:
    """Give a default as SQL: a bare word is a string."""
    if _NUMBER.fullmatch(text) or text.lower() in _KEYWORDS or not _WORD.fullmatch(text):
        return text
    return f"'{text}'"


def _parted(item: str, word: str) -> tuple[str, list[str]]:
    name, *rest = split(word, ":")
    check_identifier(item, name)
    if "" in rest:
        raise ConfigError(
            f'{item} "{word}": nothing follows a colon', remedy="write NAME, NAME:TYPE or NAME:TYPE:OPTIONS"
        )
    return name, rest


def _outside(text: str) -> bool:
    """Whether what stands between the first and the last parenthesis leaves them: `int(1), b int(2)`."""
    depth = 0
    for at, char in enumerate(re.sub(r"'[^']*'|\"[^\"]*\"", "''", text)):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char == "," and depth == 0 and at:
            return True
    return False


def _default(named: Named, text: str) -> Named:
    check_sql(f"default of {named.name}", text)
    if not text or len(split(text, ",")) > 1:
        raise ConfigError(
            f"column {named.name}: {text!r} is no default",
            remedy="write default=VALUE, e.g. default=0 or default='new'",
        )
    return replace(named, default=value(text))


def _collate(named: Named, text: str) -> Named:
    if not _COLLATION.fullmatch(text):
        raise ConfigError(f"column {named.name}: {text!r} is no collation", remedy="write collate=NAME")
    return replace(named, collate=text)


def _after(named: Named, text: str) -> Named:
    return replace(named, after=check_identifier("column", text))


_READERS = {
    ("not_null", False): lambda named, _text: replace(named, null=False),
    ("null", False): lambda named, _text: replace(named, null=True),
    ("unsigned", False): lambda named, _text: replace(named, type=f"{named.type} unsigned"),
    ("first", False): lambda named, _text: replace(named, after=""),
    ("default", True): _default,
    ("collate", True): _collate,
    ("after", True): _after,
}
