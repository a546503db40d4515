"""Numbers, truth values, bits and labels.

An edge stays off the end of a type's range, so that the usual arithmetic of a migration does not leave it, and yet
lies beyond the range of the next smaller type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from random import Random

from migkit.rows.kinds import HIGH, LOW, Kind, among
from migkit.rows.schema import Column, Value

_INT = (-(2**31), 2**31 - 1)
_ROOM = 90  # times a number may be multiplied by, from pounds to pence; it is still beyond three bytes
_FAR = 1_000_000  # where new numbers begin: a history's own rows count from 1
_TRUE, _FALSE = frozenset({"1", "t", "true", "yes", "on"}), frozenset({"0", "f", "false", "no", "off"})
_DIGITS = 20  # of a decimal without a size
_MOST = 1e37  # of a FLOAT
_BITS = re.compile(r"[bB]?'?([01]+)'?")


class _Integer(Kind):
    """Whole numbers between `low` and `high`."""

    def usual(self, column: Column, rng: Random) -> Value:
        low, high = _bounds(column)
        return rng.randint(_within(1, low, high), _within(999, low, high))

    def edge(self, column: Column, edge: str) -> Value:
        low, high = _bounds(column)
        share = _ROOM if high >= _INT[1] else 1  # what is small is not often multiplied
        value = high // share * 3 // 4 if edge == HIGH else -(-low // share * 3 // 4) if edge == LOW else 0
        return _within(value, low, high)

    def nth(self, column: Column, number: int) -> Value:
        low, high = _bounds(column)
        start = _FAR if high >= 2 * _FAR else (max(low, 0) + high) // 2
        above = high - start + 1
        if number < above:
            return start + number
        return among(number - above, range(start - 1, (0 if column.counter else low - 1), -1))

    def read(self, column: Column, text: str) -> Value:
        low, high = _bounds(column)
        word = text.strip().lower()
        value = 1 if word == "true" else 0 if word == "false" else int(word, 16 if word.startswith("0x") else 10)
        if not low <= value <= high:
            raise ValueError(text)
        return value


class _Year(_Integer):
    """Years between `low` and `high`, and 0 where `zero` is taken."""

    def usual(self, column: Column, rng: Random) -> Value:
        return rng.randint(1995, 2030)

    def edge(self, column: Column, edge: str) -> Value:
        low, high = _bounds(column)
        return high if edge == HIGH else low if edge == LOW or not column.zero else 0

    def nth(self, column: Column, number: int) -> Value:
        low, high = _bounds(column)
        return among(number, range(low, high + 1))


class _Decimals(Kind):
    """Numbers of `size` digits, `scale` of them after the point."""

    def usual(self, column: Column, rng: Random) -> Value:
        digits, scale = _digits(column)
        return _scaled(rng.randint(1, 10 ** min(digits, scale + 3) - 1), scale)

    def edge(self, column: Column, edge: str) -> Value:
        digits, scale = _digits(column)
        if edge == HIGH:
            return _scaled((10**digits - 1) * 3 // 4, scale)
        if edge == LOW and column.low is None:
            return _scaled(-(10**digits // 2), scale)
        return _scaled(0, scale)

    def nth(self, column: Column, number: int) -> Value:
        digits, scale = _digits(column)
        start = min(_FAR, 10**digits // 2)
        return _scaled(among(number, range(start, 10**digits)), scale)

    def read(self, column: Column, text: str) -> Value:
        digits, scale = _digits(column)
        try:
            value = Decimal(text.strip())
            fits = value.is_finite() and abs(value) < Decimal(10) ** (digits - scale)
        except InvalidOperation as error:
            raise ValueError(text) from error
        if not fits or (column.low is not None and value < column.low) or round(value, scale) != value:
            raise ValueError(text)
        return value


class _Float(Kind):
    """Numbers that are not exact; those given are."""

    def usual(self, column: Column, rng: Random) -> Value:
        return rng.randint(1, 4000) / 4

    def edge(self, column: Column, edge: str) -> Value:
        return 750_000_000.0 if edge == HIGH else -1234.5 if edge == LOW and column.low is None else 0.0

    def nth(self, column: Column, number: int) -> Value:
        return float(among(number, range(_FAR, 2**24)))

    def read(self, column: Column, text: str) -> Value:
        value = float(text)
        if not -_MOST < value < _MOST or (column.low is not None and value < column.low):
            raise ValueError(text)
        return value


class _Boolean(Kind):
    """True and false."""

    few = True

    def usual(self, column: Column, rng: Random) -> Value:
        return rng.random() < 0.5  # noqa: PLR2004  # half of them

    def edge(self, column: Column, edge: str) -> Value:
        return edge == HIGH

    def nth(self, column: Column, number: int) -> Value:
        return bool(among(number, range(2)))

    def read(self, column: Column, text: str) -> Value:
        word = text.strip().lower()
        if word not in _TRUE | _FALSE:
            raise ValueError(text)
        return word in _TRUE


class _Bit(Kind):
    """Strings of `size` bits, as a number."""

    def usual(self, column: Column, rng: Random) -> Value:
        return rng.getrandbits(column.size or 1)

    def edge(self, column: Column, edge: str) -> Value:
        return (1 << (column.size or 1)) - 1 if edge == HIGH else 0

    def nth(self, column: Column, number: int) -> Value:
        return among(number, range(1 << (column.size or 1)))

    def read(self, column: Column, text: str) -> Value:
        bits = _BITS.fullmatch(text)
        value = int(bits[1], 2) if bits and (text[0] in "bB" or len(bits[1]) == column.size) else int(text)
        return among(value, range(1 << (column.size or 1)))


class _Labels(Kind):
    """One of the `choices`."""

    few = True

    def usual(self, column: Column, rng: Random) -> Value:
        return rng.choice(column.choices)

    def edge(self, column: Column, edge: str) -> Value:
        return column.choices[-1 if edge == HIGH else 0]

    def nth(self, column: Column, number: int) -> Value:
        return column.choices[among(number, range(len(column.choices)))]

    def read(self, column: Column, text: str) -> Value:
        if text not in column.choices:
            raise ValueError(text)
        return text

    def same(self, value: Value) -> Value:
        return str(value).casefold()


class _LabelSet(_Labels):
    """Some of the `choices`, joined by commas in their order."""

    few = False

    def usual(self, column: Column, rng: Random) -> Value:
        return self.nth(column, rng.randrange(1 << min(len(column.choices), 8)))

    def edge(self, column: Column, edge: str) -> Value:
        return ",".join(column.choices) if edge == HIGH else column.choices[0] if edge == LOW else ""

    def nth(self, column: Column, number: int) -> Value:
        among(number, range(1 << len(column.choices)))
        return ",".join(label for place, label in enumerate(column.choices) if number >> place & 1)

    def read(self, column: Column, text: str) -> Value:
        labels = text.split(",") if text else []
        if not set(labels) <= set(column.choices):
            raise ValueError(text)
        return ",".join(label for label in column.choices if label in labels)


def _bounds(column: Column) -> tuple[int, int]:
    low, high = _INT if column.kind == "integer" else (1901, 2155)
    return (low if column.low is None else column.low), (high if column.high is None else column.high)


def _within(value: int, low: int, high: int) -> int:
    return max(low, min(value, high))


def _digits(column: Column) -> tuple[int, int]:
    return (_DIGITS, 6) if column.size is None else (column.size, column.scale)


def _scaled(units: int, scale: int) -> Decimal:
    return Decimal(units).scaleb(-scale)


NUMBERS: Mapping[str, Kind] = {
    "integer": _Integer(),
    "year": _Year(),
    "decimal": _Decimals(),
    "float": _Float(),
    "boolean": _Boolean(),
    "bit": _Bit(),
    "enum": _Labels(),
    "choice": _Labels(),
    "set": _LabelSet(),
}
