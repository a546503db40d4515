"""SQL as tokens, in the dialect of a family: in time linear in the text, and whatever stands in it.

A quote or a comment that nothing closes runs to the end of the text. A hole `{}` is part of the word that it stands in.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from migkit.product import Family

HOLE = "{}"

# Possessive quantifiers all over: what does not close is not tried again from within.
_WORD = r"(?P<word>(?:[^\W\d]|\{\})(?:[\w$]|\{\})*+)"
_TAIL = r"|(?P<number>\d[\w.]*+|\.\d+)|(?P<op>::|:=|<>|[<>!]=|\|\||->>?|.)"
_BLOCK = r"/\*(?:[^*]++|\*(?!/))*+(?:\*/|\Z)"
_NESTED = r"/\*(?:[^*/]++|\*(?!/)|/(?!\*))*+(?:\*/|\Z)"
for _ in range(4):  # PostgreSQL's comments nest
    _NESTED = rf"/\*(?:[^*/]++|\*(?!/)|/(?!\*)|{_NESTED})*+(?:\*/|\Z)"
_DOUBLED = r"""(?P<string>'(?:[^']++|'')*+(?:'|(?P<open>\Z)))|(?P<name>"(?:[^"]++|"")*+(?:"|\Z))"""
_MYSQL = (
    # What stands in /*! … */ is run by the server.
    rf"(?P<blank>\s++|/\*M?!\d*|\*/|{_BLOCK}|--(?=\s|\Z)[^\n]*+|\#[^\n]*+)|{_WORD}"
    r"""|(?P<string>'(?:[^'\\]++|\\.|'')*+(?:'|(?P<open>\Z))|"(?:[^"\\]++|\\.|"")*+(?:"|\Z))"""
    r"|(?P<name>`(?:[^`]++|``)*+(?:`|\Z))"
)
_POSTGRESQL = (
    rf"(?P<blank>\s++|{_NESTED}|--[^\n]*+)|(?P<escaped>[eE]'(?:[^'\\]++|\\.|'')*+(?:'|\Z))"
    rf"|{_WORD}|(?P<dollar>\$(?P<tag>(?:[^\W\d]\w*+)?)\$.*?(?:\$(?P=tag)\$|\Z))|{_DOUBLED}"
)
_SQLITE = rf"(?P<blank>\s++|{_BLOCK}|--[^\n]*+)|{_WORD}|{_DOUBLED}|(?P<other>`(?:[^`]++|``)*+(?:`|\Z)|\[[^\]]*+\])"
_PATTERNS: dict[Family, str] = {"mysql": _MYSQL, "mariadb": _MYSQL, "postgresql": _POSTGRESQL, "sqlite": _SQLITE}
_KINDS = {"escaped": "string", "dollar": "string", "tag": "string", "other": "name", "open": "string"}


class Token(NamedTuple):
    """One token: `kind` is word, name (quoted), string, number or op; `up` the word in capitals, or the operator."""

    kind: str
    text: str
    up: str
    start: int
    end: int


END = Token("end", "", "", 0, 0)


def tokens(sql: str, family: Family) -> list[Token]:
    """Give the tokens of a text, without blanks and comments."""
    found = []
    for match in _pattern(family).finditer(sql):
        kind = match.lastgroup or ""
        if kind == "blank":
            continue
        text = match[0]
        up = "" if kind not in ("word", "op") else text if kind == "op" or HOLE in text else text.upper()
        found.append(Token(_KINDS.get(kind, kind), text, up, match.start(), match.end()))
    return found


@cache
def _pattern(family: Family) -> re.Pattern[str]:
    """Compile what is needed: a history has one dialect."""
    return re.compile(_PATTERNS[family] + _TAIL, re.DOTALL)


def unquoted(text: str) -> str:
    """Give a quoted name, or a string, without its quotes; a dollar-quoted or escaped one too."""
    if not text:
        return text
    if text[0] in "eE" and text[1:2] == "'":
        return text[2:-1].replace("''", "'").replace("\\'", "'")
    if text[0] == "$":
        mark = text[: text.find("$", 1) + 1]
        return text[len(mark) : -len(mark)]
    if text[0] == "[":
        return text[1:-1]
    if text[0] in "'\"`":
        return text[1:-1].replace(text[0] * 2, text[0])
    return text


def closed(token: Token) -> bool:
    """Whether a quoted text, or name, ends where its quote does and not with the text."""
    if token.kind not in ("string", "name"):
        return True
    text = token.text.lstrip("eE") if token.kind == "string" else token.text
    if text[0] == "$":
        mark = text[: text.find("$", 1) + 1]
        return len(text) >= 2 * len(mark) and text.endswith(mark)
    return len(text) > 1 and text[-1] == ("]" if text[0] == "[" else text[0])
