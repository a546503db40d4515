"""Texts as Python literals, and SQL as SQLAlchemy's text() must be given it (pure)."""

from __future__ import annotations

import re

# What text() takes for a parameter, and where it takes a backslash away: SQLAlchemy 2.1, 2.0 and 1.4 in turn.
_BOUND = re.compile(r"(?<![:\w\\]):\w|(?<![:\w\\]):\$")
_ESCAPES = tuple(re.compile(text) for text in (r"\\(:\w*)(?![:\w])", r"\\(:[\w$]*)(?![:\w$])"))


def for_text(sql: str) -> str:
    r"""Give what text() makes this SQL of again: colons that look like a parameter's are written `\:`.

    Where that is ambiguous (a backslash stands before a colon already, a word stands between two) every colon is.
    """
    few = _BOUND.sub(lambda match: "\\" + match[0], sql)
    return next((text for text in (sql, few) if _given_back(text) == {sql}), sql.replace(":", "\\:"))


def _given_back(text: str) -> set[str]:
    """Give the SQL that each SQLAlchemy makes of a text; "" where it finds a parameter."""
    return {"" if _BOUND.search(text) else one.sub(lambda match: match[1], text) for one in _ESCAPES}


def quoted(text: str) -> str:
    """Write a text as a literal on one line, in double quotes where it holds none."""
    mark = "'" if '"' in text and "'" not in text else '"'
    return mark + "".join(_escaped(one, mark) for one in text) + mark


def tripled(text: str) -> str:
    """Write a text as a literal in triple quotes, as it stands; raw where that spares its backslashes."""
    plain = all(one.isprintable() or one in "\n\t" for one in text)
    held = '"""' not in text and not text.endswith('"')
    if plain and held and "\\" not in text:
        return f'"""{text}"""'
    if plain and held and not text.endswith("\\"):
        return f'r"""{text}"""'
    inner = "".join(
        '\\"'
        if one == '"' and (text.startswith('"""', at) or at == len(text) - 1)
        else one
        if one in "\n\t"
        else _escaped(one)
        for at, one in enumerate(text)
    )
    return f'"""{inner}"""'


def _escaped(one: str, mark: str = "") -> str:
    if one in ("\\", mark):
        return "\\" + one
    if one.isprintable():
        return one
    return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(one) or one.encode("unicode_escape").decode("ascii")
