"""The tokens of an expression as a server prints it: words, numbers, strings, quoted names, signs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    r"""(?P<blank>\s+)
      | (?P<string>(?:\b(?:_[a-z0-9]+\s*|[eEnN]))?'(?:[^'\\]|\\.|'')*')
      | (?P<name>`(?:[^`]|``)*`|"(?:[^"]|"")*"|\[[A-Za-z_][^\]]*\])
      | (?P<number>0x[0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)
      | (?P<word>[A-Za-z_][\w$]*)
      | (?P<sign><=>|<>|!=|<=|>=|\|\||&&|::|!~~\*?|~~\*?|!~\*?|~\*?|.)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)|''", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "Z": "\x1a"}


class Token(NamedTuple):
    """A piece of an expression: kind string, name, number, word (lower case where it is no name) or sign."""

    kind: str
    text: str


def tokens(text: str, *, backslashes: bool = True) -> Iterator[Token]:
    """Split an expression; strings and quoted names come without their quotes and escapes."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "sign"
        piece = match.group()
        if kind == "string":
            start = piece.index("'")
            escaped = backslashes or piece[0] in "eE"
            yield Token("string", _unescaped(piece[start + 1 : -1], escaped=escaped))
        elif kind == "name":
            yield Token("name", piece[1:-1].replace(piece[-1] * 2, piece[-1]))
        elif kind != "blank":
            yield Token(kind, piece)


def literals(text: str) -> list[str]:
    """Give the texts of the strings and numbers in an expression, each once; a number with its sign."""
    found: dict[str, None] = {}
    before = ""
    for token in tokens(text):
        if token.kind in ("string", "number"):
            found["-" + token.text if before == "-" and token.kind == "number" else token.text] = None
        before = token.text
    return list(found)


def _unescaped(text: str, *, escaped: bool) -> str:
    if not escaped:
        return text.replace("''", "'")
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]) if match[1] else "'", text)
