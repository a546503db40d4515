"""SQL's logic over plain values: NULL is None, and what cannot be told without the server is UNKNOWN."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any


class _Unknown:
    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Any = _Unknown()
_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d(?:\.\d+)?)?")
_LIKE = re.compile(r"(\\?)(.)", re.DOTALL)


def both(left: Any, right: Any) -> Any:
    """Give AND of two truth values."""
    left, right = _truth(left), _truth(right)
    if left is False or right is False:
        return False
    return next((value for value in (left, right) if value is not True), True)


def either(left: Any, right: Any) -> Any:
    """Give OR of two truth values."""
    return negated(both(negated(left), negated(right)))


def negated(value: Any) -> Any:
    """Give NOT of a truth value."""
    value = _truth(value)
    return not value if isinstance(value, bool) else value


def compared(sign: str, left: Any, right: Any) -> Any:
    """Compare two values; texts that a collation may take for equal are UNKNOWN, and the order of texts is."""
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    if left is None or right is None:
        return None
    left, right = _number(left, right), _number(right, left)
    if isinstance(left, str) and isinstance(right, str):
        return _texts(sign, left, right)
    try:
        return _COMPARED[sign](left, right) if _alike(left, right) else UNKNOWN
    except TypeError:
        return UNKNOWN


def among(sign: str, value: Any, members: Any, *, every: bool = False) -> Any:
    """Compare a value with a list: with any of it, or `every`."""
    if not isinstance(members, Sequence) or isinstance(members, str | bytes):
        return UNKNOWN
    told: Any = every
    for member in members:
        told = (both if every else either)(told, compared(sign, value, member))
    return told


def matched(word: str, value: Any, pattern: Any) -> Any:
    """Match a text with a pattern of LIKE, or with a regular expression."""
    if value is None or pattern is None:
        return None
    if not isinstance(value, str) or not isinstance(pattern, str):
        return UNKNOWN
    whole = word in ("like", "ilike", "~~", "~~*")
    try:
        found = re.compile(_like(pattern) if whole else pattern, re.DOTALL)
        folded = re.compile(found.pattern, re.DOTALL | re.IGNORECASE)
    except re.error:
        return UNKNOWN
    if found.search(value):
        return True
    return UNKNOWN if folded.search(value) else False


def calculated(sign: str) -> Callable[[Any, Any], Any]:
    """Give what a sign of arithmetic does; `number` reads the text of a number."""

    def result(left: Any, right: Any) -> Any:
        if sign == "number":
            return Decimal(int(left, 16)) if left[:2].lower() == "0x" else Decimal(left)
        if left is UNKNOWN or right is UNKNOWN:
            return UNKNOWN
        if left is None or right is None:
            return None
        how = {"+": operator.add, "-": operator.sub, "*": operator.mul, "%": operator.mod, "mod": operator.mod}.get(
            sign
        )
        try:
            return how(Decimal(str(left)), Decimal(str(right))) if how else UNKNOWN
        except (ArithmeticError, ValueError):
            return UNKNOWN

    return result


def called(name: str, arguments: Sequence[Any]) -> Any:
    """Give what a function gives; UNKNOWN of one that is not known."""
    if any(value is UNKNOWN for value in arguments):
        return UNKNOWN
    if name in ("coalesce", "ifnull"):
        return next((value for value in arguments if value is not None), None)
    if not arguments or arguments[0] is None:
        return None if name in _FUNCTIONS else UNKNOWN
    if name == "regexp_like":
        return matched("regexp", arguments[0], arguments[1])
    try:
        return _FUNCTIONS[name](arguments[0]) if name in _FUNCTIONS and len(arguments) == 1 else UNKNOWN
    except (TypeError, AttributeError, ArithmeticError):
        return UNKNOWN


def _length(value: str | bytes) -> Any:
    """Give the length where characters and bytes are as many."""
    return len(value) if isinstance(value, bytes) or value.isascii() else UNKNOWN


_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "char_length": len,
    "character_length": len,
    "length": _length,
    "octet_length": _length,
    "lower": str.lower,
    "lcase": str.lower,
    "upper": str.upper,
    "ucase": str.upper,
    "trim": lambda text: text.strip(" "),
    "btrim": lambda text: text.strip(" "),
    "abs": abs,
}


def _truth(value: Any) -> Any:
    if value is None or value is UNKNOWN or isinstance(value, bool):
        return value
    return bool(value) if isinstance(value, int | float | Decimal) else UNKNOWN


def _number(value: Any, other: Any) -> Any:
    """Give a value as the number that it is compared as."""
    if isinstance(value, bool | int):
        return Decimal(int(value))
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, str) and isinstance(other, int | float | Decimal):
        try:
            return Decimal(value)
        except InvalidOperation:
            return UNKNOWN
    return value


def _alike(left: Any, right: Any) -> bool:
    return type(left) is type(right)


def _texts(sign: str, left: str, right: str) -> Any:
    if _DATE.fullmatch(left) and _DATE.fullmatch(right):
        return _COMPARED[sign](left, right)
    if left == right or left.casefold().rstrip() != right.casefold().rstrip():
        return _COMPARED[sign](left, right) if sign in ("=", "<>", "!=") or left == right else UNKNOWN
    return UNKNOWN


def _like(pattern: str) -> str:
    signs = {"%": ".*", "_": "."}
    return rf"\A{_LIKE.sub(lambda m: re.escape(m[2]) if m[1] else signs.get(m[2], re.escape(m[2])), pattern)}\Z"
