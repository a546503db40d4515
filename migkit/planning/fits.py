"""Values that a narrower type refuses, and those that leave an enum (pure).

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
_SWAP = re.compile(r"\(*\s*\"?\w+\"?\s*\)*(?:::\s*(?:text|varchar)\s*\)*)?::\s*[\w.\"]+\s*", re.IGNORECASE)


def narrower(
    ground: Ground,
    table: str,
    old: ColumnSpec,
    new: ColumnSpec,
    conversion: str = "",
    using: bool = False,  # noqa: FBT001, FBT002  # as it is read
) -> Iterator[Precondition]:
    """Ask for the values of a column that another type does not take; nothing where it takes each."""
    family = ground.engine.family
    labels = _labels(ground, new.type)
    swap = _SWAP.fullmatch(conversion)
    if labels is not None and (not using or swap):
        yield _leaving(ground, table, old.name, labels)
        return
    found = fit(old.type, new.type, family)
    if found in (Fit.same, Fit.wider) and not using:
        return
    what = f"each value of {table}.{old.name} fits {new.type}"
    if using:
        yield unasked("out-of-range", table, what, f"USING {conversion or '…'} says what becomes of it")
        return
    was, now = parse(old.type, family), parse(new.type, family)
    if was is not None and old.type.lower() in ground.types:
        was = replace(was, base="enum")
    asked = _condition(ground, ground.column(table, old.name), was, now) if was and now else None
    if asked is None:
        if found in (Fit.narrower, Fit.other):
            yield unasked("out-of-range", table, what, f"no question tells how each of {old.type} is converted")
        return
    kind, condition = asked
    if condition:
        yield rows(ground, kind, table, [old.name], condition, _what(table, old, new, kind))


def _what(table: str, old: ColumnSpec, new: ColumnSpec, kind: str) -> str:
    word = "are too long for" if kind == "too-long" else "are out of the range of"
    return f"values of {table}.{old.name} {word} {new.type}"


def _condition(ground: Ground, column: str, was: ColumnType, now: ColumnType) -> tuple[str, str] | None:
    """Give the kind of question and its condition, "" where nothing is refused; None where that is not known."""
    groups = (was.group, now.group)
    if now.group in _TEXTS and was.group in (*_TEXTS, "integer", "enum", "uuid"):
        return _too_long(ground, column, was, now)
    if groups[0] in _OCTETS and groups[1] in _OCTETS and now.size is not None:
        return "too-long", f"{ground.questions.octets(column)} > {now.size}"
    if now.group == "integer" and was.group in ("integer", "decimal"):
        low, high = _range(now)
        value = column if was.group == "integer" else f"ROUND({column})"
        least = value if ground.questions.rounds or not now.unsigned else column
        return "out-of-range", f"({least} < {low} OR {value} > {high})"
    if now.group == "decimal" and was.group in ("integer", "decimal"):
        return _decimal(column, now)
    if groups == ("time", "time") and was.base == now.base and was.timezone == now.timezone:
        return "out-of-range", ""  # a fraction of a second is rounded
    return None


def _too_long(ground: Ground, column: str, was: ColumnType, now: ColumnType) -> tuple[str, str] | None:
    """Blanks at the end are cut without a word by the standard, and by MySQL not always."""
    if now.size is None:
        return "too-long", ""
    whole = ground.questions.as_text(column)
    text = f"RTRIM({whole})" if ground.questions.cuts(was.base, now.base) else whole
    if now.group == "char":
        return "too-long", f"CHAR_LENGTH({text}) > {now.size}"
    return "too-long", f"{ground.questions.octets(text)} > {now.size}"


def _decimal(column: str, now: ColumnType) -> tuple[str, str]:
    if now.size is None:
        return "out-of-range", ""
    scale = now.scale or 0
    most = 10 ** max(0, now.size - scale)
    condition = f"ABS(ROUND({column}, {scale})) >= {most}"
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
