"""Whether a row fulfils a condition, as far as that can be told without the server.

Comparisons, ranges, lists, patterns, lengths and what joins them are understood; all else is unknown, and so is what
follows from it. The server decides: this only saves asking it for what is plain.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from migkit.rows.lexis import Token, tokens
from migkit.rows.logic import UNKNOWN, among, both, calculated, called, compared, either, matched, negated
from migkit.rows.schema import Row

_Expression = Callable[[Row], Any]
_COMPARISONS = frozenset({"=", "<>", "!=", "<", "<=", ">", ">="})
_MATCHES = frozenset({"like", "ilike", "~~", "~~*", "regexp", "rlike", "~", "~*"})
_TYPE_WORDS = frozenset({"varying", "precision", "with", "without", "time", "zone"})
_CONSTANTS = {"true": True, "false": False, "null": None}
_END = Token("end", "")


def fulfilled(text: str, row: Row) -> object:
    """Give True, False, None (for NULL, which a check takes for true) or UNKNOWN."""
    return _parsed(text)(row)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> _Expression:
    try:
        return _Parser(text).whole()
    except ValueError:
        return lambda _row: UNKNOWN


class _Parser:
    """Reads an expression by descent; ValueError where it is none that is understood."""

    def __init__(self, text: str) -> None:
        self._tokens = [*tokens(text), _END]
        self._at = 0

    def whole(self) -> _Expression:
        found = self._either()
        if self._next is not _END:
            raise ValueError(self._next.text)
        return found

    # --- what joins conditions ------------------------------------------------------------------------

    def _either(self) -> _Expression:
        left = self._both()
        while self._takes("or", "||"):
            left = _joined(either, left, self._both())
        return left

    def _both(self) -> _Expression:
        left = self._not()
        while self._takes("and", "&&"):
            left = _joined(both, left, self._not())
        return left

    def _not(self) -> _Expression:
        if self._takes("not", "!"):
            inner = self._not()
            return lambda row: negated(inner(row))
        return self._condition()

    # --- conditions -----------------------------------------------------------------------------------

    def _condition(self) -> _Expression:
        left = self._sum()
        while True:
            found = self._compared(left)
            if found is None:
                return left
            left = found

    def _compared(self, left: _Expression) -> _Expression | None:
        word = self._next.text.lower() if self._next.kind in ("sign", "word") else ""
        if word in _COMPARISONS:
            self._at += 1
            return self._comparison(word, left)
        if self._takes("is"):
            return self._is(left)
        no = bool(self._takes("not")) or (word[:1] == "!" and word[1:] in _MATCHES)
        found = self._tested(left, self._next.text.lower().removeprefix("!") if no else word)
        if found is None:
            if no:
                raise ValueError(word)
            return None
        return (lambda row: negated(found(row))) if no else found

    def _tested(self, left: _Expression, word: str) -> _Expression | None:
        if word not in _MATCHES and word not in ("between", "in"):
            return None
        self._at += 1
        if word == "between":
            low = self._sum()
            self._demand("and")
            high = self._sum()
            return lambda row: both(compared(">=", left(row), low(row)), compared("<=", left(row), high(row)))
        if word == "in":
            members = self._list("(", ")")
            return lambda row: among("=", left(row), [member(row) for member in members])
        return _joined(lambda value, pattern: matched(word, value, pattern), left, self._sum())

    def _comparison(self, sign: str, left: _Expression) -> _Expression:
        which = self._takes("any", "all")
        if not which:
            return _joined(lambda a, b: compared(sign, a, b), left, self._sum())
        self._demand("(")
        members = self._sum()
        self._demand(")")
        every = which == "all"
        return _joined(lambda value, found: among(sign, value, found, every=every), left, members)

    def _is(self, left: _Expression) -> _Expression:
        no = bool(self._takes("not"))
        word = self._takes("null", "true", "false")
        if not word:
            raise ValueError(self._next.text)
        wanted = _CONSTANTS[word]

        def told(row: Row) -> object:
            value = left(row)
            if value is UNKNOWN:
                return UNKNOWN
            same = value is None if wanted is None else value is not None and bool(value) is wanted
            return same is not no

        return told

    # --- values ---------------------------------------------------------------------------------------

    def _sum(self) -> _Expression:
        left = self._product()
        while sign := self._takes("+", "-"):
            left = _joined(calculated(sign), left, self._product())
        return left

    def _product(self) -> _Expression:
        left = self._value()
        while sign := self._takes("*", "/", "%", "mod", "div"):
            left = _joined(calculated(sign), left, self._value())
        return left

    def _value(self) -> _Expression:
        if self._takes("-"):
            return _joined(calculated("-"), lambda _row: 0, self._value())
        found = self._plain()
        while self._takes("::"):
            self._type()
        return found

    def _plain(self) -> _Expression:
        token = self._next
        if self._takes("("):
            inner = self._either()
            self._demand(")")
            return inner
        self._at += 1
        if token.kind in ("string", "number"):
            value = token.text if token.kind == "string" else calculated("number")(token.text, None)
            return lambda _row: value
        if token.kind == "name":
            return lambda row: row.get(token.text, UNKNOWN)
        if token.kind == "word":
            return self._word(token.text)
        raise ValueError(token.text)

    def _word(self, word: str) -> _Expression:
        name = word.lower()
        if name in _CONSTANTS:
            return lambda _row: _CONSTANTS[name]
        if name == "array":
            members = self._list("[", "]")
            return lambda row: [member(row) for member in members]
        if self._next.text != "(":
            return lambda row: row.get(word, row.get(name, UNKNOWN))
        arguments = self._list("(", ")")
        return lambda row: called(name, [argument(row) for argument in arguments])

    def _list(self, start: str, end: str) -> list[_Expression]:
        self._demand(start)
        found: list[_Expression] = []
        while not self._takes(end):
            found.append(self._either())
            if self._next.text != end:
                self._demand(",")
        return found

    def _type(self) -> None:
        if self._next.kind not in ("word", "name"):
            raise ValueError(self._next.text)
        self._at += 1
        while self._next.text.lower() in _TYPE_WORDS:
            self._at += 1
        if self._takes("("):
            while not self._takes(")"):
                self._demand(self._next.text)
        while self._takes("["):
            self._demand("]")

    # --- tokens ---------------------------------------------------------------------------------------

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _takes(self, *words: str) -> str:
        """Go past the next token if it is one of the words; give it in lower case, "" otherwise."""
        token = self._next
        if token.kind in ("word", "sign") and token.text.lower() in words:
            self._at += 1
            return token.text.lower()
        return ""

    def _demand(self, word: str) -> None:
        if self._next is _END or self._next.text.lower() != word.lower():
            raise ValueError(self._next.text)
        self._at += 1


def _joined(how: Callable[[Any, Any], Any], left: _Expression, right: _Expression) -> _Expression:
    return lambda row: how(left(row), right(row))
