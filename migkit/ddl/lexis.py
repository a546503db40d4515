"""SQL taken apart as far as writing it needs: quoted texts, parentheses, words (pure; it knows no grammar).

`top` gives what stands outside of parentheses, each parenthesis as one token. What no server could read as one piece
(a quote that is not closed, a parenthesis too many) is refused, so that no definition ends the statement it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from migkit.errors import ConfigError
from migkit.model import Family

_COMMON = r"(?P<comment>/\*.*?\*/|--[^\n]*)"
_TAIL = r"(?P<number>\d[\w.]*|\.\d+)|(?P<word>[^\W\d][\w$]*)|(?P<blank>\s+)|(?P<operator>.)"
_DOUBLED = r"""(?P<string>'(?:[^']|'')*')|(?P<name>"(?:[^"]|"")*")"""
_MYSQL = (
    r"(?P<comment>/\*.*?\*/|--(?=\s|\Z)[^\n]*|#[^\n]*)"
    r"""|(?P<string>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")|(?P<name>`(?:[^`]|``)*`)"""
)
_POSTGRESQL = (
    _COMMON + r"|(?P<dollar>\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)|(?P<escaped>[eE]'(?:[^'\\]|\\.|'')*')|" + _DOUBLED
)
_SQLITE = _COMMON + "|" + _DOUBLED + r"|(?P<other>`(?:[^`]|``)*`|\[[^\]]*\])"
_PATTERNS: dict[Family, re.Pattern[str]] = {
    "mysql": re.compile(f"{_MYSQL}|{_TAIL}", re.DOTALL),
    "mariadb": re.compile(f"{_MYSQL}|{_TAIL}", re.DOTALL),
    "postgresql": re.compile(f"{_POSTGRESQL}|{_TAIL}", re.DOTALL),
    "sqlite": re.compile(f"{_SQLITE}|{_TAIL}", re.DOTALL),
}
_KINDS = {"dollar": "string", "escaped": "string", "other": "name", "tag": "string"}
_OPENS = {"(": ")", "[": "]"}


class Token(NamedTuple):
    """One token: `kind` is string, name, number, word, comment, operator or group; `start` and `end` in the text."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def upper(self) -> str:
        """The word in upper case, or the operator; "" for everything else."""
        return self.text.upper() if self.kind in ("word", "operator") else ""


@lru_cache(maxsize=4096)
def top(sql: str, family: Family) -> tuple[Token, ...]:
    """Give the tokens outside of parentheses and brackets, those as groups. ConfigError where one is not closed."""
    found: list[Token] = []
    opened: list[Token] = []
    for token in _tokens(sql, family):
        if token.kind == "operator" and token.text in _OPENS:
            opened.append(token)
        elif token.kind == "operator" and token.text in (")", "]"):
            if not opened or _OPENS[opened[-1].text] != token.text:
                raise broken(sql, f"{token.text} closes nothing")
            first = opened.pop()
            if not opened:
                found.append(Token("group", sql[first.start : token.end], first.start, token.end))
        elif not opened:
            found.append(token)
    if opened:
        raise broken(sql, f"{opened[0].text} is not closed")
    return tuple(found)


def checked(sql: str, family: Family, what: str, *, commas: bool = False) -> str:
    """Give SQL that is to stand inside a statement, stripped.

    ConfigError where it would end the statement or its place in it: a quote or parenthesis not closed, a semicolon, a
    comment up to its end, and (where not `commas`) a comma.
    """
    try:
        tokens = top(sql, family)
    except ConfigError as error:
        raise broken(sql, f"as {what}: {error.remedy}") from None
    for token in tokens:
        if token.upper == ";" or (token.upper == "," and not commas):
            raise broken(sql, f"as {what}: {token.text} would end it")
    if _runs_on(sql, family) or "\0" in sql:
        raise broken(sql, f"as {what}: a comment to the end of the line would hide what follows")
    return sql.strip()


def breaks_lines(sql: str, family: Family) -> bool:
    """Whether a quoted text or a comment runs over several lines, so that indenting it would change it."""
    return any("\n" in token.text for token in _tokens(sql, family) if token.kind in ("string", "name", "comment"))


def renamed(sql: str, family: Family, old: str, new: str) -> str:
    """Give SQL about a table in which one of its columns has another name; `old` is bare, `new` as it is written.

    A function of that name is not the column, nor is what stands behind REFERENCES.
    """
    pieces, at, tokens = [], 0, _tokens(sql, family)
    elsewhere, depth = False, 0
    for place, token in enumerate(tokens):
        elsewhere = elsewhere or token.upper == "REFERENCES"
        depth += elsewhere and (token.text == "(") - (token.text == ")")
        if elsewhere and token.text == ")" and not depth:
            elsewhere = False
        called = token.kind == "word" and tokens[place + 1 : place + 2] and tokens[place + 1].text == "("
        name = token.text if token.kind == "word" else token.text[1:-1] if token.kind == "name" else ""
        if name.lower() == old.lower() and not elsewhere and not called:
            pieces += [sql[at : token.start], new]
            at = token.end
    return "".join((*pieces, sql[at:]))


def broken(sql: str, why: str) -> ConfigError:
    """Make the error for SQL that cannot be part of a statement."""
    return ConfigError(f"no SQL that can stand in a statement: {sql[:200]!r}", remedy=why)


def _runs_on(sql: str, family: Family) -> bool:
    last = _tokens(sql, family)[-1:]
    return any(token.kind == "comment" and not token.text.startswith("/*") for token in last)


@lru_cache(maxsize=4096)
def _tokens(sql: str, family: Family) -> Sequence[Token]:
    """Give all tokens but blanks; a quote that nothing closes is refused."""
    found = []
    for match in _PATTERNS[family].finditer(sql):
        kind, text = match.lastgroup or "", match[0]
        if kind == "blank":
            continue
        if kind == "operator" and (text in "'\"`" or sql.startswith("/*", match.start())):
            raise broken(sql, f"{text} is not closed")
        found.append(Token(_KINDS.get(kind, kind), text, match.start(), match.end()))
    return tuple(found)
