"""What a column's name says that its values are, where its type does not: addresses, zones, moments, documents.

A revision may read such values by their meaning (`settings::jsonb`, `AT TIME ZONE timezone`), and what no production
would hold there says nothing of it. The edges are then those of the meaning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import TypeVar
from uuid import UUID

from migkit.rows.kinds import HIGH, LOW, Kind
from migkit.rows.schema import Column, Value

Meaning = TypeVar("Meaning")

_LONGEST, _OF_MAIL = 2000, 254
_ROOM = 100  # that a text has in which documents are kept
_NEW = 0x5EED << 112 | 0x4001 << 64 | 0x8000 << 48  # uuids of version 4
_DOCUMENTS = ("{}", '{"of": [1, null], "name": "x"}', '{"one": {"two": -1.5}, "say \\"so\\"": true}', '{"text": "xx"}')

_TEXTS: Mapping[str, Sequence[str]] = {  # the longest is grown where an x stands twice
    r"e?_?mail(_?addr(ess)?)?": ("ann@example.com", "Bob.Lee+x@mail.example.org", "o'hara@example.net", "xx@e.example"),
    r"time_?zone(_?name)?|tz(_?name)?": ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"),
    r"locale|lang(uage)?|(locale|lang(uage)?)_?(code|tag)": ("en", "de", "pt_BR", "en_US"),
    r"currency(_?code)?": ("EUR", "USD", "JPY"),
    r"country(_?code)?": ("DE", "US", "JP"),
    r"url|uri|link|href|web_?site|home_?page|web_?hook": (
        "https://example.com/", "http://www.example.org:8080/a%20b?c=d&e=#f", "https://example.com/xx",
    ),
    r"ip(_?addr(ess)?)?|remote_?addr(ess)?": ("192.0.2.1", "203.0.113.254", "2001:db8::1"),
    r"colou?r": ("#ff8800", "#000000"),
    r"uuid|guid": tuple(str(UUID(int=_NEW + number)) for number in range(5)),
    r"json|data|meta_?data|payload|settings|preferences|config(uration)?|options|attributes|extras?|param(eter)?s": (
        _DOCUMENTS
    ),
    r"at|date|timestamp": ("2024-02-29 12:34:56", "1999-12-31 23:59:59", "2021-01-02 03:04:05"),
}  # fmt: skip
_INTEGERS: Mapping[str, tuple[int, int]] = {
    r"at|ts|time|timestamp|epoch|created|updated|modified|seen|login": (0, 1_900_000_000),
    r"year": (1970, 2037),
    r"month": (1, 12),
    r"day": (1, 28),
    r"hour": (0, 23),
    r"minute|second": (0, 59),
    r"port": (1, 65535),
    r"percent(age)?": (0, 100),
}
_DEGREES = r"lat(itude)?|lng|lon(gitude)?"
_PAST = r"(created|updated|modified|changed|added|inserted|deleted|registered|joined|seen|login)(_?(at|on|date|time))?"


class Meant(Kind):
    """Values by their meaning; new ones, and those that are read, are any that the column's own kind takes."""

    def __init__(self, kind: Kind, values: Sequence[Value]) -> None:
        self._kind, self._values = kind, values

    def usual(self, column: Column, rng: Random) -> Value:
        """Give one of the values."""
        return rng.choice(self._values)

    def edge(self, column: Column, edge: str) -> Value:
        """Give the highest or longest of the values, which is the last, the lowest, or the one before it."""
        return self._values[-1 if edge == HIGH else 0 if edge == LOW else len(self._values) // 2]

    def nth(self, column: Column, number: int) -> Value:
        """Give a new value; of an address, one that is such."""
        new = self._kind.nth(column, number)
        if not isinstance(new, str) or column.kind != "text":
            return new
        model = str(self._values[0])
        spelt = str(UUID(int=_NEW + number)) if _is_uuid(model) else _numbered(model, new)
        return new if column.size is not None and len(spelt) > column.size else spelt

    def read(self, column: Column, text: str) -> Value:
        """Give the value of a literal."""
        return self._kind.read(column, text)

    def same(self, value: Value) -> Value:
        """Give what the column's own kind gives."""
        return self._kind.same(value)


class _Past(Meant):
    """Moments in the past, as far as they are edges: none in the year 9999."""

    def usual(self, column: Column, rng: Random) -> Value:
        return self._kind.usual(column, rng)

    def edge(self, column: Column, edge: str) -> Value:
        return self._values[0 if edge == LOW else 1] if edge in (HIGH, LOW) else self._kind.edge(column, edge)


@lru_cache(maxsize=8192)
def meant(column: Column, kind: Kind) -> Kind:
    """Give what makes a column's values by its name; `kind`, that of its type, where the name says nothing."""
    if column.kind == "text" and not column.choices:
        texts = _matching(column.name, _TEXTS) or ()
        size = _LONGEST if column.size is None else column.size
        roomy = size >= _ROOM or texts != _DOCUMENTS
        fitting = [_grown(text, size) for text in texts if roomy and len(text) <= size]
        return Meant(kind, fitting) if fitting else kind
    if column.kind == "integer":
        bounds = _matching(column.name, _INTEGERS)
        return Meant(kind, _spread(*bounds)) if bounds and _holds(column, bounds) else kind
    if column.kind in ("float", "decimal") and _matching(column.name, {_DEGREES: True}):
        degrees = (-80, -13, 0, 52, 80) if column.low is None else (0, 13, 80)
        roomy = column.kind == "float" or (column.size or 9) - column.scale > 1
        values = [float(each) if column.kind == "float" else Decimal(each) for each in degrees]
        return Meant(kind, values) if roomy else kind
    if column.kind in ("date", "datetime") and _matching(column.name, {_PAST: True}):
        time = (" 00:00:00", " 23:59:59") if column.kind == "datetime" else ("", "")
        return _Past(kind, (f"1971-01-02{time[0]}", f"2037-12-31{time[1]}"))
    return kind


def _matching(name: str, meanings: Mapping[str, Meaning]) -> Meaning | None:
    """Give what the last words of a name stand for."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return next((value for pattern, value in meanings.items() if re.search(rf"(?:^|_)(?:{pattern})$", words)), None)


def _grown(text: str, size: int) -> str:
    """Give a text as long as there is room for, where it can grow."""
    more = min(size, _OF_MAIL if "@" in text else _LONGEST) - len(text)
    return text.replace("xx", "xx" + "x" * more)


def _numbered(model: str, new: str) -> str:
    """Give a text like `model` that is new where the text `new` is."""
    for sign, spelt in (
        ("@", f"{new}@example.com"),
        ("://", f"https://example.com/{new}"),
        ("{", f'{{"of": "{new}"}}'),
    ):
        if sign in model:
            return spelt
    return new


def _is_uuid(text: str) -> bool:
    return text.count("-") == 4 and len(text) == 36  # noqa: PLR2004  # as a uuid is spelt


def _holds(column: Column, bounds: tuple[int, int]) -> bool:
    low, high = bounds
    return (column.low is None or column.low <= low) and (column.high is None or high <= column.high)


def _spread(low: int, high: int) -> Sequence[int]:
    """Give numbers from `low` to `high`, both with it."""
    return [*range(low, high, max((high - low) // 60, 1)), high]
