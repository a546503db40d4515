"""The text of a revision file at a place of it."""

from __future__ import annotations

import re
from functools import lru_cache

from migkit.model.script import Span

_END = re.compile(r"\r\n|\r|\n")  # what parts lines in Python, and nothing else


def written(source: str, span: Span, longest: int = 2_000) -> str:
    """Give what stands at a place, up to its end; up to the end of its last line where the end is not known."""
    every = lines(source)
    last = min(max(span.end_line, span.line), len(every))
    if not 0 < span.line <= len(every):
        return ""
    piece = list(every[span.line - 1 : last])
    if span.end_column:
        piece[-1] = piece[-1][: span.end_column - 1]
    piece[0] = piece[0][span.column - 1 :]
    return "\n".join(piece)[:longest]


def found_at(source: str, span: Span, text: str) -> Span:
    """Give the place of a text within a place, where it stands there once; else that place."""
    every = lines(source)
    hits = []
    for number in range(span.line, min(max(span.end_line, span.line), len(every)) + 1):
        line = every[number - 1]
        begin = span.column - 1 if number == span.line else 0
        at = line.find(text, begin)
        while at >= 0:
            hits.append(Span(number, at + 1, number, at + 1 + len(text)))
            at = line.find(text, at + 1)
    return hits[0] if len(hits) == 1 else span


@lru_cache(maxsize=4)
def lines(source: str) -> tuple[str, ...]:
    """Give the lines of a file, as Python counts them."""
    return tuple(_END.split(source))
