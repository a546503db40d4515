"""Whether PostgreSQL changes a column's type by itself, or has to be told how (pure).

USING casts as `::` does, which cuts a text that is too long without a word: it is written only where there is no
assignment cast (PostgreSQL manual, CREATE CAST), so that a value which does not fit stays an error.
"""

from __future__ import annotations

import re

_ALIASES = {
    "int": "integer", "int4": "integer", "int2": "smallint", "int8": "bigint", "decimal": "numeric", "bool": "boolean",
    "float": "double precision", "float8": "double precision", "float4": "real", "varchar": "character varying",
    "char": "character", "bpchar": "character", "timestamptz": "timestamp with time zone",
    "timestamp without time zone": "timestamp", "time without time zone": "time", "timetz": "time with time zone",
}  # fmt: skip
_TEXTS = frozenset({"text", "character varying", "character", "citext", "name"})
_AMONG = (
    frozenset({"smallint", "integer", "bigint", "numeric", "real", "double precision", "money"}),
    frozenset({"date", "timestamp", "timestamp with time zone"}),
    frozenset({"time", "time with time zone", "interval"}),
    frozenset({"json", "jsonb"}),
    frozenset({"geometry", "geography"}),
    frozenset({"inet", "cidr"}),
    frozenset({"bit", "bit varying"}),
)
_OWN = frozenset({"bytea", "boolean", "uuid", "xml", "oid", "point", "box", "macaddr", "tsvector", "hstore"}).union(
    *_AMONG
)


def using(column: str, now: str, was: str) -> str:
    """Give ` USING …` for a column that changes from one type to another, "" where PostgreSQL needs none."""
    (new, new_array), (old, old_array) = _base(now), _base(was)
    if new_array == old_array and (new == old or new in _TEXTS or any({new, old} <= among for among in _AMONG)):
        return ""
    if not new_array and new in _TEXTS:
        return ""
    if new in _OWN or old in _TEXTS:
        return f" USING {column}::{now}"
    through = "text[]" if new_array and old_array else "text"
    return f" USING {column}::{through}::{now}"


def _base(kind: str) -> tuple[str, bool]:
    """Give a type's name without its length and schema, and whether it is an array."""
    name = re.sub(r"\([^)]*\)", "", kind.lower())
    array = name.rstrip().endswith("]")
    name = " ".join(re.sub(r"\[\d*\]", "", name).split()).rpartition(".")[2]
    return _ALIASES.get(name, name), array
