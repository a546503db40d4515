"""Values that a column may need in order to fulfil a check: those that the check names, and their neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from migkit.rows import patterns
from migkit.rows.kinds import EDGES
from migkit.rows.lexis import literals
from migkit.rows.schema import Check, Column, Value
from migkit.rows.values import fits, kind, read

_LONGEST = 4096
_YEARS, _DAYS, _SECONDS = (1000, 9999), (700_000, 800_000), 2**31
_TO_DAYS = 366  # TO_DAYS counts from the year 0, Python from the year 1
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # the text of it, in UTC
_USUAL = 6
_LIKELY = 0.7
_DRAWN = 10  # texts for a regular expression: some are too long
_LIKE, _REGULAR = re.compile(r"[%_]"), re.compile(r"[\^$\[\]+*?\\(){}|]")


def candidates(column: Column, checks: Iterable[Check], rng: Random) -> list[Value]:
    """Give values of a column to try against checks, each once."""
    return _once(column, (*named(column, checks, rng), *_usual(column, rng)))


def guess(column: Column, checks: Iterable[Check], rng: Random) -> Value:
    """Give a value to try where nothing is known but what the checks name."""
    likely = named(column, checks, rng)
    return rng.choice(likely if likely and rng.random() < _LIKELY else candidates(column, checks, rng))


def named(column: Column, checks: Iterable[Check], rng: Random) -> list[Value]:
    """Give the values of a column that checks name, and their neighbours."""
    texts = [text for check in checks for text in literals(check.text)]
    return _once(column, _named(column, texts, rng))


def _once(column: Column, values: Iterable[Value]) -> list[Value]:
    return [
        value for _, value in dict.fromkeys((type(value).__name__, value) for value in values if fits(column, value))
    ]


def _named(column: Column, texts: Iterable[str], rng: Random) -> Iterator[Value]:
    for text in texts:
        for value in read(column, [text]):
            yield value
            if isinstance(value, int | Decimal) and not isinstance(value, bool):
                yield from read(column, [str(value + 1), str(value - 1)])
        if column.kind == "text":
            yield from read(column, _texts(text, rng))
        elif column.kind in ("date", "datetime") and text.isdigit():
            yield from read(column, _days(int(text)))


def _texts(text: str, rng: Random) -> Iterator[str]:
    if text.isdigit():
        for length in (int(text), int(text) + 1, int(text) - 1):
            if 0 <= length <= _LONGEST:
                yield from ("".join(rng.choices(signs, k=length)) for signs in ("abcdef", "123456789"))
    if _REGULAR.search(text):
        for _ in range(_DRAWN):
            try:
                yield patterns.regular(text, rng)
            except ValueError:
                break
    if _LIKE.search(text):
        yield patterns.like(text, rng)


def _days(number: int) -> Iterator[str]:
    """Give days before and in a year, or at a number of days as TO_DAYS counts them, or of seconds since 1970."""
    if _YEARS[0] < number < _YEARS[1]:
        yield from (f"{number - 1}-06-15", f"{number}-06-15")
    elif _DAYS[0] < number < _DAYS[1]:
        yield from (str(date.fromordinal(number - _TO_DAYS + change)) for change in (0, -1))
    elif number < _SECONDS:
        yield from (str(_EPOCH + timedelta(seconds=number + change)) for change in (0, -86400))


def _usual(column: Column, rng: Random) -> Iterator[Value]:
    it = kind(column)
    for _ in range(_USUAL):
        yield it.usual(column, rng)
    yield from (it.edge(column, edge) for edge in EDGES)
    if column.kind == "json":
        yield from ("[]", "null", '""')
    if column.nullable:
        yield None
