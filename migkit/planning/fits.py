"""Values that a type does not take: a narrower one, or another kind of thing; and those that leave an enum (pure).

What each product refuses, cuts and rounds was measured: tests/server/test_release_preconditions.py holds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from migkit.lint.columntypes import BYTES, ColumnType, parse
from migkit.lint.fitting import Fit, fit
from migkit.model.release import Precondition
from migkit.model.script import ColumnSpec
from migkit.planning.asking_sql import Ground, rows, unasked

_BITS = 8
_TEXTS = frozenset({"char", "text"})
_OCTETS = frozenset({"binary", "blob"})
_NUMBERS = frozenset({"integer", "decimal", "float"})
_BARE = r"\(*\s*\"?\w+\"?\s*\)*(?:::\s*(?:text|varchar)\s*\)*)?"
_SWAP = re.compile(rf"{_BARE}::\s*[\w.\"]+\s*|CAST\s*\({_BARE}\s+AS\s+[\w.\"]+\s*\)", re.IGNORECASE)
_PLAIN = re.compile(rf"{_BARE}::\s*[^:]+|CAST\s*\({_BARE}\s+AS\s+[^:]+\)", re.IGNORECASE)
_WORDS = {
    "too-long": "are too long for",
    "out-of-range": "are out of the range of",
    "unfit": "cannot become",
}


def narrower(
    ground: Ground, table: str, old: ColumnSpec, new: ColumnSpec, conversion: str = "", *, using: bool = False
) -> Iterator[Precondition]:
    """Ask for the values of a column that another type does not take; nothing where it takes each.

    `conversion` is what stands behind USING, as it is written.
    """
    family = ground.engine.family
    was, now = parse(old.type, family), parse(new.type, family)
    labels = _labels(ground, new.type)
    if labels is not None and (_SWAP.fullmatch(conversion) if using else was and was.group != "integer"):
        yield _leaving(ground, table, old.name, labels)
        return
    found = fit(old.type, new.type, family)
    json = new.type.upper() == "JSON"  # whatever the product makes of it
    if found in (Fit.same, Fit.wider) and not (using or json or _loses_sign(was, now)):
        return
    if was is not None and old.type.lower() in ground.types:
        was = replace(was, base="enum")
    if now is not None and json:
        now = replace(now, base="json")
    asked = _asked(ground, table, old, was, now, conversion) if was and now else None
    if asked is not None:
        yield from (_worded(table, old, new, one) for one in asked)
    elif found is not Fit.unknown or using:
        what = f"each value of {table}.{old.name} fits {new.type}"
        alone = was and now and not using and ground.questions.tries("", "") and was.group != now.group
        why = "it is converted only where USING says how" if alone else f"no question tells how {old.type} is converted"
        yield unasked("unfit", table, what, why)


def _loses_sign(was: ColumnType | None, now: ColumnType | None) -> bool:
    return bool(was and now and now.unsigned and not was.unsigned)


def _worded(table: str, old: ColumnSpec, new: ColumnSpec, one: Precondition) -> Precondition:
    return replace(one, message=one.message or f"values of {table}.{old.name} {_WORDS[one.kind]} {new.type}")


def _asked(
    ground: Ground, table: str, old: ColumnSpec, was: ColumnType, now: ColumnType, conversion: str
) -> tuple[Precondition, ...] | None:
    """Give the questions, without what they say; None where none is known."""
    column = ground.column(table, old.name)
    if not conversion:
        found = _condition(ground, column, was, now)
        if found is not None:
            kind, condition = found
            return (rows(ground, kind, table, [old.name], condition, ""),) if condition else ()
        return (
            (_tried(ground, table, column, now),) if _by_itself(was, now) and ground.questions.tries("", "") else None
        )
    if not ground.questions.tries("", ""):
        return None
    return tuple(_converted(ground, table, old, was, now, conversion))


def _converted(
    ground: Ground, table: str, old: ColumnSpec, was: ColumnType, now: ColumnType, conversion: str
) -> Iterator[Precondition]:
    """Ask what becomes of each value behind USING."""
    value = f"({conversion})"
    plain = _PLAIN.fullmatch(conversion) is not None
    unreadable = ground.questions.unreadable(ground.column(table, old.name), _written(now), ground.engine.version)
    if now.group in _TEXTS and now.size is not None:
        long = f"CHAR_LENGTH(RTRIM({ground.questions.as_text(value)})) > {now.size}"
        yield rows(ground, "too-long", table, [old.name], long, "")
    elif plain and was.group in _TEXTS and now.group not in _TEXTS and unreadable:
        yield rows(ground, "unfit", table, [old.name], unreadable, "")
    else:
        yield _tried(ground, table, value, now)
    if old.nullable is False and not plain:
        what = f"rows of {table} get NULL in {old.name} by {conversion}"
        yield rows(ground, "nulls", table, [old.name], f"{value} IS NULL", what)


def _tried(ground: Ground, table: str, value: str, now: ColumnType) -> Precondition:
    tried = ground.questions.tries(value, _written(now))
    query = f"SELECT COUNT({tried}) FROM {ground.source(table, value)}"  # noqa: S608  # names are quoted
    return Precondition("unfit", table, query, "", tries=True)


def _written(one: ColumnType) -> str:
    """Write a type as it was said, by its own name."""
    sized = f"({one.arguments})" if one.arguments else ""
    name = {"double": "double precision", "float": "real"}.get(one.base, one.base)
    zone = " with time zone" if one.timezone else ""
    return f"{name}{sized}{zone}{'[]' if one.array else ''}"


def _by_itself(was: ColumnType, now: ColumnType) -> bool:
    """Whether a product that has USING converts without it: where not, it refuses, whatever the rows are."""
    if {was.group, now.group} <= _NUMBERS or was.group == now.group == "time":
        return True
    return not now.arguments and (was.group == now.group or not now.group)  # a cast cuts what has a length


def _condition(ground: Ground, column: str, was: ColumnType, now: ColumnType) -> tuple[str, str] | None:
    """Give the kind of question and its condition, "" where nothing is refused; None where that is not known."""
    groups = (was.group, now.group)
    if now.group in _TEXTS and now.base != "json" and was.group not in ("", "array", "geometry", *_OCTETS):
        return _too_long(ground, column, was, now)
    if groups[0] in _OCTETS and groups[1] in _OCTETS and now.size is not None:
        return "too-long", f"{ground.questions.octets(column)} > {now.size}"
    if now.group in ("integer", "decimal") and was.group in ("integer", "decimal"):
        return _number(ground, column, was, now)
    if groups == ("time", "time") and was.base == now.base and was.timezone == now.timezone:
        return "out-of-range", ""  # a fraction of a second is rounded
    condition = ground.questions.refuses(column, was, now)
    if condition is None:
        return None
    return "out-of-range" if {*groups} <= {*_NUMBERS, "time"} else "unfit", condition


def _number(ground: Ground, column: str, was: ColumnType, now: ColumnType) -> tuple[str, str]:
    if now.group == "integer":
        low, high = _range(now)
        value = column if was.group == "integer" else f"ROUND({column})"
        least = value if ground.questions.rounds or not now.unsigned else column
        return "out-of-range", f"({least} < {low} OR {value} > {high})"
    return _decimal(ground, column, was, now)


def _too_long(ground: Ground, column: str, was: ColumnType, now: ColumnType) -> tuple[str, str] | None:
    """Blanks at the end are cut without a word by the standard, and by MySQL not always."""
    if now.size is None:
        return "too-long", ""
    whole = ground.questions.as_text(column)
    text = f"RTRIM({whole})" if ground.questions.cuts(was.base, now.base) else whole
    if now.group == "char":
        return "too-long", f"CHAR_LENGTH({text}) > {now.size}"
    return "too-long", f"{ground.questions.octets(text)} > {now.size}"


def _decimal(ground: Ground, column: str, was: ColumnType, now: ColumnType) -> tuple[str, str]:
    if now.size is None:
        return "out-of-range", ""
    scale = now.scale or 0
    digits = now.size - scale
    condition = f"ABS(ROUND({column}, {scale})) >= {10**digits if digits >= 0 else f'1e{digits}'}"
    if was.group == "decimal" and ground.questions.number:
        condition = f"({condition} AND {ground.questions.number.format(column)})"
    return "out-of-range", f"({condition} OR {column} < 0)" if now.unsigned else condition


def _range(one: ColumnType) -> tuple[int, int]:
    bits = BYTES[one.base] * _BITS
    return (0, 2**bits - 1) if one.unsigned else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def _labels(ground: Ground, type_: str) -> tuple[str, ...] | None:
    """Give the labels of an enum: of the column's own type, or of a type of the database."""
    found = parse(type_, ground.engine.family)
    if found is not None and found.base == "enum" and found.values:
        return found.values
    return ground.types.get(type_.lower().replace('"', ""))


def _leaving(ground: Ground, table: str, name: str, labels: tuple[str, ...]) -> Precondition:
    column = ground.column(table, name)
    text = ground.questions.label(column)
    listed = ", ".join(map(ground.literal, labels))
    return rows(
        ground, "enum", table, [name], f"{text} NOT IN ({listed})", f"values of {table}.{name} are none of the new ones"
    )
