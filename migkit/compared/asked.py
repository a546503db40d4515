"""What a condition asks for: the texts that meet it, and those that just miss it (pure)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(.*)", re.DOTALL)
_STEPS = {">": 1, "<": -1}
_LONGEST = 2000


def asked(operator: str, text: str) -> Iterator[str]:
    """Give the values that a column may have had in mind who wrote `column OPERATOR text`: text, and what meets it.

    `operator` is `=`, `<`, `>` (so too for `<=`, `>=`), `like`, or another one that needs nothing of its own.
    """
    if operator == "like":
        yield _matching(text)
        return
    yield text
    step = _STEPS.get(operator)
    if step:
        with suppress(InvalidOperation, OverflowError, ValueError):
            yield _beside(text, step)


def of_length(operator: str, text: str) -> Iterator[str]:
    """Give a text whose length meets the condition."""
    with suppress(ValueError):
        length = int(text) + _STEPS.get(operator, 0)
        if 0 <= length <= _LONGEST:
            yield "x" * length


def in_document(path: Sequence[str], text: str, *, is_json: bool) -> str:
    """Give the JSON document in which `text` stands at `path`, as JSON itself where it is that."""
    value: object = text
    if is_json:
        with suppress(ValueError):
            value = json.loads(text)
    for key in reversed(path):
        value = {key: value}
    return json.dumps(value)


def _matching(pattern: str) -> str:
    """Give a text that a LIKE pattern matches."""
    return re.sub(r"\\(.)|(%)|(_)", lambda found: found[1] or ("" if found[2] else "x"), pattern, flags=re.DOTALL)


def _beside(text: str, step: int) -> str:
    """Give the number or the day next to one."""
    day = _DATE.fullmatch(text)
    if day:
        return f"{date.fromisoformat(day[1]) + timedelta(days=step)}{day[2]}"
    return str(Decimal(text) + step)
