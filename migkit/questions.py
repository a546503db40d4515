"""How a product is asked about the rows of a target; a part of its Console, whose values are in `migkit.engines`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any, Protocol

from migkit.values import dataclass


class Kind(Protocol):
    """A type as a question sees it: `migkit.lint.columntypes.ColumnType` is one."""

    @property
    def base(self) -> str:
        """Give its own name: int, varchar."""

    @property
    def group(self) -> str:
        """Give what kind of thing it is: integer, decimal, float, char, text, time, json, enum."""

    @property
    def size(self) -> int | None:
        """Give its length or its precision."""

    @property
    def scale(self) -> int | None:
        """Give its digits behind the point."""

    @property
    def unsigned(self) -> bool:
        """Whether it has no sign."""

    @property
    def values(self) -> tuple[str, ...]:
        """Give its labels."""


def _always(_old: str, _new: str) -> bool:
    return True


def _as_it_is(value: str, _type: str) -> str:
    return value


def _unknown(_column: str, _old: Kind, _new: Kind) -> str | None:
    return None


def _nothing(_first: str, _second: str, _third: str = "") -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Questions:
    """How the rows of a target are asked about before a release, in a session that only reads.

    `bounds(seconds, wait)` end each question after `seconds`, and its wait for a lock after `wait`. `sizes_sql` lists
    schema, name, whether the name alone means it, rows and bytes of those tables whose bare name is in `:names`, as the
    server estimates them. `types_sql` lists SQL that makes the types of the database ("" where there are none), and
    `definition(ask, schema, name)` is SQL that would make a table of that name, without a schema where that is "".
    `heirs_sql` lists schema, name, and whether the name alone means it, of tables that show rows of others, which
    inherit from them. `lenient_sql` is 1 where a value that does not fit is changed without a word.

    `hidden_sql` lists schema and name of those tables in `:names` whose name alone means nothing in this session, and
    `also_in(schema)` lets it mean those of a schema.

    `as_text`, `label`, `octets` and `part` write what a column is as text, which label of an enum it would be, how many
    bytes it takes, and its first characters. `makes_up` is whether rows get the zero of a type where a new column has
    no value for them, `unmade` the types of which none is made up, and under which condition; `checks_new` is whether
    the CHECK of a new column is held against its default. `cuts(old, new)` is whether blanks at the end of a text are
    no part of it where one type becomes another, `rounds` whether -0.4 is 0 where no sign is kept, `number` whether a
    value is one at all ("" where each is).

    `refuses(column, old, new)` is the condition under which a value does not become one of another type, "" where each
    does, None where that is not known. `tries(value, type)` fails where a value does not ("" where nothing does in a
    session that only reads), with an error whose code begins with one of `untried`; `unreadable(text, type, version)`
    is the condition for it where the version has one. `recoded(column, charset)` is the condition under which
    characters of a text are not in a charset, `collated(column, charset, collation)` the text as it is compared in
    them. `typed` writes a value as one of a type.
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
    heirs_sql: str = field(default="", repr=False)
    hidden_sql: str = field(default="", repr=False)
    also_in: Callable[[str], str] = field(default=str, repr=False)
    makes_up: bool = False
    checks_new: bool = True
    unmade: Mapping[str, str] = field(default_factory=dict, repr=False)
    cuts: Callable[[str, str], bool] = field(default=_always, repr=False)
    rounds: bool = True
    number: str = ""
    refuses: Callable[[str, Kind, Kind], str | None] = field(default=_unknown, repr=False)
    tries: Callable[[str, str], str] = field(default=_nothing, repr=False)
    untried: tuple[str, ...] = ()
    unreadable: Callable[[str, str, str], str] = field(default=_nothing, repr=False)
    recoded: Callable[[str, str], str] = field(default=_nothing, repr=False)
    collated: Callable[[str, str, str], str] = field(default=_nothing, repr=False)
    typed: Callable[[str, str], str] = field(default=_as_it_is, repr=False)
