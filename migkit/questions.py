"""How a product is asked about the rows of a target; a part of its Console, whose values are in `migkit.engines`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any


def _always(_old: str, _new: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Questions:
    """How the rows of a target are asked about before a release, in a session that only reads.

    `bounds(seconds, wait)` end each question after `seconds`, and its wait for a lock after `wait`. `sizes_sql` lists
    schema, name, whether the name alone means it, rows and bytes of those tables whose bare name is in `:names`, as the
    server estimates them. `types_sql` lists SQL that makes the types of the database ("" where there are none), and
    `definition(ask, schema, name)` is SQL that would make a table of
    that name, without a schema where that is "". `lenient_sql` is 1 where a value that does not fit
    is changed without a word. `as_text`, `label`, `octets` and `part` write what a column is as text, which label of an
    enum it would be, how many bytes it takes, and its first characters. `makes_up` is whether rows get the zero of a
    type where a new column has no value for them. `cuts(old, new)` is whether blanks at the end of a text are no part
    of it where one type becomes another, `rounds` whether -0.4 is 0 where no sign is kept.
    """

    bounds: Callable[[float, float], tuple[str, ...]] = field(repr=False)
    sizes_sql: str = field(repr=False)
    types_sql: str = field(repr=False)
    definition: Callable[[Callable[[str], Sequence[Sequence[Any]]], str, str], str] = field(repr=False)
    lenient_sql: str = field(repr=False)
    as_text: Callable[[str], str] = field(repr=False)
    label: Callable[[str], str] = field(repr=False)
    octets: Callable[[str], str] = field(repr=False)
    part: Callable[[str, int], str] = field(repr=False)
    makes_up: bool = False
    cuts: Callable[[str, str], bool] = field(default=_always, repr=False)
    rounds: bool = True
