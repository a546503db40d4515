"""Whether PostgreSQL writes a table anew for another type of a column (pure).

As measured on 15, 17 and 18 (tests/server/facts/locks_postgresql.py); what was not measured is not known.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum

from migkit.lint.columntypes import ColumnType, parse

_LIKE_TEXT = frozenset({"varchar", "text"})
_PLAIN = frozenset({"integer", "float", "decimal", "boolean", "uuid", "json", "char", "text"})  # groups
_LONGEST = 300  # characters of a cast
_TIMES = frozenset({"timestamp", "date"})


class Rewrite(StrEnum):
    """What becomes of the table."""

    no = "no"
    yes = "yes"
    zone = "zone"  # unless the session's time zone is UTC
    unknown = "unknown"


def rewrite(old: str, new: str, using: str, column: str, enums: Collection[str] = ()) -> Rewrite:
    """Say whether the change of a type writes the table anew; `using` is the conversion, `enums` the known enum types.

    The names of `enums` are in small letters.
    """
    first, second = parse(old, "postgresql"), parse(new, "postgresql")
    if first is None or second is None or first.array or second.array:
        return Rewrite.unknown
    if using and not _casts(using, column):
        return Rewrite.yes
    if first == second:
        return Rewrite.no
    if first.base == second.base or {first.base, second.base} <= _LIKE_TEXT:
        return _sized(first, second)
    kinds = [_kind(one, enums) for one in (first, second)]
    return Rewrite.yes if all(kinds) else Rewrite.unknown


def _casts(using: str, column: str) -> bool:
    """Whether a conversion is the column itself, or a plain cast of it: what is done without one, too."""
    if len(using) > _LONGEST:
        return False
    name = rf'(?:"{re.escape(column)}"|{re.escape(column)})'
    kind = r"[\w .\"]+(?:\([\d, ]*\))?"
    plain = rf"\(*\s*{name}\s*(?:::\s*{kind})?\s*\)*"
    return (
        re.fullmatch(rf"{plain}|CAST\s*\(\s*{name}\s+AS\s+{kind}\s*\)", " ".join(using.split()), re.IGNORECASE)
        is not None
    )


def _kind(one: ColumnType, enums: Collection[str]) -> bool:
    """Whether it is known what a type is: of a domain it is not, which may be the same underneath."""
    return one.group in _PLAIN or one.base in _TIMES or one.base.strip('"') in enums


def _sized(old: ColumnType, new: ColumnType) -> Rewrite:
    """Compare two types that differ in their size alone, or text and varchar."""
    if old.base in _LIKE_TEXT:
        return _yes(new.size is not None and (old.size is None or new.size < old.size))
    if old.base == "decimal":
        same_scale = old.size is not None and new.size is not None and old.scale == new.scale and new.size >= old.size
        return _yes(not (new.size is None or same_scale))
    if old.base == "timestamp":
        if old.timezone != new.timezone:
            return Rewrite.zone if old.size == new.size else Rewrite.yes
        return _yes((new.size or 0) < (old.size or 0))
    return Rewrite.yes if old.base == "char" else Rewrite.unknown


def _yes(when: bool) -> Rewrite:  # noqa: FBT001  # a condition, made an answer
    return Rewrite.yes if when else Rewrite.no
