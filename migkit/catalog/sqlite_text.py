"""SQL as SQLite stores it, taken apart into tokens and written in one way: blanks, quotes and case mean nothing.

SQLite keeps the text of each CREATE and edits it in place, and a table that was copied and renamed has a text of
another hand: what is compared is the text that `render` gives.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile(
    r"""(?P<blank>\s+|--[^\n]*|/\*.*?(?:\*/|\Z))
    | (?P<blob>[xX]'[^']*')
    | (?P<string>'(?:[^']|'')*')
    | (?P<double>"(?:[^"]|"")*")
    | (?P<quoted>`(?:[^`]|``)*`|\[[^\]]*\])
    | (?P<number>(?:0[xX][0-9a-fA-F]+|(?:\d[\d_]*\.?[\d_]*|\.\d+)(?:[eE][+-]?\d+)?))
    | (?P<word>[^\W\d][\w$]*)
    | (?P<operator>->>|->|\|\||<<|>>|<=|>=|==|!=|<>|.)""",
    re.VERBOSE | re.DOTALL,
)
_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*")
_TIGHT_BEFORE = frozenset(",).")
_TIGHT_AFTER = frozenset("(.")
KEYWORDS = frozenset(
    re.findall(
        r"\w+",
        """
ABORT ACTION AFTER ALL ALWAYS AND AS ASC AUTOINCREMENT BEFORE BEGIN BETWEEN BY CASCADE CASE CAST CHECK COLLATE
COLUMN COMMIT CONFLICT CONSTRAINT CREATE CROSS CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP DEFAULT DEFERRABLE
DEFERRED DELETE DESC DISTINCT DO EACH ELSE END ESCAPE EXCEPT EXISTS FAIL FILTER FIRST FOR FOREIGN FROM FULL
GENERATED GLOB GROUP HAVING IF IGNORE IMMEDIATE IN INDEX INITIALLY INNER INSERT INSTEAD INTERSECT INTO IS ISNULL
JOIN KEY LAST LEFT LIKE LIMIT MATCH NATURAL NO NOT NOTHING NOTNULL NULL NULLS OF OFFSET ON OR ORDER OUTER OVER
PARTITION PRIMARY RAISE RECURSIVE REFERENCES REGEXP REPLACE RESTRICT RETURNING RIGHT ROLLBACK ROW ROWID ROWS
SELECT SET STORED STRICT TABLE TEMP THEN TO TRIGGER UNION UNIQUE UPDATE USING VALUES VIEW VIRTUAL WHEN WHERE
WINDOW WITH WITHOUT TRUE FALSE
""",
    )
)


class Token(NamedTuple):
    """One token: `kind` is word, double, quoted, string, blob, number or operator; `text` without its quotes.

    `upper` is the keyword that a bare word may be, or the operator; "" for everything else.
    """

    kind: str
    text: str
    upper: str = ""

    def of(self, *words: str) -> bool:
        """Whether it is one of these keywords or operators."""
        return self.upper in words


@lru_cache(maxsize=4096)
def tokens(sql: str) -> tuple[Token, ...]:
    """Take a statement apart, without blanks and comments."""
    found = []
    for match in _TOKEN.finditer(sql):
        kind, text = match.lastgroup or "", match[0]
        if kind == "blank":
            continue
        upper = text.upper() if kind in ("word", "operator") else ""
        if kind in ("double", "quoted", "string"):
            mark = text[-1]
            text = text[1:-1] if mark == "]" else text[1:-1].replace(mark * 2, mark)
        found.append(Token(kind, text, upper))
    return tuple(found)


def render(parts: Sequence[Token], names: Collection[str] = ()) -> str:
    """Write tokens in one way.

    `names` are the identifiers, in lower case, that a text in double quotes may mean; any other such text is what
    SQLite takes it for, a string (or an alias, whose case shows).
    """
    pieces: list[str] = []
    tight, called = True, False
    for token in parts:
        kind, text, _upper = token
        operator = kind == "operator"
        if not (tight or (operator and (text in _TIGHT_BEFORE or (text == "(" and called)))):
            pieces.append(" ")
        pieces.append(_written(token, names))
        tight = operator and text in _TIGHT_AFTER
        called = kind == "word" and token.upper not in KEYWORDS
    return "".join(pieces)


def folded(name: str) -> str:
    """Write an identifier: SQLite compares them without case, in ASCII."""
    low = "".join(c.lower() if c.isascii() else c for c in name)
    return low if _PLAIN.fullmatch(low) and low.upper() not in KEYWORDS else '"' + low.replace('"', '""') + '"'


def bare(parts: Sequence[Token]) -> Sequence[Token]:
    """Take off parentheses that enclose the whole."""
    while len(parts) > 1 and parts[0].of("(") and closing(parts, 0) == len(parts) - 1:
        parts = parts[1:-1]
    return parts


def closing(parts: Sequence[Token], at: int) -> int:
    """Give the place of the parenthesis that closes the one at `at`."""
    depth = 0
    for place in range(at, len(parts)):
        depth += parts[place].of("(") - parts[place].of(")")
        if not depth:
            return place
    raise ValueError("a parenthesis is not closed")


def divided(parts: Sequence[Token]) -> list[Sequence[Token]]:
    """Split at the commas that stand outside of parentheses."""
    found, start, depth = [], 0, 0
    for place, token in enumerate(parts):
        depth += token.of("(") - token.of(")")
        if token.of(",") and not depth:
            found.append(parts[start:place])
            start = place + 1
    return [*found, parts[start:]]


def _written(token: Token, names: Collection[str]) -> str:
    kind, text, upper = token
    if kind == "word":
        return upper if upper in KEYWORDS else folded(text)
    if kind == "quoted" or (kind == "double" and text.lower() in names):
        return folded(text)
    if kind == "double":
        return '"' + text.replace('"', '""') + '"'
    if kind == "string":
        return "'" + text.replace("'", "''") + "'"
    return text.lower() if kind in ("blob", "number") else text
