"""How a product's server keeps the table of a release's journal, as one value; the values are in `migkit.engines`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any

from migkit.values import dataclass

Ask = Callable[[str], Sequence[Sequence[Any]]]  # SQL -> the rows that a server answers with
_QUOTED = re.compile(
    r"""'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`[^`]*`|\$(\w*)\$.*?\$\1\$|/\*.*?\*/|--[^\n]*|\#[^\n]*""", re.DOTALL
)
_LARGEST = 1_000_000  # characters that are looked through


def several(statement: str) -> bool:
    """Whether a text may be several statements: a semicolon is in it that no literal and no comment has."""
    if ";" not in statement.rstrip("; \t\r\n"):
        return False
    return len(statement) > _LARGEST or ";" in _QUOTED.sub("", statement).rstrip("; \t\r\n")


def names(statement: str, table: str) -> bool:
    """Whether a statement has a table's name in it."""
    return bool(re.search(rf"(?<![\w$]){re.escape(table)}(?![\w$])", statement, re.IGNORECASE))


def _nothing(_number: int) -> str:
    return ""


def _no_drop(_line: str) -> str:
    return ""


def _never(_error: BaseException) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Ledger:
    """How a product's server keeps the table of a release's journal, and what it knows of a session and of a statement.

    `place_sql` says in which schema or database the table stands, and `create(place, name)` makes it. `text(value)` is
    an expression for a text, whatever modes the session has. `around` makes, lets go and takes back what keeps a
    statement that fails from ending its transaction; () where none does. `own_sql` are what the journal's own session
    is told first. `session(ask, number)` gives a name to the session with the server's `number`, which no later one
    will have, and `doing(ask, session)` what that session is at work on, "" for nothing, None where it is gone.
    `looks` are questions about an object of a kind, with `{place}`, `{name}` and the quoted name `{written}` as
    literals and `{quoted}` as it is; each row is a place in the order and a line. An error may be `missing(error)`: the
    object is not there; or `undone(error)`: what the transaction held since its last savepoint is taken back already.
    `normal(text)` leaves out of an answer what changes with the rows, `half(text)` are lines of what is not finished,
    and `drop(line)` is the statement that drops it, "" for none.
    `whole(version)` is whether a statement of DDL is applied or not, and never in part; `commits(statement)` whether
    the server commits it by itself, whatever transaction is open; `parts(statement)` whether a part of it may be
    committed and the rest not. `loose_sql` lists the tables whose rows are in no transaction; "" where there are none.
    `numbered(n)` lets a session answer with n when it is asked which number a row got last; "" where it never does.
    """

    place_sql: str
    create: Callable[[str, str], str] = field(repr=False)
    text: Callable[[str], str] = field(repr=False)
    session: Callable[[Ask, int], str] = field(repr=False)
    doing: Callable[[Ask, str], str | None] = field(repr=False)
    looks: Mapping[str, str] = field(repr=False, hash=False)
    whole: Callable[[str], bool] = field(repr=False)
    commits: Callable[[str], bool] = field(repr=False)
    parts: Callable[[str], bool] = field(repr=False)
    missing: Callable[[BaseException], bool] = field(repr=False)
    half: Callable[[str], tuple[str, ...]] = field(repr=False)
    around: tuple[str, ...] = ()
    own_sql: tuple[str, ...] = ()
    normal: Callable[[str], str] = field(default=str, repr=False)
    numbered: Callable[[int], str] = field(default=_nothing, repr=False)
    loose_sql: str = ""
    undone: Callable[[BaseException], bool] = field(default=_never, repr=False)
    drop: Callable[[str], str] = field(default=_no_drop, repr=False)
