"""Names and words: how what was typed is split, what an identifier is, and what may stand in SQL that was typed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from migkit.errors import ConfigError

_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]*")
_LISTED = re.compile(r"[a-z_][a-z0-9_]*(\(\d+\))?(:\w+)?")
_CLOSING = {"(": ")", "[": "]", "{": "}"}
# Where every server ends a quoted text at the same place: no backslash, which is an escape on MySQL alone, and in
# backticks, which quote nothing on PostgreSQL, nothing that would begin something there.
_QUOTED = r"""'[^'\\\0]*'|"[^"\\\0]*"|`[^`'"\\;$\0-\x1f]*`"""
_SQL = re.compile(rf"(?:{_QUOTED}|(?!--|/\*|\*/)[^'\"`;$\\#\0-\x1f\x7f])*")
_BEGINS = re.compile(r"--|/\*|\*/|[;$\\#\0-\x1f\x7f]")
_SENTENCE = re.compile(r"\S+ \S")
_BRACKETS_IN_QUOTES = re.compile(r"""'[^']*[\[\]][^']*'|"[^"]*[\[\]][^"]*\"""")


def split(text: str, separator: str = "") -> list[str]:
    """Split at white space, or at `separator`, but not within brackets or quotes: `a:enum('x y')` is one word.

    Two colons are a cast and no separator. Raises ConfigError where a bracket or a quote is not closed or not open.
    """
    words: list[str] = []
    open_: list[str] = []
    word = quote = ""
    for at, char in enumerate(text):
        cast = char == ":" and ":" in text[max(at - 1, 0) : at] + text[at + 1 : at + 2]
        if not open_ and not quote and (char == separator and not cast if separator else char.isspace()):
            words.append(word)
            word = ""
            continue
        word += char
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"`":
            quote = char
        else:
            _bracket(char, open_, text)
    if open_ or quote:
        raise ConfigError(f"{text}: there is no closing {quote or open_[-1]}", remedy="close it")
    return [part for part in [*words, word] if part or separator]


def _bracket(char: str, open_: list[str], text: str) -> None:
    """Follow a character through the brackets that are open."""
    if char in _CLOSING:
        open_.append(_CLOSING[char])
    elif open_ and char == open_[-1]:
        open_.pop()
    elif char in _CLOSING.values():
        raise ConfigError(
            f"{text}: nothing is open that {char} would close", remedy=f"open it, or leave the {char} out"
        )


def snake(name: str) -> str:
    """Give the snake_case form of a name: `customerId` and `Customer-ID` are `customer_id`."""
    humps = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return re.sub(r"[^A-Za-z0-9]+", "_", humps).strip("_").lower()


def is_identifier(name: str) -> bool:
    """Whether a name is an identifier in snake_case."""
    return _IDENTIFIER.fullmatch(name) is not None


def is_sentence(text: str) -> bool:
    """Whether a text is words on one line that neither end nor escape the docstring which they become."""
    docstring = '"""' not in text and "\\" not in text and not text.endswith('"')
    return docstring and text.isprintable() and text == text.strip() and _SENTENCE.match(text) is not None


def check_identifier(what: str, name: str) -> str:
    """Give the name, if it is an identifier in snake_case; ConfigError with what to write instead."""
    if is_identifier(name):
        return name
    if not name:
        raise ConfigError(f"the {what} has no name", remedy="name it in snake_case")
    near = snake(name)
    remedy = f"write {near}" if is_identifier(near) else "letters, digits and underscores, no digit first"
    if "," in name:
        remedy = f"part names with spaces: {' '.join(snake(part) for part in name.split(',') if part)}"
    reason = "not in snake_case" if re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) else "no identifier"
    raise ConfigError(f'the {what} name "{name}" is {reason}', remedy=remedy)


def check_sql(what: str, text: str) -> str:
    """Give the text, if it is one piece of SQL on every server: nothing in it ends it or begins something else.

    Refused are a semicolon, a comment, a backslash, `$` and `#` outside of quotes (a backslash within them too), since
    products disagree on where what they begin would end.
    """
    split(text)
    begun = _BEGINS.search(re.sub(_QUOTED, "", text)) or _BEGINS.search(text)
    odd = not _SQL.fullmatch(text)
    if not odd and "[" in re.sub(_QUOTED, "", text):
        odd, begun = _BRACKETS_IN_QUOTES.search(text) is not None, None
    if odd:
        found = f": {begun.group()!r} may not stand in it" if begun else ""
        raise ConfigError(
            f"the {what} {text!r} is not one piece of SQL{found}",
            remedy="leave it out here, and write it into the revision by hand",
        )
    return text


def unquoted(word: str) -> str:
    """Give what a word says, without the quotes around it: `'in progress'` is in progress, `it''s` stays."""
    if len(word) > 1 and word[0] == word[-1] and word[0] in "'\"":
        return word[1:-1].replace(word[0] * 2, word[0])
    return word


def listed(words: Sequence[str]) -> list[str]:
    """Give the items of a list that was typed with spaces, with commas, or in parentheses: `(a, b)`, `a, b`, `a b`."""
    items: list[str] = []
    for word in words:
        parts = _items(word)
        inner = _items(word[1:-1]) if len(parts) == 1 and word.startswith("(") and word.endswith(")") else []
        items += inner if len(inner) > 1 or (inner and _LISTED.fullmatch(inner[0])) else parts
    return items


def _items(word: str) -> list[str]:
    return [item.strip() for item in split(word, ",") if item.strip()]
