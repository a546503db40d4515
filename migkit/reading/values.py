"""What an expression of a revision comes to, as far as it can be told without running it.

Numbers, truth, None and bytes stand for themselves; the rest are the classes here. They are plain ones, since thousands
are made while a history is read: a frozen dataclass takes four times as long.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from migkit.model.script import Span

HOLE = "{}"
LONGEST = 1_000_000  # characters of a text that is put together
MOST = 20_000  # pieces that it is put together from
Value = Any
Piece = tuple[int, ast.expr, int]


class Text:
    """A text. `value` has a hole `{}` for each part that is not known (`holes`).

    `pieces` are where it comes from: from which character on, which literal, from which character of that one. `asks`
    is the question to the database whose answer is in it.
    """

    __slots__ = ("asks", "holes", "pieces", "value")

    def __init__(
        self, value: str, pieces: tuple[Piece, ...] = (), *, holes: bool = False, asks: Span | None = None
    ) -> None:
        self.value, self.pieces, self.holes, self.asks = value, pieces, holes, asks


class Fact(NamedTuple):
    """A question for names and what the answer was: the object is there, or is not."""

    names: frozenset[str]
    there: bool


class Unknown:
    """What cannot be told. `asks` is the question to the database that it hangs on, `facts` those for names.

    `catalogue` is whether the question is for the schema and not for rows; `offline` whether is_offline_mode() has to
    do with it, and `truth` what it comes to where a server is there. `choices` is what it is one of.
    """

    __slots__ = ("asks", "catalogue", "choices", "facts", "offline", "truth")

    def __init__(
        self,
        asks: Span | None = None,
        *,
        catalogue: bool = False,
        facts: tuple[Fact, ...] = (),
        offline: bool = False,
        truth: bool | None = None,
        choices: frozenset[str] = frozenset(),
    ) -> None:
        self.asks, self.catalogue, self.facts = asks, catalogue, facts
        self.offline, self.truth, self.choices = offline, truth, choices

    def told(self, facts: tuple[Fact, ...], truth: bool | None = None) -> Unknown:  # noqa: FBT001  # what it comes to
        """Give the same with other facts, and what it comes to; which of several it is stands no more."""
        return Unknown(self.asks, catalogue=self.catalogue, facts=facts, offline=self.offline, truth=truth)


class Sym:
    """A name from elsewhere, or what is made of it: `sqlalchemy.Column()` with its arguments, `alembic.op.execute`.

    `base` is what the last name of `path` is taken from.
    """

    __slots__ = ("args", "base", "kwargs", "last", "node", "path")

    def __init__(
        self,
        path: str,
        node: ast.expr | None = None,
        base: Value = None,
        args: tuple[Value, ...] = (),
        kwargs: dict[str, Value] | None = None,
    ) -> None:
        self.path, self.node, self.base, self.args = path, node, base, args
        self.kwargs = kwargs if kwargs is not None else {}
        self.last = path.removesuffix("()").rpartition(".")[2]  # `Column` of `sqlalchemy.Column()`


class Seq:
    """A list, a tuple or a set. `whole` is False once it was changed where it is not known whether it was."""

    __slots__ = ("depth", "items", "whole")

    def __init__(self, items: list[Value], whole: bool = True, depth: int = 0) -> None:  # noqa: FBT001, FBT002  # plain
        self.items, self.whole, self.depth = items, whole, depth


class Map:
    """A dictionary, its keys as Python has them; what has no such key makes it less than whole."""

    __slots__ = ("depth", "items", "whole")

    def __init__(self, items: dict[Any, Value], whole: bool = True, depth: int = 0) -> None:  # noqa: FBT001, FBT002  # plain
        self.items, self.whole, self.depth = items, whole, depth


class Frame:
    """The names of a function, or of the module, and of what is around it."""

    __slots__ = ("names", "outer")

    def __init__(self, names: dict[str, Value], outer: Frame | None = None) -> None:
        self.names, self.outer = names, outer


class Local:
    """A function of the file itself."""

    __slots__ = ("frame", "node")

    def __init__(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, frame: Frame) -> None:
        self.node, self.frame = node, frame


class Klass:
    """A class of the file itself: what its body assigns; `enum` is whether it lists members."""

    __slots__ = ("enum", "names", "node")

    def __init__(self, node: ast.ClassDef, names: dict[str, Value], *, enum: bool = False) -> None:
        self.node, self.names, self.enum = node, names, enum


class Member:
    """A member of an enum of the file itself."""

    __slots__ = ("name", "value")

    def __init__(self, name: str, value: Value) -> None:
        self.name, self.value = name, value


UNKNOWN = Unknown()
Scalar = (int, float, bool, bytes, type(None))


def text(value: str, node: ast.expr) -> Text:
    """Give a constant as it stands at a node."""
    return Text(value, ((0, node, 0),))


def hole(node: ast.expr, asks: Span | None = None) -> Text:
    """Give a text of which nothing is known."""
    return Text(HOLE, ((0, node, 0),), holes=True, asks=asks)


def joined(parts: Iterable[Text]) -> Text:
    """Put texts together; what is too long is not known."""
    value: list[str] = []
    pieces: list[Piece] = []
    size, holes, asks = 0, False, None
    for part in parts:
        pieces += [(size + start, node, offset) for start, node, offset in part.pieces] if size else part.pieces
        value.append(part.value)
        size += len(part.value)
        holes, asks = holes or part.holes, asks or part.asks
        if size > LONGEST or len(pieces) > MOST:
            return Text(HOLE, part.pieces[:1], holes=True, asks=asks)
    return Text("".join(value), tuple(pieces), holes=holes, asks=asks)


def keep(source: Text, start: int, end: int) -> Text:
    """Cut a piece out of a text, which keeps its places."""
    pieces: list[Piece] = []
    for place, node, offset in source.pieces:
        if place >= end:
            break
        moved = (max(0, place - start), node, offset + max(0, start - place))
        if pieces and place <= start:
            pieces[-1] = moved
        else:
            pieces.append(moved)
    value = source.value[start:end]
    return Text(value, tuple(pieces), holes=source.holes and HOLE in value, asks=source.asks)


def written(value: Value, node: ast.expr) -> Text:
    """Give what formatting makes of a value: `str()` of a text and of a number."""
    if isinstance(value, Text):
        return value
    if isinstance(value, Sym) and value.path.endswith((".text()", ".literal_column()")) and value.args:
        return written(value.args[0], node)
    if isinstance(value, bool | float | None) or (isinstance(value, int) and -(10**30) < value < 10**30):
        return Text(str(value), ((0, node, 0),))
    if isinstance(value, Sym) and value.path in ("alembic.op.f()", "sqlalchemy.quoted_name()") and value.args:
        return written(value.args[0], node)
    return hole(node, value.asks if isinstance(value, Unknown) else None)


def merged(values: Iterable[Value]) -> Unknown:
    """Give what cannot be told, and on which questions it hangs."""
    found = [value for value in values if isinstance(value, Unknown) and value is not UNKNOWN]
    if not found:
        return UNKNOWN
    return Unknown(
        asks=next((each.asks for each in found if each.asks), None),
        catalogue=any(each.catalogue for each in found),
        facts=tuple(dict.fromkeys(fact for each in found for fact in each.facts))[:16],
        offline=any(each.offline for each in found),
    )


def plain(value: Value) -> Any:
    """Give Python's own value, UNKNOWN where a part of it is not known."""
    if isinstance(value, Text):
        return UNKNOWN if value.holes else value.value
    if isinstance(value, Scalar):
        return value
    if isinstance(value, Seq) and value.whole:
        found = [plain(item) for item in value.items]
        return UNKNOWN if any(isinstance(item, Unknown) for item in found) else tuple(found)
    if isinstance(value, Map) and value.whole:
        pairs = {key: plain(item) for key, item in value.items.items()}
        return UNKNOWN if any(isinstance(item, Unknown) for item in pairs.values()) else pairs
    if isinstance(value, Sym) and value.last in ("f", "quoted_name") and value.args:
        return plain(value.args[0])
    return UNKNOWN


def string(value: Value) -> str:
    """Give a text without holes, "" for anything else."""
    found = plain(value)
    return found if isinstance(found, str) else ""


def strings(value: Value) -> tuple[str, ...]:
    """Give the texts of a list, "" for each item that is none; a text alone is one."""
    if isinstance(value, Seq):
        return tuple(string(item) for item in value.items)
    return (string(value),) if isinstance(value, Text | Sym) else ()


def texts_in(value: Value) -> Iterator[str]:
    """Give each constant text in a value, lists and arguments of calls looked into."""
    if isinstance(value, Text):
        yield value.value
    elif isinstance(value, Seq):
        for item in value.items[:50]:
            yield from texts_in(item)
    elif isinstance(value, Sym):
        for item in value.args[:4]:
            yield from texts_in(item)
