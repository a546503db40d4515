"""What a server is asked before a release, as far as products differ in it: functions of `ask`, and what they give.

The values are in `migkit.engines`. Nothing here opens anything: `ask(sql, **bound)` is the caller's, in a session that
cannot write and with the login of migrations, which sees less than an administrator.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import field
from typing import Any

from migkit.values import dataclass

Rows = Sequence[Sequence[Any]]
Ask = Callable[..., Rows]


class Denied(Exception):  # noqa: N818  # an answer, not a fault
    """The server does not answer this to this login; the text is what it said."""


@dataclass(frozen=True, slots=True)
class Need:
    """A privilege that a statement needs. `kind` is table, type, schema, database, routine, extension or server.

    `privilege` may name several, of which any one does: `REFERENCES|SELECT`. `name` is the object's, "" for the
    database itself, or where it is not known.
    """

    privilege: str
    kind: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Lack:
    """A need that is not met: `what` is missing, and the statement of an administrator that gives it ("" if none)."""

    need: Need
    what: str
    grant: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """A session that holds what a release would wait for. `seconds` is None where the server does not show it.

    `table` is "" where it holds more than one table, or it is not shown which. `doing` is its statement.
    """

    session: str
    who: str
    seconds: float | None
    table: str = ""
    doing: str = ""
    dump: bool = False


@dataclass(frozen=True, slots=True)
class Gate:
    """What a product's server is asked. Each function raises Denied where the login may not see it.

    `server_id` tells a server from every other one, `called` is what it calls itself (host:port, for people),
    `database` and `login` are those of the session. `unwritable` says what keeps a session of the login from writing,
    `source` from whom the server gets its rows ("" from nobody), `lag` gives its replicas by name and seconds behind
    (None: not known). `needed(verb, acts, names)` are the privileges of a statement that begins with `verb` and names
    these tables; `lacking(ask, needs, database)` those that the login has not. `holds(ask, database, tables)` says who
    holds one of the tables, or all of them. `free` is the disk's free space in bytes, None where the server does not
    show it; `end(session)` ends a session. `refusals` are words of a refused login, and what to do about it; `seeing`
    is what lets a login see all of this.
    """

    server_id: Callable[[Ask], str] = field(repr=False)
    called: Callable[[Ask], str] = field(repr=False)
    database: Callable[[Ask], str] = field(repr=False)
    login: Callable[[Ask], str] = field(repr=False)
    unwritable: Callable[[Ask], tuple[str, ...]] = field(repr=False)
    source: Callable[[Ask], str] = field(repr=False)
    lag: Callable[[Ask], tuple[tuple[str, float | None], ...]] = field(repr=False)
    needed: Callable[[str, Sequence[Any], Collection[str]], frozenset[Need]] = field(repr=False)
    lacking: Callable[[Ask, Collection[Need], str], tuple[Lack, ...]] = field(repr=False)
    holds: Callable[[Ask, str, Collection[str]], tuple[Hold, ...]] = field(repr=False)
    free: Callable[[Ask], int | None] = field(repr=False)
    end: Callable[[str], str] = field(repr=False)
    refusals: tuple[tuple[str, str], ...] = field(repr=False)
    seeing: str = field(repr=False)
