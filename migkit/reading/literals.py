"""A literal as it is written: which character of its value stands where, escapes and joined parts counted."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

HOLE = "{}"
_OPENING = re.compile(r"[\s()\\]*(?:#[^\n]*\n[\s()\\]*)*([A-Za-z]{0,3})(\"\"\"|'''|\"|')")
_ESCAPE = re.compile(
    r"\\(?:(?P<end>\n)|(?P<octal>[0-7]{1,3})|x(?P<hex>[0-9a-fA-F]{2})|u(?P<short>[0-9a-fA-F]{4})"
    r"|U(?P<long>[0-9a-fA-F]{8})|N\{(?P<name>[^}\n]*)\}|(?P<one>[\s\S]))"
)
_PLAIN = {"n": 1, "t": 1, "r": 1, "a": 1, "b": 1, "f": 1, "v": 1, "\\": 1, "'": 1, '"': 1}
_BRACKETS = {"{": 1, "[": 1, "(": 1, "}": -1, "]": -1, ")": -1}
_INSIDE = re.compile(r"\"\"\"|'''|[\"'{}\[\]()]")


class Literal(NamedTuple):
    """Runs of characters: from which character of the value, standing where in the file, how many each; and the end.

    Within a run characters stand side by side. `size` is how many characters the value has, a hole having two.
    """

    starts: tuple[int, ...]
    places: tuple[int, ...]
    size: int
    begin: int
    end: int

    def place(self, offset: int) -> int:
        """Give where a character of the value stands in the file."""
        if not self.starts or not 0 <= offset <= self.size:
            return self.begin
        run = max(0, bisect_right(self.starts, offset) - 1)
        return min(self.places[run] + offset - self.starts[run], self.end)


class _Runs:
    def __init__(self) -> None:
        self.starts: list[int] = []
        self.places: list[int] = []
        self.size = 0

    def add(self, place: int, count: int) -> None:
        if self.places and self.places[-1] + self.size - self.starts[-1] == place:
            self.size += count
            return
        self.starts.append(self.size)
        self.places.append(place)
        self.size += count


def read(text: str, start: int, end: int) -> Literal:
    """Read the literals side by side that stand from `start` to `end` of a file."""
    runs = _Runs()
    place = start
    while place < end:
        match = _OPENING.match(text, place, end)
        if match is None:
            break
        place = _body(text, match.end(), end, match[1].lower(), match[2], runs)
    return Literal(tuple(runs.starts), tuple(runs.places), runs.size, start, end)


def _body(text: str, place: int, end: int, prefix: str, quote: str, runs: _Runs) -> int:
    """Read one literal behind its opening quote; gives the place behind the closing one."""
    stops = re.compile(f"{quote}|\\\\|[{{}}]" if "f" in prefix else f"{quote}|\\\\")
    while True:
        match = stops.search(text, place, end)
        if match is None:
            runs.add(place, max(0, end - place))
            return end
        if match.start() > place:
            runs.add(place, match.start() - place)
        place = match.start()
        if match[0] == quote:
            return match.end()
        if match[0] == "\\":
            place = _escape(text, place, runs, raw="r" in prefix)
        elif text.startswith(match[0] * 2, place):
            runs.add(place, 1)
            place += 2
        else:
            runs.add(place, len(HOLE))
            place = _field(text, place + 1, end)


def _escape(text: str, place: int, runs: _Runs, *, raw: bool) -> int:
    if raw:
        runs.add(place, 2)
        return place + 2
    match = _ESCAPE.match(text, place)
    if match is None:
        runs.add(place, 1)
        return place + 1
    one = match["one"]
    if match["end"] is None:
        runs.add(place, 2 if one is not None and one not in _PLAIN else 1)
    return match.end()


def _field(text: str, place: int, end: int) -> int:
    """Pass over a replacement field of an f-string; gives the place behind its closing brace."""
    depth = 1
    while True:
        match = _INSIDE.search(text, place, end)
        if match is None:
            return end
        place = match.end()
        mark = match[0]
        if mark in _BRACKETS:
            depth += _BRACKETS[mark]
            if depth <= 0:
                return place
        else:
            closing = text.find(mark, place, end)
            place = closing + len(mark) if closing >= 0 else place
