"""The comments of a file that speak to the kit, and the statement that each belongs to."""

from __future__ import annotations

import ast
import io
import tokenize
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from migkit.model.script import Comment, Span
from migkit.reading.source import Source

_MARK = "migkit:"


def read(tree: ast.Module, source: Source) -> tuple[Comment, ...]:
    """Read the comments that begin with `migkit:`."""
    if _MARK not in source.text:
        return ()
    found = list(_comments(source))
    if not found:
        return ()
    ranges = sorted(_ranges(tree))
    return tuple(_placed(text, span, source, ranges) for text, span in found)


def _comments(source: Source) -> Iterator[tuple[str, Span]]:
    try:
        for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
            text = token.string.lstrip("#").strip()
            if token.type == tokenize.COMMENT and text.startswith(_MARK):
                line, column = token.start
                yield text, Span(line, column + 1, line, column + 1 + len(token.string))
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return


def _placed(text: str, span: Span, source: Source, ranges: Sequence[tuple[int, int]]) -> Comment:
    alone = not source.lines[span.line - 1][: span.column - 1].strip()
    around = [(last - first, first, last) for first, last in ranges if first <= span.line <= last]
    if around:
        _, first, last = min(around)
    else:
        place = bisect_left(ranges, (span.line, 0))
        first, last = ranges[place] if alone and place < len(ranges) else (span.line, span.line)
    return Comment(text, span, last, first)


def _ranges(tree: ast.Module) -> Iterator[tuple[int, int]]:
    """Give the lines of each statement, of one that holds others those of its header."""
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt | ast.ExceptHandler):
            body = getattr(node, "body", None)
            last = node.end_lineno or node.lineno
            if isinstance(body, list) and body:
                last = max(node.lineno, body[0].lineno - 1) if body[0].lineno > node.lineno else node.lineno
                last = min(last, _header(node, last))
            yield node.lineno, last


def _header(node: ast.AST, last: int) -> int:
    """Give the last line of a header: of what stands in it."""
    inner = [
        each.end_lineno or 0
        for name in ("test", "iter", "target", "args", "returns", "items", "type", "subject")
        for each in _nodes(getattr(node, name, None))
    ]
    first = getattr(node, "lineno", last)
    return max([first, *inner])


def _nodes(value: object) -> Iterator[ast.expr]:
    if isinstance(value, ast.expr):
        yield value
    elif isinstance(value, ast.arguments):
        yield from (each for each in ast.walk(value) if isinstance(each, ast.expr))
    elif isinstance(value, list):
        for each in value:
            yield from (inner for inner in ast.walk(each) if isinstance(inner, ast.expr))
