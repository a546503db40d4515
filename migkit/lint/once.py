"""What several rules ask of the same revision is worked out once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from migkit.lint.case import Case

Given = ParamSpec("Given")
One = TypeVar("One")


def once(
    function: Callable[Concatenate[Case, Given], Iterable[One]],
) -> Callable[Concatenate[Case, Given], tuple[One, ...]]:
    """Keep what a function gives of the case that is asked about, until it is asked about another one."""
    last: list[Case] = []
    known: dict[Hashable, tuple[One, ...]] = {}

    @wraps(function)
    def asked(case: Case, /, *given: Given.args, **named: Given.kwargs) -> tuple[One, ...]:
        if not last or last[0] is not case:
            last[:] = [case]
            known.clear()
        key = (given, tuple(named.items())) if named else given
        found = known.get(key)
        if found is None:
            found = known[key] = tuple(function(case, *given, **named))
        return found

    return asked
