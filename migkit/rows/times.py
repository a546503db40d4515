"""Dates and times as texts, in UTC."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from random import Random

from migkit.rows.kinds import HIGH, ZERO, Kind, among
from migkit.rows.schema import Column, Value

_DATETIME = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d)(\.\d{1,6})?(?:Z|\+00(?::?00)?)?)?")
_TIME = re.compile(r"(-?\d{2,3}):([0-5]\d):([0-5]\d)(\.\d{1,6})?")
_FIRST = datetime(2001, 1, 1, tzinfo=UTC)  # of those that are ever new
_DAYS = range(2_500_000)  # as far as the year 8845
_RECENT = datetime(2021, 1, 1, tzinfo=UTC)
_SPAN = 4 * 365 * 86400
_MIDNIGHT = "00:00:00"


class _Date(Kind):
    """Days between the years `low` and `high`, and 0000-00-00 where `zero` is taken."""

    def usual(self, column: Column, rng: Random) -> Value:
        return self._text(column, _RECENT + timedelta(seconds=rng.randrange(_SPAN)), rng.randrange(1, 1_000_000))

    def edge(self, column: Column, edge: str) -> Value:
        if edge == HIGH:
            return self._at(column, f"{column.high or 9999:04d}-12-31", "23:59:59")
        if edge == ZERO:
            return self._at(column, "0000-00-00" if column.zero else "1970-01-02", _MIDNIGHT)
        return self._at(column, f"{column.low or 1900:04d}-01-02", _MIDNIGHT)

    def nth(self, column: Column, number: int) -> Value:
        last = _DAYS if column.high is None else range((datetime(column.high, 12, 31, tzinfo=UTC) - _FIRST).days)
        return self._text(column, _FIRST + timedelta(days=among(number, last)), 0)

    def read(self, column: Column, text: str) -> Value:
        found = _DATETIME.fullmatch(text.strip())
        if not found:
            raise ValueError(text)
        _demand_day(column, found[1])
        return self._at(column, found[1], found[2] or _MIDNIGHT, found[3] or "")

    def same(self, value: Value) -> Value:
        text = str(value)
        return text.rstrip("0").rstrip(".") if "." in text else text

    def _text(self, column: Column, moment: datetime, micros: int) -> str:
        day, _, time = moment.isoformat(" ").removesuffix("+00:00").partition(" ")
        return self._at(column, day, time, f".{micros:06d}" if micros else "")

    def _at(self, column: Column, day: str, time: str, fraction: str = "") -> str:  # for those with a time
        return day


class _Datetime(_Date):
    """Moments, with `scale` digits of a second."""

    def nth(self, column: Column, number: int) -> Value:
        return self._text(column, _FIRST + timedelta(seconds=among(number, range(10**9))), 0)

    def _at(self, column: Column, day: str, time: str, fraction: str = "") -> str:
        return f"{day} {time}{_fraction(column, fraction)}"


class _Time(Kind):
    """Times of a day, or lengths of time where the hours `low` and `high` say so."""

    def usual(self, column: Column, rng: Random) -> Value:
        return f"{_clock(rng.randrange(86400))}{_fraction(column, f'.{rng.randrange(1, 1_000_000):06d}')}"

    def edge(self, column: Column, edge: str) -> Value:
        if edge == HIGH:
            return f"{23 if column.high is None else column.high}:59:59"
        return _MIDNIGHT if edge == ZERO or not column.low else f"{column.low}:30:00"

    def nth(self, column: Column, number: int) -> Value:
        return _clock(among(number, range(86400)))

    def read(self, column: Column, text: str) -> Value:
        found = _TIME.fullmatch(text.strip())
        high = 23 if column.high is None else column.high
        if not found or not (column.low or 0) <= int(found[1]) <= high:
            raise ValueError(text)
        return text.strip()

    def same(self, value: Value) -> Value:
        text = str(value)
        return text.rstrip("0").rstrip(".") if "." in text else text


def _demand_day(column: Column, text: str) -> None:
    year, month, day = map(int, text.split("-"))
    if not (year or month or day):
        if not column.zero:
            raise ValueError(text)
        return
    datetime(year, month, day, tzinfo=UTC)
    if not (column.low or 1) <= year <= (column.high or 9999):
        raise ValueError(text)


def _fraction(column: Column, text: str) -> str:
    return text[: column.scale + 1] if column.scale else ""


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


TIMES: Mapping[str, Kind] = {"date": _Date(), "datetime": _Datetime(), "time": _Time()}
