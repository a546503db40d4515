"""Texts that match a regular expression, or a pattern of LIKE."""

from __future__ import annotations

import importlib
import re
from collections.abc import Sequence
from random import Random
from typing import Any

_MOST = 12  # repetitions of what may repeat without end
_SIGNS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_. @"
_CLASSES = {"CATEGORY_DIGIT": r"\d", "CATEGORY_WORD": r"\w", "CATEGORY_SPACE": r"\s"}


def like(pattern: str, rng: Random) -> str:
    """Give a text that matches a pattern of LIKE."""
    return "".join(
        "".join(rng.choices("abc", k=2)) if sign == "%" else "a" if sign == "_" else sign for sign in pattern
    )


def regular(pattern: str, rng: Random) -> str:
    """Give a text that is meant to match a regular expression; ValueError where it is none that is understood."""
    parser: Any = importlib.import_module("re._parser")  # what `re` itself reads patterns with
    try:
        return "".join(_drawn(parser.parse(pattern), rng))
    except (re.error, KeyError, RecursionError, OverflowError) as error:
        raise ValueError(pattern) from error


def _drawn(parsed: Any, rng: Random) -> Sequence[str]:
    return [_piece(str(code), argument, rng) for code, argument in parsed]


def _piece(code: str, argument: Any, rng: Random) -> str:  # noqa: PLR0911  # one for each code
    if code == "LITERAL":
        return chr(argument)
    if code == "AT":
        return ""
    if code == "ANY":
        return rng.choice(_SIGNS[:52])
    if code in ("IN", "NOT_LITERAL"):
        return rng.choice(_members(argument) if code == "IN" else [sign for sign in _SIGNS if ord(sign) != argument])
    if code in ("MAX_REPEAT", "MIN_REPEAT"):
        least, most, inner = argument
        times = int(least) + int(
            rng.random() ** 2 * (min(int(most) - int(least), _MOST) + 1)
        )  # few, more often than not
        return "".join("".join(_drawn(inner, rng)) for _ in range(times))
    if code == "SUBPATTERN":
        return "".join(_drawn(argument[-1], rng))
    if code == "BRANCH":
        return "".join(_drawn(rng.choice(argument[1]), rng))
    raise KeyError(code)


def _members(argument: Any) -> Sequence[str]:
    found: list[str] = []
    turned = False
    for code, value in ((str(code), value) for code, value in argument):
        if code == "NEGATE":
            turned = True
        elif code == "LITERAL":
            found.append(chr(value))
        elif code == "RANGE":
            found += [chr(number) for number in range(value[0], min(value[1], value[0] + 200) + 1)]
        else:
            found += re.findall(_CLASSES[str(value)], _SIGNS)
    return [sign for sign in _SIGNS if sign not in found] if turned else found
