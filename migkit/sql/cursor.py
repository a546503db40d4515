"""A cursor over the tokens of one statement: takes words, names, parentheses; jumps over what it need not know."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from migkit.model.script import Span
from migkit.product import Family
from migkit.sql.spelling import normal
from migkit.sql.tokens import END, HOLE, Token, closed, unquoted

Place = Callable[[int, int], Span]
_PAIRS = {"(": ")", "[": "]"}


class Unread(Exception):  # noqa: N818  # a state: the statement is read for its names alone then
    """What stands here is not known."""


class Scan:
    """The tokens of one statement, what closes each parenthesis, and what was noticed on the way.

    `doubt` is that something stood there that is not known, `hole` that a part is not constant, `blind` that the name
    of a table is not, `block` that the statement stands in one, where INTO names a variable.
    """

    __slots__ = ("blind", "block", "closes", "doubt", "family", "hole", "opens", "place", "sql", "tokens")

    def __init__(self, sql: str, tokens: Sequence[Token], family: Family, place: Place) -> None:
        self.sql = sql
        self.tokens = tokens
        self.family = family
        self.place = place
        self.closes: dict[int, int] = {}
        self.opens: dict[int, int] = {}
        self.blind = False
        self.block = False
        self.hole = any(HOLE in token.text for token in tokens if token.kind in ("word", "name"))
        self.doubt = not self._paired() or not all(closed(token) for token in tokens[-1:])

    def _paired(self) -> bool:
        opened: list[int] = []
        sound = True
        for at, token in enumerate(self.tokens):
            up = token.up
            if up in _PAIRS:
                opened.append(at)
            elif up in (")", "]"):
                if opened and _PAIRS[self.tokens[opened[-1]].up] == up:
                    self.opens[at] = opened[-1]
                    self.closes[opened.pop()] = at
                else:
                    sound = False
        for at in opened:
            self.closes[at] = len(self.tokens)
        return sound and not opened


class Cursor:
    """A place in a statement, and where the piece that is read ends."""

    __slots__ = ("at", "begin", "end", "scan", "tokens")

    def __init__(self, scan: Scan, at: int = 0, end: int | None = None) -> None:
        self.scan = scan
        self.tokens = scan.tokens
        self.at = self.begin = at
        self.end = len(scan.tokens) if end is None else end

    @property
    def family(self) -> Family:
        """The family whose dialect this is."""
        return self.scan.family

    @property
    def mysql(self) -> bool:
        """Whether this is MySQL's dialect, or MariaDB's."""
        return self.scan.family in ("mysql", "mariadb")

    @property
    def now(self) -> Token:
        """The token here."""
        return self.tokens[self.at] if self.at < self.end else END

    @property
    def up(self) -> str:
        """The word here in capitals, or the operator; "" for all else."""
        return self.tokens[self.at].up if self.at < self.end else ""

    def __bool__(self) -> bool:
        """Whether something stands here."""
        return self.at < self.end

    def ahead(self, by: int = 1) -> Token:
        """Give a token behind the one here."""
        return self.tokens[self.at + by] if self.at + by < self.end else END

    def take(self, *words: str) -> bool:
        """Take these words if all of them stand here."""
        at = self.at
        if at + len(words) > self.end:
            return False
        for word in words:
            if self.tokens[at].up != word:
                return False
            at += 1
        self.at = at
        return True

    def take_any(self, words: Sequence[str] | frozenset[str]) -> str:
        """Take the word here if it is one of these, and give it."""
        up = self.up
        if up and up in words:
            self.at += 1
            return up
        return ""

    def skip(self) -> None:
        """Go over the token here, or over the whole parenthesis."""
        self.at = min(self.scan.closes.get(self.at, self.at) + 1, self.end)

    def skip_to(self, words: Sequence[str] | frozenset[str]) -> None:
        """Go on to one of these words outside of parentheses, or to the end."""
        while self.at < self.end and self.tokens[self.at].up not in words:
            self.skip()

    def inside(self) -> Cursor | None:
        """Take the parenthesis here and give a cursor over what is in it."""
        if self.up not in ("(", "["):
            return None
        begin = self.at + 1
        self.skip()
        return Cursor(self.scan, begin, min(self.scan.closes[begin - 1], self.end))

    def pieces(self) -> Iterator[Cursor]:
        """Take all that is left, and give what stands between its commas."""
        while self.at < self.end:
            begin = self.at
            self.skip_to((",",))
            if self.at > begin:
                yield Cursor(self.scan, begin, self.at)
            self.at += 1

    def names_here(self) -> bool:
        """Whether a name can stand here."""
        return self.now.kind in ("word", "name") or (self.family == "sqlite" and self.now.kind == "string")

    def identifier(self) -> str:
        """Take a name, as the server knows it; "" where a part of it is not known. Raises Unread."""
        token = self.now
        if not self.names_here():
            raise Unread(token.text)
        self.at += 1
        if HOLE in token.text:
            return ""
        if token.kind != "word":
            return unquoted(token.text)
        return token.text.lower() if self.family == "postgresql" else token.text

    def dotted(self) -> tuple[str, ...]:
        """Take names with dots between them; () where a part is not known. Raises Unread."""
        names = [self.identifier()]
        while self.up == "." and self.ahead().kind in ("word", "name"):
            self.at += 1
            names.append(self.identifier())
        return tuple(names) if all(names) else ()

    def table(self) -> str:
        """Take the name of a table, or of what lives in a schema as it does. Raises Unread."""
        return joined(self.dotted(), self.family)

    def string(self) -> str:
        """Take a string, or several that stand side by side. Raises Unread."""
        if self.now.kind != "string":
            raise Unread(self.now.text)
        found = ""
        while self.now.kind == "string":
            found += unquoted(self.now.text)
            self.at += 1
        return found

    def text(self, begin: int, end: int | None = None) -> str:
        """Give the SQL from one token up to another, or up to here."""
        last = (self.at if end is None else end) - 1
        last = min(last, len(self.tokens) - 1)
        return self.scan.sql[self.tokens[begin].start : self.tokens[last].end] if begin <= last else ""

    def whole(self) -> str:
        """Give all the SQL of the piece."""
        return self.text(self.begin, self.end)

    def span(self, begin: int | None = None, end: int | None = None) -> Span:
        """Give the place in the file of the piece, or of a part of it."""
        first = self.begin if begin is None else begin
        last = min((self.end if end is None else end), len(self.tokens)) - 1
        if last < first:
            last = first = min(first, len(self.tokens) - 1)
        return self.scan.place(self.tokens[first].start, self.tokens[last].end)

    def doubt(self) -> None:
        """Note that something stands here that is not known."""
        self.scan.doubt = True

    def rest_known(self) -> None:
        """Note that what is left is not known, if something is left."""
        if self.at < self.end:
            self.scan.doubt = True
            self.at = self.end


def joined(parts: Sequence[str], family: Family) -> str:
    """Make lint's name of a table out of the parts of a dotted one, which are as the server knows them."""
    if not parts:
        return ""
    return normal(parts[-1], family, parts[-2] if len(parts) > 1 else "", quoted=True)
